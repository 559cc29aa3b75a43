"""What the database refuses to delete, let go of by a test that is about its having been taken away all the same."""

from importlib import import_module

from django.db import connection


def let_go():
    """Until the test's transaction is rolled back."""
    refusals = import_module("deviations.migrations.0014_nothing_frozen_is_deleted")
    with connection.cursor() as cursor:
        for statement in refusals.ALLOW[connection.vendor]:
            cursor.execute(statement)
