"""What a reader is taken to know: every count, every sum, every mark, every table and earlier snapshot, at once.

A count is a variable that is never negative. A told one is known; a hidden one lies within what its mark says (see
`counts.Cell`). An earlier snapshot of the same period makes known what it told, and keeps hidden what it hid. One of a
shorter period is a second set of variables, told or hidden as then, and for each count a third: what was added since,
never negative, printed nowhere, and small like any other when it is 1 to the threshold less one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from deviations.learning.counts import BETWEEN, Before, Counts, Key, group

if TYPE_CHECKING:
    from deviations.learning.program import Numbers

Name = tuple[str, Key]
"""Whose variable: "" is the snapshot being made, "0" the first earlier one, "0>" what was added since, and the key."""

LEAST_TOLD = (1, 3)
"""A group of which a smaller share of its inner counts than this could be told is withheld."""

MANY_TABLES = 3


class State(IntEnum):
    TOLD = 0
    MARKED = 1
    BLANK = 2


class Knowledge:
    """All variables by number, the sums between them, and the state of each, which `protect` changes."""

    def __init__(self, counts: Sequence[Counts], threshold: int, before: Sequence[Before]) -> None:
        self.threshold = threshold
        self.names: list[Name] = []
        self.number: dict[Name, int] = {}
        self.values: list[int] = []
        self.sums: list[tuple[int, tuple[int, ...]]] = []
        self.state: list[State] = []
        self.known: list[bool] = []
        """Whatever is printed: told earlier, or about no persons."""
        self.settled: list[bool] = []
        """Its state is not ours to change."""
        self.remembered: list[bool] = []
        """It wore its mark in an earlier snapshot of the same period, so that withholding it now takes nothing back."""
        self._add_tables("", counts)
        self.now = tuple(range(len(self.names)))
        self._mark_totals()
        self._hide_what_is_small()
        shorter = [(str(n), was) for n, was in enumerate(before) if not was.same_period]
        for was in before:
            if was.same_period:
                self._keep_as_told(was)
        for layer, was in shorter:
            self._add_tables(layer, was.counts)
        self._mark_totals()
        for layer, was in shorter:
            self._settle(layer, was)
            self._add_difference("", layer)
        for at, (layer, was) in enumerate(shorter):
            for other, longer in shorter[:at] + shorter[at + 1 :]:
                if _within(was.counts, longer.counts):
                    self._add_difference(other, layer)
        self._withhold_hopeless()

    # ── building ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _add(self, name: Name, value: int) -> int:
        if name in self.number:
            if self.values[self.number[name]] != value:
                raise ValueError(f"{name[1]} has two values")
            return self.number[name]
        self.number[name] = len(self.names)
        self.names.append(name)
        self.values.append(value)
        self.state.append(State.TOLD)
        self.known.append(False)
        self.settled.append(False)
        self.remembered.append(False)
        return self.number[name]

    def _add_tables(self, layer: str, counts: Sequence[Counts]) -> None:
        """In the order of the keys, so that nothing depends on the order in which a database gave them."""
        values, unsafe, latent = _values(counts)
        if not layer:
            self._latent = latent
        for name in sorted(values):
            at = self._add((layer, name), values[name])
            if name not in unsafe:
                self.known[at] = self.settled[at] = True
            elif name in latent:
                self.settled[at], self.state[at] = True, State.BLANK
        found = sorted({(s.total, tuple(sorted(s.parts))) for table in counts for s in table.sums})
        for total, parts in found:
            self._add_sum(self.number[layer, total], tuple(self.number[layer, part] for part in parts))

    def _add_sum(self, total: int, parts: tuple[int, ...]) -> None:
        if self.values[total] != sum(self.values[part] for part in parts):
            raise ValueError(f"{self.names[total][1]} is not the sum of its parts")
        self.sums.append((total, parts))

    def _mark_totals(self) -> None:
        self.is_total = [False] * len(self.names)
        self.is_margin = [False] * len(self.names)
        """A total of counts in its own group: of a row or a column."""
        for total, parts in self.sums:
            self.is_total[total] = True
            of = group(self.names[total][1])
            self.is_margin[total] |= any(group(self.names[part][1]) == of for part in parts)

    def _hide_what_is_small(self) -> None:
        for at in self.now:
            if self.is_small(at) and not self.settled[at]:
                self.state[at], self.settled[at] = State.MARKED, True

    def _keep_as_told(self, was: Before) -> None:
        """The same period has been printed before: what was told is known, what was hidden stays hidden."""
        for at in self.now:
            if self.names[at][1] in was.told:
                self.known[at] = True
        for name in sorted(set(_values(was.counts)[0]) - was.told):
            at = self.number.get(("", name), -1)
            if at >= 0 and not self.is_latent(at):
                self.remembered[at] |= self.values[at] > 0 and group(name) not in was.withheld
            if at < 0 or self.settled[at]:
                continue
            self.settled[at] = True
            if self.values[at]:
                self.state[at] = State.MARKED
            else:
                self.withhold(at)

    def _settle(self, layer: str, was: Before) -> None:
        """A shorter period wears the marks that it was given then."""
        mine = [at for name, at in self.number.items() if name[0] == layer]
        blank = set(was.withheld)
        blank |= {group(self.names[at][1]) for at in mine if not self.values[at] and self.names[at][1] not in was.told}
        for at in mine:
            name = self.names[at][1]
            self.settled[at] = True
            if self.state[at] is State.BLANK or self.known[at]:
                continue
            if name in was.told:
                self.known[at] = True
            else:
                self.state[at] = State.BLANK if group(name) in blank else State.MARKED

    def _add_difference(self, longer: str, shorter: str) -> None:
        for name, at in list(self.number.items()):
            whole = self.number.get((longer, name[1]))
            if name[0] != shorter or whole is None or self.values[whole] < self.values[at]:
                continue
            if self.known[at] and (self.known[whole] or not self.values[at]):
                continue
            added = self._add((f"{shorter}>{longer}", name[1]), self.values[whole] - self.values[at])
            self.state[added], self.settled[added] = State.BLANK, True
            self.is_total.append(False)
            self.is_margin.append(self.is_margin[at])
            self.sums.append((whole, (at, added)))  # makes no total of it: its mark was given without this

    def _withhold_hopeless(self) -> None:
        """Where all that hangs together is fewer than the threshold, and where too little could be told."""
        for together in self._together():
            if any(map(self.is_small, together)) and max(self.values[at] for at in together) < self.threshold:
                for at in together:
                    if not self.settled[at] or self.state[at] is State.MARKED:
                        self.state[at], self.settled[at] = State.BLANK, True
        for of in self.thin_groups():
            self.withhold(self.groups[of][0])

    def _together(self) -> Iterator[list[int]]:
        """The counts of this snapshot that sums tie to each other."""
        above = {at: at for at in self.now if not self.known[at]}

        def top(at: int) -> int:
            while above[at] != at:
                above[at] = at = above[above[at]]
            return at

        for total, parts in self.sums:
            mine = [at for at in (total, *parts) if at in above]
            for one, other in pairwise(mine):
                above[top(one)] = top(other)
        found: dict[int, list[int]] = defaultdict(list)
        for at in above:
            found[top(at)].append(at)
        yield from found.values()

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────
    def is_small(self, at: int) -> bool:
        return 0 < self.values[at] < self.threshold

    @property
    def groups(self) -> Mapping[str, list[int]]:
        """The inner counts of each group of this snapshot; one that is a single number is no group."""
        if not hasattr(self, "_groups"):
            found: dict[str, list[int]] = defaultdict(list)
            for at in self.now:
                of = group(self.names[at][1])
                if not self.is_margin[at] and not self.is_latent(at) and of != self.names[at][1]:
                    found[of].append(at)
            self._groups = dict(found)
        return self._groups

    def is_latent(self, at: int) -> bool:
        return self.names[at][0] == "" and self.names[at][1] in self._latent

    def bridges(self) -> frozenset[int]:
        """The few counts that tie many tables together: how many were filed."""
        tables: dict[int, set[str]] = defaultdict(set)
        for total, parts in self.sums:
            of = {self.names[at][1].split(BETWEEN, 1)[0] for at in (total, *parts)}
            for at in (total, *parts):
                tables[at] |= of
        return frozenset(at for at, of in tables.items() if len(of) > MANY_TABLES)

    def thin_groups(self) -> list[str]:
        """Those of which too little is told, and which are not withheld already."""
        part, whole = LEAST_TOLD
        found = []
        for of, inner in self.groups.items():
            some = [at for at in inner if self.values[at]]
            told = sum(self.state[at] is State.TOLD for at in some)
            if told * whole < len(some) * part and any(
                self.state[at] is not State.BLANK and not self.known[at] for at in some
            ):
                found.append(of)
        return found

    def rooms(self, *, if_hidden: bool = False) -> tuple[Numbers, Numbers]:
        """How far each count may be from the truth, down and up, as far as its own mark says.

        `if_hidden`: as if whatever is told were hidden, but for what nobody can hide.
        """
        import numpy as np

        value, total = np.array(self.values, dtype=np.float64), np.array(self.is_total)
        state, known = np.array(self.state), np.array(self.known)
        small = (value < self.threshold) & ~total
        blank, told = (state == State.BLANK) & ~np.array(self.remembered), state == State.TOLD
        down = np.where(blank, value, value - np.where(total | small, 1, self.threshold))
        up = np.where(small & ~blank, self.threshold - 1 - value, np.inf)
        fixed = known | ((value == 0) & ~blank) | (told & np.array(self.settled) if if_hidden else told)
        down[fixed] = up[fixed] = 0
        return down, up

    def free(self, *, if_hidden: bool = False) -> list[int]:
        """The counts with any room."""
        down, up = self.rooms(if_hidden=if_hidden)
        return [int(at) for at in ((down > 0) | (up > 0)).nonzero()[0]]

    def weight(self, at: int) -> float:
        """What is lost by hiding it. No two are alike, so that which is hidden never hangs on chance."""
        table, _between, rest = self.names[at][1].partition(BETWEEN)
        lost = 1 + self.values[at].bit_length() / 4
        if self.is_margin[at]:
            lost *= 4
        if rest.startswith("all:"):
            lost *= 2
        if table == "filed":
            lost *= 40
        return lost * (1 + crc32(self.names[at][1].encode()) / 2**34)

    # ── hiding ───────────────────────────────────────────────────────────────────────────────────────────────────
    def hide(self, at: int) -> None:
        if self.state[at] is State.TOLD:
            self.state[at] = State.MARKED

    def withhold_wider(self, at: int) -> Iterator[None]:
        """More each time: the count's group with its totals, then what sums tie to that, at last everything."""
        mine = {group(self.names[at][1])}
        for wider in (mine, self._tied_to(mine), {group(self.names[n][1]) for n in self.now}):
            for each in self.now:
                if group(self.names[each][1]) in wider and not self.known[each]:
                    self.state[each], self.settled[each] = State.BLANK, True
            yield

    def _tied_to(self, groups: set[str]) -> set[str]:
        of = [{group(self.names[at][1]) for at in (total, *parts)} for total, parts in self.sums]
        return groups.union(*(some for some in of if some & groups))

    def withhold(self, at: int) -> None:
        """Tell nothing of the count's whole group; for a total in it, of the totals either."""
        of = group(self.names[at][1])
        inner = self.groups.get(of, [])
        margins = () if at in inner else (n for n in self.now if group(self.names[n][1]) == of)
        for each in (*inner, *margins):
            if not self.known[each]:
                self.state[each], self.settled[each] = State.BLANK, True


def _values(counts: Sequence[Counts]) -> tuple[dict[Key, int], set[Key], set[Key]]:
    """Every count, those that are about persons in some table, and those printed in none."""
    values: dict[Key, int] = {}
    unsafe: set[Key] = set()
    latent: set[Key] = set()
    printed: set[Key] = set()
    for table in counts:
        for name, value in table.cells.items():
            if values.setdefault(name, value) != value:
                raise ValueError(f"{name} has two values")
        unsafe |= set() if table.safe else set(table.cells)
        latent |= table.latent
        printed |= set(table.cells) - table.latent
    return values, unsafe, latent - printed


def _within(shorter: Sequence[Counts], longer: Sequence[Counts]) -> bool:
    """Whether one period can be a part of the other."""
    small, large = _values(shorter)[0], _values(longer)[0]
    return small != large and all(value <= large.get(name, value) for name, value in small.items())
