"""Letters: written in the transaction of what they tell, to those it concerns, once, and never with any content."""

import email
import email.policy
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from deviations import clock
from deviations.mail import outbox, post, words
from deviations.mail.letters import LETTERS, TOLD
from deviations.models import Deviation, Mail
from deviations.services import adopting, deciding, disputes, handling, merging, statements
from deviations.services.filing import file
from deviations.workflow import STEPS
from orgs.models.people import MailFrequency
from orgs.people import choose_mail
from orgs.permissions import grant
from tests.cast import body, unit

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")
SECRET = "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte."


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def letters():
    """(who, which) of every letter, in the order written."""
    return [(mail.to.get_short_name(), mail.template) for mail in Mail.objects.order_by("pk").select_related("to")]


@pytest.fixture
def received(filed, bo):
    handling.receive(now(filed), by=bo)
    Mail.objects.all().delete()
    return filed


@pytest.fixture
def asked(received, bo):
    statements.request_statement(now(received), of=[unit("blekinge", "rb-bup")], question="Varför?", by=bo)
    return received


@pytest.fixture
def disputed(received, bo):
    disputes.open_dispute(now(received), question="Vem svarar?", by=bo)
    return received


# ── what is told to whom ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_deviation_is_told_to_those_who_handle_it(filed):
    assert letters() == [("Bo", "new")]


def test_a_dispute_asks_both_sides_how_they_see_it(disputed):
    assert sorted(letters()) == [("Berit", "view_asked"), ("Maria", "view_asked")]


@pytest.mark.parametrize(("step", "letter"), [("set_interim", "interim"), ("decide_dispute", "dispute_answered")])
def test_who_acts_meanwhile_and_the_answer_are_told_to_both_sides_and_the_reporter(disputed, bo, step, letter):
    Mail.objects.all().delete()
    words = {"set_interim": "reason", "decide_dispute": "text"}[step]
    bup = unit("blekinge", "rb-bup")
    getattr(disputes, step)(now(disputed), responsible=bup, **{words: "BUP tar emot."}, by=bo)
    assert sorted(letters()) == [("Anna", letter), ("Berit", letter), ("Maria", letter)]


def test_who_acts_meanwhile_comes_at_once_also_to_those_who_want_one_letter_a_day(disputed, anna, bo):
    choose_mail(MailFrequency.DAILY, by=anna)
    bup = unit("blekinge", "rb-bup")
    disputes.set_interim(now(disputed), responsible=bup, reason="Barnet väntar.", by=bo)
    assert Mail.objects.get(to=anna, template="interim").in_digest is False


def test_what_a_dispute_asked_is_not_sent_when_it_has_been_answered(disputed, bo):
    disputes.decide_dispute(now(disputed), responsible=unit("blekinge", "rb-bup"), text="BUP.", by=bo)
    asked = Mail.objects.filter(template="view_asked")
    assert [post.is_wanted(mail) for mail in asked] == [False, False]


def test_the_reporter_hears_that_it_is_received(filed, bo):
    Mail.objects.all().delete()
    handling.receive(now(filed), by=bo)
    assert letters() == [("Anna", "received")]


def test_a_unit_is_asked_for_its_statement(asked):
    assert letters() == [("Berit", "statement_asked")]


def test_nobody_is_asked_twice_for_the_same_statement(asked, bo, berit):
    grant(berit, "investigator", unit("blekinge", "1080-elevhalsan"), by=None)
    statements.request_completion(now(asked), question="Hur många?", by=bo)
    statements.complete(now(asked), text="Fyra.", by=Deviation.objects.get(pk=asked.pk).filed_by)
    assert [name for _who, name in letters()].count("statement_asked") == 1


def test_the_group_hears_that_a_statement_has_come(asked, berit):
    Mail.objects.all().delete()
    statements.give_statement(now(asked), cause="Brevet kom inte fram.", by=berit)
    assert letters() == [("Bo", "answered")]


def test_a_question_goes_to_the_reporter_and_the_answer_to_the_group(received, bo, anna):
    statements.request_completion(now(received), question="Hur många?", by=bo)
    statements.complete(now(received), text="Fyra.", by=anna)
    assert letters() == [("Anna", "question"), ("Bo", "completed")]


def test_decision_measure_and_answer_reach_the_reporter(received, bo):
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    today = timezone.localdate()
    deciding.propose_measure(
        now(received), owner=unit("blekinge", "rb-bup"), text="Rutin", due_on=today, check_on=today, sign="De kommer",
        by=bo,
    )  # fmt: skip
    deciding.give_feedback(now(received), text="Så blev det.", by=bo)
    assert letters() == [("Anna", "decided"), ("Anna", "measure"), ("Anna", "feedback")]


def test_each_principal_is_asked_once_for_its_answer_and_its_units_are_not(received, bo, maria, berit, mailoutbox):
    karlskrona, region = unit("blekinge", "1080-elevhalsan").principal, unit("blekinge", "rb-bup").principal
    grant(maria, "investigator", karlskrona, by=None)
    decision = deciding.decide(now(received), text="Ny rutin.", by=bo)
    Mail.objects.all().delete()
    adopting.ask_adoption(decision, principals=[karlskrona, region], by=bo)
    assert letters() == [("Maria", "adoption_asked")]
    assert (post.send_due(), mailoutbox[0].subject) == (1, "Er huvudmans svar på ett beslut")
    assert received.reference not in mailoutbox[0].body


def test_a_principal_that_has_answered_is_not_asked(received, bo, maria, mailoutbox):
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    grant(maria, "investigator", karlskrona, by=None)
    decision = deciding.decide(now(received), text="Ny rutin.", by=bo)
    (adoption,) = adopting.ask_adoption(decision, principals=[karlskrona], by=bo)
    adopting.answer_adoption(adoption, answer="adopted", by=maria)
    post.send_due()
    assert [letter.to for letter in mailoutbox if "huvudman" in letter.subject] == []


def test_the_reporter_of_one_that_was_merged_hears_of_the_answer(received, filing, bo, anna):
    other = handling.receive(file(filing(), by=anna), by=bo)
    Mail.objects.all().delete()
    merging.merge(now(other), into=now(received), by=bo)
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    Mail.objects.all().delete()
    deciding.give_feedback(now(received), text="Så blev det.", by=bo)
    assert set(Mail.objects.values_list("template", "deviation")) == {("feedback", received.pk), ("feedback", other.pk)}


def test_who_takes_over_hears_of_it_and_so_does_the_reporter(filed, bo, cecilia):
    adults = body("blekinge", "sg_vuxna")
    grant(cecilia, "coordinator", adults, by=None)
    Mail.objects.all().delete()
    handling.hand_over(now(filed), to=adults, reason="Personen har fyllt 19.", by=bo)
    assert letters() == [("Cecilia", "new"), ("Anna", "moved")]


def test_no_helps_the_group_to_know(received, bo, anna):
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(received), text="Så blev det.", by=bo)
    Mail.objects.all().delete()
    deciding.answer_helped(now(received), helped=False, comment="Samma sak igen.", by=anna)
    assert letters() == [("Bo", "not_helped")]


def test_yes_disturbs_nobody(received, bo, anna):
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(received), text="Så blev det.", by=bo)
    Mail.objects.all().delete()
    deciding.answer_helped(now(received), helped=True, by=anna)
    assert letters() == []


def test_nobody_is_told_of_their_own_step(received, bo, anna, filing):
    grant(bo, "reporter", unit("blekinge", "1080-elevhalsan"), by=None)
    own = file(filing(), by=bo)
    handling.receive(now(own), by=bo)
    assert letters() == []


def test_what_is_undone_is_told_to_nobody(received, bo):
    with transaction.atomic():
        deciding.decide(now(received), text="Ny rutin.", by=bo)
        transaction.set_rollback(True)
    assert letters() == []


def test_a_told_past_is_no_news(filing, anna):
    with clock.at(timezone.now() - timedelta(days=1)):
        file(filing(), by=anna)
    assert letters() == []


def test_every_step_that_is_told_is_a_step():
    besides = {"delivery_alarm", "measure_stalled", "stand_in", "nobody_receives", "answer_adoption"}
    besides |= {"ask_case", "approve_case", "decline_case"}  # of a learning case, which is no step of the deviation
    assert set(TOLD) - set(STEPS) <= besides
    assert {telling.letter for tellings in TOLD.values() for telling in tellings} <= set(LETTERS)


def test_the_number_of_statements_does_not_follow_the_number_of_people(
    received, bo, county_blekinge, django_assert_num_queries, django_assert_max_num_queries
):
    from orgs.models import User

    for number in range(30):
        grant(
            User.objects.create_user(f"ny{number}@example.se", name=f"Ny {number}"), "coordinator",
            body("blekinge", "sg_barn_unga"), by=None,
        )  # fmt: skip
    with django_assert_max_num_queries(4):
        outbox.write("new", LETTERS["new"], User.objects.values_list("pk", flat=True), key="prov", deviation=received)
    assert Mail.objects.count() >= 31


# ── how often ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_who_wants_questions_only_gets_no_news(received, bo, anna):
    choose_mail(MailFrequency.NEVER, by=anna)
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(received), text="Så blev det.", by=bo)
    assert letters() == [("Anna", "feedback")]


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-03-09 15:00", "2026-03-10 07:00"),
        ("2026-03-09 06:00", "2026-03-09 07:00"),
        ("2026-03-09 06:57", "2026-03-10 07:00"),  # too close: with the next one
        ("2026-03-13 15:00", "2026-03-16 07:00"),  # Friday to Monday
        ("2026-06-18 15:00", "2026-06-22 07:00"),  # over Midsummer
        ("2026-12-23 15:00", "2026-12-28 07:00"),  # over Christmas
        ("2026-03-27 15:00", "2026-03-30 07:00"),  # over the change to summer time
        ("2024-02-28 15:00", "2024-02-29 07:00"),
    ],
)
def test_the_summary_comes_at_seven_on_the_next_working_day(written, due):
    def at(text):
        return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)

    assert outbox.summary_after(at(written)) == at(due)


def test_a_days_news_come_in_one_letter_with_counts_only(received, filing, bo, anna, mailoutbox):
    choose_mail(MailFrequency.DAILY, by=anna)
    second = file(filing(), by=anna)
    Mail.objects.all().delete()
    handling.receive(now(second), by=bo)
    deciding.decide(now(second), text="Ny rutin.", by=bo)
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    assert (post.send_due(), post.send_due(), mailoutbox) == (0, 0, [])
    with time_machine.travel(outbox.summary_after(timezone.now()) + timedelta(minutes=1)):
        post.send_due()
        post.send_due()
        post.send_due()
    (summary,) = mailoutbox
    assert summary.subject == "Det som har hänt sedan sist"
    assert summary.to == ["anna@example.se"]
    assert "- mottagna: 1\n- avgjorda: 2\n" in summary.body
    assert second.reference not in summary.body
    assert Mail.objects.filter(sent_at__isnull=True).count() == 0


def test_a_question_does_not_wait_for_the_summary(received, bo, anna, mailoutbox):
    choose_mail(MailFrequency.DAILY, by=anna)
    statements.request_completion(now(received), question="Hur många?", by=bo)
    post.send_due()
    assert [letter.subject for letter in mailoutbox] == [f"Fråga till dig om avvikelse {now(received).reference}"]


# ── what a letter says ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", sorted(set(LETTERS) - {"digest"}))
def test_no_letter_says_anything_of_what_it_contains(filed, bo, name):
    filed = now(filed)
    row = Mail(
        key=f"prov:{name}", kind=LETTERS[name].kind, to=bo, deviation=filed, template=name, due_at=timezone.now(),
        facts={"sequence": 1, "due_on": "2026-03-14"},
    )  # fmt: skip
    if LETTERS[name].page in {"published", "write_report"}:
        row.facts["report"] = "0e0e0e0e-0000-4000-8000-00000000beef"
    said = words.worded(row)
    leads_elsewhere = {"adoptions", "published", "write_report"}  # to a principal's question, or to a report
    of_the_deviation = LETTERS[name].page not in leads_elsewhere
    assert (filed.reference in said.subject, filed.reference in said.text) == (of_the_deviation, of_the_deviation)
    assert "http://localhost:8000/" in said.text
    for words_of_it in (*SECRET.replace(".", "").split(), "Karlskrona", "Elevhälsan", "EH-17", "Anna", "called_party"):
        if len(words_of_it) > 4:
            assert words_of_it not in said.subject + said.text
    assert "{" not in said.text
    assert max(map(len, said.text.splitlines())) <= 250  # only an address is long


def test_a_letter_is_plain_text_in_swedish_that_nobody_answers(received, bo, mailoutbox):
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    post.send_due()
    raw = mailoutbox[0].message().as_bytes()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    mail = Mail.objects.get()
    assert read["Subject"] == f"Avvikelse {now(received).reference} har avgjorts"
    assert read["Message-ID"] == words.message_id(mail.key)
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Unsubscribe"] == "<http://localhost:8000/installningar/>"
    assert read.get_content_type() == "text/plain"
    assert read.get_content_charset() == "utf-8"
    assert "Av hänsyn till dem det gäller står det aldrig i brevet" in read.get_content()


def test_the_letter_about_an_answer_asks_whether_it_helped(received, bo, mailoutbox):
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(received), text="Så blev det.", by=bo)
    post.send_due()
    assert "http://localhost:8000/hjalpte/" in mailoutbox[-1].body
