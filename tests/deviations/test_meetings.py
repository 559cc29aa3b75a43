"""Meetings: planned, built, held by several people at once, and what their minutes do to every deviation."""

import datetime

import pytest
from django.utils import timezone

from deviations import cadence, clock, diary
from deviations.errors import ChangedMeanwhile, Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.models import (
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    Deviation,
    DiaryEntry,
    Duty,
    Escalation,
    Measure,
    Meeting,
)  # fmt: skip
from deviations.services import agenda, attendance, deciding, disputes, handling, meetings, minutes, statements
from deviations.services.filing import file
from deviations.workflow import State
from tests.cast import body, unit
from tests.deviations.meeting_world import agreed, answered, at, group, held, item_of, now, planned, running, someone

pytestmark = pytest.mark.django_db


def titles(meeting):
    return [item.title for item in agenda.items_of(now(meeting))]


# ── who may, and when ────────────────────────────────────────────────────────────────────────────────────────────────
VERBS = {
    "plan_meeting": lambda m, i, s, by: meetings.plan_meeting(m.body, starts_at=at(70), by=by),
    "plan_year": lambda m, i, s, by: meetings.plan_year(m.body, first=at(80), number=2, by=by),
    "move_meeting": lambda m, i, s, by: meetings.move_meeting(m, starts_at=at(9), by=by),
    "cancel_meeting": lambda m, i, s, by: meetings.cancel_meeting(m, reason="För få kan komma.", by=by),
    "start_meeting": lambda m, i, s, by: meetings.start_meeting(m, by=by),
    "build_agenda": lambda m, i, s, by: agenda.build_agenda(m, by=by),
    "add_item": lambda m, i, s, by: agenda.add_item(m, title="Ny rutin", by=by),
    "remove_item": lambda m, i, s, by: agenda.remove_item(i, by=by),
    "move_item": lambda m, i, s, by: agenda.move_item(i, to=1, by=by),
    "fill_attendance": lambda m, i, s, by: attendance.fill_attendance(m, by=by),
    "add_seat": lambda m, i, s, by: attendance.add_seat(m, title="Skola", by=by),
    "set_presence": lambda m, i, s, by: attendance.set_presence(s, presence="remote", by=by),
    "remove_seat": lambda m, i, s, by: attendance.remove_seat(s, by=by),
    "mark_conflict": lambda m, i, s, by: attendance.mark_conflict(i, seat=s, reason="Är part.", by=by),
    "record_decision": lambda m, i, s, by: minutes.record_decision(i, verb="notes", by=by),
    "end_meeting": lambda m, i, s, by: meetings.end_meeting(m, by=by),
    "approve_minutes": lambda m, i, s, by: minutes.approve_minutes(m, by=by),
}
ALWAYS = {"plan_meeting", "plan_year"}
BEFORE_APPROVAL = {"fill_attendance", "add_seat", "set_presence", "remove_seat", "mark_conflict"}
AGENDA = {"build_agenda", "add_item", "remove_item", "move_item"}
ALLOWED = {  # state -> the verbs that lead on from it, written from the words of the design
    "planned": ALWAYS | BEFORE_APPROVAL | AGENDA | {"move_meeting", "cancel_meeting", "start_meeting"},
    "running": ALWAYS | BEFORE_APPROVAL | AGENDA | {"record_decision", "end_meeting"},
    "held": ALWAYS | BEFORE_APPROVAL | {"record_decision", "approve_minutes"},
    "approved": ALWAYS,
    "cancelled": ALWAYS,
}


@pytest.fixture
def meeting(cast):
    made = planned(cast.bo)
    agenda.add_item(made, title="Läget", by=cast.bo)
    attendance.add_seat(made, title="BUP", by=cast.bo)
    return now(made)


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_leads_on_only_from_the_states_that_say_so(cast, meeting, verb, state):
    Meeting.objects.update(status=state)
    meeting = now(meeting)
    item, seat = AgendaItem.objects.select_related("meeting").get(), Attendance.objects.select_related("meeting").get()
    before = snapshot()
    if verb in ALLOWED[state]:
        VERBS[verb](meeting, item, seat, cast.bo)
        assert DiaryEntry.objects.order_by("sequence").last().step in {verb, "plan_meeting"}
        assert diary.verify(meeting.body) is None
        return
    with pytest.raises((WrongState, Invalid)) as refused:
        VERBS[verb](meeting, item, seat, cast.bo)
    assert refused.value.reason.strip().endswith(".")
    assert snapshot() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["anna", "berit", "lena", "cecilia", "disa", "ada", "ledamot"])
def test_only_those_who_coordinate_or_chair_the_body_write_anything(cast, meeting, verb, name):
    by = someone("lova", "member", group()) if name == "ledamot" else getattr(cast, name)
    item, seat = AgendaItem.objects.select_related("meeting").get(), Attendance.objects.select_related("meeting").get()
    for state in ("planned", "running", "held"):
        Meeting.objects.update(status=state)
        before = snapshot()
        with pytest.raises(NotYours, match="Bara samordnaren och ordföranden"):
            VERBS[verb](now(meeting), item, seat, by)
        assert snapshot() == before


def snapshot():
    rows = (Meeting, AgendaItem, Attendance, Conflict, DiaryEntry)
    return [list(table.objects.order_by("pk").values()) for table in rows]


def test_the_chair_does_what_the_coordinator_does(cast):
    chair = someone("orvar", "chair", group())
    assert meetings.plan_meeting(group(), starts_at=at(5), by=chair).status == "planned"


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda m, by: agenda.add_item(m, title="Om 20121212-1212", by=by), "title"),
        (lambda m, by: agenda.add_item(m, title="Om", memo="20121212-1212", by=by), "memo"),
        (lambda m, by: attendance.add_seat(m, title="20121212-1212", by=by), "title"),
        (lambda m, by: meetings.cancel_meeting(m, reason="20121212-1212", by=by), "reason"),
        (lambda m, by: meetings.plan_meeting(m.body, starts_at=at(40), place="20121212-1212", by=by), "place"),
    ],
)
def test_no_text_of_a_meeting_carries_an_identity(cast, meeting, call, field):
    with pytest.raises(Invalid) as refused:
        call(meeting, cast.bo)
    assert [code for code, _text in refused.value.fields[field]] == ["personal_identity_number"]


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_year_follows_the_cadence_on_working_days_and_rests_in_july(cast):
    first = datetime.datetime(2026, 1, 12, 9, tzinfo=timezone.get_current_timezone())
    with clock.at(first - datetime.timedelta(days=3)):
        made = meetings.plan_year(group(), first=first, by=cast.bo)
    days = [timezone.localtime(meeting.starts_at) for meeting in made]
    assert [day.date().isoformat() for day in days] == [
        "2026-01-12", "2026-02-23", "2026-04-13", "2026-06-01", "2026-08-03", "2026-08-24", "2026-10-12", "2026-11-30",
    ]  # fmt: skip
    assert {day.hour for day in days} == {9}  # also after the clocks have changed


def test_two_meetings_of_a_body_are_never_on_the_same_day(cast, meeting):
    with pytest.raises(Invalid, match="redan ett möte den dagen"):
        meetings.plan_meeting(group(), starts_at=at(0, hour=15), by=cast.bo)


def test_held_is_counted_against_what_the_profile_says(cast, meeting):
    Meeting.objects.update(status="approved")
    counted = cadence.kept([group()], clock.today())[group().pk]
    assert (counted.held, counted.least, counted.in_words()) == (1, 8, "1 av minst 8 i år")
    assert cadence.kept([body("varmland", "barnalivet")], clock.today()).popitem()[1].in_words() == "0 i år"


def test_a_moved_meeting_takes_its_deviations_with_it_and_their_histories_say_so(cast, filing):
    deviation, meeting = answered(cast, filing), planned(cast.bo, 3)
    agenda.build_agenda(meeting, by=cast.bo)
    meetings.move_meeting(now(meeting), starts_at=at(10), by=cast.bo)
    deviation = now(deviation)
    assert (deviation.state, deviation.agenda_on) == (State.ON_AGENDA, at(10).date())
    assert deviation.history.order_by("sequence").last().step == "move_meeting"
    assert verify(deviation) is None


def test_a_cancelled_meeting_gives_its_matters_to_the_next_one(cast, filing):
    deviation, meeting, later = answered(cast, filing), planned(cast.bo, 3), planned(cast.bo, 20)
    agenda.build_agenda(meeting, by=cast.bo)
    meetings.cancel_meeting(now(meeting), reason="För få kan komma.", by=cast.bo)
    assert now(deviation).agenda_on == at(20).date()
    assert item_of(later, deviation).title == deviation.title


def test_a_cancelled_meeting_without_a_next_one_gives_them_back_to_the_group(cast, filing):
    deviation, meeting = answered(cast, filing), planned(cast.bo, 3)
    agenda.build_agenda(meeting, by=cast.bo)
    meetings.cancel_meeting(now(meeting), reason="För få kan komma.", by=cast.bo)
    assert (now(deviation).state, now(deviation).agenda_on) == (State.RECEIVED, None)


# ── the agenda ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_click_builds_the_agenda_of_what_is_ready_and_of_nothing_else(cast, filing):
    ready = answered(cast, filing)
    waiting = handling.receive(file(filing(category="referral/returned"), by=cast.anna), by=cast.bo)
    statements.request_statement(waiting, of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
    good = handling.receive(file(filing(kind="good_example", category="climate"), by=cast.anna), by=cast.bo)
    file(filing(category="information/missing"), by=cast.anna)
    Duty.objects.create(
        body=group(), key="report:lsvo", kind="report", title="Årsrapport till LSVO", due_on=at(20).date()
    )
    meeting = planned(cast.bo, 5)
    agenda.build_agenda(meeting, by=cast.bo)
    assert titles(meeting) == [
        "Närvaro, jäv och föregående protokoll", ready.title, good.title, "Årsrapport till LSVO", "Nästa möte",
    ]  # fmt: skip
    assert (now(ready).state, now(ready).agenda_on) == (State.ON_AGENDA, at(5).date())
    assert now(waiting).state == State.AWAITING_STATEMENT


def test_a_late_statement_is_no_reason_to_wait(cast, filing):
    deviation = handling.receive(file(filing(), by=cast.anna), by=cast.bo)
    statements.request_statement(deviation, of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
    deviation.statements.update(due_on=clock.today() - datetime.timedelta(days=1))
    meeting = planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    assert item_of(meeting, deviation)


def test_what_is_alike_becomes_one_point_with_the_name_of_the_category(cast, filing):
    alike = [answered(cast, filing) for _n in range(3)]
    meeting = planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    assert titles(meeting)[1:-1] == ["SIP: kallad part kom inte"]
    assert set(item_of(meeting, alike[0]).deviations.all()) == set(alike)


def test_a_dispute_whose_last_day_is_near_comes_first(cast, filing):
    plain = answered(cast, filing)
    disputed = handling.receive(file(filing(category="responsibility/dispute"), by=cast.anna), by=cast.bo)
    disputes.open_dispute(disputed, question="Vem utreder?", by=cast.bo)
    meeting = planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    assert titles(meeting)[1:-1] == [disputed.title, plain.title]


def test_built_again_only_what_is_new_is_added(cast, filing):
    answered(cast, filing)
    meeting = planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    first = titles(meeting)
    later = answered(cast, filing, category="referral/returned")
    agenda.build_agenda(now(meeting), by=cast.bo)
    assert titles(meeting) == [*first[:-1], later.title, first[-1]]


def test_an_escalation_that_waits_is_a_point_of_the_steering_body(cast, filing):
    lars, lsvo = someone("lars", "coordinator", body("blekinge", "lsvo")), body("blekinge", "lsvo")
    deviation = answered(cast, filing)
    handling_escalate(deviation, cast)
    meeting = planned(lars, 0, lsvo)
    agenda.build_agenda(meeting, by=lars)
    item = item_of(meeting, deviation)
    assert (item.escalation, item.title) == (Escalation.objects.get(), Escalation.objects.get().title)


def handling_escalate(deviation, cast):
    from deviations.services.escalating import escalate

    escalate(deviation, reason="Händer i alla fem kommuner.", by=cast.bo)


def test_a_day_with_a_planned_meeting_is_that_meeting(cast, filing):
    deviation, meeting = answered(cast, filing), planned(cast.bo, 4)
    deciding.put_on_agenda(deviation, meeting_on=at(4).date(), by=cast.bo)
    assert item_of(meeting, deviation).title == deviation.title
    other = answered(cast, filing)
    deciding.put_on_agenda(other, meeting=now(meeting), by=cast.bo)
    assert (now(other).agenda_on, now(other).state) == (at(4).date(), State.ON_AGENDA)


def test_nothing_is_put_on_the_agenda_of_another_body(cast, filing):
    meeting = planned(cast.cecilia, 4, body("varmland", "barnalivet"))
    deviation = answered(cast, filing)
    with pytest.raises(NotYours):
        deciding.put_on_agenda(deviation, meeting=meeting, by=cast.bo)
    assert now(deviation).state == State.RECEIVED


def test_what_is_taken_off_the_agenda_is_the_groups_again(cast, filing):
    deviation, meeting = answered(cast, filing), planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    deciding.take_off_agenda(now(deviation), reason="BUP lämnar mer underlag.", by=cast.bo)
    assert (now(deviation).state, titles(meeting)) == (
        State.RECEIVED, ["Närvaro, jäv och föregående protokoll", "Nästa möte"],
    )  # fmt: skip


def test_a_removed_point_gives_its_deviation_back(cast, filing):
    deviation, meeting = answered(cast, filing), planned(cast.bo)
    agenda.build_agenda(meeting, by=cast.bo)
    agenda.remove_item(item_of(meeting, deviation), by=cast.bo)
    assert now(deviation).state == State.RECEIVED


def test_points_are_put_in_another_order(cast, meeting):
    for title in ("Två", "Tre"):
        agenda.add_item(now(meeting), title=title, by=cast.bo)
    agenda.move_item(AgendaItem.objects.select_related("meeting").get(title="Tre"), to=1, by=cast.bo)
    assert titles(meeting) == ["Tre", "Läget", "Två"]


# ── who takes part ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_seats_come_from_the_last_meeting_or_from_the_profile(cast):
    lars, lsvo = someone("lars", "coordinator", body("blekinge", "lsvo")), body("blekinge", "lsvo")
    first, second = planned(lars, 0, lsvo), planned(lars, 5, lsvo)
    attendance.fill_attendance(first, by=lars)
    seats = [seat.title for seat in first.attendance.all()]
    assert seats[0] == "Förvaltningschefer äldre"
    attendance.add_seat(now(first), organisation=unit("blekinge", "rb-bup"), by=lars)
    attendance.fill_attendance(now(second), by=lars)
    assert [seat.title for seat in second.attendance.all()] == [*seats, "BUP, Region Blekinge"]


def test_samsyn_sees_who_is_a_party_and_it_is_written_in_with_one_click(cast, filing):
    meeting, [deviation] = running(cast, filing)
    bup = attendance.add_seat(meeting, organisation=unit("blekinge", "rb-bup"), by=cast.bo)
    attendance.add_seat(now(meeting), organisation=unit("blekinge", "1080-elevhalsan").principal, by=cast.bo)
    attendance.add_seat(now(meeting), organisation=unit("blekinge", "rb-vardcentral"), by=cast.bo)
    item = item_of(meeting, deviation)
    assert [(s.item, s.seat) for s in attendance.suggested_conflicts(now(meeting))] == [(item, bup)]
    attendance.mark_conflict(item, seat=bup, by=cast.bo)
    assert Conflict.objects.get().reason == "BUP, Region Blekinge är part."
    assert attendance.suggested_conflicts(now(meeting)) == []


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
    handling_escalate(deviation, cast)
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
