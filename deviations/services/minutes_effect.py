"""What one point of approved minutes does to its deviations, in the transaction of the approval."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from deviations.history import record
from deviations.models import AgendaItem, Deviation, Meeting
from deviations.services.agenda_items import day_of, next_meeting_taken
from deviations.services.begin_meeting import changed
from deviations.services.deciding import decide, propose_measure, take_off_agenda
from deviations.services.escalating import (
    LONGEST_TITLE,
    decide_escalation,
    escalate,
    escalate_further,
    escalate_several,
)
from deviations.services.meetings import pass_on_items
from deviations.workflow import State
from orgs.models import Organisation, User

Verb = AgendaItem.Verb


def carry_into(item: AgendaItem, deviations: Sequence[Deviation], meeting: Meeting, *, by: User) -> None:
    """The point's outcome as the step of each deviation. The caller holds their locks."""
    match item.verb:
        case Verb.DECIDES | Verb.RECOMMENDS:
            for deviation in deviations:
                decide(deviation, text=item.text, by=by, item=item, binding=item.verb == Verb.DECIDES)
                _make_measures(item, deviation, meeting, by)
        case Verb.ESCALATES:
            _escalate(item, deviations, by)
        case Verb.NOTES:
            for deviation in deviations:
                if deviation.state == State.ON_AGENDA:
                    take_off_agenda(deviation, reason=item.text or "Antecknat till protokollet.", by=by)
        case Verb.TABLES:
            _table(item, deviations, meeting, by)


def carry_into_escalation(item: AgendaItem, meeting: Meeting, *, by: User) -> None:
    """The steering body's answer to what was lifted to it. Noted is not answered: it goes on waiting."""
    assert item.escalation is not None  # noqa: S101  # the caller has asked
    match item.verb:
        case Verb.DECIDES | Verb.RECOMMENDS:
            for decision in decide_escalation(
                item.escalation, text=item.text, by=by, item=item, binding=item.verb == Verb.DECIDES
            ):
                _make_measures(item, decision.deviation, meeting, by)
        case Verb.ESCALATES:
            escalate_further(item.escalation, text=item.text, by=by)
        case Verb.TABLES:
            _pass_on(item, meeting, by)


def _make_measures(item: AgendaItem, deviation: Deviation, meeting: Meeting, by: User) -> None:
    for measure in item.measures:
        propose_measure(deviation, **_given(measure), by=by, agreed_on=day_of(meeting))


def _given(measure: dict[str, Any]) -> dict[str, Any]:
    return {
        "owner": Organisation.objects.select_related("principal").get(pk=measure["owner"]),
        "text": measure["text"],
        "due_on": date.fromisoformat(measure["due_on"]),
        "check_on": date.fromisoformat(measure["check_on"]),
        "sign": measure["sign"],
    }


def _escalate(item: AgendaItem, deviations: Sequence[Deviation], by: User) -> None:
    """One matter at the steering body, however many deviations. They leave this body's agenda."""
    title = item.title[:LONGEST_TITLE]
    if len(deviations) == 1:
        escalate(deviations[0], reason=item.text, title=title, by=by)
    elif deviations:
        escalate_several(deviations, title=title, summary=item.text, by=by)
    for deviation in deviations:
        current = Deviation.objects.get(pk=deviation.pk)
        if current.state == State.ON_AGENDA:
            take_off_agenda(current, reason="Lyft till det styrande organet.", by=by)


def _table(item: AgendaItem, deviations: Sequence[Deviation], meeting: Meeting, by: User) -> None:
    """It stays on the agenda: of the next meeting, or of the one that is planned next."""
    later = _pass_on(item, meeting, by, deviations)
    for deviation in deviations:
        if deviation.state != State.ON_AGENDA:
            continue
        deviation.agenda_on = day_of(later) if later else None
        day = {"meeting_on": day_of(later).isoformat()} if later else {}
        step = "table" if later else "table_for_later"
        record(deviation, step, by=by, acting_for=meeting.body, data={"reason": item.text, **day})


def _pass_on(
    item: AgendaItem, meeting: Meeting, by: User, deviations: Sequence[Deviation] | None = None
) -> Meeting | None:
    later = next_meeting_taken(meeting)
    if later is not None:
        pass_on_items([item], later, only=deviations)
        changed(later, "build_agenda", by=by)
    return later
