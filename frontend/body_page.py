"""What the pages of a body's own work are drawn from: the body, its yearly wheel, its plan and its diary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import ActionPlan, Activity, DiaryEntry, Duty
from deviations.services import bodies, duties, planning
from frontend.dates import MONTHS
from frontend.requests import Request
from orgs.models import Body, BodyMembership
from orgs.permissions import keys_of
from orgs.profiles import places
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.parts import Cadence
from orgs.roles import ROLES, Ability

DIARY_SHOWN = 20
PER = {
    "year": gettext_lazy("per år"),
    "term": gettext_lazy("per termin"),
    "month": gettext_lazy("i månaden"),
    "week": gettext_lazy("i veckan"),
}
TOLD: Mapping[str, str | Promise] = {
    "rest": gettext_lazy("Organet vilar: %(reason)s"),
    "resume": gettext_lazy("Organet arbetar igen: %(reason)s"),
    "finish_duty": gettext_lazy("Klart: %(title)s"),
    "add_duty": gettext_lazy("Lade till i årshjulet: %(title)s"),
    "start_plan": gettext_lazy("Började på %(title)s"),
    "adopt_plan": gettext_lazy("Antog %(title)s"),
    "end_plan": gettext_lazy("Avslutade %(title)s"),
    "write_activity": gettext_lazy("Skrev i planen: %(title)s"),
    "revise_plan": gettext_lazy("Reviderade planen (%(title)s): %(reason)s"),
    "report_activity": gettext_lazy("Rapporterade hur det går: %(title)s"),
    "report_plan": gettext_lazy("Återrapporterade %(title)s"),
    "propose_pattern": gettext_lazy("Ett mönster föreslogs: %(title)s"),
    "accept_pattern": gettext_lazy("Bekräftade mönstret %(title)s"),
    "name_theme": gettext_lazy("Gjorde %(theme)s till ett tema"),
    "escalate_pattern": gettext_lazy("Lyfte mönstret %(title)s"),
    "dismiss_pattern": gettext_lazy("Avfärdade mönstret %(title)s: %(reason)s"),
    "write_case": gettext_lazy("Började på lärfallet %(title)s"),
    "change_case": gettext_lazy("Ändrade lärfallet %(title)s"),
    "withdraw_case": gettext_lazy("Tog tillbaka lärfallet %(title)s"),
    "ask_snapshot": gettext_lazy("Bad om underlag %(snapshot)s"),
    "begin_report": gettext_lazy("Började på rapporten %(title)s"),
    "write_report": gettext_lazy("Skrev i rapporten %(title)s"),
    "approve_report": gettext_lazy("Fastställde rapporten %(title)s"),
    "revise_report": gettext_lazy("Började rätta rapporten %(title)s: %(reason)s"),
    "discard_report": gettext_lazy("Kastade utkastet %(title)s"),
    "report_received": gettext_lazy("%(shown_as)s skickade rapporten %(title)s"),
    "register_copy": gettext_lazy("Ett exemplar fick diarienummer %(diary_number)s"),
    "plan_reported": gettext_lazy("%(shown_as)s återrapporterade %(title)s"),
    "begin_measure": gettext_lazy("Började följa %(title)s"),
    "change_measure": gettext_lazy("Ändrade måttet %(title)s: %(reason)s"),
    "end_measure": gettext_lazy("Slutade följa %(title)s: %(reason)s"),
    "write_value": gettext_lazy("Skrev in %(period)s för %(title)s"),
    "plan_control": gettext_lazy("Planerade en kontroll: %(title)s"),
    "do_control": gettext_lazy("Kontrollerade: %(title)s"),
    "add_addressee": gettext_lazy("Lade till %(addressee)s som svarande på %(title)s"),
    "record_reply": gettext_lazy("Skrev in svaret från %(addressee)s på %(title)s"),
    "set_status": gettext_lazy("Bedömde läget för %(title)s"),
    "link_recommendation": gettext_lazy("Knöt %(title)s till det som hör dit"),
}
"""Entries of the diary that belong to the body itself; those of its meetings stand with the meetings."""
OF_ITS_OWN = frozenset(
    {
        "begin_measure", "change_measure", "end_measure", "write_value", "plan_control", "do_control",
        "start_plan", "write_activity", "write_case", "change_case", "withdraw_case",
        "propose_pattern", "accept_pattern", "name_theme", "dismiss_pattern", "escalate_pattern",
    }
)  # fmt: skip


def visible_body(request: Request, county: str, key: str) -> Body:
    """The body, or 404: what one may not read about does not exist."""
    for body in bodies.readable_bodies(request.user).filter(key=key, county__slug=county):
        return body
    raise Http404


def overview(request: Request, body: Body) -> dict[str, Any]:
    """Everything on the body's page."""
    keys = keys_of(request.user)
    asked = _in_profile(body)
    mandate = bodies.mandate_of(body)
    year = clock.today().year
    checks = bodies.checklist(body)
    members_open = keys.on_body(Ability.READ, body.pk) or keys.on_county(Ability.MANAGE_MEMBERS, body.county_id)
    return {
        "body": body,
        "mandate": mandate,
        "mandate_lacks": bodies.mandate_lacks(mandate, clock.today()),
        "cadence": cadence_words(asked.cadence) if asked and asked.cadence else "",
        "held": bodies.held_this_year(body),
        "tasks": asked.tasks if asked else (),
        "missing": asked.missing if asked else (),
        "checks": checks,
        "is_new": not all(check.done for check in checks),
        "backlog": bodies.backlog(body),
        "members": members(body) if members_open else None,
        "late": [duty for duty in duties.duties_of([body], year) if is_late(duty)],
        "plans": planning.readable_plans(request.user).filter(body=body).prefetch_related("activities"),
        "steered": _steered(body),
        "diary": diary(body, own=keys.on_body(Ability.READ, body.pk)),
        "may_work": bool(bodies.may_work_for(request.user, body)),
        "may_rest": bool(bodies.may_rest(request.user, body)),
    }


def _in_profile(body: Body) -> places.Body | None:
    profile = profile_of(version_in_force(body.county, clock.today()).pk)
    return next((each for each in profile.bodies if each.id == body.key), None)


def cadence_words(cadence: Cadence) -> str:
    most = f"–{cadence.max}" if cadence.max and cadence.max != cadence.min else ""
    return f"{cadence.min}{most} {PER[cadence.per]}"


def members(body: Body) -> list[tuple[str, int]]:
    """How many hold each role today. Names stand in the administration, for those who give roles."""
    today = clock.today()
    rows = BodyMembership.objects.filter(content_object=body, ended_at__isnull=True, valid_from__lte=today)
    counts: dict[str, int] = {}
    for membership in rows.select_related("permission", "user"):
        if membership.user.is_active and (membership.valid_until or today) >= today:
            counts[membership.role] = counts.get(membership.role, 0) + 1
    return [(str(ROLES[code].label), counts[code]) for code in ROLES if code in counts]


def _steered(body: Body) -> list[dict[str, Any]]:
    """The bodies below with what is late there: one statement for the bodies, one for the duties."""
    below = list(body.steered.select_related("county").order_by("level", "name"))
    late: dict[int, int] = {}
    for duty in duties.duties_of(below, clock.today().year):
        if is_late(duty):
            late[duty.body_id] = late.get(duty.body_id, 0) + 1
    return [{"body": each, "late": late.get(each.pk, 0)} for each in below]


def diary(body: Body, *, own: bool) -> list[dict[str, Any]]:
    """Newest first, for components/history.html. Drafts and measures, only the body's to open, only to its `own`."""
    told = TOLD.keys() if own else TOLD.keys() - OF_ITS_OWN
    entries = DiaryEntry.objects.filter(body=body, step__in=told).order_by("-at", "-sequence")[:DIARY_SHOWN]
    return [{"at": e.at, "text": str(TOLD[e.step]) % e.data, "by": body.name if e.by_id else "Samsyn"} for e in entries]


# ── the yearly wheel ─────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Month:
    """`now`: the one that it is."""

    name: str
    duties: Sequence[Duty]
    now: bool


def wheel(found: Sequence[Duty], year: int) -> list[Month]:
    """Twelve months, the empty ones too, so that the year is seen as a year."""
    today = clock.today()
    return [
        Month(
            _(MONTHS[number - 1]),
            [duty for duty in found if (duty.due_on.year, duty.due_on.month) == (year, number)],
            (today.year, today.month) == (year, number),
        )
        for number in range(1, 13)
    ]


def is_late(duty: Duty) -> bool:
    return duty.done_on is None and duty.due_on < clock.today()


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def plan_page(request: Request, plan: ActionPlan) -> dict[str, Any]:
    today = clock.today()
    activities = list(plan.activities.select_related("owner__principal"))
    return {
        "plan": plan,
        "body": plan.body,
        "activities": [(activity, planning.is_late(activity, today)) for activity in activities],
        "standing": _standing(activities, today),
        "reports": planning.reports_of(plan),
        "carried_by": planning.readable_plans(request.user).filter(parent=plan),
        "may_work": bool(bodies.may_work_for(request.user, plan.body)),
    }


def _standing(activities: Sequence[Activity], today: date) -> dict[str, int]:
    done = sum(activity.status == Activity.Status.DONE for activity in activities)
    late = sum(planning.is_late(activity, today) for activity in activities)
    return {"activities": len(activities), "done": done, "late": late}
