"""What the person can take back just now, kept in the session: the newest step, and of which deviations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest

from deviations import clock
from deviations.models import Deviation
from deviations.services.undoing import Before
from deviations.undoable import UNDO_WITHIN, UNDOABLE
from deviations.workflow import STEPS

KEPT = "undo"


@dataclass(frozen=True)
class Taken:
    """`seen`: the sequence of the step's entry."""

    public_id: UUID
    reference: str
    before: Before
    seen: int


@dataclass(frozen=True)
class Offer:
    step: str
    taken: Sequence[Taken]

    @property
    def label(self) -> str:
        return str(STEPS[self.step].label)

    @property
    def alone(self) -> Taken | None:
        """The only one, when the step was taken for one deviation."""
        return self.taken[0] if len(self.taken) == 1 else None


def keep(request: HttpRequest, step: str, taken: Iterable[tuple[Deviation, Before]]) -> None:
    """Remember what was done for each, in the place of what was done before. What cannot be undone is forgotten."""
    request.session.pop(KEPT, None)
    if step not in UNDOABLE:
        return
    stood = {deviation.pk: before for deviation, before in taken}
    rows = [
        [str(d.public_id), d.reference, d.sequence, b.state, b.agenda_on and b.agenda_on.isoformat(), b.assigned_to]
        for d in Deviation.objects.filter(pk__in=stood).order_by("pk")
        for b in [stood[d.pk]]
    ]
    if rows:
        request.session[KEPT] = {"step": step, "at": clock.now().isoformat(), "rows": rows}


def offered(request: HttpRequest) -> Offer | None:
    """None when nothing was done, or too long ago. Asks no database about the deviations: undoing asks again."""
    kept = request.session.get(KEPT)
    if kept is None or clock.now() - datetime.fromisoformat(kept["at"]) > UNDO_WITHIN:
        return None
    return Offer(kept["step"], [_taken(*row) for row in kept["rows"]])


def offered_for(request: HttpRequest, deviation: Deviation) -> Offer | None:
    """For the page of one deviation: only while nothing more has happened to it."""
    offer = offered(request)
    alone = offer.alone if offer else None
    same = alone is not None and (alone.public_id, alone.seen) == (deviation.public_id, deviation.sequence)
    return offer if same else None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def _taken(public_id: str, reference: str, seen: int, state: str, agenda_on: str | None, assigned: int | None) -> Taken:
    day = date.fromisoformat(agenda_on) if agenda_on else None
    return Taken(UUID(public_id), reference, Before(state, day, assigned), seen)
