"""The prepared world, built once for each module that asks for it and taken back afterwards."""

import pytest
from django.db import transaction

from orgs.profiles import active
from tests.permissions import world as worlds


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)
    active._parsed.cache_clear()


@pytest.fixture
def filled_in(filing):
    """BL-01 as it is sent to the API."""
    given = filing()

    def fill_in(**changes):
        return {
            "reporting_unit": given.reporting_unit.pk, "receiving_units": [given.receiving_units[0].pk],
            "happened": "BUP kom inte.", "occurred_on": given.occurred_on.isoformat(), "category": given.category,
            "age": 14, **changes,
        }  # fmt: skip

    return fill_in
