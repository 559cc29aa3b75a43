"""Which time a report covers: a year from January up to and including one of its months.

Periods are nested and never free: a reader who could choose would subtract one period's table from another's and be
left with numbers that neither shows. Each is protected against the shorter ones of its year that were told before it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from deviations.deadlines import MONTHS


@dataclass(frozen=True, slots=True)
class Period:
    """`last` is the first day of the last month. `name` as it stands in a sentence: "januari–augusti 2026"."""

    first: date
    last: date
    name: str

    @property
    def key(self) -> str:
        """ "2026" for a whole year, "2026-08" up to August."""
        return str(self.first.year) if self.last.month == 12 else f"{self.last:%Y-%m}"

    @property
    def months(self) -> list[date]:
        found = [self.first]
        while found[-1] < self.last:
            found.append(next_month(found[-1]))
        return found

    @property
    def after(self) -> date:
        """The first day that no longer belongs to it."""
        return next_month(self.last)


def moments(period: Period) -> tuple[datetime, datetime]:
    """Midnight in Sweden when the period begins, and when it is over: what a column of moments is compared with."""
    first, after = (timezone.make_aware(datetime.combine(day, time.min)) for day in (period.first, period.after))
    return first, after


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def of_year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 1), str(year))


def until(year: int, month: int) -> Period:
    """From January up to and including the month; December makes the year."""
    if month == 12:
        return of_year(year)
    months = MONTHS[0] if month == 1 else f"{MONTHS[0]}–{MONTHS[month - 1]}"
    return Period(date(year, 1, 1), date(year, month, 1), f"{months} {year}")


def parse(key: str) -> Period:
    """The period of a key. ValueError for anything else."""
    year, dash, month = key.partition("-")
    if len(year) != 4 or not year.isdigit() or (dash and (len(month) != 2 or not month.isdigit())):
        raise ValueError(f"{key!r} is no period")
    if not dash:
        return of_year(date(int(year), 1, 1).year)
    return until(int(year), date(int(year), int(month), 1).month)


def year_before(period: Period) -> Period:
    """The same months of the year before, to compare with."""
    return until(period.first.year - 1, period.last.month)


def offered(today: date, since: date | None) -> list[Period]:
    """This year so far, its months and tertials that have ended, then the years that have, back to the first counted.

    Newest first. What is so far is also the month we are in: its numbers are not settled yet.
    """
    earliest = since.year if since else today.year
    ended = [until(today.year, month) for month in range(today.month - 1, 0, -1)]
    return [
        until(today.year, today.month),
        *ended,
        *(of_year(year) for year in range(today.year - 1, earliest - 1, -1)),
    ]
