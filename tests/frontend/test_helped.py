""" "Did it help?" from the letter: without logging in, once, for a limited time, and showing the number only."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from deviations.errors import ChangedMeanwhile
from deviations.mail import helped, post
from deviations.models import Deviation
from deviations.services import deciding, handling
from deviations.workflow import State
from tests.frontend.pages import fresh, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_called():
    cache.clear()


@pytest.fixture
def answered(filed, bo):
    handling.receive(fresh(filed), by=bo)
    deciding.decide(fresh(filed), text="Gemensam brevlåda.", by=bo)
    deciding.give_feedback(fresh(filed), text="Nu finns en gemensam brevlåda.", by=bo)
    return filed


@pytest.fixture
def link(answered, mailoutbox):
    """As it stands in the letter."""
    post.send_due()
    letter = next(letter for letter in mailoutbox if "hjalpte" in letter.body)
    return re.search(r"http://localhost:8000(/hjalpte/\S+)", letter.body)[1]


def test_the_page_shows_the_number_and_nothing_else_of_it(client, link, answered):
    html = text(client.get(link))
    assert fresh(answered).reference in html
    for secret in ("brevlåda", "Kallelse", "BUP", "Elevhälsan", "Anna", str(answered.public_id)):
        assert secret not in html


def test_yes_is_one_click_and_then_thanks(client, link, answered):
    response = client.post(link, {"helped": "ja"}, follow=True)
    assert (fresh(answered).helped, fresh(answered).state) == (True, State.DECIDED)
    assert "Tack, vi har ditt svar" in text(response)
    entry = answered.history.get(step="answer_helped")
    assert (entry.by.email, entry.acting_for) == ("anna@example.se", "Elevhälsan, Karlskrona kommun")


def test_no_asks_what_still_does_not_work_and_opens_the_question_again(client, link, answered):
    assert "Vad fungerar fortfarande inte?" in text(client.get(link, {"svar": "nej"}))
    response = client.post(link, {"helped": "nej"})
    assert (response.status_code, fresh(answered).helped) == (422, None)
    client.post(link, {"helped": "nej", "comment": "Samma sak igen."})
    assert (fresh(answered).helped, fresh(answered).state) == (False, State.RECEIVED)


def test_what_one_writes_carries_no_identity(client, link, answered):
    response = client.post(link, {"helped": "nej", "comment": "Ring 070-123 45 67."})
    assert response.status_code == 422
    assert "telefonnummer" in text(response)
    assert fresh(answered).helped is None


def test_opening_the_page_as_mail_filters_do_answers_nothing(client, link, answered):
    for _each in range(3):
        client.get(link)
        client.head(link)
    assert fresh(answered).helped is None


def test_a_used_link_says_so_kindly(client, link, answered):
    client.post(link, {"helped": "ja"})
    again = client.post(link, {"helped": "nej", "comment": "Ångrar mig."})
    assert (again.status_code, fresh(answered).helped) == (200, True)
    assert "Du har svarat att det hjälpte." in text(again)


def test_a_link_about_an_older_answer_asks_nothing(client, link, answered, bo, anna):
    deciding.answer_helped(fresh(answered), helped=False, comment="Nej.", by=anna)
    deciding.decide(fresh(answered), text="Nytt försök.", by=bo)
    deciding.give_feedback(fresh(answered), text="Så här i stället.", by=bo)
    response = client.post(link, {"helped": "ja"})
    assert fresh(answered).helped is None
    assert "Frågan gäller inte längre" in text(response)


def test_a_link_lasts_for_ninety_days(client, link):
    with time_machine.travel(timezone.now() + helped.VALID - timedelta(hours=1)):
        assert client.get(link).status_code == 200
    with time_machine.travel(timezone.now() + helped.VALID + timedelta(hours=1)):
        assert client.get(link).status_code == 410


def test_a_link_that_somebody_made_up_or_changed_has_ended(client, link, answered, cast):
    elsewhere = signing.dumps([str(answered.public_id), cast.anna.pk, 4], salt="something else")
    stranger = signing.dumps([str(answered.public_id), cast.cecilia.pk, 4], salt=helped.SALT)
    odd = signing.dumps("not three things", salt=helped.SALT)
    whole = link.split("/")[2]
    changed = whole[:-1] + ("A" if whole[-1] != "A" else "E")
    for token in ("x", changed, elsewhere, stranger, odd):
        response = client.get(reverse("helped", args=[token]))
        assert (response.status_code, "Länken gäller inte längre" in text(response)) == (410, True)


def test_a_closed_account_answers_no_more(client, link, answered, anna):
    anna.is_active = False
    anna.save()
    assert client.post(link, {"helped": "ja"}).status_code == 410
    assert fresh(answered).helped is None


def test_another_persons_log_in_changes_nothing_of_whose_answer_it_is(client, link, answered, bo):
    client.force_login(bo)
    client.post(link, {"helped": "ja"})
    assert answered.history.get(step="answer_helped").by.email == "anna@example.se"


def test_a_thousand_guesses_are_not_taken(client):
    answers = [client.get(f"/hjalpte/gissning-{number}/").status_code for number in range(61)]
    assert (answers[:60], answers[60]) == ([410] * 60, 429)


def test_the_page_is_kept_nowhere(client, link):
    assert "no-store" in client.get(link)["Cache-Control"]


def test_two_presses_at_once_are_one_answer(answered, anna):
    asked = helped.read(helped.path(fresh(answered), anna, 4).split("/")[2])
    twin = helped.read(helped.path(fresh(answered), anna, 4).split("/")[2])
    helped.answer(asked, helped=True)
    with pytest.raises(ChangedMeanwhile):
        helped.answer(twin, helped=False, comment="Nej.")
    assert Deviation.objects.get(pk=answered.pk).helped is True


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"helped": "ja"}, "Svarade att det hjälpte"),
        ({"helped": "nej", "comment": "Ingen bevakar den."}, "Svarade att det inte hjälpte än"),
    ],
)
def test_the_group_reads_the_answer_in_the_history(client, link, answered, bo, given, said):
    client.post(link, given)
    client.force_login(bo)
    assert said in text(client.get(reverse("deviation", args=[answered.public_id])))
