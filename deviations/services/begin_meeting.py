"""How every change of a meeting begins and ends: take its row, ask for the right, write the diary, tell its people.

Locks are taken in one order everywhere: deviations (lowest id first), then the meeting, then the body (in the diary).
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deviations.diary import enter
from deviations.errors import ChangedMeanwhile, NotYours, WrongState
from deviations.models import AgendaItem, DiaryEntry, Meeting
from orgs.live import send_to_people
from orgs.models import Body, User
from orgs.permissions import holders, keys_of
from orgs.roles import Ability

Status = Meeting.Status
BEFORE = frozenset({Status.PLANNED})
RUNNING = frozenset({Status.RUNNING})
UNTIL_ENDED = frozenset({Status.PLANNED, Status.RUNNING})
UNTIL_APPROVED = frozenset({Status.PLANNED, Status.RUNNING, Status.HELD})
AFTER_START = frozenset({Status.RUNNING, Status.HELD})

# The verbs of a meeting, as the diary has them and as a person reads them.
STEPS: Mapping[str, str | Promise] = {
    "plan_meeting": gettext_lazy("Planerade mötet"),
    "move_meeting": gettext_lazy("Flyttade mötet"),
    "cancel_meeting": gettext_lazy("Ställde in mötet"),
    "build_agenda": gettext_lazy("Byggde dagordningen"),
    "put_on_agenda": gettext_lazy("Satte upp ett ärende"),
    "take_off_agenda": gettext_lazy("Tog bort ett ärende"),
    "add_item": gettext_lazy("Lade till en punkt"),
    "remove_item": gettext_lazy("Tog bort en punkt"),
    "move_item": gettext_lazy("Ändrade ordningen"),
    "fill_attendance": gettext_lazy("Fyllde i närvaron"),
    "add_seat": gettext_lazy("Lade till en deltagare"),
    "set_presence": gettext_lazy("Ändrade närvaron"),
    "remove_seat": gettext_lazy("Tog bort en deltagare"),
    "mark_conflict": gettext_lazy("Skrev in jäv"),
    "unmark_conflict": gettext_lazy("Tog bort jäv"),
    "start_meeting": gettext_lazy("Öppnade mötet"),
    "record_decision": gettext_lazy("Bekräftade ett beslut"),
    "end_meeting": gettext_lazy("Avslutade mötet"),
    "approve_minutes": gettext_lazy("Justerade protokollet"),
}


def require_handles(body: Body, by: User) -> None:
    """Raises `NotYours` for everyone but those who coordinate or chair the body."""
    if not keys_of(by).on_body(Ability.HANDLE, body.pk):
        raise NotYours(_("Bara samordnaren och ordföranden kan göra det här."))


def begin_meeting(
    meeting: Meeting, *, by: User, when: Collection[str], wrong: str | Promise, seen: int | None = None
) -> Meeting:  # fmt: skip
    """The meeting, locked until the transaction ends. `seen` is the meeting's sequence that the caller looked at.

    Raises `NotYours`, `WrongState` with `wrong`, or `ChangedMeanwhile`; nothing is written then.
    """
    locked = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("body__county", "body__steering_body")
        .get(pk=meeting.pk)
    )
    require_handles(locked.body, by)
    if seen is not None and seen != locked.sequence:
        raise changed_since(locked, seen)
    if locked.status not in when:
        raise WrongState(str(wrong))
    return locked


def begin_item(
    item: AgendaItem, *, by: User, when: Collection[str], wrong: str | Promise, seen: int | None = None
) -> tuple[AgendaItem, Meeting]:
    """The item of a locked meeting. `seen` is its own sequence: what others write in other items is no matter."""
    meeting = begin_meeting(item.meeting, by=by, when=when, wrong=wrong)
    current = AgendaItem.objects.get(pk=item.pk)
    if seen is not None and seen != current.sequence:
        raise changed_since(meeting, seen, item=current)
    if current.removed_at is not None:
        raise WrongState(_("Punkten har tagits bort från dagordningen."))
    current.meeting = meeting
    return current, meeting


def changed(meeting: Meeting, step: str, *, by: User, item: AgendaItem | None = None, **data: object) -> Meeting:
    """Save the meeting (and the item) one sequence further, write the diary, and tell everyone who reads there."""
    meeting.sequence += 1
    meeting.save()
    if item is not None:
        item.sequence = meeting.sequence
        item.save()
        data["item"] = item.pk
    message = {"type": "meeting.changed", "meeting": str(meeting.public_id), "sequence": meeting.sequence}
    body_id = meeting.body_id
    transaction.on_commit(lambda: send_to_people(holders(Ability.READ, bodies=[body_id]), message), robust=True)
    enter(meeting.body, step, by=by, data={"meeting": str(meeting.public_id), "sequence": meeting.sequence, **data})
    return meeting


def entries_of(meeting: Meeting, *, since: datetime | None = None) -> list[DiaryEntry]:
    """What the diary says of the meeting, all of it or since then, oldest first."""
    entries = DiaryEntry.objects.filter(body_id=meeting.body_id, data__meeting=str(meeting.public_id))
    if since is not None:
        entries = entries.filter(at__gte=since)
    return list(entries.select_related("by").order_by("sequence"))


def changed_since(meeting: Meeting, seen: int, *, item: AgendaItem | None = None) -> ChangedMeanwhile:
    since = [entry for entry in entries_of(meeting) if entry.data["sequence"] > seen]
    if item is not None:
        since = [entry for entry in since if entry.data.get("item") == item.pk]
    said = ", ".join(_in_words(entry) for entry in since)
    place = _("i punkten") if item is not None else _("i mötet")
    return ChangedMeanwhile(
        _("Någon annan hann före %(place)s: %(steps)s. Det du skrev finns kvar. Läs igenom och försök igen.")
        % {"place": place, "steps": said or _("den har ändrats")},
        [entry.step for entry in since],
    )


def _in_words(entry: DiaryEntry) -> str:
    step = str(STEPS[entry.step])
    who = entry.by.get_short_name() if entry.by else "Samsyn"
    return f"{who} {step[0].lower()}{step[1:]}"


def points(number: int) -> str:
    """ "1 punkt", "5 punkter"."""
    return ngettext("%(n)d punkt", "%(n)d punkter", number) % {"n": number}
