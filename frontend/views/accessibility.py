"""Tillgänglighetsredogörelsen (lag 2018:1937): what follows the law, what does not, how it was tried, whom to tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations import clock
from frontend import look
from orgs.profiles.active import profile_of, version_in_force

ASSESSED = dt.date(2026, 11, 22)
"""When the product was last gone through, and what is said here with it: changed together with the text."""
SUPERVISION = "https://www.digg.se/tdosanmalan"
STANDARDS = ("WCAG 2.2 AA", "EN 301 549 V3.2.1")


@login_not_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Open to all. Whoever belongs to a county reads whom to turn to there; others read it of every county."""
    context = {
        "responsible": _responsible(request),
        "assessed": ASSESSED,
        "supervision": SUPERVISION,
        "standards": STANDARDS,
    }
    return render(request, "frontend/accessibility.html", context)


def _responsible(request: HttpRequest) -> list[dict[str, Any]]:
    """{county, contact} of each county that has said who answers for it."""
    own = look.county_of(request)
    counties = [own] if own else look.counties_in_force()
    found = [
        {"county": county.name, "contact": profile_of(version_in_force(county, clock.today()).pk).accessibility}
        for county in counties
    ]
    return [each for each in found if each["contact"]]
