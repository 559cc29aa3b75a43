"""The charts cry wolf about as often as they should, and find a change: simulated with a fixed seed, in a wide band."""

from itertools import combinations

import pytest

from deploy.bench.signals import (
    count,
    known_false_alarms,
    known_outside,
    normal,
    rate,
    shift,
    shift_after_twelve,
    stray,
    stray_wait,
    wait,
)
from deviations.learning.runchart import run_chart

TIMES = 1_000


@pytest.mark.parametrize("n", [10, 12])
def test_what_is_known_of_false_alarms_is_what_listing_every_order_gives(n):
    orders = [[float(at in above) for at in range(n)] for above in combinations(range(n), n // 2)]
    assert known_false_alarms(n) == pytest.approx(100 * sum(run_chart(o).signal for o in orders) / len(orders))


@pytest.mark.parametrize("n", [12, 24, 36])
def test_a_run_chart_of_stable_values_cries_wolf_as_often_as_is_known(n):
    assert abs(rate([normal(0)] * n, shift, times=TIMES) - known_false_alarms(n)) < 2.5


def test_a_run_chart_of_stable_months_cries_wolf_in_less_than_one_of_eight():
    assert 1 < rate([count(8)] * 24, shift, times=TIMES) < 12.5


def test_control_charts_of_stable_series_cry_wolf_about_as_often_as_three_deviations_allow():
    assert known_outside(24) == pytest.approx(6.28, abs=0.01)
    assert 1 < rate([normal(0)] * 24, stray, times=TIMES) < 15
    assert rate([wait(30)] * 24, stray_wait, times=TIMES) < 15


def test_half_as_many_after_a_change_is_found_and_one_value_far_off_is_too():
    assert rate([count(8)] * 12 + [count(4)] * 12, shift_after_twelve, times=TIMES) > 70
    assert rate([normal(0)] * 23 + [normal(6)], stray, times=TIMES) > 70
