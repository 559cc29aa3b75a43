"""Läget: a body's numbers as they are now, for those who work in it (D05). Nothing here has been approved."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations import clock
from deviations.errors import WrongState
from deviations.reports import dashboard as numbers
from deviations.reports.access import explorable_bodies
from frontend import drilling, report_page
from frontend.requests import Request
from orgs.models import Body
from orgs.profiles.active import profile_of, version_in_force


@require_safe
def dashboard(request: Request, county: str, key: str) -> HttpResponse:
    """Numbers with small ones hidden and, for those who may open every deviation behind them, those as they are."""
    bodies = explorable_bodies(request.user)
    body = _explorable(bodies, county, key)
    periods = numbers.periods(body)
    period = numbers.period_of(periods, request.GET.get("period", ""))
    if period is None:
        raise Http404
    profile = profile_of(version_in_force(body.county, clock.today()).pk)
    context: dict[str, Any] = {
        "body": body,
        "periods": periods,
        "period": period,
        "behind": drilling.behind(_below(body, bodies), period, request.user, profile),
    }
    try:
        context |= report_page.shown(numbers.live(body, period))
    except WrongState as refused:
        context["refused"] = refused.reason
    return render(request, "frontend/reports/dashboard.html", context)


def _explorable(bodies: list[Body], county: str, key: str) -> Body:
    """Not found for everyone who does not work in it or in the one above."""
    for body in bodies:
        if (body.county.slug, body.key) == (county, key):
            return body
    raise Http404


def _below(body: Body, bodies: list[Body]) -> list[Body]:
    """The body, then those it steers, further down last."""
    found = [body]
    for over in found:
        found += [each for each in bodies if each.steering_body_id == over.pk and each not in found]
    return found
