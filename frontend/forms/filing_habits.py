"""What a person has filed lately, from which filing proposes. A proposal is shown as one, and decides nothing (A01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from deviations.models import Deviation
from deviations.workflow import State

LATELY = 20
MOST_RECEIVERS = 3
MOST_KINDS = 2


@dataclass(frozen=True)
class FiledLately:
    receiving_unit_id: int | None
    category: str
    sent: bool


def filed_lately(user: AbstractBaseUser | AnonymousUser) -> list[FiledLately]:
    """The person's own latest, drafts too, newest first; nothing for whoever is not logged in. One statement."""
    own = Deviation.objects.visible_to(user).filter(filed_by_id=user.pk).order_by("-pk")
    rows = own.values_list("receiving_unit_id", "category", "state")[:LATELY]
    return [FiledLately(unit, category, state not in (State.DRAFT, State.DISCARDED)) for unit, category, state in rows]


def receivers_lately(filed: Sequence[FiledLately]) -> list[int]:
    """Ids of the units chosen last, at most three, newest first."""
    units = [each.receiving_unit_id for each in filed if each.receiving_unit_id]
    return list(dict.fromkeys(units))[:MOST_RECEIVERS]


def kinds_lately(filed: Sequence[FiledLately]) -> list[str]:
    """Codes of the kinds sent last, at most two, newest first."""
    return list(dict.fromkeys(each.category for each in filed if each.sent and each.category))[:MOST_KINDS]


def last_receiver_about(filed: Sequence[FiledLately], category: str) -> int | None:
    """The unit that the latest one sent of that kind, or of one beside it ("sip/…"), was about."""
    family = category.partition("/")[0]
    alike = (each for each in filed if each.sent and each.category and each.category.partition("/")[0] == family)
    return next((each.receiving_unit_id for each in alike if each.receiving_unit_id), None)
