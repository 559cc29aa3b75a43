"""The county's registers: mandates, agreements, who knows them, and how units are reached (B09, E01, E02, E04, F01)."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import clock
from deviations.errors import Refused
from deviations.services import filing as service
from deviations.services import registers
from deviations.services.form import Filing, profile_for
from frontend import register_page as page
from frontend.forms.filing_events import EVENTS
from frontend.forms.governance import AcknowledgeForm, RouteForm
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent
from frontend.workplace import default_unit, units_to_file_from
from orgs.models import Agreement, Organisation


@require_safe
def registers_page(request: Request) -> HttpResponse:
    return render(request, "frontend/governance/registers.html", page.overview(request))


@require_safe
def agreement(request: Request, key: str) -> HttpResponse:
    """One agreement with its clauses, and who has answered about it."""
    return render(request, "frontend/governance/agreement.html", page.agreement_page(request, _agreement(request, key)))


@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: Request, key: str, unit: int) -> HttpResponse:
    """The unit's manager says whether it is known, accepted and applied."""
    found = _agreement(request, key)
    of = get_object_or_404(Organisation.objects.select_related("principal"), pk=unit, county=found.county)
    allowed(registers.may_answer_for(request.user, of))
    earlier = registers.newest_answers([found], [of]).get((found.pk, of.pk))
    before = {name: getattr(earlier, name) for name in ("known", "accepted", "applied", "comment")} if earlier else {}
    back = reverse("agreement", args=[key])
    words = {
        "title": _("Svara för %(unit)s") % {"unit": of.name},
        "lede": found.name,
        "action": _("Spara svaret"),
        "crumbs": [(_("Register"), reverse("registers")), (found.name, back)],
    }
    form = AcknowledgeForm(sent(request), initial=before)
    return answer(
        request, form, words, lambda given: registers.acknowledge(found, unit=of, **given, by=request.user), back
    )


# ── contact routes ───────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def routes(request: Request) -> HttpResponse:
    return render(request, "frontend/governance/routes.html", page.routes(request))


@require_POST
def nobody_answered(request: Request, pk: int) -> HttpResponse:
    """One click. Says nothing about whom it concerned."""
    route, unit = page.visible_route(request, pk), _own_unit(request)
    try:
        registers.log_failed_contact(route, unit=unit, by=request.user)
    except Refused as refused:
        raise PermissionDenied(refused.reason) from refused
    messages.success(request, _("Noterat: ingen svarade på %(name)s.") % {"name": route.name})
    return redirect("routes")


@require_POST
def file_about(request: Request, pk: int) -> HttpResponse:
    """A draft about it, with the kind, the day and the unit filled in."""
    route, unit = page.visible_route(request, pk), _own_unit(request)
    start = Filing(reporting_unit=unit)
    draft = EVENTS["telefon"].fill_in(start, profile_for(start)[1])
    draft = replace(draft, receiving_units=(route.organisation,), occurred_on=clock.today())
    kept = service.save_draft(draft, by=request.user)
    return redirect("filing_what", kept.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def add_route(request: Request) -> HttpResponse:
    county = page.county_of(request)
    units = registers.units_answered_for(request.user).filter(county=county)
    if not units:
        raise PermissionDenied(_("Bara enhetens chef kan svara för enheten."))
    form = RouteForm(sent(request), units=units)
    words = {
        "title": _("Ny kontaktväg"),
        "lede": _("Alla i länet ser hur er enhet nås och när den är bemannad."),
        "action": _("Spara"),
        "crumbs": [(_("Kontaktvägar"), reverse("routes"))],
    }
    return answer(
        request, form, words, lambda given: registers.write_route(**given, by=request.user), reverse("routes")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_route(request: Request, pk: int) -> HttpResponse:
    route = page.visible_route(request, pk)
    unit = route.organisation
    allowed(registers.may_answer_for(request.user, unit))
    form = RouteForm(sent(request), units=Organisation.objects.none(), route=route)
    words = {
        "title": _("Ändra kontaktvägen"),
        "lede": unit.full_name,
        "action": _("Spara"),
        "crumbs": [(_("Kontaktvägar"), reverse("routes"))],
    }
    return answer(
        request, form, words,
        lambda given: registers.write_route(unit, route=route, **given, by=request.user), reverse("routes"),
    )  # fmt: skip


@require_POST
def end_route(request: Request, pk: int) -> HttpResponse:
    route = page.visible_route(request, pk)
    allowed(registers.may_answer_for(request.user, route.organisation))
    registers.end_route(route, by=request.user)
    messages.success(request, _("Kontaktvägen används inte längre."))
    return redirect("routes")


def _agreement(request: Request, key: str) -> Agreement:
    return get_object_or_404(
        Agreement.objects.select_related("county", "successor"), county=page.county_of(request), key=key
    )


def _own_unit(request: Request) -> Organisation:
    """Where the person files from. 403 for who files nowhere."""
    unit = default_unit(request.user, units_to_file_from(request.user))
    if unit is None:
        raise PermissionDenied(_("Du kan bara notera från en enhet där du arbetar."))
    if unit.county_id != page.county_of(request).pk:
        raise Http404
    return unit
