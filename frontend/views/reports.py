"""Learning reports: which ones a person may read, and one as page, chart and file. None leads to a deviation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from deviations import clock
from deviations.learning import chart, facts
from deviations.learning.access import readable_bodies
from deviations.learning.csv_file import csv_of
from deviations.learning.period import Period
from deviations.learning.period import twelve_and_years as offered
from deviations.learning.printed import Series
from deviations.learning.refresh import refresh
from deviations.learning.report import report_for
from frontend.requests import Request
from orgs.models import Body

Row = dict[str, Any]


@require_safe
def reports(request: Request) -> HttpResponse:
    """Every report that the person may read, by county."""
    return render(request, "frontend/reports/reports.html", {"bodies": readable_bodies(request.user)})


@require_safe
def report(request: Request, county: str, key: str) -> HttpResponse:
    body = _readable(request, county, key)
    periods, period = _period(request, body)
    made = report_for(body, period)
    context = {
        "report": made,
        "periods": periods,
        "months": _months(made.series) if made.series else [],
        "chart_words": chart.in_words(made.series) if made.series else "",
        "svg_url": _address("report_chart", body, period),
        "csv_url": _address("report_csv", body, period),
    }
    return render(request, "frontend/reports/report.html", context)


@require_safe
def report_chart(request: Request, county: str, key: str) -> HttpResponse:
    body = _readable(request, county, key)
    series = report_for(body, _period(request, body)[1]).series
    if series is None:
        raise Http404
    return HttpResponse(chart.svg(series), content_type="image/svg+xml")


@require_safe
def report_csv(request: Request, county: str, key: str) -> HttpResponse:
    body = _readable(request, county, key)
    made = report_for(body, _period(request, body)[1])
    name = f"samsyn-{county}-{key}-{made.counted_at:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_of(made), content_type="text/csv; charset=utf-8", headers=headers)


def _readable(request: Request, county: str, key: str) -> Body:
    """The body, its counts brought up to date. Not found for everyone who may not read its report."""
    for body in readable_bodies(request.user):
        if (body.county.slug, body.key) == (county, key):
            refresh(body.county)
            return body
    raise Http404


def _period(request: Request, body: Body) -> tuple[list[Period], Period]:
    """The periods on offer, and the one in the address. One that is not offered is not found."""
    periods = offered(clock.today(), facts.first_month(body.county))
    wanted = request.GET.get("ar", "")
    for period in periods:
        if period.key == wanted:
            return periods, period
    raise Http404


def _months(series: Series) -> list[Row]:
    """The chart as a table."""
    return [
        {"label": chart.month_label(point), "filed": _number(point.filed), "answered": _number(point.answered)}
        for point in series.points
    ]


def _number(value: int | None) -> str:
    return "··" if value is None else str(value)


def _address(view: str, body: Body, period: Period) -> str:
    query = f"?ar={period.key}" if period.key else ""
    return reverse(view, args=[body.county.slug, body.key]) + query
