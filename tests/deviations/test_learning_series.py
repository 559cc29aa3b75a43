"""The report's months as a run chart: made of what the chart shows, and of nothing when a month is hidden."""

import csv
import datetime as dt
import io
import re
from random import Random

import pytest

from deviations import clock
from deviations.learning import chart, runchart
from deviations.learning import period as periods
from deviations.learning.csv_file import BOM, csv_of
from deviations.learning.report import report_for
from deviations.models import FactMonth
from tests.cast import body

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
YEAR = [9, 12, 8, 14, 10, 7, 13, 9, 15, 8, 11, 12]
ONLY_COUNTS = "Antal mäter anmälan, inte hur ofta något händer."


def counted(values, *, key="lsvo", year=2025):
    """So many filed each month from January, all about one category, none answered."""
    concerned = body("blekinge", key)
    for n, filed in enumerate(values):
        where = {"county": concerned.county, "body": concerned, "month": dt.date(year + n // 12, n % 12 + 1, 1)}
        rows = {"filed": "", "times": "", "answer": "none", "closing": "open", "category": "sip"}
        FactMonth.objects.bulk_create(
            FactMonth(**where, dimension=dimension, key=name, count=filed) for dimension, name in rows.items()
        )


def report(period=None):
    with clock.at(NOW):
        return report_for(body("blekinge", "lsvo"), period or periods.of_year(2025))


def test_a_year_has_its_median_and_the_rule_by_name(cast):
    counted(YEAR)
    series = report().series
    # 7 8 8 9 9 10 | 11 12 12 13 14 15: 10,5; sides − + − + − − + − + − + +
    assert series.median == 10.5
    assert series.pattern == (
        "Ingen signal. Längsta svit 2 (gräns 7), korsningar 9 (minst 3 väntade), Anhøjs regler, n = 12. " + ONLY_COUNTS
    )


def test_a_change_that_lasts_is_a_signal(cast):
    counted([6, 7, 5, 8, 6, 7, 14, 13, 15, 12, 14, 16])
    assert report().series.pattern.startswith("Ovanligt få korsningar av medianen: 1, minst 3 väntade. Längsta svit 6")


def test_with_a_hidden_month_neither_median_nor_rule_is_told(cast):
    counted([*YEAR[:3], 2, *YEAR[4:]])
    series = report().series
    assert None in [point.filed for point in series.points]
    assert (series.median, series.pattern) == (None, "Median och mönster visas inte när någon månad är dold.")
    assert "Median;" not in csv_of(report())
    assert 'stroke-dasharray="6,4"' not in chart.svg(series)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_can_be_made_from_the_months_shown_and_so_tells_nothing_else(cast, seed):
    chance = Random(seed)
    counted([chance.choice([0, 1, 3, 5, 8, 13]) if seed % 2 else chance.randint(5, 14) for _month in range(12)])
    counted([chance.randint(5, 9) for _month in range(12)], key="sg_barn_unga")
    series = report().series
    shown = [point.filed for point in series.points]
    if None in shown:
        assert (series.median, series.pattern) == (None, "Median och mönster visas inte när någon månad är dold.")
    else:
        made = runchart.run_chart(shown)
        said = [runchart.finding(made), runchart.rule(made), ONLY_COUNTS]
        assert (series.median, series.pattern) == (made.median, " ".join(filter(None, said)))


def test_the_month_we_are_in_is_shown_and_not_counted_as_low(cast):
    counted([*YEAR, 9, 12, 8, 14, 10, 5])
    with clock.at(NOW):
        series = report(periods.last_twelve_months(NOW.date())).series
    assert (series.points[-1].month, series.points[-1].filed) == (dt.date(2026, 6, 1), 5)
    # July to May: 13 9 15 8 11 12 9 12 8 14 10, median 11 which is one of them, so ten count
    assert series.median == 11.0
    assert "n = 10. 1 månad på medianen räknas inte. Den pågående månaden räknas inte med." in series.pattern


def test_months_before_anybody_counted_are_not_low_months(cast):
    counted([0, 0, 0, 0, 9, 12, 8, 14], year=2025)
    FactMonth.objects.filter(month__lt=dt.date(2025, 5, 1)).delete()
    series = report().series
    assert [point.filed for point in series.points][:4] == [0, 0, 0, 0]
    assert series.median == 4.0  # May to December: 9 12 8 14 and four without any
    assert series.pattern == (f"För få månader för att säga något om mönster: 8 räknas, minst 10 behövs. {ONLY_COUNTS}")


def test_chart_and_file_say_what_the_page_says(cast):
    counted(YEAR)
    made = report()
    drawn = chart.svg(made.series)
    assert 'stroke-dasharray="6,4"' in drawn
    assert drawn.count(">median 10,5</text>") == 1
    described = re.search(r"<desc>(.*?)</desc>", drawn)[1]
    assert "Medianen är 10,5 i månaden." in described
    assert described.endswith(made.series.pattern)
    rows = list(csv.reader(io.StringIO(csv_of(made).removeprefix(BOM)), delimiter=";"))
    assert ["Median", "10,5"] in rows
    assert [made.series.pattern] in rows
