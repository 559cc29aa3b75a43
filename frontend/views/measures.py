"""Every measure of one's bodies and units, late first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frontend import measures_list
from frontend.context import holds
from frontend.requests import Request
from orgs.permissions import keys_of
from orgs.roles import Ability


@require_safe
def measures(request: Request) -> HttpResponse:
    """Nobody who reads for no unit and no body has measures: 404."""
    return render(request, "frontend/measures/list.html", _listed(request))


@require_safe
def moving(request: Request) -> HttpResponse:
    """The rows, exactly as the page has them."""
    return render(request, "frontend/measures/moving.html", _listed(request))


def _listed(request: Request) -> dict[str, Any]:
    view = measures_list.VIEWS.get(request.GET.get("vy", "pagar"))
    keys = keys_of(request.user)
    if view is None or not (holds(keys, Ability.READ) or holds(keys, Ability.ANSWER)):
        raise Http404
    after = request.GET.get("efter", "")
    query = urlencode({"vy": view.key, **({"efter": after} if after else {})})
    return {
        "view": view,
        "views": measures_list.views(view),
        "fragment": f"{reverse('measures_moving')}?{query}",
        **measures_list.listed(request.user, view, after),
    }
