"""Between which of the values a median may lie, by counting and without assuming how the values are spread.

Source: M. J. Campbell and M. J. Gardner, Calculating confidence intervals for some non-parametric analyses, BMJ 296,
1988; W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 1999, 3.2.
"""

from functools import lru_cache


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
