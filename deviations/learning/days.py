"""Coarse durations: how many days it took, in fixed steps, so that they can be added month to month."""

from collections.abc import Sequence

UPPER = (0, 1, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
"""The last day of each step, counted in calendar days in Sweden; what took longer stands in one more step."""
STEPS = len(UPPER) + 1


def added(histograms: Sequence[Sequence[int]]) -> list[int]:
    total = [0] * STEPS
    for histogram in histograms:
        for step, count in enumerate(histogram):
            total[step] += count
    return total


def upper_at(histogram: Sequence[int], share: float) -> int | None:
    """The last day of the step in which that share of them is reached. None beyond the last step, or when empty."""
    wanted = share * sum(histogram)
    reached = 0
    for count, upper in zip(histogram, UPPER, strict=False):
        reached += count
        if wanted and reached >= wanted:
            return upper
    return None
