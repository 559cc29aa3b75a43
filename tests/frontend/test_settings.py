"""How often one gets letters, the letters one has got, and those that the mail server would not take."""

import datetime
import re
import smtplib

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations import clock
from deviations.mail import post
from deviations.models import Mail
from deviations.services import deciding, handling
from frontend.dates import day
from frontend.roles_page import OPENS, held_by
from orgs.models import Body, User
from orgs.permissions import grant
from orgs.roles import ROLES
from tests.cast import body
from tests.frontend.pages import fresh, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(filed, bo, mailoutbox):
    """Anna's deviation is received, decided and answered, and the letters have left."""
    handling.receive(fresh(filed), by=bo)
    deciding.decide(fresh(filed), text="Gemensam brevlåda.", by=bo)
    deciding.give_feedback(fresh(filed), text="Nu finns en gemensam brevlåda.", by=bo)
    post.send_due()
    return filed


def chosen(client, name):
    return re.findall(rf'name="{name}" [^>]*value="(\w+)"[^>]* checked', text(client.get("/installningar/")))


def test_one_chooses_the_language_and_comes_back_here(client, anna):
    client.force_login(anna)
    assert chosen(client, "language") == ["sv"]
    response = client.post("/sprak/", {"language": "en", "next": "/installningar/"})
    assert (response.status_code, response["Location"]) == (302, "/installningar/")
    assert User.objects.get(pk=anna.pk).language == "en"
    assert chosen(client, "language") == ["en"]


def test_one_chooses_how_often(client, anna):
    client.force_login(anna)
    assert chosen(client, "mail") == ["at_once"]
    response = client.post("/installningar/", {"mail": "daily"}, follow=True)
    assert "Sparat. Det gäller från nästa brev." in text(response)
    assert User.objects.get(pk=anna.pk).mail == "daily"


@pytest.mark.parametrize("given", [{}, {"mail": "hourly"}])
def test_what_is_no_choice_is_told_at_the_field(client, anna, given):
    client.force_login(anna)
    response = client.post("/installningar/", given)
    assert response.status_code == 422
    assert "Välj" in text(response)
    assert User.objects.get(pk=anna.pk).mail == "at_once"


def test_the_latest_letters_stand_there_and_can_be_read(client, told, anna):
    client.force_login(anna)
    html = text(client.get("/installningar/"))
    reference = fresh(told).reference
    assert f"Du har fått svar på avvikelse {reference}" in html
    letter = Mail.objects.get(to=anna, template="feedback")
    assert "Hjälpte det? Svara ja eller nej här" in text(client.get(f"/installningar/brev/{letter.pk}/"))


def test_nobody_reads_anothers_letter(client, told, maria, anna):
    client.force_login(maria)
    letter = Mail.objects.get(to=anna, template="feedback")
    assert client.get(f"/installningar/brev/{letter.pk}/").status_code == 404


def test_the_name_at_the_top_leads_there(client, anna):
    client.force_login(anna)
    assert 'href="/installningar/"' in text(client.get("/"))


def test_the_list_costs_the_same_for_one_and_for_ten(client, told, anna, django_assert_num_queries):
    client.force_login(anna)
    client.get("/installningar/")
    with CaptureQueriesContext(connection) as few:
        client.get("/installningar/")
    row = Mail.objects.filter(to=anna).first()
    for number in range(30):
        row.pk, row.key = None, f"prov:{number}"
        row.save(force_insert=True)
    with django_assert_num_queries(len(few)):
        client.get("/installningar/")


@pytest.fixture
def given_up(filed, bo, monkeypatch):
    """The letter that Anna's deviation is received could not be delivered."""
    Mail.objects.all().delete()
    handling.receive(fresh(filed), by=bo)

    def refuse(message, fail_silently=False):
        raise smtplib.SMTPRecipientsRefused({"anna@example.se": (550, b"no")})

    with monkeypatch.context() as patched:
        patched.setattr(django_mail.EmailMessage, "send", refuse)
        post.send_due()
    return Mail.objects.get()


def test_the_administrator_sees_whom_no_letter_reaches_but_not_what_it_was_about(client, given_up, ada):
    client.force_login(ada)
    html = text(client.get("/administration/brev/"))
    assert "anna@example.se" in html
    assert "SMTPRecipientsRefused 550" in html
    assert given_up.deviation.reference not in html


def test_and_sends_it_again(client, given_up, ada, mailoutbox):
    client.force_login(ada)
    response = client.post(f"/administration/brev/{given_up.pk}/igen/", follow=True)
    assert "Brevet skickas igen." in text(response)
    assert "Alla brev har kommit fram" in text(response)
    post.send_due()
    assert [letter.to for letter in mailoutbox] == [["anna@example.se"]]


# ── one's own roles ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_role_says_where_since_when_who_gave_it_and_what_it_opens(client, anna, ada):
    until = clock.today() + datetime.timedelta(days=30)
    grant(anna, "member", body("blekinge", "sg_barn_unga"), by=ada, valid_until=until)
    client.force_login(anna)
    html = text(client.get("/installningar/"))
    assert re.findall(r'<section class="role">\s*<h3>([^<]+)</h3>\s*<p>([^<]+)</p>', html) == [
        ("Rapportör", "Elevhälsan, Karlskrona kommun"), ("Ledamot", "Samverkansgrupp Barn och unga"),
    ]  # fmt: skip
    today = day(clock.today(), "year")
    assert f"Från {today} till och med {day(until, 'year')}. Du fick rollen av Ada Almgren." in html
    assert f"Sedan {today}, tills vidare." in html
    assert "Anmäla avvikelser härifrån, och följa dem hela vägen" in html
    assert "Ta emot, bereda och besluta" not in html


def test_a_role_that_has_ended_is_not_among_ones_own(client, disa):
    client.force_login(disa)
    assert "Du har ingen roll just nu." in text(client.get("/installningar/"))


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_every_ability_of_every_role_has_its_words(role):
    assert role.abilities <= OPENS[role.on].keys()


@pytest.mark.parametrize("more", [0, 20])
def test_the_roles_cost_the_same_for_one_and_for_many(anna, ada, more):
    for held_body in Body.objects.filter(county__slug="blekinge")[:more]:
        grant(anna, "member", held_body, by=ada)
    with CaptureQueriesContext(connection) as captured:
        held_by(anna)
    assert len(captured) == 3
