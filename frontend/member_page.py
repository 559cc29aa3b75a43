"""Places whose roles a person answers for, and who holds them."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True)
class Principal:
    """A principal with its units that the person answers for, itself first when it is one of them."""

    name: str
    units: list[PlaceShown]


def places(keys: Keys, words: str) -> dict[str, Any]:
    """Counties, bodies and units that the person answers for, by words; units by principal. Three statements."""
    counties = keys.counties.get(MANAGE, frozenset())
    bodies = Body.objects.filter(Q(county__in=counties) | Q(pk__in=keys.bodies.get(MANAGE, frozenset())))
    units = Organisation.objects.filter(
        Q(county__in=counties)
        | Q(pk__in=keys.organisations.get(MANAGE, frozenset()))
        | Q(principal__in=keys.principals.get(MANAGE, frozenset()))
    ).select_related("principal", "county")
    typed = folded(words).split()

    def named(found: Iterable[Place]) -> list[Any]:
        return [each for each in found if all(word in folded(name_of(each)) for word in typed)][:MOST_PLACES]

    return {
        "counties": [_shown(county, "") for county in named(County.objects.filter(pk__in=counties))],
        "bodies": [
            _shown(body, body.county.name) for body in named(bodies.select_related("county").order_by("level", "name"))
        ],
        "principals": _by_principal(named(units.order_by("path"))),
    }


def _by_principal(units: Iterable[Organisation]) -> list[Principal]:
    """In the order of their paths, in which a principal stands right before its units."""
    found: dict[int, Principal] = {}
    for unit in units:
        over = unit if unit.principal is None else unit.principal
        found.setdefault(over.pk, Principal(over.name, [])).units.append(_shown(unit, unit.county.name))
    return list(found.values())


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
