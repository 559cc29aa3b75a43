"""Hiding small numbers, and as few others as it takes that no small number can be worked out.

Cell suppression as in Fischetti & Salazar-González, "Solving the cell suppression problem on tabular data with linear
constraints" (Management Science 47, 2001), with the linear-programming heuristic of Kelly, Golden & Assad that they
start from: the cheapest change of the whole set of tables that moves a small count as far as it must be able to move
tells which counts to hide. See also Hundepool et al., Statistical Disclosure Control (2012), chapter 4.

The promise: whoever knows all that `reader` lists, and solves for a small count, is left with an interval of whole
numbers that reaches from 1 to the threshold less one; for a small total (whose parts may be known to be there) with
one as wide. The same goes for what was added since an earlier snapshot of a shorter period. It rests on nothing but
witnesses: for each end of each interval a whole table that fits all that is told (`attacker`).

In turn: hide small counts; where a witness is missing hide the cheapest change that gives one, and where marks allow
none withhold a group, so that its zeros are unknown too; tell again, dearest first, what others cover; withhold groups
of which too little is left (`reader.LEAST_TOLD`), and tell again what that covers.

What no hiding can keep unknown, because an earlier snapshot has given it away, is not promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deviations.learning.attacker import Attacker, Wanted
from deviations.learning.counts import Before, Cell, Counts, Protected, group
from deviations.learning.program import NEARLY, Program, whole_numbers
from deviations.learning.reader import Knowledge, State

if TYPE_CHECKING:
    from deviations.learning.program import Numbers

WITHHOLDING = 1_000.0
"""What it costs to withhold a group, beside the weights of single counts."""


def protect(counts: Sequence[Counts], threshold: int, before: Sequence[Before] = ()) -> Protected:
    """What may be told of one snapshot, all its tables together. Counts that do not add up raise ValueError.

    The same counts give the same answer on every machine, in whatever order they come.
    """
    known = Knowledge(counts, threshold, before)
    if any(known.state):
        wanted = _hide_enough(known, wanted_of(known))
        _tell_again(known, wanted)
        while thin := known.thin_groups():
            for of in thin:
                known.withhold(known.groups[of][0])
            _tell_again(known, wanted)
    return _protected(known)


def wanted_of(known: Knowledge) -> list[Wanted]:
    """What a reader must hold possible: every small count that nobody knows already, at each of its numbers."""
    lowest = {at: 1 for at in range(len(known.names)) if known.is_small(at) and not known.known[at]}
    for total, parts in known.sums:
        if total in lowest and known.state[total] is not State.BLANK:
            sure = sum(known.values[part] - known.room(part)[0] for part in parts)
            lowest[total] = max(lowest[total], sure)
    span = known.threshold - 2
    ends = ((at, end - known.values[at]) for at, low in sorted(lowest.items()) for end in (low, low + span))
    return [(at, move) for at, move in ends if move]


def _hide_enough(known: Knowledge, wanted: list[Wanted]) -> list[Wanted]:
    """What can be kept possible, which is all but what has been given away before."""
    left = Attacker(known, wanted).apart
    left.sort(key=lambda pair: (-abs(pair[1]), known.names[pair[0]], pair[1]))
    cover = _Cover(known)
    lost = {pair for pair in left if not cover.make_possible(pair)}
    return [pair for pair in wanted if pair not in lost]


def _tell_again(known: Knowledge, wanted: list[Wanted]) -> None:
    """What was hidden for a small count that others have come to cover since."""
    attacker = Attacker(known, wanted)
    if lost := attacker.impossible():
        raise RuntimeError(f"{known.names[lost[0][0]]} can be worked out")
    spare = [at for at in known.now if known.state[at] is State.MARKED and not known.settled[at]]
    for at in sorted(spare, key=known.weight, reverse=True):
        if attacker.can_tell(at):
            known.state[at] = State.TOLD


class _Cover:
    """The cheapest way to make things possible."""

    def __init__(self, known: Knowledge) -> None:
        self.known = known
        self.size = len(known.names)
        self.rows = [([total, *parts], [1, *[-1] * len(parts)]) for total, parts in known.sums]
        self.weights = [known.weight(at) for at in range(self.size)]
        self.programs: dict[bool, Program] = {}
        self.seen: list[Numbers] = []

    def make_possible(self, pair: Wanted) -> bool:
        """Hide what moves when the count moves that far at the least cost. False: no hiding makes it possible."""
        at, move = pair
        if any(moves[at] / move >= 1 for moves in self.seen):
            return True
        for whole in (False, True):
            for withholding in (False, True):
                found = self._cheapest(pair, withholding=withholding, whole=whole)
                if found is not None:
                    break
            else:
                return False
            self._hide_moved(found)
            witness = whole_numbers(self.programs[withholding].moves(found))
            if witness is not None:
                self.seen.append(witness)
                return True
            if not Attacker(self.known, [pair]).impossible():
                return True
        raise RuntimeError(f"{self.known.names[at]} can be worked out")

    def _cheapest(self, pair: Wanted, *, withholding: bool, whole: bool) -> Numbers | None:
        """Within the marks first; `withholding` lets counts go beyond them, which nothing but their absence allows."""
        import numpy as np

        known, size = self.known, self.size
        pieces = (1, -1, 1, -1) if withholding else (1, -1)
        if withholding not in self.programs:
            self.programs[withholding] = Program(size, self.rows, pieces)
        upper, cost = np.zeros(4 * size), np.zeros(4 * size)
        for at in range(size):
            state = known.state[at]
            if known.known[at] or (state is State.TOLD and known.settled[at]):
                continue
            down, up = known.room_when(at, state or State.MARKED)
            upper[at], upper[size + at] = np.inf if up is None else up, down
            cost[at] = cost[size + at] = 0 if state else self.weights[at]
            if withholding and at < len(known.now) and state is not State.BLANK:
                upper[2 * size + at], upper[3 * size + at] = np.inf, known.values[at] - down
                cost[2 * size + at] = cost[3 * size + at] = WITHHOLDING * self.weights[at]
        lower = self._pinned(upper, *pair)
        width = len(pieces) * size
        if not withholding and upper[width:].any():
            return None
        return self.programs[withholding].solve(lower[:width], upper[:width], cost[:width], whole=whole)

    def _pinned(self, upper: Numbers, at: int, move: int) -> Numbers:
        """The count itself moves exactly that far, within its mark as far as it goes."""
        import numpy as np

        lower = np.zeros(len(upper))
        way, back = (0, 1) if move > 0 else (1, 0)
        within = min(abs(move), upper[way * self.size + at])
        for piece, far in ((way, within), (way + 2, abs(move) - within), (back, 0), (back + 2, 0)):
            column = piece * self.size + at
            lower[column], upper[column] = far, far
        return lower

    def _hide_moved(self, found: Numbers) -> None:
        for column in (found > NEARLY).nonzero()[0]:
            piece, at = divmod(int(column), self.size)
            if piece < 2:
                self.known.hide(at)
            else:
                self.known.withhold(at)


def _protected(known: Knowledge) -> Protected:
    cells = {}
    for at in known.now:
        name, state = known.names[at][1], known.state[at]
        small = state is State.MARKED and known.is_small(at) and not known.is_total[at]
        cells[name] = Cell(known.values[at]) if state is State.TOLD else Cell(None, small=small)
    blank = [at for at in known.now if known.state[at] is State.BLANK and not known.is_latent(at)]
    withheld = frozenset(group(known.names[at][1]) for at in blank)
    return Protected(known.threshold, cells, withheld)
