"""What is asked of a unit: accepted, answered, passed on, declined, given longer time. Nothing ends with a no."""

import datetime

import pytest

from deviations import clock
from deviations.deadlines import due_on, working_days_from
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.models import Deviation, Escalation, HistoryEntry, Party, Statement
from deviations.services import deciding, handling, receiving, statements
from deviations.workflow import State
from orgs.models import Organisation
from orgs.permissions import grant
from orgs.profiles.parts import Limit
from tests.cast import body, person, unit

REASON = "Remissen gäller första linjen."
QUESTION = "Hur läser ni punkt 4?"


@pytest.fixture
def bup(cast):
    return unit("blekinge", "rb-bup")


@pytest.fixture
def elevhalsan(cast):
    return unit("blekinge", "1080-elevhalsan")


@pytest.fixture
def vardcentral(cast):
    return unit("blekinge", "rb-vardcentral")


@pytest.fixture
def asked(filed, bo, bup):
    """BL-01, where BUP is asked for a statement."""
    handling.receive(filed, by=bo)
    statements.request_statement(now(filed), of=[bup], question=QUESTION, by=bo)
    return now(filed)


@pytest.fixture
def vera(vardcentral):
    """Answers for the health centre."""
    vera = person("vera", "Vera Vik")
    grant(vera, "investigator", vardcentral, by=None)
    return vera


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def of(deviation, where):
    return Statement.objects.filter(deviation=deviation, organisation=where).order_by("-pk").first()


def steps_of(deviation):
    assert verify(now(deviation)) is None
    return list(HistoryEntry.objects.filter(deviation=deviation).order_by("sequence").values_list("step", flat=True))


def last(deviation):
    return HistoryEntry.objects.filter(deviation=deviation).order_by("-sequence").first()


def faults(refused):
    return {name: [code for code, _text in found] for name, found in refused.value.fields.items()}


# ── it is ours ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_unit_that_accepts_is_responsible_and_still_owes_its_statement(asked, berit, bup):
    receiving.accept(asked, by=berit)
    statement = of(asked, bup)
    assert (statement.status, statement.accepted_at is not None) == ("requested", True)
    assert now(asked).state == State.AWAITING_STATEMENT
    assert (last(asked).step, last(asked).acting_for) == ("accept", "BUP, Region Blekinge")


def test_it_is_accepted_once(asked, berit):
    receiving.accept(asked, by=berit)
    with pytest.raises(WrongState, match="Ni har redan sagt att det är ert ansvar"):
        receiving.accept(asked, by=berit)


def test_one_unit_of_two_has_accepted_and_is_told_so_when_it_presses_again(asked, bo, berit, vera, vardcentral):
    join(asked, vardcentral)
    statements.request_statement(asked, of=[vardcentral], question="", by=bo)
    receiving.accept(asked, by=berit)
    with pytest.raises(Invalid) as refused:
        receiving.accept(asked, by=berit)
    assert faults(refused) == {"of": ["already"]}
    assert receiving.accept(asked, by=vera).organisation == vardcentral


def join(deviation, where):
    Party.objects.create(
        deviation=deviation, role=Party.Role.RECEIVING, organisation=where, principal=where.principal,
        shown_as=where.full_name, filed_at=deviation.filed_at,
    )  # fmt: skip


# ── it belongs to somebody else ──────────────────────────────────────────────────────────────────────────────────────
def test_what_is_passed_on_is_asked_of_the_unit_named_with_a_limit_of_its_own(asked, berit, vera, bup, vardcentral):
    Statement.objects.filter(deviation=asked).update(due_on=clock.today() - datetime.timedelta(days=4))
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    old, new = of(asked, bup), of(asked, vardcentral)
    assert (old.status, old.passed_to, old.decline_comment) == ("passed_on", vardcentral, REASON)
    assert (new.status, new.question) == ("requested", QUESTION)
    assert new.due_on == statements.last_day_for(asked)
    assert (now(asked).bounces, now(asked).state) == (1, State.AWAITING_STATEMENT)
    assert now(asked).first_answer_at is None
    assert Deviation.objects.visible_to(vera).filter(pk=asked.pk).exists()
    entry = last(asked)
    assert (entry.step, entry.acting_for) == ("pass_on", "BUP, Region Blekinge")
    assert entry.data == {
        "reason": REASON, "to": vardcentral.full_name, "bounces": 1, "asked": True, "due_on": new.due_on.isoformat(),
    }  # fmt: skip


def test_the_unit_that_passed_it_on_goes_on_reading(asked, berit, vardcentral):
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    assert Deviation.objects.visible_to(berit).filter(pk=asked.pk).exists()
    with pytest.raises(NotYours, match="begärt av en annan enhet"):
        statements.give_statement(asked, cause="Fel låda.", by=berit)


def test_the_unit_named_answers_and_it_is_the_groups_turn(asked, berit, vera, vardcentral):
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    statements.give_statement(asked, cause="Vi tar det.", by=vera)
    assert now(asked).state == State.RECEIVED


def test_it_can_be_passed_back_to_the_unit_that_reported(asked, berit, maria, elevhalsan):
    receiving.pass_on(asked, unit=elevhalsan, reason="Elevhälsan ska göra mer innan remiss.", by=berit)
    assert of(asked, elevhalsan).status == "requested"
    statements.give_statement(asked, cause="Bedömningen var gjord innan vi remitterade.", by=maria)
    assert of(asked, elevhalsan).status == "given"


def test_a_unit_that_was_asked_before_is_no_party_twice(asked, bo, berit, vera, bup, vardcentral):
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    statements.give_statement(asked, cause="Vi tar det.", by=vera)
    statements.request_statement(asked, of=[bup], question="", by=bo)
    assert Party.objects.filter(deviation=asked, role="receiving", organisation=vardcentral).count() == 1


@pytest.mark.parametrize(
    ("county", "key", "code"),
    [("varmland", "rv-bup-1", "unknown"), ("blekinge", "rb-bup", "same"), (None, None, "required")],
)
def test_only_another_unit_of_the_county_can_be_named(county, key, code, asked, berit):
    named = unit(county, key) if county else None
    for attempt in (
        lambda: receiving.pass_on(asked, unit=named, reason=REASON, by=berit),
        lambda: handling.decline(asked, reason="not_ours", comment=REASON, unit=named, by=berit),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert faults(refused) == {"unit": [code]}
    assert (now(asked).bounces, of(asked, unit("blekinge", "rb-bup")).status) == (0, "requested")


def test_a_unit_that_has_ended_is_not_asked(asked, berit, vardcentral):
    yesterday = clock.today() - datetime.timedelta(days=1)
    Organisation.objects.filter(pk=vardcentral.pk).update(valid_to=yesterday)
    with pytest.raises(Invalid) as refused:
        receiving.pass_on(asked, unit=unit("blekinge", "rb-vardcentral"), reason=REASON, by=berit)
    assert faults(refused) == {"unit": ["unknown"]}


def test_a_unit_that_is_asked_already_is_not_asked_twice(asked, bo, berit, vardcentral):
    join(asked, vardcentral)
    statements.request_statement(asked, of=[vardcentral], question="", by=bo)
    with pytest.raises(Invalid) as refused:
        receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    assert faults(refused) == {"unit": ["already"]}


@pytest.mark.parametrize("text", ["", "   ", "Ring mamman till 20121212-1212."])
def test_passing_on_takes_a_reason_without_identities(text, asked, berit, vardcentral):
    with pytest.raises(Invalid) as refused:
        receiving.pass_on(asked, unit=vardcentral, reason=text, by=berit)
    assert list(refused.value.fields) == ["reason"]
    assert now(asked).bounces == 0


def test_not_ours_names_who_and_asks_them(asked, berit, bup, vardcentral):
    handling.decline(asked, reason="not_ours", comment=REASON, unit=vardcentral, by=berit)
    old = of(asked, bup)
    assert (old.status, old.decline_reason, old.passed_to) == ("declined", "not_ours", vardcentral)
    assert of(asked, vardcentral).status == "requested"
    assert (now(asked).bounces, now(asked).state) == (1, State.AWAITING_STATEMENT)


@pytest.mark.parametrize(
    "reason", ["insufficient_information", "other_legal_ground", "duplicate", "test", "work_environment"]
)
def test_the_other_reasons_need_nobody_named_and_are_no_bounce(reason, asked, berit, bup):
    handling.decline(asked, reason=reason, comment=REASON, by=berit)
    assert (of(asked, bup).status, of(asked, bup).passed_to) == ("declined", None)
    assert (now(asked).bounces, now(asked).state) == (0, State.RECEIVED)


# ── the second time ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_second_unit_that_says_not_ours_sends_it_to_the_steering_body(asked, berit, vera, vardcentral, elevhalsan):
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    handling.decline(asked, reason="not_ours", comment="Hör till skolan.", unit=elevhalsan, by=vera)
    deviation = now(asked)
    assert (deviation.bounces, deviation.state) == (2, State.RECEIVED)
    assert of(asked, vardcentral).passed_to == elevhalsan
    assert of(asked, elevhalsan) is None, "the steering body says who, nobody more is asked"
    escalation = Escalation.objects.get()
    assert (escalation.kind, escalation.to_body, escalation.sent_by) == ("bounced", body("blekinge", "lsvo"), None)
    assert list(escalation.deviations.all()) == [deviation]
    assert deviation.accountable_body == body("blekinge", "sg_barn_unga"), "the group stays accountable"
    assert steps_of(asked)[-3:] == ["pass_on", "decline", "escalate"]
    assert (last(asked).by, last(asked).acting_for) == (None, "Samsyn")


def test_the_steering_body_reads_and_may_decide_what_has_bounced_twice(asked, berit, vera, vardcentral, elevhalsan):
    lsvo = person("lars", "Lars Lund")
    grant(lsvo, "coordinator", body("blekinge", "lsvo"), by=None)
    assert not Deviation.objects.visible_to(lsvo).filter(pk=asked.pk).exists()
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    receiving.pass_on(asked, unit=elevhalsan, reason=REASON, by=vera)
    assert Deviation.objects.visible_to(lsvo).filter(pk=asked.pk).exists()
    deciding.decide(asked, text="BUP tar ansvar.", by=lsvo)
    assert now(asked).state == State.DECIDED


def test_the_bounces_of_bodies_and_units_are_counted_together(asked, bo, berit, vardcentral):
    vuxna = body("blekinge", "sg_vuxna")
    viola = person("viola", "Viola Vall")
    grant(viola, "coordinator", vuxna, by=None)
    handling.hand_over(asked, to=vuxna, reason="Gäller vuxna.", by=bo)
    handling.receive(asked, by=viola)
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    assert now(asked).bounces == 2
    assert (Escalation.objects.get().kind, Escalation.objects.get().from_body) == ("bounced", vuxna)


def test_without_a_body_above_the_unit_named_is_asked_however_many_times(
    asked, berit, vera, bup, vardcentral, elevhalsan
):
    group = asked.accountable_body
    type(group).objects.filter(pk=group.pk).update(steering_body=None)
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    receiving.pass_on(asked, unit=elevhalsan, reason=REASON, by=vera)
    assert (now(asked).bounces, of(asked, elevhalsan).status) == (2, "requested")
    assert not Escalation.objects.exists()


def test_a_third_no_is_added_to_what_the_steering_body_has(asked, bo, berit, vera, bup, vardcentral, elevhalsan):
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    receiving.pass_on(asked, unit=elevhalsan, reason=REASON, by=vera)
    statements.request_statement(asked, of=[bup], question="", by=bo)
    receiving.pass_on(asked, unit=elevhalsan, reason=REASON, by=berit)
    assert (now(asked).bounces, Escalation.objects.count(), of(asked, elevhalsan)) == (3, 1, None)
    assert steps_of(asked).count("escalate") == 1


# ── one person, several units ────────────────────────────────────────────────────────────────────────────────────────
def test_whoever_answers_for_several_units_that_are_asked_says_which(asked, bo, bup, vardcentral):
    rune = person("rune", "Rune Rask")
    grant(rune, "unit_manager", bup.principal, by=None)
    join(asked, vardcentral)
    statements.request_statement(asked, of=[vardcentral], question="", by=bo)
    with pytest.raises(Invalid) as refused:
        statements.give_statement(asked, cause="Fel låda.", by=rune)
    assert faults(refused) == {"of": ["required"]}
    statements.give_statement(asked, cause="Fel låda.", of=vardcentral, by=rune)
    assert (of(asked, vardcentral).status, of(asked, bup).status) == ("given", "requested")
    assert last(asked).acting_for == vardcentral.full_name
    statements.give_statement(asked, cause="Kallelsen kom fram.", by=rune)
    assert now(asked).state == State.RECEIVED


def test_nobody_answers_for_a_unit_that_is_not_theirs_or_not_asked(asked, berit, vardcentral):
    with pytest.raises(Invalid) as refused:
        statements.give_statement(asked, cause="Fel låda.", of=vardcentral, by=berit)
    assert faults(refused) == {"of": ["unknown"]}


# ── longer time ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_longer_time_has_a_reason_and_the_first_last_day_is_kept(asked, bo, bup):
    first = of(asked, bup).due_on
    for more in (5, 9):
        later = working_days_from(first, more)
        statements.extend_statement(of(asked, bup), due_on=later, reason="Utredaren är sjuk.", by=bo)
    statement = of(asked, bup)
    assert (statement.due_on, statement.first_due_on) == (later, first)
    assert (last(asked).step, last(asked).acting_for) == ("extend_statement", "Samverkansgrupp Barn och unga")
    assert last(asked).data == {
        "unit": bup.full_name, "due_on": later.isoformat(), "before": working_days_from(first, 5).isoformat(),
        "reason": "Utredaren är sjuk.",
    }  # fmt: skip


def test_what_is_late_is_extended_to_a_day_that_is_still_to_come(asked, bo, bup):
    today = clock.today()
    Statement.objects.filter(deviation=asked).update(due_on=today - datetime.timedelta(days=10))
    with pytest.raises(Invalid) as refused:
        statements.extend_statement(of(asked, bup), due_on=today - datetime.timedelta(days=1), reason="Sjuk.", by=bo)
    assert faults(refused) == {"due_on": ["too_early"]}
    assert statements.extend_statement(of(asked, bup), due_on=today, reason="Sjuk.", by=bo).due_on == today


def test_the_last_day_is_never_moved_back_or_left_where_it_was(asked, bo, bup):
    due = of(asked, bup).due_on
    for day in (due, due - datetime.timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            statements.extend_statement(of(asked, bup), due_on=day, reason="Sjuk.", by=bo)
        assert faults(refused) == {"due_on": ["too_early"]}


@pytest.mark.parametrize("text", ["", "Be 20121212-1212 vänta."])
def test_the_reason_for_longer_time_is_said_without_identities(text, asked, bo, bup):
    later = of(asked, bup).due_on + datetime.timedelta(days=9)
    with pytest.raises(Invalid) as refused:
        statements.extend_statement(of(asked, bup), due_on=later, reason=text, by=bo)
    assert list(refused.value.fields) == ["reason"]


def test_what_is_answered_gets_no_longer_time(asked, bo, berit, bup, vardcentral):
    join(asked, vardcentral)
    statements.request_statement(asked, of=[vardcentral], question="", by=bo)
    statements.give_statement(asked, cause="Fel låda.", by=berit)
    later = of(asked, bup).due_on + datetime.timedelta(days=9)
    with pytest.raises(WrongState, match="väntar inte längre"):
        statements.extend_statement(of(asked, bup), due_on=later, reason="Sjuk.", by=bo)


def test_the_limit_of_a_statement_is_the_profiles(asked, bup):
    limit = statements.profile_of(asked.profile_version_id).limits.statement
    assert isinstance(limit, Limit)
    assert of(asked, bup).due_on == due_on(clock.today(), limit)


# ── completions ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_completion_comes_back_to_the_group_from_the_reporter_or_the_manager(filed, bo, anna, maria):
    handling.receive(filed, by=bo)
    for who in (anna, maria):
        statements.request_completion(filed, question="Vilken vecka?", by=bo)
        assert now(filed).state == State.AWAITING_COMPLETION
        statements.complete(filed, text="Vecka elva.", by=who)
        assert now(filed).state == State.RECEIVED


def test_a_completion_while_a_unit_is_asked_leaves_the_unit_to_answer(asked, bo, anna):
    statements.request_completion(asked, question="Vilken vecka?", by=bo)
    statements.complete(asked, text="Vecka elva.", by=anna)
    assert now(asked).state == State.AWAITING_STATEMENT


def test_a_unit_may_answer_while_a_completion_is_waited_for(asked, bo, berit, vardcentral):
    statements.request_completion(asked, question="Vilken vecka?", by=bo)
    receiving.accept(asked, by=berit)
    receiving.pass_on(asked, unit=vardcentral, reason=REASON, by=berit)
    assert now(asked).state == State.AWAITING_COMPLETION
