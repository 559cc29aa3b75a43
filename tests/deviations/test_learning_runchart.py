"""Run charts say what Anhøj's rules say, with the published limits, and nothing of too little."""

import datetime as dt

import pytest

from deviations.learning.runchart import (
    fewest_crossings,
    finding,
    longest_run_allowed,
    points_before,
    rule,
    run_chart,
)

# J. Anhøj and A. V. Olesen (2014), and the vignette of the R package qicharts2: n → longest run, fewest crossings.
PUBLISHED = {10: (6, 2), 12: (7, 3), 16: (7, 4), 20: (7, 6), 24: (8, 8), 30: (8, 10), 36: (8, 13)}
UP_AND_DOWN = [5, 9, 4, 8, 6, 9, 3, 8, 5, 9, 4, 8]


@pytest.mark.parametrize(("n", "limits"), PUBLISHED.items())
def test_the_limits_are_the_published_ones(n, limits):
    assert (longest_run_allowed(n), fewest_crossings(n)) == limits


@pytest.mark.parametrize("n", [0, 1, 2])
def test_of_next_to_nothing_nothing_is_asked(n):
    assert fewest_crossings(n) == 0


def test_a_series_that_goes_up_and_down_gives_no_signal():
    chart = run_chart(UP_AND_DOWN)
    assert (chart.median, chart.n, chart.longest_run, chart.crossings, chart.signal) == (7.0, 12, -1, 11, False)
    assert finding(chart) == "Ingen säkerställd förändring."
    assert rule(chart) == "Längsta svit 1 (gräns 7), korsningar 11 (minst 3 väntade), Anhøjs regler, n = 12."


def test_points_on_the_median_neither_break_a_run_nor_lengthen_it():
    chart = run_chart([1, 5, 1, 5, 1, 9, 9, 5, 9, 1, 9])
    assert (chart.median, chart.points, chart.n) == (5.0, 11, 8)
    assert (chart.longest_run, chart.crossings) == (-3, 3)


def test_a_long_run_is_told_with_its_side_its_length_and_its_limit():
    # the median of the first twelve is frozen: 7; then nine months of three
    chart = run_chart(UP_AND_DOWN + [3] * 9, baseline=12)
    assert (chart.longest_run, chart.longest_allowed, chart.long_run) == (-9, 7, True)
    assert finding(chart).startswith("9 månader i rad under medianen: längsta svit 9, gräns 7.")


def test_a_run_above_is_told_as_above():
    assert "10 månader i rad över medianen" in finding(run_chart([*UP_AND_DOWN[:-1], *[9] * 10], baseline=10))


def test_few_crossings_are_a_signal_of_their_own():
    chart = run_chart([1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9])
    assert (chart.long_run, chart.few_crossings, chart.signal) == (False, True, True)
    assert finding(chart) == "Ovanligt få korsningar av medianen: 1, minst 3 väntade."


def test_a_run_as_long_as_its_limit_is_no_signal():
    chart = run_chart([9] * 7 + [1] * 7)
    assert (chart.n, chart.longest_run, chart.longest_allowed, chart.long_run) == (14, 7, 7, False)


@pytest.mark.parametrize("values", [[1, 9] * 4 + [1], [5] * 30, [1] * 4 + [9] * 5])
def test_with_fewer_than_ten_off_the_median_nothing_is_claimed(values):
    chart = run_chart(values)
    assert (chart.signal, rule(chart)) == (False, "")
    assert finding(chart).startswith("För få månader för att säga något om mönster: ")


def test_a_median_frozen_after_too_few_claims_nothing_either():
    chart = run_chart([5, 6, 7, *[1] * 20], baseline=3)
    assert (chart.longest_run, chart.signal) == (-20, False)
    assert finding(chart) == "För få månader för att säga något om mönster: 3 räknas, minst 10 behövs."


def test_months_on_the_median_are_said_not_to_count():
    assert rule(run_chart([*UP_AND_DOWN, 7])).endswith("n = 12. 1 månad på medianen räknas inte.")
    assert rule(run_chart([*UP_AND_DOWN, 7, 7])).endswith("n = 12. 2 månader på medianen räknas inte.")


def test_a_median_is_frozen_at_the_points_before_the_change():
    days = [dt.date(2026, month, 1) for month in range(1, 7)]
    assert points_before(days, dt.date(2026, 4, 1)) == 3
    assert run_chart([1, 2, 3, 10, 10, 10], baseline=3).median == 2.0


@pytest.mark.parametrize("baseline", [None, 0])
def test_nothing_has_no_median(baseline):
    with pytest.raises(ValueError, match="at least one value"):
        run_chart([] if baseline is None else [1, 2], baseline=baseline)
