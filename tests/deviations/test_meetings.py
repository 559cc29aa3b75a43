"""Meetings: who may do what and when, the calendar, the agenda, and who takes part."""

import datetime

import pytest
from django.utils import timezone

from deviations import cadence, clock, diary
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.models import (
    AgendaItem,
    Attendance,
    Conflict,
    DiaryEntry,
    Duty,
    Escalation,
    Meeting,
)  # fmt: skip
from deviations.services import agenda, attendance, deciding, disputes, handling, meetings, minutes, statements
from deviations.services.filing import file
from deviations.workflow import State
from tests.cast import body, unit
from tests.deviations.meeting_world import (
    answered,
    at,
    escalated,
    group,
    item_of,
    now,
    planned,
    running,
    someone,
)

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
    escalated(deviation, cast)
    meeting = planned(lars, 0, lsvo)
    agenda.build_agenda(meeting, by=lars)
    item = item_of(meeting, deviation)
    assert (item.escalation, item.title) == (Escalation.objects.get(), Escalation.objects.get().title)


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
