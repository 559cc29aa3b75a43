"""The only door: which deviations a person may see. Lists, counts, search, export, reports, pages, API and sockets use it.

The rule is one membership test: a party row of the deviation carries a key that the person holds with a reading role, or
the person's own (who filed it, who was invited by name). Rows carry `filed_at`, so the newest page is taken per key from
an index and merged, and costs the same for everyone (measured at 1,000,000 rows; see README).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connections, models
from django.db.models import Q

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


def reading_keys(keys: Keys) -> list[tuple[str, int]]:
    """(party column, key) pairs the person reads by. A principal key covers its units, so those are left out."""
    if keys.user_id is None:
        return []
    principals = keys.principals.get(Ability.READ, frozenset())
    return [
        ("person_id", keys.user_id),
        *(("body_id", key) for key in sorted(keys.bodies.get(Ability.READ, frozenset()))),
        *(("principal_id", key) for key in sorted(principals)),
        *(("organisation_id", key) for key in sorted(keys.organisations.get(Ability.READ, frozenset()) - principals)),
    ]


class DeviationQuerySet(models.QuerySet["Deviation"]):
    """Start with `visible_to(user)`. `newest` and `count_capped` are the fast ways to list and to count."""

    _reading: list[tuple[str, int]] | None = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # QuerySet._clone is not in the stubs
        clone._reading = self._reading
        return cast(Self, clone)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Everything the person may see, drafts of their own included; nothing for nobody."""
        from deviations.workflow import State

        reading = reading_keys(keys_of(user))
        if not reading:
            found = self.none()
        else:
            party: type[Party] = apps.get_model("deviations", "Party")
            through_party = Q(pk__in=party.objects.filter(_any_of(reading)).values("deviation_id"))
            own_draft = Q(filed_by_id=user.pk, state=State.DRAFT)
            found = self.filter(through_party | own_draft).exclude(state=State.DISCARDED)
        found._reading = reading
        return found

    def submitted(self) -> Self:
        return self.filter(filed_at__isnull=False)

    def newest(self, *, where: Q | None = None, after: Cursor | None = None, size: int = PAGE_SIZE) -> Page:
        """The newest submitted ones matching `where` (on deviation fields), by keyset, without counting or sorting more.

        Only after `visible_to`. Takes `size + 1` per key from its index and merges: two statements in all.
        """
        if self._reading is None:
            raise RuntimeError("visible_to(user) comes first")
        ids = _newest_ids(self.db, self._reading, where, after, size + 1)
        by_id = {
            d.pk: d
            for d in self.model._default_manager.filter(pk__in=ids).select_related(
                "reporting_unit", "reporting_principal", "receiving_unit", "receiving_principal", "accountable_body"
            )
        }
        rows = [by_id[pk] for pk in ids if pk in by_id]
        more = len(rows) > size
        rows = rows[:size]
        last = rows[-1] if more else None
        return Page(rows, Cursor(last.filed_at, last.pk) if last and last.filed_at else None)

    def count_capped(self, *, where: Q | None = None, cap: int = COUNT_CAP) -> int:
        """How many submitted ones, at most `cap`: a list says "1000+" rather than make everyone wait."""
        if self._reading is None:
            raise RuntimeError("visible_to(user) comes first")
        return _count_ids(self.db, self._reading, where, cap)


def batched(items: Iterable[tuple[str, int]], size: int) -> Iterator[list[tuple[str, int]]]:
    """`itertools.batched`, which Python 3.11 lacks."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def _any_of(reading: list[tuple[str, int]]) -> Q:
    columns: dict[str, list[int]] = {}
    for column, key in reading:
        columns.setdefault(column, []).append(key)
    condition = Q()
    for column, ids in columns.items():
        condition |= Q(**{f"{column}__in": ids})
    return condition


_KEY_PLACE = -987_654_321  # stands for the key while a column's statement is compiled once; no primary key is negative
_KEYS_PER_STATEMENT = 400  # SQLite takes at most 500 terms in a compound SELECT


def _statements(
    reading: list[tuple[str, int]], where: Q | None, after: Cursor | None, size: int, using: str
) -> Iterator[tuple[str, list[Any]]]:
    """One limited, index-ordered SELECT per key, joined with UNION ALL. DISTINCT because a region can be both sides."""
    compiled = {column: _one_key(column, where, after, size, using) for column in {column for column, _key in reading}}
    for some in batched(reading, _KEYS_PER_STATEMENT):
        parts: list[str] = []
        params: list[Any] = []
        for column, key in some:
            sql, args = compiled[column]
            parts.append(f"SELECT * FROM ({sql}) part")
            params.extend(key if arg == _KEY_PLACE else arg for arg in args)
        yield " UNION ALL ".join(parts), params


def _one_key(column: str, where: Q | None, after: Cursor | None, size: int, using: str) -> tuple[str, tuple[Any, ...]]:
    party: type[Party] = apps.get_model("deviations", "Party")
    rows = party.objects.using(using).filter(**{column: _KEY_PLACE})
    if after is not None:
        rows = rows.filter(Q(filed_at__lt=after.filed_at) | Q(filed_at=after.filed_at, deviation_id__lt=after.id))
    if where is not None:
        rows = rows.filter(_through(where, "deviation__"))
    limited = rows.order_by("-filed_at", "-deviation_id").values("filed_at", "deviation_id").distinct()[:size]
    sql, args = limited.query.get_compiler(using=using).as_sql()
    return sql, tuple(args)


def _through(where: Q, prefix: str) -> Q:
    """The same condition, asked from a party row."""
    moved = Q(_connector=where.connector, _negated=where.negated)
    for child in where.children:
        if isinstance(child, Q):
            moved.children.append(_through(child, prefix))
        elif isinstance(child, tuple):
            moved.children.append((prefix + child[0], child[1]))
        else:
            raise TypeError("only plain field conditions can be asked per key")
    return moved


def _newest_ids(
    using: str, reading: list[tuple[str, int]], where: Q | None, after: Cursor | None, size: int
) -> list[int]:
    found: set[tuple[datetime, int]] = set()
    for union, params in _statements(reading, where, after, size, using):
        sql = f"SELECT DISTINCT filed_at, deviation_id FROM ({union}) parts ORDER BY 1 DESC, 2 DESC LIMIT {int(size)}"  # noqa: S608  # the ORM's own parametrised SQL
        with connections[using].cursor() as cursor:
            cursor.execute(sql, params)
            found.update(cursor.fetchall())
    return [pk for _filed_at, pk in sorted(found, reverse=True)[:size]]


def _count_ids(using: str, reading: list[tuple[str, int]], where: Q | None, cap: int) -> int:
    found: set[int] = set()
    for union, params in _statements(reading, where, None, cap, using):
        sql = f"SELECT DISTINCT deviation_id FROM ({union}) parts LIMIT {int(cap)}"  # noqa: S608  # as above
        with connections[using].cursor() as cursor:
            cursor.execute(sql, params)
            found.update(pk for (pk,) in cursor.fetchall())
    return min(len(found), cap)
