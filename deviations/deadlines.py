"""Time limits in days and in working days, with Swedish holidays. Pure."""

from datetime import date, timedelta
from functools import cache

import holidays

from orgs.profiles.parts import Limit

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
ONE_DAY = timedelta(days=1)


def due_on(start: date, limit: Limit) -> date:
    """The last day of the limit. The day of `start` is not counted; a limit in plain days may end on a holiday."""
    if limit.days is not None:
        return start + timedelta(days=limit.days)
    day, left = start, limit.working_days or 0
    while left:
        day += ONE_DAY
        left -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in days_off(day.year)


@cache
def days_off(year: int) -> frozenset[date]:
    """Public holidays, and the three eves that Swedish authorities keep closed: midsummer, Christmas, New Year."""
    public = holidays.country_holidays("SE", years=year, language="sv", include_sundays=False)
    midsummer = next(day for day, name in public.items() if name.startswith("Midsommardagen"))
    return frozenset({*public, midsummer - ONE_DAY, date(year, 12, 24), date(year, 12, 31)})


def in_swedish(day: date) -> str:
    """13 maj 2022."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
