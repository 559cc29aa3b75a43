"""One de-identified dataset of a steering tree over one period: counts tied by sums, before anything is hidden.

Nothing of it may be shown before `protect`, and no spread before `told` has asked whether its own count may be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from deviations import clock
from deviations.learning import around, monthly, tied
from deviations.learning.counts import Counts, Protected, key
from deviations.learning.days import at_rank
from deviations.learning.medians import ranks
from deviations.learning.period import Period
from deviations.learning.scopes import Steering, steering
from deviations.learning.sip_counts import sip_counts
from orgs.models import Body, County
from orgs.profiles.active import profile_of, version_in_force

Source = Callable[[County, Body, Period], list[Counts]]
SOURCES: list[Source] = [sip_counts]
"""What is counted besides deviations. Each returns whole tables with their sums; a constant number of statements."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Days until something happened: median with interval, and the day by which nine of ten were done. Of `n`.

    To the day up to `days.EXACT`; longer ones are the last day of their week, and None beyond a year. None where too
    few to be told: fewer than the threshold, or for `ninety` twice the threshold. `level` of the interval, 0–1.
    """

    n: int | None
    median: float | None
    low: float | None
    high: float | None
    ninety: float | None
    level: float = 0.95


HIDDEN = Spread(None, None, None, None, None)
SPREADS: Mapping[str, tuple[str, str]] = {
    "answer": (monthly.D.ANSWER_DAYS, "answered|{s}"),
    "closing": (monthly.D.CLOSING_DAYS, "closing|{s}|closed"),
    "mode_B": (monthly.D.ANSWER_DAYS, "answered|{s}"),
    "mode_C": (monthly.D.RAISED_DAYS, "mode|{s}|C|yes"),
    "mode_D": (monthly.D.TOLD_DAYS, "mode|{s}|D|yes"),
    "mode_E": (monthly.D.CHANGED_DAYS, "mode|{s}|E|yes"),
}
"""Of each: the dimension that it is made of, and the count of those it is made of."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """`counts`: every table. `spreads` by "answer|s", "closing|s", "mode|s|B" … "mode|s|E".

    `excluded`: what the tree's own numbers leave out, by reason; it stands among `counts` too.
    """

    county: County
    tree: Steering
    period: Period
    threshold: int
    counts: tuple[Counts, ...]
    spreads: Mapping[str, Spread]
    excluded: Mapping[str, int]


def dataset(root: Body, period: Period, *, on: date | None = None) -> Dataset:
    """Count the tree under `root`. The counts by month are taken as they are: whoever asks refreshes them first.

    `on`: the day from which ages are counted, and what is late; today when left out. The same number of statements
    whatever the size, and the same counts in the same order on both engines.
    """
    today = on or clock.today()
    county = root.county
    tree = steering(root, Body.objects.filter(county=county).only("pk", "key", "steering_body_id", "county_id"))
    threshold = profile_of(version_in_force(county, today).pk).suppression.threshold
    read = monthly.read(county, tree, period)
    counts = [*tied.tables(tree, read, period, today), *around.tables(county, tree, period, read.principals)]
    for source in SOURCES:
        counts += source(county, root, period)
    return Dataset(
        county=county,
        tree=tree,
        period=period,
        threshold=threshold,
        counts=tuple(counts),
        spreads=_spreads(tree, read, threshold),
        excluded={reason: read.of(tree.scope(root.key), monthly.D.EXCLUDED).get(reason, 0) for reason in tied.EXCLUDED},
    )


def told(spreads: Mapping[str, Spread], shown: Protected) -> dict[str, Spread]:
    """Those whose own count may be told; of the others nothing is, since an interval says how many it is made of."""
    return {name: spread if shown[counted_by(name)].value is not None else HIDDEN for name, spread in spreads.items()}


def counted_by(spread: str) -> str:
    """The key of the count that a spread is made of."""
    table, scope, *mode = spread.split("|")
    return SPREADS["_".join((table, *mode))][1].format(s=scope)


def spread_of(histogram: Mapping[int, int], threshold: int) -> Spread:
    """By order statistics, of days in steps. No interval where even the shortest and the longest hold too little."""
    n = sum(histogram.values())
    if n < threshold:
        return HIDDEN
    middle = _mean(at_rank(histogram, (n + 1) // 2), at_rank(histogram, n // 2 + 1))
    rank, level = ranks(n, 0.95)
    low, high = (at_rank(histogram, rank), at_rank(histogram, n - rank + 1)) if rank else (None, None)
    ninety = at_rank(histogram, -(-9 * n // 10)) if n >= 2 * threshold else None
    return Spread(n, middle, low, high, ninety, round(level, 4) if rank else 0.95)


def _mean(one: int | None, other: int | None) -> float | None:
    return None if one is None or other is None else (one + other) / 2


def _spreads(tree: Steering, read: "monthly.Read", threshold: int) -> dict[str, Spread]:
    found: dict[str, Spread] = {}
    for scope in read.scopes:
        for name, (dimension, _counted) in SPREADS.items():
            table, _under, mode = name.partition("_")
            steps = {int(step): count for step, count in read.of(scope, dimension).items()}
            found[key(table, scope, *([mode] if mode else []))] = spread_of(steps, threshold)
    return dict(sorted(found.items()))
