"""Somebody who knows all that is told, and works out which values every hidden count could have.

Each other table that fits what is told is kept as a witness: how far every count in it is from the truth. A witness is
checked in whole numbers, and serves for every count at once, so most questions are answered without solving anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from deviations.learning.program import Program, whole_numbers
from deviations.learning.reader import Knowledge

if TYPE_CHECKING:
    from deviations.learning.program import Numbers

Wanted = tuple[int, int]
"""A count, and how far from the truth a reader must hold it possible."""


class Attacker:
    def __init__(self, known: Knowledge) -> None:
        import numpy as np

        self.known = known
        size = len(known.names)
        self.program = Program(size, known.sums)
        self.lower, self.upper = np.zeros(size), np.zeros(size)
        self.witnesses = np.zeros((1, size))
        self._totals = np.array([total for total, _parts in known.sums], dtype=np.int64)
        self._parts = np.array([part for _total, parts in known.sums for part in parts], dtype=np.int64)
        self._starts = np.cumsum([0, *(len(parts) for _total, parts in known.sums)])[:-1]
        self.refresh()

    def refresh(self, only: Iterable[int] | None = None) -> None:
        """Take up what has been hidden or told since."""
        import numpy as np

        for at in range(len(self.known.names)) if only is None else only:
            down, up = self.known.room(at)
            self.lower[at], self.upper[at] = -down, np.inf if up is None else up

    def keep(self, witness: Numbers) -> None:
        """Raises ValueError for what is no witness: the promise rests on them, so each is checked by itself."""
        import numpy as np

        if (witness < self.lower).any() or (witness > self.upper).any():
            raise ValueError("a witness moves what is told")
        if self._totals.size and (np.add.reduceat(witness[self._parts], self._starts) != witness[self._totals]).any():
            raise ValueError("a witness breaks a sum")
        self.witnesses = np.vstack([self.witnesses, witness])

    def forget(self) -> None:
        """Drop the witnesses that do not fit what is told any more."""
        fits = (self.witnesses >= self.lower) & (self.witnesses <= self.upper)
        self.witnesses = self.witnesses[fits.all(axis=1)]

    def unseen(self, wanted: list[Wanted]) -> list[Wanted]:
        """Those that no witness shows."""
        import numpy as np

        if not wanted:
            return []
        columns = np.array([at for at, _move in wanted])
        moves = np.array([move for _at, move in wanted])
        seen = (self.witnesses[:, columns] == moves).any(axis=0)
        return [pair for pair, found in zip(wanted, seen, strict=True) if not found]

    def impossible(self, wanted: list[Wanted]) -> Iterator[Wanted]:
        """Those that no table shows, one at a time: whoever needs only the first stops there."""
        left = self.unseen(wanted)
        while left:
            if not self._find(left[0], left[1:]):
                yield left[0]
            left = self.unseen(left[1:])

    def is_possible(self, pair: Wanted) -> bool:
        return not any(True for _pair in self.impossible([pair]))

    def _find(self, pair: Wanted, others: list[Wanted]) -> bool:
        """Whether some table that fits has the count that far from the truth, and if it can as many others as well."""
        import numpy as np

        at, move = pair
        if not self.lower[at] <= move <= self.upper[at]:
            return False
        cost = np.zeros(len(self.lower))
        lower, upper = self._aimed(others, cost) if others else (self.lower.copy(), self.upper.copy())
        for aimed in (True, False) if others else (False,):
            if not aimed:
                lower, upper, cost = self.lower.copy(), self.upper.copy(), np.zeros(len(self.lower))
            lower[at] = upper[at] = move
            cost[at] = 0
            found = self.program.solve(lower, upper, cost)
            witness = None if found is None else whole_numbers(found)
            if witness is not None:
                self.keep(witness)
                return True
        if found is None:
            return False
        found = self.program.solve(lower, upper, cost, whole=True)
        if found is None:
            return False
        self.keep(np.rint(found))
        return True

    def _aimed(self, others: list[Wanted], cost: Numbers) -> tuple[Numbers, Numbers]:
        """Bounds and costs that draw other counts towards what is wanted of them, the first thing wanted of each."""
        lower, upper = self.lower.copy(), self.upper.copy()
        aimed: set[int] = set()
        for at, move in others:
            if at not in aimed and self.lower[at] <= move <= self.upper[at]:
                aimed.add(at)
                cost[at] = -1 if move > 0 else 1
                lower[at], upper[at] = max(lower[at], min(move, 0)), min(upper[at], max(move, 0))
        return lower, upper
