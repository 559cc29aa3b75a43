"""Somebody who knows all that is told, and works out which values every hidden count could have.

Each other table that fits what is told is kept as a witness: how far every count in it is from the truth. A witness is
checked in whole numbers, and serves for every count at once, so most questions are answered without solving anything.
Hidden counts that no sum ties together are attacked apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from deviations.learning.program import Program, whole_numbers
from deviations.learning.reader import Knowledge, State

if TYPE_CHECKING:
    from deviations.learning.program import Numbers

TURNS = 5
"""How many ways to weigh the counts are tried for an answer in whole numbers, before an integer program is asked."""

GOLDEN = 0.6180339887498949

Wanted = tuple[int, int]
"""A count, and how far from the truth a reader must hold it possible."""

AVOIDED = 100.0
"""How much dearer it is to move a count that one would rather tell than one that stays hidden anyhow."""


class Attacker:
    """Attacks the hidden counts as they were when it was made.

    First table by table, as if the few counts that tie the tables together could only be what they are: what is
    possible then is possible. What is not is asked of all tables at once.
    """

    def __init__(self, known: Knowledge, wanted: Sequence[Wanted]) -> None:
        self.known = known
        self.free = [at for at in range(len(known.names)) if known.room(at) != (0, 0)]
        bridges = known.bridges()
        self.parts = _parts(known, [at for at in self.free if at not in bridges], wanted)
        self.part_of = {at: part for part in self.parts for at in part.cells}
        self.apart = sorted(
            [pair for pair in wanted if pair[0] not in self.part_of]
            + [pair for part in self.parts for pair in part.give_up()]
        )
        """What is not possible table by table."""
        self.whole_of: dict[int, Part] = {}

    def impossible(self) -> list[Wanted]:
        """What no table shows at all. To be asked before `can_tell`."""
        wholes = _parts(self.known, self.free, self.apart)
        self.whole_of = {at: part for part in wholes for at in part.cells}
        hopeless = [pair for pair in self.apart if pair[0] not in self.whole_of]
        return hopeless + [pair for part in wholes for pair in part.give_up()]

    def can_tell(self, at: int) -> bool:
        """Tell the count, if all that is wanted stays possible; if not, nothing has changed."""
        part, whole = self.part_of.get(at), self.whole_of.get(at)
        before = None if part is None else part.as_it_is(at)
        if part is not None and not part.can_tell(at):
            return False
        if whole is not None and not whole.can_tell(at):
            if part is not None and before is not None:
                part.restore(at, before)
            return False
        return True


def _parts(known: Knowledge, free: list[int], wanted: Sequence[Wanted]) -> list[Part]:
    """The counts that sums tie to each other, where anything is wanted of them."""
    top = {at: at for at in free}

    def of(at: int) -> int:
        while top[at] != at:
            top[at] = at = top[top[at]]
        return at

    tied = [[at for at in (total, *parts) if at in top] for total, parts in known.sums]
    for mine in tied:
        for one, other in pairwise(mine):
            top[of(one)] = of(other)
    cells: dict[int, list[int]] = defaultdict(list)
    for at in free:
        cells[of(at)].append(at)
    sums: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
    for (total, _parts), mine in zip(known.sums, tied, strict=True):
        if mine:
            sums[of(mine[0])].append((total, mine))
    asked: dict[int, list[Wanted]] = defaultdict(list)
    for pair in wanted:
        if pair[0] in top:
            asked[of(pair[0])].append(pair)
    return [Part(known, cells[name], sums[name], asked[name]) for name in cells if asked[name]]


class Part:
    """Hidden counts that hang together."""

    def __init__(
        self, known: Knowledge, cells: list[int], sums: list[tuple[int, list[int]]], wanted: list[Wanted]
    ) -> None:
        import numpy as np

        self.known, self.cells, self.wanted = known, cells, wanted
        self.local = {at: n for n, at in enumerate(cells)}
        self.rows = [
            ([self.local[at] for at in mine], [1 if at == total else -1 for at in mine]) for total, mine in sums
        ]
        self.program = Program(len(cells), self.rows, (1, -1))
        rooms = [known.room(at) for at in cells]
        far = 2.0 * known.threshold  # the reader may go further, but this is far enough for anything wanted
        self.down = np.array([min(down, far) for down, _up in rooms], dtype=np.float64)
        self.up = np.array([far if up is None else up for _down, up in rooms])
        self.witnesses = np.zeros((1, len(cells)))
        self._flat = np.array([at for row, _signs in self.rows for at in row], dtype=np.int64)
        self._signs = np.array([sign for _row, signs in self.rows for sign in signs])
        self._starts = np.cumsum([0, *(len(row) for row, _signs in self.rows)])[:-1]
        self.avoided = np.array([
            AVOIDED * known.weight(at) if known.state[at] is State.MARKED and not known.settled[at] else 0.0
            for at in cells
        ])  # fmt: skip

    def keep(self, witness: Numbers) -> None:
        """Raises ValueError for what is no witness: the promise rests on them, so each is checked by itself."""
        import numpy as np

        if (witness < -self.down).any() or (witness > self.up).any():
            raise ValueError("a witness moves what is told")
        if self._flat.size and np.add.reduceat(witness[self._flat] * self._signs, self._starts).any():
            raise ValueError("a witness breaks a sum")
        self.witnesses = np.vstack([self.witnesses, witness])

    def unseen(self, wanted: list[Wanted]) -> list[Wanted]:
        """Those that no witness shows."""
        import numpy as np

        if not wanted:
            return []
        columns = np.array([self.local[at] for at, _move in wanted])
        moves = np.array([move for _at, move in wanted])
        far = self.witnesses[:, columns]
        seen = np.where(moves > 0, far.max(axis=0) >= moves, far.min(axis=0) <= moves)
        return [pair for pair, found in zip(wanted, seen, strict=True) if not found]

    def impossible(self) -> Iterator[Wanted]:
        """Those that no table shows, one at a time: whoever needs only the first stops there."""
        left = self.unseen(self.wanted)
        while left:
            if not self._find(left[0]):
                yield left[0]
            left = self.unseen(left[1:])

    def give_up(self) -> list[Wanted]:
        """Those that are impossible here, and are wanted here no more."""
        lost = list(self.impossible())
        self.wanted = [pair for pair in self.wanted if pair not in lost]
        return lost

    def as_it_is(self, at: int) -> tuple[float, float, Numbers]:
        here = self.local[at]
        return self.down[here], self.up[here], self.witnesses

    def restore(self, at: int, before: tuple[float, float, Numbers]) -> None:
        here = self.local[at]
        self.down[here], self.up[here], self.witnesses = before

    def can_tell(self, at: int) -> bool:
        here, before = self.local[at], self.as_it_is(at)
        self.down[here] = self.up[here] = 0
        self.witnesses = self.witnesses[self.witnesses[:, here] == 0]
        if next(self.impossible(), None) is None:
            return True
        self.restore(at, before)
        return False

    def _find(self, pair: Wanted) -> bool:
        """Whether some table that fits has the count that far from the truth; the one that moves least is kept."""
        import numpy as np

        at, move = self.local[pair[0]], pair[1]
        if not -self.down[at] <= move <= self.up[at]:
            return False
        size = len(self.cells)
        lower, upper = np.zeros(2 * size), np.concatenate([self.up, self.down])
        way, back = (at, at + size) if move > 0 else (at + size, at)
        lower[way], upper[back] = abs(move), 0
        cost = np.concatenate([self.avoided, self.avoided]) + 1
        for turn in range(TURNS):
            found = self.program.solve(lower, upper, cost + np.modf(np.arange(2 * size) * GOLDEN * turn)[0])
            if found is None:
                return False
            witness = whole_numbers(self.program.moves(found))
            if witness is not None:
                self.keep(witness)
                return True
        found = self.program.solve(lower, upper, np.zeros(2 * size), whole=True)  # any whole numbers will do
        if found is None:
            return False
        witness = whole_numbers(self.program.moves(found))
        if witness is not None:
            self.keep(witness)
            return True
        raise RuntimeError("an integer program gave no whole numbers")
