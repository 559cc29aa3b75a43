"""The row and the entry of a decision, however it came about: on one deviation, over a bundle, or at a meeting."""

from deviations import clock
from deviations.models import AgendaItem, Decision, Deviation, Escalation
from deviations.rights import Acting
from deviations.search import with_more
from deviations.services.agenda_items import day_of
from deviations.services.begin import done
from deviations.workflow import AFTER_DECISION, State
from orgs.models import User


def write_decision(
    deviation: Deviation, acting: Acting, *, text: str, by: User, binding: bool = True, item: AgendaItem | None = None,
    escalation: Escalation | None = None,
) -> Decision:  # fmt: skip
    """In the transaction of a step that has begun. Binding only where the body's mandate says so (B05).

    A decision that comes when measures are already under way changes nothing of how far they have come.
    """
    body = acting.party.body
    assert body is not None  # noqa: S101  # only bodies decide
    decision = Decision.objects.create(
        deviation=deviation, body=body, text=text, binding=binding and body.may_decide, decided_at=clock.now(),
        decided_by=by, agenda_item=item, escalation=escalation,
    )  # fmt: skip
    if deviation.state not in AFTER_DECISION:
        deviation.state = State.DECIDED
    deviation.search_stems = with_more(deviation.search_stems, text)
    deviation.decided_at = deviation.decided_at or decision.decided_at
    deviation.first_answer_at = deviation.first_answer_at or decision.decided_at
    facts: dict[str, object] = {"text": text, "binding": decision.binding}
    if escalation is not None:
        facts["escalation"] = str(escalation.public_id)
    if item is not None:
        facts["meeting_on"] = day_of(item.meeting).isoformat()
    done(deviation, "decide", by, acting, **facts)
    return decision
