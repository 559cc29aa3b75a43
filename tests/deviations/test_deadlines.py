from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deviations.deadlines import days_off, due_on, in_swedish, is_working_day
from orgs.profiles.parts import Limit

DATES = st.dates(date(2015, 1, 1), date(2060, 12, 31))


@given(DATES, st.integers(1, 60))
@example(date(2024, 6, 19), 3)  # over Midsummer
@example(date(2025, 12, 22), 5)  # over Christmas and New Year
@example(date(2024, 2, 28), 1)  # onto the leap day
def test_a_limit_in_working_days_ends_on_the_nth_working_day_after_the_start(start, count):
    end = due_on(start, Limit(working_days=count))

    passed = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end)
    assert sum(map(is_working_day, passed)) == count


@given(DATES, st.integers(1, 3660))
def test_a_limit_in_days_counts_every_day(start, count):
    assert due_on(start, Limit(days=count)) == start + timedelta(days=count)


@given(DATES, st.integers(1, 60))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(start, count):
    end = due_on(start, Limit(working_days=count))
    assert due_on(start + timedelta(days=1), Limit(working_days=count)) >= end
    assert due_on(start, Limit(working_days=count + 1)) > end


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        (date(2024, 6, 20), Limit(working_days=1), date(2024, 6, 24)),  # Midsummer Eve is Friday 21 June
        (date(2025, 12, 23), Limit(working_days=1), date(2025, 12, 29)),  # 24, 25, 26, then a weekend
        (date(2025, 12, 30), Limit(working_days=1), date(2026, 1, 2)),
        (date(2024, 2, 28), Limit(working_days=1), date(2024, 2, 29)),
        (date(2024, 2, 28), Limit(days=2), date(2024, 3, 1)),
        (date(2023, 2, 28), Limit(days=1), date(2023, 3, 1)),
        (date(2022, 3, 14), Limit(days=60), date(2022, 5, 13)),
        (date(2022, 3, 14), Limit(working_days=2), date(2022, 3, 16)),
        (date(2024, 6, 5), Limit(working_days=1), date(2024, 6, 7)),  # the National Day
    ],
)
def test_known_limits(start, limit, end):
    assert due_on(start, limit) == end


def test_the_three_eves_are_days_off():
    assert {date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31)} <= days_off(2026)


def test_an_ordinary_sunday_is_no_holiday_but_no_working_day_either():
    assert date(2026, 3, 8) not in days_off(2026)
    assert not is_working_day(date(2026, 3, 8))


def test_dates_are_written_in_swedish():
    assert in_swedish(date(2022, 5, 13)) == "13 maj 2022"
