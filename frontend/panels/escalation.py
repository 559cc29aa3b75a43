"""On a deviation's page: where it has been lifted, the answer, the working group, what the principals say; and the
proposal to lift what recurs (B03, B05, B06, B08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deviations import clock
from deviations.models import Deviation
from deviations.rights import may
from deviations.services import adopting
from deviations.services.escalating import AT_MOST
from deviations.visibility import reads_in_a_body
from deviations.workflow import STEPS, State
from frontend import steering_page
from frontend.requests import Request
from orgs.models import User
from orgs.permissions import Keys
from orgs.profiles.active import profile_of
from orgs.roles import Ability

DAYS_A_MONTH = 30.44
SHOWN = 6


@dataclass(frozen=True)
class Alike:
    """The same shortcoming at the same unit within the profile's window. `others`: counted, and past lifting."""

    to_lift: list[Deviation]
    others: int
    months: int
    times: int


def lifted(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """Units and reporters see where it is and what came of it; what the bodies wrote to each other is theirs."""
    found = list(deviation.escalations.select_related("to_body__steering_body", "from_body").order_by("-pk"))
    groups = list(deviation.working_groups.select_related("steering_body").order_by("-pk"))
    tables = steering_page.tables(adopting.of_deviation(deviation))
    if not found and not groups and not tables:
        return None
    read = keys.bodies.get(Ability.READ, frozenset())
    return {
        "lifted": [(each, each.to_body_id in read or each.from_body_id in read) for each in found],
        "groups": groups,
        "tables": tables,
        "inside": reads_in_a_body(deviation, keys),
    }


def pattern(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any] | None:
    """ "Tredje gången på ett år: lyft som mönster", for those who may lift it."""
    if not may(request.user, "escalate", deviation, keys=keys):
        return None
    alike = alike_of(deviation, request.user)
    if len(alike.to_lift) + alike.others < alike.times or len(alike.to_lift) < 2:
        return None
    return {
        "sentence": _sentence(len(alike.to_lift) + alike.others, alike.months),
        "alike": [each for each in alike.to_lift if each.pk != deviation.pk][:SHOWN],
        "others": alike.others,
        "url": f"{reverse('lift')}?{urlencode({'fran': deviation.public_id})}",
    }


def alike_of(deviation: Deviation, user: User) -> Alike:
    """Those of the same category and receiving unit that the person sees and the same body is accountable for."""
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    recurring = profile_of(deviation.profile_version_id).recurring
    since = clock.now() - timedelta(days=round(recurring.within_months * DAYS_A_MONTH))
    found = (
        Deviation.objects.visible_to(user)
        .filter(
            county=deviation.county_id, category=deviation.category, receiving_unit=deviation.receiving_unit_id,
            accountable_body=deviation.accountable_body_id, filed_at__gte=since,
        )
        .exclude(state__in=[State.WITHDRAWN, State.MERGED])
        .select_related("receiving_unit", "reporting_unit__principal", "accountable_body")
        .prefetch_related("parties")
        .order_by("-filed_at")[: AT_MOST]
    )  # fmt: skip
    listed = list(found)
    to_lift = [each for each in listed if _can_be_lifted(each)]
    return Alike(to_lift, len(listed) - len(to_lift), recurring.within_months, recurring.times)


def _can_be_lifted(deviation: Deviation) -> bool:
    lifted = any(party.role == "steering" for party in deviation.parties.all())
    return deviation.state in STEPS["escalate"].frm and not lifted


def _sentence(times: int, months: int) -> str:
    ordinals = {
        2: _("Andra"), 3: _("Tredje"), 4: _("Fjärde"), 5: _("Femte"), 6: _("Sjätte"), 7: _("Sjunde"), 8: _("Åttonde"),
        9: _("Nionde"), 10: _("Tionde"),
    }  # fmt: skip
    which = ordinals.get(times) or ordinal(times)
    window = _("ett år") if months == 12 else _("%(months)d månader") % {"months": months}
    return _("%(which)s gången på %(window)s") % {"which": which, "window": window}


def ordinal(number: int) -> str:
    """ "21:a", "23:e"; the teens end alike in both languages."""
    forms = {
        1: pgettext("slutar på 1", "%(number)d:a"),
        2: pgettext("slutar på 2", "%(number)d:a"),
        3: pgettext("slutar på 3", "%(number)d:e"),
    }
    teen = number // 10 % 10 == 1
    form = _("%(number)d:e") if teen else forms.get(number % 10, _("%(number)d:e"))
    return form % {"number": number}
