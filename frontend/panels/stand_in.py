"""That another body receives in place of the one that answers for it, and how it is taken back (B04)."""

from __future__ import annotations

from typing import Any

from deviations.models import Deviation, Party
from deviations.workflow import OPEN
from frontend import told
from frontend.requests import Request
from orgs.permissions import Keys
from orgs.roles import Ability


def stand_in(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """None while the body itself has it. One statement otherwise."""
    there = {party.body_id for party in deviation.parties.all() if party.role == Party.Role.STAND_IN}
    if not there or deviation.state not in OPEN:
        return None
    entries = deviation.history.filter(step="stand_in").order_by("-sequence")
    sentence = next((told.in_words(entry) for entry in entries), "")
    return {
        "sentence": sentence,
        "may_take_back": keys.on_body(Ability.HANDLE, deviation.accountable_body_id),
        "deviation": deviation,
    }
