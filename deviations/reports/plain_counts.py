"""A table of plain counts as a report prints it: for trying the shares against a table that somebody has published.

The counts come as CSV with the names of the columns first: what, how many and, if it was published, the share as it
was printed there ("8.61" or "8,61"). The number of decimals is that of the printed shares.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.learning.shares import Rounding, percentages
from deviations.reports.content import Cell, Table
from deviations.reports.printing import number

TELLS: dict[Rounding, Promise] = {
    Rounding.LARGEST_REMAINDER: gettext_lazy("Avrundat efter största rest: andelarna blir tillsammans 100 procent."),
    Rounding.PLAIN: gettext_lazy("Varje andel är avrundad för sig: de kan bli mer eller mindre än 100 tillsammans."),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """`printed`: the share beside it where it was published, None when there was none."""

    label: str
    count: int
    printed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Plain:
    head: tuple[str, ...]
    rows: tuple[Counted, ...]

    @property
    def decimals(self) -> int:
        printed = [row.printed for row in self.rows if row.printed is not None]
        return max((-int(share.as_tuple().exponent) for share in printed), default=0)


def read(text: str) -> Plain:
    """ValueError, in Swedish and with the line, for what is no such table."""
    lines = text.lstrip("\ufeff").splitlines()
    sign = ";" if lines and ";" in lines[0] else ","
    [head, *rows] = [row for row in csv.reader(lines, delimiter=sign) if row] or [[]]
    if len(head) not in (2, 3) or not rows:
        raise ValueError(_("Första raden ska vara kolumnernas namn: vad, antal och, om den finns, tryckt andel."))
    return Plain(tuple(head), tuple(_row(row, len(head), line) for line, row in enumerate(rows, 2)))


def _row(row: Sequence[str], columns: int, line: int) -> Counted:
    if len(row) != columns:
        raise ValueError(_("Rad %(line)d har %(n)d kolumner i stället för %(wanted)d.") % {
            "line": line, "n": len(row), "wanted": columns,
        })  # fmt: skip
    plain = "".join(row[1].split())
    if not plain.isdigit():
        raise ValueError(_("Rad %(line)d: %(text)s är inget antal.") % {"line": line, "text": row[1]})
    try:
        printed = Decimal(row[2].strip().rstrip("%").strip().replace(",", ".")) if columns == 3 else None
    except InvalidOperation as wrong:
        raise ValueError(_("Rad %(line)d: %(text)s är ingen andel.") % {"line": line, "text": row[2]}) from wrong
    return Counted(row[0], int(plain), printed)


def table_of(counted: Plain, *, rounding: Rounding) -> Table:
    """The table as a report prints it, with its sum. Nothing is hidden: these are published already."""
    shares = percentages([row.count for row in counted.rows], rounding=rounding, decimals=counted.decimals)
    rows = tuple(
        (Cell(text=row.label), _count(row.count), _share(share))
        for row, share in zip(counted.rows, shares or [Decimal(0)] * len(counted.rows), strict=True)
    )
    foot = (Cell(text=_("Summa")), _count(sum(row.count for row in counted.rows)), _share(sum(shares, Decimal(0))))
    head = (counted.head[0], counted.head[1], counted.head[2] if len(counted.head) == 3 else _("Andel"))
    return Table(id="plain_counts", title=counted.head[0], head=head, rows=rows, foot=foot, note=str(TELLS[rounding]))


def differing(counted: Plain, table: Table) -> list[str]:
    """The rows whose share is not the printed one."""
    return [
        row.label
        for row, cells in zip(counted.rows, table.rows, strict=True)
        if row.printed is not None and cells[2].text != _share(row.printed).text
    ]


def _count(count: int) -> Cell:
    return Cell(text=number(count), value=count, mark="number")


def _share(share: Decimal) -> Cell:
    return Cell(text=f"{share}".replace(".", ",") + "\u00a0%", value=float(share), mark="number")
