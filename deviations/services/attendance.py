"""Who takes part in a meeting, as the organisation they represent, and who is disqualified in which point (jäv)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.errors import Invalid
from deviations.models import AgendaItem, Attendance, Conflict, Deviation, Meeting
from deviations.services.agenda_items import day_of, items_of
from deviations.services.begin_meeting import UNTIL_APPROVED, begin_item, begin_meeting, changed
from deviations.services.form import guard
from orgs.models import Organisation, User
from orgs.profiles.active import profile_of, version_in_force

APPROVED = gettext_lazy("Protokollet är redan justerat.")
MOST_SEATS = 60


@dataclass(frozen=True, slots=True)
class Suggested:
    """A conflict of interest that Samsyn sees and nobody has written in."""

    item: AgendaItem
    seat: Attendance
    reason: str


# ── who takes part ───────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def fill_attendance(meeting: Meeting, *, by: User, seen: int | None = None) -> Meeting:
    """The seats of the body's last meeting, or the members its profile names. Seats that are there already stay."""
    meeting = begin_meeting(meeting, by=by, when=UNTIL_APPROVED, wrong=APPROVED, seen=seen)
    there = set(meeting.attendance.values_list("title", flat=True))
    for title, organisation, duty in _usual_seats(meeting):
        if title not in there:
            Attendance.objects.create(meeting=meeting, title=title, organisation=organisation, duty=duty)
    return changed(meeting, "fill_attendance", by=by)


def _usual_seats(meeting: Meeting) -> list[tuple[str, Organisation | None, str]]:
    earlier = (
        Meeting.objects.filter(body=meeting.body, starts_at__lt=meeting.starts_at, attendance__isnull=False)
        .order_by("-starts_at")
        .first()
    )
    if earlier is not None:
        seats = earlier.attendance.select_related("organisation__principal")
        return [(seat.title, seat.organisation, seat.duty) for seat in seats]
    profile = profile_of(version_in_force(meeting.body.county, day_of(meeting)).pk)
    return [(title, None, "") for title in profile.body(meeting.body.key).members]


@transaction.atomic
def add_seat(
    meeting: Meeting, *, title: str = "", organisation: Organisation | None = None, duty: str = "",
    person_name: str = "", by: User, seen: int | None = None,
) -> Attendance:  # fmt: skip
    """A participant: an organisation of the county, or what they represent in words. A name only where it is wanted."""
    meeting = begin_meeting(meeting, by=by, when=UNTIL_APPROVED, wrong=APPROVED, seen=seen)
    title = title.strip() or (organisation.full_name if organisation else "")
    if not title:
        raise Invalid({"title": [("required", _("Skriv eller välj vad deltagaren företräder."))]})
    if organisation is not None and organisation.county_id != meeting.body.county_id:
        raise Invalid({"organisation": [("other_county", _("Verksamheten finns inte i länet."))]})
    if meeting.attendance.filter(title=title).exists():
        raise Invalid({"title": [("twice", _("Den deltagaren finns redan."))]})
    if meeting.attendance.count() >= MOST_SEATS:
        raise Invalid({"title": [("too_many", _("Ett möte kan ha högst 60 deltagare."))]})
    for field, text in (("title", title), ("duty", duty), ("person_name", person_name)):
        guard(field, text)
    seat = Attendance.objects.create(
        meeting=meeting, title=title[:200], organisation=organisation, duty=duty.strip()[:60],
        person_name=person_name.strip()[:150],
    )  # fmt: skip
    changed(meeting, "add_seat", by=by)
    return seat


@transaction.atomic
def set_presence(seat: Attendance, *, presence: str, by: User) -> Attendance:
    """Present, remote, excused or absent."""
    meeting = begin_meeting(seat.meeting, by=by, when=UNTIL_APPROVED, wrong=APPROVED)
    if presence not in Attendance.Presence.values:
        raise Invalid({"presence": [("unknown", _("Välj närvarande, på distans, förhinder eller frånvarande."))]})
    seat.presence = presence
    seat.save(update_fields=["presence"])
    changed(meeting, "set_presence", by=by)
    return seat


@transaction.atomic
def remove_seat(seat: Attendance, *, by: User) -> None:
    """Somebody who does not belong there. Its conflicts of interest go too."""
    meeting = begin_meeting(seat.meeting, by=by, when=UNTIL_APPROVED, wrong=APPROVED)
    seat.delete()
    changed(meeting, "remove_seat", by=by)


# ── conflicts of interest ────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def mark_conflict(item: AgendaItem, *, seat: Attendance, reason: str = "", by: User) -> Conflict:
    """This participant does not take part in deciding this point. It is written into the minutes."""
    item, meeting = begin_item(item, by=by, when=UNTIL_APPROVED, wrong=APPROVED)
    if seat.meeting_id != meeting.pk:
        raise Invalid({"seat": [("unknown", _("Deltagaren hör till ett annat möte."))]})
    guard("reason", reason)
    said = reason.strip() or next((s.reason for s in suggested_conflicts(meeting, [item]) if s.seat.pk == seat.pk), "")
    if not said:
        raise Invalid({"reason": [("required", _("Skriv varför deltagaren inte kan vara med och besluta."))]})
    conflict, _new = Conflict.objects.update_or_create(item=item, attendance=seat, defaults={"reason": said[:200]})
    changed(meeting, "mark_conflict", by=by, item=item)
    return conflict


@transaction.atomic
def unmark_conflict(conflict: Conflict, *, by: User) -> None:
    """It was none."""
    item, meeting = begin_item(conflict.item, by=by, when=UNTIL_APPROVED, wrong=APPROVED)
    Conflict.objects.filter(pk=conflict.pk).delete()
    changed(meeting, "unmark_conflict", by=by, item=item)


def suggested_conflicts(meeting: Meeting, items: Iterable[AgendaItem] | None = None) -> list[Suggested]:
    """Seats whose organisation is a party of a deviation in the point, or leads the body for the same principal.

    A unit, what is beneath it, and what it belongs to below its principal count as one: BUP for its reception.
    """
    seats = [
        seat
        for seat in meeting.attendance.select_related("organisation")
        if seat.organisation is not None and seat.presence in {Attendance.Presence.PRESENT, Attendance.Presence.REMOTE}
    ]
    if not seats:
        return []
    asked = list(items) if items is not None else items_of(meeting)
    units = _units_of([deviation for item in asked for deviation in item.deviations.all()])
    leading = _chair_unit(meeting)
    found: list[Suggested] = []
    for item in asked:
        written = {conflict.attendance_id for conflict in item.conflicts.all()}
        concerned = [units[pk] for d in item.deviations.all() for pk in _concerned(d) if pk in units]
        for seat in seats:
            reason = _reason(seat, concerned, leading)
            if reason and seat.pk not in written:
                found.append(Suggested(item, seat, reason))
    return found


def _reason(seat: Attendance, concerned: Sequence[Organisation], leading: str) -> str:
    organisation = seat.organisation
    assert organisation is not None  # noqa: S101  # seats without one are left out
    if any(_is_part_of(organisation, unit) for unit in concerned):
        return _("%(who)s är part.") % {"who": seat.title}
    same = any(unit.principal_id == organisation.principal_id for unit in concerned)
    if organisation.key == leading and same:
        return _("%(who)s leder organet och hör till en part.") % {"who": seat.title}
    return ""


def _is_part_of(seat: Organisation, unit: Organisation) -> bool:
    """One is the other, or stands above it without being the principal itself, where everyone meets."""
    if seat.is_principal and not unit.is_principal:
        return False
    return unit.path.startswith(seat.path) or (not unit.is_principal and seat.path.startswith(unit.path))


def _concerned(deviation: Deviation) -> list[int]:
    ids = [deviation.reporting_unit_id, deviation.receiving_unit_id, *deviation.other_receiving]
    return [pk for pk in ids if pk]


def _units_of(deviations: Sequence[Deviation]) -> dict[int, Organisation]:
    return Organisation.objects.in_bulk({pk for deviation in deviations for pk in _concerned(deviation)})


def _chair_unit(meeting: Meeting) -> str:
    profile = profile_of(version_in_force(meeting.body.county, day_of(meeting)).pk)
    return profile.body(meeting.body.key).chair_unit or ""
