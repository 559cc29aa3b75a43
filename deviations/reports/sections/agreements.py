"""Which agreements the deviations rest on, which of them had run out, and which clauses they are about (E02, E05)."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning.counts import Cell as Count
from deviations.reports.basis import UNKNOWN, Basis
from deviations.reports.content import Chart, Section, Table
from deviations.reports.printing import bars, cell, number, ranked, small_note, text, withheld
from orgs.profiles.schema import Agreement


def agreements(basis: Basis) -> Section:
    if not basis.tells("agreement"):
        table = Table(id="agreements", title=_("Avtal som åberopas"), head=(_("Avtal"),), rows=(), withheld=withheld())
        return Section(id="agreements", title=_("Avtal och överenskommelser"), blocks=(table,))
    return Section(
        id="agreements",
        title=_title(basis),
        deck=_("Antal avvikelser som hänvisar till avtalet, och hur många som hände efter avtalets sista dag."),
        blocks=(_table(basis), _clauses(basis)),
    )


def _table(basis: Basis) -> Table:
    counts = cited(basis)
    most = max((count.value or 0 for count in counts.values()), default=0)
    threshold, known = basis.numbers.threshold, {each.id: each for each in basis.profile.agreements}
    rows = tuple(
        (
            text(basis.name("agreement", key)),
            text(state(known.get(key), basis.period_end)),
            cell(counts[key], threshold, most),
            cell(basis.count("cited_expired", key), threshold),
        )
        for key in ranked(counts, basis.names.get("agreement", {}))
    )
    return Table(
        id="agreements", title=_("Avtal som åberopas"), measures=("agreement", "cited_expired"),
        head=(_("Avtal"), _("Läge"), _("Antal"), _("Efter sista dagen")), rows=rows,
        note=small_note(threshold) if any(c.mark == "hidden" for row in rows for c in row) else "" if rows else _none(),
    )  # fmt: skip


def _none() -> str:
    return _("Ingen avvikelse hänvisar till något avtal.")


def cited(basis: Basis) -> dict[str, Count]:
    """By agreement; what cites none is left out."""
    return {key: count for key, count in basis.rows("agreement").items() if key != UNKNOWN}


def _clauses(basis: Basis) -> Chart | Table:
    title, head = _("Punkter som åberopas"), _("Punkt")
    if not basis.tells("clause"):
        return Table(id="clauses", title=title, head=(head,), rows=(), withheld=withheld())
    counts = {key: count for key, count in basis.rows("clause").items() if key != UNKNOWN}
    return bars(
        "clauses", title, head, counts, basis.names.get("clause", {}), whole=basis.count("filed").value,
        threshold=basis.numbers.threshold, measure="clause", rounding=basis.rounding,
        deck=_("Underlag när avtalen ses över."),
    )  # fmt: skip


def _title(basis: Basis) -> str:
    """That the one most cited has run out is said only when its number may be told."""
    worst = worst_expired(basis)
    if worst is not None:
        return ngettext(
            "Det mest åberopade avtalet gäller inte längre: %(n)s gång",
            "Det mest åberopade avtalet gäller inte längre: %(n)s gånger", worst[1],
        ) % {"n": number(worst[1])}  # fmt: skip
    if not cited(basis):
        return _("Ingen avvikelse åberopar något avtal")
    first = most_cited(basis)
    if first is None:
        return _("Avtal och överenskommelser")
    return _("%(name)s åberopas mest: %(n)s") % {"name": first[0].name, "n": number(first[1])}


def most_cited(basis: Basis) -> tuple[Agreement, int] | None:
    """None when a hidden number could be larger than the largest one told."""
    if not basis.tells("agreement"):
        return None
    counts = cited(basis)
    known = {each.id: each for each in basis.profile.agreements}
    told = {key: count.value for key, count in counts.items() if count.value and key in known}
    if not told or any(count.value is None and not count.small for count in counts.values()):
        return None
    largest = max(told.values())
    first = [key for key, value in told.items() if value == largest]
    return (known[first[0]], largest) if len(first) == 1 else None


def worst_expired(basis: Basis) -> tuple[Agreement, int] | None:
    """The most cited one, when it had run out before the period began."""
    first = most_cited(basis)
    if first is None or first[0].valid_to is None or first[0].valid_to >= basis.period.first:
        return None
    return first


def ran_out(agreement: Agreement) -> date:
    """The last day. Raises ValueError for one without."""
    if agreement.valid_to is None:
        raise ValueError(f"{agreement.id} has no last day")
    return agreement.valid_to


def state(agreement: Agreement | None, on: date) -> str:
    """On the last day of the period."""
    if agreement is None:
        return _("Finns inte i registret")
    if agreement.valid_to is not None and agreement.valid_to < on:
        return _("Gick ut %(day)s") % {"day": date_format(agreement.valid_to, "j F Y")}
    if agreement.valid_from is None and agreement.valid_to is None:
        return _("Giltighet okänd")
    if agreement.valid_to is not None:
        return _("Gäller till och med %(day)s") % {"day": date_format(agreement.valid_to, "j F Y")}
    return _("Gäller, utan slutdag")
