"""The action plan of a body: written, adopted, revised, reported on and reported back (I01)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations import clock
from deviations.errors import WrongState
from deviations.models import ActionPlan, Activity
from deviations.services import bodies, planning
from frontend import body_page
from frontend.forms.governance import ActivityForm, PlanForm, ReportActivityForm, ReportPlanForm
from frontend.refusals import CONFLICT
from frontend.requests import Request
from frontend.views.body import allowed, answer, sent
from orgs.models import Organisation


@require_safe
def plan(request: Request, pk: int) -> HttpResponse:
    return render(request, "frontend/governance/plan.html", body_page.plan_page(request, _plan(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request, county: str, key: str) -> HttpResponse:
    body = body_page.visible_body(request, county, key)
    allowed(bodies.may_work_for(request.user, body))
    form = PlanForm(sent(request), body=body)
    back = reverse("body", args=[county, key])
    page = {
        "title": _("Ny handlingsplan"),
        "lede": _("Planen är ett utkast tills ni antar den."),
        "action": _("Börja på planen"),
        "crumbs": [(body.name, back)],
    }
    return answer(request, form, page, lambda given: planning.start_plan(body, **given, by=request.user), back)


@require_POST
def adopt(request: Request, pk: int) -> HttpResponse:
    return _at_once(request, pk, planning.adopt_plan, _("Planen är antagen. Ändringar blir en ny revidering."))


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    return _at_once(request, pk, planning.end_plan, _("Planen är avslutad och ligger kvar."))


def _at_once(request: Request, pk: int, step: Callable[..., object], thanks: str) -> HttpResponse:
    found = _own(request, pk)
    try:
        step(found, by=request.user)
    except WrongState as late:
        context = {"reason": late.reason, "url": reverse("plan", args=[pk]), "url_label": found.title}
        return render(request, "409.html", context, status=CONFLICT)
    messages.success(request, thanks)
    return redirect("plan", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def add_activity(request: Request, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = ActivityForm(sent(request), plan=found, owners=_owners(found))
    return _written(request, found, None, form)


@require_http_methods(["GET", "HEAD", "POST"])
def change_activity(request: Request, pk: int) -> HttpResponse:
    activity = _activity(request, pk)
    names = ("title", "goal", "owner", "due_on", "indicator", "indicator_target")
    before = {name: getattr(activity, name) for name in names}
    form = ActivityForm(sent(request), plan=activity.plan, owners=_owners(activity.plan), initial=before)
    return _written(request, activity.plan, activity, form)


def _written(request: Request, found: ActionPlan, activity: Activity | None, form: ActivityForm) -> HttpResponse:
    adopted = found.status == ActionPlan.Status.ADOPTED
    page = {
        "title": _("Ändra aktiviteten") if activity else _("Ny aktivitet"),
        "lede": _("Planen är antagen, så ändringen blir en ny revidering.") if adopted else "",
        "action": _("Spara"),
        "crumbs": _crumbs(found),
    }

    def write(given: dict[str, object]) -> object:
        return planning.write_activity(found, activity=activity, **given, by=request.user)  # type: ignore[arg-type]

    return answer(request, form, page, write, reverse("plan", args=[found.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def report_activity(request: Request, pk: int) -> HttpResponse:
    activity = _activity(request, pk)
    names = ("status", "progress", "indicator_now")
    form = ReportActivityForm(sent(request), initial={name: getattr(activity, name) for name in names})
    page = {
        "title": _("Läget: %(title)s") % {"title": activity.title},
        "lede": activity.indicator,
        "action": _("Spara läget"),
        "crumbs": _crumbs(activity.plan),
    }
    back = reverse("plan", args=[activity.plan_id])
    return answer(request, form, page, lambda given: planning.report_activity(activity, **given, by=request.user), back)


@require_http_methods(["GET", "HEAD", "POST"])
def report_plan(request: Request, pk: int) -> HttpResponse:
    found = _own(request, pk)
    page = {
        "title": _("Återrapportera planen"),
        "lede": _("Det styrande organet får det i sin dagbok, med hur många aktiviteter som är klara och sena."),
        "action": _("Återrapportera"),
        "crumbs": _crumbs(found),
    }
    form = ReportPlanForm(sent(request))
    back = reverse("plan", args=[pk])
    return answer(request, form, page, lambda given: planning.report_plan(found, **given, by=request.user), back)


def _plan(request: Request, pk: int) -> ActionPlan:
    found = planning.readable_plans(request.user).select_related("body__steering_body").prefetch_related("activities")
    return get_object_or_404(found, pk=pk)


def _own(request: Request, pk: int) -> ActionPlan:
    found = _plan(request, pk)
    allowed(bodies.may_work_for(request.user, found.body))
    return found


def _activity(request: Request, pk: int) -> Activity:
    readable = planning.readable_plans(request.user).values("pk")
    rows = Activity.objects.select_related("plan__body__county", "owner")
    found = get_object_or_404(rows, pk=pk, plan__in=readable)
    allowed(bodies.may_work_for(request.user, found.plan.body))
    return found


def _owners(found: ActionPlan) -> QuerySet[Organisation]:
    """Organisations of the county that are in force: an activity is owned by a principal or one of its units."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    return Organisation.objects.filter(in_force, county=found.body.county).select_related("principal").order_by("path")


def _crumbs(found: ActionPlan) -> list[tuple[str, str]]:
    body = found.body
    return [
        (body.name, reverse("body", args=[body.county.slug, body.key])),
        (found.title, reverse("plan", args=[found.pk])),
    ]
