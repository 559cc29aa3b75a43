"""What is hidden, what is told, and what a reader is taken to know. Whole counties: test_learning_attack."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.learning.counts import Before, Cell, Counts, Protected, Sum, key
from deviations.learning.protect import protect
from deviations.learning.reader import Knowledge


def by(table, values, scope="own:b", total=True):
    cells = {key(table, scope, name): value for name, value in values.items()}
    if not total:
        return Counts(table, cells)
    whole = key("filed", scope)
    return Counts(table, {whole: sum(values.values()), **cells}, (Sum(whole, tuple(cells)),))


def shown(table, values, threshold=5):
    protected = protect([by(table, values)], threshold)
    return {name: protected[key(table, "own:b", name)] for name in values}


def told(protected):
    return frozenset(name for name, cell in protected.cells.items() if cell.value is not None)


def test_one_small_number_takes_another_with_it():
    assert shown("category", {"a": 3, "b": 9, "c": 30}) == {
        "a": Cell(None, small=True), "b": Cell(None), "c": Cell(30),
    }  # fmt: skip


def test_without_small_numbers_everything_is_told():
    assert shown("category", {"a": 5, "b": 0, "c": 30}) == {"a": Cell(5), "b": Cell(0), "c": Cell(30)}


def test_small_numbers_that_no_sum_ties_hide_themselves_alone():
    protected = protect([by("category", {"a": 3, "b": 9, "c": 30}, total=False)], 5)
    assert [protected.value("category", "own:b", name) for name in "abc"] == [None, 9, 30]


def test_a_count_that_its_mark_ties_to_the_threshold_covers_nothing():
    """A hidden 5 is known to be at least 5, and so cannot be what the small one took from it."""
    cells = shown("category", {"a": 1, "b": 5, "c": 30, "d": 31})
    assert (cells["a"], cells["b"]) == (Cell(None, small=True), Cell(5))


def test_where_too_little_would_be_left_the_table_is_withheld_with_its_zeros_but_not_its_total():
    protected = protect([by("category", {"a": 2, "b": 30, "c": 0})], 5)
    assert protected.is_withheld("category", "own:b")
    assert protected["category|own:b|c"] == Cell(None)
    assert protected["category|own:b|no such"] == Cell(None)
    assert protected.value("filed", "own:b") == 32


def test_nothing_is_told_where_all_are_fewer_than_the_threshold():
    protected = protect([by("category", {"a": 1, "b": 2, "c": 0}), by("kind", {"x": 3, "y": 0})], 5)
    assert told(protected) == frozenset()


def test_where_nothing_was_counted_nothing_is_hidden():
    assert told(protect([by("category", {"a": 0, "b": 0})], 5)) == {
        "filed|own:b", "category|own:b|a", "category|own:b|b",
    }  # fmt: skip


def test_counts_about_no_persons_are_told_however_few():
    meetings = Counts("silent", {"silent|own:b|p": 1}, safe=True)
    assert protect([meetings, by("category", {"a": 2, "b": 9, "c": 30})], 5).value("silent", "own:b", "p") == 1


def test_a_number_that_is_printed_nowhere_is_not_worked_out_either():
    """Filed is told for two scopes; their difference is a body of its own, of two."""
    counts = Counts(
        "filed", {"filed|all:a": 32, "filed|own:a": 30, "filed|own:b": 2},
        (Sum("filed|all:a", ("filed|own:a", "filed|own:b")),), latent=frozenset({"filed|own:b"}),
    )  # fmt: skip
    protected = protect([counts], 5)
    assert None in (protected.value("filed", "all:a"), protected.value("filed", "own:a"))
    assert protected.value("filed", "own:b") is None


def test_the_order_of_tables_and_cells_changes_nothing():
    tables = [by("category", {"a": 3, "b": 9, "c": 30}), by("kind", {"x": 2, "y": 20, "z": 20})]
    turned = [
        Counts(t.id, dict(reversed(t.cells.items())), tuple(Sum(s.total, s.parts[::-1]) for s in t.sums))
        for t in reversed(tables)
    ]
    assert protect(tables, 5) == protect(turned, 5)


def test_counts_that_do_not_add_up_are_refused():
    wrong = Counts("kind", {"filed|b": 9, "kind|b|x": 3, "kind|b|y": 7}, (Sum("filed|b", ("kind|b|x", "kind|b|y")),))
    with pytest.raises(ValueError, match="not the sum"):
        protect([wrong], 5)


def test_what_is_worked_out_from_counts_is_told_only_when_all_of_them_are():
    protected = Protected(5, {"month|b|1": Cell(7), "month|b|2": Cell(None, small=True), "month|b|3": Cell(9)})
    assert protected.told(["month|b|1", "month|b|3"]) == (7, 9)
    assert protected.told(["month|b|1", "month|b|2"]) is None


# ── earlier snapshots ────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_hidden_of_the_same_period_stays_hidden_and_what_was_told_covers_nothing():
    counts = [by("category", {"a": 3, "b": 9, "c": 30, "d": 31, "e": 32, "f": 33, "g": 34})]
    was = Before(counts, frozenset(counts[0].cells) - {"category|own:b|a", "category|own:b|d"}, same_period=True)
    hidden = frozenset(counts[0].cells) - told(protect(counts, 5, [was]))
    assert hidden == {"category|own:b|a", "category|own:b|d"}


def test_a_mark_that_was_worn_before_is_remembered_when_the_group_is_withheld_later():
    table = by("category", {"a": 2, "b": 9, "c": 30})
    once = told(protect([table], 5))
    for was_withheld, most in ((frozenset(), 2), (frozenset({"category|own:b"}), float("inf"))):
        known = Knowledge([table], 5, [Before([table], once, True, was_withheld)])
        at = known.number["", key("category", "own:b", "a")]
        known.withhold(at)
        assert known.rooms()[1][at] == most


def test_nobody_learns_that_two_were_added_since_a_shorter_period():
    spring = [by("category", {"a": 20, "b": 30, "c": 40, "d": 50})]
    autumn = [by("category", {"a": 22, "b": 60, "c": 80, "d": 90})]
    before = Before(spring, told(protect(spring, 5)), same_period=False)
    protected = protect(autumn, 5, [before])
    assert protected.value("category", "own:b", "a") is None
    assert protected.value("category", "own:b", "d") == 90
    assert protect(autumn, 5).kept == 1.0


def test_a_shorter_period_with_nothing_small_added_hides_nothing():
    spring = [by("category", {"a": 20, "b": 30})]
    autumn = [by("category", {"a": 25, "b": 30})]
    assert protect(autumn, 5, [Before(spring, frozenset(spring[0].cells), same_period=False)]).kept == 1.0


# ── every table that fits, listed ────────────────────────────────────────────────────────────────────────────────────
THRESHOLD = 3  # small tables can then be listed; the rule is the same
ROWS, COLUMNS = "ab", "xyz"


def two_way(values):
    cells = {f"direction|s|{r}|{c}": v for (r, c), v in zip(product(ROWS, COLUMNS), values, strict=True)}
    sums = [Sum(f"direction|s|{r}|Σ", tuple(f"direction|s|{r}|{c}" for c in COLUMNS)) for r in ROWS]
    sums += [Sum(f"direction|s|Σ|{c}", tuple(f"direction|s|{r}|{c}" for r in ROWS)) for c in COLUMNS]
    cells |= {s.total: sum(cells[part] for part in s.parts) for s in sums}
    sums.append(Sum("filed|s", tuple(f"direction|s|{r}|Σ" for r in ROWS)))
    sums.append(Sum("filed|s", tuple(f"direction|s|Σ|{c}" for c in COLUMNS)))
    cells["filed|s"] = sum(values)
    return Counts("direction", cells, tuple(sums))


def listed(table, protected, most):
    """Every value that each count takes in some table that fits what is told."""
    totals = {s.total for s in table.sums}
    inner = [name for name in table.cells if name not in totals]
    seen = {name: set() for name in table.cells}

    def room(name):
        cell = protected[name]
        if cell.value is not None:
            return range(cell.value, cell.value + 1)
        if "|".join(name.split("|")[:2]) in protected.withheld:
            return range(most * 9)
        if name in totals:
            return range(1, most * 9)
        return range(1, THRESHOLD) if cell.small else range(THRESHOLD, most + 1)

    rooms = {name: room(name) for name in table.cells}
    for guess in product(*(range(rooms[n].start, min(rooms[n].stop, most + 1)) for n in inner)):
        values = dict(zip(inner, guess, strict=True))
        for s in table.sums:
            values.setdefault(s.total, sum(values[part] for part in s.parts))
        if all(values[name] in rooms[name] for name in totals):
            for name, value in values.items():
                seen[name].add(value)
    return seen


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_of_every_two_way_table_that_fits_the_small_ones_are_as_unknown_as_promised(values):
    table = two_way(values)
    protected = protect([table], THRESHOLD)
    seen = listed(table, protected, most=max(values) + THRESHOLD - 1)
    totals = {s.total for s in table.sums}
    for name, value in table.cells.items():
        if 0 < value < THRESHOLD:
            assert protected[name].value is None
            if name in totals:
                assert max(seen[name]) - min(seen[name]) >= THRESHOLD - 2
            else:
                assert min(seen[name]) <= 1
                assert max(seen[name]) >= THRESHOLD - 1
