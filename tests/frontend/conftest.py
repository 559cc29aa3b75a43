"""Asking for a page, and taking a step, as a person."""

import pytest
from django.urls import reverse

from tests.frontend.pages import fresh


@pytest.fixture
def get(client):
    """`get(bo, "deviation", filed.public_id, q="…")`."""

    def of(who, name, *args, **query):
        client.force_login(who)
        return client.get(reverse(name, args=args), query)

    return of


@pytest.fixture
def take(client):
    """`take(bo, deviation, "decide", text="…")`: the form as the page has it, filled in and sent."""

    def of(who, deviation, step, **given):
        client.force_login(who)
        given.setdefault("seen", fresh(deviation).sequence)
        return client.post(reverse("step", args=[deviation.public_id, step]), given)

    return of
