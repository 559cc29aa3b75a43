"""A snapshot is counted once, by one worker, protected against those before it, and proved by its checksum."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from deviations import clock
from deviations.errors import NotYours, WrongState
from deviations.learning.period import until
from deviations.learning.refresh import refresh
from deviations.models import Deviation, Snapshot
from deviations.reports import making, snapshots, stored, verify
from deviations.reports.live_numbers import live_numbers
from deviations.services import handling, sip
from deviations.services.learning_reports import ask_snapshot
from deviations.services.sip import Checked, Entered
from tests.cast import body, unit
from tests.reports.year import AFTER, YEAR, year

__all__ = ["year"]


@pytest.fixture
def asked(year, bo):
    with clock.at(AFTER):
        yield ask_snapshot(body("blekinge", "sg_barn_unga"), YEAR, by=bo)


def of(row):
    return Snapshot.objects.get(pk=row.pk)


def test_it_is_of_the_whole_tree_and_has_a_code_that_people_can_cite(asked):
    assert (asked.root.key, asked.code, asked.status) == ("regionchefsgruppen", "S-2025-BL-01", "waiting")


def test_a_worker_counts_it_and_freezes_what_may_be_told(asked):
    assert making.make_due() == 1
    made = of(asked)
    assert (made.status, made.progress, made.threshold) == ("ready", 100, 5)
    assert stored.shown(made.shown, 5).value("filed", "all:lsvo") == 36
    assert made.checksum == snapshots.checksum_of(made)


def test_every_body_of_the_tree_has_its_part_from_the_same_one(asked):
    making.make_due()
    for key in ("sg_aldre", "lsvo", "regionchefsgruppen"):
        assert ask_snapshot(body("blekinge", key), YEAR, by=None) == asked
    assert Snapshot.objects.count() == 1


def test_counting_anew_is_another_snapshot_and_the_first_one_stays(asked, bo):
    making.make_due()
    before = of(asked).checksum
    again = ask_snapshot(body("blekinge", "sg_barn_unga"), YEAR, again=True, by=bo)
    making.make_due()
    assert (again.code, of(again).status, of(asked).checksum) == ("S-2025-BL-02", "ready", before)
    assert of(again).shown == of(asked).shown


def test_those_who_only_read_cannot_ask(asked, lena, cecilia):
    for stranger in (lena, cecilia):
        with pytest.raises(NotYours):
            ask_snapshot(body("blekinge", "sg_barn_unga"), YEAR, by=stranger)


def test_the_same_months_of_the_year_before_are_asked_for_when_there_is_something_to_compare_with(year, bo):
    with clock.at(dt.datetime(2026, 5, 2, 9, tzinfo=dt.UTC)):
        ask_snapshot(body("blekinge", "sg_barn_unga"), until(2026, 4), by=bo)
        assert making.make_due() == 3
    found = Snapshot.objects.order_by("pk").values_list("first_month", "last_month", "status")
    months = [(first.year, last.month, status) for first, last, status in found]
    assert months == [(2025, 4, "ready"), (2025, 12, "ready"), (2026, 4, "ready")]


def test_a_shorter_period_is_not_counted_after_a_longer_one(asked, bo):
    with pytest.raises(WrongState, match="längre del av 2025"):
        ask_snapshot(body("blekinge", "sg_barn_unga"), until(2025, 4), by=bo)


def test_a_longer_period_keeps_what_the_shorter_one_told(year, bo):
    with clock.at(AFTER):
        first = ask_snapshot(body("blekinge", "lsvo"), until(2025, 4), by=None)
        making.make_due()
        second = ask_snapshot(body("blekinge", "lsvo"), YEAR, by=None)
        making.make_due()
    kept = of(second).counts["before"]
    assert len(kept) == 1
    assert set(kept[0]["told"]) == {name for name, cell in of(first).shown["cells"].items() if cell[0] is not None}


def test_what_another_tree_has_told_of_sip_is_protected_against(cast):
    """A board reads the reports of both: two more that met the point would be the one's number less the other's."""
    karlskrona = unit("blekinge", "karlskrona")
    with clock.at(AFTER):
        for month, met, of_all in ((2, 10, 20), (9, 2, 10)):
            sip.put(
                Entered(
                    principal=karlskrona, municipality=karlskrona, month=dt.date(2025, month, 1), new=30,
                    target_group="barn_unga", quality=(Checked("need", met, of_all),),
                ),
                by=cast.maria,
            )  # fmt: skip
        first = ask_snapshot(body("blekinge", "lsvo"), until(2025, 4), by=None)
        making.make_due()
        second = ask_snapshot(body("blekinge", "psvo"), YEAR, by=None)
        making.make_due()
    assert of(first).shown["cells"]["sip_quality|need|met"][0] == 10
    assert of(second).root != of(first).root
    assert of(second).shown["cells"]["sip_quality|need|met"][0] is None
    [known] = of(second).counts["before"]
    assert {table["id"] for table in known["tables"]} <= snapshots.COUNTYWIDE
    assert verify.faults(of(second)) == []


# ── workers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_worker_at_a_time(asked):
    assert making.claim(asked.pk) is not None
    assert making.claim(asked.pk) is None
    assert making.make_due() == 0


def test_what_a_dead_worker_left_is_taken_up_again(asked):
    making.claim(asked.pk)
    with clock.at(clock.now() + making.LEASE + dt.timedelta(seconds=1)):
        assert making.make_due() == 1
    assert of(asked).status == "ready"


def test_a_worker_whose_time_was_up_writes_nothing_over_the_next_ones(asked):
    late = making.claim(asked.pk)
    with clock.at(clock.now() + making.LEASE + dt.timedelta(seconds=1)):
        making.claim(asked.pk)
    assert making._come(late, 40) is False


def test_one_that_cannot_be_made_says_so_and_can_be_asked_for_again(asked, bo, monkeypatch):
    def broken(*_args, **_options):
        raise ValueError("filed is not the sum of its parts")

    with monkeypatch.context() as patched:
        patched.setattr(snapshots, "count", broken)
        assert making.make_due() == 0
    assert (of(asked).status, of(asked).error) == ("failed", "ValueError")
    again = ask_snapshot(body("blekinge", "sg_barn_unga"), YEAR, by=bo)
    assert making.make_due() == 1
    assert of(again).status == "ready"


# ── proof ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_stored_says_the_same_when_it_is_read_back(asked):
    making.make_due()
    counted, told = snapshots.counted_of(of(asked)), snapshots.numbers_of(of(asked))
    numbers = snapshots.protected(counted)
    assert (
        stored.of_shown(numbers.shown, numbers.spreads) == of(asked).shown == stored.of_shown(told.shown, told.spreads)
    )


def test_the_same_data_give_the_same_checksum_on_every_engine(asked):
    """The expected sum is written here, and this test is run on SQLite and on PostgreSQL."""
    making.make_due()
    made = of(asked)
    made.definitions = []  # their words may be made better
    assert snapshots.checksum_of(made) == "2ccadb67afbbadd0e26a3717b57b5c79d121294bf8f9d05cd0856c3745b25e55"


def test_numbers_of_today_are_the_frozen_ones_once_a_longer_period_is_frozen(year, bo):
    root = body("blekinge", "regionchefsgruppen")
    with clock.at(AFTER):
        frozen = ask_snapshot(root, until(2025, 4), by=None)
        making.make_due()
        ask_snapshot(root, YEAR, by=None)
        making.make_due()
        Deviation.objects.filter(filed_at__year=2025, filed_at__month=1).update(category="other")
        shown = live_numbers(root, until(2025, 4)).shown
        assert stored.of_shown(shown, {})["cells"] == of(frozen).shown["cells"]
        with pytest.raises(WrongState):
            live_numbers(root, until(2025, 8))


# ── it never changes, and says when it has been tampered with ────────────────────────────────────────────────────────
@pytest.fixture
def made(asked):
    making.make_due()
    return of(asked)


@pytest.mark.parametrize(
    "change",
    [{"shown": {}}, {"counts": {}}, {"checksum": "b" * 64}, {"threshold": 3}, {"kept": 1.0}, {"status": "waiting"}],
)
def test_the_database_refuses_to_change_a_ready_one(made, change):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Snapshot.objects.filter(pk=made.pk).update(**change)
    assert of(made).checksum == made.checksum


def test_every_number_is_proved_and_what_has_happened_since_is_told_apart(made, bo):
    assert (verify.faults(made), verify.changes_since(made)) == ([], [])
    with clock.at(AFTER + dt.timedelta(days=1)):
        handling.receive(Deviation.objects.filter(state="submitted", age=10).first(), by=bo)
        refresh()
    assert verify.faults(made) == []
    assert "station|own:sg_barn_unga|received" in verify.changes_since(made)


def test_a_number_that_was_tampered_with_is_found(made):
    made.shown["cells"]["filed|all:lsvo"] = [1000, False]
    assert verify.faults(made) == [
        "Kontrollsumman stämmer inte med det som visas.",
        "1 tal blir ett annat när det räknas om ur underlaget: filed|all:lsvo.",
    ]


def test_one_that_was_protected_by_earlier_rules_is_proved_by_its_checksum_alone(made):
    made.counts["rules"] -= 1
    made.shown["cells"]["filed|all:lsvo"] = [1000, False]
    assert verify.faults(made) == ["Kontrollsumman stämmer inte med det som visas."]


def test_the_command_says_that_all_is_well_or_what_is_not(made, capsys, monkeypatch):
    call_command("verify_snapshots")
    assert "1 underlag och 0 rapporter stämmer." in capsys.readouterr().out
    monkeypatch.setattr(snapshots, "checksum_of", lambda snapshot: "0")
    with pytest.raises(CommandError, match="1 stämmer inte"):
        call_command("verify_snapshots")
