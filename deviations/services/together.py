"""What is done for a deviation is done for those merged into it as well. `begin.done` calls it for every step."""

from collections.abc import Mapping
from typing import Any

from deviations import clock
from deviations.history import record
from deviations.models import Deviation
from deviations.rights import Acting
from deviations.workflow import State
from orgs.models import User

TOLD: Mapping[str, tuple[str, ...]] = {"decide": ("binding",), "give_feedback": ("text",), "close": ()}
"""Steps told to those merged, and what of each goes along. An answer's text does, because it is an answer to those who
reported; a decision is read at the other one, by those who may."""


def tell_merged(deviation: Deviation, step: str, by: User, acting: Acting, data: Mapping[str, Any]) -> None:
    """Write it in the history of each, marked `together`, and set the same moments. They stay merged."""
    if step not in TOLD:
        return
    now = clock.now()
    kept = {name: data[name] for name in TOLD[step] if name in data}
    for merged in Deviation.objects.select_for_update(of=("self",)).filter(merged_into=deviation).order_by("pk"):
        if step == "decide":
            merged.decided_at = now
        elif step == "give_feedback":
            merged.helped = merged.helped if merged.fed_back_at else None
            merged.fed_back_at = now
        else:
            merged.closed_at = now
        merged.first_answer_at = merged.first_answer_at or now
        record(
            merged, step, by=by, acting_for=acting.party.organisation or acting.party.body, shown_as=acting.shown_as,
            data={**kept, "together": True},
        )  # fmt: skip


def lock_surviving(deviation: Deviation) -> None:
    """Take the row that it is merged into before its own, in the order of whoever decides for both."""
    if deviation.merged_into_id is not None:
        Deviation.objects.select_for_update(of=("self",)).get(pk=deviation.merged_into_id)


def part(deviation: Deviation) -> None:
    """Set the row free from the one it was merged into. The caller records it."""
    deviation.merged_into = None
    deviation.state = State.RECEIVED
    deviation.closed_at = deviation.decided_at = deviation.fed_back_at = None


def tell_other(other: Deviation, step: str, by: User, acting: Acting, **data: Any) -> None:
    """The other one's entry of an event that two share. Its row is locked by the caller."""
    other = Deviation.objects.get(pk=other.pk)
    record(
        other, step, by=by, acting_for=acting.party.organisation or acting.party.body, shown_as=acting.shown_as,
        data=data,
    )  # fmt: skip
