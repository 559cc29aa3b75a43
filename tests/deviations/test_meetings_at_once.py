"""Several at the same meeting at the same moment: one wins, nothing is lost, and nobody waits for ever."""

import pytest

from deviations import diary
from deviations.errors import Refused
from deviations.history import verify
from deviations.models import AgendaItem, Decision, Meeting
from deviations.services import agenda, deciding, meetings, minutes
from tests.deviations.meeting_world import answered, at, group, held, item_of, now, planned, running
from tests.deviations.test_at_once import MANY, all_at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def test_minutes_approved_many_times_at_once_take_effect_once(cast, filing):
    meeting, deviation = held(cast, filing)
    ends = all_at_once(lambda: minutes.approve_minutes(meeting, by=cast.bo))
    assert refusals(ends) == [409] * (MANY - 1)
    assert Decision.objects.count() == 1
    assert verify(now(deviation)) is None
    assert diary.verify(group()) is None


def test_the_same_point_written_many_times_at_once_is_written_by_one(cast, filing):
    meeting, [deviation] = running(cast, filing)
    item = item_of(meeting, deviation)
    ends = all_at_once(
        lambda: minutes.record_decision(item, verb="decides", text="Ja.", by=cast.bo, seen=item.sequence)
    )
    assert refusals(ends) == [409] * (MANY - 1)


def test_different_points_written_at_once_are_all_kept(cast, filing):
    meeting = planned(cast.bo)
    for number in range(MANY):
        agenda.add_item(now(meeting), title=f"Punkt {number}", by=cast.bo)
    meetings.start_meeting(now(meeting), by=cast.bo)
    left = list(AgendaItem.objects.select_related("meeting").order_by("pk"))
    waiting = iter(left)

    def write():
        item = next(waiting)
        return minutes.record_decision(item, verb="notes", text=item.title, by=cast.bo, seen=item.sequence)

    assert refusals(all_at_once(write)) == []
    assert all(item.text == item.title for item in AgendaItem.objects.all())
    assert now(meeting).sequence == 2 + 2 * MANY  # planned, opened, and each point added and written


def test_an_agenda_built_while_its_matters_are_put_up_by_hand_holds_each_once(cast, filing):
    deviations, meeting = [answered(cast, filing) for _n in range(3)], planned(cast.bo)
    acts = iter([*(lambda d=d: deciding.put_on_agenda(d, meeting=meeting, by=cast.bo) for d in deviations),
                 *[lambda: agenda.build_agenda(meeting, by=cast.bo)] * (MANY - 3)])  # fmt: skip
    ends = all_at_once(lambda: next(acts)())
    assert not [end for end in ends if isinstance(end, Exception) and not isinstance(end, Refused)]
    assert len(ends) == MANY
    for deviation in deviations:
        assert AgendaItem.objects.filter(deviations=deviation, removed_at=None).count() == 1
        assert verify(now(deviation)) is None


def test_two_meetings_planned_for_the_same_day_at_once_become_one(cast):
    ends = all_at_once(lambda: meetings.plan_meeting(group(), starts_at=at(5), by=cast.bo))
    assert refusals(ends) == [400] * (MANY - 1)
    assert Meeting.objects.count() == 1
