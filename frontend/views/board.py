"""A board's one page: the newest approved report in brief, for whoever reads it in the ten minutes before a meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations.models import LearningReport
from deviations.reports.access import NUMBERS, readable_reports
from deviations.reports.content import Content
from deviations.reports.in_brief import changes, in_brief
from deviations.services import report_copies
from frontend import report_page
from frontend.requests import Request
from frontend.views.reports import content_of, readable

MOST = 12  # of the earlier ones; the rest are among all reports


@require_safe
def newest(request: Request) -> HttpResponse:
    """The newest period's; of several bodies', that of the highest. Without any: what will come here."""
    report = newest_of(request)
    if report is None:
        return render(request, "frontend/reports/in_brief.html", {"report": None})
    return show(request, report)


@require_safe
def one(request: Request, public_id: UUID) -> HttpResponse:
    return show(request, readable(request, public_id))


def newest_of(request: Request) -> LearningReport | None:
    return readable_reports(request.user).filter(status=LearningReport.Status.APPROVED).first()


def show(request: Request, report: LearningReport) -> HttpResponse:
    """Whoever calls has found the report among those that the person may read. Its copy to them is opened with it, but
    not by a HEAD."""
    if request.method == "GET":
        report_copies.open_copies(report, by=request.user)
    listed = list(
        readable_reports(request.user)
        .filter(status=LearningReport.Status.APPROVED)
        .exclude(pk=report.pk)
        .defer("content", "text", *NUMBERS)[:MOST]
    )
    content = content_of(report)
    context = {"report": report, "others": listed, **_parts(content, _before(request, report))}
    return render(request, "frontend/reports/in_brief.html", context)


def _parts(content: Content, earlier: Content | None) -> dict[str, Any]:
    brief = in_brief(content)
    return {
        "content": content,
        "figures": [(figure, report_page.cell_shown(figure.cell, content.threshold)) for figure in brief.figures],
        "lines": {id: report_page.block_shown(lines, content) for id, lines in brief.lines.items()},
        "charts": [(section, report_page.block_shown(chart, content)) for section, chart in brief.charts],
        "findings": brief.findings,
        "changes": changes(content, earlier),
        "compared": earlier,
        "small": {"most": content.threshold - 1, "threshold": content.threshold},
    }


def _before(request: Request, report: LearningReport) -> Content | None:
    """The same body's report of the same kind for the period before, as far as the person may read it."""
    same = readable_reports(request.user).filter(
        body=report.body_id, template=report.template, status=LearningReport.Status.APPROVED
    )
    found = same.filter(last_month__lt=report.first_month).first()
    return content_of(found) if found is not None else None
