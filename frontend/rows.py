"""Deviations as rows of a list: what one calls it, where it is, and whether it is the reader's turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Deviation
from deviations.workflow import AFTER_DECISION, State
from frontend import way
from frontend.components import Station, Tone
from frontend.next_up import next_up
from orgs.models import Organisation
from orgs.permissions import Keys
from orgs.roles import Ability

ANSWERED = Q(fed_back_at__isnull=False, helped__isnull=True, state__in=[*AFTER_DECISION, State.CLOSED, State.MERGED])
YOUR_TURN = Q(state=State.AWAITING_COMPLETION) | ANSWERED
"""For deviations that the person filed: a question waits for the reporter's answer."""


@dataclass(frozen=True)
class Row:
    deviation: Deviation
    about: str
    where: str
    beside: str
    flag: str
    tone: Tone
    stations: list[Station]


def rows(deviations: Iterable[Deviation], keys: Keys) -> list[Row]:
    """One statement for the whole list. The units are read from `receiving_unit` and `reporting_unit`: select them."""
    listed = list(deviations)
    verified = way.verified_among(listed)
    return [_row(deviation, keys, deviation.pk in verified) for deviation in listed]


def is_your_turn(deviation: Deviation, keys: Keys) -> bool:
    """The same as `YOUR_TURN`, asked of one deviation."""
    asked = deviation.state == State.AWAITING_COMPLETION
    answered = deviation.fed_back_at is not None and deviation.helped is None
    after = deviation.state in {*AFTER_DECISION, State.CLOSED, State.MERGED}
    return deviation.filed_by_id == keys.user_id and (asked or (answered and after))


def _row(deviation: Deviation, keys: Keys, verified: bool) -> Row:
    flag, tone = _flag(deviation, keys)
    return Row(
        deviation=deviation,
        about=_about(deviation, keys),
        where=way.where(deviation),
        beside=_beside(deviation, keys),
        flag=flag,
        tone=tone,
        stations=way.mini(deviation, verified=verified),
    )


def _flag(deviation: Deviation, keys: Keys) -> tuple[str, Tone]:
    if is_your_turn(deviation, keys):
        return _("Fråga till dig"), "ochre"
    if _concerns_you(deviation, keys):
        return _("Gäller er"), "ochre"
    if timezone.localdate(deviation.changed_at) == clock.today():
        return _("Nytt i dag"), "teal"
    return "", ""


def _concerns_you(deviation: Deviation, keys: Keys) -> bool:
    receiving = deviation.receiving_unit_id, deviation.receiving_principal_id
    return any(keys.on_organisation(ability, *receiving) for ability in (Ability.ANSWER, Ability.READ))


def _about(deviation: Deviation, keys: Keys) -> str:
    values = {
        "number": deviation.reference,
        "from": _name(deviation.reporting_unit),
        "about": _name(deviation.receiving_unit),
    }
    if deviation.filed_by_id == keys.user_id:
        return _("%(number)s, om %(about)s") % values
    return _("%(number)s, från %(from)s, om %(about)s") % values


def _name(unit: Organisation | None) -> str:
    return unit.name if unit else ""


def _beside(deviation: Deviation, keys: Keys) -> str:
    """What it waits for, or what is asked of the reader."""
    if is_your_turn(deviation, keys):
        if deviation.state == State.AWAITING_COMPLETION:
            return _("Gruppen har en fråga till dig.")
        return _("Du har fått svar. Hjälpte det?")
    bold, told = next_up(deviation)
    return f"{bold} {told}" if deviation.filed_by_id == keys.user_id else bold
