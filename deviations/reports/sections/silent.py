"""Units that have not reported anything: where awareness may be lacking (A04). Counts of units, about no persons."""

from django.utils.translation import gettext as _

from deviations.learning.counts import Cell as Count
from deviations.reports.basis import Basis
from deviations.reports.content import Section, Table
from deviations.reports.printing import UNTOLD, number, percent, plain, text


def silent(basis: Basis) -> Section | None:
    """The sums are of the principals that are told, so that a hidden one cannot be subtracted from them."""
    units, quiet = basis.rows("units"), basis.rows("silent")
    if not units:
        return None
    keys = sorted(units, key=lambda key: basis.name("principal", key))
    rows, sums, hides = [], [0, 0], False
    for key in keys:
        all_of, none = units[key].value or 0, quiet.get(key, Count(0)).value
        silence = UNTOLD if none is None else plain(none)
        rows.append((text(basis.name("principal", key)), plain(all_of), silence, percent(none, all_of)))
        hides |= none is None
        if none is not None:
            sums = [sums[0] + all_of, sums[1] + none]
    whole, total = sums
    told = {"n": number(total), "all": number(whole)}
    title = _("%(n)s av %(all)s enheter har inte anmält något") % told
    if hides:
        title = _("%(n)s av de %(all)s enheter som kan visas har inte anmält något") % told
    table = Table(
        id="silent", title=_("Tysta enheter"), measures=("silent",),
        head=(_("Huvudman"), _("Enheter"), _("Har inte anmält något"), _("Andel")), rows=tuple(rows),
        foot=(text(_("Summa av dem som visas") if hides else _("Summa")), plain(whole), plain(total),
              percent(total, whole)),
        note=_("·· är dolt: hur många enheter som anmält kunde röja hur få avvikelserna är.") if hides else "",
    )  # fmt: skip
    return Section(
        id="silent",
        title=title if whole or not hides else _("Tysta enheter"),
        deck=_("En tyst enhet kan sakna avvikelser, eller vanan att anmäla dem. Fråga innan ni drar slutsatser."),
        blocks=(table,),
    )
