"""Every number has a definition, and a value is worked out of counts that may all be told."""

import re
from pathlib import Path

import pytest

from deviations.learning.counts import Cell, Protected
from deviations.learning.dataset import SPREADS, Spread
from deviations.learning.measures import FORMULAS, Value, value_of
from deviations.reports import sections

SCOPE = "all:lsvo"


def shown(withheld=(), **cells):
    found = {name.replace("__", "|").replace("S", SCOPE): Cell(value) for name, value in cells.items()}
    return Protected(5, found, frozenset(withheld))


def value(id, numbers, **given):
    return value_of(FORMULAS[id], numbers, SCOPE, **given)


def test_a_count_is_told_as_it_is():
    assert value("filed", shown(filed__S=412)) == Value(412.0, 412)


def test_a_share_says_what_it_is_made_of():
    numbers = shown(filed__S=400, answer__S__in_time=300, answered__S=350)
    assert value("answer_in_time", numbers) == Value(75.0, 300, 400)
    assert value("answered_in_time", numbers) == Value(100 * 300 / 350, 300, 350)


def test_a_share_of_nothing_has_no_value_and_is_not_hidden():
    assert value("answer_in_time", shown()) == Value(None, 0, 0)


@pytest.mark.parametrize("hidden", ["filed__S", "answer__S__in_time"])
def test_a_share_with_a_hidden_part_is_hidden_with_both(hidden):
    numbers = shown(**{"filed__S": 400, "answer__S__in_time": 300, hidden: None})
    assert value("answer_in_time", numbers) == Value(None, hidden=True)


def test_a_filter_chooses_the_row():
    numbers = shown(filed__S=400, category__S__sip=100)
    assert value("category", numbers, filters={"category": "sip"}) == Value(25.0, 100, 400)
    assert FORMULAS["category"].filters == ("category",)
    with pytest.raises(ValueError, match="category needs category"):
        value("category", numbers)


def test_answers_of_all_principals_are_added_up():
    numbers = shown(adoption__S__region__adopted=3, adoption__S__region__waiting=1, adoption__S__ronneby__adopted=4)
    assert value("adopted", numbers) == Value(87.5, 7, 8)


def test_sip_is_of_the_whole_county_unless_a_municipality_is_chosen():
    numbers = Protected(5, {"sip|Σ|Σ|conducted": Cell(90), "sip|ronneby|Σ|conducted": Cell(12)})
    assert value("sip_conducted", numbers).value == 90
    assert value("sip_conducted", numbers, filters={"municipality": "ronneby"}).value == 12


def test_days_come_from_the_spread_that_may_be_told():
    spread = Spread(20, 9.0, 7, 12, 31)
    spreads = {f"answer|{SCOPE}": spread}
    assert value("days_to_answer", shown(), spreads=spreads) == Value(9.0, denominator=20)
    assert value("days_to_answer_90", shown(), spreads=spreads) == Value(31, denominator=20)
    assert value("days_to_answer", shown()) == Value(None, hidden=True)


def test_what_only_explains_a_table_has_no_value():
    with pytest.raises(ValueError, match="direction only explains a table"):
        value("direction", shown())


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_every_definition_is_whole(formula):
    words = (formula.name, formula.formula, formula.unit, formula.population, formula.exclusions, formula.source)
    assert all(str(word).strip() for word in words)
    assert re.fullmatch(r"[a-z][a-z0-9_]{1,39}", formula.id)
    assert str(formula.formula).endswith(".")
    if formula.spread:
        assert formula.spread.split("|")[0] in ("answer", "closing", "mode")
        assert formula.of in ("median", "ninety")


def test_what_a_section_names_is_defined():
    named = set()
    for file in Path(sections.__file__).parent.glob("*.py"):
        for part in re.findall(r"measures?=\(?((?:\"[a-z_0-9]+\",? ?)+)", file.read_text()):
            named |= set(re.findall(r"\"([a-z_0-9]+)\"", part))
    assert sorted(named - set(FORMULAS)) == []


def test_every_spread_has_its_own_definition():
    assert {name for name in SPREADS if name != "mode_B"} == {
        formula.spread.replace("|{scope}", "").replace("|", "_") for formula in FORMULAS.values() if formula.spread
    }
