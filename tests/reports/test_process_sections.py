"""Process measures, control moments and audit recommendations, as they stand in a report."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from deviations import clock
from deviations.audits.loading import load_audits
from deviations.learning.counts import Protected
from deviations.learning.period import until
from deviations.models import Recommendation
from deviations.reports.measure_chart import measure_chart, nested_words
from deviations.reports.sections.process import process as process_section
from deviations.reports.sections.recommendations import recommendations
from deviations.services import audits, controls, process
from orgs.permissions import grant
from tests.cast import body, person

APRIL = until(2026, 4)


@pytest.fixture(autouse=True)
def may():
    with clock.at(datetime.datetime(2026, 5, 20, 12, tzinfo=timezone.get_current_timezone())):
        yield


@pytest.fixture
def lars(cast):
    user = person("lars", "Lars Larsson")
    grant(user, "coordinator", body("blekinge", "lsvo"), by=None)
    return user


def basis(key, county="blekinge", period=APRIL):
    return SimpleNamespace(
        body=body(county, key), period=period, numbers=Protected(5, {}),
        period_end=period.after - datetime.timedelta(days=1),
    )  # fmt: skip


def follow(by, *values, **given):
    given = {"name": "Bedömning i tid", "target": 80, "statutory_limit": 100, "cadence": "month", **given}
    measure = process.begin_measure(body("blekinge", "sg_barn_unga"), by=by, **given)
    spans = process.ended_spans(measure, today=clock.today())[: len(values)]
    for span, value in zip(reversed(spans), values, strict=True):
        process.write_value(measure, first_month=span.first, last_month=span.last, value=value, source="Egen", by=by)
    return process.readable_measures(by).get(pk=measure.pk)


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


# ── measures ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_breach_is_the_sections_title_though_the_target_is_met(bo):
    follow(bo, 79, 82, guarantee="Alla inom 30 dagar")
    section = process_section(basis("sg_barn_unga"))
    assert section.title == "Lagens gräns bryts i ett mått"
    assert texts(section.blocks[0]) == [[
        "Bedömning i tid", "april 2026", "82\xa0%", "80\xa0%", "100\xa0% (Alla inom 30 dagar)",
        "Lagens gräns bryts, fast målet nås.",
    ]]  # fmt: skip


def test_without_a_breach_the_title_says_how_many_targets_are_met(bo):
    follow(bo, 85, statutory_limit=None)
    follow(bo, 70, name="Annat", statutory_limit=None)
    assert process_section(basis("sg_barn_unga")).title == "1 av 2 mål nås"


def test_values_after_the_period_are_not_in_its_report(bo):
    follow(bo, 79, 82)
    [row] = texts(process_section(basis("sg_barn_unga", period=until(2026, 3))).blocks[0])
    assert row[1:3] == ["mars 2026", "79\xa0%"]


def test_control_moments_stand_without_small_numbers(bo):
    control = controls.plan_control(
        body("blekinge", "sg_barn_unga"), question="Kallades alla?", planned_on=clock.today(), by=bo
    )
    controls.do_control(control, sample=20, followed=18, done_on=datetime.date(2026, 4, 2), by=bo)
    [table] = process_section(basis("sg_barn_unga")).blocks
    assert texts(table) == [["Kallades alla?", "–", "2 april 2026", "Fler än 15 av 20 följde rutinen."]]


def test_a_body_that_follows_nothing_has_no_section(cast):
    assert process_section(basis("sg_barn_unga")) is None


# ── over time ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_shift_is_told_with_the_rule_that_found_it(bo):
    chart = measure_chart(measure := follow(bo, *[60, 61] * 6, *[80, 81] * 6), measure.current)
    assert chart.rule == (
        "Värdena har skiftat nivå: ovanligt många i rad på samma sida om medianen. Anhøjs regler: längsta svit 12 "
        "(gräns 8), korsningar 1 (minst 8 väntade)."
    )
    assert len(chart.table.rows) == len(chart.labels) == 24


def test_nothing_is_claimed_of_few_values(bo):
    measure = follow(bo, 60, 70, 80)
    assert measure_chart(measure, measure.current).rule.startswith("Inga mönster påstås: 2 värden räknas")


def test_no_rule_is_used_where_each_value_holds_the_one_before(bo):
    measure = follow(bo, formula="answer_in_time", cadence="tertial")
    for span, value in zip(
        reversed(process.ended_spans(measure, today=clock.today())[:4]), (70, 71, 75, 80), strict=True
    ):
        process.put_value(measure, span, by=None, value=value, source="S-1")
    measure = process.readable_measures(bo).get(pk=measure.pk)
    chart = measure_chart(measure, measure.current)
    assert (chart.rule, chart.median) == (nested_words(), None)


# ── recommendations ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_recommendation_has_its_status_and_evidence_as_of_the_period(county_blekinge, lars):
    load_audits(county_blekinge)
    second = Recommendation.objects.get(number="2")
    march = datetime.date(2026, 3, 2)
    audits.set_status(second, status="done", evidence="Dnr 7", evaluation="Mätt.", judged_on=march, by=lars)
    audits.set_status(second, status="remains", evidence="Dnr 8", by=lars)
    section = recommendations(basis("lsvo"))
    assert section.title == "1 av 3 rekommendationer är åtgärdade"
    first = texts(section.blocks[0])[0]
    assert first[0] == "Granskning av ledningssamverkan vård och omsorg 2022, rekommendation 2"
    assert first[2:4] == ["Åtgärdad, bedömd 2 mars 2026", "Dnr 7"]


def test_what_does_not_agree_stands_in_the_report_too(county_varmland):
    load_audits(county_varmland)
    checks = recommendations(basis("beredningsgrupp", "varmland")).blocks[1]
    assert [line.text for line in checks.lines] == [
        "§1 säger 16 rekommendationer, men 14 är uppräknade.",
        "§3.3.2 säger ”kvarstår” men bilaga 3 säger ”kvarstår delvis”.",
        "§3.6.4 säger ”kvarstår delvis” men bilaga 3 säger ”kvarstår”.",
    ]


def test_a_body_that_follows_up_no_audit_has_no_section(cast):
    assert recommendations(basis("sg_barn_unga")) is None
