"""What is hidden is told by nothing else: no median, share, sum or word of a section stands on a hidden number.

Every number is drawn large, so that one which stands anywhere in a section can be traced to where it came from.
"""

import re
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.learning.counts import Cell, Protected, group
from deviations.reports.content import Chart, Figures, Table
from deviations.reports.sections import SECTIONS
from tests.reports.drawn import NAMES, PRINCIPALS, PROFILE, STATIONS, TOWNS, S, basis, told, told_but, world

WRITTEN = (
    "way", "flow", "directions", "series", "feedback", "agreements", "breakdown", "measures", "number",
    "sip", "sip_year", "safety", "silent", "apt",
)  # fmt: skip
NAMED = sorted(
    {
        word
        for names in NAMES.values()
        for word in names.values()
    }
    | {unit.name for _owner, unit, _above in PROFILE.all_units()}
    | {point.text for point in PROFILE.sip_checklist} | {point.source for point in PROFILE.sip_checklist}
    | {category.short for category in PROFILE.categories},
    key=len, reverse=True,
)  # fmt: skip
NUMBER = re.compile(r"(\d+(?:,\d+)?)(?=(\s*%| procent| och \d+ procent|))")
UNSAID = {"kind", "id", "measures", "measure", "form", "heat", "mark", "columns", "wide", "numbered", "author"}
DRAWN = {"series", "median", "compare"}


def stands_in(part, *, share=False):
    """Each number with whether it is a share: of the words, and of what is drawn."""
    if isinstance(part, dict):
        is_cell = "value" in part and "%" in part["text"]
        for name, inner in part.items():
            if name not in UNSAID:
                drawn_share = part.get("unit") == "%" and name in DRAWN
                yield from stands_in(inner, share=drawn_share or (is_cell and name == "value"))
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from stands_in(inner, share=share)
    elif isinstance(part, str):
        for name in NAMED:
            part = part.replace(name, "")
        for number, of_hundred in NUMBER.findall(part.replace("\u202f", "")):
            yield float(number.replace(",", ".")), bool(of_hundred)
    elif isinstance(part, int | float):
        yield float(part), share


OF_WHICH = {
    "series": (), "directions": (), "sip_year": (), "number": ("category",), "agreements": ("clause",),
    "way": ("reached", "filed", "answer"), "flow": ("answer", "closing", "rerouted", "age", "rejected"),
    "feedback": ("mode",), "breakdown": ("category", "target_group", "municipality", "care_level", "kind", "problem"),
    "measures": ("led", "measures", "effect", "reached"), "apt": (), "silent": ("silent",),
    "sip": ("sip_month", "sip_called", "sip_quality", "sip_trained"), "safety": ("kind", "problem", "care_level"),
}  # fmt: skip
"""The tables whose shares each section says; it is written of few, so that a number is not known by chance."""


def shares(world, section):
    """Every share that may be told: of parts and wholes that both are."""
    units, silent, _begun = silence(world)
    found = {float(100 * silent // units), float(-(-100 * silent // units))} if section == "silent" and units else set()
    for numbers in (world.basis.numbers, world.basis.before, world.basis.earlier):
        for key, cell in numbers.cells.items():
            whole = numbers.cells.get(whole_of(key))
            table, *_scope, row = key.split("|")
            if table not in OF_WHICH[section] or (table == "mode" and row == "no") or cell.value is None:
                continue
            if numbers is world.basis.earlier and table != "sip_month":
                continue
            if numbers is not world.basis.numbers and table in {"silent", "sip_trained"}:
                continue
            if whole and whole.value and cell.value <= whole.value:
                exact = 100 * cell.value / whole.value
                found |= {float(exact // 1), float(-(-exact // 1)), round(exact, 1)}
    return found


def whole_of(key):
    table, *rest = key.split("|")
    if table in {"sip_month", "sip_called"}:
        return f"{table}|{rest[0]}|called"
    if table == "sip_quality":
        return f"{table}|{rest[0]}|of"
    if table == "sip_trained":
        return f"{table}|{rest[0]}|staff"
    if table == "silent":
        return f"units|{S}|{rest[1]}"
    if table == "age":
        return f"closing|{S}|open"
    if table in {"measures", "effect"}:
        return f"measures|{S}|Σ"
    return f"rejected|{S}|Σ" if table == "rejected" else f"filed|{S}"


def counted(world):
    """Every number that may be told as one: a told count, and the sums and what remains that a section says."""
    now = world.basis.numbers
    found = {cell.value for one in (now, world.basis.before, world.basis.earlier) for cell in one.cells.values()}
    regions = [one.id for one in PROFILE.principals if one.kind == "region"]
    sums = [
        [f"kind|{S}|{kind}" for kind in ("risk", "near_miss", "event")],
        [f"direction|{S}|{row}|{column}" for row in TOWNS for column in regions],
        [f"direction|{S}|{row}|{column}" for row in regions for column in TOWNS],
    ]
    found |= {sum(told) for each in sums if (told := now.told(each)) is not None}
    for station in STATIONS:
        told = now.told([f"station|{S}|{station}", f"left|{S}|{station}"])
        found |= {told[0] - told[1]} if told else set()
    found |= medians(world) | set(silence(world))
    return {float(each) for each in found - {None}}


def silence(world):
    """Units, the silent and those that began, of the principals of which all three are told."""
    now = world.basis.numbers
    rows = [now.told([f"{table}|{S}|{one}" for table in ("units", "silent", "begun")]) for one in PRINCIPALS]
    return [sum(column) for column in zip(*(row for row in rows if row), strict=True)] or [0, 0, 0]


def medians(world):
    """Only when every month that stands in the series is told: of the year before, which is frozen, else of all."""
    found = set()
    for values in (monthly(world, filed), monthly(world, absent)):
        if None not in values:
            found |= {median(values[:12]), median(values)}
    ours = monthly(world, filed)[12:]
    if world.basis.earlier.is_withheld("month", S) and None not in ours:  # it has only this year's
        found.add(median(ours))
    return found


def monthly(world, value):
    before = [value(world.basis.earlier, f"2025-{at:02}") for at in range(1, 13)]
    return [*before, *(value(world.basis.numbers, f"2026-{at:02}") for at in range(1, 11))]


def filed(numbers, month):
    return numbers[f"month|{S}|{month}"].value


def absent(numbers, month):
    pair = numbers.told([f"sip_month|{month}|absent", f"sip_month|{month}|called"])
    return round(100 * pair[0] / pair[1], 1) if pair else None


def strange(world, said, section):
    """Days, months, years, numbers of points and a rule's limits are no counts of anything reported."""
    counts, of_hundred, middles = counted(world), shares(world, section), medians(world)
    for number, is_share in sorted(set(said)):
        if is_share:
            known = number in of_hundred or any(abs(number - middle) < 1 for middle in middles)
        else:
            known = number in counts or number in range(32) or number in range(2020, 2028)
        if not known:
            yield number, is_share


@pytest.mark.parametrize("section", WRITTEN)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9), share=st.sampled_from([0, 0.02, 0.1, 0.3, 0.7, 1]))
def test_every_number_that_stands_anywhere_is_told_or_made_of_what_is_told(section, seed, share):
    made = world(seed, share)
    written = SECTIONS[section](made.basis)
    assert list(strange(made, stands_in(written.model_dump()) if written else (), section)) == []


def test_a_number_that_is_not_told_is_found():
    made = world(seed=1, share=0.3)
    hidden = next(key for key, cell in made.basis.numbers.cells.items() if cell.value is None)
    count = made.counts[hidden]
    words = f"{count:,} av alla".replace(",", "\u202f")
    said = stands_in({"title": words, "cell": {"text": "–", "value": count}, "series": ((1.0, float(count)),)})
    assert set(strange(made, said, "flow")) == {(float(count), False)}


def test_a_share_of_what_is_not_told_is_found():
    silent = world(seed=1, share=1)
    said = [*stands_in({"text": "63\u00a0%", "value": 63}), *stands_in("mellan 41 och 58 procent")]
    assert set(strange(silent, said, "flow")) == {(41.0, True), (58.0, True), (63.0, True)}


# ── a hidden part ────────────────────────────────────────────────────────────────────────────────────────────────────
SHARES = {
    "rejected.table": {2: (1,)}, "clauses.table": {2: (1,)}, "category.table": {2: (1,)}, "kind.table": {2: (1,)},
    "target_group.table": {2: (1,)}, "municipality.table": {2: (1,)}, "care_level.table": {2: (1,)},
    "problem.table": {2: (1,)}, "open": {2: (1,)}, "measures": {2: (1,)}, "effect": {2: (1,)}, "way.table": {2: (1,)},
    "feedback.table": {2: (1,)}, "sip.absent.table": {3: (1, 2)}, "sip.called": {4: (1, 3)},
    "sip.quality": {3: (1, 2)}, "silent": {3: (1, 2)}, "sip.trained": {3: (1, 2)},
}  # fmt: skip
"""Of each table: the column of a share, and those of the counts that it is made of."""


def tables(sections):
    for block in [block for section in sections if section is not None for block in section.blocks]:
        table = block.table if isinstance(block, Chart) else block
        if isinstance(table, Table):
            yield table


def test_every_table_of_numbers_is_met():
    made = world(seed=1, share=0)
    met = {table.id for table in tables(SECTIONS[name](made.basis) for name in WRITTEN) if table.rows}
    assert met == {
        "adoption", "agreements", "care_level.table", "category.table", "clauses.table", "directions", "effect",
        "feedback.table", "kind.table", "measures", "municipality.table", "newcomers", "newcomers_in", "open",
        "problem.table", "receivers", "rejected.table", "repeated", "series.table", "silent", "sip.absent.table",
        "sip.called", "sip.practice", "sip.quality", "sip.trained", "sip_year", "target_group.table", "way.table",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_beside_a_hidden_count_there_is_no_share(seed):
    made = world(seed, 0.3)
    seen = set()
    for table in tables(SECTIONS[name](made.basis) for name in WRITTEN):
        for row in table.rows:
            for share, of in SHARES.get(table.id, {}).items():
                if any(row[at].mark == "hidden" for at in of):
                    seen.add(table.id)
                    assert (row[share].value, row[share].text) in {(None, "··"), (None, "–")}, (table.id, row)
    assert len(seen) > 5


@pytest.mark.parametrize("hidden", ["answer", "closing", "rerouted"])
def test_a_figure_whose_count_is_hidden_says_neither_share_nor_what_it_is_a_share_of(hidden):
    row = {"answer": "in_time", "closing": "open", "rerouted": "yes"}[hidden]
    made = SECTIONS["flow"](told_but(f"{hidden}|{S}|{row}"))
    figures = next(block for block in made.blocks if isinstance(block, Figures)).figures
    blank = [figure for figure in figures if figure.cell.mark == "hidden" and figure.beside == ""]
    assert [(figure.cell.text, figure.cell.value) for figure in blank] == [("··", None)]


def test_where_the_whole_is_hidden_no_share_is_told():
    flow, feedback = (SECTIONS[name](told_but(f"filed|{S}")) for name in ("flow", "feedback"))
    [figures] = [block for block in flow.blocks if isinstance(block, Figures)]
    assert "%" not in str(figures)
    [withheld] = feedback.blocks
    assert (withheld.rows, withheld.withheld[:20]) == ((), "Tabellen visas inte.")


def test_a_hidden_part_of_the_feedback_is_in_no_title_word_or_bar():
    made = SECTIONS["feedback"](told_but(f"mode|{S}|D|yes"))
    [chart] = made.blocks
    assert made.title == "Återkoppling till den som anmält"
    assert chart.series[0][3] is None
    assert "D Fick veta" not in chart.words
    assert [cell.text for cell in chart.table.rows[3][1:3]] == ["··", "··"]


@pytest.mark.parametrize(
    ("section", "table", "block"),
    [("flow", "rejected", "rejected"), ("agreements", "clause", "clauses"), ("safety", "kind", "kind")],
)
def test_in_the_place_of_a_table_that_is_withheld_stands_a_sentence(section, table, block):
    numbers = told()
    cells = {key: Cell(None) if group(key) == f"{table}|{S}" else cell for key, cell in numbers.cells.items()}
    made = SECTIONS[section](basis(Protected(5, cells, frozenset({f"{table}|{S}"}))))
    [found] = [each for each in made.blocks if each.id == block]
    assert (found.rows, found.withheld[:20]) == ((), "Tabellen visas inte.")


def test_refusals_may_be_more_than_what_was_filed():
    """A deviation can have met several; their shares are of the refusals."""
    numbers = Protected(5, {f"filed|{S}": Cell(6), f"rejected|{S}|Σ": Cell(9), f"rejected|{S}|not_ours": Cell(9)})
    [reasons] = [block for block in SECTIONS["flow"](basis(numbers)).blocks if block.id == "rejected"]
    assert [cell.text for cell in reasons.table.rows[0][1:]] == ["9", "100\u00a0%"]
