"""What every number is: small named definitions that a reader can open beside it, and how each is worked out.

A value is worked out of counts that may all be told, or it is not told: a share says something about both its parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deviations.learning.counts import BETWEEN, Key, Protected
from deviations.learning.definitions import flow, matters
from deviations.learning.definitions.formula import SCOPE, Formula

if TYPE_CHECKING:
    from deviations.learning.dataset import Spread

__all__ = ["FORMULAS", "Formula", "Value", "value_of"]

FORMULAS: Mapping[str, Formula] = {formula.id: formula for formula in (*flow.FORMULAS, *matters.FORMULAS)}
ANY = "*"
"""In a template: whatever stands at that place."""


@dataclass(frozen=True, slots=True)
class Value:
    """`value` None: hidden, or nothing to count among. `hidden` tells which."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    hidden: bool = False


HIDDEN = Value(None, hidden=True)


def value_of(
    formula: Formula, shown: Protected, scope: str, *, filters: Mapping[str, str] | None = None,
    spreads: "Mapping[str, Spread] | None" = None,
) -> Value:  # fmt: skip
    """The formula's value in those numbers. `spreads`: those that may be told (`dataset.told`).

    ValueError for a definition that nothing is worked out by, or when a filter that it needs is not given.
    """
    if not formula.countable:
        raise ValueError(f"{formula.id} only explains a table")
    chosen = {**dict(formula.defaults), **(filters or {})}
    if missing := [name for name in formula.filters if not chosen.get(name)]:
        raise ValueError(f"{formula.id} needs {', '.join(missing)}")
    chosen[SCOPE] = scope
    if formula.spread:
        return _of_spread(formula, (spreads or {}).get(formula.spread.format(**chosen)))
    numerator = _sum(shown, formula.of.format(**chosen))
    if not formula.among:
        return HIDDEN if numerator is None else Value(float(numerator), numerator)
    denominator = _sum(shown, formula.among.format(**chosen))
    if numerator is None or denominator is None:
        return HIDDEN
    return Value(100 * numerator / denominator if denominator else None, numerator, denominator)


def _of_spread(formula: Formula, spread: "Spread | None") -> Value:
    if spread is None or spread.n is None:
        return HIDDEN
    value: float | None = getattr(spread, formula.of)
    return Value(value, denominator=spread.n, hidden=value is None)


def _sum(shown: Protected, template: str) -> int | None:
    """None unless every one of them may be told."""
    told = shown.told(_keys(shown, template) if ANY in template else [template])
    return None if told is None else sum(told)


def _keys(shown: Protected, template: str) -> list[Key]:
    wanted = template.split(BETWEEN)
    return [
        name
        for name in shown.cells
        if len(parts := name.split(BETWEEN)) == len(wanted)
        and all(asked in (ANY, part) for asked, part in zip(wanted, parts, strict=True))
    ]
