"""Working groups that a steering body sets up, from task to report."""

import datetime

import pytest

from deviations import clock
from deviations.diary import verify as verify_diary
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.models import WorkingGroup
from deviations.services import escalating, working_groups
from tests.cast import body
from tests.deviations.steering import holder, lars, now, received, steps_of

MEMBERS = ["Karlskrona kommun", "Region Blekinge"]


@pytest.fixture
def steering(cast):
    return lars()


@pytest.fixture
def escalation(cast, filing):
    two = [received(filing, cast) for _each in range(2)]
    return escalating.escalate_several(two, title="SIP", summary="Återkommer.", by=cast.bo)


def in_days(days):
    return clock.today() + datetime.timedelta(days=days)


def set_up(escalation, by, **changes):
    given = {"name": "SIP-gruppen", "task": "En rutin.", "members": MEMBERS, "due_on": in_days(90), **changes}
    return working_groups.set_up_group(escalation, by=by, **given)


def test_a_group_is_set_up_with_the_deviations_that_caused_it(escalation, steering):
    group = set_up(escalation, steering)
    escalation.refresh_from_db()
    assert (group.steering_body.key, group.members, group.status) == ("lsvo", MEMBERS, "active")
    assert (escalation.status, group.deviations.count()) == ("working_group", 2)
    for deviation in group.deviations.all():
        assert steps_of(deviation) == ["submit", "receive", "escalate", "set_up_group"]
        assert verify(now(deviation)) is None
    assert [entry.step for entry in body("blekinge", "lsvo").diary.all()] == ["set_up_group"]
    assert verify_diary(body("blekinge", "lsvo")) is None


def test_the_steering_body_still_answers_afterwards(escalation, steering):
    set_up(escalation, steering)
    assert len(escalating.decide_escalation(escalation, text="Som gruppen föreslår.", by=steering)) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 161}, "name"), ({"task": " "}, "task"), ({"members": [" "]}, "members"),
        ({"members": ["070-123 45 67"]}, "members"), ({"due_on": datetime.date(2020, 1, 1)}, "due_on"),
        ({"task": "Ring 070-123 45 67"}, "task"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(changes, field, escalation, steering):
    with pytest.raises(Invalid) as refused:
        set_up(escalation, steering, **changes)
    assert list(refused.value.fields) == [field]
    assert not WorkingGroup.objects.exists()


def test_progress_report_and_end_are_told_in_turn(escalation, steering):
    group = set_up(escalation, steering)
    working_groups.tell_progress(group, text="Två möten.", by=steering)
    assert working_groups.report_group(group, text="En gemensam rutin.", by=steering).status == "reported"
    ended = working_groups.end_group(group, text="Klart.", by=steering)
    assert (ended.status, ended.report) == ("ended", "En gemensam rutin.")
    told = [(entry.step, entry.data["text"]) for entry in working_groups.progress_of(ended)]
    assert told == [
        ("end_group", "Klart."), ("report_group", "En gemensam rutin."), ("progress_group", "Två möten."),
    ]  # fmt: skip
    for deviation in group.deviations.all():
        assert steps_of(deviation)[-2:] == ["report_group", "end_group"]
        assert verify(now(deviation)) is None
    with pytest.raises(WrongState, match="avslutad"):
        working_groups.tell_progress(group, text="Mer.", by=steering)


@pytest.mark.parametrize("who", ["anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_nobody_but_the_steering_body_sets_up_reports_or_ends(who, cast, escalation, steering):
    group = set_up(escalation, steering)
    by = getattr(cast, who)
    for attempt in (
        lambda: set_up(escalation, by),
        lambda: working_groups.tell_progress(group, text="Bra.", by=by),
        lambda: working_groups.report_group(group, text="Bra.", by=by),
        lambda: working_groups.end_group(group, text="Bra.", by=by),
    ):
        with pytest.raises(NotYours, match="styrande organ"):
            attempt()
    assert WorkingGroup.objects.get().status == "active"


def test_both_bodies_read_it_and_no_others(cast, escalation, steering):
    group = set_up(escalation, steering)
    member = holder("mats", "member", body("blekinge", "lsvo"))
    found = {
        name for name in ("anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada")
        if working_groups.readable_by(getattr(cast, name)).exists()
    }  # fmt: skip
    assert (found, list(working_groups.readable_by(member))) == ({"bo"}, [group])
