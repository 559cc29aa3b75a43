"""Places whose roles a person answers for, and who holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from deviations import clock
from orgs.models import Body, County, Organisation
from orgs.models.memberships import Membership
from orgs.permissions import Keys, Place, place_kind, type_of_place
from orgs.profiles.parts import folded
from orgs.roles import ROLES, Ability

MOST_PLACES = 300
MANAGE = Ability.MANAGE_MEMBERS


@dataclass(frozen=True)
class PlaceShown:
    name: str
    beside: str
    url: str


@dataclass(frozen=True)
class Held:
    membership: Membership
    role: str
    kind: str
    ended: bool


def places(keys: Keys, words: str) -> dict[str, list[PlaceShown]]:
    """Counties, bodies and units that the person answers for, by words. Three statements."""
    counties = keys.counties.get(MANAGE, frozenset())
    bodies = Body.objects.filter(Q(county__in=counties) | Q(pk__in=keys.bodies.get(MANAGE, frozenset())))
    units = Organisation.objects.filter(
        Q(county__in=counties)
        | Q(pk__in=keys.organisations.get(MANAGE, frozenset()))
        | Q(principal__in=keys.principals.get(MANAGE, frozenset()))
    ).select_related("principal", "county")
    found = {
        "counties": [_shown(county, "") for county in County.objects.filter(pk__in=counties)],
        "bodies": [
            _shown(body, body.county.name) for body in bodies.select_related("county").order_by("level", "name")
        ],
        "units": [_shown(unit, unit.county.name) for unit in units.order_by("path")],
    }
    typed = folded(words).split()
    return {
        name: [each for each in listed if all(word in folded(each.name) for word in typed)][:MOST_PLACES]
        for name, listed in found.items()
    }


def _shown(place: Place, beside: str) -> PlaceShown:
    return PlaceShown(name_of(place), beside, reverse("members", args=[place_kind(place), place.pk]))


def name_of(place: Place) -> str:
    return place.full_name if isinstance(place, Organisation) else place.name


def memberships(place: Place) -> dict[str, Any]:
    """Held now or later, and what has ended, newest first. One statement."""
    kind = place_kind(place)
    table = type_of_place[kind][1]
    rows = table._default_manager.filter(content_object=place).select_related("user", "permission").order_by("-pk")
    today = clock.today()
    held = [
        Held(m, str(ROLES[m.role].label), kind, m.ended_at is not None or (m.valid_until or today) < today)
        for m in rows
    ]
    return {"held": [h for h in held if not h.ended], "ended": [h for h in held if h.ended]}
