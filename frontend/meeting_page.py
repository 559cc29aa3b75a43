"""What the pages of a meeting are drawn from: the calendar, the meeting itself, and its screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from deviations import cadence, clock
from deviations.models import AgendaItem, Attendance, Deviation, Meeting, Statement
from deviations.services.agenda import ready_for
from deviations.services.agenda_items import day_of, items_of
from deviations.services.attendance import suggested_conflicts
from deviations.services.begin_meeting import AFTER_START, entries_of
from deviations.services.meetings import remaining
from frontend import way
from frontend.dates import day
from frontend.requests import Request
from orgs.models import Body
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability

NOTED_LATELY = timedelta(minutes=15)
HERE = (Attendance.Presence.PRESENT, Attendance.Presence.REMOTE)


@dataclass(frozen=True)
class Point:
    """One line of the agenda."""

    number: int
    item: AgendaItem
    status: str
    done: bool
    current: bool


def readable(request: Request) -> Any:
    """Meetings of the bodies in which the person reads; every other one does not exist."""
    bodies = keys_of(request.user).bodies.get(Ability.READ, frozenset())
    return Meeting.objects.filter(body__in=bodies).select_related("body__county", "body__steering_body", "approved_by")


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────
def calendar(request: Request, bodies: Sequence[Body], body: Body, year: int) -> dict[str, Any]:
    """A body's year. The same number of statements however many meetings."""
    listed = list(
        readable(request)
        .filter(body=body, starts_at__year__gte=year - 1, starts_at__year__lte=year + 1)
        .annotate(points=Count("items", filter=Q(items__removed_at__isnull=True)))
        .order_by("starts_at", "pk")
    )
    of_year = [meeting for meeting in listed if day_of(meeting).year == year]
    today = clock.today()
    coming = [m for m in listed if m.status in {"planned", "running"} and day_of(m) >= today]
    return {
        "bodies": bodies,
        "body": body,
        "year": year,
        "years": (year - 1, year + 1),
        "meetings": of_year,
        "next": coming[0] if coming else None,
        "kept": cadence.kept([body], today)[body.pk],
        "ready": ready_for(body, day_of(coming[0]) if coming else today).count(),
        "handles": keys_of(request.user).on_body(Ability.HANDLE, body.pk),
        "address": f"{reverse('meetings')}?organ={body.pk}&ar={year}",
    }


# ── one meeting ──────────────────────────────────────────────────────────────────────────────────────────────────────
def meeting(request: Request, found: Meeting, chosen: str) -> dict[str, Any]:
    """All of the page. `chosen`: the point in the address, by number from 1; else the first that waits."""
    keys, items = keys_of(request.user), items_of(found)
    number = _chosen(items, chosen)
    item = items[number - 1] if items else None
    seats = list(found.attendance.select_related("organisation"))
    suggested = suggested_conflicts(found, items) if _is_open(found) else []
    visible, named = _visible(request, item), _named(request, items)
    return {
        "meeting": found,
        "heading": heading(found),
        "kept": cadence.kept([found.body], day_of(found))[found.body_id],
        "points": [_point(n, i, n == number, found, named) for n, i in enumerate(items, start=1)],
        "number": number,
        "previous_number": number - 1,
        "next_number": number + 1 if number < len(items) else 0,
        "item": item,
        "deviations": visible,
        "hidden": len(item.deviations.all()) - len(visible) if item else 0,
        "stations": way.mini(visible[0]) if visible else [],
        "measures": _measures(item),
        "suggested": [s for s in suggested if item and s.item.pk == item.pk],
        "seats": _seats(seats, items),
        "present": sum(seat.presence in HERE for seat in seats),
        "left": len(remaining(items)),
        "left_words": _left(items),
        "others": others_writing(found, keys),
        "handles": keys.on_body(Ability.HANDLE, found.body_id),
        "may_write": keys.on_body(Ability.HANDLE, found.body_id) and found.status in AFTER_START,
        "briefs": [(d, [s for s in d.statements.all() if s.status != Statement.Status.REQUESTED]) for d in visible],
        "presence_choices": Attendance.Presence.choices,
        "address": f"{reverse('meeting', args=[found.public_id])}?punkt={number}",
    }


def _measures(item: AgendaItem | None) -> list[dict[str, Any]]:
    """With the days as dates."""
    return [
        {**measure, **{name: date.fromisoformat(measure[name]) for name in ("due_on", "check_on")}}
        for measure in (item.measures if item else [])
    ]


def _is_open(found: Meeting) -> bool:
    return found.status in {"planned", "running", "held"}


def _chosen(items: Sequence[AgendaItem], chosen: str) -> int:
    """Raises Http404 for a point that is not there."""
    if not items:
        return 0
    if not chosen:
        waiting = remaining(items)
        return items.index(waiting[0]) + 1 if waiting else 1
    if not chosen.isascii() or not chosen.isdigit() or not 1 <= int(chosen) <= len(items):
        raise Http404
    return int(chosen)


def _named(request: Request, items: Sequence[AgendaItem]) -> dict[int, str]:
    """What tells apart points with the same title: number and unit of those that the person may see. One statement."""
    pks = [deviation.pk for item in items for deviation in item.deviations.all()]
    found = Deviation.objects.visible_to(request.user).filter(pk__in=pks).select_related("receiving_unit")
    return {d.pk: ", ".join([d.reference, *([d.receiving_unit.name] if d.receiving_unit else [])]) for d in found}


def _point(number: int, item: AgendaItem, current: bool, found: Meeting, named: dict[int, str]) -> Point:
    deviations = len(item.deviations.all())
    status = ngettext("%(n)d avvikelse", "%(n)d avvikelser", deviations) % {"n": deviations} if deviations else ""
    alone = [named[each.pk] for each in item.deviations.all() if deviations == 1 and each.pk in named]
    if alone:
        status = _("1 avvikelse: %(which)s") % {"which": alone[0]}
    if item.verb:
        said = str(item.get_verb_display())
        after = _("%(verb)s, svar går ut med protokollet") % {"verb": said}
        return Point(number, item, said if not deviations or found.status == "approved" else after, True, current)
    return Point(number, item, status, False, current)


def _visible(request: Request, item: AgendaItem | None) -> list[Deviation]:
    """Those of the point that the person may see themselves, with what the brief is made of."""
    if item is None:
        return []
    pks = [deviation.pk for deviation in item.deviations.all()]
    found = Deviation.objects.visible_to(request.user).filter(pk__in=pks)
    found = found.select_related("receiving_unit__principal", "reporting_unit__principal")
    return list(
        found.prefetch_related("statements__organisation__principal", "measures", "disputes").order_by("filed_at")
    )


def _seats(seats: Sequence[Attendance], items: Sequence[AgendaItem]) -> list[dict[str, Any]]:
    """Each seat with the numbers of the points where it is disqualified."""
    where: dict[int, list[str]] = {}
    for number, item in enumerate(items, start=1):
        for conflict in item.conflicts.all():
            where.setdefault(conflict.attendance_id, []).append(str(number))
    return [
        {
            "seat": seat,
            "here": seat.presence in HERE,
            "conflict": _("Jäv i punkt %(numbers)s") % {"numbers": _(" och ").join(where[seat.pk])}
            if seat.pk in where
            else "",
        }
        for seat in seats
    ]


def _left(items: Sequence[AgendaItem]) -> str:
    left = len(remaining(items))
    if not left:
        return _("Alla punkter är klara")
    return ngettext("%(n)d punkt återstår", "%(n)d punkter återstår", left) % {"n": left}


def others_writing(found: Meeting, keys: Keys) -> list[str]:
    """First names of those who have written in the meeting in the last quarter of an hour, besides the reader."""
    since = clock.now() - NOTED_LATELY
    names = {
        entry.by.get_short_name(): None
        for entry in entries_of(found, since=since)
        if entry.by is not None and entry.by_id != keys.user_id
    }
    return list(names) if found.status in AFTER_START else []


def heading(found: Meeting) -> str:
    """Möte måndag 4 april."""
    on = day_of(found)
    return _("Möte %(weekday)s %(day)s") % {"weekday": _(WEEKDAYS[on.weekday()]), "day": day(on)}


WEEKDAYS = (
    gettext_noop("måndag"),
    gettext_noop("tisdag"),
    gettext_noop("onsdag"),
    gettext_noop("torsdag"),
    gettext_noop("fredag"),
    gettext_noop("lördag"),
    gettext_noop("söndag"),
)
