"""Tvist on a deviation's page: who acts now, first of all; and both sides' views, the last day and the answer (L01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from deviations.models import Deviation, Dispute, DisputeView, Party, Statement
from deviations.precedents import Alike, alike, matter_of
from deviations.rights import Acting, may
from deviations.services.disputes import SIDES
from deviations.workflow import OPEN, STEPS, UNDECIDED
from frontend import lookup
from frontend.dates import limit
from frontend.forms.dispute import RECOMMEND
from frontend.requests import Request
from orgs.models import Organisation
from orgs.permissions import Denied, Keys
from orgs.profiles.active import profile_of
from orgs.profiles.schema import Profile

ADULT = 18
WHILE_OPEN = ("give_view", "set_interim", "decide_dispute")


@dataclass(frozen=True)
class SideShown:
    """One side's reading: its newest, and the earlier ones that it replaced."""

    name: str
    newest: DisputeView | None
    earlier: Sequence[DisputeView]


@dataclass(frozen=True)
class DisputeShown:
    dispute: Dispute
    clause: str
    sides: Sequence[SideShown]
    above: str


@dataclass(frozen=True)
class Reading:
    name: str
    text: str


def held(_request: Request, deviation: Deviation, _keys: Keys) -> dict[str, Any] | None:
    """Who is responsible, shown before all else while it matters: at once when somebody acts for the time being."""
    dispute = next(iter(deviation.disputes.all()), None)
    if dispute is None or deviation.state not in OPEN:
        return None
    if dispute.status == Dispute.Status.OPEN:
        return {"dispute": dispute, "focus": focus(deviation)} if deviation.state in UNDECIDED else None
    return {"dispute": dispute, "focus": ""}


def focus(deviation: Deviation) -> str:
    child = deviation.age is not None and deviation.age < ADULT
    return _("med barnets bästa i fokus") if child else _("med personens bästa i fokus")


def dispute(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """The disputes of the deviation, newest first, with what the person may do; else the offer to open one."""
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    profile = profile_of(deviation.profile_version_id)
    found = list(deviation.disputes.all())
    may_open = bool(may(request.user, "open_dispute", deviation, keys=keys))
    if not found and not may_open:
        return None
    shown = [_shown(dispute, deviation, profile) for dispute in found]
    own = {dispute.precedent.pk for dispute in found if hasattr(dispute, "precedent")}
    return {
        "deviation": deviation,
        "disputes": shown,
        "readings": [] if found else _readings(deviation),
        "focus": focus(deviation),
        "within": limit(profile.limits.dispute),
        "above": _above(deviation),
        "acts": _acts(request, deviation, keys, may_open=may_open),
        "alike": [row for row in _alike(deviation, profile) if row.precedent.pk not in own],
        "area": _area(deviation, profile),
    }


def _acts(request: Request, deviation: Deviation, keys: Keys, *, may_open: bool) -> list[dict[str, str]]:
    acting = {name: may(request.user, name, deviation, keys=keys) for name in (*WHILE_OPEN, "publish_precedent")}
    labels = {name: _label(name, by) for name, by in acting.items() if not isinstance(by, Denied)}
    if may_open:
        labels["open_dispute"] = str(STEPS["open_dispute"].label)
    return [
        {"name": name, "label": label, "url": reverse("step", args=[deviation.public_id, name])}
        for name, label in labels.items()
    ]


def _label(name: str, acting: Acting) -> str:
    """A body that may only recommend settles nothing, in any word (B05)."""
    body = acting.party.body
    return str(RECOMMEND if name == "decide_dispute" and body and not body.may_decide else STEPS[name].label)


def _shown(dispute: Dispute, deviation: Deviation, profile: Profile) -> DisputeShown:
    """Each unit concerned has its place, also while it has said nothing."""
    said: dict[int, list[DisputeView]] = {}
    for view in dispute.views.all():
        said.setdefault(view.organisation_id, []).insert(0, view)
    sides, placed = [], set()
    for party in sorted(deviation.parties.all(), key=lambda p: (p.role != Party.Role.REPORTING, p.pk)):
        if party.role in SIDES and party.organisation_id is not None and party.organisation_id not in placed:
            placed.add(party.organisation_id)
            views = said.pop(party.organisation_id, [])
            sides.append(SideShown(party.shown_as, views[0] if views else None, views[1:]))
    sides += [SideShown(_name(views[0].organisation), views[0], views[1:]) for views in said.values()]
    return DisputeShown(dispute, clause_in_words(profile, dispute.clause_key), sides, _above(deviation))


def _name(unit: Organisation) -> str:
    return unit.full_name


def clause_in_words(profile: Profile, key: str) -> str:
    """Agreement and clause as people call them; empty when the profile does not know it."""
    try:
        agreement, clause = profile.cited(key)
    except KeyError:
        return ""
    return f"{agreement.name}, {clause.number} {clause.title}" if clause else agreement.name


def _readings(deviation: Deviation) -> list[Reading]:
    """How the sides seem to read it before anyone has opened a dispute; nothing unless they seem to differ.

    The reporting unit may have been asked in its turn: what it answered is its own reading, and never the other side's.
    """
    answered = list(
        deviation.statements.exclude(status=Statement.Status.REQUESTED)
        .select_related("organisation__principal")
        .order_by("-answered_at", "-pk")
    )
    refused = any(statement.status != Statement.Status.GIVEN for statement in answered)
    if not answered or not (refused or "dispute_offered" in deviation.flags or deviation.bounces):
        return []
    reporting = next((p for p in deviation.parties.all() if p.role == Party.Role.REPORTING), None)
    own = next((_words(s) for s in answered if reporting and s.organisation_id == reporting.organisation_id), "")
    other = next((s for s in answered if not reporting or s.organisation_id != reporting.organisation_id), None)
    if other is None:
        return []
    return [
        Reading(reporting.shown_as if reporting else "", own or deviation.comment or deviation.happened),
        Reading(other.organisation.full_name, _words(other)),
    ]


def _words(answer: Statement) -> str:
    return answer.cause or answer.decline_comment


def _above(deviation: Deviation) -> str:
    body = deviation.accountable_body
    return body.steering_body.name if body is not None and body.steering_body is not None else ""


def _alike(deviation: Deviation, profile: Profile) -> list[Alike]:
    return alike(matter_of(deviation, profile))


def _area(deviation: Deviation, profile: Profile) -> lookup.Area | None:
    area = next((a for a in profile.responsibility.areas if a.id == deviation.problem_area), None)
    return lookup.matrix(profile, area) if area else None
