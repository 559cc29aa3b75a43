"""A unit's own pages, for those who lead it: the year, and the sheet for the workplace meeting."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations import clock
from deviations.units import apt
from deviations.units.access import own_units, readable_unit
from deviations.units.overview import overview
from frontend.requests import Request
from orgs.models import Organisation


@require_safe
def my_unit(request: Request) -> HttpResponse:
    """The unit's page for those who have one; a list for those who have several."""
    units = own_units(request.user)
    if not units:
        raise Http404
    if len(units) == 1:
        return unit(request, units[0].pk)
    return render(request, "frontend/unit/units.html", {"units": units})


@require_safe
def unit(request: Request, pk: int) -> HttpResponse:
    """Reports per month, silence, the units below and new reporters."""
    return render(request, "frontend/unit/unit.html", {"year": overview(_readable(request, pk), user=request.user)})


@require_safe
def sheet(request: Request, pk: int) -> HttpResponse:
    """The sheet, for the quarter in the address or the last one that has ended."""
    found, periods = _readable(request, pk), apt.periods(clock.today())
    wanted = request.GET.get("kvartal", periods[0].key)
    for period in periods:
        if period.key == wanted:
            made = apt.sheet(found, period, user=request.user)
            return render(request, "frontend/unit/apt.html", {"sheet": made, "periods": periods})
    raise Http404


def _readable(request: Request, pk: int) -> Organisation:
    """The unit, or 404 for everyone who may not read it."""
    found = readable_unit(request.user, pk)
    if found is None:
        raise Http404
    return found
