"""The pages of the register of audits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations.audits.loading import load_audits
from deviations.models import Recommendation
from deviations.services import audits
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.frontend.pages import text


@pytest.fixture
def post(client):
    def of(who, view, /, *args, **given):
        client.force_login(who)
        return client.post(reverse(view, args=args), given)

    return of


@pytest.fixture
def lars(cast):
    user = person("lars", "Lars Larsson")
    grant(user, "coordinator", body("blekinge", "lsvo"), by=None)
    return user


@pytest.fixture
def second(county_blekinge):
    load_audits(county_blekinge)
    return Recommendation.objects.get(number="2")


@pytest.fixture
def varmland(county_varmland):
    load_audits(county_varmland)


def test_what_does_not_agree_is_said_in_plain_words(get, cecilia, varmland):
    page = text(get(cecilia, "recommendations"))
    assert "§1 säger 16 rekommendationer, men 14 är uppräknade." in page
    assert "2021:2: §3.3.2 säger ”kvarstår” men bilaga 3 säger ”kvarstår delvis”." in page
    assert "2021:4: §3.6.4 säger ”kvarstår delvis” men bilaga 3 säger ”kvarstår”." in page
    assert page.count("<tr>") == 15


def test_the_list_is_narrowed_by_status(get, cecilia, varmland):
    assert text(get(cecilia, "recommendations", lage="kvarstar")).count("<tr>") == 2
    assert text(get(cecilia, "recommendations", lage="atgardad")).count("<tr>") == 0
    assert get(cecilia, "recommendations", lage="annat").status_code == 404


def test_a_recommendation_says_that_its_words_are_not_the_audits(get, bo, second):
    page = text(get(bo, "recommendation", second.public_id))
    assert "Återgiven med våra ord" in page
    assert "Ingen har bedömt läget än." in page
    assert "Nytt läge" not in page


def test_status_answers_and_ties_are_written_by_whoever_coordinates_a_steering_body(get, post, lars, second):
    assert post(lars, "add_addressee", second.public_id, addressee="Regionstyrelsen").status_code == 302
    answer = second.replies.get()
    assert post(lars, "reply_recommendation", second.public_id, answer.pk, reply="Klart.").status_code == 302
    assert post(
        lars, "set_recommendation_status", second.public_id, status="done", evidence="Dnr 2024/7"
    ).status_code == 302  # fmt: skip
    assert post(lars, "tie_recommendation", second.public_id, categories=["sip", "referral"]).status_code == 302
    page = text(get(lars, "recommendation", second.public_id))
    for words in ("Regionstyrelsen", "Klart.", "Åtgärdad", "Dnr 2024/7", "utan att effekten är utvärderad", "Remiss"):
        assert words in page
    assert "Bedömde läget för" in text(get(lars, "body", "blekinge", "lsvo"))


def test_what_is_at_fault_is_said_at_the_field(post, lars, second):
    page = post(lars, "set_recommendation_status", second.public_id, status="done", evidence="")
    assert page.status_code == 422
    assert "Skriv vad som visar det" in text(page)


def test_a_group_reads_and_does_not_write(get, post, bo, second):
    assert get(bo, "recommendation", second.public_id).status_code == 200
    assert get(bo, "set_recommendation_status", second.public_id).status_code == 403
    assert post(bo, "tie_recommendation", second.public_id, categories=["sip"]).status_code == 403


def test_boards_read_and_another_county_does_not_find_it(get, second, cast):
    karin = person("karin", "Karin Karlsson")
    grant(karin, "board_reader", unit("blekinge", "karlskrona"), by=None)
    assert get(karin, "recommendation", second.public_id).status_code == 200
    assert get(cast.lena, "recommendation", second.public_id).status_code == 200
    for who in (cast.cecilia, cast.anna, cast.disa):
        assert get(who, "recommendation", second.public_id).status_code == 404
    assert get(cast.anna, "recommendations").status_code == 404


def test_a_reply_of_another_recommendation_is_not_found(get, lars, second):
    other = audits.add_addressee(Recommendation.objects.get(number="§5 a"), addressee="Nämnden", by=lars)
    assert get(lars, "reply_recommendation", second.public_id, other.pk).status_code == 404


def test_statements_do_not_grow_with_the_rows(get, bo, lars, second):
    def counted():
        with CaptureQueriesContext(connection) as found:
            assert get(bo, "recommendations").status_code == 200
        return len(found)

    counted()  # the first visit starts the session
    one = counted()
    for number in range(30):
        made = Recommendation.objects.create(audit=second.audit, number=f"x{number}", text="Mer.")
        audits.add_addressee(made, addressee="Nämnden", by=lars)
        audits.set_status(made, status="partly", evidence="Dnr 1", by=lars)
    assert counted() == one
