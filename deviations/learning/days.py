"""How many days it took, in steps fine enough for a median and few enough to be added month to month."""

from collections.abc import Mapping

EXACT = 60
"""To the day up to here; after that by week, each step known by its last day, for a year."""
WEEK = 7
YEAR = 365
BEYOND = 9999
"""The step of what took longer."""


def step_of(days: int) -> int:
    """The last day of the step: what the counting statement writes (`counting.step`)."""
    if days <= EXACT:
        return max(days, 0)
    return EXACT + ((days - EXACT - 1) // WEEK + 1) * WEEK if days <= YEAR else BEYOND


def at_rank(histogram: Mapping[int, int], rank: int) -> int | None:
    """The step of the rank-th shortest, counted from 1. None when it took longer than the last step tells."""
    reached = 0
    for step in sorted(histogram):
        reached += histogram[step]
        if reached >= rank:
            return None if step == BEYOND else step
    raise ValueError(f"only {reached} were counted")
