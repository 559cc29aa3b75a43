"""The desk: a body's queue, one deviation as those who handle it see it, and every step that they take."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations import clock
from deviations.models import Delivery, Deviation, Statement
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from deviations.workflow import STEPS, State
from frontend import steps
from orgs.permissions import end, grant
from tests.cast import body, person, rate_and_close, unit
from tests.frontend.pages import fresh, received, text

TODAY = timezone.localdate()


def titles(html):
    return re.findall(r'<a class="ti"[^>]*>([^<]+)</a>', html)


def groups(html):
    return re.findall(r'<th colspan="7" scope="rowgroup">([^<]+)<span>([^<]+)</span>', html)


def offered(html, panel="step"):
    """The buttons in order: those that can be pressed, and those that are greyed with their reasons."""
    possible = re.findall(rf'<(?:a|button) class="act[^"]*"[^>]*id="{panel}-(\w+)"(?! aria-disabled)', html)
    refused = re.findall(rf'id="{panel}-(\w+)-why">([^<]+)<', html)
    return possible, dict(refused)


# ── who has a desk ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "disa", "lena", "ada"])
def test_only_those_who_read_in_a_body_have_a_desk(get, cast, filed, name):
    assert get(getattr(cast, name), "desk").status_code == 404
    assert get(getattr(cast, name), "desk_moving").status_code == 404


def test_the_same_role_in_another_county_has_its_own_empty_desk(get, cecilia, filed):
    html = text(get(cecilia, "desk"))
    assert "Barnalivet" in html
    assert titles(html) == []
    assert get(cecilia, "desk", organ="sg_barn_unga").status_code == 404


@pytest.mark.parametrize("name", ["cecilia", "disa", "lena", "ada"])
@pytest.mark.parametrize("view", ["deviation", "deviation_handled", "deviation_unit_side"])
def test_a_deviation_that_one_may_not_see_does_not_exist(get, cast, filed, name, view):
    assert get(getattr(cast, name), view, filed.public_id).status_code == 404


@pytest.mark.parametrize("step", sorted(steps.PAGES))
@pytest.mark.parametrize("name", ["cecilia", "disa", "lena", "ada"])
def test_no_step_of_it_exists_either(get, take, cast, filed, name, step):
    assert get(getattr(cast, name), "step", filed.public_id, step).status_code == 404
    assert take(getattr(cast, name), filed, step).status_code == 404
    assert fresh(filed).sequence == filed.sequence


def test_an_unknown_view_filter_or_cursor_is_not_found(get, bo, filed):
    assert get(bo, "desk", vy="allt").status_code == 404
    assert get(bo, "desk", efter="igår").status_code == 404
    assert get(bo, "desk", vy="avslutade", efter="igår").status_code == 404


def test_when_the_membership_ends_the_desk_is_gone(get, bo, filed):
    assert get(bo, "desk").status_code == 200
    end(bo_membership(bo), by=None)
    assert get(bo, "desk").status_code == 404
    assert get(bo, "deviation", filed.public_id).status_code == 404


def bo_membership(bo):
    return body("blekinge", "sg_barn_unga").memberships.get(user=bo)


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_stand_by_time_left(get, bo, anna, filing, filed):
    late, soon, later = filed, file(filing(), by=anna), file(filing(), by=anna)
    for deviation, last_day in (
        (late, TODAY - datetime.timedelta(days=2)),
        (soon, TODAY + datetime.timedelta(days=7)),
        (later, TODAY + datetime.timedelta(days=8)),
    ):
        Deviation.objects.filter(pk=deviation.pk).update(triage_due_on=last_day)
    html = text(get(bo, "desk"))
    assert groups(html) == [("Försenade", "1"), ("Inom en vecka", "1"), ("Senare", "1")]
    assert re.findall(r'<td class="nr">([^<]+)</td>', html) == [late.reference, soon.reference, later.reference]
    assert "2 dagar sen" in html
    assert "<b>Dig:</b> ta emot" in html


def test_a_statement_counts_by_its_own_last_day_and_says_who_is_waited_for(get, bo, filed):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    Statement.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    html = text(get(bo, "desk"))
    assert groups(html) == [("Försenade", "1")]
    assert "1 dag sen" in html
    assert "<td>BUP</td>" in " ".join(html.split()).replace("<td> BUP", "<td>BUP")


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("oppna", 1),
        ("nya", 1),
        ("yttrande", 0),
        ("forsenade", 0),
        ("aterkoppling", 0),
        ("atgard", 0),
        ("avslutade", 0),
        ("kannedom", 0),
    ],
)
def test_a_new_one_is_in_the_views_that_say_so(get, bo, filed, view, shown):
    assert len(titles(text(get(bo, "desk", vy=view)))) == shown


def test_each_view_has_what_it_says(get, bo, filed):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    assert in_views(get, bo) == {"oppna", "yttrande", "alla"}
    deciding.decide(filed, text="Adressen bevakas.", by=bo)
    assert in_views(get, bo) == {"oppna", "aterkoppling", "alla"}
    deciding.give_feedback(filed, text="Tack.", by=bo)
    rate_and_close(filed, by=bo)
    assert in_views(get, bo) == {"avslutade", "alla"}


def in_views(get, who):
    from frontend.desk_queue import VIEWS

    return {view for view in VIEWS if titles(text(get(who, "desk", vy=view)))}


def test_the_rail_counts_as_many_as_each_view_lists(get, bo, anna, filing, filed):
    file(filing(), by=anna)
    handling.receive(filed, by=bo)
    html = text(get(bo, "desk"))
    counted = dict(re.findall(r'<li><a href="[^"]*"[^>]*>([^<]+)<span class="n[^>]*>(\d+)</span>', html))
    assert counted == {
        "Alla öppna": "2", "Nya att ta emot": "1", "Väntar på yttrande": "0", "Försenade": "0",
        "Återkoppling kvar": "0", "Åtgärd pågår": "0",
    }  # fmt: skip


def test_filters_in_the_address_narrow_the_queue(get, bo, anna, filing, filed):
    other = file(filing(happened="Remissen kom tillbaka utan svar.", category="referral"), by=anna)
    assert titles(text(get(bo, "desk", q="remissen"))) == [other.title]
    assert titles(text(get(bo, "desk", q=filed.reference))) == [filed.title]
    assert titles(text(get(bo, "desk", slag="sip"))) == [filed.title]
    assert titles(text(get(bo, "desk", slag="sip/called_party_absent"))) == [filed.title]
    assert len(titles(text(get(bo, "desk", kommun="1080")))) == 2
    assert titles(text(get(bo, "desk", kommun="1081"))) == []
    assert "Inget här svarar mot det du söker" in text(get(bo, "desk", q="raketer"))


def test_a_page_ends_at_what_a_phone_can_scroll_through(get, bo, anna, filing):
    for _number in range(51):
        file(filing(), by=anna)
    assert len(titles(text(get(bo, "desk")))) == 50


def test_pages_follow_each_other_without_gap_or_repetition(get, bo, anna, filing, filed, monkeypatch):
    monkeypatch.setattr("frontend.desk_queue.PAGE_SIZE", 2)
    for _number in range(4):
        file(filing(), by=anna)
    seen, address = [], reverse("desk")
    while address:
        html = text(get(bo, "desk", **query_of(address)))
        seen += re.findall(r'<td class="nr">([^<]+)</td>', html)
        more = re.search(r'<a href="([^"]+)" rel="next">Fler</a>', html)
        address = more[1].replace("&amp;", "&") if more else ""
    assert seen == sorted(d.reference for d in Deviation.objects.all())


def query_of(address):
    from urllib.parse import parse_qsl, urlsplit

    return dict(parse_qsl(urlsplit(address).query))


def test_the_fragment_is_exactly_what_the_page_has(get, bo, filed):
    page, fragment = text(get(bo, "desk", vy="nya", q="SIP")), text(get(bo, "desk_moving", vy="nya", q="SIP"))
    for part in re.split(r'(?=<ul class="views")', fragment):
        assert part.strip() in page
    assert f'data-live-deviation="{filed.public_id}" data-live-sequence="{filed.sequence}"' in fragment


def test_what_is_told_once_is_not_used_up_by_a_fragment(get, take, bo, filed):
    take(bo, filed, "receive")
    get(bo, "desk_moving")
    get(bo, "deviation_handled", filed.public_id)
    assert "Mottagen. Den som anmälde ser det nu." in text(get(bo, "deviation", filed.public_id))


@pytest.mark.parametrize("view", ["oppna", "avslutade"])
def test_the_desk_asks_as_often_for_thirty_rows_as_for_one(get, bo, anna, filing, view, monkeypatch):
    monkeypatch.setattr("frontend.desk_queue.PAGE_SIZE", 30)
    counts = []
    for more in (1, 29):
        for _number in range(more):
            filed = file(filing(), by=anna)
            handling.receive(filed, by=bo)
            if view == "oppna":
                statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
            else:
                deciding.decide(filed, text="Klart.", by=bo)
                deciding.give_feedback(filed, text="Klart.", by=bo)
                rate_and_close(filed, by=bo)
        get(bo, "desk", vy=view)
        with CaptureQueriesContext(connection) as asked:
            assert len(titles(text(get(bo, "desk", vy=view)))) == sum((1, 29)[: len(counts) + 1])
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ── one deviation ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_coordinator_sees_the_whole_of_it_and_never_who_reported(get, bo, filed):
    html = text(get(bo, "deviation", filed.public_id))
    assert f'<h1 lang="sv">{filed.title}</h1>' in html
    assert "BUP kom inte." in html
    assert "Elevhälsan, Karlskrona kommun" in html
    assert filed.routing["explanation"]["sentence"] in html
    assert "1 post, kedjan är hel" in html
    assert "Anna" not in html
    assert "EH-17" not in html


def test_the_likely_step_comes_first_and_is_filled_and_the_rest_say_why_not(get, bo, filed):
    html = text(get(bo, "deviation", filed.public_id))
    possible, refused = offered(html)
    assert possible == ["receive", "hand_over", "decline"]
    assert 'class="act act--main" type="submit" id="step-receive"' in html
    assert html.count("act--main") == 1
    assert refused["close"] == "Avvikelsen kan avslutas när den är beslutad."
    assert refused["decide"] == STEPS["decide"].wrong_state
    possible, refused = offered(text(get(bo, "deviation", received(filed, bo).public_id)))
    assert possible[0] == "request_statement"
    assert refused["receive"] == "Avvikelsen är redan mottagen."
    assert refused["decline"] == "Det som gruppen har tagit emot kan lämnas över, men inte avböjas."


def test_a_member_reads_it_without_steps(get, take, bo, filed):
    siv = person("siv", "Siv Sand")
    grant(siv, "member", body("blekinge", "sg_barn_unga"), by=None)
    html = text(get(siv, "deviation", filed.public_id))
    assert "Vad hände" in html
    assert offered(html) == ([], {})
    assert "Anteckningar" not in html
    assert get(siv, "step", filed.public_id, "receive").status_code == 403
    assert take(siv, filed, "receive").status_code == 403
    assert "Arbetsbord" in html


def test_the_steering_body_takes_its_own_steps_once_it_is_lifted(get, take, bo, filed):
    ture = person("ture", "Ture Thorn")
    grant(ture, "coordinator", body("blekinge", "lsvo"), by=None)
    assert get(ture, "deviation", filed.public_id).status_code == 404
    received(filed, bo)
    take(bo, filed, "escalate", reason="Samma sak händer i tre kommuner.")
    html = text(get(ture, "deviation", filed.public_id))
    assert "decide" in offered(html)[0]
    assert "hand_over" not in html
    assert titles(text(get(ture, "desk"))) == [filed.title]
    assert take(ture, filed, "hand_over").status_code == 403
    assert take(ture, filed, "decide", text="Länet bevakar adressen.").status_code == 302
    assert fresh(filed).state == State.DECIDED


def test_an_agreement_is_cited_as_it_stood_on_the_day_of_the_event(get, bo, anna, filing):
    with clock.at(datetime.datetime(2022, 3, 9, 12, tzinfo=datetime.UTC)):
        old = file(filing(clause="lansavtal", occurred_on=datetime.date(2022, 1, 20)), by=anna)
    html = text(get(bo, "deviation", old.public_id))
    assert "Avtal som åberopas" in html
    assert "Hade gått ut" in html


def test_a_broken_chain_is_told_in_words(get, bo, filed, monkeypatch):
    monkeypatch.setattr("frontend.desk_page.verify", lambda deviation: "Post 1 i historiken har ändrats efteråt.")
    assert "Post 1 i historiken har ändrats efteråt." in text(get(bo, "deviation", filed.public_id))


def test_the_part_that_follows_along_is_exactly_what_the_page_has(get, bo, filed):
    page, fragment = (text(get(bo, name, filed.public_id)) for name in ("deviation", "deviation_handled"))
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert strip.sub("", fragment).strip() in strip.sub("", page)


def test_the_page_asks_as_often_for_many_entries_as_for_few(get, bo, filed):
    handling.receive(filed, by=bo)
    counts = []
    for more in (1, 29):
        for _number in range(more):
            handling.score(filed, severity=3, likelihood=3, by=bo)
            handling.note(filed, text="Ring mottagningen.", by=bo)
        get(bo, "deviation", filed.public_id)
        with CaptureQueriesContext(connection) as asked:
            get(bo, "deviation", filed.public_id)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ── delivered ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_the_page_says_by_itself_that_it_has_arrived(get, client, bo, filed):
    html = text(get(bo, "deviation", filed.public_id))
    address = reverse("deviation_seen", args=[filed.public_id])
    assert f'hx-post="{address}" hx-trigger="load"' in html
    assert Delivery.objects.get().seen_at is None, "fetching the page is not seeing it"
    assert client.post(address).status_code == 204
    assert Delivery.objects.get().seen_by == bo
    assert address not in text(get(bo, "deviation", filed.public_id))


def test_nobody_else_can_say_that_it_has_arrived(client, cecilia, maria, filed):
    address = reverse("deviation_seen", args=[filed.public_id])
    client.force_login(maria)
    client.post(address)
    client.force_login(cecilia)
    assert client.post(address).status_code == 404
    assert client.get(address).status_code in {404, 405}
    assert Delivery.objects.get().seen_at is None


def test_a_step_also_says_that_it_has_arrived(take, bo, filed):
    take(bo, filed, "hand_over", to=body("blekinge", "lsvo").pk, reason="Gäller hela länet.")
    assert fresh(filed).accountable_body == body("blekinge", "lsvo")
    assert Delivery.objects.get(body=body("blekinge", "lsvo")).seen_at is None
