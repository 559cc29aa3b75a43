"""A deviation in every state, and every step taken through its service with what it needs filled in well."""

import datetime

from deviations import clock
from deviations.models import Decision, Deviation, Measure, Statement
from deviations.services import (
    adopting,
    deciding,
    desk,
    disputes,
    escalating,
    filing,
    handling,
    merging,
    precedents,
    receiving,
    statements,
    working_groups,
)
from deviations.services.form import Filing
from deviations.workflow import State
from tests.cast import body, unit

REASON = "Hör till ett annat område."


def bl01(**changes):
    facts = {
        "reporting_unit": unit("blekinge", "1080-elevhalsan"),
        "receiving_units": (unit("blekinge", "rb-bup"), unit("blekinge", "rb-vardcentral")),
        "happened": "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte.",
        "occurred_on": clock.today(),
        "category": "sip/called_party_absent",
        "age": 14,
    }
    return Filing(**{**facts, **changes})


def soon(days=10):
    return clock.today() + datetime.timedelta(days=days)


def draft(cast):
    return filing.save_draft(bl01(), by=cast.anna)


def submitted(cast):
    return filing.submit(draft(cast), by=cast.anna)


def withdrawn(cast):
    return filing.withdraw(submitted(cast), by=cast.anna)


def received(cast):
    return handling.receive(submitted(cast), by=cast.bo)


def awaiting_statement(cast):
    deviation = received(cast)
    statements.request_statement(deviation, of=[unit("blekinge", "rb-bup")], question="Vad hände?", by=cast.bo)
    return deviation


def awaiting_completion(cast):
    return statements.request_completion(received(cast), question="Vilken vecka?", by=cast.bo)


def on_agenda(cast):
    return deciding.put_on_agenda(received(cast), meeting_on=soon(), by=cast.bo)


def decided(cast):
    deviation = received(cast)
    deciding.decide(deviation, text="BUP bevakar brevlådan varje dag.", by=cast.bo)
    return deviation


def with_measure(cast):
    deviation = decided(cast)
    deciding.propose_measure(
        deviation, owner=unit("blekinge", "rb-bup"), text="Ny rutin", due_on=soon(), check_on=soon(60),
        sign="BUP kommer", by=cast.bo,
    )  # fmt: skip
    return deviation


def effect(cast):
    deviation = with_measure(cast)
    measure = deciding.carry_out(deviation.measures.get(), by=cast.berit)
    deciding.check_effect(measure, effect=Measure.Effect.VERIFIED, comment="BUP har kommit tre gånger.", by=cast.bo)
    return deviation


def closed(cast):
    deviation = effect(cast)
    deciding.give_feedback(deviation, text="BUP har en ny rutin.", by=cast.bo)
    handling.score(deviation, severity=3, likelihood=3, by=cast.bo)
    handling.score(deviation, severity=3, likelihood=1, by=cast.bo)
    return deciding.close(deviation, by=cast.bo)


def merged(cast):
    into = received(cast)
    return merging.merge(submitted(cast), into=into, by=cast.bo)


def discarded(cast):
    deviation = draft(cast)
    filing.discard(deviation, by=cast.anna)
    return deviation


IN_STATE = {
    State.DRAFT: draft, State.DISCARDED: discarded, State.SUBMITTED: submitted, State.WITHDRAWN: withdrawn,
    State.RECEIVED: received, State.AWAITING_STATEMENT: awaiting_statement,
    State.AWAITING_COMPLETION: awaiting_completion, State.ON_AGENDA: on_agenda, State.DECIDED: decided,
    State.MEASURE: with_measure, State.EFFECT: effect, State.CLOSED: closed,
    State.MERGED: merged,
}  # fmt: skip


def attempt(step, deviation, by, cast):
    """Take the step through its service, with what it needs filled in well."""
    bup, asked_next = unit("blekinge", "rb-bup"), unit("blekinge", "rb-vardcentral")
    other = body("blekinge", "sg_vuxna")
    measure = deviation.measures.first() or Measure(deviation=deviation)
    decision = deviation.decisions.first() or Decision(deviation=deviation)

    def lifted(step, service, **given):
        return escalating.through(service, step)(deviation, by=by, **given)

    similar = Deviation.objects.filter(state="received").exclude(pk=deviation.pk).first()
    return {
        "submit": lambda: filing.submit(deviation, by=by),
        "discard": lambda: filing.discard(deviation, by=by),
        "withdraw": lambda: filing.withdraw(deviation, by=by),
        "receive": lambda: handling.receive(deviation, by=by),
        "hand_over": lambda: handling.hand_over(deviation, to=other, reason=REASON, by=by),
        "decline": lambda: handling.decline(deviation, reason="other_legal_ground", comment=REASON, to=other, by=by),
        "request_statement": lambda: statements.request_statement(deviation, of=[asked_next], question="Vad?", by=by),
        "give_statement": lambda: statements.give_statement(deviation, cause="Brevlådan bevakas inte.", by=by),
        "request_completion": lambda: statements.request_completion(deviation, question="Vilken vecka?", by=by),
        "complete": lambda: statements.complete(deviation, text="Det var vecka elva.", by=by),
        "score": lambda: handling.score(deviation, severity=3, likelihood=3, by=by),
        "put_on_agenda": lambda: deciding.put_on_agenda(deviation, meeting_on=soon(), by=by),
        "take_off_agenda": lambda: deciding.take_off_agenda(deviation, reason=REASON, by=by),
        "decide": lambda: deciding.decide(deviation, text="Ny rutin.", by=by),
        "propose_measure": lambda: deciding.propose_measure(
            deviation, owner=bup, text="Rutin", due_on=soon(), check_on=soon(60), sign="De kommer", by=by
        ),
        "carry_out": lambda: deciding.carry_out(measure, by=by),
        "check_effect": lambda: deciding.check_effect(measure, effect="verified", comment="Ja.", by=by),
        "give_feedback": lambda: deciding.give_feedback(deviation, text="Så här blev det.", by=by),
        "escalate": lambda: escalating.escalate(deviation, reason="Återkommer.", by=by),
        "return_escalated": lambda: lifted("return_escalated", escalating.return_escalated, text="Nej."),
        "escalate_further": lambda: lifted("escalate_further", escalating.escalate_further, text="Upp."),
        "set_up_group": lambda: lifted(
            "set_up_group", working_groups.set_up_group, name="SIP", task="Rutin", members=["BUP"], due_on=soon()
        ),
        "ask_adoption": lambda: adopting.ask_adoption(decision, by=by),
        "postpone_measure": lambda: deciding.postpone_measure(measure, due_on=soon(20), reason="Sjukdom.", by=by),
        "close": lambda: deciding.close(deviation, by=by),
        "answer_helped": lambda: deciding.answer_helped(deviation, helped=True, by=by),
        "reopen": lambda: deciding.reopen(deviation, reason="Det hände igen.", by=by),
        "invite": lambda: handling.invite(deviation, user=cast.maria, reason="Känner till rutinen.", by=by),
        "note": lambda: handling.note(deviation, text="Ta upp med kollegan.", by=by),
        "assign": lambda: desk.assign(deviation, to=cast.bo, by=by),
        "link": lambda: merging.link(deviation, other=similar, by=by),
        "merge": lambda: merging.merge(deviation, into=similar, by=by),
        "separate": lambda: merging.separate(deviation, by=by),
        "extend_statement": lambda: statements.extend_statement(
            deviation.statements.first() or Statement(deviation=deviation), due_on=soon(90), reason="Semester.", by=by
        ),
        "accept": lambda: receiving.accept(deviation, by=by),
        "pass_on": lambda: receiving.pass_on(deviation, unit=asked_next, reason=REASON, by=by),
        "open_dispute": lambda: disputes.open_dispute(deviation, question="Vem svarar?", by=by),
        "give_view": lambda: disputes.give_view(deviation, text="Det gör de.", by=by),
        "set_interim": lambda: disputes.set_interim(deviation, responsible=bup, reason="Barnet väntar.", by=by),
        "decide_dispute": lambda: disputes.decide_dispute(deviation, responsible=bup, text="BUP.", by=by),
        "publish_precedent": lambda: precedents.publish_precedent(
            deviation, title="Vem", situation="Två parter.", outcome="Den ena.", by=by
        ),
    }[step]
