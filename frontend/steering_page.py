"""What the pages of the steering body are drawn from: its inbox, one escalation, one working group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations import clock
from deviations.deadlines import reminders_for
from deviations.models import Adoption, Decision, Delivery, Deviation, Escalation, WorkingGroup
from deviations.services import adopting, escalating, working_groups
from deviations.services.adopting import Tally
from deviations.workflow import STEPS
from frontend import day_marks
from frontend.components import Step
from frontend.requests import Request
from orgs.models import User
from orgs.permissions import Keys
from orgs.profiles.active import profile_of
from orgs.roles import Ability

PAGE = 50
LATEST = 20


def inbox(request: Request, keys: Keys) -> dict[str, Any]:
    """What waits for the person's bodies, soonest first; what was answered lately; what the bodies have lifted."""
    read = keys.bodies.get(Ability.READ, frozenset())
    found = escalating.readable_by(request.user).annotate(many=Count("deviations"))
    after = request.GET.get("efter", "")
    waiting = found.filter(to_body__in=read, status__in=escalating.UNANSWERED).order_by("due_on", "pk")
    if after:
        waiting = waiting.filter(day_marks.after(after, "due_on"))
    rows = list(waiting[: PAGE + 1])
    answered = found.filter(to_body__in=read).exclude(status__in=escalating.UNANSWERED)
    groups = working_groups.readable_by(request.user).exclude(status=WorkingGroup.Status.ENDED)
    return {
        "waiting": rows[:PAGE],
        "more": _next(rows[PAGE - 1]) if len(rows) > PAGE else "",
        "answered": list(answered.order_by("-answered_at", "-pk")[:LATEST]),
        "sent": list(found.filter(from_body__in=read).order_by("-pk")[:LATEST]),
        "groups": list(groups.order_by("due_on", "pk")[:PAGE]),
    }


def _next(last: Escalation) -> str:
    assert last.due_on is not None  # noqa: S101  # every service sets it
    return f"{reverse('steering')}?efter={day_marks.written(last.due_on, last.pk)}"


def escalation(request: Request, found: Escalation, keys: Keys) -> dict[str, Any]:
    """All of one escalation's page. The deviations are those that the person reads; of the others only how many."""
    user = request.user
    visible = _visible(user).filter(escalations=found)
    listed = list(visible)
    decisions = list(found.decisions.select_related("body", "deviation").order_by("pk"))
    return {
        "escalation": found,
        "deviations": listed,
        "hidden": found.deviations.count() - len(listed),
        "verb": verb(found),
        "groups": list(found.working_groups.order_by("pk")),
        "tables": tables(Adoption.objects.filter(decision__in=[d.pk for d in decisions])),
        "steps": steps_of(found, keys),
        "unseen": _unseen(found, keys),
        "ask": _ask(decisions, found, keys),
    }


def group(request: Request, found: WorkingGroup, keys: Keys) -> dict[str, Any]:
    """All of one working group's page."""
    listed = list(_visible(request.user).filter(working_groups=found))
    handles = keys.on_body(Ability.HANDLE, found.steering_body_id) and found.status != WorkingGroup.Status.ENDED
    return {
        "group": found,
        "deviations": listed,
        "hidden": found.deviations.count() - len(listed),
        "told": working_groups.progress_of(found),
        "steps": [_group_step(found, name) for name in GROUP_STEPS] if handles else [],
    }


GROUP_STEPS = ("tell_progress", "report_group", "end_group")


def group_label(name: str) -> str:
    return {
        "tell_progress": _("Berätta hur det går"),
        "report_group": _("Redovisa"),
        "end_group": _("Avsluta gruppen"),
    }[name]


def _group_step(found: WorkingGroup, name: str) -> Step:
    return {
        "name": name,
        "label": group_label(name),
        "url": reverse("working_group_step", args=[found.public_id, name]),
    }


def steps_of(found: Escalation, keys: Keys) -> list[Step]:
    """The answers that the person may give for the body, while it waits for one."""
    if found.status not in escalating.UNANSWERED or not keys.on_body(Ability.HANDLE, found.to_body_id):
        return []
    names = ["decide", "set_up_group", "return_escalated"]
    if found.to_body.steering_body_id is not None:
        names.append("escalate_further")
    return [
        {
            "name": name,
            "label": label_of(found, name),
            "url": reverse("escalation_step", args=[found.public_id, name]),
        }
        for name in names
    ]


def label_of(found: Escalation, name: str) -> str:
    """A body that may only recommend never decides (B05)."""
    if name == "decide" and not found.to_body.may_decide:
        return _("Ställ er bakom")
    return str(STEPS[name].label)


def verb(found: Escalation) -> str:
    """What the answer is called: "Beslut", "Rekommendation" or why it was given back."""
    if found.status == Escalation.Status.DECIDED:
        return _("Beslut") if found.to_body.may_decide else _("Rekommendation")
    if found.status == Escalation.Status.RETURNED:
        return _("Tillbaka till gruppen")
    return _("Lyft vidare till %(body)s") % {
        "body": found.to_body.steering_body.name if found.to_body.steering_body else ""
    }


def _ask(decisions: Sequence[Decision], found: Escalation, keys: Keys) -> str:
    """Where the principals are asked, while nobody has been."""
    if not decisions or not keys.on_body(Ability.HANDLE, found.to_body_id):
        return ""
    if Adoption.objects.filter(decision__escalation=found).exists():
        return ""
    return reverse("step", args=[decisions[0].deviation.public_id, "ask_adoption"])


def _unseen(found: Escalation, keys: Keys) -> bool:
    """Whether it has come to the person's body, and nobody there has opened it."""
    waiting = Delivery.objects.filter(deviation__escalations=found, body=found.to_body, seen_at__isnull=True)
    return keys.on_body(Ability.HANDLE, found.to_body_id) and waiting.filter(ended_at__isnull=True).exists()


def _visible(user: User) -> QuerySet[Deviation]:
    visible = Deviation.objects.visible_to(user)
    return visible.select_related("reporting_unit__principal", "receiving_unit__principal").order_by("pk")


# ── how the principals have answered ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class AdoptionTable:
    """One decision and every principal's answer to it. `sentence`: all of it in words. `reminded`: the coming days on
    which those who have not answered get a letter."""

    decision: Decision
    title: str
    sentence: str
    rows: list[Adoption]
    reminded: list[date]


def tables(adoptions: QuerySet[Adoption]) -> list[AdoptionTable]:
    """Grouped by decision; those who have not answered, or declined, come first. One statement, whatever the number."""
    listed = adoptions.select_related("principal", "decision__body", "decision__deviation__profile_version").order_by(
        "decision", "principal__name"
    )
    by_decision: dict[int, list[Adoption]] = {}
    for adoption in listed:
        by_decision.setdefault(adoption.decision_id, []).append(adoption)
    return [_table(rows) for rows in by_decision.values()]


_IN_ORDER = (Adoption.Answer.WAITING, Adoption.Answer.DECLINED, Adoption.Answer.PARTLY, Adoption.Answer.ADOPTED)


def _table(rows: list[Adoption]) -> AdoptionTable:
    decision = rows[0].decision
    version = decision.deviation.profile_version_id
    assert version is not None  # noqa: S101  # a submitted deviation has one
    said = adopting.tally(rows)
    days = reminders_for(rows[0].due_on, profile_of(version).reminders) if said.waiting else []
    return AdoptionTable(
        decision=decision,
        title=_("Så genomförs beslutet") if decision.binding else _("Så svarar huvudmännen på rekommendationen"),
        sentence=in_words(said),
        rows=sorted(rows, key=lambda adoption: _IN_ORDER.index(Adoption.Answer(adoption.answer))),
        reminded=[day for day in days if day >= clock.today()],
    )


def in_words(said: Tally) -> str:
    """ "15 av 17 inför det. 2 inför det inte." """
    told = [_("%(adopted)d av %(asked)d inför det.") % {"adopted": said.adopted, "asked": said.asked}]
    if said.partly:
        told.append(_("%(number)d inför det delvis.") % {"number": said.partly})
    if said.declined:
        told.append(_("%(number)d inför det inte.") % {"number": said.declined})
    if said.waiting:
        told.append(_("%(number)d har inte svarat.") % {"number": said.waiting})
    if said.done:
        told.append(
            ngettext("%(number)d har genomfört det.", "%(number)d har genomfört det.", said.done)
            % {"number": said.done}
        )
    return " ".join(told)
