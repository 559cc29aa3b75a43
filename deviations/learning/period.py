"""Which time a report covers: the last twelve months, or a calendar year that has ended. In whole months.

Nothing shorter, and no others: the months stand in the report, and a reader who could choose freely would subtract one
period's table from another's and be left with numbers that neither shows.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from deviations.learning.refresh import next_month


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date
    """First day of the last month."""
    name: str

    @property
    def key(self) -> str:
        """In the address; empty for the last twelve months."""
        return str(self.first.year) if self.first.month == 1 and self.last.month == 12 and self.name.isdigit() else ""

    @property
    def months(self) -> list[date]:
        found = [self.first]
        while found[-1] < self.last:
            found.append(next_month(found[-1]))
        return found


def last_twelve_months(today: date) -> Period:
    """Up to and including the month we are in."""
    later = today.month < 12
    first = date(today.year - 1, today.month + 1, 1) if later else date(today.year, 1, 1)
    return Period(first, today.replace(day=1), _("de senaste tolv månaderna"))


def whole_year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 1), str(year))


def offered(today: date, since: date | None) -> list[Period]:
    """The last twelve months, then the years that have ended, newest first, back to the first month counted."""
    earliest = since.year if since else today.year
    return [last_twelve_months(today), *(whole_year(year) for year in range(today.year - 1, earliest - 1, -1))]


def overlapping(period: Period, today: date) -> tuple[Period, Period] | None:
    """The year and the twelve months that share months, when this is one of them: they must hide the same ones."""
    year, twelve = whole_year(today.year - 1), last_twelve_months(today)
    return (year, twelve) if period in (year, twelve) and twelve.first <= year.last else None
