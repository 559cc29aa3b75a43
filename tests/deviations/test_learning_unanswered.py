"""What no solver could show to be possible is withheld; what has been given away before is told apart from that."""

import pytest

from deviations.learning import attacker, protect
from deviations.learning.counts import Before, Counts, Sum
from deviations.learning.program import GaveUp, Program
from deviations.learning.reader import Knowledge


def by(table, values):
    cells = {f"{table}|own:b|{name}": value for name, value in values.items()}
    whole = "filed|own:b"
    return Counts(table, {whole: sum(values.values()), **cells}, (Sum(whole, tuple(cells)),))


COUNTS = [by("category", {"a": 3, "b": 9, "c": 30, "d": 40, "e": 50}), by("kind", {"x": 60, "y": 72})]
SOLVE, WIDER = Program.solve, Knowledge.withhold_wider


def told(protected):
    return {name for name, cell in protected.cells.items() if cell.value is not None}


def never(*_args, **_more):
    raise GaveUp("stopped")


def never_whole(self, lower, upper, cost, *, whole=False):
    if whole:
        raise GaveUp("stopped")
    return SOLVE(self, lower, upper, cost)


@pytest.fixture
def halves(monkeypatch):
    """Answers are never in whole numbers, and the program that would give such gives up."""
    monkeypatch.setattr(Program, "solve", never_whole)
    monkeypatch.setattr(attacker, "whole_numbers", lambda moves: None)
    monkeypatch.setattr(protect, "whole_numbers", lambda moves: None)


def test_with_a_solver_that_answers_only_what_it_takes_is_hidden():
    assert "category|own:b|d" in told(protect.protect(COUNTS, 5))


def test_where_the_solver_gives_up_the_whole_table_and_all_that_it_is_tied_to_is_withheld(monkeypatch):
    monkeypatch.setattr(Program, "solve", never)
    protected = protect.protect(COUNTS, 5)
    assert protected.is_withheld("category", "own:b")
    assert told(protected) == set()


@pytest.mark.usefixtures("halves")
def test_where_no_answer_is_in_whole_numbers_the_table_is_withheld():
    protected = protect.protect(COUNTS, 5)
    assert protected.is_withheld("category", "own:b")
    assert told(protected) == set()


def test_no_more_is_withheld_than_it_takes_to_show_the_count_to_be_possible(monkeypatch):
    """The solver answers again as soon as the count's own table is withheld."""
    steps = []

    def counted(self, at):
        for step in WIDER(self, at):
            steps.append(at)
            yield step

    def solve(self, lower, upper, cost, *, whole=False):
        return SOLVE(self, lower, upper, cost, whole=whole) if steps else never()

    monkeypatch.setattr(Knowledge, "withhold_wider", counted)
    monkeypatch.setattr(Program, "solve", solve)
    protected = protect.protect(COUNTS, 5)
    assert len(steps) == 1
    assert protected.withheld == {"category|own:b"}
    assert told(protected) == {"filed|own:b", "kind|own:b|x", "kind|own:b|y"}


@pytest.mark.usefixtures("halves")
def test_what_an_earlier_snapshot_gave_away_takes_nothing_with_it():
    """Proved with nothing of today told, and not by a solver that gave up."""
    names = {name for table in COUNTS for name in table.cells}
    was = Before(COUNTS, frozenset(names - {"category|own:b|a"}), same_period=True)
    assert told(protect.protect(COUNTS, 5, [was])) == names - {"category|own:b|a"}
