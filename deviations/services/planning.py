"""Handlingsplanen: what a body has promised over two years, how far it has come, and the report of it (I01, F03).

A plan is written as a draft, adopted, and then revised: each change of an adopted plan counts up its revision and says
why. How an activity goes is reported by the body without revising anything.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import ActionPlan, Activity
from deviations.services.bodies import readable_bodies, require_work_for
from deviations.services.form import guard
from orgs.models import Body, Organisation, User
from orgs.permissions import keys_of
from orgs.roles import Ability

Faults = dict[str, list[tuple[str, str]]]
TEXTS = ("title", "goal", "indicator", "indicator_target", "indicator_now", "progress")


def readable_plans(user: User) -> models.QuerySet[ActionPlan]:
    """Of bodies whose own work the person may read; another body's draft is its own."""
    bodies = readable_bodies(user)
    own = keys_of(user).bodies.get(Ability.READ, frozenset())
    found = ActionPlan.objects.filter(body__in=bodies.values("pk")).select_related("body__county", "parent__body")
    return found.filter(~Q(status=ActionPlan.Status.DRAFT) | Q(body__in=own)).order_by("-from_year", "-pk")


@transaction.atomic
def start_plan(
    body: Body, *, title: str, from_year: int, to_year: int | None = None, parent: ActionPlan | None = None, by: User
) -> ActionPlan:
    """A draft, for two years unless said otherwise. `parent` is the steering body's plan that it carries out."""
    require_work_for(by, body)
    last = from_year + 1 if to_year is None else to_year
    faults: Faults = {}
    if not title.strip():
        faults["title"] = [("required", _("Ge planen ett namn."))]
    if not 2000 <= from_year <= 2200:
        faults["from_year"] = [("out_of_range", _("Skriv året med fyra siffror."))]
    elif not from_year <= last <= from_year + 5:
        faults["to_year"] = [("out_of_range", _("Planen slutar samma år eller högst fem år senare."))]
    if parent is not None and parent.body_id != body.steering_body_id:
        faults["parent"] = [("unknown", _("Välj en plan hos det styrande organet."))]
    if faults:
        raise Invalid(faults)
    guard("title", title)
    plan = ActionPlan.objects.create(body=body, title=title, from_year=from_year, to_year=last, parent=parent)
    enter(body, "start_plan", by=by, data={"plan": plan.pk, "title": title})
    return plan


@transaction.atomic
def adopt_plan(plan: ActionPlan, *, by: User) -> ActionPlan:
    """The body has decided it. From now on it is revised, and reported back each year. Raises `WrongState`."""
    plan = _locked(plan, by)
    if plan.status != ActionPlan.Status.DRAFT:
        raise WrongState(_("Planen är redan antagen."))
    if not plan.activities.exists():
        raise WrongState(_("Planen behöver minst en aktivitet."))
    plan.status, plan.adopted_on = ActionPlan.Status.ADOPTED, clock.today()
    plan.save(update_fields=["status", "adopted_on"])
    enter(plan.body, "adopt_plan", by=by, data={"plan": plan.pk, "title": plan.title})
    return plan


@transaction.atomic
def end_plan(plan: ActionPlan, *, by: User) -> ActionPlan:
    """Its time is over. It stays to be read, and is reported back once more."""
    plan = _locked(plan, by)
    if plan.status != ActionPlan.Status.ADOPTED:
        raise WrongState(_("Bara en antagen plan kan avslutas."))
    plan.status = ActionPlan.Status.ENDED
    plan.save(update_fields=["status"])
    enter(plan.body, "end_plan", by=by, data={"plan": plan.pk, "title": plan.title})
    return plan


@transaction.atomic
def write_activity(
    plan: ActionPlan, *, activity: Activity | None = None, title: str, due_on: date, goal: str = "",
    owner: Organisation | None = None, indicator: str = "", indicator_target: str = "", reason: str = "", by: User,
) -> Activity:  # fmt: skip
    """Add one, or change what one says. In an adopted plan that is a revision, with its `reason`.

    Raises `NotYours`, `WrongState` for an ended plan, `Invalid`.
    """
    plan = _locked(plan, by)
    if plan.status == ActionPlan.Status.ENDED:
        raise WrongState(_("Planen är avslutad."))
    written: dict[str, Any] = {
        "title": title,
        "goal": goal,
        "indicator": indicator,
        "indicator_target": indicator_target,
    }
    faults: Faults = {}
    if not title.strip():
        faults["title"] = [("required", _("Skriv vad som ska göras."))]
    if owner is not None and owner.county_id != plan.body.county_id:
        faults["owner"] = [("unknown", _("Välj en verksamhet i länet."))]
    if plan.status == ActionPlan.Status.ADOPTED and not reason.strip():
        faults["reason"] = [("required", _("Skriv varför den antagna planen ändras."))]
    if activity is not None and activity.plan_id != plan.pk:
        faults["activity"] = [("unknown", _("Aktiviteten hör till en annan plan."))]
    if faults:
        raise Invalid(faults)
    _guarded({**written, "reason": reason})
    activity = activity or Activity(plan=plan)
    for name, value in (*written.items(), ("due_on", due_on), ("owner", owner)):
        setattr(activity, name, value)
    activity.save()
    _revise(plan, reason, activity, by)
    return activity


def _revise(plan: ActionPlan, reason: str, activity: Activity, by: User) -> None:
    data = {"plan": plan.pk, "activity": activity.pk, "title": activity.title}
    if plan.status == ActionPlan.Status.DRAFT:
        enter(plan.body, "write_activity", by=by, data=data)
        return
    plan.revision += 1
    plan.save(update_fields=["revision"])
    enter(plan.body, "revise_plan", by=by, data={**data, "revision": plan.revision, "reason": reason})


@transaction.atomic
def report_activity(
    activity: Activity, *, status: str, progress: str = "", indicator_now: str = "", by: User
) -> Activity:
    """How it goes today. Raises `NotYours`, `WrongState` before the plan is adopted and after it has ended."""
    activity = Activity.objects.select_for_update(of=("self",)).select_related("plan__body").get(pk=activity.pk)
    require_work_for(by, activity.plan.body)
    if activity.plan.status != ActionPlan.Status.ADOPTED:
        raise WrongState(_("Det går att rapportera när planen är antagen, och tills den avslutas."))
    faults: Faults = {}
    if status not in Activity.Status.values:
        faults["status"] = [("unknown", _("Välj hur långt den har kommit."))]
    if status == Activity.Status.STOPPED and not progress.strip():
        faults["progress"] = [("required", _("Skriv varför den avbröts."))]
    if faults:
        raise Invalid(faults)
    _guarded({"progress": progress, "indicator_now": indicator_now})
    activity.status, activity.progress, activity.indicator_now = status, progress, indicator_now
    activity.reported_on = clock.today()
    activity.save(update_fields=["status", "progress", "indicator_now", "reported_on"])
    enter(
        activity.plan.body, "report_activity", by=by,
        data={"plan": activity.plan_id, "activity": activity.pk, "title": activity.title, "status": status},
    )  # fmt: skip
    return activity


@transaction.atomic
def report_plan(plan: ActionPlan, *, text: str, by: User) -> ActionPlan:
    """Återrapportera: tell the steering body how the plan goes. It stands in the diaries of both.

    The figures told are those of the day: how many activities there are, are done, and are late.
    """
    plan = _locked(plan, by)
    if plan.status == ActionPlan.Status.DRAFT:
        raise WrongState(_("Planen antas innan den återrapporteras."))
    above = plan.body.steering_body
    if above is None:
        raise WrongState(_("Det finns inget styrande organ att rapportera till."))
    if not text.strip():
        raise Invalid({"text": [("required", _("Skriv hur det går, med några meningar."))]})
    guard("text", text)
    data = {"plan": plan.pk, "title": plan.title, "revision": plan.revision, "text": text, **standing(plan)}
    enter(plan.body, "report_plan", by=by, data={**data, "to": above.key})
    enter(above, "plan_reported", by=by, data={**data, "from": plan.body.key, "shown_as": plan.body.name})
    return plan


def standing(plan: ActionPlan) -> dict[str, int]:
    """How many activities there are, are done and are late. Reads `activities` (prefetch them in lists)."""
    today, activities = clock.today(), list(plan.activities.all())
    return {
        "activities": len(activities),
        "done": sum(a.status == Activity.Status.DONE for a in activities),
        "late": sum(is_late(a, today) for a in activities),
    }


def is_late(activity: Activity, today: date) -> bool:
    return activity.due_on < today and activity.status in {Activity.Status.PLANNED, Activity.Status.STARTED}


def reports_of(plan: ActionPlan) -> Iterable[Mapping[str, Any]]:
    """What has been reported back, newest first: {at, text, activities, done, late, revision}."""
    entries = plan.body.diary.filter(step="report_plan", data__plan=plan.pk).order_by("-sequence")
    return [{"at": entry.at, **entry.data} for entry in entries]


def _locked(plan: ActionPlan, by: User) -> ActionPlan:
    plan = (
        ActionPlan.objects.select_for_update(of=("self",))
        .select_related("body__county", "body__steering_body")
        .get(pk=plan.pk)
    )
    if not readable_plans(by).filter(pk=plan.pk).exists():
        raise NotYours(_("Bara organets samordnare och ordförande kan ändra här."))
    require_work_for(by, plan.body)
    return plan


def _guarded(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        guard(name, text)
