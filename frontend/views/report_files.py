"""A published report as a file. Whoever may not read the report is told what is told of one that does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from deviations.reports.access import readable_reports
from deviations.reports.files import FORMATS, file_of
from deviations.services import report_copies
from frontend.requests import Request


@require_safe
def report_file(request: Request, public_id: UUID, format: str) -> HttpResponse:
    """Made now, in less than a second; kept by no browser, since a right to read it can end."""
    if format not in FORMATS:
        raise Http404
    report = get_object_or_404(readable_reports(request.user), public_id=public_id)
    made = file_of(report, FORMATS[format])
    if request.method == "GET":
        report_copies.open_copies(report, by=request.user)
    return HttpResponse(made.data, content_type=made.content_type, headers=made.headers)
