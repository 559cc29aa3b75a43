"""Passed on between bodies, asked of several units: nobody is left without a next step, and nothing goes astray."""

import datetime

import pytest

from deviations import clock
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation, HistoryEntry, Measure
from deviations.rights import may
from deviations.services import deciding, escalating, handling, statements
from deviations.services.filing import file
from orgs.models import Body, User
from orgs.permissions import grant
from tests.cast import body, person, rate_and_close, unit

REASON = "Hör till ett annat område."


def coordinator(key, county="blekinge"):
    user = User.objects.create_user(f"{key}@example.se", "x", name=f"Samordnare {key}")
    grant(user, "coordinator", body(county, key), by=None)
    return user


def now(deviation):
    return Deviation.objects.select_related("accountable_body").get(pk=deviation.pk)


def hand_over(deviation, to, by):
    handling.hand_over(now(deviation), to=body("blekinge", to), reason=REASON, by=by)
    return now(deviation).accountable_body.key


def in_days(days):
    return clock.today() + datetime.timedelta(days=days)


# ── handing over ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_after_the_second_bounce_the_steering_body_decides_where_it_goes(filed, bo):
    vera, linn = coordinator("sg_vuxna"), coordinator("lsvo")
    assert hand_over(filed, "sg_vuxna", bo) == "sg_vuxna"
    assert hand_over(filed, "sg_barn_unga", vera) == "lsvo"
    assert hand_over(filed, "sg_barn_unga", linn) == "sg_barn_unga"
    assert hand_over(filed, "sg_vuxna", bo) == "lsvo"


def test_bounces_go_where_they_are_sent_when_nobody_is_above(filed, bo):
    Body.objects.update(steering_body=None)
    vera = coordinator("sg_vuxna")
    hand_over(filed, "sg_vuxna", bo)
    assert hand_over(filed, "sg_barn_unga", vera) == "sg_barn_unga"


def test_a_steering_body_that_already_reads_it_becomes_accountable(filed, bo):
    grant(person("lars", "Lars Lund"), "coordinator", body("blekinge", "lsvo"), by=None)
    handling.receive(filed, by=bo)
    escalating.escalate(now(filed), reason="Återkommer.", by=bo)
    assert hand_over(filed, "lsvo", bo) == "lsvo"
    roles = sorted(now(filed).parties.filter(body__isnull=False).values_list("role", "body__key"))
    assert roles == [("accountable", "lsvo"), ("former", "sg_barn_unga")]


@pytest.mark.parametrize("step", ["hand_over", "decline"])
@pytest.mark.parametrize("how", ["ended", "not yet formed", "planned", "in another county"])
def test_it_is_only_handed_to_a_body_that_works_today(step, how, filed, bo):
    to = body("varmland", "barnalivet") if how == "in another county" else body("blekinge", "sg_vuxna")
    if how == "ended":
        Body.objects.filter(pk=to.pk).update(valid_to=in_days(-1))
    elif how == "not yet formed":
        Body.objects.filter(pk=to.pk).update(valid_from=in_days(1))
    elif how == "planned":
        to = body("blekinge", "psvo")
    to.refresh_from_db()
    steps = {
        "hand_over": lambda: handling.hand_over(filed, to=to, reason=REASON, by=bo),
        "decline": lambda: handling.decline(filed, to=to, reason="other_legal_ground", comment=REASON, by=bo),
    }
    with pytest.raises(Invalid) as refused:
        steps[step]()
    assert list(refused.value.fields) == ["to"]
    assert now(filed).accountable_body.key == "sg_barn_unga"
    assert HistoryEntry.objects.filter(deviation=filed).count() == 1


def test_a_body_whose_last_day_is_today_still_takes_it(filed, bo):
    Body.objects.filter(key="sg_vuxna").update(valid_to=clock.today(), valid_from=clock.today())
    assert hand_over(filed, "sg_vuxna", bo) == "sg_vuxna"


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_asked_can_be_answered_though_another_group_has_taken_over(filed, bo, berit):
    vera = coordinator("sg_vuxna")
    handling.receive(filed, by=bo)
    statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="Vad hände?", by=bo)
    hand_over(filed, "sg_vuxna", bo)
    statements.give_statement(now(filed), cause="Brevlådan bevakas inte.", by=berit)
    assert now(filed).state == "submitted"
    handling.receive(now(filed), by=vera)
    assert now(filed).state == "received"


@pytest.mark.parametrize("answer", ["give", "decline"])
def test_what_was_asked_can_be_answered_though_it_is_on_the_agenda(answer, filed, bo, berit):
    handling.receive(filed, by=bo)
    statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="", by=bo)
    deciding.put_on_agenda(now(filed), meeting_on=in_days(5), by=bo)
    if answer == "give":
        statements.give_statement(now(filed), cause="Brevlådan bevakas inte.", by=berit)
    else:
        handling.decline(now(filed), reason="other_legal_ground", comment=REASON, by=berit)
    assert now(filed).state == "on_agenda"
    with pytest.raises(WrongState):
        statements.give_statement(now(filed), cause="En gång till.", by=berit)
    assert not may(berit, "decline", now(filed))


def test_a_unit_is_asked_once(filed, bo):
    bup = unit("blekinge", "rb-bup")
    handling.receive(filed, by=bo)
    with pytest.raises(Invalid) as refused:
        statements.request_statement(now(filed), of=[bup, bup], question="Vad?", by=bo)
    assert refused.value.fields["of"][0][0] == "twice"


# ── measures ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def measure_of(filed, owner, bo):
    handling.receive(filed, by=bo)
    deciding.decide(now(filed), text="Ny rutin.", by=bo)
    return deciding.propose_measure(
        now(filed), owner=owner, text="Rutin", due_on=in_days(10), check_on=in_days(60), sign="De kommer", by=bo
    )


@pytest.mark.parametrize(
    ("owner", "whose"), [("rb-bup", "own"), ("rb", "its principal's"), ("rb-vardcentral", "another's")]
)
def test_a_unit_says_that_its_own_measure_is_done_and_no_others(owner, whose, filing, anna, bo, berit):
    units = (unit("blekinge", "rb-bup"), unit("blekinge", "rb-vardcentral"))
    root = units[0].principal
    filed = file(filing(receiving_units=units), by=anna)
    measure = measure_of(filed, root if owner == "rb" else unit("blekinge", owner), bo)
    if whose == "another's":
        with pytest.raises(NotYours, match="annan verksamhet"):
            deciding.carry_out(measure, by=berit)
        assert Measure.objects.get(pk=measure.pk).carried_out_at is None
    else:
        assert deciding.carry_out(measure, by=berit).carried_out_at is not None


# ── did it help? ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_whoever_said_that_it_did_not_help_is_asked_again_after_the_next_answer(filed, bo, anna):
    handling.receive(filed, by=bo)
    deciding.decide(now(filed), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(filed), text="Så här blev det.", by=bo)
    rate_and_close(now(filed), by=bo)
    deciding.answer_helped(now(filed), helped=False, comment="Det hände igen.", by=anna)
    deciding.decide(now(filed), text="En bättre rutin.", by=bo)
    assert now(filed).helped is False
    deciding.give_feedback(now(filed), text="Så här blev det nu.", by=bo)
    assert now(filed).helped is None
    deciding.answer_helped(now(filed), helped=True, by=anna)
    deciding.give_feedback(now(filed), text="Tack för svaret.", by=bo)
    assert now(filed).helped is True
