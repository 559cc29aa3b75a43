"""Whose reports a person may read. READ_REPORTS is a right to aggregates only: it opens no deviation.

Held on a body it opens that body's report and those of the bodies under it; held on a principal (by its political
board) it opens the reports of the county's steering bodies.
"""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from orgs.models import Body, Organisation
from orgs.permissions import keys_of
from orgs.roles import Ability


def readable_bodies(user: AbstractBaseUser | AnonymousUser) -> list[Body]:
    """Steering bodies before those they steer. Two statements at most besides the person's keys."""
    keys = keys_of(user)
    held = keys.bodies.get(Ability.READ_REPORTS, frozenset())
    boards = keys.principals.get(Ability.READ_REPORTS, frozenset())
    if not held and not boards:
        return []
    concerned = Q(county__bodies__in=held) | Q(county__organisations__in=boards)
    bodies = list(
        Body.objects.filter(concerned).select_related("county").order_by("county", "level", "name").distinct()
    )
    counties = _counties_of(boards) if boards else set()
    above = {body.pk: body.steering_body_id for body in bodies}
    steering = {body.steering_body_id for body in bodies}
    return [
        body
        for body in bodies
        if held & set(_upwards(body.pk, above)) or (body.county_id in counties and body.pk in steering)
    ]


def _counties_of(principals: Iterable[int]) -> set[int]:
    return set(Organisation.objects.filter(pk__in=list(principals)).values_list("county_id", flat=True))


def _upwards(body: int, above: dict[int, int | None]) -> Iterable[int]:
    """The body and those above it."""
    at: int | None = body
    while at is not None:
        yield at
        at = above.get(at)
