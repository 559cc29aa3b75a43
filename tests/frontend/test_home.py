"""Home, the menu and the two look-ups: what each person starts with."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations.services.filing import file, withdraw
from orgs.permissions import grant
from tests.cast import unit


def menu_of(html):
    nav = re.search(r'<nav class="nav".*?</nav>', html, re.DOTALL)
    return re.findall(r">([^<]+)</a>", nav[0]) if nav else []


@pytest.fixture
def home(client):
    def of(person):
        client.force_login(person)
        response = client.get("/")
        assert response.status_code == 200
        return response.content.decode()

    return of


def test_the_one_who_reports_meets_the_question_and_the_four_common_events(home, anna):
    html = home(anna)
    assert "<h1>Hände det något som inte fungerade?</h1>" in html
    assert re.findall(r'name="event" value="[^"]+">([^<]+)<', html) == [
        "En part kom inte till SIP", "Telefonlinjen svarade inte", "Löst på plats", "Gott exempel",
    ]  # fmt: skip
    assert html.count("Anmäl en avvikelse</button>") == 1


def test_the_coordinator_starts_at_the_desk_with_what_is_new(home, bo, filed):
    html = home(bo)
    assert "<h1>Det som väntar på er</h1>" in html
    assert re.search(r"<dt>Nya att ta emot</dt><dd><b>1</b></dd>", html)
    assert f'href="{reverse("desk")}"' in html


def test_a_reader_of_reports_starts_at_the_reports_and_follows_nothing(home, lena, filed):
    html = home(lena)
    assert "<h1>Det länet har lärt sig</h1>" in html
    assert filed.title not in html


def test_the_county_administrator_starts_at_the_administration(home, ada):
    assert "<h1>Länets regler och behörigheter</h1>" in home(ada)


def test_a_coordinator_who_also_reports_has_both_starts(home, bo):
    grant(bo, "reporter", unit("blekinge", "rb-bup"), by=None)
    html = home(bo)
    assert html.index("Det som väntar på er") < html.index("Hände det något som inte fungerade?")


def test_a_person_whose_membership_has_ended_is_told_what_to_do_and_sees_nothing(home, disa, filed):
    html = home(disa)
    assert "har ingen roll just nu" in html
    assert filed.title not in html


def test_the_menu_follows_what_the_person_holds(home, anna, lena):
    assert menu_of(home(anna))[:2] == ["Hem", "Mina avvikelser"]
    assert "Mina avvikelser" not in menu_of(home(lena))


def test_every_line_of_the_menu_leads_to_a_page(client, cast):
    for person in vars(cast).values():
        client.force_login(person)
        nav = re.search(r'<nav class="nav".*?</nav>', client.get("/").content.decode(), re.DOTALL)[0]
        for address in re.findall(r'href="([^"]+)"', nav):
            assert (address, client.get(address).status_code) == (address, 200)


def test_the_routine_is_shown_with_its_version_and_from_when_it_holds(home, client, anna):
    html = home(anna)
    assert f"Rutin för avvikelser i samverkan, {unit('blekinge', 'rb-bup').county.name}." in html
    assert "Version 1, gäller från 1 maj 2021." in html
    routine = client.get(reverse("routine")).content.decode()
    assert "Ägare: LSVO." in routine
    assert "Beskriv vad som hände, inte vem som gjorde det." in routine


def test_the_units_year_counts_what_the_person_may_see_and_not_what_was_withdrawn(home, filing, anna, maria):
    file(filing(), by=anna)
    withdraw(file(filing(), by=anna), by=anna)
    file(filing(), by=maria)
    assert "<dt>Anmälda</dt><dd>1</dd>" in home(anna)
    assert "<dt>Anmälda</dt><dd>2</dd>" in home(maria)


def test_what_the_source_leaves_uncertain_is_marked_in_the_matrix(client, anna):
    client.force_login(anna)
    html = client.get(reverse("lookup"), {"omrade": "ätproblematik"}).content.decode()
    assert re.findall(r"<h2>([^<]+)</h2>", html) == ["Ätproblematik"]
    assert 'Barn- och ungdomsmedicin <span class="t-ochre">(osäkert)</span>' in html
    assert "Barn- och ungdomsmedicin kan höra till nivå 4." in html


def test_the_matrix_is_found_by_a_unit_and_says_so_when_nothing_is_found(client, anna):
    client.force_login(anna)
    assert "Riskbruk och missbruk" in client.get(reverse("lookup"), {"omrade": "beroendeenheten"}).content.decode()
    assert "Inget område heter så" in client.get(reverse("lookup"), {"omrade": "raketer"}).content.decode()


def test_home_asks_the_database_as_often_for_thirty_deviations_as_for_one(client, filing, anna):
    client.force_login(anna)
    counts = []
    for more in (1, 29):
        for _number in range(more):
            file(filing(), by=anna)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
