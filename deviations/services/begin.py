"""How every step begins: take the row, see that nobody came before, and ask for the right. In that order."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from deviations.errors import ChangedMeanwhile, NotYours, WrongState
from deviations.history import record
from deviations.models import Deviation, HistoryEntry
from deviations.rights import Acting, WrongStateDenied, may
from deviations.services.together import tell_merged
from deviations.workflow import STEPS
from orgs.models import User
from orgs.permissions import Denied


def begin(deviation: Deviation, step: str, *, by: User, seen: int | None = None) -> tuple[Deviation, Acting]:
    """The deviation, locked until the transaction ends, and the party through which `by` acts.

    `seen` is the sequence that the caller looked at when deciding: raises `ChangedMeanwhile` with what came since.
    Raises `NotYours` (403) or `WrongState` (409) with the Swedish reason; nothing is written then.
    """
    locked = Deviation.objects.select_for_update(of=("self",)).get(pk=deviation.pk)
    if seen is not None and seen != locked.sequence:
        since = list(locked.history.filter(sequence__gt=seen).order_by("sequence").values_list("step", flat=True))
        steps = ", ".join(step_label(name) for name in since)
        raise ChangedMeanwhile(
            _("Någon annan hann före. Sedan du öppnade sidan: %(steps)s. Läs igenom och försök igen.")
            % {"steps": steps},
            since,
        )
    prefetch_related_objects([locked], "parties")
    answer = may(by, step, locked)
    if isinstance(answer, WrongStateDenied):
        raise WrongState(answer.reason)
    if isinstance(answer, Denied):
        raise NotYours(answer.reason)
    return locked, answer


def done(deviation: Deviation, step: str, by: User, acting: Acting, **data: object) -> HistoryEntry:
    """How every step ends: the change saved and its one entry written, in the name of the acting party.

    Deviations that are merged into this one are told what concerns them too.
    """
    entry = record(
        deviation,
        step,
        by=by,
        acting_for=acting.party.organisation or acting.party.body,
        shown_as=acting.shown_as,
        data=data,
    )
    tell_merged(deviation, step, by, acting, data)
    return entry


def step_label(name: str) -> str:
    """The step as its button says it."""
    return str(STEPS[name].label) if name in STEPS else name
