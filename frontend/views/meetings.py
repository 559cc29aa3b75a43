"""Meetings: a body's calendar, one meeting while it is planned, held and written up, its screen and its minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import clock
from deviations.documents import pdf, word
from deviations.documents.minutes import document_of
from deviations.errors import NotYours
from deviations.models import AgendaItem, Attendance, Meeting
from deviations.services import meetings, minutes
from deviations.services.agenda_items import day_of, items_of
from deviations.services.begin_meeting import require_handles
from deviations.services.minutes_text import shown_minutes
from frontend import meeting_page, meeting_steps
from frontend.desk_queue import bodies_of
from frontend.forms.meetings import DecisionForm, TimeForm, YearForm, after_conflict
from frontend.meeting_page import readable
from frontend.refusals import CONFLICT, UNPROCESSABLE, attempt
from frontend.requests import Request
from orgs.models import Body
from orgs.permissions import keys_of

FORMS = ["GET", "HEAD", "POST"]


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def calendar(request: Request) -> HttpResponse:
    """A body's year of meetings against what its profile says."""
    bodies, body = _bodies(request)
    year = request.GET.get("ar", "") or str(clock.today().year)
    if not (year.isascii() and year.isdigit() and 1900 < int(year) < 2199):
        raise Http404
    context = meeting_page.calendar(request, bodies, body, int(year))
    return render(request, "frontend/meetings/calendar.html", context)


@require_http_methods(FORMS)
def plan(request: Request, several: bool = False) -> HttpResponse:
    """Plan one meeting, or a year's."""
    body = _bodies(request)[1]
    _require_handles(request, body)
    form = (YearForm if several else TimeForm)(request.POST if request.method == "POST" else None)
    service: Any = meetings.plan_year if several else meetings.plan_meeting
    status: int | None = 200
    if request.method == "POST":
        status = (
            attempt(request, form, lambda: service(body, **form.given(), by=request.user))
            if form.is_valid()
            else UNPROCESSABLE
        )
    if status is None:
        messages.success(request, _("Mötena är planerade.") if several else _("Mötet är planerat."))
        return redirect(f"{reverse('meetings')}?organ={body.pk}")
    context = {"form": form, "body": body, "several": several}
    return render(request, "frontend/meetings/plan.html", context, status=status)


def _bodies(request: Request) -> tuple[list[Body], Body]:
    """Those in which the person reads, and the one in the address; nobody has another's: 404."""
    bodies = bodies_of(keys_of(request.user))
    wanted = request.GET.get("organ", "")
    body = next((body for body in bodies if wanted in ("", str(body.pk))), None)
    if body is None:
        raise Http404
    return bodies, body


def _require_handles(request: Request, body: Body) -> None:
    try:
        require_handles(body, request.user)
    except NotYours as refused:
        raise PermissionDenied(refused.reason) from refused


# ── one meeting ──────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def meeting(request: Request, public_id: UUID) -> HttpResponse:
    """Agenda, point and attendance. Every part that may change asks for this page again and takes its own part."""
    return _page(request, _found(request, public_id), request.GET.get("punkt", ""))


def _page(
    request: Request, found: Meeting, chosen: str, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    context = meeting_page.meeting(request, found, chosen)
    if context["may_write"] and context["item"] is not None:
        context["form"] = form or DecisionForm(item=context["item"], meeting=found)
    context["steps"] = meeting_steps.offered(found, context["left"], handles=context["handles"])
    return render(request, "frontend/meetings/meeting.html", context, status=status)


@require_safe
def screen(request: Request, public_id: UUID) -> HttpResponse:
    """For the wall of the room: what is being discussed and what has been decided. Nothing to press."""
    found = _found(request, public_id)
    return render(request, "frontend/meetings/screen.html", meeting_page.meeting(request, found, ""))


@require_http_methods(FORMS)
def take(request: Request, public_id: UUID, step: str) -> HttpResponse:
    """A step of the meeting as a whole: GET shows its form, POST takes it."""
    found, page = _found(request, public_id), meeting_steps.PAGES.get(step)
    if page is None:
        raise Http404
    _require_handles(request, found.body)
    form = page.form(request.POST if request.method == "POST" else None, meeting=found)
    status: int | None = 200
    if request.method == "POST":
        status = meeting_steps.take(request, found, step, form)
    if status is None:
        return redirect("minutes" if step == "approve_minutes" else "meeting", public_id)
    missed = minutes.left_out(found, by=request.user) if step == "approve_minutes" else []
    context = {"meeting": found, "heading": meeting_page.heading(found), "form": form, "page": page, "missed": missed}
    return render(request, "frontend/meetings/step.html", context, status=status)


@require_POST
def decide(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    """What the meeting says in one point. After a conflict the page shows what came, and what was written is kept."""
    found = _found(request, public_id)
    item = get_object_or_404(_items(found), pk=pk)
    _require_handles(request, found.body)
    number = _number_of(item)
    form = DecisionForm(request.POST, item=item, meeting=found)
    status: int | None = UNPROCESSABLE
    if form.is_valid():
        status = attempt(request, form, lambda: minutes.record_decision(item, **form.given(), by=request.user))
    if status is None:
        messages.success(request, _("Punkt %(number)d är bekräftad.") % {"number": number})
        return redirect(f"{reverse('meeting', args=[public_id])}?punkt={number}")
    if status == CONFLICT:
        item.refresh_from_db()
        form = DecisionForm(after_conflict(request.POST, item), item=item, meeting=found)
    return _page(request, _found(request, public_id), str(number), form, status)


@require_POST
def change_item(request: Request, public_id: UUID, pk: int, step: str) -> HttpResponse:
    """Move or remove a point, or write a conflict of interest in or out."""
    found = _found(request, public_id)
    item = get_object_or_404(_items(found), pk=pk)
    _require_handles(request, found.body)
    number = _number_of(item)
    act = meeting_steps.item_step(step, item, request.POST, by=request.user)
    return _acted(request, found, act, "" if step == "remove_item" else str(number))


@require_POST
def change_seat(request: Request, public_id: UUID, pk: int, step: str) -> HttpResponse:
    """Who is there, or a seat that should not be."""
    found = _found(request, public_id)
    seat = get_object_or_404(Attendance.objects.select_related("meeting"), pk=pk, meeting=found)
    _require_handles(request, found.body)
    act = meeting_steps.seat_step(step, seat, request.POST, by=request.user)
    return _acted(request, found, act, request.POST.get("punkt", ""))


def _acted(request: Request, found: Meeting, act: meeting_steps.Act, chosen: str) -> HttpResponse:
    """Done and back to the point; or the page as it is now, with the reason at the top."""
    status = meeting_steps.attempted(request, act)
    if status is not None:
        return _page(request, _found(request, found.public_id), "", status=status)
    known = chosen.isascii() and chosen.isdigit()
    return redirect(reverse("meeting", args=[found.public_id]) + (f"?punkt={chosen}" if known else ""))


def _found(request: Request, public_id: UUID) -> Meeting:
    found: Meeting = get_object_or_404(readable(request), public_id=public_id)
    return found


def _items(found: Meeting) -> Any:
    items = AgendaItem.objects.filter(meeting=found, removed_at__isnull=True)
    return items.select_related("meeting", "escalation").prefetch_related("deviations")


def _number_of(item: AgendaItem) -> int:
    items = items_of(item.meeting)
    return next(number for number, other in enumerate(items, start=1) if other.pk == item.pk)


# ── the minutes ──────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def minutes_page(request: Request, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    document = document_of(shown_minutes(found), found.checksum)
    context = {
        "meeting": found,
        "heading": meeting_page.heading(found),
        "document": document,
        "blocks": [(type(block).__name__, block) for block in document.blocks],
        "whole": not found.checksum or minutes.is_whole(found),
    }
    return render(request, "frontend/meetings/minutes.html", context)


@require_safe
def minutes_word(request: Request, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    return _file(found, word.write(document_of(shown_minutes(found), found.checksum)), word.CONTENT_TYPE, "docx")


@require_safe
def minutes_pdf(request: Request, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    made = pdf.write(document_of(shown_minutes(found), found.checksum), at=found.approved_at or clock.now())
    return _file(found, made, pdf.CONTENT_TYPE, "pdf")


def _file(found: Meeting, content: bytes, content_type: str, ending: str) -> HttpResponse:
    name = f"protokoll-{slugify(found.body.key)}-{day_of(found):%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)
