"""A delivery that nobody opens is announced again, then alarmed, and told upwards."""

from datetime import timedelta

import pytest

from deviations import clock, history, jobs
from deviations.models import Delivery
from deviations.services import delivery
from deviations.services.filing import withdraw
from deviations.services.handling import hand_over, receive, see
from orgs.models import User
from orgs.permissions import grant
from tests.cast import body, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """What is sent to whom: [({user ids}, message)]."""
    found = []
    monkeypatch.setattr(delivery, "send_to_people", lambda people, message: found.append((set(people), message)))
    return found


@pytest.fixture
def work_at(filed, django_capture_on_commit_callbacks):
    """Let a worker do its round so long after the filed deviation was due; returns how much it did."""
    due = Delivery.objects.get(deviation=filed).due_at

    def work(**after):
        with clock.at(due + timedelta(**after)), django_capture_on_commit_callbacks(execute=True):
            return delivery.attend_to_deliveries()

    return work


def test_nothing_is_done_before_it_is_due(work_at, filed):
    assert work_at(seconds=-1) == 0


def test_a_round_with_nothing_to_do_is_a_look_for_each_job_four_for_stand_ins_six_for_numbers(
    filed, django_assert_num_queries
):  # fmt: skip
    while jobs.run_due():
        pass
    with django_assert_num_queries(len(jobs.JOBS) + 3 + 5):
        assert jobs.run_due() == 0


def test_it_is_announced_again_to_those_who_handle_and_ever_less_often(work_at, filed, bo, anna, sent):
    done = [work_at(hours=hours) for hours in (0, 1, 2, 3, 7, 8, 9, 23)]
    assert done == [1, 0, 1, 0, 0, 1, 0, 0]
    message = {
        "type": "deviation.changed", "deviation": str(filed.public_id), "sequence": 1,
        "position": filed.history.get().pk,
    }  # fmt: skip
    assert sent == [({bo.pk}, message)] * 3
    assert Delivery.objects.get().attempts == 4


def test_what_was_due_long_ago_is_made_up_for_at_once_and_the_next_round_writes_nothing(
    work_at, filed, django_assert_num_queries
):  # fmt: skip
    assert work_at(days=9) == 1
    with django_assert_num_queries(1):
        assert work_at(days=9) == 0
    assert Delivery.objects.get().alarmed_at is not None


def test_between_two_announcements_that_were_missed_only_one_is_made(work_at, filed, bo, sent):
    assert [work_at(hours=5), work_at(hours=5), work_at(hours=8)] == [1, 0, 1]
    assert len(sent) == 2


def alarm(work_at):
    for hours in (0, 2, 8, 24):
        assert work_at(hours=hours) == 1


def test_the_alarm_is_in_the_history_once_and_by_samsyn(work_at, filed):
    alarm(work_at)
    assert work_at(hours=48) == 0
    entry = filed.history.get(step="delivery_alarm")
    assert (entry.sequence, entry.by, entry.acting_for) == (2, None, "Samsyn")
    assert entry.data["shown_as"] == "Samverkansgrupp Barn och unga"
    filed.refresh_from_db()
    assert history.verify(filed) is None


def test_the_alarm_reaches_the_group_its_steering_body_and_the_county(work_at, filed, cast, sent):
    eva = User.objects.create_user("eva@example.se", name="Eva")
    grant(eva, "coordinator", body("blekinge", "sg_barn_unga").steering_body, by=None)
    alarm(work_at)
    assert sent[-1] == ({cast.bo.pk, eva.pk, cast.ada.pk}, {"type": "lists.changed"})
    waiting = Delivery.objects.get()
    told = {person.name for person in User.objects.all() if list(delivery.stuck(person)) == [waiting]}
    assert told == {"Bo Berg", "Eva", "Ada Almgren"}


def test_a_delivery_is_not_stuck_before_the_alarm(work_at, filed, bo):
    work_at(hours=8)
    assert list(delivery.stuck(bo)) == []


def test_what_somebody_has_opened_is_left_alone_and_leaves_the_list(work_at, filed, bo, ada):
    alarm(work_at)
    see(filed, by=bo)
    assert list(delivery.stuck(ada)) == []
    assert work_at(days=30) == 0


def test_what_was_received_handed_over_or_withdrawn_is_not_alarmed(work_at, filed, bo, anna, filing):
    receive(filed, by=bo)
    assert work_at(days=2) == 0


def test_what_was_handed_over_is_watched_at_the_new_body(work_at, filed, bo):
    grant(person("vera", "Vera Vik"), "coordinator", body("blekinge", "sg_vuxna"), by=None)
    hand_over(filed, to=body("blekinge", "sg_vuxna"), reason="Personen är vuxen.", by=bo)
    assert work_at(days=2) == 1
    old, new = Delivery.objects.order_by("pk")
    assert (old.attempts, old.alarmed_at, new.attempts) == (1, None, 4)


def test_what_was_withdrawn_is_not_alarmed(work_at, filed, anna):
    withdraw(filed, by=anna)
    assert work_at(days=2) == 0
