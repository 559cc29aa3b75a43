"""Somebody who knows all that is told, and works out which values every hidden count could have.

Each other table that fits what is told is kept as a witness: how far every count in it is from the truth. A witness is
checked in whole numbers, and serves for every count at once, so most questions are answered without solving anything.
Hidden counts that no sum ties together are attacked apart. What no solver could show counts as impossible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from deviations.learning.program import GaveUp, Program, whole_numbers
from deviations.learning.reader import Knowledge, State
from deviations.learning.witnesses import Witnesses

if TYPE_CHECKING:
    from deviations.learning.program import Numbers
    from deviations.learning.witnesses import Truth, Whole

TURNS = 5
"""How many ways to weigh the counts are tried for an answer in whole numbers, before an integer program is asked."""

GOLDEN = 0.6180339887498949

Wanted = tuple[int, int]
"""A count, and how far from the truth a reader must hold it possible."""

AVOIDED = 100.0
"""How much dearer it is to move a count that one would rather tell than one that stays hidden anyhow."""


class Attacker:
    """Attacks the hidden counts as they were when it was made, with the witnesses that are known from before.

    First table by table, as if the few counts that tie the tables together could only be what they are: what is
    possible then is possible. What is not is asked of all tables at once.
    """

    def __init__(self, known: Knowledge, wanted: Sequence[Wanted], witnesses: Witnesses) -> None:
        self.known, self.witnesses = known, witnesses
        self.free = known.free()
        bridges = known.bridges()
        self.parts = self._parts([at for at in self.free if at not in bridges], wanted)
        self.part_of = {at: part for part in self.parts for at in part.cells}
        self.apart = sorted(
            [pair for pair in wanted if pair[0] not in self.part_of]
            + [pair for part in self.parts for pair in part.give_up()]
        )
        """What is not possible table by table."""
        self.whole_of: dict[int, Part] = {}

    def impossible(self) -> list[Wanted]:
        """What no table shows at all. To be asked before `can_tell`."""
        wholes = self._parts(self.free, self.apart)
        self.whole_of = {at: part for part in wholes for at in part.cells}
        hopeless = [pair for pair in self.apart if pair[0] not in self.whole_of]
        return hopeless + [pair for part in wholes for pair in part.give_up()]

    def can_tell(self, at: int) -> bool:
        """Tell the count, if all that is wanted stays possible; if not, nothing has changed."""
        part, whole = self.part_of.get(at), self.whole_of.get(at)
        if part is not None and not part.can_tell(at):
            return False
        if whole is not None and not whole.can_tell(at):
            if part is not None:
                part.hide_again(at)
            return False
        return True

    def _parts(self, free: list[int], wanted: Sequence[Wanted]) -> list[Part]:
        """The counts that sums tie to each other, where anything is wanted of them."""
        asked: dict[int, list[Wanted]] = defaultdict(list)
        tied, of = tied_together(self.known, free)
        for pair in wanted:
            if pair[0] in of:
                asked[of[pair[0]]].append(pair)
        return [Part(self.known, *tied[name], asked[name], self.witnesses) for name in tied if asked[name]]


Tied = tuple[list[int], list[tuple[int, list[int]]]]
"""Counts, and those of each sum that are among them, after the sum's total, which may not be."""


def tied_together(known: Knowledge, free: Sequence[int]) -> tuple[dict[int, Tied], dict[int, int]]:
    """The free counts that sums of free counts tie to each other, by name, and the name for each count."""
    top = {at: at for at in free}

    def of(at: int) -> int:
        while top[at] != at:
            top[at] = at = top[top[at]]
        return at

    mine = [(total, [at for at in (total, *parts) if at in top]) for total, parts in known.sums]
    for _total, cells in mine:
        for one, other in pairwise(cells):
            top[of(one)] = of(other)
    found: dict[int, Tied] = {}
    for at in free:
        found.setdefault(of(at), ([], []))[0].append(at)
    for total, cells in mine:
        if cells:
            found[of(cells[0])][1].append((total, cells))
    return found, {at: of(at) for at in free}


def signed_rows(cells: Sequence[int], sums: Sequence[tuple[int, list[int]]]) -> list[tuple[list[int], list[int]]]:
    """As a program takes them: counts by their place among the cells."""
    local = {at: n for n, at in enumerate(cells)}
    return [([local[at] for at in mine], [1 if at == total else -1 for at in mine]) for total, mine in sums]


class Part:
    """Hidden counts that hang together."""

    def __init__(
        self,
        known: Knowledge,
        cells: list[int],
        sums: list[tuple[int, list[int]]],
        wanted: list[Wanted],
        witnesses: Witnesses,
    ) -> None:
        import numpy as np

        self.cells, self.wanted, self.witnesses = cells, wanted, witnesses
        self.local = {at: n for n, at in enumerate(cells)}
        rows = signed_rows(cells, sums)
        self.program = Program(len(cells), rows, (1, -1))
        down, up = known.rooms()
        self.down, self.up = down[cells], up[cells]
        self.far = 2.0 * known.threshold  # the reader may go further, but this is far enough for anything wanted
        self._flat = np.array([at for row, _signs in rows for at in row], dtype=np.int64)
        self._signs = np.array([sign for _row, signs in rows for sign in signs], dtype=np.int64)
        self._starts = np.cumsum([0, *(len(row) for row, _signs in rows)])[:-1]
        self.avoided = np.array([
            AVOIDED * known.weight(at) if known.state[at] is State.MARKED and not known.settled[at] else 0.0
            for at in cells
        ])  # fmt: skip
        self._ask(wanted)
        self._take_over()

    # ── witnesses ────────────────────────────────────────────────────────────────────────────────────────────────
    def _ask(self, wanted: list[Wanted]) -> None:
        import numpy as np

        self.wanted = wanted
        self._columns = np.array([self.local[at] for at, _move in wanted], dtype=np.int64)
        self._moves = np.array([move for _at, move in wanted], dtype=np.int64)

    def _take_over(self) -> None:
        """The witnesses from before that are such here, for what is told now."""
        import numpy as np

        rows = self.witnesses.among(self.cells)
        fits = ((rows >= -self.down) & (rows <= self.up)).all(axis=1)
        if self._flat.size:
            off = np.add.reduceat(rows[:, self._flat] * self._signs, self._starts, axis=1)
            fits &= ~off.any(axis=1)
        self._rows = rows[fits]
        self._many = len(self._rows)
        self._lives = np.ones(self._many, dtype=bool)
        self._shown = self._shows(self._rows).sum(axis=0)

    def _shows(self, rows: Whole) -> Truth:
        """Which of the wanted each of the witnesses shows."""
        import numpy as np

        far = rows[:, self._columns]
        return np.where(self._moves > 0, far >= self._moves, far <= self._moves)

    def keep(self, witness: Numbers) -> None:
        """Raises ValueError for what is no witness: the promise rests on them, so each is checked by itself."""
        import numpy as np

        if (witness < -self.down).any() or (witness > self.up).any():
            raise ValueError("a witness moves what is told")
        if self._flat.size and np.add.reduceat(witness[self._flat] * self._signs, self._starts).any():
            raise ValueError("a witness breaks a sum")
        if self._many == len(self._rows):
            more = np.zeros((self._many + 16, len(self.cells)), dtype=np.int32)
            self._rows = np.vstack([self._rows, more])
            self._lives = np.concatenate([self._lives, np.zeros(len(more), dtype=bool)])
        self._rows[self._many] = witness
        self._lives[self._many] = True
        self._shown += self._shows(self._rows[self._many : self._many + 1])[0]
        self._many += 1
        self.witnesses.add(self.cells, witness)

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────
    def unseen(self) -> list[int]:
        """The places of those wanted that no living witness shows."""
        return [int(n) for n in (self._shown == 0).nonzero()[0]]

    def give_up(self) -> list[Wanted]:
        """Those that are impossible here, and are wanted here no more."""
        lost = set(self._impossible())
        if lost:
            self._shown = self._shown[[n for n in range(len(self.wanted)) if n not in lost]]
            gone = [self.wanted[n] for n in sorted(lost)]
            self._ask([pair for n, pair in enumerate(self.wanted) if n not in lost])
            return gone
        return []

    def _impossible(self) -> Iterator[int]:
        """Those that no table shows, one at a time: whoever needs only the first stops there."""
        lost: set[int] = set()
        while left := [n for n in self.unseen() if n not in lost]:
            if not self._find(left[0]):
                lost.add(left[0])
                yield left[0]

    def can_tell(self, at: int) -> bool:
        here = self.local[at]
        room = self.down[here], self.up[here]
        self.down[here] = self.up[here] = 0
        killed = ((self._rows[:, here] != 0) & self._lives).nonzero()[0]
        self._lives[killed] = False
        self._shown -= self._shows(self._rows[killed]).sum(axis=0)
        self._told_last = at, room, killed
        if next(self._impossible(), None) is None:
            return True
        self.hide_again(at)
        return False

    def hide_again(self, at: int) -> None:
        """What was told last is not. The witnesses found since are such still."""
        told, room, killed = self._told_last
        if told != at:
            raise ValueError("another was told since")
        self.down[self.local[at]], self.up[self.local[at]] = room
        self._lives[killed] = True
        self._shown += self._shows(self._rows[killed]).sum(axis=0)

    def _find(self, wanted: int) -> bool:
        """Whether some table that fits has the count that far from the truth; the one that moves least is kept."""
        import numpy as np

        at, move = int(self._columns[wanted]), int(self._moves[wanted])
        if not -self.down[at] <= move <= self.up[at]:
            return False
        size = len(self.cells)
        lower = np.zeros(2 * size)
        upper = np.concatenate([np.minimum(self.up, self.far), np.minimum(self.down, self.far)])
        way, back = (at, at + size) if move > 0 else (at + size, at)
        lower[way], upper[back] = abs(move), 0
        cost = np.concatenate([self.avoided, self.avoided]) + 1
        try:
            for turn in range(TURNS):
                weighed = cost + np.modf(np.arange(2 * size) * GOLDEN * turn)[0]
                found = self.program.solve(lower, upper, weighed)
                if found is None:
                    return False
                found = self.program.dive(found, lower, upper, weighed)
                if found is not None and self._keep_whole(found):
                    return True
            found = self.program.solve(lower, upper, np.zeros(2 * size), whole=True)  # any whole numbers will do
        except GaveUp:
            return False
        return found is not None and self._keep_whole(found)

    def _keep_whole(self, found: Numbers) -> bool:
        witness = whole_numbers(self.program.moves(found))
        if witness is None:
            return False
        self.keep(witness)
        return True
