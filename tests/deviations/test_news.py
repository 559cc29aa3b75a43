"""What is new since a person last looked: from the history, only what they may see, as far as they have read."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations import by_key, clock, live, news
from deviations.models import HistoryEntry, NewsMark, NewsRead
from deviations.services import deciding, handling, meetings, statements
from deviations.services.filing import file
from deviations.services.reading_news import read_about, read_news
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.frontend.pages import fresh

pytestmark = pytest.mark.django_db


def unread(person):
    return [(entry.deviation_id, entry.step) for entry in news.entries(person, news.since(person))]


def read_all(person, upto=None):
    read_news(upto=news.newest() if upto is None else upto, until=clock.now(), by=person)


@pytest.fixture
def received(filed, bo):
    handling.receive(fresh(filed), by=bo)
    return filed


def test_what_others_have_done_is_news_and_what_one_has_done_oneself_is_not(received, anna, bo):
    assert unread(anna) == [(received.pk, "receive")]
    assert unread(bo) == [(received.pk, "submit")]


def test_what_one_may_not_see_is_no_news(received, cecilia, disa, lena, ada):
    assert {person: (unread(person), news.count(person)) for person in (cecilia, disa, lena, ada)} == {
        person: ([], 0) for person in (cecilia, disa, lena, ada)
    }


def test_a_draft_and_the_steps_of_those_who_handle_it_are_no_news(received, anna, bo):
    handling.score(fresh(received), severity=2, likelihood=2, by=bo)
    handling.note(fresh(received), text="Ring i morgon.", by=bo)
    assert unread(anna) == [(received.pk, "receive")]


def test_what_was_read_is_news_no_more_and_what_comes_after_it_is(received, anna, bo):
    read_all(anna)
    assert (unread(anna), news.count(anna)) == ([], 0)
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    assert unread(anna) == [(received.pk, "decide")]
    assert NewsRead.objects.get(user=anna).position == news.newest() - 1


def test_what_came_after_the_page_was_made_stays_new(received, anna, bo):
    upto = news.newest()
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    read_all(anna, upto)
    assert unread(anna) == [(received.pk, "decide")]


def test_a_page_went_to_the_end_or_to_just_before_what_has_become_new_since(received, anna, bo, cecilia, filing):
    last = received.public_id, fresh(received).sequence
    assert news.shown_up_to(anna, last) == news.newest()
    assert news.shown_up_to(cecilia, None) == news.newest()
    before = news.newest()
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    assert news.shown_up_to(anna, last) == before
    assert news.shown_up_to(cecilia, None) == news.newest()


def test_a_page_that_showed_nothing_or_what_is_lost_marks_nothing_that_is_new_now(received, anna, cecilia):
    assert news.shown_up_to(anna, None) == HistoryEntry.objects.get(step="receive").pk - 1
    last = received.public_id, 1
    assert news.shown_up_to(cecilia, last) == news.shown_up_to(cecilia, None)


def test_one_reads_no_further_than_the_outbox_and_never_back_again(received, anna):
    read_all(anna, 10**15)
    assert NewsRead.objects.get(user=anna).position == news.newest()
    read_news(upto=0, until=clock.now() - datetime.timedelta(days=5), by=anna)
    assert unread(anna) == []


def test_one_deviation_can_be_read_by_itself(received, anna, bo, filing):
    other = file(filing(happened="Vi ringde i en timme utan svar."), by=anna)
    handling.receive(fresh(other), by=bo)
    assert read_about(received, by=anna) is True
    assert unread(anna) == [(other.pk, "receive")]
    assert read_about(received, by=anna) is False
    assert NewsMark.objects.count() == 1
    read_all(anna)
    assert (unread(anna), NewsMark.objects.count()) == ([], 0)


def test_an_entry_whose_place_is_not_settled_is_marked_by_its_deviation(received, anna, bo, monkeypatch):
    monkeypatch.setattr("deviations.services.reading_news.live.missed_since", lambda user, position: NOT_KNOWN)
    read_all(anna)
    assert (unread(anna), NewsRead.objects.get(user=anna).position, NewsMark.objects.count()) == ([], 0, 1)
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    assert unread(anna) == [(received.pk, "decide")]


NOT_KNOWN = type("Missed", (), {"position": None})


def test_the_first_look_goes_back_two_weeks(received, anna):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=13), tick=False):
        assert unread(anna) == [(received.pk, "receive")]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=15), tick=False):
        assert unread(anna) == []


def test_a_merely_asked_unit_sees_it_when_it_is_asked(received, berit, bo):
    statements.request_statement(fresh(received), of=[unit("blekinge", "rb-bup")], question="Varför?", by=bo)
    assert unread(berit)[0] == (received.pk, "request_statement")


def test_a_meeting_is_told_to_the_bodys_people_and_not_to_who_called_it(bo, cecilia, ada):
    member = person("mona", "Mona Mård")
    grant(member, "member", body("blekinge", "sg_barn_unga"), by=ada)
    meetings.plan_meeting(body("blekinge", "sg_barn_unga"), starts_at=clock.now(), place="", by=bo)
    found = {p: [e.step for e in news.of_bodies(p, news.since(p))] for p in (member, bo, cecilia)}
    assert found == {member: ["plan_meeting"], bo: [], cecilia: []}
    assert news.count(member) == 1
    read_all(member)
    assert news.count(member) == 0


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_costs_the_same_for_one_and_for_thirty(rows, anna, bo, filing):
    for n in range(rows):
        handling.receive(fresh(file(filing(happened=f"Kallelsen nådde inte fram, gång {n}."), by=anna)), by=bo)
    with CaptureQueriesContext(connection) as captured:
        assert news.count(anna) == rows
    assert len(captured) == 5


def test_that_one_has_read_is_no_history(received, anna):
    before = HistoryEntry.objects.count()
    read_all(anna)
    read_about(received, by=anna)
    assert HistoryEntry.objects.count() == before


# ── those who see much ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def seeing_much(monkeypatch):
    monkeypatch.setattr(by_key, "MUCH", 1)


def test_who_sees_much_has_the_same_news_as_one_who_sees_little(received, cast, monkeypatch):
    def told():
        return {who: (unread(who), news.count(who), live.missed_since(who, 0).changes) for who in vars(cast).values()}

    little = told()
    monkeypatch.setattr(by_key, "MUCH", 1)
    assert told() == little
    assert [step for _pk, step in little[cast.anna][0]] == ["receive"]
    assert little[cast.cecilia] == ([], 0, [])


def test_who_sees_much_is_told_of_no_more_than_the_newest_of_everybodys(received, bo, seeing_much, monkeypatch):
    assert unread(bo) == [(received.pk, "submit")]
    monkeypatch.setattr(news, "MOST_WALKED", 1)
    assert unread(bo) == []


def test_no_page_waits_while_all_that_somebody_sees_is_collected(received, bo, seeing_much):
    """It would read every deviation there is: seconds, on each page and for each thing that happens."""
    with CaptureQueriesContext(connection) as asked:
        news.count(bo)
        live.missed_since(bo, 0)
        read_about(received, by=bo)
    walked = [query["sql"] for query in asked if '"deviations_historyentry"."deviation_id"' in query["sql"]]
    assert len(walked) == 3
    assert [sql for sql in walked if '"deviation_id" IN (' in sql] == []
