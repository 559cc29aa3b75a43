"""The items of one meeting in their order, and a deviation tied to one of them."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import WrongState
from deviations.models import AgendaItem, Deviation, Escalation, Meeting
from deviations.services.begin_meeting import UNTIL_ENDED, begin_meeting, changed
from orgs.models import Body, User

LONGEST_TITLE = 200


def day_of(meeting: Meeting) -> date:
    """The meeting's day in Sweden."""
    return timezone.localdate(meeting.starts_at)


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """Those still on the agenda, in order, with deviations, escalation and conflicts: four statements."""
    return list(
        meeting.items.filter(removed_at__isnull=True)
        .select_related("escalation", "decided_by")
        .prefetch_related("deviations", "conflicts__attendance")
        .order_by("position", "pk")
    )


def meeting_on(body: Body, day: date) -> Meeting | None:
    """The body's planned or running meeting that day."""
    for meeting in Meeting.objects.filter(body=body, status__in=UNTIL_ENDED).order_by("starts_at"):
        if day_of(meeting) == day:
            return meeting
    return None


def next_meeting(body: Body, *, after: Meeting | None = None) -> Meeting | None:
    """The body's next planned meeting, after the given one or from today on."""
    planned = Meeting.objects.filter(body=body, status=Meeting.Status.PLANNED).order_by("starts_at", "pk")
    if after is None:
        return next((meeting for meeting in planned if day_of(meeting) >= clock.today()), None)
    today = clock.today()
    return next((m for m in planned if m.pk != after.pk and day_of(m) >= max(today, day_of(after))), None)


def next_meeting_taken(meeting: Meeting) -> Meeting | None:
    """The body's next planned meeting after this one, locked: several meetings are locked in the order of their days.

    None also when somebody has just opened or cancelled it.
    """
    later = next_meeting(meeting.body, after=meeting)
    if later is None:
        return None
    free = Meeting.objects.select_for_update(of=("self",)).select_related("body__county", "body__steering_body")
    return free.filter(pk=later.pk, status=Meeting.Status.PLANNED).first()


def put_in_order(items: Iterable[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            item.save(update_fields=["position"])


def create_item(
    meeting: Meeting,
    *,
    title: str,
    memo: str = "",
    deviations: Iterable[Deviation] = (),
    escalation: Escalation | None = None,
    last: bool = False,
) -> AgendaItem:
    """Matters stand before what a meeting ends with: the new one comes after the last matter, or last of all."""
    items = items_of(meeting)
    chosen = list(deviations)
    matters = [n for n, item in enumerate(items) if item.escalation_id or item.deviations.all()]
    place = len(items) if last or not (chosen or escalation) else (max(matters) + 1 if matters else min(1, len(items)))
    item = AgendaItem.objects.create(
        meeting=meeting, position=place + 1, title=title[:LONGEST_TITLE], memo=memo, escalation=escalation,
        sequence=meeting.sequence,
    )  # fmt: skip
    item.deviations.set(chosen)
    put_in_order([*items[:place], item, *items[place:]])
    return item


def tie_to(meeting: Meeting, deviation: Deviation, *, by: User) -> AgendaItem:
    """Give the deviation an item of its own at the meeting. The caller holds the deviation's row lock."""
    meeting = begin_meeting(meeting, by=by, when=UNTIL_ENDED, wrong=_("Mötet är redan avslutat."))
    if deviation.accountable_body_id != meeting.body_id and not _stands_in(deviation, meeting):
        raise WrongState(_("Mötet hör till ett annat organ."))
    item = open_item_of(deviation, meeting) or create_item(meeting, title=title_of(deviation), deviations=[deviation])
    changed(meeting, "put_on_agenda", by=by, item=item, deviation=str(deviation.public_id))
    return item


def _stands_in(deviation: Deviation, meeting: Meeting) -> bool:
    return any(party.role == "stand_in" and party.body_id == meeting.body_id for party in deviation.parties.all())


def title_of(deviation: Deviation) -> str:
    return deviation.title or _("Avvikelse %(number)s") % {"number": deviation.reference}


def open_item_of(deviation: Deviation, meeting: Meeting) -> AgendaItem | None:
    return meeting.items.filter(deviations=deviation, removed_at__isnull=True).first()


def untie(deviation: Deviation, *, by: User) -> None:
    """Take the deviation from the items that nobody has decided on yet; an item without matters left goes away.

    The caller holds the deviation's row lock.
    """
    waiting = AgendaItem.objects.filter(
        deviations=deviation, removed_at__isnull=True, verb="", meeting__status__in=UNTIL_ENDED
    ).select_related("meeting")
    for item in waiting.order_by("meeting", "pk"):
        meeting = begin_meeting(item.meeting, by=by, when=UNTIL_ENDED, wrong=_("Mötet är redan avslutat."))
        item.deviations.remove(deviation)
        if not item.deviations.exists() and item.escalation_id is None:
            item.removed_at = clock.now()
        changed(meeting, "take_off_agenda", by=by, item=item, deviation=str(deviation.public_id))
