"""A body's numbers as they are now: which periods there are, and what is said of one."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Min

from deviations import clock
from deviations.learning.period import Period, offered
from deviations.models import FactMonth
from deviations.reports import compose
from deviations.reports.content import Content
from orgs.models import Body

FRONT = "first_page"  # what an author writes


def periods(body: Body) -> list[Period]:
    """This year so far, then the years that have ended, newest first, back to the first that was counted."""
    every = offered(clock.today(), _first_month(body))
    return [every[0], *(period for period in every[1:] if period.key.isdigit())]


def period_of(among: Sequence[Period], key: str) -> Period | None:
    """The first when nothing is asked for; None for one that is not offered."""
    if not key:
        return among[0]
    return next((period for period in among if period.key == key), None)


def live(body: Body, period: Period) -> Content:
    """Without what an author writes. Whoever asks has been let in by `access.explorable_bodies`; writes nothing.

    Raises `WrongState` for a period whose numbers of today would tell what frozen ones hide.
    """
    content = compose.live(body, period)
    return content.model_copy(update={"sections": tuple(s for s in content.sections if s.id != FRONT)})


def _first_month(body: Body) -> date | None:
    found: date | None = FactMonth.objects.filter(county=body.county_id).aggregate(first=Min("month"))["first"]
    return found
