"""Rights: the only place that talks to django-guardian's tables.

`grant` and `end` write; `keys_of` reads everything a person holds with one SQL statement. Everything else in the house
asks a `Keys` value, so that a right is decided in one way for lists, counts, pages, API and sockets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.backends import ObjectPermissionBackend

from orgs.models import Body, BodyMembership, County, CountyMembership, Organisation, OrganisationMembership, User
from orgs.models.memberships import Membership
from orgs.roles import ROLES, Ability

type_of_place: Mapping[str, tuple[type[models.Model], type[Membership]]] = {
    "organisation": (Organisation, OrganisationMembership),
    "body": (Body, BodyMembership),
    "county": (County, CountyMembership),
}

Place = Organisation | Body | County


class Denied:
    """A refusal that carries its reason in Swedish and is falsy, so that `if may(...)` reads as it should."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"Denied({self.reason!r})"


class NotAllowed(Exception):
    """A write was refused; `reason` is the Swedish sentence for the person who tried."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Keys:
    """What a person holds, as sets of primary keys per ability.

    `organisations` holds every organisation reached (the subtree is already expanded), `principals` the roots on which
    the role is held directly: one key then reads the whole principal. `roles` is for pages that greet a person by role.
    """

    user_id: int | None
    organisations: Mapping[Ability, frozenset[int]] = field(default_factory=dict)
    principals: Mapping[Ability, frozenset[int]] = field(default_factory=dict)
    bodies: Mapping[Ability, frozenset[int]] = field(default_factory=dict)
    counties: Mapping[Ability, frozenset[int]] = field(default_factory=dict)
    roles: tuple[tuple[str, str, int], ...] = ()  # (role, place, id)

    def on_organisation(self, ability: Ability, organisation_id: int | None, principal_id: int | None) -> bool:
        """Whether the ability is held on the organisation, through itself, an ancestor or its principal."""
        return organisation_id in self.organisations.get(ability, frozenset()) or (
            principal_id is not None and principal_id in self.principals.get(ability, frozenset())
        )

    def on_body(self, ability: Ability, body_id: int | None) -> bool:
        return body_id in self.bodies.get(ability, frozenset())

    def on_county(self, ability: Ability, county_id: int | None) -> bool:
        return county_id in self.counties.get(ability, frozenset())


NOBODY = Keys(user_id=None)

# One statement: memberships in force today. A role on a root yields the root's id as a principal key; a role further
# down yields every organisation below it. `path` holds ids only, so the range is exact.
_KEYS_SQL = """
SELECT 'organisation', p.codename, o.id, o.parent_id, d.id
  FROM orgs_organisationmembership m
  JOIN auth_permission p ON p.id = m.permission_id
  JOIN orgs_organisation o ON o.id = m.content_object_id
  LEFT JOIN orgs_organisation d
    ON o.parent_id IS NOT NULL AND d.principal_id = o.principal_id AND d.path LIKE o.path || '%%'
 WHERE m.user_id = %s AND m.ended_at IS NULL AND m.valid_from <= %s AND (m.valid_until IS NULL OR m.valid_until >= %s)
UNION ALL
SELECT 'body', p.codename, m.content_object_id, NULL, NULL
  FROM orgs_bodymembership m JOIN auth_permission p ON p.id = m.permission_id
 WHERE m.user_id = %s AND m.ended_at IS NULL AND m.valid_from <= %s AND (m.valid_until IS NULL OR m.valid_until >= %s)
UNION ALL
SELECT 'county', p.codename, m.content_object_id, NULL, NULL
  FROM orgs_countymembership m JOIN auth_permission p ON p.id = m.permission_id
 WHERE m.user_id = %s AND m.ended_at IS NULL AND m.valid_from <= %s AND (m.valid_until IS NULL OR m.valid_until >= %s)
"""

_once: ContextVar[dict[int, Keys] | None] = ContextVar("keys_once", default=None)


@contextmanager
def rights_read_once() -> Iterator[None]:
    """Within the block each person's keys are read once: for one request, never longer (a right may end meanwhile)."""
    token = _once.set({})
    try:
        yield
    finally:
        _once.reset(token)


def keys_of(user: AbstractBaseUser | AnonymousUser | None) -> Keys:
    """Everything the person holds today, with one SQL statement. Nobody, and an inactive account, hold nothing."""
    if user is None or not user.is_authenticated or not user.is_active or user.pk is None:
        return NOBODY
    cache = _once.get()
    if cache is not None and user.pk in cache:
        return cache[user.pk]
    keys = _read_keys(user.pk, timezone.localdate())
    if cache is not None:
        cache[user.pk] = keys
    return keys


def _read_keys(user_id: int, today: date) -> Keys:
    with connection.cursor() as cursor:
        cursor.execute(_KEYS_SQL, [user_id, today, today] * 3)
        rows = cursor.fetchall()
    found: dict[str, defaultdict[Ability, set[int]]] = {
        name: defaultdict(set) for name in ("organisations", "principals", "bodies", "counties")
    }
    roles: dict[tuple[str, str, int], None] = {}
    for place, code, place_id, parent_id, below_id in rows:
        role = ROLES[code]
        roles[(code, place, place_id)] = None
        for ability in role.abilities:
            if place == "body":
                found["bodies"][ability].add(place_id)
            elif place == "county":
                found["counties"][ability].add(place_id)
            elif parent_id is None:
                found["principals"][ability].add(place_id)
                found["organisations"][ability].add(place_id)
            else:
                found["organisations"][ability].add(below_id)
    frozen = {name: {a: frozenset(ids) for a, ids in by.items()} for name, by in found.items()}
    return Keys(user_id=user_id, roles=tuple(roles), **frozen)


def place_kind(place: Place) -> str:
    return place._meta.model_name or ""


def may_manage_members(user: AbstractBaseUser | AnonymousUser, place: Place) -> bool | Denied:
    """County administrators manage everyone in their county; unit managers their subtree; coordinators their body."""
    keys = keys_of(user)
    county_id = place.pk if isinstance(place, County) else place.county_id
    held = keys.on_county(Ability.MANAGE_MEMBERS, county_id)
    if isinstance(place, Organisation):
        held = held or keys.on_organisation(Ability.MANAGE_MEMBERS, place.pk, place.principal_id)
    elif isinstance(place, Body):
        held = held or keys.on_body(Ability.MANAGE_MEMBERS, place.pk)
    return held or Denied(_("Bara den som ansvarar för behörigheter här kan ändra dem."))


@transaction.atomic
def grant(
    user: User,
    role: str,
    place: Place,
    *,
    by: User | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    """Give a person a role on a place: one row, at once in force (open sockets learn of it after commit).

    `by=None` is the system itself (demo, import). Raises `NotAllowed`; giving a role already held, or to be held, moves
    its end date and never makes it begin later. One that has run out stays as the record, beside the new one.
    """
    kind = place_kind(place)
    if ROLES[role].on != kind:
        raise ValueError(f"{role} is not held on {kind}")
    if by is not None and not (allowed := may_manage_members(by, place)):
        raise NotAllowed(allowed.reason if isinstance(allowed, Denied) else "")
    if by is not None and by.pk == user.pk:  # whoever manages rights reads nothing by that alone: two people it takes
        raise NotAllowed(_("Ingen ger sig själv en roll. Be någon annan som ansvarar för behörigheter här."))
    table = type_of_place[kind][1]
    permission = Permission.objects.get(codename=role, content_type__app_label="orgs", content_type__model=kind)
    today = timezone.localdate()
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # given twice at once: one after the other
    held: dict[str, Any] = {"user": user, "permission": permission, "content_object": place}
    membership = table._default_manager.filter(**held, ended_at__isnull=True).first()
    if membership is not None and (membership.valid_until or today) < today:
        membership.ended_at, membership.ended_by = timezone.now(), by
        membership.save(in_action=True)
        membership = None
    if membership is None:
        membership = table(**held, valid_from=valid_from or today, granted_by=by)
    membership.valid_from = min(membership.valid_from, valid_from or today)
    membership.valid_until = valid_until
    membership.save(in_action=True)
    _rights_changed(user)
    return membership


@transaction.atomic
def end(membership: Membership, *, by: User | None) -> None:
    """Take a role away, at once, also on open sockets. The row stays as the record. Raises `NotAllowed`."""
    place: Place = membership.place
    if by is not None and not (allowed := may_manage_members(by, place)):
        raise NotAllowed(allowed.reason if isinstance(allowed, Denied) else "")
    membership.ended_at = timezone.now()
    membership.ended_by = by
    membership.save(in_action=True)
    _rights_changed(membership.user)


def _rights_changed(user: User) -> None:
    """Forget what this request read, and tell the person's open sockets to ask again once the change is committed."""
    if (cache := _once.get()) is not None:
        cache.pop(user.pk, None)
    transaction.on_commit(lambda: announce_rights_changed(user.pk), robust=True)


def announce_rights_changed(user_id: int) -> None:
    from orgs.live import send_to_person  # channel layers are not needed to read rights

    send_to_person(user_id, {"type": "rights.changed"})


def holders(
    ability: Ability, *, bodies: Iterable[int] = (), paths: Iterable[str] = (), counties: Iterable[int] = ()
) -> set[int]:
    """Ids of the people who hold the ability today on any of the bodies, organisations or counties: one statement.

    Organisations are given by `Organisation.path`, which names their ancestors too: a role there reaches down.
    """
    reached = {int(part) for path in paths for part in path.split("/") if part}
    asked = (
        (BodyMembership, "body", set(bodies)),
        (OrganisationMembership, "organisation", reached),
        (CountyMembership, "county", set(counties)),
    )
    found = [_holding(table, ability, kind, ids) for table, kind, ids in asked if ids]
    return set(found[0].union(*found[1:])) if found else set()


def _holding(table: type[Membership], ability: Ability, kind: str, ids: set[int]) -> "models.QuerySet[Any, int]":
    today = timezone.localdate()
    codes = [code for code, role in ROLES.items() if role.on == kind and ability in role.abilities]
    return table._default_manager.filter(
        models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=today),
        ended_at__isnull=True,
        valid_from__lte=today,
        content_object__in=ids,
        permission__codename__in=codes,
        user__is_active=True,
    ).values_list("user_id", flat=True)


def person_of_county(email: str, county_id: int) -> User | None:
    """The active account with that address if the person holds a role in the county today.

    None alike for an account elsewhere and for none at all, so that asking tells nothing about other counties.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return None
    today = timezone.localdate()
    in_force = models.Q(ended_at__isnull=True, valid_from__lte=today, user=user) & (
        models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=today)
    )
    held = (
        OrganisationMembership.objects.filter(in_force, content_object__county=county_id).exists()
        or BodyMembership.objects.filter(in_force, content_object__county=county_id).exists()
        or CountyMembership.objects.filter(in_force, content_object=county_id).exists()
    )
    return user if held else None


class MembershipBackend(ObjectPermissionBackend):
    """guardian's object check, answered from memberships in force: Django's `has_perm` can never say more than `Keys`.

    Without an object it says no: no role is held on everything. Django itself answers
    yes for a superuser before it asks here, so ask `keys_of` and `may`, never `has_perm`.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if obj is None or not isinstance(obj, Organisation | Body | County):
            return False
        code = perm.split(".")[-1]
        kind = place_kind(obj)
        reached = {obj.pk}
        if isinstance(obj, Organisation):
            reached |= {int(part) for part in obj.path.split("/") if part}
        return any(c == code and p == kind and i in reached for c, p, i in keys_of(user_obj).roles)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return {f"orgs.{code}" for code in ROLES if self.has_perm(user_obj, code, obj)}
