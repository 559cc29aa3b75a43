"""How often one gets letters, the letters one has got, and those that the mail server would not take."""

import re
import smtplib

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations.mail import post
from deviations.models import Mail
from deviations.services import deciding, handling
from orgs.models import User
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


def test_one_chooses_how_often(client, anna):
    client.force_login(anna)
    assert re.findall(r'value="(\w+)"[^>]* checked', text(client.get("/installningar/"))) == ["at_once"]
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
