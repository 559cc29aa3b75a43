"""The receiving unit's side: what is asked of it, and its answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations import clock
from deviations.models import Deviation, Measure, Party, Statement
from deviations.services.disputes import waiting_for_view
from deviations.workflow import OPEN, UNDECIDED, State
from frontend import desk_page, follow_page
from frontend.context import holds
from frontend.forms.answer import GiveStatementForm, found_units
from frontend.forms.answer import waiting as waiting_for
from frontend.requests import Request
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability

ANSWERED_SHOWN = 20
LONGEST_SEARCH = 100


@require_safe
def to_answer(request: Request) -> HttpResponse:
    """Statements and views that wait for the person's units, soonest first, the units' measures, and what was answered
    lately."""
    return render(request, "frontend/answer/list.html", _listed(request))


@require_safe
def waiting(request: Request) -> HttpResponse:
    """The list, exactly as the page has it."""
    return render(request, "frontend/answer/waiting.html", _listed(request))


def _listed(request: Request) -> dict[str, Any]:
    keys = keys_of(request.user)
    if not holds(keys, Ability.ANSWER):
        raise Http404
    visible = Deviation.objects.visible_to(request.user).filter(state__in=[*OPEN, State.CLOSED])
    asked = Statement.objects.filter(_theirs("organisation", keys), visible.holding())
    asked = asked.select_related("deviation__reporting_unit__principal", "organisation__principal")
    measures = Measure.objects.filter(_theirs("owner", keys), visible.holding(), carried_out_at__isnull=True)
    waits = asked.filter(status=Statement.Status.REQUESTED, deviation__state__in=UNDECIDED).order_by("due_on", "pk")
    today = clock.today()
    return {
        "late": [statement for statement in waits if statement.due_on < today],
        "coming": [statement for statement in waits if statement.due_on >= today],
        "disputed": _sides(waiting_for_view().filter(_theirs("organisation", keys), visible.holding())),
        "measures": _of(measures),
        "answered": list(asked.exclude(status=Statement.Status.REQUESTED).order_by("-answered_at")[:ANSWERED_SHOWN]),
    }


def _of(measures: QuerySet[Measure]) -> list[Measure]:
    return list(measures.select_related("deviation__reporting_unit", "owner__principal").order_by("due_on", "pk"))


def _sides(parties: QuerySet[Party]) -> list[Party]:
    return list(
        parties.select_related("deviation__reporting_unit__principal", "organisation").order_by(F("due_on"), "pk")
    )


def _theirs(unit: str, keys: Keys) -> Q:
    """Units where the person answers, themselves or through their principal."""
    units = keys.organisations.get(Ability.ANSWER, frozenset())
    principals = keys.principals.get(Ability.ANSWER, frozenset())
    return Q(**{f"{unit}__in": units}) | Q(**{f"{unit}__principal__in": principals})


@require_safe
def units_to_name(request: Request, public_id: UUID) -> HttpResponse:
    """Units for the letters typed in `q`, as radio buttons; the one chosen (`unit`) stays first."""
    found = follow_page.visible(request, public_id)
    keys = keys_of(request.user)
    if not waiting_for(found, keys):
        raise Http404
    typed, chosen = request.GET.get("q", "")[:LONGEST_SEARCH], request.GET.get("unit", "")
    return render(request, "frontend/answer/units.html", found_units(found, keys, typed=typed, chosen=chosen))


def deviation_page(request: Request, deviation: Deviation) -> HttpResponse:
    """What happened and what is asked; the form until it is answered, then to read."""
    keys = keys_of(request.user)
    context = {
        **_asked(request, deviation, keys),
        **follow_page.kept_at_home(deviation, keys, request),
    }
    return render(request, "frontend/answer/deviation.html", context)


@require_safe
def unit_side(request: Request, public_id: UUID) -> HttpResponse:
    """The part of the unit's page that follows along, exactly as the page has it. The form is not in it."""
    found, keys = _answering(request, public_id)
    return render(request, "frontend/answer/moving.html", desk_page.answer(request, found, keys))


@require_safe
def unit_ask(request: Request, public_id: UUID) -> HttpResponse:
    """What is asked of the unit, with the form of its answer, exactly as the page has it. Empty when nothing is."""
    found, keys = _answering(request, public_id)
    return render(request, "frontend/answer/ask.html", _asked(request, found, keys))


def _answering(request: Request, public_id: UUID) -> tuple[Deviation, Keys]:
    """The deviation, when this is the side on which the person meets it."""
    found = follow_page.visible(request, public_id)
    keys = keys_of(request.user)
    if follow_page.side_of(found, keys) != "answer" or found.state == State.DRAFT:
        raise Http404
    return found, keys


def _asked(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    return {
        **desk_page.answer(request, deviation, keys),
        "form": GiveStatementForm(deviation=deviation, keys=keys),
    }
