"""The receiving unit: what is asked of it, its answer, and what it reads afterwards."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.models import AccessLogEntry, Deviation, Statement
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from deviations.workflow import State
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.frontend.pages import fresh, text

LATER = timezone.localdate() + datetime.timedelta(days=14)
QUESTION = "Hur tar ni emot kallelser?"


@pytest.fixture
def asked(filed, bo):
    """BL-01, where BUP is asked for a statement."""
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question=QUESTION, by=bo)
    return fresh(filed)


def asks(html):
    return re.findall(r'<li data-live-deviation="([^"]+)"', html)


def test_the_unit_has_what_it_is_asked_in_its_list_with_the_last_day(get, berit, asked):
    html = text(get(berit, "to_answer"))
    assert "Väntar på ert yttrande" in html
    assert asks(html) == [str(asked.public_id)]
    assert asked.title in html


def test_nothing_waits_until_the_group_asks(get, berit, filed):
    html = text(get(berit, "to_answer"))
    assert "Inget väntar på ert svar" in html
    assert asks(html) == []


@pytest.mark.parametrize("name", ["anna", "bo", "cecilia", "disa", "lena", "ada"])
def test_only_those_who_answer_for_a_unit_have_the_list(get, cast, asked, name):
    assert get(getattr(cast, name), "to_answer").status_code == 404
    assert get(getattr(cast, name), "to_answer_waiting").status_code == 404


def test_another_units_list_stays_empty(get, maria, asked):
    assert asks(text(get(maria, "to_answer"))) == []


def test_a_manager_of_the_whole_principal_answers_for_its_units(get, take, asked):
    rune = person("rune", "Rune Rask")
    grant(rune, "unit_manager", unit("blekinge", "rb-bup").principal, by=None)
    assert asks(text(get(rune, "to_answer"))) == [str(asked.public_id)]
    assert take(rune, asked, "give_statement", cause="Fel låda.").status_code == 302


def test_the_page_asks_first_and_shows_what_happened(get, berit, asked):
    html = text(get(berit, "deviation", asked.public_id))
    assert '<h1 id="ask_h">Ert yttrande behövs</h1>' in html
    assert html.index("Ert yttrande behövs") < html.index('id="unit-side"')
    for words in (QUESTION, "BUP kom inte.", "svara senast", "Det är vårt ansvar", "Lämna vidare till rätt verksamhet"):
        assert words in html, words
    assert "EH-17" not in html
    assert "Anna" not in html


def test_a_unit_that_it_concerns_reads_it_before_anything_is_asked(get, berit, filed):
    html = text(get(berit, "deviation", filed.public_id))
    assert "Ert yttrande behövs" not in html
    assert '<h1 lang="sv">' + filed.title in html
    assert "Inget väntar på er just nu." in html


def test_the_answer_is_sent_and_then_stands_to_be_read(get, take, berit, asked):
    given = {
        "cause": "Fel låda.",
        "measures": "Ny adress.",
        "consequences": "Mötet ställdes in.",
        "follow_up": "I maj.",
    }
    response = take(berit, asked, "give_statement", **given)
    assert response.status_code == 302
    html = text(get(berit, "deviation", asked.public_id))
    assert "Tack. Yttrandet är lämnat." in html
    assert "Ert yttrande behövs" not in html
    for words in given.values():
        assert words in html, words
    assert fresh(asked).state == State.RECEIVED
    assert "Besvarade" in text(get(berit, "to_answer"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cause": "", "measures": "Ny adress."}, "Skriv hur ni ser på vad som hände och varför."),
        ({"cause": "Vi ringde 20121212-1212."}, "personnummer"),
    ],
)
def test_a_fault_keeps_what_was_written(take, berit, asked, given, words):
    response = take(berit, asked, "give_statement", **given)
    assert response.status_code == 422
    assert words in text(response)
    for value in given.values():
        assert value in text(response)
    assert Statement.objects.get().status == Statement.Status.REQUESTED


def test_a_unit_declines_with_a_fixed_reason_and_a_comment(get, take, berit, asked):
    html = text(get(berit, "step", asked.public_id, "decline"))
    assert "Vem hör den till i stället?" not in html
    assert take(berit, asked, "decline", reason="other_legal_ground", comment="").status_code == 422
    assert take(berit, asked, "decline", reason="", comment="Hör till vuxna.").status_code == 422
    response = take(berit, asked, "decline", reason="other_legal_ground", comment="Hör till vårdcentralen.")
    assert response.status_code == 302
    assert Statement.objects.get().status == Statement.Status.DECLINED
    assert "Hör till vårdcentralen." in text(get(berit, "deviation", asked.public_id))


def test_the_measure_of_the_unit_is_in_its_list_and_is_marked_as_done(get, take, bo, berit, filed):
    handling.receive(filed, by=bo)
    deciding.decide(filed, text="Lådan bevakas.", by=bo)
    measure = deciding.propose_measure(
        filed, owner=unit("blekinge", "rb-bup"), text="Bevaka lådan.", due_on=LATER, check_on=LATER, sign="Svar.", by=bo
    )
    assert "Åtgärder hos er" in text(get(berit, "to_answer"))
    assert 'id="unit-carry_out"' in text(get(berit, "deviation", filed.public_id))
    assert take(berit, filed, "carry_out", measure=measure.pk).status_code == 302
    assert "Åtgärder hos er" not in text(get(berit, "to_answer"))


def test_a_safety_officer_of_the_unit_reads_and_is_not_asked(get, take, asked):
    mats = person("mats", "Mats Mård")
    grant(mats, "safety_officer", unit("blekinge", "rb-bup"), by=None)
    html = text(get(mats, "deviation", asked.public_id))
    assert "BUP kom inte." in html
    assert "Ert yttrande behövs" not in html
    assert take(mats, asked, "give_statement", cause="Fel låda.").status_code == 403


def test_a_body_that_is_informed_reads_without_being_asked_anything(get, asked):
    siv = person("siv", "Siv Sand")
    grant(siv, "member", body("blekinge", "sg_barn_unga"), by=None)
    assert "Ert yttrande behövs" not in text(get(siv, "deviation", asked.public_id))


def test_whoever_answers_for_both_sides_sees_what_stays_at_home_and_it_is_noted(get, asked, maria):
    grant(maria, "unit_manager", unit("blekinge", "rb-bup"), by=None)
    html = text(get(maria, "deviation", asked.public_id))
    assert "Ert yttrande behövs" in html
    assert "EH-17" in html
    assert set(AccessLogEntry.objects.values_list("user", "part")) == {
        (maria.pk, "local_reference"),
        (maria.pk, "reporter"),
    }


def test_the_fragments_are_exactly_what_the_pages_have(get, berit, asked):
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    for page, fragment, args in (
        ("to_answer", "to_answer_waiting", ()),
        ("deviation", "deviation_unit_side", (asked.public_id,)),
        ("overdue", "overdue_moving", ()),
    ):
        shown = token.sub("", text(get(berit, fragment, *args))).strip()
        assert shown in token.sub("", text(get(berit, page, *args)))
    assert "<textarea" not in text(get(berit, "deviation_unit_side", asked.public_id)), (
        "nothing is swapped while written in"
    )


def test_the_list_asks_as_often_for_thirty_as_for_one(get, berit, anna, bo, filing):
    counts = []
    for more in (1, 29):
        for _number in range(more):
            filed = file(filing(), by=anna)
            handling.receive(filed, by=bo)
            statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
        get(berit, "to_answer")
        with CaptureQueriesContext(connection) as queries:
            assert len(asks(text(get(berit, "to_answer")))) == Deviation.objects.count()
        counts.append(len(queries))
    assert counts[0] == counts[1]
