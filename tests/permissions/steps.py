"""Every step that carries text: a deviation on which it can be taken, and what is sent."""

from django.utils import timezone

from deviations.services import deciding, disputes, escalating, handling, merging, statements
from deviations.services.filing import file
from orgs.permissions import grant
from tests.cast import body, rate_and_close, unit
from tests.permissions.sending import now


def ready_for(step, filing, cast):
    """A deviation on which `step` can be taken, and who takes it."""
    filed = file(filing(), by=cast.anna)
    if step in {"link", "separate"}:
        into = handling.receive(file(filing(), by=cast.anna), by=cast.bo)
        return (filed if step == "link" else merging.merge(filed, into=into, by=cast.bo)), cast.bo
    if step in {"withdraw", "hand_over", "decline", "complete", "invite", "note"}:
        return filed, cast.anna if step in {"withdraw", "complete"} else cast.bo
    handling.receive(filed, by=cast.bo)
    if step in {"give_statement", "pass_on", "extend_statement"}:
        statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
        return filed, cast.bo if step == "extend_statement" else cast.berit
    if step == "take_off_agenda":
        deciding.put_on_agenda(now(filed), meeting_on=timezone.localdate(), by=cast.bo)
        return filed, cast.bo
    if step in {"return_escalated", "escalate_further", "set_up_group"}:
        escalating.escalate(now(filed), reason="Återkommer.", by=cast.bo)
        grant(cast.bo, "coordinator", body("blekinge", "lsvo"), by=None)
        return filed, cast.bo
    if step in {"open_dispute", "give_view", "set_interim", "decide_dispute", "publish_precedent"}:
        return disputed_for(step, filed, cast)
    if step in {"propose_measure", "postpone_measure", "check_effect", "answer_helped", "reopen"}:
        deciding.decide(now(filed), text="Ny rutin.", by=cast.bo)
    if step in {"check_effect", "postpone_measure"}:
        measure = deciding.propose_measure(
            now(filed), owner=unit("blekinge", "rb-bup"), text="Rutin", due_on=timezone.localdate(),
            check_on=timezone.localdate(), sign="De kommer", by=cast.bo,
        )  # fmt: skip
        if step == "check_effect":
            deciding.carry_out(measure, by=cast.bo)
    if step in {"answer_helped", "reopen"}:
        deciding.give_feedback(now(filed), text="Så blev det.", by=cast.bo)
    if step == "reopen":
        rate_and_close(now(filed), by=cast.bo)
    return filed, cast.anna if step == "answer_helped" else cast.bo


def disputed_for(step, filed, cast):
    if step != "open_dispute":
        disputes.open_dispute(now(filed), question="Vem svarar?", by=cast.bo)
    if step == "publish_precedent":
        disputes.decide_dispute(now(filed), responsible=unit("blekinge", "rb-bup"), text="BUP.", by=cast.bo)
    return filed, cast.berit if step == "give_view" else cast.bo


DAY = "2199-01-01"
TEXTS = {
    "withdraw": {"reason": ""}, "hand_over": {"reason": "", "to": "{vuxna}"},
    "decline": {"comment": "", "reason": "other_legal_ground", "to": "{vuxna}"},
    "request_statement": {"question": "", "of": ["{bup}"]},
    "give_statement": {"cause": "", "measures": "", "consequences": "", "follow_up": ""},
    "pass_on": {"reason": "", "unit": "{elevhalsan}"},
    "extend_statement": {"reason": "", "statement": "{statement}", "due_on": DAY},
    "request_completion": {"question": ""}, "complete": {"text": ""}, "decide": {"text": ""},
    "take_off_agenda": {"reason": ""},
    "open_dispute": {"question": ""}, "give_view": {"text": ""}, "set_interim": {"reason": "", "responsible": "{bup}"},
    "decide_dispute": {"text": "", "responsible": "{bup}"},
    "publish_precedent": {"title": "", "situation": "", "outcome": ""},
    "propose_measure": {"text": "", "sign": "", "owner": "{bup}", "due_on": DAY, "check_on": DAY},
    "check_effect": {"comment": "", "effect": "verified", "measure": "{measure}"}, "give_feedback": {"text": ""},
    "return_escalated": {"text": ""}, "escalate_further": {"text": ""},
    "set_up_group": {"name": "", "task": "", "members": ["{bup_name}"], "due_on": DAY},
    "postpone_measure": {"reason": "", "measure": "{measure}", "due_on": DAY},
    "escalate": {"reason": "", "title": ""},
    "answer_helped": {"comment": "", "helped": False}, "reopen": {"reason": ""},
    "link": {"reason": "", "other": "{other}"}, "separate": {"reason": ""},
    "invite": {"reason": "", "user": "maria@example.se"}, "note": {"text": ""},
}  # fmt: skip
