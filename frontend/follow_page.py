"""What the reporter's page of a deviation is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import AccessLogEntry, Deviation, HistoryEntry, LocalReference, Party
from deviations.rights import may
from deviations.services import disputes
from deviations.visibility import Part, open_parts, standings
from deviations.workflow import State
from frontend import told, way
from frontend.last_days import asked_until
from frontend.next_up import next_up
from frontend.panels import panels_of
from frontend.requests import Request
from frontend.rows import is_your_turn
from orgs.models import User
from orgs.permissions import Keys
from orgs.roles import Ability

HANDLING = frozenset((role, Ability.HANDLE) for role in ("accountable", "stand_in", "steering"))
AT_HOME = frozenset({("reporter", None), ("reporting", Ability.READ)})
CONCERNED = frozenset({("receiving", Ability.READ), ("receiving", Ability.ANSWER)})
IN_A_BODY = frozenset((role, Ability.READ) for role in ("accountable", "stand_in", "steering", "informed", "former"))


def visible(request: Request, public_id: UUID) -> Deviation:
    """The deviation with its parties, or 404: what one may not see does not exist."""
    parties = Party.objects.select_related("organisation__principal", "body").order_by("pk")
    found = (
        Deviation.objects.visible_to(request.user)
        .select_related(
            "filed_by",
            "reporting_unit__principal",
            "receiving_unit__principal",
            "accountable_body__steering_body",
            "merged_into",
            "cites",
        )
        .prefetch_related(Prefetch("parties", queryset=parties), disputes.whole())
    )
    return get_object_or_404(found, public_id=public_id)


def side_of(deviation: Deviation, keys: Keys) -> str:
    """Which page: "desk" for those who handle it or read in a body, "answer" for the units it concerns, "follow" for
    everyone else. Whoever answers for a unit that it concerns does so also when it was filed from one of their own."""
    held = standings(deviation, keys)
    if held & HANDLING:
        return "desk"
    if ("receiving", Ability.ANSWER) in held and ("reporter", None) not in held:
        return "answer"
    if held & AT_HOME:
        return "follow"
    if held & CONCERNED:
        return "answer"
    return "desk" if held & IN_A_BODY else "follow"


def moving_parts(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    """All that changes when the deviation does. One statement, on the history."""
    history = list(deviation.history.order_by("sequence"))
    latest = told.latest(history)
    bold, beside = next_up(deviation, reporter=deviation.filed_by_id == keys.user_id, history=history)
    return {
        "deviation": deviation,
        "reporting": names(deviation, Party.Role.REPORTING),
        "receiving": names(deviation, Party.Role.RECEIVING),
        "next_bold": bold,
        "next_beside": beside,
        "stations": way.stations(deviation, keys, history),
        "everything": told.everything(history),
        "shown_at": clock.now(),
        "say": _("Nyss: %(what)s, %(by)s.") % {"what": told.in_words(latest), "by": latest.acting_for},
        "asked": asked(deviation, history) if deviation.state == State.AWAITING_COMPLETION else "",
        "asked_until": asked_until(history) if deviation.state == State.AWAITING_COMPLETION else None,
        "may_complete": bool(may(request.user, "complete", deviation, keys=keys)),
        "may_withdraw": bool(may(request.user, "withdraw", deviation, keys=keys)),
        "ask_helped": is_your_turn(deviation, keys) and bool(may(request.user, "answer_helped", deviation, keys=keys)),
        **panels_of(request, deviation, keys, "follow"),
    }


def asked(deviation: Deviation, history: Sequence[HistoryEntry] | None = None) -> str:
    """The group's latest question to the reporter, while it waits for the answer."""
    if deviation.state != State.AWAITING_COMPLETION:
        return ""
    entries = (
        history
        if history is not None
        else list(deviation.history.filter(step="request_completion").order_by("sequence"))
    )
    return next((e.data["question"] for e in reversed(entries) if e.step == "request_completion"), "")


def seen_in(posted: QueryDict) -> int | None:
    """The sequence that the page showed when its form was filled in."""
    seen = posted.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else None


def taken_since(deviation: Deviation, step: str, *, by: User, seen: int | None) -> bool:
    """Whether the person has taken the step already, from the very page whose form this is: a button pressed twice."""
    return seen is not None and deviation.history.filter(sequence__gt=seen, step=step, by=by).exists()


def names(deviation: Deviation, role: str) -> str:
    """The parties in that role by the names they had then, with today's beside where it has changed."""
    return "; ".join(_name(party) for party in deviation.parties.all() if party.role == role)


def _name(party: Party) -> str:
    now = party.organisation.full_name if party.organisation else party.shown_as
    return (
        party.shown_as if now == party.shown_as else _("%(then)s (nu %(now)s)") % {"then": party.shown_as, "now": now}
    )


def kept_at_home(deviation: Deviation, keys: Keys, request: Request) -> dict[str, str]:
    """The local reference and the reporter's name, for those whose role opens them. Shown to anyone but the reporter
    it is written in the access log; a HEAD shows nothing."""
    user = request.user
    opened = open_parts(deviation, keys)
    found: dict[str, str] = {}
    if Part.LOCAL_REFERENCE in opened:
        kept = LocalReference.objects.filter(deviation=deviation).first()
        found["local_reference"] = kept.reference if kept else ""
    if Part.REPORTER in opened and deviation.filed_by_id != user.pk:
        found["reporter"] = deviation.filed_by.name
    shown = [part for part in (Part.LOCAL_REFERENCE, Part.REPORTER) if found.get(part)]
    if deviation.filed_by_id != user.pk and request.method == "GET":
        AccessLogEntry.objects.bulk_create(AccessLogEntry(deviation=deviation, user=user, part=part) for part in shown)
    return found
