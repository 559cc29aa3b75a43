"""Taking back one's own newest step: each that can be undone both ways, what it leaves in the history, and refusals."""

import datetime

import pytest

from deviations import clock
from deviations.errors import ChangedMeanwhile, NotYours, WrongState
from deviations.history import verify
from deviations.mail import post
from deviations.models import Deviation, Link, Mail
from deviations.services import deciding, desk, handling, merging, statements, undoing
from deviations.services.filing import file
from deviations.services.undoing import REVERSE, before, undo
from deviations.undoable import LETTER_WAITS, UNDO_WITHIN, UNDOABLE
from deviations.workflow import State
from orgs.models import BodyMembership
from orgs.permissions import end, grant
from tests.cast import body, person, unit


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def steps(deviation):
    assert verify(now(deviation)) is None
    return list(deviation.history.order_by("sequence").values_list("step", flat=True))


@pytest.fixture
def received(anna, bo, filing):
    return handling.receive(file(filing(), by=anna), by=bo)


@pytest.fixture
def siv(cast):
    """Bo's colleague in the group."""
    siv = person("siv", "Siv Sand")
    grant(siv, "coordinator", body("blekinge", "sg_barn_unga"), by=None)
    return siv


def soon():
    return clock.today() + datetime.timedelta(days=20)


TAKE = {
    "assign": lambda d, bo, siv, other: desk.assign(d, to=siv, by=bo),
    "put_on_agenda": lambda d, bo, siv, other: deciding.put_on_agenda(d, meeting_on=soon(), by=bo),
    "link": lambda d, bo, siv, other: merging.link(d, other=other, by=bo),
    "merge": lambda d, bo, siv, other: merging.merge(d, into=other, by=bo),
    "request_statement": lambda d, bo, siv, other: statements.request_statement(
        d, of=[unit("blekinge", "rb-bup")], question="Vad hände?", by=bo
    ),
    "request_completion": lambda d, bo, siv, other: statements.request_completion(d, question="Hur många?", by=bo),
}
BACK = {
    "assign": "assign",
    "put_on_agenda": "take_off_agenda",
    "link": "unlink",
    "merge": "separate",
    "request_statement": "take_back_statement",
    "request_completion": "take_back_question",
}


def taken(step, deviation, bo, siv, other):
    """Take the step; how the deviation stood before it, and the sequence it came to."""
    stood = before(now(deviation))
    TAKE[step](deviation, bo, siv, other)
    return stood, now(deviation).sequence


@pytest.fixture
def other(anna, bo, filing):
    return handling.receive(file(filing(happened="Samma möte, och ingen kom."), by=anna), by=bo)


def test_everything_that_can_be_undone_has_its_way_back():
    assert set(REVERSE) == UNDOABLE
    assert set(TAKE) | {"take_off_agenda", "close"} == UNDOABLE


@pytest.mark.parametrize("step", TAKE)
def test_a_step_is_taken_back_and_stands_in_the_history_with_its_way_back(step, received, other, bo, siv):
    stood, seen = taken(step, received, bo, siv, other)
    undo(now(received), step=step, before=stood, by=bo, seen=seen)
    assert before(now(received)) == stood
    assert steps(received)[-2:] == [step, BACK[step]]
    assert steps(other)[-1] in {"receive", "unlinked", "parted"}
    assert (Link.objects.count(), now(received).statements.count()) == (0, 0)


@pytest.mark.parametrize("step", TAKE)
def test_what_somebody_has_built_on_is_not_taken_back(step, received, other, bo, siv, anna):
    stood, seen = taken(step, received, bo, siv, other)
    if step == "merge":
        deciding.decide(now(other), text="Så gör vi.", by=siv)  # told to those merged into it
    else:
        handling.note(now(received), text="Ring upp.", by=siv)
    after = steps(received)
    with pytest.raises(ChangedMeanwhile, match="Det går inte att ångra längre"):
        undo(now(received), step=step, before=stood, by=bo, seen=seen)
    assert steps(received) == after


@pytest.mark.parametrize("step", TAKE)
def test_nobody_undoes_what_another_has_done(step, received, other, bo, siv, anna, cecilia):
    stood, seen = taken(step, received, bo, siv, other)
    for somebody in (siv, anna, cecilia):
        with pytest.raises(WrongState, match="inget att ångra"):
            undo(now(received), step=step, before=stood, by=somebody, seen=seen)
    assert steps(received)[-1] == step


def test_whoever_has_lost_the_right_to_the_step_undoes_nothing(received, bo, siv, other):
    stood, seen = taken("put_on_agenda", received, bo, siv, other)
    end(BodyMembership.objects.get(user=bo), by=None)
    with pytest.raises(NotYours):
        undo(now(received), step="put_on_agenda", before=stood, by=type(bo).objects.get(pk=bo.pk), seen=seen)


def test_it_goes_for_ten_minutes(received, bo, siv, other):
    stood, seen = taken("put_on_agenda", received, bo, siv, other)
    with clock.at(clock.now() + UNDO_WITHIN + datetime.timedelta(minutes=1)), pytest.raises(WrongState, match="tio"):
        undo(now(received), step="put_on_agenda", before=stood, by=bo, seen=seen)


def test_what_cannot_be_undone_is_told(received, bo):
    with pytest.raises(WrongState, match="inget att ångra"):
        undo(now(received), step="receive", before=before(received), by=bo, seen=now(received).sequence)


def test_what_was_taken_off_the_agenda_stands_there_again(received, bo):
    deciding.put_on_agenda(received, meeting_on=soon(), by=bo)
    stood = before(now(received))
    deciding.take_off_agenda(now(received), reason="Fel möte.", by=bo)
    undo(now(received), step="take_off_agenda", before=stood, by=bo, seen=now(received).sequence)
    assert (now(received).state, now(received).agenda_on) == (State.ON_AGENDA, soon())
    assert steps(received)[-2:] == ["take_off_agenda", "put_on_agenda"]


@pytest.fixture
def closed(received, other, bo):
    """With another merged into it."""
    merging.merge(other, into=received, by=bo)
    for step in (
        lambda d: handling.score(d, severity=3, likelihood=2, by=bo),
        lambda d: deciding.decide(d, text="Så gör vi.", by=bo),
        lambda d: deciding.give_feedback(d, text="Det här händer nu.", by=bo),
        lambda d: handling.score(d, severity=1, likelihood=1, by=bo),
        lambda d: deciding.close(d, by=bo),
    ):
        stood = before(now(received))
        step(now(received))
    return now(received), stood


def test_what_was_closed_is_open_as_it_was_with_its_decision_and_answer(closed, bo, other):
    deviation, stood = closed
    undo(deviation, step="close", before=stood, by=bo, seen=deviation.sequence)
    again = now(deviation)
    assert (again.state, again.closed_at, again.closing_severity) == (State.DECIDED, None, 1)
    assert (again.fed_back_at, again.decided_at) == (deviation.fed_back_at, deviation.decided_at)
    assert (steps(deviation)[-1], steps(other)[-1], now(other).closed_at) == ("undo_close", "undo_close", None)


def test_a_closing_that_the_reporter_has_answered_stands(closed, bo, anna):
    deviation, stood = closed
    deciding.answer_helped(deviation, helped=True, by=anna)
    with pytest.raises(ChangedMeanwhile):
        undo(now(deviation), step="close", before=stood, by=bo, seen=deviation.sequence)
    assert now(deviation).state == State.CLOSED


@pytest.mark.parametrize("step", ["assign", "merge", "request_statement", "request_completion"])
def test_a_letter_about_it_waits_and_is_never_sent_when_it_is_undone(
    step, received, other, bo, siv, mailoutbox, monkeypatch
):
    post.send_due()
    mailoutbox.clear()
    monkeypatch.setattr("deviations.mail.letters.LETTER_WAITS", LETTER_WAITS)
    stood, seen = taken(step, received, bo, siv, other)
    unsent = Mail.objects.filter(sent_at__isnull=True, cancelled_at__isnull=True)
    assert {mail.due_at > clock.now() for mail in unsent} == {True}
    post.send_due()
    assert mailoutbox == []
    undo(now(received), step=step, before=stood, by=bo, seen=seen)
    unsent.update(due_at=clock.now())
    post.send_due()
    assert [letter.subject for letter in mailoutbox if "tillsammans" in letter.subject] == []
    assert [letter for letter in mailoutbox if letter.to == [siv.email]] == []
    assert mailoutbox == []


def test_the_way_does_not_tell_of_a_request_that_was_taken_back(received, other, bo, siv):
    from frontend import way
    from orgs.permissions import keys_of

    stations = lambda: way.stations(now(received), keys_of(bo), list(received.history.order_by("sequence")))  # noqa: E731
    was = stations()
    stood, seen = taken("request_statement", received, bo, siv, other)
    assert stations() != was
    undo(now(received), step="request_statement", before=stood, by=bo, seen=seen)
    assert stations() == was
    assert undoing.before(now(received)) == stood
