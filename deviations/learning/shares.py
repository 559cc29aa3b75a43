"""Percentages of a column that add up to exactly 100, or rounded one by one as many printed tables are.

Source of the first: the method of largest remainders (Hamilton's, or Hare's quota), M. L. Balinski and H. P. Young,
Fair Representation, 1982, chapter 2. It never moves a share by a whole step from its exact value.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum


class Rounding(StrEnum):
    LARGEST_REMAINDER = "largest_remainder"
    PLAIN = "plain"


def percentages(
    counts: Sequence[int], *, rounding: Rounding = Rounding.LARGEST_REMAINDER, decimals: int = 0
) -> list[Decimal]:
    """Of their sum, with that many decimals. By largest remainders two equal counts can differ by one step.

    Nothing at all has no shares: an empty list.
    """
    whole = sum(counts)
    if any(count < 0 for count in counts):
        raise ValueError("nothing is counted below none")
    if not whole:
        return []
    steps = 100 * 10**decimals
    found = rounded(counts, steps) if rounding == Rounding.PLAIN else apportioned(counts, steps)
    return [Decimal(number).scaleb(-decimals) for number in found]


def rounded(counts: Sequence[int], steps: int) -> list[int]:
    """Each for itself, half upwards as in school and in spreadsheets. In whole numbers: no half is lost on the way."""
    whole = sum(counts)
    return [(2 * count * steps + whole) // (2 * whole) for count in counts]


def apportioned(counts: Sequence[int], steps: int) -> list[int]:
    """`steps` shared out by the counts: whole ones first, the rest to the largest remainders.

    Of equal remainders the larger count comes first, then the one that stands first.
    """
    whole = sum(counts)
    parts = [divmod(count * steps, whole) for count in counts]
    left = steps - sum(part for part, _remainder in parts)
    order = sorted(range(len(counts)), key=lambda at: (-parts[at][1], -counts[at], at))
    more = set(order[:left])
    return [part + (at in more) for at, (part, _remainder) in enumerate(parts)]
