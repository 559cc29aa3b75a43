"""Dates as a person reads them. Today is Monday 14 March 2026, 15.20 in Stockholm."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils.translation import override

from deviations.learning.period import until
from frontend import dates
from orgs.profiles import parts

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = dt.datetime(2026, 3, 14, 15, 20, tzinfo=STOCKHOLM)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        (dt.date(2026, 3, 14), "", "14 mars"),
        (dt.date(2026, 5, 1), "", "1 maj"),
        (dt.date(2025, 12, 31), "", "31 december 2025"),
        (dt.date(2026, 3, 14), "year", "14 mars 2026"),
        (dt.date(2026, 3, 13), "near", "i går"),
        (dt.date(2026, 3, 14), "near", "i dag"),
        (dt.date(2026, 3, 15), "near", "i morgon"),
        (dt.date(2026, 3, 16), "near", "16 mars"),
    ],
)
def test_a_day_has_its_year_only_when_it_helps(value, style, written):
    assert dates.day(value, style) == written


def test_a_day_of_a_moment_is_the_day_in_stockholm():
    assert dates.day(dt.datetime(2026, 3, 20, 23, 30, tzinfo=dt.UTC)) == "21 mars"


@pytest.mark.parametrize(
    ("language", "written"),
    [("sv", ["oktober 2026", "oktober", "okt"]), ("en", ["October 2026", "October", "Oct"])],
)
def test_a_month_is_named_in_the_language_of_the_page(language, written):
    october = dt.date(2026, 10, 1)
    with override(language):
        assert [dates.month(october, style) for style in ("", "name", "short")] == written
    with pytest.raises(ValueError, match="american"):
        dates.month(october, "american")


@pytest.mark.parametrize(
    ("month", "swedish", "english"),
    [(1, "januari 2026", "January 2026"), (8, "januari–augusti 2026", "January–August 2026"), (12, "2026", "2026")],
)
def test_the_time_of_a_report_is_named_in_the_language_of_the_page(month, swedish, english):
    period = until(2026, month)
    assert dates.span(period) == period.name == swedish
    with override("en"):
        assert dates.span(period) == english


def test_an_unknown_way_of_writing_a_day_is_refused():
    with pytest.raises(ValueError, match="american"):
        dates.day(dt.date(2026, 3, 14), "american")


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        (NOW, "", "i dag 15.20"),
        (NOW - dt.timedelta(days=1), "", "i går 15.20"),
        (dt.datetime(2026, 3, 2, 8, 5, tzinfo=STOCKHOLM), "", "2 mars, 08.05"),
        (dt.datetime(2025, 3, 14, 15, 20, tzinfo=STOCKHOLM), "", "14 mars 2025, 15.20"),
        (NOW, "year", "14 mars 2026, 15.20"),
    ],
)
def test_a_moment_has_its_clock_with_a_point(value, style, written):
    assert dates.moment(value, style) == written


def test_the_clock_alone_and_a_promised_time_are_said_in_the_language_of_the_page():
    times = [parts.Limit(days=1), parts.Limit(days=60), parts.Limit(working_days=10)]
    assert dates.moment(NOW, "clock") == "15.20"
    assert [dates.limit(each) for each in times] == ["1 dag", "60 dagar", "10 arbetsdagar"]
    with override("en"):
        assert dates.moment(NOW, "clock") == "15:20"
        assert [dates.limit(each) for each in times] == ["1 day", "60 days", "10 working days"]


@pytest.mark.parametrize(
    ("days", "written", "short", "urgency"),
    [
        (-12, "12 dagar sen", "12 dagar sen", "late"),
        (-1, "1 dag sen", "1 dag sen", "late"),
        (0, "i dag", "i dag", "soon"),
        (1, "i morgon", "1 dag", "soon"),
        (2, "om 2 dagar", "2 dagar", "soon"),
        (3, "om 3 dagar", "3 dagar", ""),
    ],
)
def test_time_left_is_said_in_days(days, written, short, urgency):
    last_day = NOW.date() + dt.timedelta(days=days)
    assert (dates.left(last_day), dates.left(last_day, "short"), dates.urgency(last_day)) == (written, short, urgency)
