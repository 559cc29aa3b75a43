"""The workflow both ways: each allowed step by each person; every other step and person refused, nothing changed."""

import datetime

import pytest
from django.db import transaction

from deviations.errors import Invalid, NotYours, Refused, WrongState
from deviations.history import verify
from deviations.models import Deviation, HistoryEntry
from deviations.rights import may
from deviations.services import (
    deciding,
    filing,
    handling,
)
from deviations.workflow import STEPS, State
from orgs.models import User
from orgs.permissions import grant
from tests.cast import body, unit
from tests.deviations.every_step import (
    IN_STATE,
    REASON,
    attempt,
    bl01,
    closed,
    decided,
    draft,
    received,
    soon,
    submitted,
    with_measure,
)

# Written again from the words of the design, not from the code: who may take the step, and in which states.
GROUP = {"bo"}
PREPARING = {"received", "awaiting_statement", "awaiting_completion", "on_agenda"}
DECIDED = {"decided", "measure", "effect"}
OPEN = {"submitted", *PREPARING, *DECIDED}
EXPECTED = {
    # step: (people, states)
    "submit": ({"anna"}, {"draft"}),
    "discard": ({"anna"}, {"draft"}),
    "withdraw": ({"anna"}, {"submitted"}),
    "receive": (GROUP, {"submitted"}),
    "hand_over": (GROUP, {"submitted", *PREPARING}),
    "decline": ({"bo", "berit"}, {"submitted", "awaiting_statement"}),
    "request_statement": (GROUP, {"received", "awaiting_statement", "on_agenda"}),
    "give_statement": ({"berit"}, {"awaiting_statement"}),
    "request_completion": (GROUP, {"received", "awaiting_statement", "on_agenda"}),
    "complete": ({"anna", "maria"}, {"submitted", *PREPARING}),
    "score": (GROUP, PREPARING | DECIDED),
    "put_on_agenda": (GROUP, {"received", "awaiting_statement"}),
    "take_off_agenda": (GROUP, {"on_agenda"}),
    "decide": (GROUP, {"received", "awaiting_statement", "on_agenda"}),
    "propose_measure": (GROUP, {"decided", "measure"}),
    "carry_out": ({"bo", "berit"}, {"measure"}),
    "check_effect": (GROUP, {"effect"}),  # in "measure" the measure must be done first
    "give_feedback": (GROUP, PREPARING | DECIDED),
    "escalate": (GROUP, PREPARING | {"decided"}),
    "return_escalated": (set(), set()),  # the steering body's, as the next two: see test_escalating
    "escalate_further": (set(), set()),
    "set_up_group": (set(), set()),
    "ask_adoption": (GROUP, DECIDED | {"closed"}),
    "postpone_measure": (GROUP, {"measure"}),
    "close": (GROUP, set()),  # needs feedback and a second estimate first: see below
    "answer_helped": ({"anna"}, {"closed"}),
    "reopen": ({"bo", "anna"}, {"closed"}),
    "invite": (GROUP, OPEN),
    "end_invitation": (GROUP, OPEN | {"closed", "merged"}),
    "note": (GROUP, OPEN | {"closed"}),
    "assign": (GROUP, OPEN),
    "link": (GROUP, OPEN | {"closed"}),
    "merge": (GROUP, {"submitted", *PREPARING} - {"awaiting_statement"}),  # what is asked is waited for
    "separate": (GROUP, {"merged"}),
    "extend_statement": (GROUP, {"awaiting_statement"}),
    "accept": ({"berit"}, {"awaiting_statement"}),
    "pass_on": ({"berit"}, {"awaiting_statement"}),
    "open_dispute": ({"bo", "maria", "berit"}, {"submitted", *PREPARING}),
    "give_view": ({"maria", "berit"}, set()),  # needs an open dispute first, as the next two: see test_disputes
    "set_interim": (GROUP, set()),
    "decide_dispute": (GROUP, set()),
    "publish_precedent": (GROUP, set()),  # needs a decided one
}
PEOPLE = ("anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada", "root")


@pytest.fixture
def everyone(cast):
    cast.root = User.objects.create_superuser("root@example.se", "x", name="Rot")
    # It is handed over to a body that works: what happens when it does not is tested in test_stand_in.
    grant(
        User.objects.create_user("vera@example.se", name="Vera"), "coordinator", body("blekinge", "sg_vuxna"), by=None
    )
    return cast


def snapshot(deviation):
    row = Deviation.objects.filter(pk=deviation.pk).values().get()
    return row, HistoryEntry.objects.count(), list(deviation.parties.order_by("pk").values())


@pytest.mark.parametrize("state", list(State))
def test_every_step_by_every_person(state, everyone):
    deviation = IN_STATE[state](everyone)
    if state != State.MERGED:
        received(everyone)  # one more, to be put beside it
    assert Deviation.objects.get(pk=deviation.pk).state == state
    for step, (people, states) in EXPECTED.items():
        if step == "end_invitation":
            continue
        for name in PEOPLE:
            by = getattr(everyone, name)
            expected = name in people and state in states
            if step == "decline":
                expected = (name == "bo" and state == "submitted") or (
                    name == "berit" and state == "awaiting_statement"
                )
            if step == "submit" and name == "anna" and state not in {"draft", "discarded"}:
                continue  # sending again returns what was sent: tested apart
            before = snapshot(deviation)
            if expected:
                with transaction.atomic():
                    attempt(step, deviation, by, everyone)()
                    after = Deviation.objects.get(pk=deviation.pk)
                    assert verify(after) is None, (step, name)
                    if step not in {"discard"}:
                        both = 2 if step in {"link", "merge", "separate"} else 1  # an entry in the other's history too
                        assert HistoryEntry.objects.count() == before[1] + both, (step, name)
                    assert after.state == STEPS[step].to or after.state in STEPS[step].reaches
                    transaction.set_rollback(True)
            else:
                with pytest.raises(Refused) as refused, transaction.atomic():
                    attempt(step, deviation, by, everyone)()
                assert isinstance(refused.value, NotYours | WrongState | Invalid), (step, name)
                assert refused.value.reason.strip().endswith((".", "!")), (step, name, refused.value.reason)
            assert snapshot(deviation) == before, (step, name, state)


def test_the_table_here_names_every_step():
    assert set(EXPECTED) == set(STEPS)


def test_whoever_is_refused_for_standing_is_told_so_and_whoever_comes_at_the_wrong_time_too(cast):
    deviation = submitted(cast)
    with pytest.raises(NotYours, match="Bara samordnaren i det ansvariga organet"):
        handling.receive(deviation, by=cast.anna)
    with pytest.raises(WrongState, match="Det går när gruppen har tagit emot avvikelsen"):
        deciding.put_on_agenda(deviation, meeting_on=soon(), by=cast.bo)


def test_nothing_closes_before_the_reporter_has_an_answer(cast):
    deviation = decided(cast)
    with pytest.raises(WrongState, match="Kan avslutas när rapportören har fått svar"):
        deciding.close(deviation, by=cast.bo)
    deciding.give_feedback(deviation, text="BUP bevakar brevlådan nu.", by=cast.bo)
    for _time in range(2):
        handling.score(deviation, severity=2, likelihood=2, by=cast.bo)
    assert deciding.close(deviation, by=cast.bo).state == State.CLOSED


def test_nothing_closes_before_its_effects_are_checked(cast):
    deviation = with_measure(cast)
    deciding.give_feedback(deviation, text="En åtgärd är på väg.", by=cast.bo)
    with pytest.raises(WrongState, match="effekt är kontrollerad"):
        deciding.close(deviation, by=cast.bo)


def test_no_it_did_not_help_opens_the_question_again(cast):
    deviation = closed(cast)
    deciding.answer_helped(deviation, helped=False, comment="Det hände igen i går.", by=cast.anna)
    deviation = Deviation.objects.get(pk=deviation.pk)
    assert (deviation.state, deviation.helped, deviation.fed_back_at) == (State.RECEIVED, False, None)


def test_a_second_bounce_goes_to_the_steering_body(cast):
    deviation = submitted(cast)
    vuxna, lsvo = body("blekinge", "sg_vuxna"), body("blekinge", "lsvo")
    other = User.objects.create_user("vera@example.se", "x", name="Vera")
    grant(other, "coordinator", vuxna, by=None)
    handling.decline(deviation, reason="other_legal_ground", comment=REASON, to=vuxna, by=cast.bo)
    deviation = Deviation.objects.get(pk=deviation.pk)
    assert (deviation.accountable_body, deviation.bounces, deviation.state) == (vuxna, 1, State.SUBMITTED)
    handling.hand_over(deviation, to=body("blekinge", "sg_barn_unga"), reason=REASON, by=other)
    deviation = Deviation.objects.get(pk=deviation.pk)
    assert (deviation.accountable_body, deviation.bounces) == (lsvo, 2)
    assert Deviation.objects.visible_to(cast.anna).filter(pk=deviation.pk).exists()
    assert Deviation.objects.visible_to(cast.bo).filter(pk=deviation.pk).exists()


def test_a_body_that_may_only_recommend_does_not_decide(cast):
    where = body("varmland", "beredningsgrupp")
    handler = User.objects.create_user("vera@example.se", "x", name="Vera")
    grant(handler, "coordinator", where, by=None)
    elev = unit("varmland", "1780-elevhalsan")
    reporter = User.objects.create_user("rut@example.se", "x", name="Rut")
    grant(reporter, "reporter", elev, by=None)
    deviation = filing.file(
        bl01(reporting_unit=elev, receiving_units=(unit("varmland", "rv-bup"),), age=None, category="other",
             comment="Gäller alla åldrar"), by=reporter,
    )  # fmt: skip
    handling.receive(deviation, by=handler)
    decision = deciding.decide(deviation, text="Förordar en gemensam rutin.", by=handler)
    assert decision.binding is False


def test_the_one_who_comes_second_is_told_what_changed(cast):
    deviation = submitted(cast)
    seen = deviation.sequence
    handling.receive(deviation, by=cast.bo, seen=seen)
    with pytest.raises(Refused, match="Ta emot") as refused:
        handling.score(deviation, severity=2, likelihood=2, by=cast.bo, seen=seen)
    assert (refused.value.status, refused.value.steps) == (409, ["receive"])


def test_sending_a_draft_twice_sends_it_once(cast):
    first = draft(cast)
    sent = filing.submit(first, by=cast.anna)
    again = filing.submit(first, by=cast.anna)
    assert (again.pk, again.sequence, HistoryEntry.objects.filter(deviation=sent).count()) == (sent.pk, 1, 1)


def test_the_same_key_stores_once_and_another_content_is_refused(cast):
    first, stored = filing.file_once(bl01(), by=cast.anna, idempotency_key="k1")
    again, stored_again = filing.file_once(bl01(), by=cast.anna, idempotency_key="k1")
    assert (stored, stored_again, first.pk) == (True, False, again.pk)
    with pytest.raises(Refused, match="Samma nyckel") as refused:
        filing.file_once(bl01(age=15), by=cast.anna, idempotency_key="k1")
    assert refused.value.status == 409


def test_whoever_may_not_file_from_a_unit_is_refused(cast):
    with pytest.raises(NotYours, match="där du arbetar"):
        filing.file(bl01(), by=cast.cecilia)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("happened", "", "required"),
        ("happened", "Eleven är 20121212-1212.", "personal_identity_number"),
        ("local_reference", "20121212-1212", "personal_identity_number"),
        ("occurred_on", None, "required"),
        ("occurred_on", datetime.date(2999, 1, 1), "in_future"),
        ("age", 121, "out_of_range"),
        ("category", "", "required"),
        ("category", "nope", "unknown"),
        ("receiving_units", (), "required"),
        ("clause", "nope/1", "unknown"),
        ("kind", "nope", "unknown"),
        ("target_group", "nope", "unknown"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(field, value, code, cast):
    with pytest.raises(Invalid) as refused:
        filing.file(bl01(**{field: value}), by=cast.anna)
    assert [c for c, _text in refused.value.fields[field]] == [code]
    assert not Deviation.objects.exists()


def test_who_may_is_answered_without_writing(cast):
    deviation = received(cast)
    before = snapshot(deviation)
    assert may(cast.bo, "decide", deviation)
    assert not may(cast.cecilia, "decide", deviation)
    assert snapshot(deviation) == before
