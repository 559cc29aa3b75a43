"""Units that have not reported anything: where awareness may be lacking (A04). Counts of units, about no persons."""

from django.utils.translation import gettext as _

from deviations.reports.basis import Basis
from deviations.reports.content import Section, Table
from deviations.reports.printing import number, percent, plain, text


def silent(basis: Basis) -> Section | None:
    units, quiet = basis.rows("units"), basis.rows("silent")
    if not units:
        return None
    keys = sorted(units, key=lambda key: basis.name("principal", key))
    rows = []
    for key in keys:
        all_of, none = units[key].value or 0, quiet[key].value or 0 if key in quiet else 0
        rows.append((text(basis.name("principal", key)), plain(all_of), plain(none), percent(none, all_of)))
    whole, total = (sum(count.value or 0 for count in counts.values()) for counts in (units, quiet))
    table = Table(
        id="silent", title=_("Tysta enheter"), measures=("silent",),
        head=(_("Huvudman"), _("Enheter"), _("Har inte anmält något"), _("Andel")), rows=tuple(rows),
        foot=(text(_("Summa")), plain(whole), plain(total), percent(total, whole)),
    )  # fmt: skip
    return Section(
        id="silent",
        title=_("%(n)s av %(all)s enheter har inte anmält något") % {"n": number(total), "all": number(whole)},
        deck=_("En tyst enhet kan sakna avvikelser, eller vanan att anmäla dem. Fråga innan ni drar slutsatser."),
        blocks=(table,),
    )
