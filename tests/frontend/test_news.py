"""The page of what is new, the number in the top bar, and that one has read it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock, news
from deviations.services import deciding, handling, meetings, statements
from deviations.services.filing import file
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.frontend.pages import fresh, text

pytestmark = pytest.mark.django_db


def number(html):
    """In the top bar; "" when nothing is new."""
    return (re.findall(r'<b class="count">([^<]+)</b>', html) or [""])[0]


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]+)"', html)[1]


@pytest.fixture
def page(get):
    return lambda who: text(get(who, "news"))


@pytest.fixture
def received(filed, bo):
    handling.receive(fresh(filed), by=bo)
    return filed


def test_the_number_stands_in_the_top_bar_of_every_page(get, received, anna, cecilia):
    assert [number(text(get(anna, name))) for name in ("home", "mine", "news", "settings")] == ["1"] * 4
    assert number(text(get(cecilia, "home"))) == ""


def test_the_number_that_is_fetched_again_is_the_one_of_the_page(get, received, anna):
    fetched = text(get(anna, "news_count")).strip()
    assert fetched in text(get(anna, "home"))
    assert number(fetched) == "1"


def test_the_news_of_one_deviation_stand_together_with_what_the_body_did(page, received, anna, bo):
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    html = page(anna)
    assert html.count(f'href="{reverse("deviation", args=[received.public_id])}"') == 1
    told = re.findall(r"<p>(\w[^<]+) <span class=\"quiet\">\(([^<]+)\)", html)
    assert told == [("Beslutade", "Samverkansgrupp Barn och unga"), ("Togs emot", "Samverkansgrupp Barn och unga")]


def test_nothing_of_what_a_deviation_contains_is_told(page, received, anna, bo):
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    for who in (anna, bo):
        html = page(who)
        assert received.happened not in html
        assert "Gemensam brevlåda." not in html
    assert "Anna" not in re.sub(r"<header.*?</header>", "", page(bo), flags=re.DOTALL)


def test_what_waits_for_oneself_comes_first(page, received, anna, bo, filing):
    other = file(filing(happened="Vi ringde i en timme utan svar."), by=anna)
    handling.receive(fresh(other), by=bo)
    statements.request_completion(fresh(received), question="Vilken dag?", by=bo)
    handling.receive(fresh(file(filing(happened="Tredje gången."), by=anna)), by=bo)
    html = page(anna)
    assert "Gruppen har en fråga till dig" in html
    first = re.search(r'<ul class="news">.*?href="([^"]+)"', html, re.DOTALL)[1]
    assert first == reverse("deviation", args=[received.public_id])
    assert f'<dt><a href="{reverse("mine")}">Frågor till dig</a></dt><dd><b>1</b></dd>' in html


def test_everything_is_marked_as_read(client, page, received, anna):
    html = page(anna)
    answer = client.post(reverse("news"), {"upto": hidden(html, "upto"), "until": hidden(html, "until")}, follow=True)
    assert "Allt på sidan är markerat som läst." in text(answer)
    assert "Inget nytt just nu" in text(answer)
    assert number(text(answer)) == ""


def test_what_came_after_the_page_was_opened_stays_new(client, page, received, anna, bo):
    html = page(anna)
    deciding.decide(fresh(received), text="Gemensam brevlåda.", by=bo)
    client.post(reverse("news"), {"upto": hidden(html, "upto"), "until": hidden(html, "until")})
    assert [entry.step for entry in news.entries(anna, news.since(anna))] == ["decide"]


def test_the_page_carries_what_it_showed_and_no_position_that_tells_of_others(page, received, anna):
    assert hidden(page(anna), "upto") == f"{received.public_id}/{fresh(received).sequence}"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"upto": "x", "until": "i går"},
        {"upto": "-1", "until": "2026-01-01"},
        {"upto": f"{'-' * 36}/1", "until": "2026-01-01"},
    ],
)
def test_what_no_page_has_written_is_refused(client, anna, sent):
    client.force_login(anna)
    assert client.post(reverse("news"), sent).status_code == 400


def test_one_is_ticked_off_and_the_other_stays(client, page, received, anna, bo, filing):
    other = file(filing(happened="Vi ringde i en timme utan svar."), by=anna)
    handling.receive(fresh(other), by=bo)
    client.force_login(anna)
    html = text(client.post(reverse("read_about", args=[received.public_id]), follow=True))
    assert reverse("deviation", args=[received.public_id]) not in html
    assert reverse("deviation", args=[other.public_id]) in html


@pytest.mark.parametrize("who", ["anna", "bo", "maria"])
def test_what_one_opens_is_read(get, received, cast, who):
    reader = getattr(cast, who)
    assert news.count(reader) == 1
    get(reader, "deviation", received.public_id)
    assert news.count(reader) == 0


def test_a_meeting_is_told_to_the_body(page, bo, ada):
    member = person("mona", "Mona Mård")
    grant(member, "member", body("blekinge", "sg_barn_unga"), by=ada)
    meetings.plan_meeting(body("blekinge", "sg_barn_unga"), starts_at=clock.now(), by=bo)
    assert "Du är kallad till möte: i dag" in page(member)


def test_a_new_reporter_is_told_what_will_stand_here(page, anna):
    assert "När någon tar emot, svarar, beslutar eller frågar" in page(anna)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_costs_the_same_for_one_and_for_thirty(client, rows, anna, bo, filing):
    for n in range(rows):
        filed = file(filing(happened=f"Kallelsen nådde inte fram, gång {n}."), by=anna)
        handling.receive(fresh(filed), by=bo)
        statements.request_statement(fresh(filed), of=[unit("blekinge", "rb-bup")], question="Varför?", by=bo)
    client.force_login(anna)
    client.get(reverse("news"))
    with CaptureQueriesContext(connection) as captured:
        html = text(client.get(reverse("news")))
    assert (html.count('class="news__told"'), len(captured)) == (rows, 14)
