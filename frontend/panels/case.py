"""Lärfall on a deviation's page: for the group that writes, and at home with the one who reported (C03)."""

from __future__ import annotations

from typing import Any

from deviations.models import Deviation, LearningCase
from deviations.services import learning_cases
from deviations.visibility import standings
from frontend.requests import Request
from orgs.permissions import Keys
from orgs.roles import Ability

AT_HOME = frozenset({("reporter", None), ("reporting", Ability.READ_REPORTER)})


def case(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """For those who read in the accountable body: the newest, and writing one for those who may."""
    if not keys.on_body(Ability.READ, deviation.accountable_body_id):
        return None
    newest = deviation.learning_cases.order_by("-pk").first()
    gone = newest is None or newest.status in (LearningCase.Status.DECLINED, LearningCase.Status.WITHDRAWN)
    may = gone and deviation.state in learning_cases.WRITTEN_OF
    writes = may and keys.on_body(Ability.HANDLE, deviation.accountable_body_id)
    return {"case": newest, "writes": writes, "deviation": deviation} if newest or writes else None


def case_asked(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """The question, first of all, to those who may say yes."""
    found = deviation.learning_cases.filter(status=LearningCase.Status.ASKED).select_related("body", "deviation")
    asked = found.first()
    return {"case": asked} if asked and learning_cases.may_answer(request.user, asked) else None


def case_home(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """What became of it, for the reporter and the reporter's unit, from when they were asked."""
    if not standings(deviation, keys) & AT_HOME:
        return None
    asked = deviation.learning_cases.filter(asked_at__isnull=False).select_related("body").order_by("-pk").first()
    return {"case": asked} if asked else None
