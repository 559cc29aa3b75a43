"""What may be told is worked out once for the same numbers, and anew for any other."""

import pytest
from django.core.cache import cache

from deviations.learning import remembered
from deviations.learning.counts import Before, Counts, Sum
from deviations.learning.protect import protect


def table(**changed):
    cells = {"filed|own:a": 40, "kind|own:a|risk": 3, "kind|own:a|event": 37, **changed}
    return [Counts("kind", cells, (Sum("filed|own:a", ("kind|own:a|event", "kind|own:a|risk")),))]


@pytest.fixture
def worked(monkeypatch):
    """How often it was worked out."""
    cache.clear()
    times = []
    monkeypatch.setattr(remembered, "protect", lambda *given: times.append(given) or protect(*given))
    yield times
    cache.clear()


def test_the_same_numbers_are_worked_out_once_and_told_the_same(worked):
    first, again = (remembered.protected(table(), 5) for _time in range(2))
    assert first == again == protect(table(), 5)
    assert len(worked) == 1


def test_other_numbers_another_threshold_and_another_past_are_worked_out_anew(worked):
    remembered.protected(table(), 5)
    other = table(**{"kind|own:a|risk": 2, "kind|own:a|event": 38})
    remembered.protected(other, 5)
    remembered.protected(table(), 3)
    remembered.protected(table(), 5, [Before(table(), frozenset({"filed|own:a"}), same_period=True)])
    remembered.protected(table(), 5, [Before(table(), frozenset(), same_period=True)])
    assert len(worked) == 5
