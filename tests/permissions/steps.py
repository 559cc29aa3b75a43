"""Every step that carries text: a deviation on which it can be taken, and what is sent."""

from django.utils import timezone

from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from tests.cast import rate_and_close, unit
from tests.permissions.sending import now


def ready_for(step, filing, cast):
    """A deviation on which `step` can be taken, and who takes it."""
    filed = file(filing(), by=cast.anna)
    if step in {"withdraw", "hand_over", "decline", "complete", "invite", "note"}:
        return filed, cast.anna if step in {"withdraw", "complete"} else cast.bo
    handling.receive(filed, by=cast.bo)
    if step == "give_statement":
        statements.request_statement(now(filed), of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
        return filed, cast.berit
    if step in {"propose_measure", "check_effect", "answer_helped", "reopen"}:
        deciding.decide(now(filed), text="Ny rutin.", by=cast.bo)
    if step == "check_effect":
        measure = deciding.propose_measure(
            now(filed), owner=unit("blekinge", "rb-bup"), text="Rutin", due_on=timezone.localdate(),
            check_on=timezone.localdate(), sign="De kommer", by=cast.bo,
        )  # fmt: skip
        deciding.carry_out(measure, by=cast.bo)
    if step in {"answer_helped", "reopen"}:
        deciding.give_feedback(now(filed), text="Så blev det.", by=cast.bo)
    if step == "reopen":
        rate_and_close(now(filed), by=cast.bo)
    return filed, cast.anna if step == "answer_helped" else cast.bo


DAY = "2199-01-01"
TEXTS = {
    "withdraw": {"reason": ""}, "hand_over": {"reason": "", "to": "{vuxna}"},
    "decline": {"comment": "", "reason": "other_legal_ground", "to": "{vuxna}"},
    "request_statement": {"question": "", "of": ["{bup}"]},
    "give_statement": {"cause": "", "measures": "", "consequences": "", "follow_up": ""},
    "request_completion": {"question": ""}, "complete": {"text": ""}, "decide": {"text": ""},
    "take_off_agenda": {"reason": ""},
    "propose_measure": {"text": "", "sign": "", "owner": "{bup}", "due_on": DAY, "check_on": DAY},
    "check_effect": {"comment": "", "effect": "verified", "measure": "{measure}"}, "give_feedback": {"text": ""},
    "escalate": {"reason": ""}, "answer_helped": {"comment": "", "helped": False}, "reopen": {"reason": ""},
    "invite": {"reason": "", "user": "maria@example.se"}, "note": {"text": ""},
}  # fmt: skip
