"""Hiding small numbers, and as few others as it takes that no small number can be worked out.

Cell suppression as in Fischetti & Salazar-González, "Solving the cell suppression problem on tabular data with linear
constraints" (Management Science 47, 2001), with the linear-programming heuristic of Kelly, Golden & Assad that they
start from: the cheapest change of the whole set of tables that moves a small count as far as it must be able to move
tells which counts to hide. See also Hundepool et al., Statistical Disclosure Control (2012), chapter 4.

The promise: whoever knows all that `reader` lists finds every number from 1 to the threshold less one possible for each
small count, and for a small total (whose parts may be known to be there) as many different numbers in a row. It rests
on nothing but witnesses: for every such number, a whole table that fits all that is told (`attacker`).

What no hiding can keep unknown, because an earlier snapshot has given it away, is not promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deviations.learning.attacker import Attacker, Wanted
from deviations.learning.counts import Before, Cell, Counts, Protected, group
from deviations.learning.program import Program
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
        hiding = _Hiding(known)
        hiding.hide_enough()
        hiding.tell_again()
        while thin := known.thin_groups():
            for of in thin:
                known.withhold(known.groups[of][0])
            hiding.attacker.refresh()
            hiding.tell_again()
    return _protected(known)


def wanted_of(known: Knowledge) -> list[Wanted]:
    """What a reader must hold possible: every small count that nobody knows already, at each of its numbers."""
    lowest = {at: 1 for at in range(len(known.names)) if known.is_small(at) and not known.known[at]}
    for total, parts in known.sums:
        if total in lowest and known.state[total] is not State.BLANK:
            sure = sum(known.values[part] - known.room(part)[0] for part in parts)
            lowest[total] = max(lowest[total], sure)
    return [
        (at, low + step - known.values[at])
        for at, low in sorted(lowest.items())
        for step in range(known.threshold - 1)
        if low + step != known.values[at]
    ]


class _Hiding:
    def __init__(self, known: Knowledge) -> None:
        self.known = known
        self.attacker = Attacker(known)
        self.wanted = wanted_of(known)
        self._cover: Program | None = None

    def hide_enough(self) -> None:
        left = list(self.attacker.impossible(self.wanted))
        for pair in sorted(left, key=lambda pair: (-abs(pair[1]), self.known.names[pair[0]], pair[1])):
            if self.attacker.unseen([pair]) and not self._make_possible(pair):
                self.wanted.remove(pair)

    def _make_possible(self, pair: Wanted) -> bool:
        """Hide what moves when the count moves that far at the least cost. False: no hiding makes it possible."""
        for whole in (False, True):
            for withholding in (False, True):
                moved = self._cheapest(pair, withholding=withholding, whole=whole)
                if moved is not None:
                    break
            else:
                return False
            if moved.any() and self.attacker.is_possible(pair):
                return True
        raise RuntimeError(f"{self.known.names[pair[0]]} is still known")

    def _cheapest(self, pair: Wanted, *, withholding: bool, whole: bool) -> Numbers | None:
        """The least change, and the hiding of all that it moves."""
        import numpy as np

        known, size = self.known, len(self.known.names)
        if self._cover is None:
            self._cover = Program(size, known.sums, (1, -1, 1, -1))
        upper, cost = np.zeros(4 * size), np.zeros(4 * size)
        for at in range(size):
            if known.known[at]:
                continue
            state = known.state[at] or (State.TOLD if known.settled[at] else State.MARKED)
            down, up = (0, 0) if state is State.TOLD else known.room_when(at, state)
            upper[at], upper[size + at] = np.inf if up is None else up, down
            if known.state[at] is State.TOLD:
                cost[at] = cost[size + at] = known.weight(at)
            if withholding and at < len(known.now) and known.state[at] is not State.BLANK:
                upper[2 * size + at], upper[3 * size + at] = np.inf, known.values[at] - down
                cost[2 * size + at] = cost[3 * size + at] = WITHHOLDING * known.weight(at)
        lower = np.zeros(4 * size)
        at, move = pair
        lower, upper = self._pinned(lower, upper, at, move)
        found = self._cover.solve(lower, upper, cost, whole=whole)
        if found is None:
            return None
        self._hide_moved(found)
        return found

    def _pinned(self, lower: Numbers, upper: Numbers, at: int, move: int) -> tuple[Numbers, Numbers]:
        """The count itself moves exactly that far, within its mark as far as it goes."""
        size = len(self.known.names)
        sign = 0 if move > 0 else 1
        within = min(abs(move), upper[sign * size + at])
        for piece in range(4):
            column = piece * size + at
            upper[column] = min(upper[column], within if piece == sign else abs(move) - within)
            if piece % 2 != sign:
                upper[column] = 0
            lower[column] = upper[column]
        return lower, upper

    def _hide_moved(self, found: Numbers) -> None:
        size = len(self.known.names)
        for column in (found > 1e-6).nonzero()[0]:
            piece, at = divmod(int(column), size)
            if piece < 2:
                self.known.hide(at)
            else:
                self.known.withhold(at)
        self.attacker.refresh()

    def tell_again(self) -> None:
        """What was hidden for a small count that others have come to cover since."""
        known = self.known
        spare = [at for at in known.now if known.state[at] is State.MARKED and not known.settled[at]]
        for at in sorted(spare, key=known.weight, reverse=True):
            kept = self.attacker.witnesses
            known.state[at] = State.TOLD
            self.attacker.refresh([at])
            self.attacker.forget()
            if not any(True for _pair in self.attacker.impossible(self.wanted)):
                continue
            known.state[at] = State.MARKED
            self.attacker.refresh([at])
            self.attacker.witnesses = kept


def _protected(known: Knowledge) -> Protected:
    cells = {}
    for at in known.now:
        name, state = known.names[at][1], known.state[at]
        small = state is State.MARKED and known.is_small(at) and not known.is_total[at]
        cells[name] = Cell(known.values[at]) if state is State.TOLD else Cell(None, small=small)
    blank = [at for at in known.now if known.state[at] is State.BLANK and not known.is_latent(at)]
    withheld = frozenset(group(known.names[at][1]) for at in blank)
    return Protected(known.threshold, cells, withheld)
