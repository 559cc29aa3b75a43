"""What a report says of SIP, from the demo's two years: the numbers agree with the register, and no more is claimed."""

import datetime
from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.utils import timezone

from deviations.demo import sip as demo
from deviations.learning.counts import Protected
from deviations.learning.period import of_year, until
from deviations.learning.protect import protect
from deviations.learning.sip_counts import sip_counts
from deviations.models import SipCount
from deviations.reports.basis import Basis
from deviations.reports.names import names_of
from deviations.reports.sections import SECTIONS
from deviations.reports.sections.sip import sip as section
from deviations.services import sip
from deviations.services.sip import Attended, Checked, Entered
from tests.cast import body

TODAY = datetime.date(2026, 11, 20)
SO_FAR = until(2026, 10)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def two_years(county_blekinge, maria):
    demo.count_sip([county_blekinge], SimpleNamespace(answerers=defaultdict(lambda: maria)))


def numbers(period):
    lsvo = body("blekinge", "lsvo")
    return protect(sip_counts(lsvo.county, lsvo, period), 5)


def basis(key="lsvo", period=SO_FAR, shown=None, earlier=None, **given):
    found = body("blekinge", key)
    profile = sip.profile_of_county(found.county)
    return Basis(
        body=found, scope=f"all:{key}", period=period, numbers=shown or numbers(period), spreads={},
        names=names_of(found.county, profile), profile=profile,
        cut_off=timezone.make_aware(datetime.datetime(2026, 11, 20)), earlier=earlier, **given,
    )  # fmt: skip


def block(written, id):
    return next(each for each in written.blocks if each.id == id)


def texts(table):
    return [[each.text for each in row] for row in table.rows]


def as_entered(row):
    return Entered(
        principal=row.principal, municipality=row.municipality, month=row.month, target_group=row.target_group,
        source=row.source, days_to_start=row.days_to_start, **{name: getattr(row, name) for name in sip.NUMBERS},
        attendance=tuple(Attended(each.party, each.called, each.came) for each in row.attendance.all()),
        quality=tuple(Checked(each.point, each.met, each.of) for each in row.quality.all()),
    )  # fmt: skip


# ── the demo ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_demo_has_two_years_that_the_register_would_have_taken(two_years):
    rows = list(SipCount.objects.select_related("principal", "municipality", "county"))
    assert {row.principal.key for row in rows} == set(demo.CALLED)
    assert len({row.month for row in rows}) == 24
    profile = sip.profile_of_county(rows[0].county)
    assert [sip.faults(as_entered(row), profile) for row in rows] == [{}] * len(rows)


def test_the_same_day_gives_the_same_demo(two_years, county_blekinge, maria):
    def told():
        return list(SipCount.objects.order_by("pk").values_list("month", "target_group", "called", "absent", "new"))

    first = told()
    for model in ("SipAttendance", "SipQuality", "SipCount", "SipImport"):
        getattr(demo, model).objects.all().delete()
    demo.count_sip([county_blekinge], SimpleNamespace(answerers=defaultdict(lambda: maria)))
    assert told() == first


@pytest.mark.parametrize("today", [datetime.date(2026, month, 15) for month in range(1, 13)])
def test_the_demo_covers_two_years_on_every_day(today):
    months = demo._months(today)
    assert len(months) >= 24
    assert months[-1] < today.replace(day=1)
    assert months[0] < demo.turn(today) < months[-1]


# ── what the report says ─────────────────────────────────────────────────────────────────────────────────────────────
def test_the_section_is_one_that_reports_may_name():
    assert SECTIONS["sip"] is section


def test_the_title_says_what_the_rule_finds_and_the_chart_says_which_rule(two_years):
    written = section(basis(earlier=numbers(of_year(2025))))
    chart = block(written, "sip.absent")
    assert written.title == "Kallade parter uteblir mer sällan: 11 månader i rad under medianen"
    assert (chart.frozen_at, chart.unit, len(chart.labels)) == ("2025-12", "%", 22)
    assert "längsta svit 11, gräns 7" in chart.rule
    assert "P-diagram, gränser av de första 12 punkterna." in chart.rule
    assert "Medianen är fryst före året." in chart.rule


def test_a_chart_and_its_table_show_the_same(two_years):
    chart = block(section(basis(earlier=numbers(of_year(2025)))), "sip.absent")
    [shares] = chart.series
    assert [round(share) for share in shares] == [
        pytest.approx(row[3].value, abs=1) for row in chart.table.rows
    ]  # fmt: skip
    assert chart.labels[0] == "2025-01"


def test_nothing_is_claimed_of_few_months(two_years):
    written = section(basis(period=until(2026, 4)))
    assert written.title.startswith("En kallad part saknades vid ")
    assert block(written, "sip.absent").rule.startswith("För få månader för att säga något om mönster")


def test_nobody_is_said_to_be_missed_most_when_a_hidden_one_may_be_more(two_years):
    shown = numbers(SO_FAR)
    absent = [name for name in shown.cells if name.startswith("sip_called|") and name.endswith("|absent")]
    hidden = min(absent, key=lambda name: shown[name].value or 0)
    for small, said in ((True, "BUP, Region Blekinge uteblev från flest möten: "), (False, "Kallade parter")):
        cells = {**shown.cells, hidden: type(shown[hidden])(None, small)}
        table = block(section(basis(shown=Protected(5, cells, shown.withheld))), "sip.called")
        assert table.title.startswith(said)


def test_no_median_stands_beside_a_hidden_month(two_years):
    shown = numbers(SO_FAR)
    hidden = "sip_month|2026-07|absent"
    cells = {**shown.cells, hidden: type(shown[hidden])(None, True)}
    written = section(basis(shown=Protected(5, cells, shown.withheld)))
    chart = block(written, "sip.absent")
    assert (chart.median, chart.series[0][6]) == (None, None)
    assert chart.rule == "Median och mönster visas inte när någon månad är dold eller saknar möten."


def test_the_municipalities_stand_beside_each_other_with_the_totals_of_the_register(two_years):
    table = block(section(basis()), "sip.practice")
    assert [row[0] for row in texts(table)] == [
        "Olofströms kommun", "Karlskrona kommun", "Ronneby kommun", "Karlshamns kommun", "Sölvesborgs kommun",
    ]  # fmt: skip
    found = SipCount.objects.filter(month__year=2026, replaced_at__isnull=True)
    assert table.foot[1].value == sum(found.values_list("new", flat=True))
    assert table.rows[1][5].text.endswith(" dagar")


def test_a_group_of_one_target_group_reads_its_own(two_years):
    table = block(section(basis("sg_barn_unga")), "sip.practice")
    found = SipCount.objects.filter(month__year=2026, target_group="barn_unga")
    assert table.foot[1].value == sum(found.values_list("new", flat=True))


def test_who_was_missing_most_stands_first(two_years):
    table = block(section(basis()), "sip.called")
    assert texts(table)[0][0] == "BUP, Region Blekinge"
    assert table.title.startswith("BUP, Region Blekinge uteblev från flest möten: ")
    assert [row[3].value for row in table.rows] == sorted((row[3].value for row in table.rows), reverse=True)


def test_the_checklist_stands_with_its_sources_in_its_order(two_years):
    table = block(section(basis()), "sip.quality")
    assert [row[0] for row in texts(table)] == [
        point.text for point in sip.profile_of_county(body("blekinge", "lsvo").county).sip_checklist
    ]
    assert texts(table)[0][4] == "HSL 16 kap. 4 § och motsvarande i SoL"


def test_a_mean_is_hidden_where_its_number_is(two_years):
    shown = numbers(SO_FAR)
    hidden = "sip|ronneby|Σ|new"
    cells = {**shown.cells, hidden: type(shown[hidden])(None)}
    table = block(section(basis(shown=Protected(5, cells))), "sip.practice")
    assert [row[5].text for row in table.rows if row[0].text == "Ronneby kommun"] == ["··"]


def test_nothing_counted_is_no_section(cast):
    assert section(basis()) is None
