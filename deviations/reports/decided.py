"""Decisions that an author may choose for a report, and how far each has come: whether it is carried out, and helped.

What a decision says about one deviation stays with its parties. The author writes for the reader, and the state is
read from the principals' answers and from the measures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.learning.period import Period, moments
from deviations.models import Adoption, Decision, Measure
from orgs.models import Body

Tone = Literal["", "good", "going", "late"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision, however many deviations it was about. `of` is its address in the author's text."""

    of: str
    title: str
    on: date
    decisions: Sequence[Decision] = field(repr=False, default=())
    lead: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """`words` and `tone` as printed; `adopted` is a sentence about the principals, "" when none were asked."""

    words: str
    tone: Tone
    adopted: str = ""


def offered(body: Body, period: Period) -> list[Choice]:
    """What the body decided in the period, newest first. One statement and those of the prefetches."""
    first, after = moments(period)
    taken = _decisions(body).filter(decided_at__gte=first, decided_at__lt=after)
    return sorted(_grouped(taken).values(), key=lambda choice: (choice.on, choice.of), reverse=True)


def chosen(body: Body, text: Mapping[str, Any]) -> list[Choice]:
    """As the author chose them, in the author's order and words. One that is not the body's is left out."""
    wanted: list[Mapping[str, Any]] = [row for row in text.get("decided", []) if row.get("lead")]
    if not wanted:
        return []
    known = _grouped(_decisions(body).filter(_at(str(row["of"]) for row in wanted)))
    return [
        Choice(at.of, at.title, at.on, at.decisions, str(row["lead"]), str(row.get("text", "")))
        for row in wanted
        if (at := known.get(str(row["of"]))) is not None
    ]


def _decisions(body: Body) -> Any:
    return (
        Decision.objects.filter(body=body)
        .select_related("agenda_item", "escalation", "deviation")
        .prefetch_related(
            Prefetch("adoptions", Adoption.objects.select_related("principal").order_by("principal__name")),
            Prefetch("deviation__measures", Measure.objects.order_by("pk")),
        )
        .order_by("decided_at", "pk")
    )


def _grouped(decisions: Iterable[Decision]) -> dict[str, Choice]:
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        found.setdefault(_address(decision), []).append(decision)
    return {
        of: Choice(of, _title(rows[0]), timezone.localdate(rows[0].decided_at), tuple(rows))
        for of, rows in found.items()
    }


def _address(decision: Decision) -> str:
    if decision.escalation is not None:
        return f"escalation:{decision.escalation.public_id}"
    return f"item:{decision.agenda_item_id}" if decision.agenda_item_id else f"decision:{decision.pk}"


def _at(addresses: Iterable[str]) -> Q:
    """The decisions that may have one of those addresses, so that no others are read."""
    named: dict[str, list[str]] = {"escalation": [], "item": [], "decision": []}
    for address in addresses:
        kind, _between, id = address.partition(":")
        named[kind].append(id)
    return (
        Q(escalation__public_id__in=named["escalation"])
        | Q(agenda_item__in=named["item"])
        | Q(pk__in=named["decision"])
    )


def _title(decision: Decision) -> str:
    if decision.escalation is not None:
        return decision.escalation.title
    return decision.agenda_item.title if decision.agenda_item is not None else decision.text[:80]


# ── how far it has come ──────────────────────────────────────────────────────────────────────────────────────────────
def state_of(choice: Choice, at: datetime) -> State:
    """As of that moment: what was answered or done later is not known yet."""
    adoptions = answers(choice)
    adopted = _adopted(adoptions)
    today = timezone.localdate(at)
    waiting = [one for one in adoptions if one.answer == Adoption.Answer.WAITING and one.due_on < today]
    measures = [measure for decision in choice.decisions for measure in decision.deviation.measures.all()]
    undone = [measure for measure in measures if measure.carried_out_at is None]
    late = [measure.due_on for measure in undone if measure.due_on < today] + [one.due_on for one in waiting]
    if late:
        return State(_("Försenad sedan %(month)s") % {"month": date_format(min(late), "F Y")}, "late", adopted)
    if undone:
        return State(_("Åtgärd pågår"), "going", adopted)
    if measures:
        return _effect(measures, adopted)
    if adoptions and any(one.answer == Adoption.Answer.WAITING for one in adoptions):
        return State(_("Väntar på huvudmännens svar"), "going", adopted)
    return State(_("Beslutat"), "", adopted)


def _effect(measures: Sequence[Measure], adopted: str) -> State:
    effects = {measure.effect for measure in measures}
    if effects == {Measure.Effect.VERIFIED}:
        return State(_("Effekt bekräftad"), "good", adopted)
    if Measure.Effect.NOT_VERIFIED in effects:
        return State(_("Ingen effekt"), "late", adopted)
    if Measure.Effect.TOO_EARLY in effects:
        return State(_("För tidigt att säga"), "going", adopted)
    return State(_("Genomförd, effekten är inte kontrollerad"), "going", adopted)


def answers(choice: Choice) -> list[Adoption]:
    """Each principal once, its newest answer, by name."""
    newest: dict[int, Adoption] = {}
    for decision in choice.decisions:
        for adoption in decision.adoptions.all():
            newest[adoption.principal_id] = adoption
    return sorted(newest.values(), key=lambda one: one.principal.name)


def _adopted(adoptions: Sequence[Adoption]) -> str:
    """ "Fyra av sex huvudmän inför det." in figures."""
    if not adoptions:
        return ""
    carrying = sum(one.answer == Adoption.Answer.ADOPTED for one in adoptions)
    return ngettext(
        "%(part)d av %(n)d huvudman inför det.", "%(part)d av %(n)d huvudmän inför det.", len(adoptions)
    ) % {"part": carrying, "n": len(adoptions)}  # fmt: skip
