"""Taking back one's own newest step while nobody has done anything after it. Requirement B02.

Nothing is erased: where the workflow has a step that leads back, that step is taken; where it has none, the deviation
is set as it stood and the history says so in an entry of its own. Steps that cannot be taken back are not in
`deviations.undoable`, and their page says so before they are taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import ChangedMeanwhile, WrongState
from deviations.history import record
from deviations.models import Deviation, Mail, Statement
from deviations.services import deciding, desk, merging
from deviations.services.begin import begin, done
from deviations.services.statements import after_answer
from deviations.undoable import UNDO_WITHIN
from orgs.models import User


@dataclass(frozen=True)
class Before:
    """How the deviation stood when the step was taken, as far as any step that can be undone changes it."""

    state: str
    agenda_on: date | None = None
    assigned_to: int | None = None


def before(deviation: Deviation) -> Before:
    return Before(deviation.state, deviation.agenda_on, deviation.assigned_to_id)


@transaction.atomic
def undo(deviation: Deviation, *, step: str, before: Before, by: User, seen: int) -> None:
    """Take back the step whose entry has the sequence `seen`; letters about it that have not left are dropped.

    Raises `WrongState` when it is not the person's own, cannot be undone, or was taken too long ago, and
    `ChangedMeanwhile` with what came after it: then nothing is written.
    """
    entry = deviation.history.filter(sequence=seen, step=step, by=by).first()
    if entry is None or step not in REVERSE:
        raise WrongState(_("Det finns inget att ångra."))
    if clock.now() - entry.at > UNDO_WITHIN:
        raise WrongState(_("Det går att ångra i tio minuter. Ta nästa steg i stället."))
    try:
        REVERSE[step](deviation, before, by, seen)
    except ChangedMeanwhile as refused:
        raise ChangedMeanwhile(
            _("Det går inte att ångra längre, för det har hänt mer sedan dess. Läs historiken och ta nästa steg."),
            refused.steps,
        ) from refused
    unsent = Mail.objects.filter(key__startswith=f"{deviation.pk}:{seen}:", sent_at__isnull=True)
    unsent.filter(failed_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=clock.now())


# ── the workflow's own way back ──────────────────────────────────────────────────────────────────────────────────────
def _assign_as_before(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    handled_it = User.objects.get(pk=before.assigned_to) if before.assigned_to is not None else None
    desk.assign(deviation, to=handled_it, by=by, seen=seen)


def _take_off_again(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    deciding.take_off_agenda(deviation, reason="Ångrat av den som satte upp den.", by=by, seen=seen)


def _put_on_again(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    deciding.put_on_agenda(deviation, meeting_on=before.agenda_on, by=by, seen=seen)


def _part_again(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    merging.separate(deviation, reason="Ångrat av den som förde samman.", by=by, seen=seen)


def _unlink(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    newest = deviation.links.filter(by=by).select_related("other").order_by("-pk").first()
    if newest is None:
        raise WrongState(_("Det finns inget att ångra."))
    merging.unlink(deviation, other=newest.other, by=by, seen=seen)


# ── as it stood ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _take_back_statement(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    """The requests made in that step go away with their questions; the history keeps both."""
    deviation, acting = begin(deviation, "note", by=by, seen=seen)
    asked = deviation.history.get(sequence=seen)
    made = deviation.statements.filter(requested_by=by, requested_at__lte=asked.at, status=Statement.Status.REQUESTED)
    newest = made.select_related("organisation__principal").order_by("-pk")[: len(asked.data["of"])]
    for statement in newest:
        statement.delete()
    deviation.state = after_answer(deviation)
    done(deviation, "take_back_statement", by, acting, of=asked.data["of"], undone=seen)


def _take_back_question(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    deviation, acting = begin(deviation, "note", by=by, seen=seen)
    deviation.state = after_answer(deviation)
    done(deviation, "take_back_question", by, acting, undone=seen)


def _open_as_before(deviation: Deviation, before: Before, by: User, seen: int) -> None:
    """Also those merged into it. Decision, answer and estimates stand, as if it had not been closed."""
    deviation, acting = begin(deviation, "reopen", by=by, seen=seen)
    deviation.state, deviation.closed_at = before.state, None
    done(deviation, "undo_close", by, acting, undone=seen)
    for merged in Deviation.objects.select_for_update(of=("self",)).filter(merged_into=deviation).order_by("pk"):
        merged.closed_at = None
        record(
            merged, "undo_close", by=by, acting_for=acting.party.organisation or acting.party.body,
            shown_as=acting.shown_as, data={"together": True, "undone": merged.sequence},
        )  # fmt: skip


REVERSE: Mapping[str, Callable[[Deviation, Before, User, int], None]] = {
    "assign": _assign_as_before,
    "put_on_agenda": _take_off_again,
    "take_off_agenda": _put_on_again,
    "merge": _part_again,
    "link": _unlink,
    "request_statement": _take_back_statement,
    "request_completion": _take_back_question,
    "close": _open_as_before,
}
