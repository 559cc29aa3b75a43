"""Numbers as they are now, worked out by the worker: one tree and period at a time, and cheaply when nothing is due."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations import clock
from deviations.models import LiveNumbers
from deviations.reports.live_numbers import _has_rested, count_live
from orgs.models import Body
from tests.cast import count_now


def looked():
    with CaptureQueriesContext(connection) as asked:
        assert count_live() == 0
    return len(asked)


def test_one_tree_is_worked_out_at_a_time_until_all_are(filed, bo):
    trees = Body.objects.filter(steering_body__isnull=True).count()
    found = [count_live() for _each in range(trees + 1)]
    assert (found, LiveNumbers.objects.count()) == ([*[1] * trees, 0], trees)


def test_looking_costs_the_same_however_many_trees_there_are(filed, bo):
    count_now()
    several = looked()
    keep = Body.objects.filter(steering_body__isnull=True).order_by("pk").first()
    Body.objects.exclude(pk=keep.pk).filter(steering_body__isnull=True).update(steering_body=keep)
    assert (looked(), several) == (5, 5)


@pytest.mark.parametrize(("took", "rest"), [(0.1, 1), (4, 40), (6, 45), (44, 45), (60, 60)])
def test_a_change_is_seen_within_a_minute_and_what_is_slow_rests_as_long_as_it_took(took, rest):
    row = LiveNumbers(cut_off=clock.now(), seconds=took)
    with clock.at(row.cut_off + dt.timedelta(seconds=rest - 0.5)):
        assert not _has_rested(row)
    with clock.at(row.cut_off + dt.timedelta(seconds=rest)):
        assert _has_rested(row)
