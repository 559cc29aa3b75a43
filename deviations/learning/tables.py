"""The report's tables as networks: all bodies under one steering body together, so that no report gives another away.

A steering body's report sums those below it, and its readers may read theirs too. So what is hidden is decided once,
for the whole tree of bodies, and every report prints its own row of that.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from deviations.learning.suppress import Edge, Key, Unprotectable, is_small, protect

TOTAL = "Σ"
K = TypeVar("K")
Pair = tuple[str, str]
Scope = tuple[str, int]
"""("own", body id): what the body itself is accountable for. ("all", body id): with the bodies it steers."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A steering body and everything under it. `parents`: body → the body above it, None for the root; root first."""

    parents: Mapping[int, int | None]

    def children(self, body: int) -> list[int]:
        return [child for child, parent in self.parents.items() if parent == body]

    def scope(self, body: int) -> Scope:
        """The widest scope of the body; one that steers nobody has only its own."""
        return ("all", body) if self.children(body) else ("own", body)

    def below(self, body: int) -> list[int]:
        """The body and all under it."""
        return [body, *(deeper for child in self.children(body) for deeper in self.below(child))]

    def scopes(self) -> list[Scope]:
        """Every scope, parts before the wholes they add up to."""
        found: list[Scope] = []
        for body in reversed(list(self.parents)):
            found.append(("own", body))
            if self.children(body):
                found.append(("all", body))
        return found

    def members(self, scope: Scope) -> list[int]:
        return [scope[1]] if scope[0] == "own" else self.below(scope[1])

    def parts(self, scope: Scope) -> list[Scope]:
        """The scopes that add up to this one."""
        if scope[0] == "own":
            return []
        return [("own", scope[1]), *(self.scope(child) for child in self.children(scope[1]))]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count as it may leave the module: `value` is None when hidden, and `small` then says which mark it wears."""

    value: int | None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be printed of a table, by key (a column, or (row, column)). `withheld`: nothing of it may."""

    cells: Mapping[Hashable, Cell]
    withheld: bool = False

    def __getitem__(self, key: Hashable) -> Cell:
        return self.cells[key]

    def value(self, key: Hashable) -> int | None:
        """None when it may not be told; 0 of everything when nothing was counted. An unknown key raises KeyError."""
        if self.withheld:
            return None
        return self.cells[key].value if self.cells else 0


NOTHING = Shown({}, withheld=True)


def totals(tree: Tree, own: Mapping[int, int], threshold: int) -> dict[Scope, Cell]:
    """How many each body has, and each with those it steers. When the whole is small nothing is told."""
    edges = list(_total_edges(tree, own))
    whole = sum(own.values())
    if is_small(whole, threshold):
        return {edge.key: _cell(edge.value, edge.value > 0, threshold, edge.is_sum) for edge in edges}  # type: ignore[misc]
    try:
        hidden = protect(edges, threshold)
    except Unprotectable:
        hidden = frozenset(edge.key for edge in edges)
    return {edge.key: _cell(edge.value, edge.key in hidden, threshold, edge.is_sum) for edge in edges}  # type: ignore[misc]  # keys are scopes


def by_body(
    tree: Tree, own: Mapping[int, Mapping[str, int]], bodies: Mapping[Scope, Cell], threshold: int,
    also: Mapping[Scope, Collection[str]] | None = None, withheld: Collection[Scope] = (),
) -> dict[Scope, Shown]:  # fmt: skip
    """One table: scopes down, the keys of one dimension across. `bodies` are its row totals, decided already.

    `also`: keys that another table hides in a scope and relies on. A row that cannot be protected by itself is
    withheld, and is then taken to hide its zeros as well.
    """
    keys = sorted({key for counts in own.values() for key in counts})
    sums = {scope: _sum(own.get(body, {}) for body in tree.members(scope)) for scope in tree.scopes()}
    relied_on = {(scope, key) for scope, hidden in (also or {}).items() for key in hidden}
    blank = set(withheld)
    blank |= {scope for scope in sums if bodies[scope].value is None or _alone_fails(sums[scope], threshold)}
    while True:
        edges = list(_table_edges(tree, sums, bodies, keys, blank))
        try:
            hidden = protect(edges, threshold, relied_on | _hidden_totals(bodies), relied_on)
            break
        except Unprotectable as error:
            row = error.key[0]  # type: ignore[index]  # keys are (scope, column)
            if row in blank:
                return dict.fromkeys(sums, NOTHING)
            blank.add(row)
    return {
        scope: NOTHING
        if scope in blank
        else Shown(
            {key: _cell(counts.get(key, 0), (scope, key) in hidden, threshold, scope[0] == "all") for key in keys}
        )
        for scope, counts in sums.items()
    }


def directions(
    tree: Tree, own: Mapping[int, Mapping[str, int]], bodies: Mapping[Scope, Cell], threshold: int
) -> dict[Scope, Shown]:
    """One two-way table with its totals per scope; keys are (row, column). `own` is by "row>column".

    Each body's own table is protected by itself. A steering body's prints only sums of what its parts print, and so
    tells nothing that they do not.
    """
    done: dict[Scope, Shown] = {}
    hidden: dict[int, set[Key]] = {}
    for scope in tree.scopes():
        edges = matrix_edges(_pairs(_sum(own.get(body, {}) for body in tree.members(scope))))
        if scope[0] == "own":
            found = None if bodies[scope].value is None else _protected(edges, threshold)
            hidden[scope[1]] = {edge.key for edge in edges if edge.value} if found is None else set(found)
        else:
            found = frozenset().union(*(hidden[body] for body in tree.members(scope))) - {(TOTAL, TOTAL)}
            if bodies[scope].value is None or not any(e.value and e.key not in found for e in edges if not e.is_sum):
                found = None
        done[scope] = _shown(edges, found, threshold, scope[0] == "all")
    return done


def _split(key: str) -> Pair:
    row, _between, column = key.partition(">")
    return row, column


def _pairs(counts: Mapping[str, int]) -> dict[Pair, int]:
    return {_split(key): value for key, value in counts.items() if value}


def _protected(edges: list[Edge], threshold: int) -> frozenset[Key] | None:
    """None when it cannot be done."""
    try:
        return protect(edges, threshold)
    except Unprotectable:
        return None


def _shown(edges: list[Edge], hidden: Collection[Key] | None, threshold: int, sums: bool) -> Shown:
    if hidden is None:
        return NOTHING
    return Shown({e.key: _cell(e.value, e.key in hidden, threshold, sums or e.is_sum) for e in edges})


def matrix_edges(counts: Mapping[Pair, int]) -> list[Edge]:
    """Rows and columns with their totals. The grand total is known from elsewhere."""
    rows = sorted({row for row, _column in counts})
    columns = sorted({column for _row, column in counts})
    edges = [
        Edge((row, column), ("row", row), ("column", column), counts.get((row, column), 0))
        for row in rows
        for column in columns
    ]
    for row in rows:
        value = sum(n for (at, _column), n in counts.items() if at == row)
        edges.append(Edge((row, TOTAL), "T", ("row", row), value, is_sum=True))
    for column in columns:
        value = sum(n for (_row, at), n in counts.items() if at == column)
        edges.append(Edge((TOTAL, column), ("column", column), "T'", value, is_sum=True))
    edges.append(Edge((TOTAL, TOTAL), "T'", "T", sum(counts.values()), fixed=True, is_sum=True))
    return edges


def _total_edges(tree: Tree, own: Mapping[int, int]) -> Iterable[Edge]:
    for body, parent in tree.parents.items():
        above: Hashable = "T" if parent is None else ("scope", parent)
        if not tree.children(body):
            yield Edge(("own", body), above, "T", own.get(body, 0))
            continue
        whole = sum(own.get(member, 0) for member in tree.below(body))
        yield Edge(("all", body), above, ("scope", body), whole, fixed=parent is None, is_sum=True)
        yield Edge(("own", body), ("scope", body), "T", own.get(body, 0))


def _table_edges(
    tree: Tree, sums: Mapping[Scope, Mapping[str, int]], bodies: Mapping[Scope, Cell], keys: list[str],
    blank: Collection[Scope],
) -> Iterable[Edge]:  # fmt: skip
    """Totals run from the root down to each body's own row, its counts across to the keys, and up again as sums."""

    def total(scope: Scope, tail: Hashable, head: Hashable) -> Edge:
        fixed = bodies[scope].value is not None
        return Edge((scope, TOTAL), tail, head, sum(sums[scope].values()), fixed=fixed, is_sum=scope[0] == "all")

    def count(scope: Scope, key: str, tail: Hashable, head: Hashable) -> Edge:
        return Edge((scope, key), tail, head, sums[scope].get(key, 0), blank=scope in blank, is_sum=scope[0] == "all")

    for body, parent in tree.parents.items():
        steers = bool(tree.children(body))
        above: Hashable = "T" if parent is None else ("scope", parent)
        row: Hashable = ("row", body)
        if steers:
            yield total(("all", body), above, ("scope", body))
            yield total(("own", body), ("scope", body), row)
        else:
            yield total(("own", body), above, row)
        for key in keys:
            upwards: Hashable = "T" if parent is None else ("sum", parent, key)
            if steers:
                yield count(("own", body), key, row, ("sum", body, key))
                yield count(("all", body), key, ("sum", body, key), upwards)
            else:
                yield count(("own", body), key, row, upwards)


def _alone_fails(counts: Mapping[str, int], threshold: int) -> bool:
    """Whether the row cannot even be protected by hiding within itself."""
    edges = [Edge(key, "T", "T'", value) for key, value in counts.items()]
    try:
        protect([*edges, Edge(TOTAL, "T'", "T", sum(counts.values()), fixed=True)], threshold)
    except Unprotectable:
        return True
    return False


def _hidden_totals(bodies: Mapping[Scope, Cell]) -> set[Key]:
    return {(scope, TOTAL) for scope, cell in bodies.items() if cell.value is None}


def _sum(several: Iterable[Mapping[K, int]]) -> dict[K, int]:
    added: dict[K, int] = {}
    for counts in several:
        for key, value in counts.items():
            added[key] = added.get(key, 0) + value
    return added


def _cell(value: int, hidden: bool, threshold: int, is_sum: bool) -> Cell:
    return Cell(None, small=is_small(value, threshold) and not is_sum) if hidden else Cell(value)
