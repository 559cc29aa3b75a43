"""What the pages of the register of audits are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deviations import clock
from deviations.audits import checks
from deviations.models import Recommendation, RecommendationStatus
from deviations.services import audits, process
from frontend.requests import Request
from orgs.profiles.active import profile_of, version_in_force

Status = RecommendationStatus.Status
TONES: Mapping[str, str] = {Status.DONE: "moss", Status.PARTLY: "ochre", Status.REMAINS: "brick"}
STATES: Mapping[str, tuple[str | Promise, str | None]] = {
    "atgardad": (_("Åtgärdad"), Status.DONE),
    "delvis": (_("Kvarstår delvis"), Status.PARTLY),
    "kvarstar": (_("Kvarstår"), Status.REMAINS),
    "okand": (_("Inte bedömd"), None),
}
"""In the address: what it is called, and the status that it is."""
VERDICTS: Mapping[str, str | Promise] = {
    "yes": _("Ja"),
    "in_essence": _("I allt väsentligt"),
    "partly": _("Delvis"),
    "no": _("Nej"),
    "not_judged": _("Bedöms ej"),
}


def listed(request: Request) -> dict[str, Any]:
    """By audit, with what does not agree. As many statements for one as for thirty. 404 for who reads nowhere."""
    counties = list(audits.counties_read(request.user))
    if not counties:
        raise Http404
    wanted = request.GET.get("lage", "")
    if wanted and wanted not in STATES:
        raise Http404
    every = list(audits.readable_recommendations(request.user))
    chosen = request.GET.get("revision", "")
    groups = [
        _group([each for each in every if each.audit_id == audit.pk], wanted)
        for audit in dict.fromkeys(each.audit for each in every)
        if chosen in ("", audit.key)
    ]
    return {
        "groups": groups,
        "audits": list(dict.fromkeys(each.audit for each in every)),
        "states": [(key, label) for key, (label, _status) in STATES.items()],
        "wanted": wanted,
        "chosen": chosen,
        "several": len(counties) > 1,
    }


def _group(every: Sequence[Recommendation], wanted: str) -> dict[str, Any]:
    audit = every[0].audit
    found = checks.by_number(audits.findings_of(audit, every))
    rows = [_row(each, found.get(each.number, [])) for each in every]
    if wanted:
        rows = [row for row in rows if (row["now"].status if row["now"] else None) == STATES[wanted][1]]
    return {
        "audit": audit,
        "rows": rows,
        "faults": found.get("", []),
        "of_each": sum(len(several) for number, several in found.items() if number),
        "verdicts": [(each["question"], VERDICTS[each["verdict"]], each["where"]) for each in audit.verdicts],
    }


def _row(each: Recommendation, faults: Sequence[checks.Finding]) -> dict[str, Any]:
    now = audits.status_now(each)
    return {"each": each, "now": now, "tone": TONES[now.status] if now else "", "faults": faults}


def one(request: Request, found: Recommendation) -> dict[str, Any]:
    """With its history, answers and ties. A measure leads on for those who read it."""
    audit = found.audit
    every = audit.recommendations.prefetch_related("replies", "statuses").order_by("pk")
    faults = checks.by_number(audits.findings_of(audit, every)).get(found.number, [])
    profile = profile_of(version_in_force(audit.county, clock.today()).pk)
    names = {category.code: category.name for category in profile.categories}
    open_to = set(process.readable_measures(request.user).values_list("pk", flat=True))
    statuses = sorted(found.statuses.all(), key=lambda status: (status.judged_on, status.pk), reverse=True)
    return {
        **_row(found, faults),
        "name": name_of(found),
        "statuses": [(status, TONES[status.status]) for status in statuses],
        "categories": [names.get(code, code) for code in found.categories],
        "measures": [(measure, measure.pk in open_to) for measure in found.measures.order_by("pk")],
        "activities": found.activities.order_by("pk"),
        "may_work": bool(audits.may_follow_up(request.user, audit.county)),
        "today": clock.today(),
    }


def name_of(each: Recommendation) -> str:
    return each.full_name
