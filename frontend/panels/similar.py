"""Who handles a deviation, those it is linked or merged with, and those that are alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from deviations.models import Deviation, Link
from deviations.rights import may
from deviations.similar import Alike, similar_to
from deviations.visibility import standings
from deviations.workflow import OPEN, State
from frontend import steps, way
from frontend.requests import Request
from orgs.permissions import Keys
from orgs.roles import Ability

HANDLES = frozenset({("accountable", Ability.HANDLE), ("stand_in", Ability.HANDLE)})
UNITS = ("reporting_unit__principal", "receiving_unit", "merged_into")


def assigned(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """For those who handle it: which of them does."""
    if not standings(deviation, keys) & HANDLES:
        return None
    offered = steps.offered(request, deviation, ("assign",), keys)
    return {"assigned_to": deviation.assigned_to, "assign": offered[0] if offered else None}


def related(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """Linked ones, those merged into it, and the one it is merged into: as far as the person may see them."""
    visible = Deviation.objects.visible_to(request.user)
    links = Link.objects.filter(Q(deviation=deviation) | Q(other=deviation)).order_by("pk")
    reasons = {
        (link.other_id if link.deviation_id == deviation.pk else link.deviation_id): link.reason for link in links
    }
    beside = Q(pk__in=list(reasons)) | Q(merged_into=deviation) | Q(pk=deviation.merged_into_id or 0)
    found = list(visible.filter(beside).select_related(*UNITS).order_by("pk"))
    merged = [_row(d) for d in found if d.merged_into_id == deviation.pk]
    into = [_row(d) for d in found if d.pk == deviation.merged_into_id]
    linked = [{**_row(d), "reason": reasons[d.pk]} for d in found if d.pk in reasons]
    offered = steps.offered(request, deviation, ("link", "merge", "separate"), keys)
    possible = [step for step in offered if not step.get("refused")]
    if not (merged or into or linked or possible):
        return None
    return {"merged": merged, "into": into, "linked": linked, "join": possible}


def similar(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """The most alike, each with what may be done about it at once. Only for those who handle this one, while it is
    open."""
    if deviation.state not in OPEN or not standings(deviation, keys) & HANDLES:
        return None
    alike = similar_to(deviation, request.user)
    if not alike:
        return None
    may_link = bool(may(request.user, "link", deviation, keys=keys))
    may_merge = bool(may(request.user, "merge", deviation, keys=keys))
    return {
        "alike": [_alike(one, deviation, may_merge) for one in alike],
        "link_url": reverse("step", args=[deviation.public_id, "link"]) if may_link else "",
        "merge_url": reverse("step", args=[deviation.public_id, "merge"]),
        "seen": deviation.sequence,
    }


def _alike(one: Alike, deviation: Deviation, may_merge: bool) -> dict[str, Any]:
    other = one.deviation
    fits = (
        other.accountable_body_id == deviation.accountable_body_id
        and other.state in OPEN - {State.SUBMITTED}
        and other.fed_back_at is None
    )
    return {**_row(other), "why": ", ".join(one.why), "twin": one.twin, "mergeable": may_merge and fits}


def _row(deviation: Deviation) -> dict[str, Any]:
    unit, about = deviation.reporting_unit, deviation.receiving_unit
    return {
        "title": deviation.title,
        "number": deviation.reference,
        "url": reverse("deviation", args=[deviation.public_id]),
        "sub": " › ".join(place.name for place in (unit, about) if place is not None),
        "where": way.where(deviation),
    }
