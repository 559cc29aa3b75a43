"""The meetings of a body: planned, moved, cancelled, started and ended. Requirements B02, F03.

What is decided at a meeting reaches the deviations when its minutes are approved: `minutes.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.cadence import per_year
from deviations.deadlines import is_working_day
from deviations.errors import Invalid, WrongState
from deviations.history import record
from deviations.models import AgendaItem, Deviation, Meeting, Party
from deviations.services.agenda_items import create_item, day_of, items_of, next_meeting_taken
from deviations.services.begin_meeting import BEFORE, RUNNING, begin_meeting, changed, points, require_handles
from deviations.services.deciding import take_off_agenda
from deviations.services.form import guard
from deviations.workflow import State
from orgs.models import Body, User

LONGEST_PLACE = 200
MOST_IN_A_YEAR = 60
FURTHEST = timedelta(days=3 * 366)
SUMMER = 7
HOLDERS = (Party.Role.ACCOUNTABLE, Party.Role.STAND_IN)
ALREADY_BEGUN = gettext_lazy("Mötet har redan börjat, är hållet eller inställt.")


@transaction.atomic
def plan_meeting(body: Body, *, starts_at: datetime, place: str = "", by: User) -> Meeting:
    """One meeting in the body's calendar. `starts_at` is aware. Not two on the same day."""
    require_handles(body, by)
    _require_time(starts_at)
    guard("place", place)
    _require_free(body, [starts_at])
    return _plan(body, starts_at, place, by)


@transaction.atomic
def plan_year(body: Body, *, first: datetime, number: int | None = None, place: str = "", by: User) -> list[Meeting]:
    """A year's meetings from `first` on: as many as the body's cadence asks for, unless `number` says otherwise.

    Spread over twelve months without July, on the same weekday and at the same time; on the next working day when
    that one is a holiday. Days that already have a meeting are left as they are.
    """
    require_handles(body, by)
    _require_time(first)
    guard("place", place)
    wanted = number or per_year(body.cadence)
    if not wanted or not 1 <= wanted <= MOST_IN_A_YEAR:
        raise Invalid({"number": [("out_of_range", _("Skriv hur många möten, 1 till 60."))]})
    taken = _days_taken(body)
    return [
        _plan(body, moment, place, by)
        for moment in spread_over_a_year(first, wanted)
        if timezone.localdate(moment) not in taken
    ]


def spread_over_a_year(first: datetime, number: int) -> list[datetime]:
    """`number` moments within twelve months, `first` among them, at the same local time. Pure."""
    local = timezone.localtime(first)
    days: list[date] = []
    for turn in range(number):
        day = local.date() + timedelta(weeks=round(turn * 52 / number))
        while day.month == SUMMER and local.month != SUMMER:
            day += timedelta(weeks=1)
        while not is_working_day(day) or day in days:
            day += timedelta(days=1)
        days.append(day)
    zone = timezone.get_current_timezone()
    return [datetime.combine(day, local.time(), tzinfo=zone) for day in days]


@transaction.atomic
def move_meeting(
    meeting: Meeting, *, starts_at: datetime, place: str | None = None, by: User, seen: int | None = None
) -> Meeting:
    """Another time or place. The deviations on its agenda follow, and their reporters see the new day."""
    deviations = locked_deviations(meeting)
    meeting = begin_meeting(meeting, by=by, when=BEFORE, wrong=ALREADY_BEGUN, seen=seen)
    _require_time(starts_at)
    guard("place", place or "")
    old_day = day_of(meeting)
    if timezone.localdate(starts_at) != old_day:
        _require_free(meeting.body, [starts_at])
    meeting.starts_at = starts_at
    meeting.place = meeting.place if place is None else place.strip()[:LONGEST_PLACE]
    if day_of(meeting) != old_day:
        follow(deviations, meeting, "move_meeting", by=by)
    return changed(meeting, "move_meeting", by=by, starts_at=starts_at.isoformat())


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: User, seen: int | None = None) -> Meeting:
    """It is not held. Its deviations go to the next planned meeting, or back to the group when there is none."""
    deviations = locked_deviations(meeting)
    meeting = begin_meeting(meeting, by=by, when=BEFORE, wrong=ALREADY_BEGUN, seen=seen)
    if not reason.strip():
        raise Invalid({"reason": [("required", _("Skriv varför mötet ställs in."))]})
    guard("reason", reason)
    later = next_meeting_taken(meeting)
    if later is None:
        for deviation in deviations:
            take_off_agenda(deviation, reason="Mötet ställdes in.", by=by)
        meeting = Meeting.objects.select_related("body").get(pk=meeting.pk)
    else:
        pass_on_items([i for i in items_of(meeting) if i.deviations.all() or i.escalation_id], later)
        follow(deviations, later, "move_meeting", by=by)
        changed(later, "build_agenda", by=by)
    meeting.status, meeting.cancelled_reason = Meeting.Status.CANCELLED, reason
    return changed(meeting, "cancel_meeting", by=by, reason=reason)


@transaction.atomic
def start_meeting(meeting: Meeting, *, by: User, seen: int | None = None) -> Meeting:
    """From now on decisions are recorded, by several people at once."""
    meeting = begin_meeting(meeting, by=by, when=BEFORE, wrong=ALREADY_BEGUN, seen=seen)
    if day_of(meeting) > clock.today():
        raise WrongState(_("Mötet kan öppnas den dag det hålls."))
    meeting.status, meeting.opened_at = Meeting.Status.RUNNING, clock.now()
    return changed(meeting, "start_meeting", by=by)


@transaction.atomic
def end_meeting(meeting: Meeting, *, by: User, seen: int | None = None) -> Meeting:
    """Every matter has got its answer. What was decided waits for the minutes to be approved."""
    meeting = begin_meeting(meeting, by=by, when=RUNNING, wrong=_("Mötet pågår inte."), seen=seen)
    if left := remaining(items_of(meeting)):
        raise WrongState(_("%(points)s återstår.") % {"points": points(len(left))})
    meeting.status, meeting.ended_at = Meeting.Status.HELD, clock.now()
    return changed(meeting, "end_meeting", by=by)


def remaining(items: Sequence[AgendaItem]) -> list[AgendaItem]:
    """Matters without an answer. A point without deviations, such as who takes part, needs none."""
    return [item for item in items if not item.verb and (item.escalation_id or item.deviations.all())]


# ── what hangs on a meeting ──────────────────────────────────────────────────────────────────────────────────────────
def locked_deviations(meeting: Meeting) -> list[Deviation]:
    """The body's deviations that stand on its agenda, locked in the order of their ids; before the meeting's own lock.

    What is lifted to the body by another stands on that one's agenda, and stays there.
    """
    through = AgendaItem.deviations.through.objects.filter(
        agendaitem__meeting=meeting, agendaitem__removed_at__isnull=True, agendaitem__escalation__isnull=True
    )
    held = Party.objects.filter(deviation=OuterRef("pk"), body=meeting.body_id, role__in=HOLDERS)
    standing = Deviation.objects.filter(
        Exists(held), pk__in=through.values("deviation_id"), state=State.ON_AGENDA, agenda_on=day_of(meeting)
    )
    return list(standing.select_for_update(of=("self",)).order_by("pk"))


def follow(deviations: Sequence[Deviation], meeting: Meeting, step: str, *, by: User) -> None:
    """The deviations' day is the meeting's; each history says why. The caller holds their locks."""
    day = day_of(meeting)
    for deviation in deviations:
        deviation.agenda_on = day
        record(deviation, step, by=by, acting_for=meeting.body, data={"meeting_on": day.isoformat()})


def pass_on_items(
    items: Sequence[AgendaItem], later: Meeting, *, only: Sequence[Deviation] | None = None
) -> None:  # fmt: skip
    """The same points at a later meeting, with what they rest on: all their deviations, or those of `only`."""
    for item in items:
        deviations = list(item.deviations.all()) if only is None else only
        create_item(later, title=item.title, memo=item.memo, deviations=deviations, escalation=item.escalation)


def _plan(body: Body, starts_at: datetime, place: str, by: User) -> Meeting:
    meeting = Meeting.objects.create(body=body, starts_at=starts_at, place=place.strip()[:LONGEST_PLACE])
    return changed(meeting, "plan_meeting", by=by, starts_at=starts_at.isoformat())


def _require_time(starts_at: datetime) -> None:
    day = timezone.localdate(starts_at)
    if day < clock.today():
        raise Invalid({"starts_at": [("in_past", _("Välj en kommande dag."))]})
    if starts_at > clock.now() + FURTHEST:
        raise Invalid({"starts_at": [("too_far", _("Välj en dag inom tre år."))]})


def _require_free(body: Body, moments: Sequence[datetime]) -> None:
    taken = _days_taken(body)
    if any(timezone.localdate(moment) in taken for moment in moments):
        raise Invalid({"starts_at": [("taken", _("Organet har redan ett möte den dagen."))]})


def _days_taken(body: Body) -> set[date]:
    """Its row is locked first, so that two who plan the same day at once come one after the other."""
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    planned = Meeting.objects.filter(body=body).exclude(status=Meeting.Status.CANCELLED)
    return {timezone.localdate(moment) for moment in planned.values_list("starts_at", flat=True)}
