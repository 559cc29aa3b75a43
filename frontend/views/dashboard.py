"""Läget: a body's numbers as they are now, for those who work in it (D05). Nothing here has been approved."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from deviations.reports.access import explorable_bodies
from frontend.requests import Request
from orgs.models import Body


@require_safe
def dashboard(request: Request, county: str, key: str) -> HttpResponse:
    _explorable(request, county, key)
    raise Http404


def _explorable(request: Request, county: str, key: str) -> Body:
    """Not found for everyone who does not work in it or in the one above."""
    for body in explorable_bodies(request.user):
        if (body.county.slug, body.key) == (county, key):
            return body
    raise Http404
