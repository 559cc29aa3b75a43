"""Time limits in days and in working days, with Swedish holidays. Pure."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from orgs.profiles.parts import Limit
from orgs.profiles.schema import Reminders

SWEDEN = ZoneInfo("Europe/Stockholm")

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
ONE_DAY = timedelta(days=1)


def due_on(start: date, limit: Limit) -> date:
    """The last day of the limit. The day of `start` is not counted; a limit in plain days may end on a holiday."""
    if limit.days is not None:
        return start + timedelta(days=limit.days)
    return working_days_from(start, limit.working_days or 0)


def working_days_from(day: date, count: int) -> date:
    """The `count`-th working day after `day`, or before it when `count` is negative. `day` itself is not counted."""
    step, left = (ONE_DAY, count) if count > 0 else (-ONE_DAY, -count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def reminders_for(last_day: date, reminders: Reminders) -> list[date]:
    """The days on which to remind of a last day: working days all of them, earliest first, none twice.

    Those before the last day come first. A last day that is itself a day off is never a day of reminding.
    """
    before = {working_days_from(last_day, -count) for count in reminders.before}
    after = {working_days_from(last_day, count) for count in reminders.after}
    return sorted(before | after)


def end_of(last_day: date) -> datetime:
    """The moment (aware, Swedish) when the last day is over: the midnight after it. Whoever answers before it is in
    time. The day has 23 or 25 hours when the clocks change."""
    return datetime.combine(last_day + ONE_DAY, time.min, SWEDEN)


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
