"""The SIP register as counts for reports: tied by sums, tied to each other, and hidden where they are small."""

import datetime
import random

import pytest
from django.utils import timezone

from deviations.learning.counts import key
from deviations.learning.dataset import SOURCES
from deviations.learning.period import of_year
from deviations.learning.protect import protect
from deviations.learning.sip_counts import WHAT, sip_counts
from deviations.services import sip
from deviations.services.sip import Attended, Checked, Entered
from tests.cast import body, unit

YEAR = of_year(2025)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def year(maria, berit):
    """Karlskrona's and the region's 2025, drawn by chance; returns what was entered."""
    chance = random.Random(7)
    karlskrona, region, bup = (unit("blekinge", k) for k in ("karlskrona", "region-blekinge", "rb-bup"))
    given = []
    for month in range(1, 13):
        for group in ("barn_unga", "vuxna"):
            for by, principal, where in ((maria, karlskrona, karlskrona), (berit, region, unit("blekinge", "ronneby"))):
                called = chance.randint(5, 30)
                absent = chance.randint(0, called // 3)
                given.append(
                    Entered(
                        principal=principal, municipality=where, month=datetime.date(2025, month, 1),
                        target_group=group, initiated=called + 2, new=called, conducted=called - absent, called=called,
                        absent=absent, followed_up=chance.randint(0, 9), individuals=called,
                        days_to_start=20 * called, attendance=(Attended(bup, called, called - absent),),
                        quality=(Checked("goal", called // 2, called),),
                    )
                )  # fmt: skip
                sip.enter_counts(given[-1], by=by)
    return given


def counted():
    lsvo = body("blekinge", "lsvo")
    return sip_counts(lsvo.county, lsvo, YEAR)


def cells_of(tables):
    found = {}
    for table in tables:
        for name, value in table.cells.items():
            assert found.setdefault(name, value) == value
    return found


def test_reports_count_the_register(year):
    assert sip_counts in SOURCES


def test_every_sum_is_the_sum_of_its_parts(year):
    tables = counted()
    cells = cells_of(tables)
    for table in tables:
        for total in table.sums:
            assert (total.total, cells[total.total]) == (total.total, sum(cells[part] for part in total.parts))


def test_the_numbers_are_those_that_were_entered(year):
    cells = cells_of(counted())
    for what in WHAT:
        assert cells[key("sip", "Σ", "Σ", what)] == sum(getattr(each, what) for each in year)
        mine = [each for each in year if each.municipality.key == "ronneby" and each.target_group == "vuxna"]
        assert cells[key("sip", "ronneby", "vuxna", what)] == sum(getattr(each, what) for each in mine)
    march = [each for each in year if each.month.month == 3]
    assert cells[key("sip_month", "2025-03", "absent")] == sum(each.absent for each in march)
    assert cells[key("sip_called", "rb-bup", "absent")] == sum(each.absent for each in year)
    assert cells[key("sip_quality", "goal", "met")] == sum(each.quality[0].met for each in year)
    assert cells[key("sip_days", "Σ", "mean")] == 20


def test_what_was_replaced_and_other_years_are_not_counted(year, maria):
    before = cells_of(counted())
    corrected = year[0]
    sip.enter_counts(sip.with_source(corrected, ""), by=maria)
    sip.enter_counts(
        Entered(principal=corrected.principal, month=datetime.date(2026, 1, 1), target_group="vuxna", new=9), by=maria
    )
    assert cells_of(counted()) == before


def test_small_numbers_are_hidden_and_cannot_be_subtracted(year):
    tables = [table for table in counted() if not table.safe]
    shown = protect(tables, 5)
    cells = cells_of(tables)
    small = {name for name, value in cells.items() if 0 < value < 5}
    assert small
    assert {shown[name].value for name in small} == {None}
    for table in tables:
        for total in table.sums:
            hidden = [name for name in (total.total, *total.parts) if shown[name].value is None]
            assert len(hidden) != 1 or hidden[0] in table.latent - small, hidden


def test_a_mean_of_few_plans_is_not_there(maria):
    few = Entered(
        principal=unit("blekinge", "karlskrona"), month=datetime.date(2025, 3, 1), target_group="vuxna", new=4,
        days_to_start=80,
    )  # fmt: skip
    sip.enter_counts(few, by=maria)
    assert key("sip_days", "karlskrona", "mean") not in cells_of(counted())


def test_an_empty_register_counts_nothing(db, cast):
    assert set(cells_of(counted()).values()) == {0}


def test_as_many_questions_for_one_row_as_for_many(maria, django_assert_num_queries):
    karlskrona = unit("blekinge", "karlskrona")
    lsvo = body("blekinge", "lsvo")
    sip_counts(lsvo.county, lsvo, YEAR)
    for month in range(1, 11):
        sip.enter_counts(
            Entered(principal=karlskrona, month=datetime.date(2025, month, 1), target_group="vuxna", new=month),
            by=maria,
        )
    with django_assert_num_queries(5):
        sip_counts(lsvo.county, lsvo, YEAR)
