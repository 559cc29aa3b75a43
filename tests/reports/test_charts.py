"""Charts as SVG: they say what the table says, hide what it hides, and are the same in every file."""

import re
import xml.etree.ElementTree as ET

import pytest

from deviations.reports import charts
from deviations.reports.chart_look import TOKENS, in_full, month, number, steps
from deviations.reports.chart_points import points_of
from deviations.reports.chart_run import _since
from deviations.reports.content import Mark
from tests.reports_content import content

CHARTS = {block.id: block for section in content().sections for block in section.blocks if block.kind == "chart"}
EVERY = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
SVG = "{http://www.w3.org/2000/svg}"


def words(drawn):
    """Every text in the picture, its lines joined."""
    return [" ".join(found.itertext()) for found in ET.fromstring(drawn).iter(f"{SVG}text")]


def attributes(drawn, tag, name):
    return [found.get(name) for found in ET.fromstring(drawn).iter(f"{SVG}{tag}")]


@EVERY
def test_every_chart_has_its_name_and_its_words_inside_it(chart):
    picture = ET.fromstring(charts.svg(chart))
    assert picture.get("role") == "img"
    assert [picture[0].tag, picture[0].text] == [f"{SVG}title", chart.title]
    assert [picture[1].tag, picture[1].text] == [f"{SVG}desc", chart.words]


@EVERY
def test_nothing_but_the_name_speaks_for_it_and_nothing_is_styled_inline(chart):
    drawn = charts.svg(chart)
    assert "aria-label=" not in drawn
    assert "style=" not in drawn
    assert "<script" not in drawn


@EVERY
def test_the_same_chart_is_the_same_picture(chart):
    charts.svg.cache_clear()
    first = charts.svg(chart)
    charts.svg.cache_clear()
    assert charts.svg(chart) == first


@EVERY
def test_on_the_page_every_colour_is_a_token_so_that_it_turns_dark_with_the_page(chart):
    left = set(re.findall(r'"(#[0-9A-Fa-f]{6})"', charts.themed(chart)))
    assert left == set()
    assert 'class="ch"' in charts.themed(chart)
    assert "var(" not in charts.svg(chart)


def test_the_tokens_are_those_of_the_page():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "frontend/static/frontend/css/tokens.css").read_text()
    light = dict(re.findall(r"(--[\w-]+): (#[0-9A-F]{6})", page.split("@media")[0]))
    on_paper = {token: colour for colour, token in TOKENS.items() if token != "--page"}
    assert {token: light[token] for token in on_paper} == on_paper


@EVERY
def test_every_number_in_the_picture_stands_in_the_table_or_on_an_axis(chart):
    told = {cell.text for row in chart.table.rows for cell in row} | set(chart.labels) | {chart.rule, chart.words}
    known = {n for text in told for n in re.findall(r"\d+", text)} | {f"{chart.median:g}" if chart.median else "0"}
    axis = {f"{tick:g}" for tick in steps(max((v or 0) for row in chart.series for v in row))}
    marks = {n for mark in chart.marks for n in re.findall(r"\d+", mark.text)}
    shown = {n for text in words(charts.svg(chart)) for n in re.findall(r"\d+", text)}
    assert shown - known - axis - marks == set()


# ── the run chart ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_run_chart_says_its_median_and_the_time_it_is_made_from_at_the_edge():
    told = words(charts.svg(CHARTS["series"]))
    assert "Median 22\u00a0%" in told
    assert "jan 2021–mar 2022" in told
    assert {"4 april: beslut om bevakad adress för kallelser", "2 maj: infört på båda mottagningarna"} <= set(told)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("jan 2025", "dec 2025", "jan 2025–dec 2025"),
        ("sep–dec 2024", "maj–aug 2026", "2024–2026"),
        ("jan–apr 2026", "maj–aug 2026", "2026"),
    ],
)
def test_a_median_of_points_that_are_several_months_is_told_by_its_years(first, last, told):
    assert _since(first, last) == told


def test_points_after_the_frozen_median_are_open_and_those_before_are_filled():
    drawn = charts.svg(CHARTS["series"])
    points = re.findall(r'<path transform="translate\([^)]*\)" d="M[^"]*" fill="(#\w+)" stroke="#0B5C63"', drawn)
    assert (points.count("#0B5C63"), points.count("#FFFFFF")) == (15, 8)  # 24 months, of which one is hidden


def test_a_median_that_is_not_frozen_is_whole_and_every_point_filled():
    chart = CHARTS["series"].model_copy(update={"frozen_at": "", "marks": ()})
    drawn = charts.svg(chart)
    assert "stroke-dasharray" not in drawn
    assert 'fill="#FFFFFF" stroke="#0B5C63"' not in drawn


def test_a_hidden_month_breaks_the_line_and_has_its_mark():
    drawn = charts.svg(CHARTS["series"])
    assert words(drawn).count("··") == 1
    lines = re.findall(r'<path d="(M[^"]*)"[^>]*stroke="#0B5C63"[^>]*stroke-width="2"', drawn)
    assert len(lines) == 2


def test_a_decision_that_is_not_within_the_time_shown_has_no_line():
    chart = CHARTS["series"].model_copy(update={"marks": (Mark(at="2030-01", text="Långt senare"),)})
    assert "Långt senare" not in words(charts.svg(chart))


def test_words_of_decisions_close_to_each_other_stand_in_rows_of_their_own():
    close = tuple(Mark(at="2022-04", text=f"Beslut {n}: en lång rad ord om vad som ska göras") for n in range(4))
    drawn = charts.svg(CHARTS["series"].model_copy(update={"marks": close}))
    places = re.findall(
        r'text-anchor="(\w+)" transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*font-weight="600"[^>]*>Beslut', drawn
    )
    assert len(places) == len(set(places)) == 4


def test_a_series_without_any_number_is_drawn_with_marks_only():
    chart = CHARTS["series"]
    empty = chart.model_copy(update={"series": ((None,) * len(chart.labels),), "median": None, "frozen_at": ""})
    assert words(charts.svg(empty)).count("··") == len(chart.labels)


# ── bars, shares and the way ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_share_has_its_number_its_tick_for_last_year_and_its_time():
    drawn = charts.svg(CHARTS["feedback"])
    assert {"72\u00a0%", "9 dagar", "B Snabbt första svar"} <= set(words(drawn))
    assert drawn.count('stroke="#1C2430" stroke-width="2"') == 4  # the fifth is hidden


def test_a_hidden_bar_has_no_length():
    drawn = charts.svg(CHARTS["category"])
    assert words(drawn).count("··") == 1
    assert len(re.findall(r'<path[^>]*fill="#0B5C63"', drawn)) == 2


def test_a_name_that_is_too_long_is_cut():
    chart = CHARTS["category"]
    long = chart.model_copy(update={"labels": ("x" * 200, *chart.labels[1:])})
    assert max(len(text) for text in words(charts.svg(long))) < 80


def test_several_series_of_bars_have_their_names():
    chart = CHARTS["category"].model_copy(
        update={"names": ("Anmält", "Anmäld"), "series": ((74.0, 61.0, None), (5.0, 6.0, 7.0))}
    )
    assert {"Anmält", "Anmäld", "74", "7"} <= set(words(charts.svg(chart)))


def test_the_way_narrows_by_what_left_it_and_says_why():
    drawn = charts.svg(CHARTS["way"])
    assert {"412", "346", "58", "41 lösta på plats", "17 lyfta till LSVO"} <= set(words(drawn))
    high = [float(h) for h in attributes(drawn, "rect", "height")[1:] if float(h) > 20]
    assert high[:3] == [78.0, 65.5, 38.6]  # 412, 346 and 204 of 412 in 78 pixels


def test_a_hidden_station_says_so_and_has_no_thickness():
    chart = CHARTS["way"]
    reached = (*chart.series[0][:4], None, *chart.series[0][5:])
    drawn = charts.svg(chart.model_copy(update={"series": (reached, *chart.series[1:])}))
    assert "··" in words(drawn)
    assert "187" not in words(drawn)


# ── words and numbers ────────────────────────────────────────────────────────────────────────────────────────────────
def test_numbers_are_written_as_in_swedish():
    assert [number(1240), number(22, "%"), number(9.5)] == ["1\u202f240", "22\u00a0%", "9,5"]


def test_months_have_their_names_and_other_labels_stay():
    assert [month("2026-03"), month("Karlskrona"), month("2026-13")] == [
        ("mar", "2026"),
        ("Karlskrona", ""),
        ("2026-13", ""),
    ]
    assert in_full("2026-03") == "mar 2026"


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(0, [0, 1]), (3, [0, 1, 2, 3]), (28, [0, 10, 20, 30]), (50, [0, 20, 40, 60]), (412, [0, 200, 400, 600])],
)
def test_an_axis_has_even_steps_to_at_least_the_largest(most, ticks):
    assert steps(most) == ticks


@pytest.mark.parametrize(
    "months",
    [("2022-11", "2022-12"), ("2021-02", "2021-03"), ("2022-12", "2022-12"), ("2022-03", "2022-04", "2022-05")],
)
def test_no_line_of_what_was_decided_goes_through_the_words_of_another(months):
    from deviations.reports.chart_run import _placed

    marks = tuple(Mark(at=at, text=f"{n} december: Överenskommelsen ses över av båda") for n, at in enumerate(months))
    chart = CHARTS["series"].model_copy(update={"marks": marks})
    placed = _placed(chart, len(chart.labels) - 1)
    assert [place.mark.at for place in placed] == sorted(months)
    assert min(place.row for place in placed) == 0
    for one in placed:
        assert all(one.fits(other) for other in placed if other is not one)
    assert sum(mark.text in words(charts.svg(chart)) for mark in marks) == len(months)


def test_bars_with_a_hidden_number_say_in_the_picture_what_the_mark_means():
    explained = {chart.id: any("visas inte" in text for text in words(charts.svg(chart))) for chart in CHARTS.values()}
    hides = {
        chart.id: chart.form in ("bars", "shares") and any(v is None for row in chart.series for v in row)
        for chart in CHARTS.values()
    }
    assert explained == hides
    assert True in hides.values()


def test_every_point_is_told_with_the_number_of_the_table_and_what_happened_there():
    chart = CHARTS["series"]
    points = points_of(chart)
    assert len(points) == len(chart.table.rows) == len(chart.labels)
    for point, label, row in zip(points, chart.labels, chart.table.rows, strict=True):
        said = "visas inte, för få" if row[1].value is None else f"{row[1].value:g}\u00a0%"
        happened = [mark.text for mark in chart.marks if mark.at == label]
        assert point == ". ".join([f"{in_full(label)}: {said}", *happened])
    assert sum("beslut om bevakad adress" in point for point in points) == 1
