"""The counts by month equal a plain recount of the same deviations, and follow every change."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from deviations import clock
from deviations.learning.days import STEPS, UPPER
from deviations.learning.refresh import build_all, refresh
from deviations.models import Deviation, FactMonth, TouchedMonth
from deviations.services import deciding, handling
from deviations.services.filing import file, withdraw
from tests.cast import rate_and_close, unit

SWEDEN = ZoneInfo("Europe/Stockholm")


def counted(dimension="all", **where):
    return sum(FactMonth.objects.filter(dimension=dimension, **where).values_list("filed", flat=True))


def step_of(days):
    return next((n for n, upper in enumerate(UPPER) if days <= upper), STEPS - 1)


def recount():
    """The same numbers, the long way."""
    found = {}
    for d in Deviation.objects.exclude(state__in=["draft", "discarded"]):
        day = d.filed_at.astimezone(SWEDEN).date()
        direction = f"{d.reporting_principal_id}>{d.receiving_principal_id or ''}"
        keys = {
            "all": "", "direction": direction, "category": d.category, "target_group": d.target_group,
            "municipality": d.municipality_code, "kind": d.kind,
        }  # fmt: skip
        for dimension, key in keys.items():
            row = found.setdefault((d.accountable_body_id, day.replace(day=1), dimension, key), new_row())
            if d.state == "withdrawn":
                row["withdrawn"] += 1
                continue
            row["filed"] += 1
            row["open"] += d.state != "closed"
            row["closed"] += d.state == "closed"
            row["fed_back"] += d.fed_back_at is not None
            row["with_measure"] += d.measures.exists()
            if d.first_answer_at:
                answered = d.first_answer_at.astimezone(SWEDEN).date()
                row["answered"] += 1
                row["answered_in_time"] += answered <= d.answer_due_on
                if dimension == "all":
                    row["answer_days"][step_of((answered - day).days)] += 1
            if d.state == "closed" and dimension == "all":
                row["closing_days"][step_of((d.closed_at.astimezone(SWEDEN).date() - day).days)] += 1
    return found


def new_row():
    return Counter(answer_days=[0] * STEPS, closing_days=[0] * STEPS)


def stored():
    return {
        (f.body_id, f.month, f.dimension, f.key): f for f in FactMonth.objects.all()
    }  # fmt: skip


def assert_counts_are_right():
    expected, found = recount(), stored()
    assert set(found) == set(expected)
    for key, row in expected.items():
        names = [name for name in row if not name.endswith("_days")]
        assert {name: getattr(found[key], name) for name in names} == {name: row[name] for name in names}, key
        if key[2] == "all":
            assert found[key].answer_days == row["answer_days"]
            assert found[key].closing_days == row["closing_days"]


@pytest.fixture
def a_year(anna, bo, filing):
    """Twenty over a year: answered soon, late and never, closed, withdrawn, in both directions, at month's ends."""
    made = []
    for n in range(20):
        moment = dt.datetime(2026, 1 + n % 11, 1 + 13 * (n % 3), 0, 20, tzinfo=SWEDEN)
        with clock.at(moment):
            changes = {"receiving_units": (unit("blekinge", "rb-vardcentral"),)} if n % 4 == 0 else {}
            made.append(file(filing(occurred_on=moment.date(), age=5 + n, **changes), by=anna))
    for n, deviation in enumerate(made):
        deviation.refresh_from_db()
        if n % 7 == 6:
            withdraw(deviation, by=anna)
        elif n % 3 == 0 and deviation.accountable_body.key == "sg_barn_unga":
            with clock.at(deviation.filed_at + dt.timedelta(days=9 * n, hours=3)):
                handling.receive(deviation, by=bo)
                deciding.decide(deviation, text="Bevakad adress för kallelser.", by=bo)
                deciding.give_feedback(deviation, text="Kallelser går till en bevakad adress.", by=bo)
                if n % 2:
                    rate_and_close(deviation, by=bo)
    return made


def test_the_counts_equal_a_plain_recount(a_year):
    assert refresh() > 5
    assert_counts_are_right()
    assert not TouchedMonth.objects.exists()


def test_building_everything_gives_the_same_as_following_the_changes(a_year, county_blekinge):
    refresh()
    followed = {key: (f.filed, f.closed, f.answer_days) for key, f in stored().items()}
    assert build_all(county_blekinge) == 11
    assert {key: (f.filed, f.closed, f.answer_days) for key, f in stored().items()} == followed


def test_building_all_of_a_county_without_deviations_counts_no_month(county_varmland):
    assert build_all(county_varmland) == 0


def test_a_change_is_counted_at_once_and_only_its_month(a_year, bo):
    refresh()
    deviation = next(d for d in a_year if Deviation.objects.get(pk=d.pk).state == "submitted")
    before = {f.pk for f in FactMonth.objects.all()}
    handling.receive(deviation, by=bo)
    assert refresh() == 1
    kept = set(FactMonth.objects.values_list("pk", flat=True)) & before
    assert FactMonth.objects.exclude(pk__in=kept).values("month").distinct().count() == 1
    assert_counts_are_right()


def test_a_withdrawn_deviation_is_counted_apart(filed, anna):
    withdraw(filed, by=anna)
    refresh()
    assert counted() == 0
    assert FactMonth.objects.get(dimension="all").withdrawn == 1


def test_midnight_in_sweden_decides_the_month(anna, filing):
    with clock.at(dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)):  # half past midnight, 1 July
        file(filing(occurred_on=dt.date(2026, 6, 30)), by=anna)
    refresh()
    assert set(FactMonth.objects.values_list("month", flat=True)) == {dt.date(2026, 7, 1)}


def test_nothing_touched_costs_one_look(county_blekinge, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert refresh(county_blekinge) == 0


def test_a_mark_that_was_not_seen_stays_for_the_next_round(filed, monkeypatch):
    """A change that commits while the month is being counted keeps its mark."""
    from deviations.learning import refresh as module

    mark = TouchedMonth.objects.get()
    counting = module.count

    def count_and_meanwhile(county_id, month):
        counting(county_id, month)
        TouchedMonth.objects.create(county_id=mark.county_id, month=mark.month)

    monkeypatch.setattr(module, "count", count_and_meanwhile)
    assert refresh() == 1
    assert TouchedMonth.objects.count() == 1
