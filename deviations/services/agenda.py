"""The agenda of a meeting: built from what is ready in one click, and changed by hand. Requirement B02."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.deadlines import in_swedish
from deviations.errors import Invalid
from deviations.models import ActionPlan, AgendaItem, Deviation, Dispute, Duty, Escalation, Meeting, Party, Statement
from deviations.rights import may
from deviations.services.agenda_items import create_item, day_of, items_of, next_meeting, put_in_order, title_of
from deviations.services.begin_meeting import UNTIL_APPROVED, UNTIL_ENDED, begin_item, begin_meeting, changed
from deviations.services.deciding import put_on_agenda, take_off_agenda
from deviations.services.form import guard
from deviations.services.meetings import HOLDERS, follow
from deviations.workflow import State
from orgs.models import Body, User
from orgs.profiles.active import profile_of

ENDED = gettext_lazy("Mötet är redan avslutat.")
DUTIES_AHEAD = timedelta(days=60)
DISPUTES_AHEAD = timedelta(days=30)
AT_MOST = 60  # matters that one meeting is given; the oldest first


@transaction.atomic
def build_agenda(meeting: Meeting, *, by: User, seen: int | None = None) -> Meeting:
    """Put everything that is ready on the agenda, in order, what is alike as one point. What stands there stays.

    Ready is: a statement has come or is late, a good example, a dispute whose last day is near, an escalation that
    waits for this body, and what is on the agenda without a meeting. Each deviation's history says so.
    """
    ready = _ready(meeting)
    meeting = begin_meeting(meeting, by=by, when=UNTIL_ENDED, wrong=ENDED, seen=seen)
    disputes, others = _disputed_first(ready, day_of(meeting))
    examples = [d for d in others if d.kind == Deviation.Kind.GOOD_EXAMPLE]
    matters = [d for d in others if d.kind != Deviation.Kind.GOOD_EXAMPLE]
    for group in (*[[d] for d in disputes], *_alike(matters), *[[d] for d in examples]):
        create_item(meeting, title=_title_of(group), deviations=group)
    escalations = _waiting_escalations(meeting)
    for escalation in escalations:
        create_item(
            meeting, title=escalation.title, memo=escalation.summary, escalation=escalation,
            deviations=list(escalation.deviations.all()),
        )  # fmt: skip
    _put_standing_points(meeting)
    changed(meeting, "build_agenda", by=by, matters=len(ready) + len(escalations))
    for deviation in ready:
        _note_on_agenda(deviation, meeting, by)
    return Meeting.objects.get(pk=meeting.pk)


def _note_on_agenda(deviation: Deviation, meeting: Meeting, by: User) -> None:
    """What already stood on an agenda keeps its state and gets its day; the others take the step."""
    if deviation.state != State.ON_AGENDA:
        put_on_agenda(deviation, meeting=meeting, by=by)
    elif deviation.agenda_on != day_of(meeting):
        follow([deviation], meeting, "put_on_agenda", by=by)


def ready_for(body: Body, day: date) -> "QuerySet[Deviation]":
    """What could be put on an agenda of the body for that day, oldest first, and stands on none yet."""
    asked = Statement.objects.filter(deviation=OuterRef("pk"))
    waiting = Exists(asked.filter(status=Statement.Status.REQUESTED))
    late = Exists(asked.filter(status=Statement.Status.REQUESTED, due_on__lt=day))
    dispute = Dispute.objects.filter(
        deviation=OuterRef("pk"), status=Dispute.Status.OPEN, due_on__lte=day + DISPUTES_AHEAD
    )
    open_items = AgendaItem.objects.filter(
        deviations=OuterRef("pk"), removed_at__isnull=True, meeting__status__in=UNTIL_APPROVED, meeting__body=body
    )
    held = Party.objects.filter(deviation=OuterRef("pk"), body=body, role__in=HOLDERS)
    received = Q(state=State.RECEIVED) & (
        (Exists(asked) & ~waiting) | Q(kind=Deviation.Kind.GOOD_EXAMPLE) | Q(Exists(dispute))
    )
    overdue = Q(state=State.AWAITING_STATEMENT) & (Q(late) | Q(Exists(dispute)))
    waits = Q(state=State.ON_AGENDA) & (Q(agenda_on__isnull=True) | Q(agenda_on__lte=day))
    return (
        Deviation.objects.filter(Exists(held))
        .filter(received | overdue | waits)
        .exclude(Exists(open_items))
        .order_by("filed_at", "pk")
    )


def _ready(meeting: Meeting) -> list[Deviation]:
    """Those that may be put there, locked in the order of their ids; then as they are listed."""
    ready = ready_for(meeting.body, day_of(meeting))
    listed = list(ready.values_list("pk", flat=True)[:AT_MOST])
    locked = {
        deviation.pk: deviation
        for deviation in Deviation.objects.filter(pk__in=listed).select_for_update(of=("self",)).order_by("pk")
    }
    still = set(ready_for(meeting.body, day_of(meeting)).filter(pk__in=listed).values_list("pk", flat=True))
    return [locked[pk] for pk in listed if pk in still]


def _disputed_first(ready: Sequence[Deviation], day: date) -> tuple[list[Deviation], list[Deviation]]:
    disputed = set(
        Dispute.objects.filter(deviation__in=ready, status=Dispute.Status.OPEN).values_list("deviation", flat=True)
    )
    return [d for d in ready if d.pk in disputed], [d for d in ready if d.pk not in disputed]


def _alike(matters: Iterable[Deviation]) -> list[list[Deviation]]:
    """Same category and same receiving principal: one point. The highest risk first, then the oldest."""
    groups: defaultdict[tuple[str, int | None], list[Deviation]] = defaultdict(list)
    for deviation in matters:
        groups[deviation.category, deviation.receiving_principal_id].append(deviation)
    return sorted(groups.values(), key=lambda group: -max(deviation.risk or 0 for deviation in group))


def _title_of(group: Sequence[Deviation]) -> str:
    first = group[0]
    if len(group) == 1 or first.profile_version_id is None:
        return title_of(first)
    return profile_of(first.profile_version_id).category(first.category).name


def _waiting_escalations(meeting: Meeting) -> list[Escalation]:
    taken = AgendaItem.objects.filter(
        escalation=OuterRef("pk"), removed_at__isnull=True, meeting__status__in=UNTIL_APPROVED
    )
    waiting = Escalation.objects.filter(to_body=meeting.body, status=Escalation.Status.WAITING)
    return list(waiting.exclude(Exists(taken)).order_by("sent_at").prefetch_related("deviations")[:AT_MOST])


def _put_standing_points(meeting: Meeting) -> None:
    """What every meeting begins and ends with, once each; and the duties and the plan that are near."""
    items = items_of(meeting)
    there = {item.title for item in items}
    opening = "Närvaro, jäv och föregående protokoll"
    if opening not in there:
        create_item(meeting, title=opening, last=True)
        *others, first = items_of(meeting)
        put_in_order([first, *others])
    plan = ActionPlan.objects.filter(body=meeting.body, status=ActionPlan.Status.ADOPTED).order_by("-from_year").first()
    duties = Duty.objects.filter(
        body=meeting.body, done_on__isnull=True, due_on__lte=day_of(meeting) + DUTIES_AHEAD
    ).order_by("due_on")
    later = next_meeting(meeting.body, after=meeting)
    closing = [
        *([(f"{plan.title}, läget", "")] if plan else []),
        *((duty.title, f"Senast {in_swedish(duty.due_on)}.") for duty in duties),
        ("Nästa möte", in_swedish(day_of(later)).capitalize() if later else "Inget möte är planerat."),
    ]
    for title, memo in closing:
        if title not in there:
            create_item(meeting, title=title, memo=memo, last=True)


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def add_item(meeting: Meeting, *, title: str, memo: str = "", by: User, seen: int | None = None) -> AgendaItem:
    """A point without deviations. A deviation is put on the agenda by its own step."""
    meeting = begin_meeting(meeting, by=by, when=UNTIL_ENDED, wrong=ENDED, seen=seen)
    if not title.strip():
        raise Invalid({"title": [("required", _("Skriv vad punkten handlar om."))]})
    guard("title", title)
    guard("memo", memo)
    item = create_item(meeting, title=title.strip(), memo=memo.strip())
    changed(meeting, "add_item", by=by, item=item)
    return item


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User, seen: int | None = None) -> None:
    """Take a point away. Its deviations are no longer on the agenda and go back to the group's preparation."""
    deviations = list(
        Deviation.objects.filter(agenda_items=item, state=State.ON_AGENDA, agenda_on=day_of(item.meeting))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    item, meeting = begin_item(item, by=by, when=UNTIL_ENDED, wrong=ENDED, seen=seen)
    if item.verb:
        raise Invalid({"item": [("decided", _("Punkten är redan beslutad."))]})
    item.removed_at = clock.now()
    changed(meeting, "remove_item", by=by, item=item)
    for deviation in deviations:
        if item.escalation_id is None and may(by, "take_off_agenda", deviation):
            take_off_agenda(deviation, reason="Punkten togs bort från dagordningen.", by=by)


@transaction.atomic
def move_item(item: AgendaItem, *, to: int, by: User) -> None:
    """To that place, counted from 1."""
    item, meeting = begin_item(item, by=by, when=UNTIL_ENDED, wrong=ENDED)
    others = [other for other in items_of(meeting) if other.pk != item.pk]
    place = max(0, min(to - 1, len(others)))
    ordered = [*others[:place], item, *others[place:]]
    put_in_order(ordered)
    changed(meeting, "move_item", by=by, item=item)
