"""A median with the interval it may lie in, by counting and without assuming how the values are spread.

Source: M. J. Campbell and M. J. Gardner, Calculating confidence intervals for some non-parametric analyses, BMJ 296,
1988; W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 1999, 3.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median


@dataclass(frozen=True, slots=True)
class Median:
    """`level`: how surely the interval holds the median, at least as asked. Without an interval all three are None."""

    value: float
    n: int
    lower: float | None = None
    upper: float | None = None
    level: float | None = None


def median_of(values: Sequence[float], *, level: float = 0.95) -> Median:
    """The interval runs between two of the values themselves, equally far from both ends. ValueError for no values."""
    if not values:
        raise ValueError("no values have no median")
    ordered = sorted(values)
    n, middle = len(ordered), float(median(ordered))
    rank, held = ranks(n, level)
    if not rank:
        return Median(middle, n)
    return Median(middle, n, float(ordered[rank - 1]), float(ordered[n - rank]), held)


@lru_cache(maxsize=4096)
def ranks(n: int, level: float) -> tuple[int, float]:
    """The narrowest interval from the rank-th smallest to the rank-th largest of n, and the level it holds.

    (0, 0.0) when even the smallest and the largest hold less: five values at 0.95.
    """
    from scipy.stats import binom  # seconds: when the first one is made, not when the server starts

    rank = int(binom.ppf((1 - level) / 2, n, 0.5))
    while rank and 1 - 2 * float(binom.cdf(rank - 1, n, 0.5)) < level:
        rank -= 1
    return (rank, 1 - 2 * float(binom.cdf(rank - 1, n, 0.5))) if rank else (0, 0.0)
