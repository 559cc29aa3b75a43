"""The guided tour: real pages in an order, remembered by the session, for made-up data only."""

import re

import pytest
from django.urls import NoReverseMatch, reverse

from deviations.demo import people
from deviations.services.filing import file
from frontend.tour import steps
from orgs.models import User
from tests.frontend.pages import text


@pytest.fixture
def go(client):
    def to(who, where):
        client.force_login(who) if where == "begin" else None
        return client.post(reverse("tour"), {"go": where})

    return to


def panel(html):
    found = re.search(r'<section class="tour" id="rundtur".*?</section>', html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""


def test_every_step_leads_to_a_page_and_says_something_in_both_languages():
    assert {name: len(tour) for name, tour in steps.tours().items()} == {"reporter": 5, "coordinator": 7, "board": 4}
    for tour in steps.tours().values():
        for step in tour:
            try:
                assert reverse(step.page)
            except NoReverseMatch:
                pytest.fail(f"no page {step.page}")
            assert step.newest in {"", *steps.NEWEST}
            assert step.title.sv != step.title.en
            assert step.text.sv != step.text.en


@pytest.mark.parametrize(
    ("who", "name"),
    [("anna", "reporter"), ("maria", "reporter"), ("bo", "coordinator"), ("lena", "board"), ("disa", "")],
)
def test_the_tour_follows_from_what_one_holds(cast, who, name):
    assert steps.tour_for(getattr(cast, who)) == name


@pytest.mark.parametrize("who", ["anna", "bo", "lena"])
def test_a_tour_goes_through_pages_that_the_person_may_open_and_ends_at_home(client, cast, go, filing, who):
    file(filing(), by=cast.anna)
    person = getattr(cast, who)
    answer, said = go(person, "begin"), []
    while "#rundtur" in answer.headers["Location"]:
        page = client.get(answer.headers["Location"].removesuffix("#rundtur"))
        assert page.status_code == 200
        said.append(panel(text(page)))
        answer = go(person, "next")
    tour = steps.tours()[steps.tour_for(person)]
    assert [f"steg {n} av {len(tour)}" in words for n, words in enumerate(said, start=1)] == [True] * len(tour)
    assert [step.title.sv in words for step, words in zip(tour, said, strict=True)] == [True] * len(tour)
    assert answer.headers["Location"] == reverse("home")
    assert panel(text(client.get(reverse("home")))) == ""


def test_it_opens_ones_own_newest_deviation_or_the_list_where_there_is_none(client, go, anna, filing):
    go(anna, "begin")
    for _step in range(4):
        answer = go(anna, "next")
    assert answer.headers["Location"] == reverse("mine") + "#rundtur"
    filed = file(filing(), by=anna)
    assert go(anna, "again").headers["Location"] == reverse("deviation", args=[filed.public_id]) + "#rundtur"


def test_one_can_go_back_and_never_before_the_beginning(go, anna):
    go(anna, "begin")
    go(anna, "next")
    assert go(anna, "back").headers["Location"] == reverse("home") + "#rundtur"
    assert go(anna, "back").headers["Location"] == reverse("home") + "#rundtur"


def test_who_has_gone_elsewhere_is_offered_the_way_back(client, go, anna):
    go(anna, "begin")
    html = panel(text(client.get(reverse("settings"))))
    assert "Rundturen väntar på dig." in html
    assert "Tillbaka till rundturen" in html


def test_ending_it_takes_the_panel_away(client, go, anna):
    go(anna, "begin")
    assert go(anna, "end").headers["Location"] == reverse("home")
    assert panel(text(client.get(reverse("mine")))) == ""


def test_it_is_offered_at_home_and_nowhere_else(get, anna):
    assert "Visa mig runt" in text(get(anna, "home"))
    assert "Visa mig runt" not in text(get(anna, "mine"))


def test_where_the_data_are_real_there_is_no_tour(client, get, go, anna, settings):
    go(anna, "begin")
    settings.SAMSYN_DEMO = False
    assert panel(text(client.get(reverse("home")))) == ""
    assert "Visa mig runt" not in text(get(anna, "home"))
    assert go(anna, "begin").status_code == 404


def test_whoever_holds_nothing_has_no_tour(go, disa):
    assert go(disa, "begin").status_code == 404


# ── trying it as somebody ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def made_up(db):
    return User.objects.create_user(people.email_of("anna"), people.PASSWORD, name="Anna Demo")


def test_a_visitor_of_the_demo_logs_in_with_one_press(client, made_up):
    page = text(client.get("/konto/login/"))
    assert re.findall(r"Logga in som (\w+)", page) == ["Anna"]
    hidden = dict(re.findall(r'<input type="hidden" name="(login|password)" value="([^"]+)"', page))
    assert client.post("/konto/login/", hidden).status_code == 302
    assert client.session["_auth_user_id"] == str(made_up.pk)


@pytest.mark.django_db
def test_nobody_is_offered_who_is_not_there(client):
    assert "Prova som" not in text(client.get("/konto/login/"))


def test_where_the_data_are_real_nobody_is_offered(client, made_up, settings):
    settings.SAMSYN_DEMO = False
    assert "Prova som" not in text(client.get("/konto/login/"))
