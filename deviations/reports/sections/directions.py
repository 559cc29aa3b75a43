"""Who has reported about whom: reciprocity, never a league table. The numbers tell reporting, not incidence."""

from itertools import product

from django.utils.translation import gettext as _

from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Section, Table
from deviations.reports.printing import cell, number, small_note, text, withheld

OFTEN = 4
"""One way so many times the other before it is called "seldom the other way"."""


def directions(basis: Basis) -> Section | None:
    if basis.count("filed").value == 0:
        return None
    title = _("Vem som anmält vem")
    if not basis.tells("direction"):
        return _between_kinds(basis, title)
    return Section(
        id="directions",
        title=_title(basis) or title,
        deck=" ".join(filter(None, (_both_ways(basis), _tells_reporting()))),
        blocks=(_matrix(basis),),
    )


def _tells_reporting() -> str:
    return _("Antal mäter anmälan, inte hur ofta något händer: en hög siffra kan betyda att man är bra på att anmäla.")


def _between_kinds(basis: Basis, title: str) -> Section:
    """When too few went between single principals: the region, the municipalities and the others, each together."""
    if not basis.tells("between"):
        table = Table(id="directions", title=title, head=(_("Anmäld av"),), rows=(), withheld=withheld())
        return Section(id="directions", title=title, blocks=(table,))
    threshold = basis.numbers.threshold
    names = {"region": _("Regionen"), "municipality": _("Kommunerna"), "other": _("Övriga")}
    most = max((basis.count("between", row, column).value or 0 for row, column in product(names, names)), default=0)

    def line(row: str, label: str, most: int = 0) -> tuple[Cell, ...]:
        inner = (cell(basis.count("between", row, column), threshold, most) for column in names)
        return (text(label), *inner, cell(basis.count("between", row, "Σ"), threshold))

    foot = (*line("Σ", _("Summa"))[:-1], cell(basis.count("filed"), threshold))
    table = Table(
        id="directions", title=title, measures=("direction",),
        deck=_("Rad: den som anmält. Kolumn: den det gäller. Så få avvikelser går mellan enskilda huvudmän att de "
               "visas tillsammans. Övriga är fristående skolor, privata vårdgivare och när det inte är angivet."),
        head=(_("Anmäld av"), *names.values(), _("Summa")),
        rows=tuple(line(row, name, most) for row, name in names.items()),
        foot=foot, wide=True, note=small_note(threshold),
    )  # fmt: skip
    deck = " ".join(filter(None, (_both_ways(basis), _tells_reporting())))
    return Section(id="directions", title=_title(basis) or title, deck=deck, blocks=(table,))


def _matrix(basis: Basis) -> Table:
    rows, columns = used(basis)
    threshold = basis.numbers.threshold
    inner = [basis.count("direction", row, column).value or 0 for row, column in product(rows, columns)]
    most = max(inner, default=0)
    lines = tuple(
        (
            text(_name(basis, row)),
            *(cell(basis.count("direction", row, column), threshold, most) for column in columns),
            cell(basis.count("direction", row, "Σ"), threshold),
        )
        for row in rows
    )
    foot: tuple[Cell, ...] = (
        text(_("Summa")),
        *(cell(basis.count("direction", "Σ", column), threshold) for column in columns),
        cell(basis.count("filed"), threshold),
    )
    hides = any(one.mark == "hidden" for line in (*lines, foot) for one in line)
    return Table(
        id="directions", title=_("Vem som anmält vem"), measures=("direction",),
        deck=_("Rad: den som anmält. Kolumn: den det gäller, den första om det gäller flera. Antal avvikelser."),
        head=(_("Anmäld av"), *(_name(basis, column) for column in columns), _("Summa")), rows=lines, foot=foot,
        wide=True, note=small_note(threshold) if hides else "",
    )  # fmt: skip


def used(basis: Basis) -> tuple[list[str], list[str]]:
    """Principals that have reported, and those reported about, in the profile's order; unknown ones last."""
    start = f"direction|{basis.scope}|"
    found = [name.removeprefix(start).split("|") for name in basis.numbers.keys_in("direction", basis.scope)]
    order = {principal.id: at for at, principal in enumerate(basis.profile.principals)}
    there = [(row, column) for row, column in found if basis.count("direction", row, column).value != 0]
    rows = {row for row, _column in there} - {"Σ"}
    columns = {column for _row, column in there} - {"Σ"}

    def place(key: str) -> tuple[int, str]:
        return order.get(key, len(order) + (key == "-")), key

    return sorted(rows, key=place), sorted(columns, key=place)


def _name(basis: Basis, key: str) -> str:
    return _("Inte angiven") if key in {"-", ""} else basis.name("principal", key)


# ── what the figures mean ────────────────────────────────────────────────────────────────────────────────────────────
def _title(basis: Basis) -> str:
    """Between the region and the municipalities when both ways are told; else whom most of them are about."""
    ways = between(basis)
    if ways is not None and any(ways) and max(ways) >= OFTEN * min(ways):
        return (
            _("Kommunerna anmäler regionen, och sällan tvärtom")
            if ways[0] > ways[1]
            else _("Regionen anmäler kommunerna, och sällan tvärtom")
        )
    return _about_most(basis)


def _both_ways(basis: Basis) -> str:
    ways = between(basis)
    if ways is None or not any(ways):
        return ""
    return _("Från kommuner till regionen gick %(there)s anmälningar, och åt andra hållet %(back)s.") % {
        "there": number(ways[0]), "back": number(ways[1]),
    }  # fmt: skip


def between(basis: Basis) -> tuple[int, int] | None:
    """How many went from municipalities to the region, and back. None when either is hidden."""
    there = basis.count("between", "municipality", "region").value
    back = basis.count("between", "region", "municipality").value
    return None if there is None or back is None else (there, back)


def _about_most(basis: Basis) -> str:
    """ "295 av 412 gäller Region Blekinge": only when it is more than half, so that no hidden one can be larger."""
    filed = basis.count("filed").value
    if not filed:
        return ""
    for column in used(basis)[1]:
        value = basis.count("direction", "Σ", column).value
        if value is not None and 2 * value > filed and column != "-":
            told = {"n": number(value), "all": number(filed), "name": _name(basis, column)}
            return _("%(n)s av %(all)s gäller %(name)s") % told
    return ""
