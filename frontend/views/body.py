"""A body's own pages: what it is there for, what it lacks, what lies with it, and its yearly wheel (B04, F01, F03)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import clock
from deviations.errors import NotYours, WrongState
from deviations.models import Duty
from deviations.services import bodies, duties, receivers
from frontend import body_page, follow_page
from frontend.forms.governance import DutyForm, FinishDutyForm, ReasonForm
from frontend.refusals import CONFLICT, UNPROCESSABLE, attempt
from frontend.requests import Request
from orgs.models import Body
from orgs.permissions import Denied

YEARS = range(2000, 2200)


@require_safe
def listed(request: Request) -> HttpResponse:
    """Every body whose own work the person may read. Statements as many for one as for thirty."""
    found = list(bodies.readable_bodies(request.user).prefetch_related("mandates"))
    if not found:
        raise Http404
    working = receivers.working_bodies().bodies
    late = duties.late_counts(found)
    rows = [
        {
            "body": body,
            "works": body.pk in working,
            "lacks": bodies.mandate_lacks(bodies.mandate_of(body), clock.today()),
            "late": late.get(body.pk, 0),
        }
        for body in found
    ]
    return render(request, "frontend/governance/bodies.html", {"rows": rows})


@require_safe
def body(request: Request, county: str, key: str) -> HttpResponse:
    found = body_page.visible_body(request, county, key)
    context = {**body_page.overview(request, found), "form": ReasonForm()}
    return render(request, "frontend/governance/body.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rest(request: Request, county: str, key: str) -> HttpResponse:
    """The body rests, or works again: the other of what it does now."""
    found = body_page.visible_body(request, county, key)
    allowed(bodies.may_rest(request.user, found))
    resting = found.dormant_since is not None
    step = bodies.resume if resting else bodies.rest
    page = {
        "title": _("Organet arbetar igen") if resting else _("Organet vilar"),
        "lede": _("Det som ingen har börjat med hos den som tar emot i stället kommer tillbaka hit.")
        if resting
        else _("Det som kommer hit tas emot av ett annat organ tills vidare. Ansvaret ligger kvar."),
        "action": _("Arbetar igen") if resting else _("Vilar från i dag"),
        "crumbs": [(found.name, _address(found))],
    }
    form = ReasonForm(sent(request))
    return answer(request, form, page, lambda given: step(found, **given, by=request.user), _address(found))


@require_http_methods(["GET", "HEAD", "POST"])
def wheel(request: Request, county: str, key: str) -> HttpResponse:
    """The year's duties by month; POST adds one of the body's own."""
    found = body_page.visible_body(request, county, key)
    year = _year(request)
    form = DutyForm(sent(request))
    status = 200
    if request.method == "POST":
        allowed(bodies.may_work_for(request.user, found))
        refused = UNPROCESSABLE
        if form.is_valid():
            given = form.cleaned_data
            taken = attempt(request, form, lambda: duties.add_duty(found, **given, by=request.user))
            if taken is None:
                return redirect(request.get_full_path())
            refused = taken
        status = refused
    return render(request, "frontend/governance/wheel.html", _wheel(request, found, year, form), status=status)


def _wheel(request: Request, found: Body, year: int, form: DutyForm) -> dict[str, Any]:
    own = list(duties.duties_of([found], year))
    return {
        "body": found,
        "year": year,
        "months": body_page.wheel(own, year),
        "late": [duty for duty in own if body_page.is_late(duty)],
        "may_work": bool(bodies.may_work_for(request.user, found)),
        "form": form,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def finish_duty(request: Request, pk: int) -> HttpResponse:
    """What shows that it was done."""
    readable = bodies.readable_bodies(request.user).values("pk")
    duty = get_object_or_404(Duty.objects.select_related("body__county"), pk=pk, body__in=readable)
    allowed(bodies.may_work_for(request.user, duty.body))
    back = reverse("wheel", args=[duty.body.county.slug, duty.body.key])
    page = {
        "title": _("Klart: %(title)s") % {"title": duty.title},
        "lede": _("Den som granskar frågar efter underlag. Skriv var det finns."),
        "action": _("Markera som klar"),
        "crumbs": [(duty.body.name, _address(duty.body)), (_("Årshjul"), back)],
    }
    form = FinishDutyForm(sent(request))
    return answer(request, form, page, lambda given: duties.finish_duty(duty, **given, by=request.user), back)


@require_POST
def take_back(request: Request, public_id: UUID) -> HttpResponse:
    """The accountable body takes over from the one that received in its place."""
    found = follow_page.visible(request, public_id)
    try:
        receivers.take_back(found, by=request.user)
    except NotYours as refused:
        raise PermissionDenied(refused.reason) from refused
    except WrongState as late:
        context = {"reason": late.reason, "url": reverse("deviation", args=[public_id]), "url_label": found.reference}
        return render(request, "409.html", context, status=CONFLICT)
    messages.success(request, _("Ni har tagit över. Den som tog emot i ert ställe kan fortfarande läsa."))
    return redirect("deviation", public_id)


# ── what the pages of plans and registers use too ────────────────────────────────────────────────────────────────────
def allowed(answer: bool | Denied) -> None:
    """Raises `PermissionDenied` (403) with the reason."""
    if isinstance(answer, Denied):
        raise PermissionDenied(answer.reason)


def sent(request: Request) -> QueryDict | None:
    """What a form is bound to: also an empty one, when it is sent."""
    return request.POST if request.method == "POST" else None


def answer(request: Request, form: forms.Form, page: dict[str, Any], do: Any, back: str) -> HttpResponse:
    """The page of one form: shown, sent, shown again with what was at fault, and then on to `back`."""
    status = 200
    if request.method == "POST":
        refused: int | None = UNPROCESSABLE
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if value is not None}
            refused = attempt(request, form, lambda: do(given))
        if refused is None:
            return redirect(back)
        status = refused
    return render(request, "frontend/governance/form.html", {"form": form, "back": back, **page}, status=status)


def _address(body: Body) -> str:
    return reverse("body", args=[body.county.slug, body.key])


def _year(request: Request) -> int:
    """The year in the address, else this one. One that no wheel can have is not found."""
    wanted = request.GET.get("ar", "")
    if not wanted:
        return clock.today().year
    if not wanted.isdecimal() or len(wanted) != 4 or int(wanted) not in YEARS:
        raise Http404
    return int(wanted)
