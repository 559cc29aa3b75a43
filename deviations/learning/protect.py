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

What a solver cannot show to be possible counts as known: more and more is withheld around it, at last everything. Not
promised is only what an earlier snapshot has given away, which is proved: even with nothing of today told, no table
at all, in whole numbers or not, has the count that far from the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deviations.learning.attacker import Attacker, Wanted, signed_rows, tied_together
from deviations.learning.counts import Before, Cell, Counts, Protected, group
from deviations.learning.program import NEARLY, GaveUp, Program, whole_numbers
from deviations.learning.reader import Knowledge, State
from deviations.learning.witnesses import Witnesses

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
        witnesses = Witnesses(len(known.names))
        wanted = _hide_enough(known, wanted_of(known), witnesses)
        _tell_again(known, wanted, witnesses)
        while thin := known.thin_groups():
            for of in thin:
                known.withhold(known.groups[of][0])
            _tell_again(known, wanted, witnesses)
    return _protected(known)


def wanted_of(known: Knowledge) -> list[Wanted]:
    """What a reader must hold possible: every small count that nobody knows already, at each of its numbers."""
    lowest = {at: 1 for at in range(len(known.names)) if known.is_small(at) and not known.known[at]}
    down, _up = known.rooms()
    for total, parts in known.sums:
        if total in lowest and known.state[total] is not State.BLANK:
            sure = sum(known.values[part] - int(down[part]) for part in parts)
            lowest[total] = max(lowest[total], sure)
    span = known.threshold - 2
    ends = ((at, end - known.values[at]) for at, low in sorted(lowest.items()) for end in (low, low + span))
    return [(at, move) for at, move in ends if move]


def _hide_enough(known: Knowledge, wanted: list[Wanted], witnesses: Witnesses) -> list[Wanted]:
    """What can be kept possible, which is all but what has been given away before."""
    left = Attacker(known, wanted, witnesses).apart
    left.sort(key=lambda pair: (-abs(pair[1]), known.names[pair[0]], pair[1]))
    cover = _Cover(known, witnesses)
    lost = {pair for pair in left if not cover.make_possible(pair)}
    return [pair for pair in wanted if pair not in lost]


def _tell_again(known: Knowledge, wanted: list[Wanted], witnesses: Witnesses) -> None:
    """What was hidden for a small count that others have come to cover since."""
    attacker = Attacker(known, wanted, witnesses)
    if lost := attacker.impossible():
        raise RuntimeError(f"{known.names[lost[0][0]]} can be worked out")
    spare = [at for at in known.now if known.state[at] is State.MARKED and not known.settled[at]]
    for at in sorted(spare, key=known.weight, reverse=True):
        if attacker.can_tell(at):
            known.state[at] = State.TOLD


PIECES = {False: (1, -1), True: (1, -1, 1, -1)}
"""Up and down within a count's mark; with withholding also beyond it."""


class _Within:
    """The counts among which a way is sought, and what is asked about them."""

    def __init__(self, known: Knowledge, cells: list[int], sums: list[tuple[int, list[int]]]) -> None:
        import numpy as np

        self.cells = np.array(cells)
        self.local = {at: n for n, at in enumerate(cells)}
        self.rows = signed_rows(cells, sums)
        self.weights = np.array([known.weight(at) for at in cells])
        self._programs: dict[bool, Program] = {}

    def program(self, *, withholding: bool) -> Program:
        if withholding not in self._programs:
            self._programs[withholding] = Program(len(self.cells), self.rows, PIECES[withholding])
        return self._programs[withholding]


class _Cover:
    """The cheapest way to make things possible."""

    def __init__(self, known: Knowledge, witnesses: Witnesses) -> None:
        self.known, self.witnesses = known, witnesses
        everything = list(range(len(known.names)))
        self.all = _Within(known, everything, [(total, [total, *parts]) for total, parts in known.sums])
        self.bridges = known.bridges()
        self.tables: dict[int, _Within] = {}
        self.withheld = -1

    def make_possible(self, pair: Wanted) -> bool:
        """Hide what moves when the count moves that far at the least cost. False: it has been given away before."""
        if self.witnesses.show(*pair):
            return True
        table = self._table(pair[0])
        if table is not None and self._hide(pair, table):
            return True
        for whole in (False, True):
            for withholding in (False, True):
                try:
                    found = self._cheapest(pair, self.all, withholding=withholding, whole=whole)
                except GaveUp:
                    continue
                if found is not None:
                    self._hide_moved(found, self.all)
                    if self._is_shown(pair, found, self.all, withholding=withholding):
                        return True
                    break
                if withholding and not whole:
                    return False
        return self._withhold_around(pair)

    def _hide(self, pair: Wanted, table: _Within) -> bool:
        """Within the table of the count, the totals that tie it to others being what they are."""
        try:
            found = self._cheapest(pair, table, withholding=False, whole=False)
        except GaveUp:
            return False
        if found is None:
            return False
        self._hide_moved(found, table)
        return self._is_shown(pair, found, table, withholding=False)

    def _withhold_around(self, pair: Wanted) -> bool:
        """Until somebody can show it to be possible. False: nobody can, though nothing is told any longer."""
        for _wider in self.known.withhold_wider(pair[0]):
            if not Attacker(self.known, [pair], self.witnesses).impossible():
                return True
        return False

    def _is_shown(self, pair: Wanted, found: Numbers, within: _Within, *, withholding: bool) -> bool:
        witness = whole_numbers(within.program(withholding=withholding).moves(found))
        down, up = (room[within.cells] for room in self.known.rooms())
        if witness is None or (witness < -down).any() or (witness > up).any():
            return not Attacker(self.known, [pair], self.witnesses).impossible()
        self.witnesses.add(within.cells, witness)
        return True

    def _table(self, at: int) -> _Within | None:
        """What sums tie to the count though the few counts that tie many tables together are what they are."""
        withheld = self.known.state.count(State.BLANK)
        if withheld != self.withheld:
            self.withheld, self.tables = withheld, {}
            free = [each for each in self.known.free(if_hidden=True) if each not in self.bridges]
            self.tied, self.of = tied_together(self.known, free)
        if at not in self.of:
            return None
        name = self.of[at]
        if name not in self.tables:
            self.tables[name] = _Within(self.known, *self.tied[name])
        return self.tables[name]

    def _cheapest(self, pair: Wanted, within: _Within, *, withholding: bool, whole: bool) -> Numbers | None:
        """Within the marks first; `withholding` lets counts go beyond them, which nothing but their absence allows."""
        import numpy as np

        known, cells = self.known, within.cells
        down, up = (room[cells] for room in known.rooms(if_hidden=True))
        state = np.array(known.state)[cells]
        hiding = np.where(state == State.TOLD, within.weights, 0)
        upper, cost = np.concatenate([up, down]), np.concatenate([hiding, hiding])
        if withholding:
            fixed = np.array(known.known)[cells] | (cells >= len(known.now)) | (state == State.BLANK)
            beyond = np.where(fixed, 0, WITHHOLDING * within.weights)
            value = np.array(known.values, dtype=np.float64)[cells]
            upper = np.concatenate([upper, np.where(fixed, 0, np.inf), np.where(fixed, 0, value - down)])
            cost = np.concatenate([cost, beyond, beyond])
        lower = np.zeros(len(upper))
        if not _pin(lower, upper, within.local[pair[0]], pair[1], len(cells), at_least=whole):
            return None
        return within.program(withholding=withholding).solve(lower, upper, cost, whole=whole)

    def _hide_moved(self, found: Numbers, within: _Within) -> None:
        for column in (found > NEARLY).nonzero()[0]:
            piece, here = divmod(int(column), len(within.cells))
            if piece < 2:
                self.known.hide(int(within.cells[here]))
            else:
                self.known.withhold(int(within.cells[here]))


def _pin(lower: Numbers, upper: Numbers, here: int, move: int, size: int, *, at_least: bool) -> bool:
    """The count itself moves that far, within its mark as far as it goes. False: it cannot.

    What fits exactly that far may have no whole numbers though one that fits further has, hence `at_least`.
    """
    way, back = (here, here + size) if move > 0 else (here + size, here)
    within = min(abs(move), upper[way])
    beyond = abs(move) - within
    if beyond and (len(upper) == 2 * size or upper[way + 2 * size] < beyond):
        return False
    lower[way] = within
    upper[back :: 2 * size] = 0
    if len(upper) > 2 * size:
        lower[way + 2 * size] = beyond
    if not at_least:
        upper[way :: 2 * size] = lower[way :: 2 * size]
    return True


def _protected(known: Knowledge) -> Protected:
    cells = {}
    for at in known.now:
        name, state = known.names[at][1], known.state[at]
        small = state is State.MARKED and known.is_small(at) and not known.is_total[at]
        cells[name] = Cell(known.values[at]) if state is State.TOLD else Cell(None, small=small)
    blank = [at for at in known.now if known.state[at] is State.BLANK and not known.is_latent(at)]
    withheld = frozenset(group(known.names[at][1]) for at in blank)
    return Protected(known.threshold, cells, withheld)
