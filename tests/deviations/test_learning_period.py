"""Periods lie within each other: a year from January, up to one of its months."""

import datetime as dt

import pytest

from deviations.learning.period import Period, of_year, offered, parse, until, year_before


def test_a_year_and_a_part_of_it_are_named_as_in_a_sentence():
    assert of_year(2026) == Period(dt.date(2026, 1, 1), dt.date(2026, 12, 1), "2026")
    assert until(2026, 8) == Period(dt.date(2026, 1, 1), dt.date(2026, 8, 1), "januari–augusti 2026")
    assert until(2026, 1).name == "januari 2026"
    assert until(2026, 12) == of_year(2026)


@pytest.mark.parametrize("period", [of_year(2026), until(2026, 1), until(2026, 8)])
def test_a_key_leads_back_to_its_period(period):
    assert parse(period.key) == period


def test_keys_are_short():
    assert [period.key for period in (of_year(2026), until(2026, 8))] == ["2026", "2026-08"]


@pytest.mark.parametrize(
    "key", ["", "26", "2026-", "2026-8", "2026-00", "2026-13", "2026-08-01", "tolv", "0000", "²026"]
)
def test_anything_else_is_no_period(key):
    with pytest.raises(ValueError):  # noqa: PT011  # which words the standard library chose is nobody's business
        parse(key)


def test_a_period_ends_before_the_month_after():
    assert (of_year(2026).after, until(2026, 8).after) == (dt.date(2027, 1, 1), dt.date(2026, 9, 1))
    assert [month.month for month in until(2026, 3).months] == [1, 2, 3]


def test_what_is_offered_is_nested_and_newest_first():
    keys = [period.key for period in offered(dt.date(2026, 6, 15), dt.date(2024, 11, 1))]
    assert keys == ["2026-06", "2026-05", "2026-04", "2026-03", "2026-02", "2026-01", "2025", "2024"]
    assert [period.key for period in offered(dt.date(2026, 1, 2), None)] == ["2026-01"]


def test_the_year_before_has_the_same_months():
    assert year_before(until(2026, 8)) == until(2025, 8)
