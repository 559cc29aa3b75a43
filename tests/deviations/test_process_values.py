"""Counted values come from the frozen numbers that the reports print."""

import datetime

import pytest
from django.utils import timezone

from deviations import clock
from deviations.errors import Invalid
from deviations.learning.counts import Cell, Protected
from deviations.models import ProcessMeasure, Snapshot
from deviations.reports import stored
from deviations.services import process, profiles
from deviations.services.process_values import count_due
from orgs.profiles import loader
from tests.cast import body

JANUARY, APRIL = datetime.date(2026, 1, 1), datetime.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def may():
    with clock.at(datetime.datetime(2026, 5, 20, 12, tzinfo=timezone.get_current_timezone())):
        yield


def frozen(code, **cells):
    """A snapshot of Blekinge's tree until April: `in_time=8`, None for a hidden one."""
    keys = {f"answer|own:sg_barn_unga|{name}": value for name, value in cells.items() if name != "filed"}
    keys["filed|own:sg_barn_unga"] = cells["filed"]
    shown = Protected(5, {key: Cell(value, small=value is None) for key, value in keys.items()})
    top = body("blekinge", "sg_barn_unga")
    while top.steering_body is not None:
        top = top.steering_body
    return Snapshot.objects.create(
        code=code, county=top.county, root=top, first_month=JANUARY, last_month=APRIL, status="ready",
        cut_off=clock.now(), shown=stored.of_shown(shown, {}), checksum="0", asked_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def in_time(bo):
    return process.begin_measure(
        body("blekinge", "sg_barn_unga"), name="Svar i tid", formula="answer_in_time", target=90, by=bo
    )


def value(measure):
    found = measure.values.get(replaced_at=None, last_month=APRIL)
    return found.value, found.numerator, found.denominator, found.source


def test_a_value_is_made_when_the_snapshot_of_its_period_is_there(in_time):
    assert count_due() == 0
    frozen("S-1", filed=40, in_time=30)
    count_due()
    assert value(in_time) == (75, 30, 40, "S-1")
    assert count_due() == 0


def test_a_hidden_count_gives_a_hidden_value(in_time):
    frozen("S-1", filed=40, in_time=None)
    count_due()
    assert value(in_time) == (None, None, None, "S-1")


def test_a_snapshot_made_anew_gives_a_new_value_and_the_old_one_is_kept(in_time):
    frozen("S-1", filed=40, in_time=30)
    count_due()
    frozen("S-2", filed=40, in_time=32)
    count_due()
    assert value(in_time) == (80, 32, 40, "S-2")
    assert in_time.values.count() == 2


def test_an_ended_measure_is_counted_no_more(in_time, bo):
    process.end_measure(in_time, reason="Ersätts.", by=bo)
    frozen("S-1", filed=40, in_time=30)
    count_due()
    assert not in_time.values.exists()


def test_nothing_due_is_a_few_statements(in_time, django_assert_num_queries):
    frozen("S-1", filed=40, in_time=30)
    count_due()
    with django_assert_num_queries(4):
        count_due()


def test_a_formula_that_needs_more_than_is_chosen_is_refused(bo):
    group = body("blekinge", "sg_barn_unga")
    for formula in ("category", "station", "finns_inte"):
        with pytest.raises(Invalid) as refused:
            process.begin_measure(group, name=formula, formula=formula, by=bo)
        assert list(refused.value.fields) == ["formula"]


def test_a_profile_with_an_unknown_formula_is_refused(cast):
    source = (loader.FOLDER / "blekinge.yaml").read_text().replace("formula: answer_in_time", "formula: finns_inte")
    with pytest.raises(profiles.ProfileRefused) as refused:
        profiles.checked(source)
    assert "finns_inte" in refused.value.reason


def test_the_shipped_indicators_are_counted_in_their_own_unit(county_blekinge):
    found = ProcessMeasure.objects.filter(body__county=county_blekinge).order_by("pk")
    assert list(found.values_list("formula", "unit", "target")) == [
        ("answer_in_time", "%", 90), ("sip_conducted", "antal", None), ("led", "%", None),
    ]  # fmt: skip
