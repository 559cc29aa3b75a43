"""Hiding small numbers, and as many others as it takes that no small number can be worked out.

A printed table is a set of counts tied together by sums. Written as a network, where each count is a flow along an edge
and each sum is a node through which as much goes in as comes out, everything that a reader can work out about a hidden
count is an interval, and its ends are exact (flows in such networks are whole numbers): how much more, and how much
less, could run along that edge when only hidden edges may change.

The reader is taken to know the rule: a count marked as small lies between 1 and the threshold less one, any other
hidden count is at least the threshold, and a hidden total is anything but nothing. The promise, tested by listing every
table that fits what is printed: every small count could be any number from 1 to the threshold less one, and a small
total (whose parts may be known to be there) as many different numbers.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from itertools import count

Key = Hashable
Node = Hashable


@dataclass(frozen=True, slots=True)
class Edge:
    """One count. `fixed`: known to the reader whatever this table does. `blank`: hidden without any mark, zeros too.

    `is_sum`: a total, whose mark when hidden does not tell whether it is small: else its parts would be too few.
    """

    key: Key
    tail: Node
    head: Node
    value: int
    fixed: bool = False
    blank: bool = False
    is_sum: bool = False


class Unprotectable(Exception):
    """Hiding everything that may be hidden would still give this count away."""

    def __init__(self, key: Key) -> None:
        super().__init__(str(key))
        self.key = key


def is_small(value: int, threshold: int) -> bool:
    return 0 < value < threshold


def protect(
    edges: Iterable[Edge], threshold: int, hidden: Collection[Key] = (), relied_on: Collection[Key] = ()
) -> frozenset[Key]:
    """The keys to hide: small counts, those in `hidden`, and the smallest others that keep the small ones unknown.

    `relied_on`: hidden ones that keep another table's small counts unknown, and so must be unknown here too.
    Raises `Unprotectable`. Hiding more than this never gives anything away.
    """
    network = _Network(list(edges), threshold, set(hidden))
    for index, edge in enumerate(network.edges):
        if not network.hidden[index] or not edge.value:
            continue
        if is_small(edge.value, threshold) and not edge.is_sum:
            network.keep_unknown(index, more=threshold - 1 - edge.value, less=edge.value - 1)
        elif is_small(edge.value, threshold) or edge.key in relied_on:
            network.keep_apart(index)
    return frozenset(edge.key for index, edge in enumerate(network.edges) if network.hidden[index])


class _Network:
    """The edges with what a reader knows about each, and how far the hidden ones can move."""

    def __init__(self, edges: list[Edge], threshold: int, hidden: set[Key]) -> None:
        self.edges = edges
        self.threshold = threshold
        self.hidden = [
            e.blank or (not e.fixed and (e.key in hidden or is_small(e.value, threshold))) for e in edges
        ]  # fmt: skip
        self.at: dict[Node, list[int]] = defaultdict(list)
        for index, edge in enumerate(edges):
            if edge.blank or (edge.value and not edge.fixed):  # the others cannot move
                self.at[edge.tail].append(index)
                self.at[edge.head].append(index)

    def room(self, index: int, up: bool) -> int:
        """How far the count could differ from the truth, as far as its own mark says."""
        edge, far = self.edges[index], self.threshold
        if edge.blank:
            return far if up else edge.value
        if edge.value == 0:
            return 0
        if edge.is_sum:
            return far if up else edge.value - 1
        if edge.value < self.threshold:
            return self.threshold - 1 - edge.value if up else edge.value - 1
        return far if up else edge.value - self.threshold

    def keep_unknown(self, index: int, *, more: int, less: int) -> None:
        """Hide along cheapest ways until this count could be that much more, and that much less."""
        edge = self.edges[index]
        for source, sink, wanted in ((edge.head, edge.tail, more), (edge.tail, edge.head, less)):
            while wanted:
                moved, flow = self._push(source, sink, wanted, index)
                if moved == wanted:
                    break
                way = self._cheapest(source, sink, index, flow)
                if way is None:
                    raise Unprotectable(edge.key)
                for step in way:
                    self.hidden[step] = True

    def keep_apart(self, index: int) -> None:
        """Make sure that a hidden total, or a large count, could be as many different numbers as a small one."""
        value, span = self.edges[index].value, self.threshold - 2
        for more, less in ((max(span + 1 - value, 0), min(value - 1, span)), (span, 0)):
            try:
                return self.keep_unknown(index, more=more, less=less)
            except Unprotectable:
                continue
        return self.keep_unknown(index, more=0, less=span)

    def _arcs(self, node: Node, skip: int, flow: dict[int, int]) -> Iterable[tuple[int, Node, int, int]]:
        """(edge, other end, sign, room left) of what can still move out of the node."""
        for index in self.at[node]:
            edge = self.edges[index]
            if index == skip or edge.tail == edge.head:
                continue
            up = edge.tail == node
            moved = flow.get(index, 0)
            left = self.room(index, True) - moved if up else self.room(index, False) + moved
            if left > 0:
                yield index, edge.head if up else edge.tail, 1 if up else -1, left

    def _push(self, source: Node, sink: Node, wanted: int, skip: int) -> tuple[int, dict[int, int]]:
        """Augment along shortest ways of hidden edges, at most `wanted`; what moved, and the change of each edge."""
        flow: dict[int, int] = {}
        moved = 0
        while moved < wanted:
            came: dict[Node, tuple[Node, int, int, int]] = {}
            queue = deque([source])
            while queue and sink not in came:
                node = queue.popleft()
                for index, other, sign, left in self._arcs(node, skip, flow):
                    if self.hidden[index] and other not in came and other != source:
                        came[other] = (node, index, sign, left)
                        queue.append(other)
            if sink not in came:
                break
            way, node = [], sink
            while node != source:
                node, index, sign, left = came[node]
                way.append((index, sign, left))
            step = min(wanted - moved, *(left for _index, _sign, left in way))
            for index, sign, _left in way:
                flow[index] = flow.get(index, 0) + sign * step
            moved += step
        return moved, flow

    def _cheapest(self, source: Node, sink: Node, skip: int, flow: dict[int, int]) -> list[int] | None:
        """The edges to hide so that one more way opens: those whose counts add up to least."""
        order = count()
        best: dict[Node, int] = {source: 0}
        came: dict[Node, tuple[Node, int]] = {}
        queue: list[tuple[int, int, Node]] = [(0, next(order), source)]
        while queue:
            cost, _order, node = heapq.heappop(queue)
            if node == sink:
                break
            if cost > best[node]:
                continue
            for index, other, _sign, _left in self._arcs(node, skip, flow):
                edge = self.edges[index]
                if edge.fixed and not edge.blank:
                    continue
                reached = cost + (0 if self.hidden[index] else edge.value)
                if reached < best.get(other, reached + 1):
                    best[other] = reached
                    came[other] = (node, index)
                    heapq.heappush(queue, (reached, next(order), other))
        if sink not in came:
            return None
        way, node = [], sink
        while node != source:
            node, index = came[node]
            if not self.hidden[index]:
                way.append(index)
        return way
