"""Clients of the API: people by session, systems by token."""

import datetime
from collections import namedtuple

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from api import tokens
from tests.cast import unit

System = namedtuple("System", "client token written")


@pytest.fixture(autouse=True)
def nobody_has_called_yet():
    cache.clear()


@pytest.fixture
def as_(db):
    """`as_(anna)`: a client in which she has logged in. Answers and sends JSON."""

    def client(user=None):
        made = APIClient()
        made.default_format = "json"
        if user is not None:
            made.force_login(user)
        return made

    return client


@pytest.fixture
def system(cast):
    """`system("read", "file")`: a system of Karlskrona's elevhälsa with a token of those scopes."""

    def make(*scopes, organisation=None, by=None, days=30):
        issued = tokens.issue(
            organisation or unit("blekinge", "1080-elevhalsan"),
            name="Elevjournalen",
            scopes=scopes,
            expires_at=timezone.now() + datetime.timedelta(days=days),
            by=by or cast.maria,
        )
        client = APIClient()
        client.default_format = "json"
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued.written}")
        return System(client, issued.token, issued.written)

    return make


@pytest.fixture
def bl_01(cast):
    """BL-01 as it is sent."""
    return {
        "reporting_unit": unit("blekinge", "1080-elevhalsan").pk,
        "receiving_units": [unit("blekinge", "rb-bup").pk],
        "occurred_on": (timezone.localdate() - datetime.timedelta(days=3)).isoformat(),
        "category": "sip/called_party_absent",
        "age": 14,
        "happened": "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte.",
        "local_reference": "EH-17",
    }
