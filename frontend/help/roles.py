"""For whom a topic is, from what a person holds. For the order of the manual only: it opens and hides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.help.topics import Role
from orgs.permissions import Keys
from orgs.roles import Ability

LABELS: Mapping[Role, str | Promise] = {
    "reporter": _("Du som anmäler"),
    "unit": _("Du som svarar för en enhet"),
    "coordinator": _("Du som samordnar"),
    "steering": _("Du som arbetar i ett styrande organ"),
    "board": _("Du som läser rapporter"),
    "administrator": _("Du som administrerar länet"),
    "everyone": _("För alla"),
}


def roles_of(keys: Keys) -> list[Role]:
    """In the order of the labels. Whoever holds nothing gets what is for everyone."""
    held = {
        "reporter": _anywhere(keys, Ability.FILE),
        "unit": _anywhere(keys, Ability.ANSWER),
        "coordinator": bool(keys.bodies.get(Ability.READ)),
        "steering": bool(keys.bodies.get(Ability.READ)),
        "board": _anywhere(keys, Ability.READ_REPORTS),
        "administrator": bool(keys.counties.get(Ability.MANAGE_MEMBERS) or keys.counties.get(Ability.MANAGE_PROFILE)),
    }
    return [role for role in LABELS if held.get(role)]


def _anywhere(keys: Keys, ability: Ability) -> bool:
    return any(places.get(ability) for places in (keys.organisations, keys.principals, keys.bodies, keys.counties))
