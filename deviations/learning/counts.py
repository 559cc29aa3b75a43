"""Counts and the sums that tie them together, before and after protection: what every table of a report is made of.

A key names one count and is the same in every database, run and format: the table, whose count it is, then the row and
column ("direction|all:lsvo|karlskrona|region"). Keys are made of the profile's stable ids and never of row ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Key = str
BETWEEN = "|"


def key(*parts: str) -> Key:
    """Raises ValueError for a part that holds the sign between parts."""
    if any(BETWEEN in part for part in parts):
        raise ValueError(f"{parts!r} holds {BETWEEN}")
    return BETWEEN.join(parts)


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is the sum of `parts`; every reader knows that."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """One table of counts. Two tables may name the same cell, with the same value: so are they tied to each other.

    What holds for a subset is said with sums (answered = in time + late), so that "at most" follows from counts never
    being negative. `latent` cells are printed nowhere, but whoever works them out has learnt a small number all the
    same. `safe`: these counts are about no persons (meetings held, agreements), and are never hidden.
    """

    id: str
    cells: Mapping[Key, int]
    sums: tuple[Sum, ...] = ()
    latent: frozenset[Key] = frozenset()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One count as it may leave the module: `value` is None when hidden, and `small` then says which mark it wears."""

    value: int | None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be told. A cell that stands in no table is nothing: nobody counted any."""

    threshold: int
    cells: Mapping[Key, Cell]
    withheld: frozenset[str] = field(default_factory=frozenset)
    """Tables (by id) of which nothing may be told, in words "too little would be left"."""

    def __getitem__(self, wanted: Key) -> Cell:
        if wanted.split(BETWEEN, 1)[0] in self.withheld:
            return Cell(None)
        return self.cells.get(wanted, Cell(0))

    def value(self, *parts: str) -> int | None:
        """None when it may not be told."""
        return self[key(*parts)].value

    @property
    def kept(self) -> float:
        """Share of the cells that are told, 0–1; 1 when there are none."""
        told = sum(self[name].value is not None for name in self.cells)
        return told / len(self.cells) if self.cells else 1.0


@dataclass(frozen=True, slots=True)
class Before:
    """What readers have already been told: an earlier snapshot, of the same period or of a shorter one within it.

    `counts` are that period's counts as they are now; `told` are the keys that were printed with their number then.
    """

    counts: Sequence[Counts]
    told: frozenset[Key]
    same_period: bool
