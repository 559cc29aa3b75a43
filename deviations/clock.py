"""What time it is. Services ask here, so that a generated history happens when it says it happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("clock_fixed", default=None)


def now() -> datetime:
    """Aware datetime, with microseconds."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The date in Sweden."""
    return timezone.localdate(now())


def is_told() -> bool:
    """Whether a past is being told: what happens then has happened long ago, and is news to nobody."""
    return _fixed.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at that (aware) moment: for the demo county's past."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
