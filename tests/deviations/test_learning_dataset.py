"""The dataset equals a plain recount, its sums hold, and it costs the same number of statements whatever its size."""

import datetime as dt

import pytest

from deviations import clock, jobs
from deviations.learning import dataset as datasets
from deviations.learning.counts import Cell, Protected
from deviations.learning.dataset import HIDDEN, Spread, dataset, spread_of
from deviations.learning.period import of_year, until
from deviations.learning.protect import protect
from deviations.learning.refresh import refresh
from deviations.models import Deviation, Measure
from deviations.services import deciding, handling, statements
from deviations.services.filing import file, withdraw
from tests.cast import body, rate_and_close, unit

TODAY = dt.datetime(2026, 9, 15, 10, tzinfo=dt.UTC)
YEAR = of_year(2026)


def cells(found):
    """Every count by its key."""
    return {name: value for table in found.counts for name, value in table.cells.items()}


def part(found, start):
    return {name.removeprefix(start): value for name, value in cells(found).items() if name.startswith(start) and value}


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


@pytest.fixture
def year(anna, bo, berit, filing):
    """14 about children, one a month and more; 3 about older people. Each goes a step further than the one before."""
    made = []
    for n in range(14):
        with clock.at(dt.datetime(2026, 1 + n // 2, 5, 10, tzinfo=dt.UTC)):
            made.append(file(filing(age=10, occurred_on=clock.today(), category="sip/called_party_absent"), by=anna))
    for n in range(3):
        with clock.at(dt.datetime(2026, 2, 3 + n, 10, tzinfo=dt.UTC)):
            file(filing(age=80, occurred_on=clock.today(), category="referral/rejected"), by=anna)
    for n, deviation in enumerate(made[:10]):
        with clock.at(now(deviation).filed_at + dt.timedelta(days=10)):
            handling.receive(now(deviation), by=bo)
            if n < 8:
                statements.request_statement(now(deviation), of=[unit("blekinge", "rb-bup")], question="Hur?", by=bo)
        if n < 7:
            with clock.at(now(deviation).filed_at + dt.timedelta(days=20 + n)):
                statements.give_statement(now(deviation), cause="Kallelsen låg kvar.", by=berit)
        if n < 5:
            with clock.at(now(deviation).filed_at + dt.timedelta(days=40)):
                deciding.decide(now(deviation), text="Bevakad adress.", by=bo)
                deciding.give_feedback(now(deviation), text="Bevakad adress.", by=bo)
        if n < 3:
            with clock.at(now(deviation).filed_at + dt.timedelta(days=41)):
                day = clock.today()
                measure = deciding.propose_measure(
                    now(deviation), owner=unit("blekinge", "rb-bup"), text="Adressen bevakas.", due_on=day,
                    check_on=day, sign="Fler kommer.", by=bo,
                )  # fmt: skip
        if n < 2:
            with clock.at(now(deviation).filed_at + dt.timedelta(days=71)):
                deciding.carry_out(measure, by=bo)
                deciding.check_effect(measure, effect="verified", comment="Fler kommer.", by=bo)
    with clock.at(TODAY):
        rate_and_close(made[0], by=bo)
        refresh()
        yield made


@pytest.fixture
def found(year):
    return dataset(body("blekinge", "lsvo"), YEAR)


OWN, ALL = "own:sg_barn_unga", "all:lsvo"


def test_how_far_each_has_come_is_counted_once(found):
    assert part(found, f"station|{OWN}|") == {
        "waiting": 4, "received": 3, "answered": 2, "decided": 2, "measure": 1, "effect": 2,
    }  # fmt: skip
    assert part(found, f"reached|{OWN}|") == {
        "received": 10, "answered": 7, "agenda": 5, "decided": 5, "measure": 3, "carried_out": 2, "effect": 2,
    }  # fmt: skip
    assert part(found, f"left|{OWN}|") == {"effect": 1}


def test_the_five_modes_of_feedback_are_each_of_all_that_was_filed(found):
    shares = {mode: part(found, f"mode|{OWN}|{mode}|") for mode in "ABCDE"}
    assert shares == {
        "A": {"yes": 14}, "B": {"yes": 7, "no": 7}, "C": {"yes": 5, "no": 9}, "D": {"yes": 5, "no": 9},
        "E": {"yes": 2, "no": 12},
    }  # fmt: skip


def test_measures_and_their_effect_are_counted_as_measures(found):
    assert part(found, f"measures|{OWN}|") == {"done": 2, "going": 1, "Σ": 3}
    assert part(found, f"effect|{OWN}|") == {"verified": 2, "waiting": 1}
    assert part(found, f"led|{OWN}|") == {"yes": 3, "no": 11}


def test_the_steering_body_has_what_those_it_steers_have(found):
    assert (cells(found)[f"filed|{ALL}"], cells(found)["filed|own:lsvo"], cells(found)[f"filed|{OWN}"]) == (17, 0, 14)
    assert part(found, f"category|{ALL}|") == {"sip/called_party_absent": 14, "referral/rejected": 3}
    assert part(found, f"direction|{ALL}|") == {
        "karlskrona|region-blekinge": 17, "karlskrona|Σ": 17, "Σ|region-blekinge": 17,
    }  # fmt: skip
    told = {name: count for name, count in part(found, f"between|{ALL}|").items() if count}
    assert told == {"municipality|region": 17, "municipality|Σ": 17, "Σ|region": 17}


def test_statements_are_counted_for_the_principal_that_was_asked(found):
    assert part(found, f"receiver|{OWN}|region-blekinge|") == {"in_time": 3, "late": 4, "open_late": 1, "Σ": 8}


def test_months_and_ages_add_up_to_what_is_filed_and_open(found):
    assert part(found, f"month|{OWN}|") == {f"2026-0{n}": 2 for n in range(1, 8)}
    assert part(found, f"month_answered|{OWN}|") == {"2026-01": 2, "2026-02": 2, "2026-03": 2, "2026-04": 1}
    assert part(found, f"age|{OWN}|") == {"open2": 4, "open4": 6, "open7": 3}


def test_every_sum_holds_for_every_scope_and_nothing_is_counted_twice(found):
    known = cells(found)
    sums = {(one.total, one.parts) for table in found.counts for one in table.sums}
    assert len(sums) > 500
    assert [one for one in sums if known[one[0]] != sum(known[name] for name in one[1])] == []


def test_what_is_protected_tells_the_whole_and_hides_the_small(found):
    shown = protect(found.counts, found.threshold)
    assert shown.value("filed", ALL) == 17
    assert [name for name, value in cells(found).items() if 0 < value < 5 and shown[name].value is not None] == [
        name for table in found.counts if table.safe for name, value in table.cells.items() if 0 < value < 5
    ]


def test_the_same_data_give_the_same_counts_in_the_same_order(found, year):
    again = dataset(body("blekinge", "lsvo"), YEAR)
    assert again == found
    assert [list(table.cells) for table in again.counts] == [list(table.cells) for table in found.counts]


def test_a_shorter_period_of_the_year_holds_no_more_than_its_months(year):
    spring = dataset(body("blekinge", "lsvo"), until(2026, 4))
    assert cells(spring)[f"filed|{OWN}"] == 8
    assert set(part(spring, f"month|{OWN}|")) == {"2026-01", "2026-02", "2026-03", "2026-04"}


# ── what is left out, and what is about no persons ───────────────────────────────────────────────────────────────────
def test_what_is_withdrawn_or_a_test_is_counted_apart_and_nowhere_else(anna, bo, berit, filing):
    with clock.at(TODAY):
        gone, trial, _kept = (file(filing(occurred_on=clock.today()), by=anna) for _n in range(3))
        withdraw(gone, by=anna)
        handling.receive(now(trial), by=bo)
        statements.request_statement(now(trial), of=[unit("blekinge", "rb-bup")], question="Hur?", by=bo)
        handling.decline(now(trial), reason="test", comment="Övning.", by=berit)
        refresh()
        found = dataset(body("blekinge", "lsvo"), YEAR)
    assert found.excluded == {"withdrawn": 1, "merged": 0, "test": 1}
    assert part(found, f"excluded|{OWN}|") == {"withdrawn": 1, "test": 1}
    assert cells(found)[f"filed|{OWN}"] == 1
    assert part(found, f"rejected|{OWN}|") == {}


def test_a_no_is_counted_with_its_reason_and_as_rerouted(anna, bo, filing):
    with clock.at(TODAY):
        deviation = file(filing(occurred_on=clock.today()), by=anna)
        handling.decline(now(deviation), reason="not_ours", comment="Vuxna.", to=body("blekinge", "sg_vuxna"), by=bo)
        refresh()
        found = dataset(body("blekinge", "lsvo"), YEAR)
    assert part(found, "rejected|own:sg_vuxna|") == {"not_ours": 1, "Σ": 1}
    assert part(found, "rerouted|own:sg_vuxna|") == {"yes": 1}


def test_units_that_filed_nothing_are_counted_for_every_principal(found):
    units, silent = part(found, f"units|{OWN}|"), part(found, f"silent|{OWN}|")
    assert silent["karlskrona"] == units["karlskrona"] - 1
    assert silent["region-blekinge"] == units["region-blekinge"] > 5
    assert part(found, f"silent|{ALL}|") == silent


def test_who_files_for_the_first_time_is_counted_once_with_the_body_that_got_it(found):
    first = cells(found)
    assert [first[f"newcomer|{scope}|Σ"] for scope in (OWN, "own:sg_aldre", ALL)] == [1, 0, 1]
    assert part(found, f"newcomer_by|{ALL}|") == {"karlskrona": 1}
    assert part(found, f"newcomer_in|{ALL}|") == {"2026-01": 1}
    assert part(found, f"begun|{OWN}|") == {"karlskrona": 1}


def test_whoever_filed_before_the_period_is_not_new_in_it(year, anna, filing):
    next_year = of_year(2027)
    with clock.at(dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)):
        file(filing(age=10, occurred_on=clock.today()), by=anna)
        refresh()
        found = dataset(body("blekinge", "lsvo"), next_year)
    assert (cells(found)[f"filed|{ALL}"], cells(found)[f"newcomer|{ALL}|Σ"]) == (1, 0)
    assert part(found, f"begun|{ALL}|") == {}


def test_an_agreement_counts_as_expired_when_it_no_longer_held_on_the_day(anna, bo, filing):
    with clock.at(TODAY):
        for day in (dt.date(2026, 9, 1), dt.date(2026, 9, 2)):
            file(filing(occurred_on=day, clause="lansavtal"), by=anna)
        refresh()
        found = dataset(body("blekinge", "lsvo"), YEAR)
    assert part(found, f"agreement|{OWN}|") == {"lansavtal": 2}
    assert part(found, f"cited_expired|{OWN}|") == {"lansavtal": 2}
    assert part(found, f"clause|{OWN}|") == {"lansavtal": 2}


# ── a change, and its cost ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_change_is_in_the_numbers_after_the_next_round_of_jobs(year, bo, anna, filing):
    lsvo = body("blekinge", "lsvo")
    handling.receive(now(year[-1]), by=bo)
    file(filing(occurred_on=clock.today()), by=anna)
    jobs.run_due()
    found = dataset(lsvo, YEAR)
    assert cells(found)[f"filed|{OWN}"] == 15
    assert cells(found)[f"station|{OWN}|received"] == 4
    measure = Measure.objects.get(carried_out_at__isnull=True)
    deciding.carry_out(measure, by=bo)
    jobs.run_due()
    assert part(dataset(lsvo, YEAR), f"measures|{OWN}|") == {"done": 3, "Σ": 3}


def test_it_costs_the_same_number_of_statements_however_much_it_counts(
    cast, django_assert_num_queries, request, monkeypatch
):
    monkeypatch.setattr(datasets, "SOURCES", [])  # which cost what their own tests say
    lsvo = body("blekinge", "lsvo")
    with clock.at(TODAY):
        dataset(lsvo, YEAR)  # the profile is parsed once per process
        with django_assert_num_queries(8):
            dataset(lsvo, YEAR)
    request.getfixturevalue("year")
    with django_assert_num_queries(8):
        dataset(lsvo, YEAR)


def test_other_sources_add_tables_of_their_own(year, monkeypatch):
    asked = []
    monkeypatch.setattr(datasets, "SOURCES", [lambda *given: asked.append(given) or []])
    lsvo = body("blekinge", "lsvo")
    dataset(lsvo, YEAR)
    assert asked == [(lsvo.county, lsvo, YEAR)]


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_median_of_days_is_told_with_its_interval(found):
    # answers after 20 to 26 days: seven, so the interval at 95 per cent runs from the shortest to the longest
    assert found.spreads[f"answer|{OWN}"] == Spread(7, 23.0, 20, 26, None, 0.9844)
    assert found.spreads[f"mode|{OWN}|D"] == Spread(5, 40.0, None, None, None)
    assert found.spreads[f"closing|{OWN}"] == HIDDEN


def test_nine_of_ten_are_told_from_twice_the_threshold():
    assert spread_of({1: 9, 9: 1}, 5) == Spread(10, 1.0, 1, 1, 1, 0.9785)
    assert spread_of({1: 8, 9: 1}, 5).ninety is None
    assert spread_of({1: 4}, 5) == HIDDEN


def test_days_beyond_two_months_are_told_by_week_and_beyond_a_year_not_at_all():
    assert spread_of({67: 6}, 5).median == 67
    assert spread_of({9999: 6}, 5).median is None


def test_a_spread_is_told_only_with_the_count_that_it_is_made_of():
    spread = Spread(7, 23.0, 20, 26, None)
    spreads = {f"answer|{OWN}": spread, f"mode|{OWN}|C": spread}
    shown = Protected(5, {f"answered|{OWN}": Cell(7), f"mode|{OWN}|C|yes": Cell(None)})
    assert datasets.told(spreads, shown) == {f"answer|{OWN}": spread, f"mode|{OWN}|C": HIDDEN}
