"""What the registers' pages are drawn from: mandates, agreements, who knows them, and how units are reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import Http404

from deviations import clock
from deviations.services import bodies, registers
from frontend.requests import Request
from frontend.workplace import units_to_file_from, workplace_of
from orgs.models import Agreement, Body, ContactRoute, County, Mandate, Organisation
from orgs.permissions import keys_of


def county_of(request: Request) -> County:
    """The registers are a county's, for everyone who works in it. Not found for who has no role."""
    place = workplace_of(request)
    if place is None:
        raise Http404
    return place.county


def mandates(county: County) -> list[dict[str, Any]]:
    """What is missing, has run out or is under revision first; then by level. Two statements."""
    today = clock.today()
    newest = Prefetch("mandates", queryset=Mandate.objects.order_by("pk"))
    found = Body.objects.filter(county=county).select_related("county", "steering_body").prefetch_related(newest)
    rows = []
    for body in found:
        if not body.in_force_on(today):
            continue
        mandate = bodies.mandate_of(body)
        lacks = bodies.mandate_lacks(mandate, today)
        soon = bool(mandate and mandate.valid_to and today <= mandate.valid_to <= today + bodies.SOON)
        rows.append({"body": body, "mandate": mandate, "lacks": lacks, "soon": soon})

    def order(row: dict[str, Any]) -> tuple[bool, bool, int, str]:
        return row["lacks"] is None, not row["soon"], row["body"].level or 9, row["body"].name

    return sorted(rows, key=order)


def overview(request: Request) -> dict[str, Any]:
    county = county_of(request)
    keys = keys_of(request.user)
    agreements = registers.agreements_of(county, request.user)
    readable = {body.pk for body in bodies.readable_bodies(request.user).filter(county=county)}
    return {
        "county": county,
        "mandates": [{**row, "opens": row["body"].pk in readable} for row in mandates(county)],
        "agreements": agreements,
        "counts": registers.counts_for(keys, county),
        "own_answers": own_answers(request, [each.agreement for each in agreements]),
    }


def own_answers(request: Request, agreements: Sequence[Agreement]) -> list[dict[str, Any]]:
    """For a unit's manager: each of their units with how many agreements wait for an answer."""
    units = units_answering(request)
    given = registers.newest_answers(agreements, units)
    return [
        {
            "unit": unit,
            "waiting": sum((agreement.pk, unit.pk) not in given for agreement in agreements),
        }
        for unit in units
    ]


def units_answering(request: Request) -> list[Organisation]:
    """Units of the county where the person is the manager; administrations and principals answer through theirs."""
    county = county_of(request)
    return list(registers.units_answered_for(request.user).filter(county=county, parent__isnull=False))


def agreement_page(request: Request, agreement: Agreement) -> dict[str, Any]:
    keys = keys_of(request.user)
    units = units_answering(request)
    given = registers.newest_answers([agreement], units)
    counts = registers.counts_for(keys, agreement.county)
    return {
        "agreement": agreement,
        "status": registers.agreement_status(agreement, clock.today()),
        "clauses": agreement.clauses.order_by("number", "pk"),
        "answered": registers.answered_by_principal(agreement) if counts else None,
        "own": [{"unit": unit, "answer": given.get((agreement.pk, unit.pk))} for unit in units],
    }


def routes(request: Request) -> dict[str, Any]:
    """Statements as many for one route as for thirty."""
    county, keys = county_of(request), keys_of(request.user)
    counts = registers.counts_for(keys, county)
    managed = {unit.pk for unit in registers.units_answered_for(request.user)}
    found = registers.routes_of(county)
    rows = [
        {
            "route": route,
            "failed": route.failed  # type: ignore[attr-defined]  # annotated by routes_of
            if registers.sees_failures(keys, route, of_county=counts)
            else None,
            "may_change": route.organisation_id in managed,
        }
        for route in found
    ]
    return {"county": county, "rows": rows, "files": bool(units_to_file_from(request.user)), "manages": bool(managed)}


def visible_route(request: Request, pk: int) -> ContactRoute:
    for route in registers.routes_of(county_of(request)).filter(pk=pk):
        return route
    raise Http404
