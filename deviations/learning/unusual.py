"""How unusual it is that something happens so many times. Each claim names its rule; nothing is claimed without one.

RISE: of all times that something has happened, so many fall in the latest months. Had its share of everything that is
filed been as before, how often would chance alone give so many (or more)? A binomial tail given the total: exact, also
for what has never happened before, and blind to that more is filed of everything.
TOGETHER: texts that say the same are about the same unit more often than other deviations of the same kind are. A
hypergeometric tail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Rule = Literal["rise", "together"]
FALSE_SHARE = 0.05
"""Of what is proposed, at most this share is chance in the long run (Benjamini and Hochberg 1995)."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """`observed` where `expected` was to be expected. `p`: how often chance gives so many or more."""

    rule: Rule
    observed: int
    expected: float
    p: float


def rise(recent: int, earlier: int, *, all_recent: int, all_earlier: int) -> Unusual | None:
    """None when there is nothing earlier to compare with."""
    if not all_recent or not all_earlier or recent > all_recent or earlier > all_earlier:
        return None
    from scipy.stats import binom

    share = all_recent / (all_recent + all_earlier)
    p = float(binom.sf(recent - 1, recent + earlier, share))
    return Unusual("rise", recent, earlier * all_recent / all_earlier, p)


def together(both: int, *, group: int, place: int, everything: int) -> Unusual | None:
    """Of `everything`, `group` say the same and `place` are about one unit; `both` are both. None without a choice."""
    if not 0 < place < everything or not 0 < group < everything:
        return None
    from scipy.stats import hypergeom

    return Unusual(
        "together", both, group * place / everything, float(hypergeom.sf(both - 1, everything, place, group))
    )


def corrected(p_values: Sequence[float]) -> list[float]:
    """Each as it stands when this many were tried. Claimed are those that are `FALSE_SHARE` at most."""
    if not p_values:
        return []
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(p_values, method="bh")]
