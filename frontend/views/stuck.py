"""Deliveries that nobody has opened: shown to the body itself, to those above it and to the county's administrators."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations.models import Deviation
from deviations.services.bodies import idle_with_open
from deviations.services.delivery import stuck as stuck_deliveries
from frontend.context import holds
from frontend.requests import Request
from orgs.permissions import keys_of
from orgs.roles import Ability


@require_safe
def stuck(request: Request) -> HttpResponse:
    """The body, the number and the dates. What it says opens only to those who may see it."""
    keys = keys_of(request.user)
    if not (keys.bodies.get(Ability.HANDLE) or keys.counties.get(Ability.MANAGE_MEMBERS)):
        raise Http404
    deliveries = list(stuck_deliveries(request.user))
    ids = [delivery.deviation_id for delivery in deliveries]
    visible = set(Deviation.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    rows = [{"delivery": delivery, "opens": delivery.deviation_id in visible} for delivery in deliveries]
    return render(
        request,
        "frontend/admin/stuck.html",
        {"rows": rows, "idle": idle_with_open(request.user), "may_manage": holds(keys, Ability.MANAGE_MEMBERS)},
    )
