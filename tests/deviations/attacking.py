"""Somebody who knows every told count, every mark, every sum and every earlier snapshot, and solves for the rest.

Written from what `deviations.learning.counts` says a reader is told, and from nothing else: all tables at once, as one
integer program, with another solver interface than the code it attacks.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from deviations.learning.counts import Cell, Protected

FAR = 20


@dataclass
class Puzzle:
    """Variables with their bounds, and rows that add up to nothing."""

    threshold: int
    truth: list = field(default_factory=list)
    lower: list = field(default_factory=list)
    upper: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    at: dict = field(default_factory=dict)
    totals: set = field(default_factory=set)
    secret: list = field(default_factory=list)
    """What nobody may work out."""

    def add(self, name, truth, lower, upper):
        self.at[name] = len(self.truth)
        self.truth.append(truth)
        self.lower.append(lower)
        self.upper.append(upper)
        return self.at[name]


def small(value, threshold):
    return 0 < value < threshold


def puzzle(counts, shown, before=()):
    """`before`: (Before, the Protected that was printed then)."""
    found = Puzzle(shown.threshold)
    same = [(was, printed) for was, printed in before if was.same_period]
    earlier = {key for was, _printed in same for key in was.told}
    marked = {
        key for was, printed in same for table in was.counts for key in set(table.cells) - was.told - table.latent
        if "|".join(key.split("|")[:2]) not in printed.withheld
    }  # fmt: skip
    add_layer(found, "now", counts, lambda key: shown[key], shown.withheld, earlier, marked)
    periods = [("now", counts)]
    for number, (was, printed) in enumerate(before):
        if not was.same_period:
            add_layer(found, number, was.counts, lambda key, p=printed: p[key], printed.withheld, was.told)
            periods.append((number, was.counts))
    for one, (shorter, some) in enumerate(periods):
        for longer, more in periods[:one] + periods[one + 1 :]:
            if longer == "now" or (shorter != "now" and total(some) < total(more)):
                add_added(found, longer, shorter)
    return found


def total(counts):
    return sum(value for table in counts for value in table.cells.values())


def add_layer(found, layer, counts, mark, withheld, known, marked=frozenset()):
    """`marked`: wore the mark of what they were in an earlier snapshot, taken to be what they are now."""
    threshold = found.threshold
    totals = {s.total for table in counts for s in table.sums}
    safe = {key for t in counts if t.safe for key in t.cells} - {key for t in counts if not t.safe for key in t.cells}
    latent = {key for table in counts for key in table.latent}
    for table in counts:
        for key, value in table.cells.items():
            if (layer, key) in found.at:
                continue
            cell = mark(key)
            told = key in known or key in safe or (cell.value is not None and key not in latent)
            if told:
                room = (value, value)
            elif ("|".join(key.split("|")[:2]) in withheld or key in latent) and not (key in marked and value):
                room = (0, value + FAR)
            elif key in totals:
                room = (1, value + FAR)
            elif cell.small or (key in marked and small(value, threshold)):
                room = (1, threshold - 1)
            else:
                room = (threshold, value + FAR)
            if not told and not room[0] <= value <= room[1] and layer == "now":
                raise AssertionError(f"{key} = {value} wears the wrong mark {cell}")
            if layer != "now":  # marked by what it was then; taken to be marked by what it is now
                room = (min(room[0], value), max(room[1], value))
            at = found.add((layer, key), value, *room)
            if key in totals:
                found.totals.add(at)
            if small(value, threshold) and not (told and (key in known or key in safe)):
                found.secret.append(at)
        for s in table.sums:
            found.rows.append([((layer, s.total), 1), *(((layer, part), -1) for part in s.parts)])
    found.rows = [[(found.at.get(at, at), sign) for at, sign in row] for row in found.rows]


def add_added(found, longer, shorter):
    """What was added since: never negative."""
    for (layer, key), at in list(found.at.items()):
        whole = found.at.get((longer, key))
        if layer != shorter or whole is None or found.truth[whole] < found.truth[at]:
            continue
        if found.lower[at] == found.upper[at] == 0:
            continue
        truth = found.truth[whole] - found.truth[at]
        known = found.lower[at] == found.upper[at] and found.lower[whole] == found.upper[whole] and longer != "now"
        added = found.add((f"{longer}-{shorter}", key), truth, 0, truth + FAR)
        found.rows.append([(whole, 1), (at, -1), (added, -1)])
        if at in found.totals:
            found.totals.add(added)
        if small(truth, found.threshold) and not known:
            found.secret.append(added)


class Solver:
    def __init__(self, found):
        self.found = found
        size = len(found.truth)
        rows, columns, signs = [], [], []
        for number, row in enumerate(found.rows):
            for at, sign in row:
                rows.append(number)
                columns.append(at)
                signs.append(sign)
        self.sums = LinearConstraint(csr_array((signs, (rows, columns)), shape=(len(found.rows), size)), 0, 0)
        self.room = Bounds(found.lower, found.upper)
        self.low = np.array(found.truth)
        self.high = np.array(found.truth)

    def solve(self, cost):
        done = milp(cost, integrality=np.ones(len(cost)), bounds=self.room, constraints=self.sums)
        assert done.status == 0, done.message
        values = np.rint(done.x)
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        return values

    def narrow(self):
        """(name, truth, lowest, highest) of each secret that can be told more closely than it may."""
        found = self.found
        for direction in (1, -1) * 4:
            left = [at for at in found.secret if not self.wide(at)]
            if left:
                cost = np.zeros(len(found.truth))
                cost[left] = direction
                self.solve(cost)
        names = {at: name for name, at in found.at.items()}
        seen = []
        for at in found.secret:
            for direction in (1, -1):
                if not self.wide(at):
                    cost = np.zeros(len(found.truth))
                    cost[at] = direction
                    self.solve(cost)
            if not self.wide(at):
                seen.append((names[at], found.truth[at], int(self.low[at]), int(self.high[at])))
        return seen

    def wide(self, at):
        threshold = self.found.threshold
        if at in self.found.totals:
            return self.high[at] - self.low[at] >= threshold - 2
        return self.low[at] <= 1 and self.high[at] >= threshold - 1


def worked_out(counts, shown, before=()):
    """Everything that is told too closely, but for what earlier snapshots had given away whatever is printed now."""
    found = puzzle(counts, shown, before)
    narrow = Solver(found).narrow() if found.secret else []
    if not narrow or not before:
        return narrow
    groups = frozenset("|".join(key.split("|")[:2]) for table in counts for key in table.cells)
    silent = Protected(shown.threshold, {key: Cell(None) for table in counts for key in table.cells}, groups)
    given_away = {name for name, *_rest in Solver(puzzle(counts, silent, before)).narrow()}
    return [each for each in narrow if each[0] not in given_away]
