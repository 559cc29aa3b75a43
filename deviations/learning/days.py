"""How many days it took, in steps fine enough for a median and few enough to be added month to month."""

from collections.abc import Mapping, Sequence

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


UPPER = (0, 1, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
"""Coarser steps, as the page says them ("högst 14 dagar")."""


def coarse(histogram: Mapping[int, int]) -> list[int]:
    """How many in each of `UPPER`, and last what took longer."""
    found = [0] * (len(UPPER) + 1)
    for step, count in histogram.items():
        found[next((n for n, upper in enumerate(UPPER) if step <= upper), len(UPPER))] += count
    return found


def upper_at(histogram: Sequence[int], share: float) -> int | None:
    """The last day of the coarse step in which that share of them is reached. None beyond the last, or when empty."""
    wanted = share * sum(histogram)
    reached = 0
    for count, upper in zip(histogram, UPPER, strict=False):
        reached += count
        if wanted and reached >= wanted:
            return upper
    return None
