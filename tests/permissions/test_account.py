"""The account's own pages: nobody becomes somebody else by them."""

import time

import pytest
from django.test import Client
from django.urls import reverse


@pytest.fixture
def annas(anna):
    client = Client()
    client.force_login(anna, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": anna.email}]
    session.save()
    return client


def test_nobody_takes_an_address_of_their_own_choice_and_the_roles_that_would_be_given_to_it(anna, annas):
    page = reverse("account_email")
    for action in (
        {"action_add": "", "email": "rektor@example.se"},
        {"action_primary": "", "email": "rektor@example.se"},
        {"action_remove": "", "email": "anna@example.se"},
        {"action_add": "", "email": "rektor@example.se"},
        {"action_primary": "", "email": "rektor@example.se"},
    ):
        annas.post(page, action)
    anna.refresh_from_db()
    assert anna.email == "anna@example.se"
    assert [address.email for address in anna.emailaddress_set.all()] == ["anna@example.se"]


def test_nobody_signs_up(db):
    given = {"email": "ny@example.se", "password1": "lång mening för prov", "password2": "lång mening för prov"}
    assert Client().post(reverse("account_signup"), given).templates[0].name == "account/signup_closed.html"
