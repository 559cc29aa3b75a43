"""A body's numbers as they are now: which periods there are, and what is said of one."""

from collections.abc import Sequence

from deviations import clock
from deviations.learning.facts import first_month
from deviations.learning.period import Period, offered
from deviations.reports import compose
from deviations.reports.content import Content
from orgs.models import Body


def periods(body: Body) -> list[Period]:
    """This year so far, then the years that have ended, newest first, back to the first that was counted."""
    every = offered(clock.today(), first_month(body.county))
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


FRONT = "first_page"
