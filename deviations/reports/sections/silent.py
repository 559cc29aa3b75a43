"""Who has not reported anything, and who has begun to: where awareness may be lacking (A04)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from deviations.learning.counts import Cell as Count
from deviations.reports.basis import Basis
from deviations.reports.content import Section, Table
from deviations.reports.printing import UNTOLD, number, percent, plain, text
from deviations.reports.sections.newcomers import newcomers


def silent(basis: Basis) -> Section | None:
    """The sums are of the principals that are told, so that a hidden one cannot be subtracted from them."""
    units = basis.rows("units")
    if not units:
        return None
    table, (whole, total) = _units(basis, units)
    hides = bool(table.note)
    told = {"n": number(total), "all": number(whole)}
    title = _("%(n)s av %(all)s enheter har inte anmält något") % told
    if hides:
        title = _("%(n)s av de %(all)s enheter som kan visas har inte anmält något") % told
    return Section(
        id="silent",
        title=title if whole or not hides else _("Tysta enheter"),
        deck=_("En tyst enhet kan sakna avvikelser, eller vanan att anmäla dem. Fråga innan ni drar slutsatser."),
        blocks=(table, *newcomers(basis)),
    )


def _units(basis: Basis, units: Mapping[str, Count]) -> tuple[Table, tuple[int, int]]:
    """With how many units the sums are of, and how many of those are silent."""
    quiet, begun = basis.rows("silent"), basis.rows("begun")
    rows, sums, hides = [], [0, 0, 0], False
    for key in sorted(units, key=lambda key: basis.name("principal", key)):
        all_of, none = units[key].value or 0, quiet.get(key, Count(0)).value
        first = begun.get(key, Count(0)).value
        told = [UNTOLD if value is None else plain(value) for value in (none, first)]
        rows.append((text(basis.name("principal", key)), plain(all_of), told[0], percent(none, all_of), told[1]))
        if none is None or first is None:
            hides = True
        else:
            sums = [sums[0] + all_of, sums[1] + none, sums[2] + first]
    table = Table(
        id="silent", title=_("Tysta enheter, och de som började anmäla"), measures=("silent", "begun"),
        head=(_("Huvudman"), _("Enheter"), _("Har inte anmält något"), _("Andel"), _("Anmälde för första gången")),
        rows=tuple(rows),
        foot=(text(_("Summa av dem som visas") if hides else _("Summa")), plain(sums[0]), plain(sums[1]),
              percent(sums[1], sums[0]), plain(sums[2])),
        note=_("·· är dolt: hur många enheter som anmält kunde röja hur få avvikelserna är.") if hides else "",
    )  # fmt: skip
    return table, (sums[0], sums[1])
