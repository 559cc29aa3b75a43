"""Control charts: how far a point strays when nothing has changed, and which points strayed further (requirement G02).

Limits are three standard deviations from the centre (Shewhart), or on request the same 0.27 per cent in the tails of
the counts' own distribution. Both are made of the first `baseline` points when it is given: limits frozen before a
change judge what came after it. One rule is asked, and only that one: a point outside its limits.

Sources: D. C. Montgomery, Introduction to Statistical Quality Control, 6th ed., 2009, chapters 6-7; NIST/SEMATECH
e-Handbook of Statistical Methods, 6.3; L. S. Nelson, A Control Chart for Parts-Per-Million Nonconforming Items, Journal
of Quality Technology 26(3), 1994 (time between events); M. A. Mohammed, P. Worthington and W. H. Woodall, Plotting
basic control charts: tutorial notes for healthcare practitioners, Quality and Safety in Health Care 17, 2008.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SIGMAS = 3
TAIL = 0.00135
"""What lies beyond three standard deviations on one side of a normal distribution."""
D2, D4 = 1.128, 3.267
"""Of ranges of two: their mean in standard deviations, and the upper limit of a range in mean ranges (ISO 7870-2)."""
NELSON = 1 / 3.6
"""The power that makes waiting times nearly normal."""
SETTLED = 20
"""Points in the baseline from which limits can be called more than provisional (Montgomery, 6.2)."""


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """`lower` None: no value is so low that it would be a signal."""

    value: float
    lower: float | None
    upper: float

    @property
    def outside(self) -> bool:
        return self.value > self.upper or (self.lower is not None and self.value < self.lower)


@dataclass(frozen=True, slots=True)
class ControlChart:
    """`kind`: "P", "U", "X", "mR" or "T". `baseline`: how many points made the centre and the limits."""

    kind: str
    centre: float
    points: tuple[ControlPoint, ...]
    baseline: int

    @property
    def outside(self) -> tuple[int, ...]:
        """Which points signal, counted from 0."""
        return tuple(at for at, point in enumerate(self.points) if point.outside)

    @property
    def provisional(self) -> bool:
        return self.baseline < SETTLED


def p_chart(
    counts: Sequence[int], sizes: Sequence[int], *, baseline: int | None = None, exact: bool = False
) -> ControlChart:
    """Shares: `counts` of `sizes`, such as answered in time of answered. `exact`: limits of the binomial.

    ValueError for a point without anything to count, or more counted than there were.
    """
    if any(not 0 <= count <= size for count, size in zip(counts, sizes, strict=True)):
        raise ValueError("a share counts from none to all of its size")
    taken, centre = _centre(counts, sizes, baseline)

    def limits(size: float) -> tuple[float, float]:
        if not exact:
            return _sigmas(centre, sqrt(centre * (1 - centre) / size))
        from scipy.stats import binom  # seconds: only for those who ask

        return tuple(float(binom.ppf(tail, int(size), centre)) / size for tail in (TAIL, 1 - TAIL))  # type: ignore[return-value]  # two

    return _rates("P", counts, sizes, centre, taken, limits, highest=1.0)


def u_chart(
    counts: Sequence[int], sizes: Sequence[float], *, baseline: int | None = None, exact: bool = False
) -> ControlChart:
    """Rates: `counts` per unit of `sizes`, such as deviations per thousand plans. `exact`: limits of the Poisson.

    All sizes 1 makes it a c-chart. ValueError for a point without size.
    """
    taken, centre = _centre(counts, sizes, baseline)

    def limits(size: float) -> tuple[float, float]:
        if not exact:
            return _sigmas(centre, sqrt(centre / size))
        from scipy.stats import poisson  # seconds: only for those who ask

        return tuple(float(poisson.ppf(tail, centre * size)) / size for tail in (TAIL, 1 - TAIL))  # type: ignore[return-value]  # two

    return _rates("U", counts, sizes, centre, taken, limits, highest=None)


def xmr_chart(values: Sequence[float], *, baseline: int | None = None) -> tuple[ControlChart, ControlChart]:
    """Single values, and the ranges between neighbours, of which the limits of both are made. At least two values."""
    taken = len(values) if baseline is None else baseline
    if taken < 2 or taken > len(values):
        raise ValueError("limits need two values to begin with")
    ranges = [abs(after - before) for before, after in pairwise(values)]
    centre, mean_range = fmean(values[:taken]), fmean(ranges[: taken - 1])
    lower, upper = _sigmas(centre, mean_range / D2)
    return (
        ControlChart("X", centre, tuple(ControlPoint(value, lower, upper) for value in values), taken),
        ControlChart("mR", mean_range, tuple(ControlPoint(r, None, D4 * mean_range) for r in ranges), taken - 1),
    )


def t_chart(waits: Sequence[float], *, baseline: int | None = None) -> ControlChart:
    """Time between rare events: an X chart of the waits to the power 1/3.6, told in the waits' own unit.

    Above its limits the events have become rarer, below more frequent. A wait of 0 is two events at once.
    """
    if any(wait < 0 for wait in waits):
        raise ValueError("events are given in order of time")
    values, _ranges = xmr_chart([wait**NELSON for wait in waits], baseline=baseline)
    points = tuple(
        ControlPoint(wait, point.lower**3.6 if point.lower is not None and point.lower > 0 else None, point.upper**3.6)
        for wait, point in zip(waits, values.points, strict=True)
    )
    return ControlChart("T", values.centre**3.6, points, values.baseline)


def _centre(counts: Sequence[int], sizes: Sequence[float], baseline: int | None) -> tuple[int, float]:
    """How many points are taken, and all counted in them over all there was."""
    if any(size <= 0 for size in sizes) or any(count < 0 for count in counts):
        raise ValueError("every point needs a size to count in")
    taken = len(counts) if baseline is None else baseline
    if taken < 1 or taken > len(counts):
        raise ValueError("limits need a point to begin with")
    return taken, sum(counts[:taken]) / sum(sizes[:taken])


def _sigmas(centre: float, deviation: float) -> tuple[float, float]:
    return centre - SIGMAS * deviation, centre + SIGMAS * deviation


def _rates(
    kind: str, counts: Sequence[int], sizes: Sequence[float], centre: float, taken: int,
    limits: Callable[[float], tuple[float, float]], highest: float | None,
) -> ControlChart:  # fmt: skip
    """A limit that no count can pass is none: below 0, and for shares above 1."""
    points = []
    for count, size in zip(counts, sizes, strict=True):
        lower, upper = limits(size)
        top = upper if highest is None else min(upper, highest)
        points.append(ControlPoint(count / size, lower if lower > 0 else None, top))
    return ControlChart(kind, centre, tuple(points), taken)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def finding(chart: ControlChart) -> str:
    """What the rule says, and no more: how many points lie outside the limits, which chart and how many points."""
    n = len(chart.outside)
    words = (
        ngettext("%(n)d punkt utanför styrgränserna.", "%(n)d punkter utanför styrgränserna.", n) % {"n": n}
        if n
        else _("Inga ovanliga värden: alla ligger inom styrgränserna.")
    )
    made = _("%(kind)s-diagram, gränser av de första %(baseline)d punkterna.") % {
        "kind": chart.kind,
        "baseline": chart.baseline,
    }
    if not chart.provisional:
        return f"{words} {made}"
    return f"{words} {made} " + _("Gränserna är preliminära under %(n)d punkter.") % {"n": SETTLED}
