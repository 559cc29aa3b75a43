"""Following one deviation: the way with what was said, what the reporter's side may do, and what stays at home."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations.models import AccessLogEntry, Deviation, HistoryEntry
from deviations.services import deciding, handling, statements
from deviations.services.filing import withdraw
from deviations.workflow import STEPS, State
from frontend import told, way
from frontend.dates import day
from orgs.permissions import keys_of
from tests.cast import rate_and_close, unit


@pytest.fixture
def page(client):
    def of(person, deviation, view="deviation"):
        client.force_login(person)
        return client.get(reverse(view, args=[deviation.public_id]))

    return of


def fresh(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def stations_of(deviation, person):
    found = fresh(deviation)
    return way.stations(found, keys_of(person), list(found.history.order_by("sequence")))


def shapes(deviation, person):
    return [station["state"] for station in stations_of(deviation, person)]


def moving(html):
    return html[html.index('<div id="vagen"') :]


def answered(deviation, bo):
    handling.receive(deviation, by=bo)
    deciding.decide(deviation, text="Varje mottagning har en bevakad adress.", by=bo)
    deciding.give_feedback(deviation, text="Tack. Nu finns en adress.", by=bo)
    return fresh(deviation)


# ── who meets which page ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["cecilia", "disa", "lena", "ada"])
@pytest.mark.parametrize("view", ["deviation", "deviation_way", "complete", "withdraw", "answer_helped"])
def test_what_one_may_not_see_does_not_exist(page, cast, filed, name, view):
    assert page(getattr(cast, name), filed, view).status_code == 404


@pytest.mark.parametrize(
    ("name", "side"), [("anna", "follow"), ("maria", "follow"), ("bo", "desk"), ("berit", "answer")]
)
def test_each_side_has_its_own_page_at_the_one_address(cast, filed, name, side):
    from frontend.follow_page import side_of

    assert side_of(filed, keys_of(getattr(cast, name))) == side


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_reporter_sees_what_comes_next_and_when_the_answer_comes(page, anna, filed):
    html = page(anna, filed).content.decode()
    assert "<b>Samverkansgrupp Barn och unga tar emot den senast" in html
    assert "Du får svar senast" in html
    assert "Elevhälsan, Karlskrona kommun, om BUP, Region Blekinge" in html
    assert "EH-17" in html


def test_the_page_says_how_the_group_was_chosen_and_why_other_rules_lost(page, anna, filed):
    html = page(anna, filed).content.decode()
    assert filed.routing["explanation"]["sentence"] in html
    assert html.count("<li><b>") >= len(filed.routing["explanation"]["losers"]) > 0


def test_the_fragment_is_exactly_the_part_of_the_page_that_changes(page, anna, bo, berit, filed):
    def same():
        whole, part = (page(anna, filed, view).content.decode() for view in ("deviation", "deviation_way"))
        token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
        return token.sub("", part).strip() in token.sub("", whole)

    assert same()
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="Hur ser ni på det?", by=bo)
    assert same()
    statements.give_statement(filed, cause="Brevlådan bevakas inte.", by=berit)
    deciding.decide(filed, text="Bevakad adress.", by=bo)
    deciding.give_feedback(filed, text="Tack.", by=bo)
    assert same()
    assert 'data-live-sequence="6"' in page(anna, filed, "deviation_way").content.decode()


def test_what_was_said_stands_at_its_station_in_the_name_of_the_unit(anna, bo, berit, filed):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="Hur ser ni på det?", by=bo)
    statements.give_statement(filed, cause="Brevlådan bevakas inte.", measures="Ny adress.", by=berit)
    station = stations_of(filed, anna)[way.STATEMENT]
    assert (station["label"], station["body"], station["by"]) == (
        "Yttrande från BUP, Region Blekinge",
        "Brevlådan bevakas inte.\n\nNy adress.",
        "BUP, Region Blekinge",
    )


def test_what_the_unit_was_asked_is_not_shown_to_the_reporter(page, anna, bo, filed):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="En fråga mellan oss.", by=bo)
    assert "En fråga mellan oss." not in page(anna, filed).content.decode()
    assert "En fråga mellan oss." in stations_of(filed, bo)[way.STATEMENT]["body"]


def test_no_name_of_a_person_stands_on_the_page(page, anna, bo, berit, filed):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="Hur ser ni på det?", by=bo)
    statements.give_statement(filed, cause="Brevlådan bevakas inte.", by=berit)
    html = page(anna, filed).content.decode()
    assert [name for name in ("Bo Berg", "Berit Bengtsson", "Anna Andersson") if name in html] == []


# ── what stays at home ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_unit_manager_reads_the_reference_and_the_reporters_name_and_that_is_logged(page, maria, filed):
    html = page(maria, filed).content.decode()
    assert "EH-17" in html
    assert "Anna Andersson" in html
    assert sorted(AccessLogEntry.objects.values_list("user__name", "part")) == [
        ("Maria Mattsson", "local_reference"),
        ("Maria Mattsson", "reporter"),
    ]


def test_the_reporters_own_reading_is_not_logged(page, anna, filed):
    page(anna, filed)
    assert AccessLogEntry.objects.count() == 0


# ── steps of the reporter's side ─────────────────────────────────────────────────────────────────────────────────────


def test_the_reporter_answers_the_groups_question_on_a_page_that_repeats_it(page, client, anna, bo, filed):
    handling.receive(filed, by=bo)
    statements.request_completion(filed, question="Vilken dag var det?", by=bo)
    last_day = day(statements.last_day_for(fresh(filed)))
    html = moving(page(anna, filed).content.decode())
    assert "Vilken dag var det?" in html
    assert f"Svara gärna senast {last_day}, " in html
    assert f"Väntar på svar från dig, senast {last_day}" in html
    assert f"Bad om komplettering, senast {last_day}" in html
    address = reverse("complete", args=[filed.public_id])
    assert "Vilken dag var det?" in client.get(address).content.decode()
    assert client.post(address, {"text": "En måndag."}).url == reverse("deviation", args=[filed.public_id])
    assert fresh(filed).state == State.RECEIVED
    assert "En måndag." in moving(page(anna, filed).content.decode())


def test_a_completion_that_identifies_is_refused_at_its_field_with_the_text_kept(client, anna, filed):
    client.force_login(anna)
    response = client.post(reverse("complete", args=[filed.public_id]), {"text": "Det var 20121212-1212."})
    assert response.status_code == 422
    assert 'id="id_text_error"' in response.content.decode()
    assert "Det var 20121212-1212." in response.content.decode()
    assert list(fresh(filed).history.values_list("step", flat=True)) == ["submit"]


def test_an_empty_completion_is_asked_for_at_its_field(client, anna, filed):
    client.force_login(anna)
    response = client.post(reverse("complete", args=[filed.public_id]), {"text": ""})
    assert response.status_code == 422
    assert "Skriv det du vill lägga till." in response.content.decode()


def test_the_reporter_takes_it_back_until_the_group_has_received_it(client, anna, bo, filed):
    client.force_login(anna)
    address = reverse("withdraw", args=[filed.public_id])
    assert client.get(address).status_code == 200
    handling.receive(filed, by=bo)
    response = client.post(address, {"reason": ""}, follow=True)
    assert "Det går att återta tills gruppen har tagit emot avvikelsen." in response.content.decode()
    assert fresh(filed).state == State.RECEIVED


def test_a_withdrawn_deviation_says_so(page, client, anna, filed):
    client.force_login(anna)
    client.post(reverse("withdraw", args=[filed.public_id]), {"reason": "Blev fel."})
    html = page(anna, filed).content.decode()
    assert "Avvikelsen är återtagen." in html
    assert "Blev fel." in html


def test_steps_of_others_are_forbidden_not_hidden_from_those_who_see_it(client, maria, bo, filed):
    client.force_login(maria)
    assert client.get(reverse("withdraw", args=[filed.public_id])).status_code == 403
    client.force_login(bo)
    assert client.post(reverse("answer_helped", args=[filed.public_id]), {"helped": "ja"}).status_code == 403


def test_the_reporter_is_asked_whether_it_helped_only_when_there_is_an_answer(page, anna, bo, filed):
    assert "Hjälpte det?" not in page(anna, filed).content.decode()
    answered(filed, bo)
    assert '<h2 id="ask_h">Hjälpte det?</h2>' in page(anna, filed).content.decode()


def test_yes_is_one_press_and_the_question_is_gone(page, client, anna, bo, filed):
    answered(filed, bo)
    client.force_login(anna)
    client.post(reverse("answer_helped", args=[filed.public_id]), {"helped": "ja"})
    assert fresh(filed).helped is True
    assert 'id="ask_h"' not in page(anna, filed).content.decode()


def test_no_asks_why_and_opens_the_question_again(page, client, anna, bo, filed):
    answered(filed, bo)
    client.force_login(anna)
    address = reverse("answer_helped", args=[filed.public_id])
    refused = client.post(address, {"helped": "nej", "comment": ""})
    assert (refused.status_code, fresh(filed).helped) == (422, None)
    client.post(address, {"helped": "nej", "comment": "Ingen svarar än."})
    assert fresh(filed).state == State.RECEIVED
    station = stations_of(filed, anna)[way.BODY]
    assert (station["state"], station["body"]) == ("passed", "Ingen svarar än.")
    assert station["text"].startswith("Öppnad igen")


@pytest.mark.parametrize(
    ("step", "said"),
    [("complete", {"text": "En måndag."}), ("withdraw", {"reason": ""}), ("answer_helped", {"helped": "ja"})],
)
def test_a_button_pressed_twice_takes_the_step_once_and_says_nothing_of_it(client, anna, bo, filed, step, said):
    if step == "answer_helped":
        answered(filed, bo)
    client.force_login(anna)
    said["seen"] = fresh(filed).sequence
    for _press in range(2):
        response = client.post(reverse(step, args=[filed.public_id]), said, follow=True)
        assert response.redirect_chain == [(reverse("deviation", args=[filed.public_id]), 302)]
        assert "note--ochre" not in response.content.decode()
    assert HistoryEntry.objects.filter(deviation=filed, step=step).count() == 1


def test_what_the_group_did_while_the_reporter_wrote_is_told_with_the_text_kept(client, anna, bo, filed):
    client.force_login(anna)
    address, seen = reverse("complete", args=[filed.public_id]), fresh(filed).sequence
    handling.receive(filed, by=bo)
    response = client.post(address, {"text": "En måndag.", "seen": seen})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Sedan du öppnade sidan: Ta emot." in html
    assert "En måndag." in html
    again = re.search(r'name="seen" value="(\d+)"', html)[1]
    assert client.post(address, {"text": "En måndag.", "seen": again}).status_code == 302


# ── the way ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_way_walks_through_its_seven_stations(anna, bo, berit, filed):
    bup = unit("blekinge", "rb-bup")
    p, c = "passed", "coming"
    assert shapes(filed, anna) == [p, "waiting", c, c, c, c, c]
    handling.receive(filed, by=bo)
    assert shapes(filed, anna) == [p, "here", c, c, c, c, c]
    statements.request_statement(filed, of=[bup], question="Hur ser ni på det?", by=bo)
    assert shapes(filed, anna) == [p, p, "waiting", c, c, c, c]
    statements.give_statement(filed, cause="Brevlådan.", by=berit)
    assert shapes(filed, anna) == [p, p, "here", c, c, c, c]
    deciding.put_on_agenda(filed, meeting_on=fresh(filed).answer_due_on, by=bo)
    assert shapes(filed, anna) == [p, p, p, "here", c, c, c]
    deciding.decide(filed, text="Bevakad adress.", by=bo)
    assert shapes(filed, anna) == [p, p, p, p, "here", c, c]
    day = fresh(filed).answer_due_on
    measure = deciding.propose_measure(
        filed, owner=bup, text="Ny adress.", due_on=day, check_on=day, sign="Färre.", by=bo
    )
    assert shapes(filed, anna) == [p, p, p, p, p, "here", c]
    deciding.carry_out(measure, by=bo)
    deciding.check_effect(measure, effect="verified", comment="Halverat.", by=bo)
    assert shapes(filed, anna) == [p, p, p, p, p, p, "effect"]
    deciding.give_feedback(filed, text="Tack.", by=bo)
    rate_and_close(filed, by=bo)
    assert shapes(filed, anna) == [p, p, p, p, p, p, "effect"]


def test_every_step_has_its_words_in_the_history():
    assert set(STEPS) - set(told.SENTENCES) == {"discard"}


def test_the_steps_of_those_who_handle_are_left_out_for_others(bo, filed):
    handling.receive(filed, by=bo)
    handling.note(filed, text="Ring BUP i morgon.", by=bo)
    history = list(filed.history.order_by("sequence"))
    assert [entry["text"] for entry in told.everything(history)] == [
        "Togs emot",
        "Skickades in till Samverkansgrupp Barn och unga",
    ]
    assert told.everything(history, inside=True)[0]["text"] == "Skrev en intern anteckning"


def test_the_page_asks_the_database_as_often_however_long_the_history_is(page, client, anna, filed):
    page(anna, filed)
    with CaptureQueriesContext(connection) as short:
        page(anna, filed)
    for number in range(30):
        statements.complete(filed, text=f"Tillägg {number}.", by=anna)
    with CaptureQueriesContext(connection) as long:
        page(anna, filed)
    assert len(short) == len(long)


def test_withdrawing_an_already_withdrawn_one_changes_nothing(client, anna, filed):
    withdraw(filed, by=anna)
    client.force_login(anna)
    client.post(reverse("withdraw", args=[filed.public_id]), {"reason": ""})
    assert fresh(filed).sequence == 2


def test_names_are_those_of_the_day_with_todays_beside(page, anna, filed):
    bup = unit("blekinge", "rb-bup")
    bup.name = "BUP Blekinge"
    bup.save()
    assert "om BUP, Region Blekinge (nu BUP Blekinge, Region Blekinge)" in page(anna, filed).content.decode()


def test_the_answer_is_told_apart_from_the_decision_and_from_what_others_said(anna, bo, filed):
    handling.receive(filed, by=bo)
    statements.request_completion(filed, question="Vilken dag?", by=bo)
    statements.complete(filed, text="En måndag.", by=anna)
    deciding.decide(filed, text="Bevakad adress.", by=bo)
    deciding.give_feedback(filed, text="Tack.", by=bo)
    made = stations_of(filed, anna)
    assert (made[way.BODY]["body"], made[way.BODY]["by"]) == (
        "Samverkansgrupp Barn och unga:\nVilken dag?\n\nElevhälsan, Karlskrona kommun:\nEn måndag.",
        "",
    )
    assert (made[way.DECISION]["body"], made[way.DECISION]["by"]) == (
        "Bevakad adress.\n\nSvaret till dig: Tack.",
        "Samverkansgrupp Barn och unga",
    )
    assert "Svaret till den som anmälde: Tack." in stations_of(filed, bo)[way.DECISION]["body"]
