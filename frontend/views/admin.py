"""The start of the administration: what the person answers for."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations.services.delivery import stuck
from frontend import member_page, profile_page
from frontend.context import holds
from frontend.requests import Request
from orgs.models import County
from orgs.permissions import keys_of
from orgs.roles import Ability


@require_safe
def administration(request: Request) -> HttpResponse:
    keys = keys_of(request.user)
    if not (holds(keys, Ability.MANAGE_MEMBERS) or holds(keys, Ability.MANAGE_PROFILE)):
        raise Http404
    counties = County.objects.filter(pk__in=keys.counties.get(Ability.MANAGE_PROFILE, frozenset()))
    delivers = bool(keys.bodies.get(Ability.HANDLE) or keys.counties.get(Ability.MANAGE_MEMBERS))
    context = {
        "counties": [(county, profile_page.current(county)) for county in counties],
        "bodies": member_page.places(keys, "")["bodies"],
        "delivers": delivers,
        "stuck": stuck(request.user).count() if delivers else 0,
    }
    return render(request, "frontend/admin/administration.html", context)
