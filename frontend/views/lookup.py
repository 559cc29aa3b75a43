"""Looking up: who is responsible in the county (E08), the routine for deviations (A02), and how Samsyn works (A17)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations import clock
from frontend.lookup import areas_about
from frontend.requests import Request
from frontend.workplace import workplace_of


@require_safe
def responsible(request: Request) -> HttpResponse:
    """The matrix of the person's county, narrowed by words; what the source leaves uncertain is marked."""
    place = workplace_of(request)
    words = request.GET.get("omrade", "").strip()
    profile = place.profile() if place else None
    context = {
        "place": place,
        "profile": profile,
        "words": words,
        "areas": areas_about(profile, words) if profile else [],
    }
    return render(request, "frontend/lookup/responsible.html", context)


@require_safe
def routine(request: Request) -> HttpResponse:
    """The routine with its version, owner and validity, and the agreements that hold today."""
    place = workplace_of(request)
    profile = place.profile() if place else None
    today = clock.today()
    agreements = [(a, a.in_force_on(today)) for a in profile.agreements] if profile else []
    return render(
        request, "frontend/lookup/routine.html", {"place": place, "profile": profile, "agreements": agreements}
    )


@require_safe
def manual(request: Request) -> HttpResponse:
    """How Samsyn works, told in the order in which a deviation travels. The same for everyone."""
    return render(request, "frontend/lookup/manual.html")
