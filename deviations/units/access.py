"""Which units a person may see the year of: those where a role lets them read, and what lies below."""

from django.db.models import Q

from deviations import clock
from orgs.models import Organisation, User
from orgs.permissions import keys_of
from orgs.roles import Ability


def readable_unit(user: User, pk: int) -> Organisation | None:
    """The unit with its principal and county, or None when it is not the person's to read."""
    unit = Organisation.objects.select_related("principal", "county", "parent").filter(pk=pk).first()
    if unit is None or not keys_of(user).on_organisation(Ability.READ, unit.pk, unit.principal_id):
        return None
    return unit


def own_units(user: User) -> list[Organisation]:
    """The units on which the person holds a reading role directly, by name; not all that lie below."""
    keys = keys_of(user)
    held = {pk for _role, place, pk in keys.roles if place == "organisation"}
    readable = held & (
        keys.organisations.get(Ability.READ, frozenset()) | keys.principals.get(Ability.READ, frozenset())
    )
    today = clock.today()
    units = Organisation.objects.select_related("principal").filter(pk__in=readable)
    in_force = units.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    return sorted(in_force, key=lambda unit: unit.full_name.casefold())
