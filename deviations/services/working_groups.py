"""Temporary working groups that a steering body sets up, and the deviations that caused them (B08)."""

from collections.abc import Sequence
from datetime import date

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import record
from deviations.models import Deviation, DiaryEntry, Escalation, WorkingGroup
from deviations.services.begin import done
from deviations.services.escalating import begin_each, take_unanswered, tell_lists
from deviations.services.form import guard, require
from deviations.workflow import KEPT
from orgs.models import User
from orgs.permissions import keys_of
from orgs.roles import Ability

MOST_MEMBERS = 60
LONGEST_NAME = 160


def readable_by(user: User) -> models.QuerySet[WorkingGroup]:
    """Those of the steering bodies where the person reads, and those that came of what their own body lifted."""
    bodies = keys_of(user).bodies.get(Ability.READ, frozenset())
    found = WorkingGroup.objects.filter(Q(steering_body__in=bodies) | Q(escalation__from_body__in=bodies))
    return found.select_related("steering_body", "escalation")


def progress_of(group: WorkingGroup) -> list[DiaryEntry]:
    """What has been told of its progress, newest first."""
    told = DiaryEntry.objects.filter(body=group.steering_body_id, data__group=str(group.public_id))
    return list(told.filter(step__in=("progress_group", "report_group", "end_group")).order_by("-sequence"))


@transaction.atomic
def set_up_group(
    escalation: Escalation, *, name: str, task: str, members: Sequence[str], due_on: date, by: User
) -> WorkingGroup:
    """Set up a group for what was lifted. `members` are organisations' names, never persons'.

    The matter stays open at the steering body until it decides or gives it back.
    """
    begun = begin_each(escalation, "set_up_group", by=by, states=KEPT)
    names = _checked(name, task, members, due_on)
    escalation = take_unanswered(escalation)
    group = WorkingGroup.objects.create(
        steering_body=escalation.to_body, name=name.strip(), task=task, members=names, escalation=escalation,
        due_on=due_on, started_at=clock.now(),
    )  # fmt: skip
    group.deviations.set([deviation for deviation, _acting in begun])
    escalation.status = Escalation.Status.WORKING_GROUP
    escalation.save(update_fields=["status"])
    for deviation, acting in begun:
        done(
            deviation, "set_up_group", by, acting,
            name=group.name, due_on=due_on.isoformat(), group=str(group.public_id), text=task,
        )  # fmt: skip
    enter(group.steering_body, "set_up_group", by=by, data={"group": str(group.public_id), "name": group.name})
    tell_lists(escalation)
    return group


def _checked(name: str, task: str, members: Sequence[str], due_on: date) -> list[str]:
    faults: dict[str, list[tuple[str, str]]] = {}
    names = [member.strip() for member in members if member.strip()]
    if not name.strip():
        faults["name"] = [("required", _("Ge gruppen ett namn."))]
    elif len(name) > LONGEST_NAME:
        faults["name"] = [("too_long", _("Namnet får ha högst 160 tecken."))]
    if not task.strip():
        faults["task"] = [("required", _("Skriv vad gruppen ska göra."))]
    if not names:
        faults["members"] = [("required", _("Välj vilka verksamheter som deltar."))]
    elif len(names) > MOST_MEMBERS or any(len(member) > LONGEST_NAME for member in names):
        faults["members"] = [("too_many", _("Ange högst sextio verksamheter, med korta namn."))]
    if due_on < clock.today():
        faults["due_on"] = [("in_past", _("Välj en kommande dag."))]
    if faults:
        raise Invalid(faults)
    guard("name", name)
    guard("task", task)
    for member in names:
        guard("members", member)
    return names


@transaction.atomic
def tell_progress(group: WorkingGroup, *, text: str, by: User) -> DiaryEntry:
    """How it goes, in the steering body's diary."""
    group = _begun(group, by)
    require("text", text, _("Skriv hur det går."))
    return enter(group.steering_body, "progress_group", by=by, data=_told(group, text))


@transaction.atomic
def report_group(group: WorkingGroup, *, text: str, by: User) -> WorkingGroup:
    """What the group has come to. Those who follow its deviations read it; the steering body's answer remains."""
    group = _begun(group, by)
    require("text", text, _("Skriv vad gruppen har kommit fram till."))
    group.status, group.report = WorkingGroup.Status.REPORTED, text
    group.save(update_fields=["status", "report"])
    _tell(group, "report_group", text, by)
    return group


@transaction.atomic
def end_group(group: WorkingGroup, *, text: str, by: User) -> WorkingGroup:
    """The group has finished, or is stopped, and why."""
    group = _begun(group, by)
    require("text", text, _("Skriv varför gruppen avslutas."))
    group.status, group.ended_at = WorkingGroup.Status.ENDED, clock.now()
    group.save(update_fields=["status", "ended_at"])
    _tell(group, "end_group", text, by)
    return group


def _begun(group: WorkingGroup, by: User) -> WorkingGroup:
    """Its deviations locked, then itself. Raises `NotYours` and `WrongState`."""
    if not keys_of(by).on_body(Ability.HANDLE, group.steering_body_id):
        raise NotYours(_("Bara det styrande organ som har tillsatt gruppen kan göra det här."))
    list(Deviation.objects.select_for_update(of=("self",)).filter(working_groups=group).order_by("pk"))
    taken = WorkingGroup.objects.select_for_update(of=("self",)).select_related("steering_body").get(pk=group.pk)
    if taken.status == WorkingGroup.Status.ENDED:
        raise WrongState(_("Gruppen är avslutad."))
    return taken


def _tell(group: WorkingGroup, step: str, text: str, by: User) -> None:
    body = group.steering_body
    for deviation in group.deviations.filter(state__in=list(KEPT)).order_by("pk"):
        record(deviation, step, by=by, acting_for=body, shown_as=body.name, data=_told(group, text))
    enter(body, step, by=by, data=_told(group, text))


def _told(group: WorkingGroup, text: str) -> dict[str, str]:
    return {"group": str(group.public_id), "name": group.name, "text": text}
