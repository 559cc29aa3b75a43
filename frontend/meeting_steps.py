"""Every step of a meeting that has a button: its form, its service and its words. Names are those of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.errors import Invalid
from deviations.models import AgendaItem, Attendance, Conflict, Meeting
from deviations.services import agenda, attendance, meetings, minutes
from deviations.services.agenda_items import day_of
from deviations.services.begin_meeting import points
from frontend.components import Step
from frontend.forms import meetings as meeting_forms
from frontend.refusals import CONFLICT, UNPROCESSABLE, attempt
from frontend.requests import Request
from orgs.models import User

Act = Callable[[], object]
LONGEST_NUMBER = 10  # digits; the database's numbers have fewer


@dataclass(frozen=True, slots=True)
class MeetingStep:
    """`at_once`: the button takes the step without a page in between. `when`: the states that offer it."""

    label: str | Promise
    form: type[meeting_forms.MeetingForm]
    do: Callable[..., object]
    lede: str | Promise
    thanks: str | Promise
    when: tuple[str, ...]
    at_once: bool = False


PAGES: Mapping[str, MeetingStep] = {
    "build_agenda": MeetingStep(
        gettext_lazy("Bygg dagordning"), meeting_forms.MeetingForm, agenda.build_agenda,
        gettext_lazy("Allt som är klart att ta upp sätts upp i ordning. Det som redan står där står kvar."),
        gettext_lazy("Dagordningen är byggd."), ("planned", "running"), at_once=True,
    ),
    "start_meeting": MeetingStep(
        gettext_lazy("Öppna mötet"), meeting_forms.MeetingForm, meetings.start_meeting,
        gettext_lazy("Från och med nu skrivs beslut in, av flera samtidigt."),
        gettext_lazy("Mötet är öppnat."), ("planned",), at_once=True,
    ),
    "end_meeting": MeetingStep(
        gettext_lazy("Avsluta mötet"), meeting_forms.MeetingForm, meetings.end_meeting,
        gettext_lazy("Besluten väntar på att protokollet justeras."),
        gettext_lazy("Mötet är avslutat. Besluten gäller när protokollet är justerat."), ("running",), at_once=True,
    ),
    "approve_minutes": MeetingStep(
        gettext_lazy("Justera protokollet"), meeting_forms.ApproveForm, minutes.approve_minutes,
        gettext_lazy("Besluten förs in i varje avvikelse, och de som anmälde ser dem genast. Protokollet låses."),
        gettext_lazy("Protokollet är justerat och besluten gäller."), ("held",),
    ),
    "add_item": MeetingStep(
        gettext_lazy("Lägg till punkt"), meeting_forms.ItemForm, agenda.add_item,
        gettext_lazy("En punkt utan avvikelser. En avvikelse sätts upp från sin egen sida."),
        gettext_lazy("Punkten är tillagd."), ("planned", "running"),
    ),
    "fill_attendance": MeetingStep(
        gettext_lazy("Hämta deltagare"), meeting_forms.MeetingForm, attendance.fill_attendance,
        gettext_lazy("De som var med förra gången, eller de som uppdraget nämner."),
        gettext_lazy("Deltagarna är hämtade."), ("planned", "running", "held"), at_once=True,
    ),
    "add_seat": MeetingStep(
        gettext_lazy("Lägg till deltagare"), meeting_forms.SeatForm, attendance.add_seat,
        gettext_lazy("Deltagaren företräder en verksamhet. Namn skrivs bara om organet vill det."),
        gettext_lazy("Deltagaren är tillagd."), ("planned", "running", "held"),
    ),
    "move_meeting": MeetingStep(
        gettext_lazy("Flytta mötet"), meeting_forms.TimeForm, meetings.move_meeting,
        gettext_lazy("Avvikelserna på dagordningen följer med, och de som anmälde ser den nya dagen."),
        gettext_lazy("Mötet är flyttat."), ("planned",),
    ),
    "cancel_meeting": MeetingStep(
        gettext_lazy("Ställ in mötet"), meeting_forms.CancelForm, meetings.cancel_meeting,
        gettext_lazy("Avvikelserna går till nästa planerade möte, eller tillbaka till gruppen."),
        gettext_lazy("Mötet är inställt."), ("planned",),
    ),
}  # fmt: skip

ON_HEAD = ("start_meeting", "end_meeting", "approve_minutes")
ON_AGENDA = ("build_agenda", "add_item", "move_meeting", "cancel_meeting")
ON_ATTENDANCE = ("fill_attendance", "add_seat")


def offered(found: Meeting, left: int, *, handles: bool) -> dict[str, list[Step]]:
    """The buttons of the three places; one that is refused now keeps its place with its sentence."""
    places = {"head": ON_HEAD, "agenda": ON_AGENDA, "attendance": ON_ATTENDANCE}
    if not handles:
        return {place: [] for place in places}
    return {
        place: [_button(found, name, left) for name in names if found.status in PAGES[name].when]
        for place, names in places.items()
    }


def _button(found: Meeting, name: str, left: int) -> Step:
    page = PAGES[name]
    button: Step = {"name": name, "label": str(page.label)}
    if name == "end_meeting" and left:
        return {**button, "refused": _("%(points)s återstår.") % {"points": points(left)}}
    if name == "start_meeting" and day_of(found) > clock.today():
        return {**button, "refused": _("Mötet kan öppnas den dag det hålls.")}
    address = reverse("meeting_step", args=[found.public_id, name])
    return {**button, "url": address, "post": page.at_once}


def take(request: Request, found: Meeting, name: str, form: meeting_forms.MeetingForm) -> int | None:
    """None when the step is taken; otherwise the status with which to show the form again, as it was filled in."""
    if not form.is_valid():
        return UNPROCESSABLE
    status = attempt(request, form, lambda: PAGES[name].do(found, **form.given(), by=request.user))
    if status == CONFLICT:
        found.refresh_from_db(fields=["sequence", "status"])
        form.data = request.POST.copy()
        form.data["seen"] = str(found.sequence)
    if status is None:
        messages.success(request, str(PAGES[name].thanks))
    return status


# ── small ones, without a page ───────────────────────────────────────────────────────────────────────────────────────
def item_step(step: str, item: AgendaItem, given: QueryDict, *, by: User) -> Act:
    """Raises Http404 for what is not there."""
    match step:
        case "remove_item":
            return lambda: agenda.remove_item(item, by=by)
        case "move_item":
            place = given.get("to", "")
            return lambda: agenda.move_item(item, to=_place(place), by=by)
        case "mark_conflict":
            seat = get_object_or_404(Attendance, pk=_row(given.get("seat", "")), meeting=item.meeting)
            return lambda: attendance.mark_conflict(item, seat=seat, reason=given.get("reason", "")[:200], by=by)
        case "unmark_conflict":
            rows = Conflict.objects.select_related("item__meeting")
            conflict = get_object_or_404(rows, pk=_row(given.get("conflict", "")), item=item)
            return lambda: attendance.unmark_conflict(conflict, by=by)
    raise Http404


def seat_step(step: str, seat: Attendance, given: QueryDict, *, by: User) -> Act:
    """Raises Http404 for what is not there."""
    match step:
        case "set_presence":
            return lambda: attendance.set_presence(seat, presence=given.get("presence", ""), by=by)
        case "remove_seat":
            return lambda: attendance.remove_seat(seat, by=by)
    raise Http404


def attempted(request: Request, act: Act) -> int | None:
    """None when done. A fault at a field that has no form is said at the top."""
    form = forms.Form(request.POST)
    status = attempt(request, form, act)
    for sentence in form.non_field_errors():
        messages.error(request, str(sentence))
    return status


def _place(text: str) -> int:
    """Raises `Invalid` for what is no place."""
    if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER:
        return int(text)
    raise Invalid({"to": [("invalid", _("Välj en plats på dagordningen."))]})


def _row(text: str) -> int:
    """Raises Http404 for what is no number of a row."""
    if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER:
        return int(text)
    raise Http404
