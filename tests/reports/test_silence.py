"""Silent units beside small numbers: what the one says must not give the other away."""

from deviations.learning.around import silence_told
from deviations.learning.counts import Cell, Protected
from deviations.learning.period import of_year, until
from deviations.reports.sections.silent import silent
from tests.cast import body
from tests.reports.test_learning_sections import basis

WHOSE = "all:lsvo"


def shown(row, *, units=5, quiet=1, withheld=frozenset()):
    cells = {
        f"filed|{WHOSE}": Cell(40), f"units|{WHOSE}|ronneby": Cell(units), f"silent|{WHOSE}|ronneby": Cell(quiet),
        f"units|{WHOSE}|olofstrom": Cell(9), f"silent|{WHOSE}|olofstrom": Cell(4),
        f"begun|{WHOSE}|ronneby": Cell(1), f"begun|{WHOSE}|olofstrom": Cell(2),
        f"direction|{WHOSE}|olofstrom|Σ": Cell(30),
    }  # fmt: skip
    return Protected(5, {**cells, **({} if row is None else {f"direction|{WHOSE}|ronneby|Σ": row})}, withheld)


def quiet_of(numbers, principal="ronneby"):
    return silence_told(numbers).value("silent", WHOSE, principal)


def test_four_units_that_have_filed_do_not_tell_that_fewer_than_five_is_four():
    assert quiet_of(shown(Cell(None, small=True))) is None


def test_no_unit_that_has_filed_does_not_tell_that_a_withheld_row_is_nothing():
    assert quiet_of(shown(None, quiet=5, withheld=frozenset({f"direction|{WHOSE}"}))) is None


def test_beside_a_row_that_is_told_the_silent_units_are_told():
    assert quiet_of(shown(Cell(6))) == 1
    assert quiet_of(shown(None, quiet=5)) == 5


def test_what_is_filed_in_another_tree_is_not_told_by_the_silent_units_of_this_one():
    assert quiet_of(shown(Cell(0))) is None


def test_a_hidden_one_cannot_be_subtracted_from_the_sums(cast):
    numbers = silence_told(shown(Cell(None, small=True)))
    section = silent(basis(body("blekinge", "lsvo"), WHOSE, cells={k: c.value for k, c in numbers.cells.items()}))
    table = section.blocks[0]
    hidden = ["5", "··", "··", "··"]
    assert [[cell.text for cell in row[1:]] for row in table.rows] == [["9", "4", "44\u00a0%", "2"], hidden]
    assert [cell.text for cell in table.foot[1:]] == ["9", "4", "44\u00a0%", "2"]
    assert section.title == "4 av de 9 enheter som kan visas har inte anmält något"


def test_units_that_began_and_are_hidden_alone_cannot_be_subtracted_either(cast):
    cells = {key: cell.value for key, cell in shown(Cell(6)).cells.items()} | {f"begun|{WHOSE}|ronneby": None}
    table = silent(basis(body("blekinge", "lsvo"), WHOSE, cells=cells)).blocks[0]
    assert [cell.text for cell in table.rows[1][1:]] == ["5", "1", "20\u00a0%", "··"]
    assert [cell.text for cell in table.foot[1:]] == ["9", "4", "44\u00a0%", "2"]


# ── who has begun ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_new_reporters_are_told_by_principal_and_tertial_and_hidden_when_few(cast):
    cells = {
        f"units|{WHOSE}|ronneby": 5, f"silent|{WHOSE}|ronneby": 1, f"newcomer|{WHOSE}|Σ": 14,
        f"newcomer_by|{WHOSE}|ronneby": None, f"newcomer_by|{WHOSE}|olofstrom": None,
        f"newcomer_in|{WHOSE}|2025-01": 6, f"newcomer_in|{WHOSE}|2025-05": 8, f"newcomer_in|{WHOSE}|2025-09": 0,
    }  # fmt: skip
    [_units, by, over] = silent(basis(body("blekinge", "lsvo"), WHOSE, cells=cells, at=of_year(2025))).blocks
    assert [row[1].text for row in by.rows] == ["··", "··"]
    assert by.foot[1].text == "14"
    assert [[cell.text for cell in row] for row in over.rows] == [
        ["januari 2025 till april 2025", "6"],
        ["maj 2025 till augusti 2025", "8"],
        ["september 2025 till december 2025", "0"],
    ]


def test_within_one_tertial_there_is_nothing_to_follow_over_time(cast):
    cells = {f"units|{WHOSE}|ronneby": 5, f"newcomer|{WHOSE}|Σ": 6, f"newcomer_by|{WHOSE}|ronneby": 6}
    [_units, by] = silent(basis(body("blekinge", "lsvo"), WHOSE, cells=cells, at=until(2025, 4))).blocks
    assert [row[1].text for row in (*by.rows, by.foot)] == ["6", "6"]
