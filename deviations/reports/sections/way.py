"""The way station by station: how many came to each, and what became of those that went no further."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.learning.counts import Cell as Count
from deviations.reports.basis import Basis
from deviations.reports.content import Chart, Section, Table
from deviations.reports.printing import cell, number, percent, small_note, text, withheld

STATIONS: Mapping[str, str | Promise] = {
    "waiting": gettext_lazy("Inskickade"),
    "received": gettext_lazy("Mottagna av ett organ"),
    "answered": gettext_lazy("Första svar"),
    "agenda": gettext_lazy("På dagordning"),
    "decided": gettext_lazy("Beslut"),
    "measure": gettext_lazy("Åtgärd bestämd"),
    "carried_out": gettext_lazy("Åtgärd genomförd"),
    "effect": gettext_lazy("Effekt bekräftad"),
}
"""In their order. `station|s|X` counts those that came to X and no further."""


def way(basis: Basis) -> Section | None:
    filed = basis.count("filed").value
    if filed == 0:
        return None
    if filed is None or not (basis.tells("station") or basis.tells("reached")):
        return Section(id="way", title=_("Vägen"), blocks=(_withheld(),))
    return Section(
        id="way",
        title=_title(basis, filed),
        deck=_("Vägen för de %(n)s avvikelser som kom in. Bandets tjocklek är antalet.") % {"n": number(filed)},
        blocks=(_chart(basis),),
    )


def _title(basis: Basis, filed: int) -> str:
    """ "204 av 412 når ett möte, 58 når hela vägen": both numbers, or the one that is told."""
    met, whole_way = reached(basis, "agenda").value, reached(basis, "effect").value
    told = {"n": number(filed), "met": number(met or 0), "last": number(whole_way or 0)}
    if met is None:
        return _first_answer(basis, filed)
    if whole_way is None:
        return _("%(met)s av %(n)s når ett möte") % told
    if not whole_way:
        return _("%(met)s av %(n)s når ett möte, ingen har nått hela vägen än") % told
    return _("%(met)s av %(n)s når ett möte, %(last)s når hela vägen") % told


def _first_answer(basis: Basis, filed: int) -> str:
    answered = reached(basis, "answered").value
    if answered is None:
        return _("Så långt kom avvikelserna")
    return _("%(part)s av %(n)s har fått ett första svar") % {"part": number(answered), "n": number(filed)}


def reached(basis: Basis, station: str) -> Count:
    return basis.count("filed") if station == "waiting" else basis.count("reached", station)


def _chart(basis: Basis) -> Chart:
    threshold, filed = basis.numbers.threshold, basis.count("filed").value
    came = [reached(basis, station) for station in STATIONS]
    stayed = [basis.count("station", station) for station in STATIONS]
    closed = [basis.count("left", station) for station in STATIONS]
    waits = [_waits(here, done) for here, done in zip(stayed, closed, strict=True)]
    labels = tuple(str(label) for label in STATIONS.values())
    rows = tuple(
        (text(label), cell(at, threshold), percent(at.value, filed), cell(done, threshold), cell(still, threshold))
        for label, at, done, still in zip(labels, came, closed, waits, strict=True)
    )
    hides = any(one.mark == "hidden" for row in rows for one in row)
    told = [f"{row[0].text.lower()} {row[1].text}" for row in rows if row[1].value is not None]
    return Chart(
        id="way", form="flow", title=_("Hur långt avvikelserna har kommit"), words=f"{', '.join(told)}.".capitalize(),
        labels=labels, names=(_("Nådde hit"), _("Avslutade här"), _("Väntar här")),
        series=(_values(came), _values(closed), _values(waits)),
        rule=_("·· är dolt, och där är bandet ljust.") if any(at.value is None for at in came) else "",
        table=Table(
            id="way.table", title=_("Vägen"), measures=("reached",),
            head=(_("Station"), _("Nådde hit"), _("Andel"), _("Avslutade här"), _("Väntar här")), rows=rows,
            note=small_note(threshold) if hides else "",
        ),
    )  # fmt: skip


def _waits(here: Count, closed: Count) -> Count:
    """Those that are not closed and have come no further: told when both numbers are, and not few."""
    if here.value is None or closed.value is None:
        return Count(None)
    return Count(here.value - closed.value)


def _values(counts: list[Count]) -> tuple[float | None, ...]:
    return tuple(None if count.value is None else float(count.value) for count in counts)


def _withheld() -> Table:
    return Table(id="way", title=_("Vägen"), head=(_("Station"), _("Nådde hit")), rows=(), withheld=withheld())
