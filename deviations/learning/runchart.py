"""Run charts: a median, and two rules that tell a shift from ordinary variation (requirement G02).

The rules are Anhøj's: a shift is signalled by an unusually long run on one side of the median, or by unusually few
crossings of it. Their limits depend on the number of points alone, and hold for counts, shares and times alike, because
they ask only on which side of the median a point lies. Points on the median itself are left out.

Sources: J. Anhøj and A. V. Olesen, Run Charts Revisited: A Simulation Study of Run Chart Rules for Detection of
Non-Random Variation in Health Care Processes, PLoS ONE 9(11), 2014, e113825; M. F. Schilling, The Surprising
Predictability of Long Runs, Mathematics Magazine 85(2), 2012 (the limit of the run); Z. Chen, A Note on the Runs Test,
Model Assisted Statistics and Applications 5, 2010 (the limit of the crossings). That ten points are the fewest: R. J.
Perla, L. P. Provost and S. K. Murray, The run chart, BMJ Quality & Safety 20(1), 2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise
from math import log2
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FEWEST = 10
"""Points off the median; with fewer nothing is claimed."""
UNLIKELY = 0.05


@dataclass(frozen=True, slots=True)
class RunChart:
    """What the rules found. `n`: those of the points that lie off the median; `baseline`: how many made the median.

    `longest_run` above zero lies above the median, below zero beneath it: the first of the longest ones.
    """

    median: float
    points: int
    n: int
    baseline: int
    longest_run: int
    crossings: int

    @property
    def enough(self) -> bool:
        """Whether the rules may be asked at all: for the points, and for those that made the median."""
        return self.n >= FEWEST and self.baseline >= FEWEST

    @property
    def longest_allowed(self) -> int:
        return longest_run_allowed(self.n)

    @property
    def crossings_expected(self) -> int:
        return fewest_crossings(self.n)

    @property
    def long_run(self) -> bool:
        return self.enough and abs(self.longest_run) > self.longest_allowed

    @property
    def few_crossings(self) -> bool:
        return self.enough and self.crossings < self.crossings_expected

    @property
    def signal(self) -> bool:
        return self.long_run or self.few_crossings


def run_chart(values: Sequence[float], *, baseline: int | None = None) -> RunChart:
    """The median of the first `baseline` values (all when None) and the rules over all of them, in order of time.

    A median frozen before a change judges what came after it, and finds more, at a price: of few points it lies a
    little beside the true one, and stable series then give more false alarms (`deploy.bench.signals` prints how many).
    ValueError when there is nothing to take it of.
    """
    taken = values if baseline is None else values[:baseline]
    if not taken:
        raise ValueError("a run chart needs at least one value in its baseline")
    middle = median(taken)
    sides = [1 if value > middle else -1 for value in values if value != middle]
    runs = [side * len(list(run)) for side, run in groupby(sides)]
    return RunChart(
        median=float(middle),
        points=len(values),
        n=len(sides),
        baseline=len(taken),
        longest_run=max(runs, key=abs, default=0),
        crossings=sum(one != other for one, other in pairwise(sides)),
    )


def points_before(days: Sequence[date], change: date) -> int:
    """How many of the points, in order of time, came before the change: the baseline to freeze."""
    return sum(day < change for day in days)


def longest_run_allowed(n: int) -> int:
    """Of n points off the median; a longer run is a signal. None are allowed nothing: 0."""
    return round(log2(n) + 3) if n else 0


@lru_cache(maxsize=256)
def fewest_crossings(n: int) -> int:
    """Of n points off the median; fewer crossings are a signal: the lower five per cent of Binomial(n - 1, 0.5)."""
    from scipy.stats import binom  # seconds: when the first chart is made, not when the server starts

    return int(binom.ppf(UNLIKELY, n - 1, 0.5)) if n > 1 else 0


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def finding(chart: RunChart) -> str:
    """What the rules say of a series of months, and no more: the rule that signalled, or none."""
    if not chart.enough:
        return _("För få månader för att säga något om mönster: %(n)d räknas, minst %(fewest)d behövs.") % {
            "n": min(chart.n, chart.baseline),
            "fewest": FEWEST,
        }
    told = [words for rule, words in ((chart.long_run, _long_run), (chart.few_crossings, _few_crossings)) if rule]
    return " ".join(words(chart) for words in told) or _("Ingen säkerställd förändring.")


def _long_run(chart: RunChart) -> str:
    words = (
        _("%(run)d månader i rad över medianen: längsta svit %(run)d, gräns %(limit)d.")
        if chart.longest_run > 0
        else _("%(run)d månader i rad under medianen: längsta svit %(run)d, gräns %(limit)d.")
    )
    return words % {"run": abs(chart.longest_run), "limit": chart.longest_allowed}


def _few_crossings(chart: RunChart) -> str:
    return _("Ovanligt få korsningar av medianen: %(n)d, minst %(least)d väntade.") % {
        "n": chart.crossings,
        "least": chart.crossings_expected,
    }


def rule(chart: RunChart) -> str:
    """The figures behind the finding, with the rule named. Empty when nothing may be claimed."""
    if not chart.enough:
        return ""
    words = _(
        "Längsta svit %(run)d (gräns %(limit)d), korsningar %(crossings)d (minst %(least)d väntade), Anhøjs regler, "
        "n = %(n)d."
    ) % {
        "run": abs(chart.longest_run),
        "limit": chart.longest_allowed,
        "crossings": chart.crossings,
        "least": chart.crossings_expected,
        "n": chart.n,
    }
    on_it = chart.points - chart.n
    if not on_it:
        return words
    return f"{words} " + ngettext(
        "%(n)d månad på medianen räknas inte.", "%(n)d månader på medianen räknas inte.", on_it
    ) % {"n": on_it}
