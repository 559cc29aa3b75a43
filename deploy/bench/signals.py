"""How often the charts of `deviations.learning` cry wolf on stable series, and how often they find a change.

Simulated with a fixed seed, so that a run on any machine says the same. Beside each rate stands what is known: for run
charts the exact share of all orders that signal, for control charts what three standard deviations leave outside when
centre and spread are known and not estimated; beside each found change, how often the same chart cries wolf.
"""

import argparse
from collections.abc import Callable, Sequence
from functools import cache
from math import comb, exp
from random import Random

from deploy.bench.figures import Figure, say
from deviations.learning.control import TAIL, p_chart, t_chart, u_chart, xmr_chart
from deviations.learning.runchart import fewest_crossings, longest_run_allowed, run_chart

SEED = 20261122
LENGTHS = (12, 24, 36)
RATE_GOAL = 1.15
Draw = Callable[[Random], float]
Asked = Callable[[Sequence[float]], bool]


def rate(series: Sequence[Draw], asked: Asked, *, times: int) -> float:
    """Per cent of so many simulated series, each of one draw per point, in which the question is answered with yes."""
    chance = Random(SEED)
    return 100 * sum(asked([draw(chance) for draw in series]) for _time in range(times)) / times


def known_false_alarms(n: int) -> float:
    """Per cent of all orders of n points, half of them above their median, that signal by the run chart's rules."""
    allowed, expected = longest_run_allowed(n), fewest_crossings(n)

    @cache
    def quiet(same: int, other: int, run: int, crossings: int) -> int:
        """Orders without a signal: how many points are left on this side and on the other."""
        if run > allowed:
            return 0
        if not same and not other:
            return int(crossings >= expected)
        stay = quiet(same - 1, other, run + 1, crossings) if same else 0
        return stay + (quiet(other - 1, same, 1, crossings + 1) if other else 0)

    return 100 * (1 - 2 * quiet(n // 2 - 1, n // 2, 1, 0) / comb(n, n // 2))


def known_outside(n: int) -> float:
    """Per cent of series of n normal points with at least one beyond three standard deviations."""
    return 100 * (1 - (1 - 2 * TAIL) ** n)


# ── what a point may be ──────────────────────────────────────────────────────────────────────────────────────────────
def normal(mean: float) -> Draw:
    """With standard deviation 1."""
    return lambda chance: chance.gauss(mean, 1)


def count(mean: float) -> Draw:
    """Deviations in a month: Poisson."""

    def draw(chance: Random) -> float:
        least, product, drawn = exp(-mean), chance.random(), 0
        while product > least:
            product *= chance.random()
            drawn += 1
        return drawn

    return draw


def of(size: int, share: float) -> Draw:
    """How many of so many: binomial."""
    return lambda chance: sum(chance.random() < share for _one in range(size))


def wait(mean: float) -> Draw:
    """Time to the next: exponential."""
    return lambda chance: chance.expovariate(1 / mean)


# ── the questions ────────────────────────────────────────────────────────────────────────────────────────────────────
def shift(values: Sequence[float]) -> bool:
    return run_chart(values).signal


def shift_after_twelve(values: Sequence[float]) -> bool:
    """With the median frozen at the first twelve."""
    return run_chart(values, baseline=12).signal


def stray(values: Sequence[float]) -> bool:
    return bool(xmr_chart(values)[0].outside)


def stray_wait(values: Sequence[float]) -> bool:
    return bool(t_chart(values).outside)


def stray_share(values: Sequence[float]) -> bool:
    return bool(p_chart([int(v) for v in values], [30] * len(values)).outside)


def stray_count(values: Sequence[float]) -> bool:
    return bool(u_chart([int(v) for v in values], [1.0] * len(values)).outside)


def measure(times: int) -> None:
    for n in LENGTHS:
        known = known_false_alarms(n)
        _say(f"false alarms: run chart, {n} stable values", rate([normal(0)] * n, shift, times=times), known, RATE_GOAL)
        _say(f"false alarms: run chart, {n} months of about 8", rate([count(8)] * n, shift, times=times), known)
    known = known_outside(24)
    for what, draw, asked in (
        ("X chart, 24 stable values", normal(0), stray),
        ("T chart, 24 waits", wait(30), stray_wait),
        ("P chart, 24 months of 30, 70 %", of(30, 0.7), stray_share),
        ("U chart, 24 months of about 8", count(8), stray_count),
    ):
        _say(f"false alarms: {what}", rate([draw] * 24, asked, times=times), known)
    wolf = rate([count(8)] * 24, shift_after_twelve, times=times)
    _say("false alarms: run chart, 24 months, frozen after 12", wolf, known_false_alarms(24))
    for words, after in (("half as many", 4), ("half as many again", 12), ("twice as many", 16)):
        found = rate([count(8)] * 12 + [count(after)] * 12, shift_after_twelve, times=times)
        _say(f"found: {words} after 12 months, run chart", found, wolf)
    wolf = rate([normal(0)] * 24, stray, times=times)
    found = rate([normal(0)] * 23 + [normal(5)], stray, times=times)
    _say("found: one value five deviations off, X chart", found, wolf)


def _say(what: str, measured: float, known: float, goal: float | None = None) -> None:
    say(Figure("simulated", what, measured, known, "%", goal))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m deploy.bench.signals", description=__doc__)
    parser.add_argument("--series", type=int, default=10_000, help="simulated for each figure (default %(default)s)")
    measure(parser.parse_args().series)
