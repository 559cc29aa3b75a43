"""With a hidden month, neither the median nor the rule of a series is told; and what a series says when none is."""

from statistics import median

import pytest

from deviations.learning.counts import Cell, Protected
from deviations.learning.period import of_year, until
from deviations.reports import charts
from deviations.reports.sections import SECTIONS
from tests.reports.drawn import CUT_OFF, PERIOD, S, basis, told_but

HIDDEN_MONTH = "Median och mönster visas inte när någon månad är dold."


def run_chart(made):
    [chart] = made.blocks
    return chart


def of_months(now, before=(), *, period=PERIOD, cut_off=CUT_OFF):
    """So many each month from January; None is hidden."""
    cells, earlier = (
        {f"filed|{S}": Cell(sum(filter(None, values)))}
        | {f"month|{S}|{year}-{at:02}": Cell(value, small=value is None) for at, value in enumerate(values, start=1)}
        for year, values in ((period.first.year, now), (period.first.year - 1, before))
    )
    given = Protected(5, earlier) if before else None
    return SECTIONS["series"](basis(Protected(5, cells), None, given, period=period, cut_off=cut_off))


YEAR = [9, 12, 8, 14, 10, 7, 13, 9, 15, 8, 11, 12]


def test_a_year_has_its_median_and_the_rule_by_name():
    made = of_months(YEAR, period=of_year(2025))
    # 7 8 8 9 9 10 | 11 12 12 13 14 15: 10,5; sides − + − + − − + − + − + +
    chart = run_chart(made)
    assert chart.median == 10.5
    assert chart.rule.endswith("Längsta svit 2 (gräns 7), korsningar 9 (minst 3 väntade), Anhøjs regler, n = 12.")
    assert "median 10,5" in chart.words
    assert "10,5" in charts.svg(chart)


def test_with_a_hidden_month_neither_median_nor_rule_is_told():
    made = of_months([*YEAR[:3], None, *YEAR[4:]], period=of_year(2025))
    chart = run_chart(made)
    assert (made.title, chart.median, chart.rule) == ("Månad för månad", None, HIDDEN_MONTH)
    assert chart.series[0][3] is None
    assert "edian" not in chart.words
    assert "Median " not in charts.svg(chart)
    assert chart.table.rows[3][1].text == "<5"


def test_with_a_hidden_month_of_the_year_before_neither_median_nor_rule_is_told():
    made = of_months(YEAR[:10], [*YEAR[:11], None])
    chart = run_chart(made)
    assert (made.title, chart.median, chart.frozen_at, chart.rule) == ("Månad för månad", None, "", HIDDEN_MONTH)


def test_with_a_year_before_its_median_is_frozen_and_judges_this_one():
    chart = run_chart(of_months([value + 9 for value in YEAR[:10]], YEAR))
    assert (chart.median, chart.frozen_at) == (10.5, "2025-12")
    assert chart.rule.startswith("12 månader i rad över medianen")
    assert chart.rule.endswith("Medianen är fryst före året.")


def test_the_month_that_still_goes_on_is_shown_and_not_counted_as_low():
    values = [13, 9, 15, 8, 11, 12, 9, 12, 8, 14, 1]
    chart = run_chart(of_months(values, period=until(2026, 11)))
    assert (chart.labels[-1], chart.series[0][-1]) == ("2026-11", 1.0)
    assert chart.median == median(values[:10])


def test_months_before_anybody_counted_are_no_low_months():
    made = of_months([0, 0, 0, 0, 9, 12, 8, 14, 9, 7])
    chart = run_chart(made)
    assert (chart.labels[0], chart.median) == ("2026-05", 9.0)
    assert chart.rule.startswith("För få månader för att säga något om mönster")


@pytest.mark.parametrize("what", ["absent", "called"])
def test_a_hidden_month_withholds_median_and_rule_of_sip(what):
    made = SECTIONS["sip"](told_but(f"sip_month|2026-07|{what}"))
    [chart] = [block for block in made.blocks if block.id == "sip.absent"]
    assert chart.median is None
    assert chart.rule == "Median och mönster visas inte när någon månad är dold eller saknar möten."
    assert chart.series[0][6] is None
    assert "edian" not in chart.words
    assert "månader i rad" not in made.title
