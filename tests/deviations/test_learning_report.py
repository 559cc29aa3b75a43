"""What a report says equals a plain recount, and what it must not say it does not."""

import datetime as dt
from collections import Counter

import pytest

from deviations import clock
from deviations.learning import period as periods
from deviations.learning.access import readable_bodies
from deviations.learning.refresh import refresh
from deviations.learning.report import report_for
from deviations.models import Deviation
from deviations.services import deciding, handling
from deviations.services.filing import file
from orgs.permissions import grant
from tests.cast import body, person, rate_and_close, unit

TODAY = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
CATEGORIES = (
    ["sip/called_party_absent"] * 9
    + ["referral/rejected"] * 7
    + ["information/missing"] * 6
    + ["referral/returned"] * 2
)


@pytest.fixture
def counted(anna, bo, filing):
    """24 about children (two categories with few), 6 about older people; some answered, one late, some closed."""
    made = []
    for n, category in enumerate(CATEGORIES):
        with clock.at(TODAY - dt.timedelta(days=200 - 8 * n)):
            made.append(file(filing(category=category, age=10, occurred_on=clock.today()), by=anna))
    for n in range(6):
        with clock.at(TODAY - dt.timedelta(days=30 + n)):
            file(filing(category="referral/rejected", age=80, occurred_on=clock.today()), by=anna)
    for n, deviation in enumerate(made[:16]):
        deviation.refresh_from_db()
        with clock.at(deviation.filed_at + dt.timedelta(days=12)):
            handling.receive(deviation, by=bo)
            deciding.decide(deviation, text="Bevakad adress för kallelser.", by=bo)
            if n < 8:
                deciding.give_feedback(deviation, text="Kallelser går till en bevakad adress.", by=bo)
                rate_and_close(deviation, by=bo)
    refresh()
    return made


@pytest.fixture
def at_june():
    with clock.at(TODAY):
        yield periods.last_twelve_months(TODAY.date())


def figures(report):
    return {figure.label: (figure.number, figure.beside) for figure in report.figures}


def table(report, id):
    found = next(t for t in report.tables if t.id == id)
    return {row[0].text: tuple(cell.text for cell in row[1:]) for row in found.rows}


def test_the_flow_of_a_body_equals_a_plain_recount(counted, at_june):
    report = report_for(body("blekinge", "sg_barn_unga"), at_june)
    own = Deviation.objects.filter(accountable_body__key="sg_barn_unga")
    answered = own.filter(first_answer_at__isnull=False).count()
    assert (own.count(), answered, own.filter(state="closed").count()) == (24, 16, 8)
    assert figures(report) == {
        "Mottagna": ("24", ""),
        "Fått ett första svar": ("67\xa0%", "16 av 24"),
        "Svar i tid": ("67\xa0%", "16 av 24"),
        "Återkopplade": ("33\xa0%", "8 av 24"),
        "Avslutade": ("33\xa0%", "8 av 24"),
        "Öppna": ("67\xa0%", "16 av 24"),
        "Återtagna": ("0", ""),
        "Dubbletter": ("0", ""),
        "Tillfällen": ("24", ""),
        "Tid till första svar": ("högst 14 dagar", "nio av tio: högst 14 dagar"),
        "Tid till avslut": ("högst 14 dagar", ""),
    }


def test_a_category_with_few_is_hidden_with_another_so_that_the_total_does_not_tell(counted, at_june):
    report = report_for(body("blekinge", "sg_barn_unga"), at_june)
    assert table(report, "kategorier") == {
        "SIP: kallad part kom inte": ("··",),
        "Remiss: avvisad": ("7",),
        "Information: saknas": ("··",),
        "Remiss: återsänd": ("<5",),
    }


def test_the_steering_bodys_report_counts_those_below_it(counted, at_june):
    report = report_for(body("blekinge", "lsvo"), at_june)
    assert figures(report)["Mottagna"] == ("30", "")
    assert table(report, "organ")["Samverkansgrupp Barn och unga"][0] == "24"
    assert table(report, "organ")["Samverkansgrupp Äldre"] == ("6", "0")


def test_directions_name_both_principals(counted, at_june):
    report = report_for(body("blekinge", "lsvo"), at_june)
    found = next(t for t in report.tables if t.id == "riktning")
    assert found.head == ("Anmäld av", "Region Blekinge", "Summa")
    assert table(report, "riktning") == {"Karlskrona kommun": ("30", "30")}
    assert table(report, "kommuner")["Karlskrona kommun"] == ("30", "0")


def test_months_in_the_series_add_up_to_what_was_received_unless_hidden(counted, at_june):
    report = report_for(body("blekinge", "lsvo"), at_june)
    recounted = Counter(d.filed_at.date().replace(day=1) for d in Deviation.objects.all())
    told = {point.month: point.filed for point in report.series.points if point.filed is not None}
    assert {month: recounted.get(month, 0) for month in told} == told
    hidden = [point.month for point in report.series.points if point.filed is None]
    assert {month for month, n in recounted.items() if n < 5} <= set(hidden)
    assert len(hidden) != 1


def test_two_periods_that_share_months_hide_the_same_of_them(counted):
    with clock.at(TODAY):
        twelve, year = periods.twelve_and_years(TODAY.date(), dt.date(2025, 12, 1))
        series = [
            {p.month: p.filed for p in report_for(body("blekinge", "lsvo"), one).series.points}
            for one in (twelve, year)
        ]
    shared = set(series[0]) & set(series[1])
    assert len(shared) == 6
    assert {month: series[0][month] for month in shared} == {month: series[1][month] for month in shared}


def test_a_body_with_few_is_told_nothing(filed):
    refresh()
    today = clock.today()
    report = report_for(body("blekinge", "sg_barn_unga"), periods.last_twelve_months(today))
    assert (report.figures, report.tables, report.series) == ((), (), None)
    assert "Inga tal visas" in report.standfirst


def test_a_body_without_any_is_told_none(cast):
    report = report_for(body("blekinge", "sg_aldre"), periods.last_twelve_months(clock.today()))
    assert report.standfirst == "0 avvikelser kom in under de senaste tolv månaderna."
    assert report.tables == ()


def test_a_report_costs_the_same_number_of_statements_however_much_it_counts(
    cast, at_june, django_assert_num_queries, request
):
    lsvo = body("blekinge", "lsvo")
    report_for(lsvo, at_june)  # the profile is parsed once per process
    with django_assert_num_queries(6):
        report_for(lsvo, at_june)
    request.getfixturevalue("counted")
    with clock.at(TODAY), django_assert_num_queries(6):
        report_for(lsvo, at_june)


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_last_twelve_months_end_with_the_month_we_are_in():
    june, december = (periods.last_twelve_months(dt.date(2026, month, 15)) for month in (6, 12))
    assert (june.first, june.last, len(june.months)) == (dt.date(2025, 7, 1), dt.date(2026, 6, 1), 12)
    assert (december.first, december.last, december.key) == (dt.date(2026, 1, 1), dt.date(2026, 12, 1), "")


def test_years_are_offered_when_they_have_ended():
    offered = periods.twelve_and_years(dt.date(2026, 6, 15), dt.date(2024, 11, 1))
    assert [period.key for period in offered] == ["", "2025", "2024"]
    assert [period.key for period in periods.twelve_and_years(dt.date(2026, 6, 15), None)] == [""]


# ── who may read ─────────────────────────────────────────────────────────────────────────────────────────────────────
def keys(user):
    return [found.key for found in readable_bodies(user)]


def test_a_coordinator_reads_the_report_of_their_body(bo):
    assert keys(bo) == ["sg_barn_unga"]


def test_a_steering_bodys_reader_reads_those_below_it_too(lena):
    assert {"lsvo", "sg_barn_unga", "sg_vuxna", "sg_aldre"} <= set(keys(lena))
    assert "regionchefsgruppen" not in keys(lena)


def test_a_political_board_reads_the_countys_steering_bodies(cast):
    petra = person("petra", "Petra Persson")
    grant(petra, "board_reader", unit("blekinge", "karlskrona"), by=None)
    assert keys(petra) == ["regionchefsgruppen", "lsvo"]


def test_a_stranger_reads_nothing_of_another_county(cecilia):
    assert {found.county.slug for found in readable_bodies(cecilia)} == {"varmland"}


@pytest.mark.parametrize("name", ["anna", "disa", "berit", "ada"])
def test_without_the_right_to_reports_nothing_is_read(cast, name):
    assert keys(getattr(cast, name)) == []
