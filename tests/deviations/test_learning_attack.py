"""No small number of a whole county can be worked out, whoever solves for it with all that was ever told in hand.

SAMSYN_COUNTIES=1000 attacks so many of each kind; -s shows how many were attacked, and how much of them was told.
"""

import os
import random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from deploy.bench.counties import counts, draw
from deviations.learning.counts import Before, Cell, Protected
from deviations.learning.protect import protect
from tests.deviations.attacking import worked_out

SNAPSHOTS = ("alone", "same period", "shorter period", "two shorter", "shorter, same, and more filed since")


COUNTIES = int(os.environ.get("SAMSYN_COUNTIES", "3"))


def county(seed):
    lot = random.Random(seed)
    filed = int(10 ** lot.uniform(0.5, 2.4))
    return draw(lot, bodies=lot.randint(1, 3), principals=2, categories=3, deviations=filed), lot


def snapshots(drawn, lot, kind):
    """What was printed before, oldest first, and the counts of today."""
    earlier = [f for f in drawn.filed if lot.random() < 0.9] if "since" in kind else list(drawn.filed)
    before = []
    periods = {"two shorter": [4, 8], "alone": [], "same period": [12], "shorter period": [lot.choice([4, 8])]}
    for months in periods.get(kind, [8, 12]):
        printed = protect(counts(drawn, earlier, months), 5, [was for was, _printed in before])
        told = frozenset(name for name, cell in printed.cells.items() if cell.value is not None)
        before.append((Before(counts(drawn, None, months), told, months == 12, printed.withheld), printed))
    return before, counts(drawn)


@pytest.mark.parametrize("kind", SNAPSHOTS)
def test_no_small_number_of_a_county_can_be_worked_out(kind):
    cells = told = 0
    for seed in range(COUNTIES):
        drawn, lot = county(seed)
        before, today = snapshots(drawn, lot, kind)
        protected = protect(today, 5, [was for was, _printed in before])
        assert worked_out(today, protected, before) == [], seed
        cells += len(protected.cells)
        told += round(protected.kept * len(protected.cells))
    print(f"\n{kind}: {COUNTIES} counties attacked, {told} of {cells} counts told ({told / cells:.0%})")  # seen with -s


@settings(deadline=None, max_examples=5, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(SNAPSHOTS[:3]))
def test_no_small_number_of_any_county_can_be_worked_out(seed, kind):
    drawn, lot = county(seed)
    before, today = snapshots(drawn, lot, kind)
    protected = protect(today, 5, [was for was, _printed in before])
    event(f"told: {round(protected.kept, 1)}")
    assert worked_out(today, protected, before) == []


def test_the_attacker_finds_a_number_that_is_not_protected():
    """Of a test that never fails one knows nothing."""
    found = 0
    for seed in range(4):
        today = counts(county(seed)[0])
        protected = protect(today, 5)
        values = {name: value for table in today for name, value in table.cells.items()}
        hidden = [name for name, cell in protected.cells.items() if cell.small]
        if hidden:
            told_one = {**protected.cells, hidden[0]: Cell(values[hidden[0]])}
            known = {name for (_now, name), *_rest in worked_out(today, Protected(5, told_one, protected.withheld))}
            assert hidden[0] in known
            found += 1
    assert found


def test_hiding_only_the_small_ones_would_give_them_away():
    today = counts(county(3)[0])
    totals = {s.total for table in today for s in table.sums}
    cells = {
        name: Cell(None, small=name not in totals) if 0 < value < 5 else Cell(value)
        for table in today for name, value in table.cells.items()
    }  # fmt: skip
    assert worked_out(today, Protected(5, cells)) != []
