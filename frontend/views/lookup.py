"""Looking up: who is responsible in the county (E08), how a unit is reached (B09), and the routine (A02)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from deviations import clock
from deviations.services.registers import routes_of
from deviations.units.access import readable_unit
from frontend.lookup import areas_about, areas_naming
from frontend.requests import Request
from frontend.workplace import units_to_file_from, workplace_of
from orgs.models import Organisation
from orgs.permissions import holders, may_manage_members
from orgs.roles import Ability


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
def unit_card(request: Request, pk: int) -> HttpResponse:
    """How a unit of one's own county is reached, and what it answers for. No person's name stands here (B09, E08)."""
    place = workplace_of(request)
    if place is None:
        raise Http404
    unit = get_object_or_404(Organisation.objects.select_related("principal"), pk=pk, county=place.county)
    context = {
        "unit": unit,
        "ended": unit.valid_to is not None and unit.valid_to < clock.today(),
        "routes": routes_of(place.county).filter(organisation=unit),
        "answers": bool(holders(Ability.ANSWER, paths=[unit.path])),
        "areas": areas_naming(place.profile(), (unit.name, *unit.aliases)),
        "files": bool(units_to_file_from(request.user)),
        "manages": bool(may_manage_members(request.user, unit)),
        "own": readable_unit(request.user, unit.pk) is not None,
    }
    return render(request, "frontend/lookup/unit.html", context)
