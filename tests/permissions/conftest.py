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
