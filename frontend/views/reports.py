"""Published reports: which ones a person may read, and one as page and charts. None leads to a deviation (H04, D06)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from deviations.errors import Invalid
from deviations.models import LearningReport, ReportCopy, ReportSubscription
from deviations.reports import charts
from deviations.reports.access import copies_to, explorable_bodies, published_bodies, readable_reports
from deviations.reports.content import Chart, Content
from deviations.reports.files import FORMATS
from deviations.services import learning_reports, report_copies
from frontend import report_page
from frontend.refusals import UNPROCESSABLE
from frontend.requests import Request

Row = dict[str, Any]


@require_safe
def reports(request: Request) -> HttpResponse:
    """What the person may read, newest first, body by body; and, for a body's own people, its numbers as they are."""
    found: dict[int, list[LearningReport]] = {}
    for report in readable_reports(request.user).defer("content", "text"):
        found.setdefault(report.body_id, []).append(report)
    followed = set(ReportSubscription.objects.filter(user=request.user, template="").values_list("body", flat=True))
    shelves = [
        {"body": body, "reports": found.get(body.pk, []), "followed": body.pk in followed}
        for body in published_bodies(request.user)
    ]
    context = {"shelves": shelves, "bodies": explorable_bodies(request.user)}
    return render(request, "frontend/reports/reports.html", context)


@require_POST
def follow(request: Request, county: str, key: str) -> HttpResponse:
    """A letter, without content, when the body's reports are approved; or none any more."""
    body = next((b for b in published_bodies(request.user) if (b.county.slug, b.key) == (county, key)), None)
    if body is None:
        raise Http404
    if request.POST.get("sluta"):
        learning_reports.unsubscribe(body, by=request.user)
        messages.success(request, _("Du får inga fler brev om rapporter från %(body)s.") % {"body": body.name})
    else:
        learning_reports.subscribe(body, by=request.user)
        messages.success(request, _("Du får ett brev när %(body)s fastställer en rapport.") % {"body": body.name})
    return redirect("reports")


@require_POST
def register(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    """The number under which one's own board registered its copy."""
    report = readable(request, public_id)
    copy = get_object_or_404(copies_to(request.user).select_related("report"), pk=pk, report=report)
    try:
        report_copies.register_copy(copy, diary_number=request.POST.get("diary_number", ""), by=request.user)
    except Invalid as refused:
        return _show(request, report, status=UNPROCESSABLE, refused=(copy.pk, refused.reason))
    messages.success(request, _("Diarienumret är inskrivet."))
    return redirect("published", public_id)


@require_safe
def published(request: Request, public_id: UUID) -> HttpResponse:
    """One report, exactly as it was approved."""
    report = readable(request, public_id)
    if request.method == "GET":
        report_copies.open_copies(report, by=request.user)
    return _show(request, report)


@require_safe
def chart(request: Request, public_id: UUID, chart_id: str) -> HttpResponse:
    """One chart as a picture of its own."""
    content = content_of(readable(request, public_id))
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Chart) and block.id == chart_id:
                return HttpResponse(charts.svg(block), content_type="image/svg+xml")
    raise Http404


def _show(
    request: Request, report: LearningReport, *, status: int = 200, refused: tuple[int, str] = (0, "")
) -> HttpResponse:
    """`refused`: which copy's number could not be taken, and why."""
    mine = copies_to(request.user).filter(report=report).select_related("report", "to_body", "to_principal")
    copies = [_copy(request, copy, refused[1] if copy.pk == refused[0] else "") for copy in mine]
    context = {
        **report_page.shown(content_of(report)),
        "report": report,
        "checksum": report_page.groups(report.checksum),
        "copies": copies,
        "replaced_by": readable_reports(request.user).filter(revises=report).first(),
        "files": [
            {"label": each.label, "url": reverse("report_file", args=[report.public_id, each.key])}
            for each in FORMATS.values()
        ],
    }
    return render(request, "frontend/reports/published.html", context, status=status)


def readable(request: Request, public_id: UUID) -> LearningReport:
    """Not found for everyone who may not read it, and while nobody has approved it."""
    report = readable_reports(request.user).filter(public_id=public_id).first()
    if report is None:
        raise Http404
    return report


def content_of(report: LearningReport) -> Content:
    return Content.model_validate(report.content)


def _copy(request: Request, copy: ReportCopy, error: str) -> Row:
    given = request.POST.get("diary_number", "") if error else copy.diary_number
    return {
        "pk": copy.pk,
        "to": copy.to,
        "diary_number": copy.diary_number,
        "missing": _("Fylls i av nämnden") if copy.to_principal_id else _("Fylls i av organet"),
        "given": given,
        "error": error,
        "url": reverse("register_copy", args=[copy.report.public_id, copy.pk]),
    }
