"""Small numbers stay unknown: attacked by listing every table that fits what is printed."""

from itertools import product
from math import prod

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from deviations.learning.suppress import Unprotectable, protect
from deviations.learning.tables import TOTAL, Cell, Tree, by_body, directions, matrix_edges, totals

THRESHOLD = 3  # small tables can then be listed; the rule is the same


def possible(edge, shown, most):
    """What a reader holds possible for one count, knowing the rule by which counts are hidden."""
    if edge.key not in shown:
        return [edge.value]
    if edge.is_sum:
        return range(1, most + 1)
    if edge.value < THRESHOLD:
        return range(1, THRESHOLD)
    return range(THRESHOLD, most + 1)


def attack(edges, hidden):
    """Every value that each hidden count takes in some table that fits."""
    most = max(edge.value for edge in edges) + THRESHOLD
    free = [edge for edge in edges if TOTAL not in edge.key]
    sums = [edge for edge in edges if edge not in free]
    rooms = {edge.key: set(possible(edge, hidden, most)) for edge in edges}
    seen = {key: set() for key in hidden}
    for values in product(*(sorted(rooms[edge.key]) for edge in free)):
        table = dict(zip((edge.key for edge in free), values, strict=True))
        for edge in sums:
            row, column = edge.key
            table[edge.key] = sum(
                n for (r, c), n in table.items()
                if TOTAL not in (r, c) and row in (TOTAL, r) and column in (TOTAL, c)
            )  # fmt: skip
        if all(table[edge.key] in rooms[edge.key] for edge in sums):
            for key in hidden:
                seen[key].add(table[key])
    return seen


def assert_nothing_small_is_known(edges, hidden):
    seen = attack(edges, hidden)
    small = {edge.key for edge in edges if 0 < edge.value < THRESHOLD}
    assert small <= set(hidden)
    sums = {edge.key for edge in edges if edge.is_sum}
    assert {key: seen[key] for key in small - sums} == {key: set(range(1, THRESHOLD)) for key in small - sums}
    assert [key for key in small & sums if len(seen[key]) < THRESHOLD - 1] == []


@settings(deadline=None, max_examples=120)
@given(st.lists(st.integers(0, 7), min_size=2, max_size=5))
def test_no_small_number_in_a_list_can_be_worked_out_from_the_rest(values):
    edges = matrix_edges({("r", str(n)): value for n, value in enumerate(values)})
    try:
        hidden = protect(edges, THRESHOLD)
    except Unprotectable:
        return
    if sum(values) >= THRESHOLD:
        assert_nothing_small_is_known(edges, hidden)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 6), min_size=6, max_size=6), st.sets(st.integers(0, 5), max_size=2))
def test_no_small_number_in_a_two_way_table_can_be_worked_out_from_rows_columns_and_totals(values, also):
    keys = [(row, column) for row in "ab" for column in "xyz"]
    edges = matrix_edges(dict(zip(keys, values, strict=True)))
    more = {keys[n] for n in also if values[n]}
    try:
        hidden = protect(edges, THRESHOLD, more)
    except Unprotectable:
        return
    if sum(values) >= THRESHOLD:
        assert more <= hidden
        assert_nothing_small_is_known(edges, hidden)


def test_one_small_number_takes_another_with_it():
    edges = matrix_edges({("r", "a"): 3, ("r", "b"): 9, ("r", "c"): 30})
    hidden = protect(edges, 5)
    assert {key for key in hidden if TOTAL not in key} == {("r", "a"), ("r", "b")}


def test_two_small_numbers_that_their_sum_gives_away_take_a_third():
    edges = matrix_edges({("r", "a"): 1, ("r", "b"): 1, ("r", "c"): 30, ("r", "d"): 40})
    assert ("r", "c") in protect(edges, 5)


def test_without_small_numbers_nothing_is_hidden():
    edges = matrix_edges({("r", "a"): 5, ("r", "b"): 0, ("s", "a"): 12})
    assert protect(edges, 5) == frozenset()


# ── a tree of bodies ─────────────────────────────────────────────────────────────────────────────────────────────────
LSVO, CHILDREN, ADULTS = 1, 2, 3
TREE = Tree({LSVO: None, CHILDREN: LSVO, ADULTS: LSVO})


def test_a_steering_bodys_total_gives_no_small_body_away():
    shown = totals(TREE, {LSVO: 2, CHILDREN: 40, ADULTS: 9}, 5)
    assert shown[("all", LSVO)] == Cell(51)
    assert shown[("own", LSVO)] == Cell(None, small=True)
    assert shown[("own", ADULTS)] == Cell(None)
    assert shown[("own", CHILDREN)] == Cell(40)


def test_a_category_hidden_in_one_bodys_report_cannot_be_had_from_the_steering_bodys():
    own = {LSVO: {}, CHILDREN: {"sip": 2, "remiss": 20, "lus": 20}, ADULTS: {"sip": 30, "remiss": 9, "lus": 30}}
    shown = by_body(TREE, own, totals(TREE, {b: sum(c.values()) for b, c in own.items()}, 5), 5)
    assert shown[("own", CHILDREN)].value("sip") is None
    whole, other = shown[("all", LSVO)].value("sip"), shown[("own", ADULTS)].value("sip")
    assert whole is None or other is None


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_no_small_number_of_any_body_can_be_worked_out_from_all_reports_together(values):
    rows = {CHILDREN: values[:2], ADULTS: values[2:]}
    own = {body: dict(zip("ab", row, strict=True)) for body, row in rows.items()}
    bodies = totals(TREE, {b: sum(c.values()) for b, c in own.items()}, THRESHOLD)
    shown = by_body(TREE, own, bodies, THRESHOLD)
    printed = {
        (scope, key): cell.value
        for scope, table in shown.items() if not table.withheld
        for key, cell in table.cells.items() if cell.value is not None
    } | {(scope, TOTAL): cell.value for scope, cell in bodies.items() if cell.value is not None}  # fmt: skip
    marked = {(scope, key): cell.small for scope, table in shown.items() if not table.withheld
              for key, cell in table.cells.items() if cell.value is None}  # fmt: skip
    marked |= {(scope, TOTAL): cell.small for scope, cell in bodies.items() if cell.value is None}
    seen = [set() for _ in values]
    for guess in product(range(10), repeat=4):
        table = numbers(guess)
        fits = all(table[key] == value for key, value in printed.items() if key in table) and all(
            (1 <= table[key] < THRESHOLD) if small else table[key] >= (1 if key[0][0] == "all" else THRESHOLD)
            for key, small in marked.items() if key in table
        )  # fmt: skip
        if fits:
            for position, value in enumerate(guess):
                seen[position].add(value)
    assert [len(found) > 1 for found, value in zip(seen, values, strict=True) if 0 < value < THRESHOLD] == [
        True for value in values if 0 < value < THRESHOLD
    ]


def numbers(guess):
    """All counts of the tree when the two bodies under LSVO have these."""
    (a, b), (c, d) = guess[:2], guess[2:]
    rows = {("own", CHILDREN): (a, b), ("own", ADULTS): (c, d), ("all", LSVO): (a + c, b + d)}
    return {
        **{(scope, key): n for scope, row in rows.items() for key, n in zip("ab", row, strict=True)},
        **{(scope, TOTAL): sum(row) for scope, row in rows.items()},
    }


def test_a_direction_that_is_small_in_one_body_cannot_be_had_from_the_others():
    own = {
        CHILDREN: {"a>x": 2, "a>y": 20, "b>x": 20, "b>y": 20},
        ADULTS: {"a>x": 20, "a>y": 20, "b>x": 20, "b>y": 20},
    }
    bodies = {scope: Cell(100) for scope in TREE.scopes()}
    shown = directions(TREE, own, bodies, 5)
    assert shown[("own", CHILDREN)][("a", "x")] == Cell(None, small=True)
    assert shown[("all", LSVO)].value(("a", "x")) is None
    assert shown[("own", ADULTS)].value(("a", "x")) == 20


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_no_small_direction_of_any_body_can_be_worked_out_from_all_reports_together(values):
    keys = ["a>x", "a>y", "b>x", "b>y"]
    own = {
        LSVO: {},
        CHILDREN: dict(zip(keys, values[:4], strict=True)),
        ADULTS: dict(zip(keys, values[4:], strict=True)),
    }
    bodies = totals(TREE, {body: sum(counts.values()) for body, counts in own.items()}, THRESHOLD)
    shown = directions(TREE, own, bodies, THRESHOLD)
    scopes = (("own", CHILDREN), ("own", ADULTS))
    printed = [
        (scope, key, cell) for scope, table in shown.items() if not table.withheld and scope != ("own", LSVO)
        for key, cell in table.cells.items()
    ]  # fmt: skip
    printed += [(scope, (TOTAL, TOTAL), cell) for scope, cell in bodies.items() if scope != ("own", LSVO)]
    rooms = []
    for scope in scopes:
        for key in keys:
            cell = None if shown[scope].withheld else shown[scope].cells.get(tuple(key.split(">")))
            whole = None if shown[("all", LSVO)].withheld else shown[("all", LSVO)].cells.get(tuple(key.split(">")))
            most = whole.value if whole is not None and whole.value is not None else 6
            if cell is not None and cell.value is not None:
                rooms.append([cell.value])
            elif cell is not None and cell.small:
                rooms.append(range(1, THRESHOLD))
            elif cell is not None:
                rooms.append(range(THRESHOLD, most + 1))
            else:
                rooms.append([0] if not shown[scope].withheld else range(most + 1))
    assume(prod(map(len, rooms)) <= 20_000)
    seen = [set() for _ in values]
    for guess in product(*rooms):
        rows = {("own", CHILDREN): guess[:4], ("own", ADULTS): guess[4:]}
        rows[("all", LSVO)] = [a + b for a, b in zip(guess[:4], guess[4:], strict=True)]
        if all(fits(cell, key, sums_of(rows[scope]), scope) for scope, key, cell in printed):
            for position, value in enumerate(guess):
                seen[position].add(value)
    assert [value for found, value in zip(seen, values, strict=True) if 0 < value < THRESHOLD and len(found) == 1] == []


def sums_of(row):
    ax, ay, bx, by = row
    return {
        ("a", "x"): ax, ("a", "y"): ay, ("b", "x"): bx, ("b", "y"): by, ("a", TOTAL): ax + ay, ("b", TOTAL): bx + by,
        (TOTAL, "x"): ax + bx, (TOTAL, "y"): ay + by, (TOTAL, TOTAL): ax + ay + bx + by,
    }  # fmt: skip


def fits(cell, key, table, scope):
    value = table[key]
    if cell.value is not None:
        return value == cell.value
    if cell.small:
        return 1 <= value < THRESHOLD
    return value >= (1 if TOTAL in key or scope[0] == "all" else THRESHOLD)


def test_nothing_is_told_of_a_tree_with_few():
    shown = totals(TREE, {CHILDREN: 3}, 5)
    assert shown[("all", LSVO)] == Cell(None)
    assert shown[("own", CHILDREN)] == Cell(None, small=True)
    assert shown[("own", ADULTS)] == Cell(0)
