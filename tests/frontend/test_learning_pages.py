"""The pages of what recurs and of learning cases, as people reach them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock
from deviations.models import LearningCase, Pattern
from deviations.services import learning_cases
from deviations.services import patterns as service
from tests.cast import body
from tests.deviations.steering import holder, received
from tests.frontend.pages import text

EVIDENCE = {
    "rule": "rise", "kind": "step_unit", "observed": 7, "expected": 1.9, "p": 0.004, "months": 3, "tried": 143,
    "alike": 7, "shared": [["category", "x", "Kallad part uteblev"]], "terms": ["zebrafisk"], "stems": ["zebrafisk"],
}  # fmt: skip
TOLD = {
    "title": "Mötet som ingen ledde",
    "happened": "Ett barn skulle få en plan, men den som behövdes var inte där.",
    "learning": "Utse alltid en ersättare som får besluta.",
}


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


@pytest.fixture
def deviation(cast, filing):
    return received(filing, cast)


@pytest.fixture
def pattern(group, deviation):
    return proposed(group, [deviation])


@pytest.fixture
def post(client):
    def of(who, view, /, *args, **given):
        client.force_login(who)
        return client.post(reverse(view, args=args), given)

    return of


@pytest.fixture
def asked(deviation, bo):
    return learning_cases.ask_case(learning_cases.write_case(deviation, **TOLD, by=bo), by=bo)


def proposed(group, deviations, number=0):
    made = Pattern.objects.create(
        body=group, signature=f"{number:064d}", title=f"Kallad part uteblev {number}", found_at=clock.now(),
        evidence=EVIDENCE,
    )  # fmt: skip
    made.deviations.set(deviations)
    return made


# ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_list_says_how_many_and_how_unusual(get, bo, pattern):
    page = text(get(bo, "patterns"))
    assert "7 gånger på 3 månader; väntat 1,9." in page
    assert "ungefär 1 gång på 250" in page


def test_home_says_that_one_waits_to_be_judged(get, bo, pattern):
    assert "Mönster att ta ställning till" in text(get(bo, "home"))


def test_the_page_shows_evidence_rule_words_and_deviations(get, bo, pattern, deviation):
    page = text(get(bo, "pattern", pattern.public_id))
    for words in (
        "väntat 1,9",
        "binomial svans",
        "143 samband",
        "zebrafisk",
        "Kallad part uteblev",
        deviation.reference,
    ):
        assert words in page


def test_the_words_that_bind_are_not_for_who_does_not_read_every_deviation(get, bo, pattern, deviation, group):
    deviation.parties.filter(body=group).delete()
    page = text(get(bo, "pattern", pattern.public_id))
    assert "zebrafisk" not in page
    assert deviation.reference not in page
    assert "1 avvikelse till, som du inte läser" in page


def test_a_pattern_is_named_made_a_theme_lifted_and_dismissed_on_its_pages(post, get, bo, pattern):
    assert get(bo, "pattern_step", pattern.public_id, "accept").status_code == 200
    answer = post(bo, "pattern_step", pattern.public_id, "accept", title="SIP utan ledning")
    assert answer.url == reverse("pattern", args=[pattern.public_id])
    post(bo, "pattern_step", pattern.public_id, "name_theme", theme="SIP")
    pattern.refresh_from_db()
    assert (pattern.status, pattern.title, pattern.theme) == ("theme", "SIP utan ledning", "SIP")
    lifting = text(get(bo, "pattern_step", pattern.public_id, "escalate_pattern"))
    assert "7 gånger på 3 månader; väntat 1,9." in lifting
    assert "zebrafisk" not in lifting
    post(
        bo, "pattern_step", pattern.public_id, "escalate_pattern", title="SIP", summary="Rutin behövs.",
        working_group="on",
    )  # fmt: skip
    pattern.refresh_from_db()
    assert pattern.status == "escalated"
    assert pattern.escalation.summary.endswith("att en arbetsgrupp tillsätts.")
    assert post(bo, "pattern_step", pattern.public_id, "dismiss", reason="Nej").status_code == 409


def test_a_dismissal_without_a_reason_says_so_at_the_field(post, bo, pattern):
    answer = post(bo, "pattern_step", pattern.public_id, "dismiss", reason="")
    assert answer.status_code == 422
    assert "Skriv varför" in text(answer)


def test_a_dismissed_one_stands_among_the_dismissed_with_how_it_has_grown(get, bo, pattern, group, filing, cast):
    service.dismiss(pattern, reason="Redan löst.", by=bo)
    pattern.deviations.add(received(filing, cast))
    page = text(get(bo, "patterns"))
    assert "Redan löst." in page
    assert "1 har kommit sedan dess." in page


def test_a_member_reads_and_does_not_judge(get, post, pattern, group):
    member = holder("mona", "member", group)
    assert "Bekräfta</a>" not in text(get(member, "pattern", pattern.public_id))
    assert post(member, "pattern_step", pattern.public_id, "accept", title="X").status_code == 403


def test_for_others_there_are_no_patterns(get, pattern, cast):
    for who in (cast.anna, cast.maria, cast.berit, cast.lena, cast.disa, cast.ada):
        assert get(who, "patterns").status_code == 404
        assert get(who, "pattern", pattern.public_id).status_code == 404
    assert get(cast.cecilia, "pattern", pattern.public_id).status_code == 404


def test_an_unknown_step_is_not_found(get, bo, pattern, asked):
    assert get(bo, "pattern_step", pattern.public_id, "raderas").status_code == 404
    assert get(bo, "case_step", asked.public_id, "raderas").status_code == 404


@pytest.mark.parametrize("view", ["patterns", "cases"])
def test_a_list_costs_the_same_for_one_and_for_thirty(get, bo, group, deviation, filing, cast, view):
    def count():
        with CaptureQueriesContext(connection) as captured:
            get(bo, view)
        return len(captured)

    def add(number):
        proposed(group, [deviation], number)
        LearningCase.objects.create(
            body=group, deviation=deviation, status="declined", written_at=clock.now(), written_by=bo,
            asked_at=clock.now() + datetime.timedelta(days=1), **TOLD,
        )  # fmt: skip

    add(1)
    count()  # what is kept between requests
    one = count()
    for number in range(2, 31):
        add(number)
    assert count() == one


# ── learning cases ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_case_is_written_from_the_deviations_page(get, post, bo, deviation):
    address = reverse("write_case", args=[deviation.public_id])
    assert address in text(get(bo, "deviation", deviation.public_id))
    assert get(bo, "write_case", deviation.public_id).status_code == 200
    assert post(bo, "write_case", deviation.public_id, **TOLD).status_code == 302
    page = text(get(bo, "deviation", deviation.public_id))
    assert TOLD["title"] in page
    assert address not in page


def test_the_words_at_fault_are_marked_at_their_field_and_the_text_kept(post, bo, deviation):
    answer = post(bo, "write_case", deviation.public_id, **{**TOLD, "happened": "I Karlskrona kom ingen."})
    assert answer.status_code == 422
    assert "”Karlskrona” säger vem det gäller" in text(answer)
    assert "I Karlskrona kom ingen." in text(answer)


def test_the_units_manager_is_asked_on_home_and_on_the_deviation_and_says_yes(get, post, maria, anna, asked, deviation):
    assert "Lärfall att läsa och svara på" in text(get(maria, "home"))
    assert "Får andra lära av det här?" in text(get(maria, "deviation", deviation.public_id))
    assert "Får andra lära av det här?" not in text(get(anna, "deviation", deviation.public_id))
    assert "Kan det delas?" in text(get(maria, "case", asked.public_id))
    assert post(maria, "case_step", asked.public_id, "approve_case").status_code == 302
    assert LearningCase.objects.get().status == "approved"
    assert "Lärfall att läsa och svara på" not in text(get(maria, "home"))


def test_the_reporter_sees_what_became_of_it(get, anna, asked, deviation):
    page = text(get(anna, "deviation", deviation.public_id))
    assert TOLD["title"] in page
    assert "Skrev om den till ett lärfall" in page


def test_no_is_said_with_what_needs_to_be_changed(get, post, maria, bo, asked, deviation):
    post(maria, "case_step", asked.public_id, "decline_case", reason="Åldern säger vem det är.")
    assert "Åldern säger vem det är." in text(get(bo, "case", asked.public_id))
    assert TOLD["happened"] in text(get(bo, "write_case", deviation.public_id))


def test_an_approved_case_is_everyones_and_leads_nobody_to_its_deviation(get, maria, lena, asked, deviation):
    learning_cases.approve_case(asked, by=maria)
    assert TOLD["title"] in text(get(lena, "cases"))
    page = text(get(lena, "case", asked.public_id))
    assert TOLD["learning"] in page
    assert str(deviation.public_id) not in page
    assert deviation.reference not in page


def test_what_is_not_approved_is_not_found_by_others(get, post, asked, cast):
    for who in (cast.berit, cast.lena, cast.cecilia, cast.disa, cast.ada):
        assert get(who, "case", asked.public_id).status_code == 404
        assert post(who, "case_step", asked.public_id, "approve_case").status_code == 404
    assert post(cast.anna, "case_step", asked.public_id, "approve_case").status_code == 403
    assert post(cast.bo, "case_step", asked.public_id, "approve_case").status_code == 403
