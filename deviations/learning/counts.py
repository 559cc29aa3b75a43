"""Counts and the sums that tie them together, before and after protection: what every table of a report is made of.

A key names one count and is the same in every database, run and format: the table, whose count it is, then the row and
column ("direction|all:lsvo|karlskrona|region"). Keys are made of the profile's stable ids and never of row ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Key = str
BETWEEN = "|"


def key(*parts: str) -> Key:
    """Raises ValueError for a part that holds the sign between parts."""
    joined = BETWEEN.join(parts)
    if joined.count(BETWEEN) != len(parts) - 1:
        raise ValueError(f"{parts!r} holds {BETWEEN}")
    return joined


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
    """One count as it may leave the module: `value` is None when hidden, and `small` then says which mark it wears.

    Small ("<5") is from 1 to the threshold less one. Hidden without it ("··") is at least the threshold, or, where it
    is the total of others, at least 1. In what is withheld it says nothing at all.
    """

    value: int | None
    small: bool = False


def group(wanted: Key) -> str:
    """The table and whose it is: "direction|own:lsvo". What is withheld is withheld by that."""
    return BETWEEN.join(wanted.split(BETWEEN, 2)[:2])


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be told. A cell that stands in no table is nothing: nobody counted any."""

    threshold: int
    cells: Mapping[Key, Cell]
    withheld: frozenset[str] = field(default_factory=frozenset)
    """Groups ("direction|own:lsvo") of which the inner cells may not be told, not even those that are nothing: in
    words "too little would be left". Totals within such a group may still stand in `cells` with their value."""

    _by_group: dict[str, list[Key]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, wanted: Key) -> Cell:
        if wanted in self.cells:
            return self.cells[wanted]
        return Cell(None) if group(wanted) in self.withheld else Cell(0)

    def value(self, *parts: str) -> int | None:
        """None when it may not be told."""
        return self[key(*parts)].value

    def keys_in(self, table: str, scope: str) -> list[Key]:
        """Those of the group that stand in a table. Told from the others once, since a report asks often."""
        if not self._by_group:
            for name in self.cells:
                self._by_group.setdefault(group(name), []).append(name)
        return self._by_group.get(key(table, scope), [])

    def is_withheld(self, table: str, scope: str) -> bool:
        """Whether only the totals of the group, if any, may be told: a sentence stands in its place."""
        return key(table, scope) in self.withheld

    def told(self, wanted: Iterable[Key]) -> tuple[int, ...] | None:
        """Their numbers, None unless every one may be told.

        The rule for whatever is worked out from counts (a share, the median of a series of months): told only when
        each count that it is made of is, since a derived number says something about every one of them.
        """
        values = tuple(self[name].value for name in wanted)
        return None if None in values else values  # type: ignore[return-value]  # none of them is None

    @property
    def kept(self) -> float:
        """Share of the cells that are told, 0–1; 1 when there are none."""
        told = sum(cell.value is not None for cell in self.cells.values())
        return told / len(self.cells) if self.cells else 1.0


@dataclass(frozen=True, slots=True)
class Before:
    """What readers have already been told: an earlier snapshot, of the same period or of a shorter one within it.

    `counts` are that period's counts as they are now; `told` are the keys that were printed with their number then.
    """

    counts: Sequence[Counts]
    told: frozenset[Key]
    same_period: bool
    withheld: frozenset[str] = field(default_factory=frozenset)
    """What `Protected.withheld` said then: those cells wore no marks."""
