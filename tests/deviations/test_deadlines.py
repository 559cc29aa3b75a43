from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deviations import clock
from deviations.deadlines import (
    SWEDEN,
    days_off,
    due_on,
    end_of,
    in_swedish,
    is_working_day,
    reminders_for,
    working_days_from,
)
from orgs.profiles.parts import Limit
from orgs.profiles.schema import Reminders

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


# ── days of reminding ────────────────────────────────────────────────────────────────────────────────────────────────
COUNTS = st.lists(st.integers(1, 60), max_size=4, unique=True).map(tuple)


@given(DATES, COUNTS, COUNTS)
@example(date(2024, 6, 20), (3,), (1, 5))  # the day before Midsummer Eve
@example(date(2025, 12, 24), (1, 3), (1, 5))  # Christmas Eve itself
@example(date(2024, 2, 29), (1,), (1,))  # the leap day
@example(date(2026, 3, 29), (3,), (1, 5))  # the Sunday when summer time begins
def test_reminders_go_on_working_days_as_many_before_and_after_as_the_profile_says(last_day, before, after):
    days = reminders_for(last_day, Reminders(before=before, after=after))

    assert days == sorted(set(days))
    assert all(is_working_day(day) and day != last_day for day in days)
    early, late = [day for day in days if day < last_day], [day for day in days if day > last_day]
    assert [working_days_between(day, last_day) for day in early] == sorted(before, reverse=True)
    assert [working_days_between(last_day, day) for day in late] == sorted(after)


def working_days_between(earlier, later):
    """Working days from `earlier` to `later`, whichever of the two is the last day itself left out."""
    inside = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
    return sum(map(is_working_day, inside)) + 1


@given(DATES, st.integers(-60, 60).filter(bool))
def test_counting_working_days_forwards_and_back_comes_home(day, count):
    start = working_days_from(day, 1)
    assert working_days_from(working_days_from(start, count), -count) == start


@pytest.mark.parametrize(
    ("last_day", "days"),
    [
        # an ordinary Thursday
        (date(2026, 3, 12), [date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 19)]),
        # a Sunday: Friday counts as the first working day before
        (date(2026, 3, 15), [date(2026, 3, 11), date(2026, 3, 16), date(2026, 3, 20)]),
        # the Thursday before Midsummer Eve
        (date(2024, 6, 20), [date(2024, 6, 17), date(2024, 6, 24), date(2024, 6, 28)]),
        # the last working day before Christmas 2025; then 29, 30, 2, 5, and Epiphany is off
        (date(2025, 12, 23), [date(2025, 12, 18), date(2025, 12, 29), date(2026, 1, 7)]),
        # the leap day, a Thursday
        (date(2024, 2, 29), [date(2024, 2, 26), date(2024, 3, 1), date(2024, 3, 7)]),
    ],
)
def test_known_days_of_reminding(last_day, days):
    assert reminders_for(last_day, Reminders()) == days


def test_a_profile_without_reminders_reminds_on_no_day():
    assert reminders_for(date(2026, 3, 12), Reminders(before=(), after=())) == []


# ── the end of the last day ──────────────────────────────────────────────────────────────────────────────────────────
@given(DATES)
@example(date(2026, 3, 29))  # 23 hours
@example(date(2026, 10, 25))  # 25 hours
@example(date(2024, 2, 29))
@example(date(2025, 12, 31))
def test_a_last_day_ends_at_swedish_midnight_whatever_the_clocks_do(last_day):
    end = end_of(last_day).astimezone(UTC)
    second = timedelta(seconds=1)

    with clock.at(end - second):
        assert clock.today() == last_day
    with clock.at(end):
        assert clock.today() == last_day + timedelta(days=1)
    assert end == datetime(last_day.year, last_day.month, last_day.day, 23, tzinfo=UTC) or end == datetime(
        last_day.year, last_day.month, last_day.day, 22, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("last_day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)]
)
def test_the_day_when_the_clocks_change_is_counted_with_the_hours_it_has(last_day, hours):
    length = end_of(last_day).astimezone(UTC) - end_of(last_day - timedelta(days=1)).astimezone(UTC)
    assert length == timedelta(hours=hours)
    assert end_of(last_day).tzinfo is SWEDEN


@given(DATES, st.integers(1, 60))
@example(date(2026, 3, 27), 1)  # Friday; the clocks change before the Monday
@example(date(2026, 10, 23), 1)
def test_the_same_question_late_in_the_evening_has_the_same_last_day_as_in_the_morning(day, count):
    limit = Limit(working_days=count)
    morning = datetime(day.year, day.month, day.day, 0, 1, tzinfo=SWEDEN)
    evening = datetime(day.year, day.month, day.day, 23, 59, tzinfo=SWEDEN)

    with clock.at(morning):
        first = due_on(clock.today(), limit)
    with clock.at(evening):
        assert due_on(clock.today(), limit) == first


def test_the_three_eves_are_days_off():
    assert {date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31)} <= days_off(2026)


def test_an_ordinary_sunday_is_no_holiday_but_no_working_day_either():
    assert date(2026, 3, 8) not in days_off(2026)
    assert not is_working_day(date(2026, 3, 8))


def test_dates_are_written_in_swedish():
    assert in_swedish(date(2022, 5, 13)) == "13 maj 2022"
