"""Broken down by category, target group, municipality, kind and level of care, to show unequal care (K02)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.reports.basis import UNKNOWN, Basis
from deviations.reports.content import Chart, Section, Table
from deviations.reports.printing import bars, number, withheld

TABLES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "category": (gettext_lazy("Kategorier"), gettext_lazy("Kategori")),
    "target_group": (gettext_lazy("Målgrupper"), gettext_lazy("Målgrupp")),
    "municipality": (gettext_lazy("Kommuner"), gettext_lazy("Kommun")),
    "care_level": (gettext_lazy("Vårdnivåer"), gettext_lazy("Vårdnivå")),
    "kind": (gettext_lazy("Slag"), gettext_lazy("Slag")),
    "problem": (gettext_lazy("Områden i ansvarsfördelningen"), gettext_lazy("Område")),
}


def breakdown(basis: Basis) -> Section | None:
    if basis.count("filed").value == 0:
        return None
    return Section(
        id="breakdown",
        title=_title(basis),
        deck=_("Antal mäter anmälan, inte hur ofta något händer. Ställ inte kommuner eller grupper mot varandra."),
        blocks=tuple(broken_down(basis, table) for table in TABLES if says_something(basis, table)),
        columns=True,
    )


def _title(basis: Basis) -> str:
    """The largest category, when no hidden one can be larger."""
    counts = basis.rows("category") if basis.tells("category") else {}
    told = {code: count.value for code, count in counts.items() if count.value}
    if not told or any(count.value is None and not count.small for count in counts.values()):
        return _("Vad det handlar om")
    code = max(told, key=lambda each: told[each])
    return _("Vanligast: %(name)s, %(n)s") % {"name": basis.name("category", code), "n": number(told[code])}


def says_something(basis: Basis, table: str) -> bool:
    """Whether anybody has said what the table is about."""
    return not basis.tells(table) or bool(basis.rows(table).keys() - {UNKNOWN})


def broken_down(basis: Basis, table: str) -> Chart | Table:
    title, head = (str(words) for words in TABLES[table])
    if not basis.tells(table):
        return Table(id=table, title=title, head=(head,), rows=(), withheld=withheld())
    return bars(
        table, title, head, basis.rows(table), basis.names.get(table, {}), whole=basis.count("filed").value,
        threshold=basis.numbers.threshold, measure=table, rounding=basis.rounding,
    )  # fmt: skip
