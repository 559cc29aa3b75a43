"""What is decided at a meeting, by several people at once, and what approved minutes do to every deviation."""

import datetime

import pytest

from deviations import clock
from deviations.errors import ChangedMeanwhile, Invalid, WrongState
from deviations.history import verify
from deviations.models import AgendaItem, Decision, Deviation, Escalation, Measure
from deviations.services import agenda, deciding, meetings, minutes
from deviations.workflow import State
from tests.cast import body
from tests.deviations.meeting_world import (
    agreed,
    answered,
    at,
    escalated,
    group,
    held,
    item_of,
    now,
    planned,
    running,
    someone,
)  # fmt: skip

pytestmark = pytest.mark.django_db


# ── while it runs ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_two_write_in_different_points_and_nothing_is_lost(cast, filing):
    meeting, [one, two] = running(cast, filing, 2)
    first, second = item_of(meeting, one), item_of(meeting, two)
    vera = someone("vera", "chair", group())
    minutes.record_decision(first, verb="decides", text="Ett.", by=cast.bo, seen=first.sequence)
    minutes.record_decision(second, verb="tables", text="Två.", by=vera, seen=second.sequence)
    assert [(now(i).verb, now(i).text) for i in (first, second)] == [("decides", "Ett."), ("tables", "Två.")]


def test_in_the_same_point_the_second_is_told_what_the_first_wrote(cast, filing):
    meeting, [deviation] = running(cast, filing)
    item, vera = item_of(meeting, deviation), someone("vera", "chair", group())
    minutes.record_decision(item, verb="decides", text="Ett.", by=cast.bo, seen=item.sequence)
    with pytest.raises(ChangedMeanwhile, match="i punkten: Bo bekräftade ett beslut") as refused:
        minutes.record_decision(item, verb="decides", text="Två.", by=vera, seen=item.sequence)
    assert (refused.value.status, refused.value.steps, now(item).text) == (409, ["record_decision"], "Ett.")


def test_a_body_that_may_only_recommend_is_never_offered_to_decide(cast, filing):
    beredning = body("varmland", "beredningsgrupp")
    vera = someone("vera", "coordinator", beredning)
    meeting = planned(vera, 0, beredning)
    item = agenda.add_item(meeting, title="Rutin", by=vera)
    assert minutes.verbs_for(item, beredning) == ["notes", "tables"]
    meeting, [deviation] = running(cast, filing)
    with_matter = item_of(meeting, deviation)
    assert minutes.verbs_for(with_matter, beredning)[0] == "recommends"
    assert "decides" not in minutes.verbs_for(with_matter, beredning)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"verb": "", "text": "Ja."}, "verb"),
        ({"verb": "decides", "text": " "}, "text"),
        ({"verb": "decides", "text": "Eleven 20121212-1212."}, "text"),
        ({"verb": "tables", "measures": ["ok"]}, "measures"),
        ({"verb": "decides", "text": "Ja.", "measures": [{"text": ""}]}, "measures.1.text"),
        ({"verb": "decides", "text": "Ja.", "measures": [{"sign": "20121212-1212"}]}, "measures.1.sign"),
        ({"verb": "decides", "text": "Ja.", "measures": [{"check_on": datetime.date(2020, 1, 1)}]},
         "measures.1.check_on"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_decision_is_said_at_its_field(cast, filing, given, field):
    meeting, [deviation] = running(cast, filing)
    measures = [agreed(**({} if m == "ok" else m)) for m in given.pop("measures", [])]
    with pytest.raises(Invalid) as refused:
        minutes.record_decision(item_of(meeting, deviation), **given, measures=measures, by=cast.bo)
    assert list(refused.value.fields) == [field]
    assert item_of(meeting, deviation).verb == ""


def test_a_meeting_does_not_end_before_every_matter_has_its_answer(cast, filing):
    meeting, [deviation] = running(cast, filing)
    with pytest.raises(WrongState, match="1 punkt återstår"):
        meetings.end_meeting(now(meeting), by=cast.bo)
    minutes.record_decision(item_of(meeting, deviation), verb="tables", by=cast.bo)
    assert meetings.end_meeting(now(meeting), by=cast.bo).status == "held"


def test_a_meeting_is_opened_on_its_day(cast):
    with pytest.raises(WrongState, match="den dag det hålls"):
        meetings.start_meeting(planned(cast.bo, 1), by=cast.bo)


# ── approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_nothing_reaches_a_deviation_before_the_minutes_are_approved(cast, filing):
    meeting, deviation = held(cast, filing)
    assert (deviation.state, Decision.objects.count()) == (State.ON_AGENDA, 0)
    minutes.approve_minutes(meeting, diary_number="RB 2026/17", by=cast.bo)
    decision = Decision.objects.get()
    assert (decision.text, decision.binding) == ("Varje mottagning har en bevakad adress.", True)
    assert decision.agenda_item == item_of(meeting, deviation)
    assert now(deviation).state == State.DECIDED
    assert verify(now(deviation)) is None


def test_measures_agreed_are_made_for_each_deviation_though_the_day_has_passed(cast, filing):
    due = clock.today() + datetime.timedelta(days=2)
    meeting, deviation = held(cast, filing, measures=[agreed(due_on=due)])
    with clock.at(clock.now() + datetime.timedelta(days=5)):
        minutes.approve_minutes(meeting, by=cast.bo)
    measure = Measure.objects.get()
    assert (measure.text, measure.due_on, measure.deviation) == ("Bevakad adress", due, deviation)
    assert now(deviation).state == State.MEASURE


def test_what_the_group_stands_behind_binds_nobody(cast, filing):
    meeting, _deviation = held(cast, filing, verb="recommends")
    minutes.approve_minutes(meeting, by=cast.bo)
    assert Decision.objects.get().binding is False


def test_what_is_lifted_is_one_matter_at_the_steering_body(cast, filing):
    alike = [answered(cast, filing) for _n in range(3)]
    meeting = planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    meetings.start_meeting(now(meeting), by=cast.bo)
    item = item_of(meeting, alike[0])
    minutes.record_decision(item, verb="escalates", text="Återkommer i hela länet.", by=cast.bo)
    meetings.end_meeting(now(meeting), by=cast.bo)
    minutes.approve_minutes(now(meeting), by=cast.bo)
    assert set(Escalation.objects.get().deviations.all()) == set(alike)
    assert {now(d).state for d in alike} == {State.RECEIVED}


def test_what_is_tabled_stands_on_the_next_agenda(cast, filing):
    meeting, deviation = held(cast, filing, verb="tables", text="Mer underlag.")
    later = planned(cast.bo, 14)
    minutes.approve_minutes(meeting, by=cast.bo)
    assert (now(deviation).state, now(deviation).agenda_on) == (State.ON_AGENDA, at(14).date())
    assert item_of(later, deviation).verb == ""
    assert now(deviation).history.order_by("sequence").last().step == "table"


def test_what_is_tabled_without_a_next_meeting_is_on_the_next_agenda_that_is_built(cast, filing):
    meeting, deviation = held(cast, filing, verb="tables")
    minutes.approve_minutes(meeting, by=cast.bo)
    assert (now(deviation).state, now(deviation).agenda_on) == (State.ON_AGENDA, None)
    later = planned(cast.bo, 14)
    agenda.build_agenda(later, by=cast.bo)
    assert item_of(later, deviation)


def test_the_steering_bodys_decision_reaches_what_was_lifted_to_it(cast, filing):
    lars, lsvo = someone("lars", "coordinator", body("blekinge", "lsvo")), body("blekinge", "lsvo")
    deviation = answered(cast, filing)
    escalated(deviation, cast)
    meeting = planned(lars, 0, lsvo)
    agenda.build_agenda(meeting, by=lars)
    meetings.start_meeting(now(meeting), by=lars)
    minutes.record_decision(item_of(meeting, deviation), verb="decides", text="Gemensam rutin.", by=lars)
    meetings.end_meeting(now(meeting), by=lars)
    minutes.approve_minutes(now(meeting), by=lars)
    decision = Decision.objects.get()
    assert (decision.body, decision.escalation, decision.agenda_item.meeting) == (
        lsvo, Escalation.objects.get(), meeting,
    )  # fmt: skip
    assert now(deviation).state == State.DECIDED


def test_what_was_settled_since_the_meeting_is_said_before_approving_and_in_the_minutes(cast, filing):
    meeting, deviation = held(cast, filing)
    deciding.decide(deviation, text="Avgjort på annat sätt.", by=cast.bo)
    with pytest.raises(Invalid, match=f"{deviation.reference} i punkt 2: Det går att besluta") as refused:
        minutes.approve_minutes(meeting, by=cast.bo)
    assert list(refused.value.fields) == ["leave_out"]
    assert now(meeting).status == "held"
    approved = minutes.approve_minutes(meeting, leave_out=True, by=cast.bo)
    assert [missed["deviation"] for missed in approved.minutes["items"][1]["left_out"]] == [deviation.reference]
    assert Decision.objects.count() == 1


def test_approved_minutes_are_frozen_and_their_checksum_shows_any_change(cast, filing):
    meeting, deviation = held(cast, filing)
    approved = minutes.approve_minutes(meeting, by=cast.bo)
    AgendaItem.objects.update(text="Något annat.")
    approved = now(approved)
    assert approved.minutes["items"][1]["text"] == "Varje mottagning har en bevakad adress."
    assert approved.minutes["items"][1]["deviations"] == [deviation.reference]
    assert minutes.is_whole(approved)
    approved.minutes["items"][1]["text"] = "Något annat."
    assert not minutes.is_whole(approved)


def test_minutes_name_no_person(cast, filing):
    meeting, _deviation = held(cast, filing)
    approved = minutes.approve_minutes(meeting, by=cast.bo)
    assert approved.minutes["approved_by"] == "Samordnaren"
    assert "Bo Berg" not in str(approved.minutes)


def test_minutes_are_approved_once(cast, filing):
    meeting, _deviation = held(cast, filing)
    minutes.approve_minutes(meeting, by=cast.bo)
    with pytest.raises(WrongState, match="en gång"):
        minutes.approve_minutes(now(meeting), by=cast.bo)
    assert Decision.objects.count() == 1


def test_the_reporter_sees_the_decision_once_it_is_approved(cast, filing):
    meeting, deviation = held(cast, filing)
    minutes.approve_minutes(meeting, by=cast.bo)
    seen = Deviation.objects.visible_to(cast.anna).get(pk=deviation.pk)
    assert [decision.text for decision in seen.decisions.all()] == ["Varje mottagning har en bevakad adress."]
