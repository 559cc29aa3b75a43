"""Undo at the desk: offered where it is of use, taken back with one press, and refused with its reason."""

import datetime

import pytest
from django.urls import reverse

from deviations import clock
from deviations.models import Deviation
from deviations.services import handling
from deviations.services.filing import file
from deviations.workflow import State
from orgs.models import BodyMembership
from orgs.permissions import end
from tests.frontend.pages import text

OFFERED = "Du gjorde nyss"


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


@pytest.fixture
def received(anna, bo, filing):
    return handling.receive(file(filing(), by=anna), by=bo)


@pytest.fixture
def at(client, bo):
    client.force_login(bo, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def put_on_agenda(at, deviation):
    day = (clock.today() + datetime.timedelta(days=20)).isoformat()
    return at.post(reverse("step", args=[deviation.public_id, "put_on_agenda"]), {"meeting_on": day}, follow=True)


def test_a_step_is_taken_back_with_one_press(at, received):
    page = put_on_agenda(at, received)
    assert f"{OFFERED}: Lägg på dagordning, {received.reference}." in text(page)
    answer = at.post(reverse("undo"), follow=True)
    assert answer.redirect_chain == [(reverse("deviation", args=[received.public_id]), 302)]
    said = text(answer)
    assert "Ångrat: Lägg på dagordning för 1 avvikelse." in said
    assert OFFERED not in said
    assert now(received).state == State.RECEIVED


def test_the_desk_offers_it_too_and_another_deviations_page_does_not(at, received, filing, anna):
    put_on_agenda(at, received)
    other = file(filing(), by=anna)
    assert OFFERED in text(at.get(reverse("desk")))
    assert OFFERED not in text(at.get(reverse("deviation", args=[other.public_id])))


def test_it_is_refused_with_the_reason_when_more_has_happened(at, received, bo):
    put_on_agenda(at, received)
    handling.note(now(received), text="Ring upp.", by=bo)
    assert OFFERED not in text(at.get(reverse("deviation", args=[received.public_id])))
    answer = at.post(reverse("undo"))
    assert answer.status_code == 409
    assert "det har hänt mer sedan dess" in text(answer)
    assert now(received).state == State.ON_AGENDA


def test_nothing_is_undone_twice(at, received):
    put_on_agenda(at, received)
    assert at.post(reverse("undo")).status_code == 302
    assert at.post(reverse("undo")).status_code == 409


def test_a_step_that_cannot_be_undone_says_so_before_it_is_taken_and_hides_what_was_done_before(at, received):
    def page(step):
        return text(at.get(reverse("step", args=[received.public_id, step])))

    assert "Du kan ångra i tio minuter" in page("put_on_agenda")
    assert "Det går inte att ångra" in page("decide")
    put_on_agenda(at, received)
    at.post(reverse("step", args=[received.public_id, "score"]), {"severity": "3", "likelihood": "2"})
    assert OFFERED not in text(at.get(reverse("desk")))
    assert at.post(reverse("undo")).status_code == 409


def test_many_at_once_are_taken_back_at_once_and_the_others_are_told(at, anna, bo, filing):
    three = [handling.receive(file(filing(), by=anna), by=bo) for _n in range(3)]
    sent = {"steg": "assign", "vald": [str(d.public_id) for d in three], "to": str(bo.pk)}
    page = at.post(reverse("many", args=["sg_barn_unga"]), sent, follow=True)
    assert f"{OFFERED}: Tilldela, 3 avvikelser." in text(page)
    handling.note(now(three[1]), text="Ring upp.", by=bo)
    said = text(at.post(reverse("undo"), follow=True))
    assert "Ångrat: Tilldela för 2 avvikelser." in said
    assert f"{three[1].reference}: Det går inte att ångra längre" in said
    assert [now(d).assigned_to for d in three] == [None, bo, None]


def test_whoever_has_lost_the_role_in_between_is_told_that_there_is_nothing_to_undo(at, received, bo):
    put_on_agenda(at, received)
    for held in BodyMembership.objects.filter(user=bo):
        end(held, by=None)
    answer = at.post(reverse("undo"))
    assert answer.status_code == 409
    assert "Det finns inget att ångra" in text(answer)
    assert now(received).state == State.ON_AGENDA
