"""Published reports: which ones a person may read, and one as page and charts. None leads to a deviation (H04, D06)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from deviations.models import LearningReport, ReportCopy
from deviations.reports import charts
from deviations.reports.access import copies_to, explorable_bodies, readable_reports
from deviations.reports.content import Chart, Content
from frontend import report_page
from frontend.requests import Request

Row = dict[str, Any]


@require_safe
def reports(request: Request) -> HttpResponse:
    """What the person may read, newest first, body by body; and, for a body's own people, its numbers as they are."""
    found = list(readable_reports(request.user).defer("content", "text"))
    shelves: dict[Any, list[LearningReport]] = {}
    for report in found:
        shelves.setdefault(report.body, []).append(report)
    context = {"shelves": list(shelves.items()), "bodies": explorable_bodies(request.user)}
    return render(request, "frontend/reports/reports.html", context)


@require_safe
def published(request: Request, public_id: UUID) -> HttpResponse:
    """One report, exactly as it was approved."""
    return show(request, readable(request, public_id))


@require_safe
def chart(request: Request, public_id: UUID, chart_id: str) -> HttpResponse:
    """One chart as a picture of its own."""
    content = content_of(readable(request, public_id))
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Chart) and block.id == chart_id:
                return HttpResponse(charts.svg(block), content_type="image/svg+xml")
    raise Http404


def show(
    request: Request, report: LearningReport, *, status: int = 200, errors: dict[int, str] | None = None
) -> HttpResponse:
    copies = [_copy(request, copy, errors or {}) for copy in copies_to(request.user).filter(report=report)]
    context = {
        **report_page.shown(content_of(report)),
        "report": report,
        "checksum": report_page.groups(report.checksum),
        "copies": copies,
        "replaced_by": readable_reports(request.user).filter(revises=report).first(),
        "files": [],
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


def _copy(request: Request, copy: ReportCopy, errors: dict[int, str]) -> Row:
    to = copy.board or str(copy.to_body or copy.to_principal)
    return {
        "pk": copy.pk,
        "to": to,
        "diary_number": copy.diary_number,
        "missing": _("Fylls i av nämnden") if copy.to_principal_id else _("Fylls i av organet"),
        "given": copy.diary_number,
        "error": errors.get(copy.pk, ""),
    }
