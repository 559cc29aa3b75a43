"""Home, the menu and the two look-ups: what each person starts with."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations import clock
from deviations.models import Delivery, Measure, Meeting, Statement
from deviations.services.deciding import decide, propose_measure
from deviations.services.filing import file, withdraw
from deviations.services.handling import receive
from deviations.services.statements import request_statement
from orgs.permissions import grant
from tests.cast import body, unit
from tests.frontend.pages import fresh


def menu_of(html):
    nav = re.search(r'<nav class="nav".*?</nav>', html, re.DOTALL)
    return re.findall(r">([^<]+)</a>", nav[0]) if nav else []


def bar_of(html):
    """The lines that are seen at once on a desk, "Mer" among them."""
    nav = re.search(r'<nav class="nav".*?</nav>', html, re.DOTALL)[0]
    seen = re.sub(r'<div class="nav__list">.*?</div>|<a class="nav__home".*?</a>', "", nav, flags=re.DOTALL)
    return re.findall(r">([^<]+)</(?:a|summary)>", seen)


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
    assert f'<dt><a href="{reverse("desk")}?vy=nya">Nya att ta emot</a></dt><dd><b>1</b></dd>' in html
    assert f'href="{reverse("desk")}"' in html


def test_a_reader_of_reports_starts_at_the_reports_and_follows_nothing(home, lena, filed):
    html = home(lena)
    assert "<h1>Det länet har lärt sig</h1>" in html
    assert filed.title not in html


def test_the_county_administrator_starts_at_the_administration(home, ada):
    assert "<h1>Länets regler och behörigheter</h1>" in home(ada)


def test_the_county_administrator_is_told_what_nobody_has_opened(home, ada, filed):
    assert "Ingen har öppnat i tid" not in home(ada)
    Delivery.objects.update(alarmed_at=clock.now(), due_at=clock.now())
    assert f'<dt><a href="{reverse("stuck")}">Ingen har öppnat i tid</a></dt><dd><b class="t-brick">1</b></dd>' in home(
        ada
    )


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


def test_the_bar_holds_at_most_six_lines_and_the_rest_is_behind_more(home, anna, bo, cast):
    assert bar_of(home(anna)) == ["Mina avvikelser", "Register", "Vem ansvarar?", "Lärfall", "Rutinen"]
    assert bar_of(home(bo)) == ["Arbetsbord", "Möten", "Åtgärder", "Register", "Rapporter", "Mer"]
    assert menu_of(home(bo))[-4:] == ["Vem ansvarar?", "Lärfall", "Rutinen", "Administration"]
    assert {"Styrning", "Mönster", "Organ"} <= set(menu_of(home(bo)))
    assert {len(bar_of(home(person))) <= 6 for person in vars(cast).values()} == {True}


def test_steering_stands_in_the_bar_of_those_whose_body_steers_others(home, bo):
    grant(bo, "coordinator", body("blekinge", "lsvo"), by=None)
    assert bar_of(home(bo)) == ["Arbetsbord", "Möten", "Styrning", "Åtgärder", "Rapporter", "Mer"]


def test_what_is_behind_more_is_marked_when_one_is_there(client, bo):
    client.force_login(bo)
    html = client.get(reverse("lookup")).content.decode()
    more = re.search(r'<details class="nav__more">.*?</details>', html, re.DOTALL)[0]
    assert re.findall(r'aria-current="page">([^<]+)<', more) == ["Vem ansvarar?"]


def test_a_meeting_today_is_told_first_with_its_time(home, bo):
    start = clock.now().replace(hour=9, minute=0)
    Meeting.objects.create(body=body("blekinge", "sg_barn_unga"), starts_at=start)
    words = re.search(
        r'<dl class="facts facts--numbers startfacts"><dt><a href="[^"]+">([^<]+)</a></dt><dd><b>([^<]+)</b>', home(bo)
    )
    assert words.groups() == ("Möte i dag", f"kl. {timezone.localtime(start):%H.%M}")


def test_a_unit_that_is_waited_for_begins_with_its_answer_and_else_with_the_question(home, berit, bo, filed):
    receive(filed, by=bo)
    request_statement(filed, of=[unit("blekinge", "rb-bup")], question="Hur tar ni emot kallelser?", by=bo)
    html = home(berit)
    assert re.findall(r"<h1>([^<]+)</h1>", html)[0] == "Det som väntar på er"
    assert f'<dt><a href="{reverse("to_answer")}">Yttranden att lämna</a></dt><dd><b>1</b></dd>' in html
    assert html.index("Svara nu</a>") < html.index("Hände det något som inte fungerade?")
    Statement.objects.update(status=Statement.Status.GIVEN)
    assert re.findall(r"<h1>([^<]+)</h1>", home(berit))[0] == "Hände det något som inte fungerade?"


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


def test_a_new_reporter_is_told_what_will_stand_here(home, anna):
    html = home(anna)
    assert "Här följer du det du anmäler, hela vägen till svaret." in html
    assert html.count('data-size="lg"') == 1


def test_a_new_group_is_told_that_nothing_has_come_yet(home, bo, anna, filing):
    told = "Ingen har anmält något till er än."
    assert told in home(bo)
    file(filing(), by=anna)
    assert told not in home(bo)


def test_a_reader_of_reports_is_told_that_none_has_come_yet(home, lena):
    assert "Ingen rapport är publicerad för er än." in home(lena)


def test_the_administrator_is_told_when_all_is_well_and_where_to_go(home, ada, filed):
    html = home(ada)
    assert "Allt har öppnats i tid, och alla brev har kommit fram." in html
    assert f'href="{reverse("places")}"' in html
    Delivery.objects.update(alarmed_at=clock.now(), due_at=clock.now())
    assert "Allt har öppnats i tid" not in home(ada)


def test_a_measure_that_is_due_waits_for_those_whose_unit_owns_it(home, berit, filed, bo):
    receive(filed, by=bo)
    decide(fresh(filed), text="Gemensam brevlåda.", by=bo)
    due_on = clock.today() + datetime.timedelta(days=7)
    propose_measure(
        fresh(filed), text="En brevlåda som bevakas.", owner=unit("blekinge", "rb-bup"), due_on=due_on,
        check_on=due_on + datetime.timedelta(days=90), sign="Kallelserna kommer fram.", by=bo,
    )  # fmt: skip
    wanted = f'<dt><a href="{reverse("measures")}">Åtgärder att göra klara inom två veckor</a></dt><dd><b>1</b></dd>'
    assert wanted in home(berit)
    Measure.objects.update(due_on=clock.today() - datetime.timedelta(days=1))
    assert "Försenade åtgärder hos er" in home(berit)
