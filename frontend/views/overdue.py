"""Late statements: what one's own units owe, and what units owe one's own bodies, per principal."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations import overdue as overdue_statements
from deviations.models import Statement
from frontend.requests import Request
from orgs.permissions import keys_of

SHOWN = 50
LONGEST_ID = 18


@require_safe
def overdue(request: Request) -> HttpResponse:
    """Both, as far as the person has any; `huvudman` narrows to one principal. 404 for whoever has neither."""
    return render(request, "frontend/answer/overdue.html", _late(request))


@require_safe
def overdue_moving(request: Request) -> HttpResponse:
    """The lists, exactly as the page has them."""
    return render(request, "frontend/answer/overdue_moving.html", _late(request))


def _late(request: Request) -> dict[str, Any]:
    if not overdue_statements.concerns(request.user):
        raise Http404
    keys = keys_of(request.user)
    chosen = _chosen(request)
    late = overdue_statements.late(request.user)
    sections = []
    for name, where in (
        ("bodies", overdue_statements.owed_to_own_bodies(keys)),
        ("units", overdue_statements.owed_by_own_units(keys)),
    ):
        owing = overdue_statements.per_principal(late.filter(where))
        if owing:
            rows = late.filter(where, _of(chosen))
            sections.append({"name": name, "owing": owing, **_first(rows[: SHOWN + 1])})
    return {"sections": sections, "chosen": chosen, "shown": SHOWN}


def _first(rows: Any) -> dict[str, Any]:
    found: list[Statement] = list(rows)
    return {"rows": found[:SHOWN], "more": len(found) > SHOWN}


def _of(principal: int | None) -> Q:
    return Q(organisation__principal=principal) if principal else Q()


def _chosen(request: Request) -> int | None:
    given = request.GET.get("huvudman", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > LONGEST_ID:
        raise Http404
    return int(given)
