"""Writing learning reports: begun, with the words beside the preview, approved, revised and thrown away (D03–D06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations.errors import NotYours, Refused, WrongState
from deviations.models import LearningReport, Snapshot
from deviations.reports import snapshots
from deviations.reports.decided import offered
from deviations.services import bodies, learning_reports
from frontend import body_page, report_page, writing_page
from frontend.forms.writing import BeginForm, ReviseForm, WriteForm
from frontend.refusals import CONFLICT, UNPROCESSABLE, attempt
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent

Status = LearningReport.Status


@require_safe
def writing(request: Request) -> HttpResponse:
    """The reports of the bodies where the person handles: due, drafts, and what has been approved."""
    return render(request, "frontend/writing/list.html", {"desks": writing_page.desks(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request, county: str, key: str) -> HttpResponse:
    body = body_page.visible_body(request, county, key)
    allowed(bodies.may_work_for(request.user, body))
    form = BeginForm(sent(request), places=writing_page.places(body), initial={"place": request.GET.get("rapport", "")})
    made: list[LearningReport] = []

    def step(given: dict[str, Any]) -> None:
        template, period = form.periods[given["place"]]
        made.append(learning_reports.begin_report(body, template=template, period=period, by=request.user))

    page = {
        "title": _("Börja på en rapport"),
        "lede": _("Siffrorna räknas i bakgrunden. Du kan skriva under tiden, eller komma tillbaka."),
        "action": _("Börja"),
        "crumbs": [(_("Skriv rapporter"), reverse("writing"))],
    }
    answered = answer(request, form, page, step, reverse("writing"))
    return redirect("write_report", made[0].public_id) if made else answered


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request, public_id: UUID) -> HttpResponse:
    """The words beside the preview; how far the counting has come until the numbers are there."""
    report = _own(request, public_id)
    if report.status != Status.DRAFT:
        return redirect("published", public_id)
    period = snapshots.period_of(report.first_month, report.last_month)
    form = WriteForm(sent(request), report=report, decisions=offered(report.body, period))
    status = 200
    if request.method == "POST":
        step = lambda: learning_reports.write_text(report, **form.given, by=request.user)  # noqa: E731
        refused = attempt(request, form, step) if form.is_valid() else UNPROCESSABLE
        if refused is None:
            messages.success(request, _("Sparat."))
            return redirect("write_report", public_id)
        status = refused
    return render(request, "frontend/writing/write.html", _shown(report, form), status=status)


def _shown(report: LearningReport, form: WriteForm | None) -> dict[str, Any]:
    ready = report.snapshot is not None and report.snapshot.status == Snapshot.Status.READY
    content = learning_reports.preview(report) if ready else None
    parts = report_page.shown(content) if content else {}
    return {**parts, "draft": report, "form": form, "snapshot": report.snapshot, "checksum": _sum(content)}


def _sum(content: Any) -> str:
    return content.checksum() if content else ""


@require_safe
def progress(request: Request, public_id: UUID) -> HttpResponse:
    """How far the counting has come, as a fragment; the page is fetched anew when it is done."""
    report = _own(request, public_id)
    answered = render(request, "frontend/writing/progress.html", {"draft": report, "snapshot": report.snapshot})
    if report.snapshot is None or report.snapshot.status in {Snapshot.Status.READY, Snapshot.Status.FAILED}:
        answered["HX-Refresh"] = "true"
    return answered


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: Request, public_id: UUID) -> HttpResponse:
    """Read once more to whom it goes, and confirm. What was read is what is approved."""
    report = _own(request, public_id)
    if request.method == "POST":
        seen = request.POST.get("seen") or "unread"
        step = lambda: learning_reports.approve(report, seen=seen, by=request.user)  # noqa: E731
        return _at_once(request, report, step, "published", _("Rapporten är fastställd, och exemplaren är skickade."))
    if report.status != Status.DRAFT:
        return redirect("published", public_id)
    try:
        content = learning_reports.preview(report)
    except WrongState:
        return redirect("write_report", public_id)
    context = {
        "draft": report,
        "content": content,
        "checksum": content.checksum(),
        "receivers": writing_page.receivers(report),
    }
    return render(request, "frontend/writing/approve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: Request, public_id: UUID) -> HttpResponse:
    report = _own(request, public_id)
    made: list[LearningReport] = []
    page = {
        "title": _("Rätta rapporten"),
        "lede": _("Den fastställda rapporten gäller tills den rättade är fastställd. Båda finns kvar att läsa."),
        "action": _("Börja rätta"),
        "crumbs": [(_("Skriv rapporter"), reverse("writing")), (report.title, reverse("published", args=[public_id]))],
    }

    def step(given: dict[str, Any]) -> None:
        made.append(learning_reports.revise(report, **given, by=request.user))

    answered = answer(request, ReviseForm(sent(request)), page, step, reverse("published", args=[public_id]))
    return redirect("write_report", made[0].public_id) if made else answered


@require_POST
def discard(request: Request, public_id: UUID) -> HttpResponse:
    report = _own(request, public_id)
    step = lambda: learning_reports.discard(report, by=request.user)  # noqa: E731
    return _at_once(request, report, step, "", _("Utkastet är kastat."))


@require_POST
def recount(request: Request, public_id: UUID) -> HttpResponse:
    report = _own(request, public_id)
    step = lambda: learning_reports.recount(report, by=request.user)  # noqa: E731
    return _at_once(request, report, step, "write_report", _("Siffrorna räknas om med det som är inlagt nu."))


def _at_once(
    request: Request, report: LearningReport, step: Callable[[], object], to: str, thanks: str
) -> HttpResponse:  # fmt: skip
    try:
        step()
    except NotYours as refused:
        raise PermissionDenied(refused.reason) from refused
    except Refused as late:
        back = reverse("write_report", args=[report.public_id])
        context = {"reason": late.reason, "url": back, "url_label": report.title}
        return render(request, "409.html", context, status=CONFLICT)
    messages.success(request, thanks)
    return redirect(to, report.public_id) if to else redirect("writing")


def _own(request: Request, public_id: UUID) -> LearningReport:
    """Not found for everyone who does not write the body's reports."""
    return get_object_or_404(learning_reports.written_reports(request.user), public_id=public_id)
