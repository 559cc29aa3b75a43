"""What a report holds in numbers, table by table in its order: for those formats that are made of tables."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from deviations.reports.content import Cell, Chart, Content, Figures, Lines, Table


@dataclass(frozen=True, slots=True)
class Listed:
    """`section`: the title of the part where it stands. `measures`: of each row, when they differ from row to row."""

    section: str
    table: Table
    measures: tuple[str, ...] = ()

    def measures_of(self, row: int) -> tuple[str, ...]:
        return (self.measures[row],) if self.measures else self.table.measures


def tables_of(content: Content) -> Iterator[Listed]:
    """Every number that the report prints stands in one of these: the numbers set large and in lists as well."""
    for section in content.sections:
        for block in section.blocks:
            match block:
                case Table():
                    yield Listed(section.title, block)
                case Chart():
                    yield Listed(section.title, block.table)
                case Figures():
                    yield Listed(section.title, _figures(block, section.title), tuple(f.measure for f in block.figures))
                case Lines() if any(line.count for line in block.lines):
                    yield Listed(section.title, _lines(block))


def _figures(block: Figures, title: str) -> Table:
    rows = tuple((Cell(text=f.label), f.cell, Cell(text=f.beside)) for f in block.figures)
    head = (_("Vad"), _("Tal"), _("Att jämföra med"))
    return Table(id=f"{block.id}.figures", title=_("%(title)s: tal i korthet") % {"title": title}, head=head, rows=rows)


def _lines(block: Lines) -> Table:
    rows = tuple(
        (Cell(text=line.lead or line.text), line.count, Cell(text=line.text if line.lead else ""))
        for line in block.lines
        if line.count
    )
    return Table(id=f"{block.id}.lines", title=block.title, head=(_("Vad"), _("Antal"), _("Sammanhang")), rows=rows)
