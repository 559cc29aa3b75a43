"""Who has reported about whom: between principals where enough went, else between kinds of principals."""

from itertools import product
from types import SimpleNamespace

from deviations.learning.counts import Cell, Protected
from deviations.reports.sections.directions import directions

S = "all:lsvo"
KINDS = ("region", "municipality", "other")


def between(**counts):
    """`between(municipality_region=60)`; the rest are nothing."""
    cells = {f"filed|{S}": sum(counts.values())}
    for row, column in product(KINDS, KINDS):
        cells[f"between|{S}|{row}|{column}"] = counts.get(f"{row}_{column}", 0)
    for one in KINDS:
        cells[f"between|{S}|{one}|Σ"] = sum(cells[f"between|{S}|{one}|{other}"] for other in KINDS)
        cells[f"between|{S}|Σ|{one}"] = sum(cells[f"between|{S}|{other}|{one}"] for other in KINDS)
    return cells


def section(cells, *withheld):
    numbers = Protected(5, {key: Cell(value) for key, value in cells.items()}, frozenset(withheld))
    basis = SimpleNamespace(
        scope=S, numbers=numbers, count=lambda table, *rest: numbers["|".join((table, S, *rest))],
        tells=lambda table: not numbers.is_withheld(table, S),
    )  # fmt: skip
    return directions(basis)


def test_where_single_principals_cannot_be_told_kinds_of_them_are():
    cells = between(municipality_region=60, region_municipality=10, other_region=30)
    made = section(cells, f"direction|{S}")
    assert made.title == "Kommunerna anmäler regionen, och sällan tvärtom"
    [table] = made.blocks
    assert table.head == ("Anmäld av", "Regionen", "Kommunerna", "Övriga", "Summa")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Regionen", "0", "10", "0", "10"], ["Kommunerna", "60", "0", "0", "60"], ["Övriga", "30", "0", "0", "30"],
    ]  # fmt: skip
    assert [cell.text for cell in table.foot] == ["Summa", "90", "10", "0", "100"]
    assert "visas tillsammans" in table.deck


def test_where_not_even_those_can_be_told_a_sentence_says_so():
    [table] = section(between(municipality_region=60), f"direction|{S}", f"between|{S}").blocks
    assert table.rows == ()
    assert table.withheld == (
        "Tabellen visas inte. Med så få avvikelser skulle någon kunna kännas igen eller ett dolt tal räknas fram."
    )
