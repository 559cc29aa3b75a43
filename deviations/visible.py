"""The only door: which deviations a person may see. Lists, counts, search, export, pages, API and sockets use it.

The rule is one membership test: a party row of the deviation carries a key that the person holds with a reading role,
or the person's own (who filed it, who was invited by name). Rows carry `filed_at`, so the newest page is taken per key
from an index and merged (`deviations.by_key`), and costs about the same for everyone: `make bench` measures it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Self, cast

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from deviations import by_key
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability

if TYPE_CHECKING:
    from deviations.models import Deviation, Party

PAGE_SIZE = 50
COUNT_CAP = 1001


class Cursor(NamedTuple):
    """Where a page ended: keyset, so that new arrivals move nothing."""

    filed_at: datetime
    id: int


class Page(NamedTuple):
    rows: list["Deviation"]
    next: Cursor | None


class Reader(NamedTuple):
    """Who reads, by which keys, and whether that is so much that rows are asked one by one rather than collected."""

    reading: by_key.Reading
    sees_much: bool
    conditions: int  # how many the query carried when the door was passed


def reading_keys(keys: Keys) -> by_key.Reading:
    """Party column → the keys the person reads by. A principal's key covers its units, so those are left out."""
    if keys.user_id is None:
        return {}
    principals = keys.principals.get(Ability.READ, frozenset())
    found = {
        "person_id": [keys.user_id],
        "body_id": sorted(keys.bodies.get(Ability.READ, frozenset())),
        "principal_id": sorted(principals),
        "organisation_id": sorted(keys.organisations.get(Ability.READ, frozenset()) - principals),
    }
    return {column: ids for column, ids in found.items() if ids}


class DeviationQuerySet(models.QuerySet["Deviation"]):
    """Start with `visible_to(user)`. `newest` and `count_capped` are the fast ways to list and to count."""

    _reader: Reader | None = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # QuerySet._clone is not in the stubs
        clone._reader = self._reader
        return cast(Self, clone)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Everything the person may see, drafts of their own included; nothing for nobody.

        Two statements when called (rights, and how much they open), none for nobody.
        """
        from deviations.workflow import State

        keys = keys_of(user)
        reading = reading_keys(keys)
        if keys.user_id is None:
            found, much = self.none(), False
        else:
            much = by_key.opens_much(self.db, reading)
            found = self.filter(_rule(reading, much, keys.user_id)).exclude(state=State.DISCARDED)
        found._reader = Reader(reading, much, len(found.query.where.children))
        return found

    def submitted(self) -> Self:
        return self.filter(filed_at__isnull=False)

    @property
    def sees_much(self) -> bool:
        """Whether whoever passed the door sees so much that rows are asked one by one, never collected first."""
        return self._reader is not None and self._reader.sees_much

    def holding(self, field: str = "deviation") -> Q:
        """As a condition of other rows: that the deviation in `field` is one of these.

        For rows that are walked in an order of their own, a few at a time: whoever sees much is asked of each.
        """
        if self.sees_much:
            return Q(Exists(self.filter(pk=OuterRef(f"{field}_id"))))
        return Q(**{f"{field}__in": self})

    def newest(self, *, where: Q | None = None, after: Cursor | None = None, size: int = PAGE_SIZE) -> Page:
        """The newest submitted ones matching `where` (on deviation fields), by keyset, never sorting more than a page.

        Straight after `visible_to`: conditions belong in `where`. Two statements, three for more than a few units.
        """
        reader = self._straight_from_the_door()
        if by_key.is_walk_shorter(reader.reading, much=reader.sees_much, filtered=where is not None):
            walk = self._walk(reader, where, after).order_by("-filed_at", "-id")
            ids = list(walk.values_list("pk", flat=True)[: size + 1])
        else:
            ids = by_key.newest_ids(self.db, reader.reading, where, after, size + 1)
        by_id = {
            d.pk: d
            for d in self.model._default_manager.filter(pk__in=ids).select_related(
                "reporting_unit",
                "reporting_principal",
                "receiving_unit",
                "receiving_principal",
                "accountable_body",
                "merged_into",
            )
        }
        rows = [by_id[pk] for pk in ids if pk in by_id]
        more = len(rows) > size
        rows = rows[:size]
        last = rows[-1] if more else None
        return Page(rows, Cursor(last.filed_at, last.pk) if last and last.filed_at else None)

    def count_capped(self, *, where: Q | None = None, cap: int = COUNT_CAP) -> int:
        """How many submitted ones, at most `cap`: a list says "1000+" rather than make everyone wait."""
        reader = self._straight_from_the_door()
        if by_key.is_walk_shorter(reader.reading, much=reader.sees_much, filtered=where is not None):
            return self._walk(reader, where, None)[:cap].count()
        return by_key.count_ids(self.db, reader.reading, where, cap)

    def _straight_from_the_door(self) -> Reader:
        if self._reader is None:
            raise RuntimeError("visible_to(user) comes first")
        if self.query.is_sliced or len(self.query.where.children) != self._reader.conditions:
            raise RuntimeError("conditions belong in where=, or they would be forgotten")
        return self._reader

    def _walk(self, reader: Reader, where: Q | None, after: Cursor | None) -> Self:
        found = self.model._default_manager.using(self.db).filter(
            _is_party(reader.reading), by_key.older_than(after, "id"), where or Q(), filed_at__isnull=False
        )
        return found  # type: ignore[return-value]  # the default manager's queryset is this one


def _rule(reading: by_key.Reading, much: bool, user_id: int) -> Q:
    """The rule as a condition. Who sees little: collect the ids and look them up. Who sees much: ask per row."""
    from deviations.workflow import State

    own_draft = Q(filed_by_id=user_id, state=State.DRAFT)
    if much:
        return _is_party(reading) | own_draft
    deviation: type[Deviation] = apps.get_model("deviations", "Deviation")
    party: type[Party] = apps.get_model("deviations", "Party")
    per_column = [party.objects.filter(**{f"{c}__in": ids}).values("deviation_id") for c, ids in reading.items()]
    drafts = deviation._default_manager.filter(own_draft).values("pk")
    # Not OR over columns: the engines answer that by reading the whole table.
    return Q(pk__in=per_column[0].union(*per_column[1:], drafts, all=True))


def _is_party(reading: by_key.Reading) -> Q:
    party: type[Party] = apps.get_model("deviations", "Party")
    any_key = Q()
    for column, ids in reading.items():
        any_key |= Q(**{f"{column}__in": ids})
    return Q(Exists(party.objects.filter(any_key, deviation_id=OuterRef("pk"))))
