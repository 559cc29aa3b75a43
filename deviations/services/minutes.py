"""What a meeting decides, point by point, and the minutes: once approved they take effect in every deviation at once.

Requirements B02, B05, C01, I02.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.errors import Invalid
from deviations.models import AgendaItem, Deviation, Meeting
from deviations.rights import may
from deviations.services.agenda_items import day_of, items_of
from deviations.services.begin_meeting import AFTER_START, begin_item, begin_meeting, changed
from deviations.services.escalating import UNANSWERED
from deviations.services.form import guard
from deviations.services.minutes_effect import carry_into, carry_into_escalation
from deviations.services.minutes_text import minutes_of
from deviations.workflow import OPEN, State
from orgs.models import Body, Organisation, User

NOT_RUNNING = gettext_lazy("Beslut skrivs in medan mötet pågår, eller innan protokollet justeras.")
Verb = AgendaItem.Verb
NEEDS_TEXT = frozenset({Verb.DECIDES, Verb.RECOMMENDS, Verb.ESCALATES})
WITH_MEASURES = frozenset({Verb.DECIDES, Verb.RECOMMENDS})
MOST_MEASURES = 10


@dataclass(frozen=True, slots=True)
class Agreed:
    """A measure that the meeting agrees on, made for each deviation of the point when the minutes are approved."""

    owner: Organisation
    text: str
    due_on: date
    check_on: date
    sign: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "owner": self.owner.pk,
            "owner_name": self.owner.full_name,
            "text": self.text,
            "due_on": self.due_on.isoformat(),
            "check_on": self.check_on.isoformat(),
            "sign": self.sign,
        }


def verbs_for(item: AgendaItem, body: Body) -> list[str]:
    """What the body may do with the point: one that may only recommend never decides (B05)."""
    if item.escalation_id is None and not item.deviations.all():
        return [Verb.NOTES, Verb.TABLES]
    first = Verb.DECIDES if body.may_decide else Verb.RECOMMENDS
    supports = [Verb.RECOMMENDS] if body.may_decide else []
    lifts = [Verb.ESCALATES] if body.steering_body_id is not None else []
    return [first, *supports, *lifts, Verb.TABLES, Verb.NOTES]


@transaction.atomic
def record_decision(
    item: AgendaItem, *, verb: str, text: str = "", measures: Sequence[Agreed] = (), by: User, seen: int | None = None
) -> AgendaItem:
    """Write what the meeting says in this point. Several people write in different points at once; in the same one the
    second is told what the first wrote. Nothing reaches a deviation before the minutes are approved."""
    item, meeting = begin_item(item, by=by, when=AFTER_START, wrong=NOT_RUNNING, seen=seen)
    if verb not in verbs_for(item, meeting.body):
        raise Invalid({"verb": [("unknown", _("Välj vad gruppen gör."))]})
    if verb in NEEDS_TEXT and not text.strip():
        raise Invalid({"text": [("required", _("Skriv vad ni kommer fram till."))]})
    guard("text", text)
    if measures and verb not in WITH_MEASURES:
        raise Invalid({"measures": [("not_here", _("Åtgärder hör till ett beslut."))]})
    item.verb, item.text = verb, text.strip()
    item.measures = [measure.as_dict() for measure in _checked(measures, meeting)]
    item.decided_at, item.decided_by = clock.now(), by
    changed(meeting, "record_decision", by=by, item=item, verb=verb)
    return item


def _checked(measures: Sequence[Agreed], meeting: Meeting) -> Sequence[Agreed]:
    """Raises `Invalid` with the number of the measure in the field's name: `measures.1.due_on`."""
    faults: dict[str, list[tuple[str, str]]] = {}
    if len(measures) > MOST_MEASURES:
        faults["measures"] = [("too_many", _("En punkt kan ha högst tio åtgärder."))]
    for number, measure in enumerate(measures, start=1):
        at = f"measures.{number}"
        if not measure.text.strip():
            faults[f"{at}.text"] = [("required", _("Skriv vad som ska göras."))]
        if not measure.sign.strip():
            faults[f"{at}.sign"] = [("required", _("Skriv vad som skulle visa att det hjälpte."))]
        if measure.due_on < day_of(meeting):
            faults[f"{at}.due_on"] = [("in_past", _("Välj en dag efter mötet."))]
        if measure.check_on < measure.due_on:
            faults[f"{at}.check_on"] = [("too_early", _("Effekten kontrolleras när åtgärden är gjord."))]
        if measure.owner.county_id != meeting.body.county_id:
            faults[f"{at}.owner"] = [("other_county", _("Ägaren finns inte i länet."))]
    if faults:
        raise Invalid(faults)
    for number, measure in enumerate(measures, start=1):
        guard(f"measures.{number}.text", measure.text)
        guard(f"measures.{number}.sign", measure.sign)
    return measures


# ── approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class LeftOut:
    """A deviation that what was decided cannot be entered in, because something happened to it since."""

    item: AgendaItem
    number: int
    deviation: Deviation
    reason: str

    def __str__(self) -> str:
        return _("%(deviation)s i punkt %(number)d: %(reason)s") % {
            "deviation": self.deviation.reference,
            "number": self.number,
            "reason": self.reason,
        }


STEP_OF: Mapping[str, str] = {
    Verb.DECIDES: "decide",
    Verb.RECOMMENDS: "decide",
    Verb.ESCALATES: "escalate",
    Verb.NOTES: "take_off_agenda",
}


def left_out(meeting: Meeting, *, by: User) -> list[LeftOut]:
    """What approving would not reach, with the reason. Ask before approving; the minutes say the same."""
    found = []
    for number, item in enumerate(items_of(meeting), start=1):
        answered = _answered_since(item)
        for deviation in item.deviations.all():
            if reason := answered if item.escalation_id else _hinder(item, deviation, by):
                found.append(LeftOut(item, number, deviation, reason))
    return found


def _answered_since(item: AgendaItem) -> str:
    """Why what was lifted cannot be answered by the meeting any more. Of several, the step skips those closed."""
    lifted = item.escalation
    if lifted is None or item.verb not in NEEDS_TEXT:
        return ""
    if lifted.status not in UNANSWERED:
        return _("Ärendet är redan besvarat.")
    return "" if lifted.deviations.filter(state__in=list(OPEN)).exists() else _("Avvikelsen är inte öppen längre.")


def _hinder(item: AgendaItem, deviation: Deviation, by: User) -> str:
    step = STEP_OF.get(item.verb)
    if step is None or (step == "take_off_agenda" and deviation.state != State.ON_AGENDA):
        return ""  # nothing to enter: it is noted, and where it stands is its own business
    answer = may(by, step, deviation)
    return getattr(answer, "reason", "")


@transaction.atomic
def approve_minutes(
    meeting: Meeting, *, diary_number: str = "", leave_out: bool = False, by: User, seen: int | None = None
) -> Meeting:
    """Freeze the minutes with their checksum; what was decided then holds, and every reporter concerned sees it.

    Everything in one transaction: each decision, measure and escalation is a step of its deviation. Where a step no
    longer leads anywhere the approval is refused with the list, until `leave_out` says that it is to be written into
    the minutes instead. Raises `Invalid` (leave_out), `WrongState`, `NotYours`.
    """
    _lock_deviations(meeting)
    meeting = begin_meeting(
        meeting, by=by, when={Meeting.Status.HELD}, seen=seen,
        wrong=_("Ett protokoll justeras när mötet är avslutat, och en gång."),
    )  # fmt: skip
    guard("diary_number", diary_number)
    missed = left_out(meeting, by=by)
    if missed and not leave_out:
        raise Invalid({"leave_out": [("changed_since", _("Det här kan inte föras in: %(what)s") % {
            "what": " ".join(map(str, missed))})]})  # fmt: skip
    meeting.status, meeting.approved_at, meeting.approved_by = Meeting.Status.APPROVED, clock.now(), by
    meeting.diary_number = diary_number.strip()[:60]
    meeting.minutes = minutes_of(meeting, left_out={(m.item.pk, m.deviation.pk): m.reason for m in missed})
    meeting.checksum = checksum_of(meeting.minutes)
    _take_effect(meeting, missed, by)
    return changed(meeting, "approve_minutes", by=by, checksum=meeting.checksum)


def _take_effect(meeting: Meeting, missed: Sequence[LeftOut], by: User) -> None:
    skipped = {(m.item.pk, m.deviation.pk) for m in missed}
    answered = {m.item.pk for m in missed}
    for item in items_of(meeting):
        if item.escalation is not None:
            if item.pk not in answered:
                carry_into_escalation(item, meeting, by=by)
        else:
            carry_into(item, [d for d in item.deviations.all() if (item.pk, d.pk) not in skipped], meeting, by=by)


def _lock_deviations(meeting: Meeting) -> None:
    """In the order of their ids, before the meeting: as every step that touches both does."""
    pks = AgendaItem.deviations.through.objects.filter(agendaitem__meeting=meeting).values("deviation_id")
    list(Deviation.objects.filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def checksum_of(minutes: Mapping[str, Any]) -> str:
    """SHA-256 of the minutes in a form that every reader can make again: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(minutes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_whole(meeting: Meeting) -> bool:
    """Whether approved minutes are as they were approved."""
    return meeting.checksum == checksum_of(meeting.minutes)
