"""Last days that come near or have passed are reminded of, and measures that stand still are alarmed, once."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from deviations import history
from deviations.deadlines import reminders_for, working_days_from
from deviations.mail import post, reminders
from deviations.models import Deviation, Escalation, Mail, Measure, Statement
from deviations.services import adopting, deciding, escalating, handling, learning_cases, statements
from orgs.permissions import grant
from orgs.profiles.active import profile_of
from tests.cast import body, unit

pytestmark = pytest.mark.django_db


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def letters():
    return [(mail.to.get_short_name(), mail.template) for mail in Mail.objects.order_by("pk").select_related("to")]


def days_of(deviation, last_day):
    return reminders_for(last_day, profile_of(deviation.profile_version_id).reminders)


def at(day, hour=8):
    """That day in Sweden, with the clock standing still."""
    return time_machine.travel(timezone.make_aware(datetime.combine(day, time(hour))), tick=False)


@pytest.fixture
def asked(filed, bo):
    """BUP is asked for a statement; the letters so far are forgotten. The answer has no last day."""
    handling.receive(now(filed), by=bo)
    (statement,) = statements.request_statement(
        now(filed), of=[unit("blekinge", "rb-bup")], question="Varför?", by=bo
    )  # fmt: skip
    Deviation.objects.update(answer_due_on=None)
    Mail.objects.all().delete()
    return statement


def test_the_unit_is_reminded_before_the_last_day_and_both_it_and_the_group_after(asked):
    days = days_of(asked.deviation, asked.due_on)
    told = {}
    for day in days:
        with at(day):
            reminders.remind()
        told[day] = letters()
        Mail.objects.update(sent_at=timezone.now())
        Mail.objects.all().delete()
    before, *after = days
    assert before < asked.due_on < min(after)
    assert told[before] == [("Berit", "statement_soon")]
    assert [told[day] for day in after] == [[("Berit", "statement_late"), ("Bo", "statement_overdue")]] * len(after)


def test_on_other_days_nobody_is_reminded(asked):
    with at(days_of(asked.deviation, asked.due_on)[0] - timedelta(days=1)):
        assert reminders.remind() == 0


def test_each_reminder_is_written_once_however_often_it_is_looked_for(asked):
    with at(days_of(asked.deviation, asked.due_on)[0]):
        assert (reminders.remind(), reminders.remind()) == (1, 0)


def test_a_day_when_nobody_worked_is_made_up_for(asked):
    day = days_of(asked.deviation, asked.due_on)[-1]
    with at(day + timedelta(days=2)):
        assert reminders.remind() == 2
    with at(day + timedelta(days=30)):
        assert reminders.remind() == 0


def test_it_comes_at_seven_in_the_morning(asked):
    with at(days_of(asked.deviation, asked.due_on)[0], hour=1):
        reminders.remind()
        assert post.send_due() == 0
    assert timezone.localtime(Mail.objects.get().due_at).hour == 7


def test_what_has_been_answered_meanwhile_is_not_reminded_of(asked, berit, mailoutbox):
    with at(days_of(asked.deviation, asked.due_on)[0], hour=1):
        reminders.remind()
        statements.give_statement(now(asked.deviation), cause="Brevet kom inte fram.", by=berit)
    with at(days_of(asked.deviation, asked.due_on)[0], hour=8):
        post.send_due()
    assert [letter.to for letter in mailoutbox] == [["bo@example.se"]]  # that the statement has come


def test_a_moved_last_day_has_its_own_reminders(asked, mailoutbox):
    with at(days_of(asked.deviation, asked.due_on)[0], hour=1):
        reminders.remind()
        Statement.objects.update(due_on=asked.due_on + timedelta(days=30))
    with at(days_of(asked.deviation, asked.due_on)[0], hour=8):
        assert post.send_due() == 0
    later = asked.due_on + timedelta(days=30)
    with at(days_of(asked.deviation, later)[0]):
        assert reminders.remind() == 1


@pytest.fixture
def questioned(filed, bo):
    """Anna has been asked for more; the letters so far are forgotten. The answer to her has no last day."""
    handling.receive(now(filed), by=bo)
    statements.request_completion(now(filed), question="Vilken vecka?", by=bo)
    Deviation.objects.update(answer_due_on=None)
    Mail.objects.all().delete()
    return date.fromisoformat(statements.open_question(now(filed)).data["due_on"])


def test_the_reporter_is_reminded_of_a_question_before_its_last_day_and_after_with_the_group(filed, questioned):
    before, *after = days_of(now(filed), questioned)
    with at(before):
        reminders.remind()
    assert letters() == [("Anna", "question_soon")]
    for day in after:
        Mail.objects.all().delete()
        with at(day):
            reminders.remind()
            assert reminders.remind() == 0
        assert letters() == [("Anna", "question_late"), ("Bo", "question_overdue")]


def test_the_last_day_of_a_question_is_that_of_a_statement_asked_for_the_same_day(filed, questioned):
    assert questioned == statements.last_day_for(now(filed))


def test_an_answered_question_is_not_reminded_of_though_another_is_asked(filed, questioned, bo, anna, mailoutbox):
    day = days_of(now(filed), questioned)[0]
    with at(day, hour=1):
        reminders.remind()
        statements.complete(now(filed), text="Vecka elva.", by=anna)
        statements.request_completion(now(filed), question="Vilket år?", by=bo)
    with at(day, hour=8):
        assert reminders.remind() == 0
        post.send_due()
    asked_again = f"Fråga till dig om avvikelse {now(filed).reference}"
    assert [letter.subject for letter in mailoutbox if letter.to == ["anna@example.se"]] == [asked_again]


def test_the_group_is_reminded_of_its_answer(filed, bo):
    handling.receive(now(filed), by=bo)
    Mail.objects.all().delete()
    last_day = now(filed).answer_due_on
    before, first_after, *_more = days_of(now(filed), last_day)
    with at(before):
        reminders.remind()
    with at(first_after):
        reminders.remind()
    assert letters() == [("Bo", "answer_soon"), ("Bo", "answer_late")]


def test_a_principal_is_reminded_of_its_answer(filed, bo, maria):
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    grant(maria, "investigator", karlskrona, by=None)
    handling.receive(now(filed), by=bo)
    decision = deciding.decide(now(filed), text="Ny rutin.", by=bo)
    (adoption,) = adopting.ask_adoption(decision, principals=[karlskrona], by=bo)
    Deviation.objects.update(answer_due_on=None)
    Mail.objects.all().delete()
    before, first_after, *_more = days_of(now(filed), adoption.due_on)
    for day in (before, first_after):
        with at(day):
            reminders.remind()
    assert letters() == [("Maria", "adoption_soon"), ("Maria", "adoption_late")]


def test_the_steering_body_is_reminded_of_what_was_lifted_to_it(filed, bo, lena):
    grant(lena, "coordinator", body("blekinge", "lsvo"), by=None)
    handling.receive(now(filed), by=bo)
    escalating.escalate(now(filed), reason="Gäller hela länet.", by=bo)
    Deviation.objects.update(answer_due_on=None)
    Mail.objects.all().delete()
    escalation = Escalation.objects.get()
    before, first_after, *_more = days_of(now(filed), escalation.due_on)
    for day in (before, first_after):
        with at(day):
            reminders.remind()
    assert letters() == [("Lena", "escalation_soon"), ("Lena", "escalation_late")]


def test_looking_costs_the_same_for_one_and_for_thirty(asked, django_assert_num_queries):
    """Days that nobody is reminded on; writing letters costs what the letters cost."""
    row = Statement.objects.get()
    with at(days_of(asked.deviation, asked.due_on)[0] - timedelta(days=1)):
        with django_assert_num_queries(7):
            reminders.remind()
        for _each in range(29):
            row.pk = None
            row.save(force_insert=True)
        with django_assert_num_queries(7):
            reminders.remind()


# ── measures that stand still ────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def measure(filed, bo):
    handling.receive(now(filed), by=bo)
    deciding.decide(now(filed), text="Ny rutin.", by=bo)
    today = timezone.localdate()
    made = deciding.propose_measure(
        now(filed), owner=unit("blekinge", "rb-bup"), text="Rutin", due_on=today + timedelta(days=10),
        check_on=today + timedelta(days=40), sign="De kommer", by=bo,
    )  # fmt: skip
    Mail.objects.all().delete()
    return made


def told_in_history(deviation):
    return [entry.data["waits_for"] for entry in deviation.history.filter(step="measure_stalled").order_by("sequence")]


def test_a_measure_is_not_late_on_its_last_day(measure):
    with at(measure.due_on):
        assert reminders.alarm_stalled() == 0


def test_a_measure_whose_last_day_has_passed_is_alarmed_once_to_its_owner_and_to_the_group(measure):
    for days in (1, 2, 3):
        with at(measure.due_on + timedelta(days=days)):
            reminders.alarm_stalled()
    assert sorted(letters()) == [("Berit", "measure_stalled"), ("Bo", "measure_stalled")]
    assert told_in_history(measure.deviation) == ["done"]
    assert Measure.objects.get().stalled_at is not None
    assert history.verify(now(measure.deviation)) is None


def test_the_alarm_is_samsyns_own_entry(measure):
    with at(measure.due_on + timedelta(days=1)):
        reminders.alarm_stalled()
    entry = measure.deviation.history.get(step="measure_stalled")
    assert (entry.by, entry.acting_for) == (None, "Samsyn")
    assert entry.data == {
        "measure": measure.pk, "owner": "BUP, Region Blekinge", "waits_for": "done",
        "due_on": measure.due_on.isoformat(),
    }  # fmt: skip


def test_a_day_that_is_moved_makes_room_for_a_new_alarm(measure):
    with at(measure.due_on + timedelta(days=1)):
        reminders.alarm_stalled()
    moved = measure.due_on + timedelta(days=20)
    Measure.objects.update(due_on=moved)
    with at(moved):
        assert reminders.alarm_stalled() == 0
    with at(moved + timedelta(days=1)):
        assert reminders.alarm_stalled() == 1


def test_an_effect_that_nobody_has_checked_on_its_day_is_alarmed(measure, bo):
    deciding.carry_out(measure, by=bo)
    with at(measure.check_on):
        assert reminders.alarm_stalled() == 0
    with at(measure.check_on + timedelta(days=1)):
        assert reminders.alarm_stalled() == 1
    assert told_in_history(measure.deviation) == ["check"]


def test_an_effect_that_is_checked_is_not(measure, bo):
    deciding.carry_out(measure, by=bo)
    deciding.check_effect(measure, effect="verified", comment="Alla kom.", by=bo)
    with at(measure.check_on + timedelta(days=1)):
        assert reminders.alarm_stalled() == 0


def test_the_days_work_is_done_once_a_day(measure, monkeypatch):
    monkeypatch.setattr(reminders, "_last_done", {})
    with at(measure.due_on + timedelta(days=1)):
        assert reminders.once_a_day() >= 1
        assert reminders.once_a_day() == 0
    with at(measure.due_on + timedelta(days=2)):
        assert set(reminders._last_done.values()) == {measure.due_on + timedelta(days=1)}


# ── learning cases that wait for a yes or no at home ─────────────────────────────────────────────────────────────────
@pytest.fixture
def case(filed, bo):
    handling.receive(now(filed), by=bo)
    told = {"title": "Mötet", "happened": "Ett barn skulle få en plan.", "learning": "Utse en ersättare."}
    made = learning_cases.ask_case(learning_cases.write_case(now(filed), **told, by=bo), by=bo)
    Deviation.objects.update(answer_due_on=None)
    Mail.objects.all().delete()
    return made


def test_the_reporters_side_is_reminded_of_a_learning_case_after_five_and_ten_working_days(case):
    asked_on, told = timezone.localdate(case.asked_at), {}
    for count in range(1, 16):
        with at(working_days_from(asked_on, count)):
            reminders.remind()
        told[count] = letters()
        Mail.objects.all().delete()
    assert {count: sent for count, sent in told.items() if sent and count in (5, 10)} == {
        5: [("Maria", "case_waiting")], 10: [("Maria", "case_waiting")],
    }  # fmt: skip
    assert [told[count] for count in (1, 4, 15)] == [[], [], []]


def test_a_learning_case_that_has_its_answer_meanwhile_is_not_reminded_of(case, maria, mailoutbox):
    day = working_days_from(timezone.localdate(case.asked_at), 5)
    with at(day, hour=1):
        assert (reminders.remind(), reminders.remind()) == (1, 0)
        learning_cases.approve_case(case, by=maria)
    with at(day, hour=8):
        post.send_due()
    assert "maria@example.se" not in [letter.to[0] for letter in mailoutbox]
