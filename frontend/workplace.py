"""Where a person works, as far as the pages need it: the county whose rules hold, and the units one files from.

Everything is derived from the roles held today; nothing here decides who may see or do anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from deviations import clock
from deviations.models import Deviation
from orgs.models import Body, County, Organisation
from orgs.permissions import Keys, keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile
from orgs.roles import Ability, Place

_MODELS: dict[str, type[Organisation] | type[Body]] = {"organisation": Organisation, "body": Body}


@dataclass(frozen=True)
class Workplace:
    """`unit` is the organisation of the first role held on one; a person may hold roles on bodies or a county only."""

    name: str
    county: County
    unit: Organisation | None

    def profile(self) -> Profile:
        """The county's rules today. Raises `NoProfileInForce`."""
        return profile_of(version_in_force(self.county, clock.today()).pk)


def workplace_of(request: HttpRequest) -> Workplace | None:
    """None for someone without any role today. Asked once per request: at most two statements."""
    if not hasattr(request, "_workplace"):
        request._workplace = _read(keys_of(request.user))  # type: ignore[attr-defined]  # kept with the request
    found: Workplace | None = request._workplace  # type: ignore[attr-defined]
    return found


def _read(keys: Keys) -> Workplace | None:
    order: list[Place] = ["organisation", "body", "county"]
    held = sorted(keys.roles, key=lambda role: (order.index(role[1]), role[2]))  # type: ignore[arg-type]  # from ROLES
    if not held:
        return None
    _role, place, place_id = held[0]
    if place == "organisation":
        unit = Organisation.objects.select_related("principal", "county").get(pk=place_id)
        return Workplace(unit.full_name, unit.county, unit)
    if place == "body":
        body = Body.objects.select_related("county").get(pk=place_id)
        return Workplace(body.name, body.county, None)
    county = County.objects.get(pk=place_id)
    return Workplace(county.name, county, None)


def units_to_file_from(user: AbstractBaseUser | AnonymousUser) -> list[Organisation]:
    """Every unit in force from which the person may file, those held directly first. One statement."""
    keys = keys_of(user)
    direct = {place_id for _role, place, place_id in keys.roles if place == "organisation"}
    today = clock.today()
    units = (
        Organisation.objects.filter(
            Q(pk__in=keys.organisations.get(Ability.FILE, frozenset()))
            | Q(principal__in=keys.principals.get(Ability.FILE, frozenset()))
        )
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .select_related("principal", "county")
    )
    return sorted(units, key=lambda unit: (unit.pk not in direct, unit.full_name.casefold()))


def default_unit(user: AbstractBaseUser | AnonymousUser, units: list[Organisation]) -> Organisation | None:
    """The unit the person filed from last, when it is still among `units`; else the first of them."""
    last = (
        Deviation.objects.visible_to(user)
        .filter(filed_by_id=user.pk)
        .order_by("-pk")
        .values_list("reporting_unit_id", flat=True)
        .first()
    )
    return next((unit for unit in units if unit.pk == last), units[0] if units else None)
