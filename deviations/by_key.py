"""The newest page and a capped count for a set of keys, from the party indexes: the SQL behind `deviations.visible`.

Each index is (key, newest first), so the newest `size` of every key are read from its start and merged: never more
than keys × size rows, however many deviations there are. PostgreSQL does it by LATERAL, SQLite by UNION ALL.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.db import connections, models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from deviations.models import Party

Reading = Mapping[str, list[int]]  # party column → keys

MUCH = 5_000  # party rows; below, collecting all of them takes less time than asking row by row
MANY_KEYS = 60  # beyond, it pays to ask first which keys have anything new enough
KEYS_PER_STATEMENT = 400  # SQLite takes at most 500 terms in a compound SELECT


class Moment(Protocol):
    @property
    def filed_at(self) -> datetime: ...
    @property
    def id(self) -> int: ...


def is_walk_shorter(reading: Reading, *, much: bool, filtered: bool) -> bool:
    """Whether to walk what matches a filter and ask the rule of each, not the other way round.

    Whoever reads a whole principal or many units meets a visible one soon; a body's or a unit's reader may not.
    """
    return filtered and much and ("principal_id" in reading or len(reading.get("organisation_id", ())) > MANY_KEYS)


def opens_much(using: str, reading: Reading) -> bool:
    """Whether the keys open at least `MUCH` party rows; reads no more than that many index entries per column."""
    parts: list[str] = []
    params: list[Any] = []
    for column, keys in reading.items():
        sql, args = _compiled(_parties(using).filter(**{f"{column}__in": keys}).values(column)[:MUCH], using)
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) part)")
        params.extend(args)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {' + '.join(parts)}", params)
        [count] = cursor.fetchone()
    return bool(count >= MUCH)


def newest_ids(using: str, reading: Reading, where: Q | None, after: Moment | None, size: int) -> list[int]:
    """Ids of the newest `size` deviations that any key opens, newest first."""
    if not reading:
        return []
    promising = {
        column: _with_new_enough(using, column, keys, where, after, size) if len(keys) > MANY_KEYS else keys
        for column, keys in reading.items()
    }
    found: set[tuple[Any, int]] = set()
    for union, params in _unions(using, promising, where, after, size):
        sql = f"SELECT DISTINCT filed_at, deviation_id FROM ({union}) parts ORDER BY 1 DESC, 2 DESC LIMIT {int(size)}"
        with connections[using].cursor() as cursor:
            cursor.execute(sql, params)
            found.update(cursor.fetchall())
    return [pk for _filed_at, pk in sorted(found, reverse=True)[:size]]


def count_ids(using: str, reading: Reading, where: Q | None, cap: int) -> int:
    """How many deviations the keys open, at most `cap`. Reads more only when several rows were the same deviation's."""
    rows = cap
    while reading:
        parts: list[str] = []
        params: list[Any] = []
        for column, keys in reading.items():
            party_rows = _matching(using, where, None).filter(**{f"{column}__in": keys}).values("deviation_id")[:rows]
            sql, args = _compiled(party_rows, using)
            parts.append(f"SELECT * FROM ({sql}) part")
            params.extend(args)
        union = " UNION ALL ".join(parts)
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*), COUNT(DISTINCT deviation_id) FROM ({union}) parts", params)
            read, distinct = cursor.fetchone()
        if distinct >= cap or read < rows:
            return min(int(distinct), cap)
        rows *= 4
    return 0


def older_than(after: Moment | None, id_field: str) -> Q:
    """What comes after a keyset position. The first condition repeats it as a range for the index."""
    if after is None:
        return Q()
    return Q(filed_at__lte=after.filed_at) & (Q(filed_at__lt=after.filed_at) | Q(**{f"{id_field}__lt": after.id}))


def _with_new_enough(
    using: str, column: str, keys: list[int], where: Q | None, after: Moment | None, size: int
) -> list[int]:
    """The keys whose own newest is new enough to be among the newest `size`, judged by the size-th newest of these."""
    newest = _matching(using, where, after).filter(**{column: OuterRef("pk")}).order_by("-filed_at", "-deviation_id")
    place: type[models.Model] = _party()._meta.get_field(column.removesuffix("_id")).related_model  # type: ignore[assignment]  # never "self"
    heads = [
        (head, key)
        for key, head in place._default_manager.using(using)
        .filter(pk__in=keys)
        .annotate(head=Subquery(newest.values("filed_at")[:1]))
        .values_list("pk", "head")
        if head is not None
    ]
    different = sorted({head for head, _key in heads}, reverse=True)[:size]
    return [key for head, key in heads if head >= different[-1]]


_KEY_PLACE = -987_654_321  # stands for the key while a column's statement is compiled once; no primary key is negative


def _unions(
    using: str, reading: Reading, where: Q | None, after: Moment | None, size: int
) -> Iterator[tuple[str, list[Any]]]:
    """Statements that together give the newest `size` of each key."""
    if connections[using].vendor == "postgresql":
        parts: list[str] = []
        params: list[Any] = []
        for column, keys in reading.items():
            sql, args = _one_key(using, column, RawSQL("k.key", ()), where, after, size)
            parts.append(f"SELECT part.* FROM unnest(%s::bigint[]) AS k(key) CROSS JOIN LATERAL ({sql}) part")
            params.extend((keys, *args))
        yield " UNION ALL ".join(parts), params
        return
    compiled = {column: _one_key(using, column, _KEY_PLACE, where, after, size) for column in reading}
    for some in _batched((column, key) for column, keys in reading.items() for key in keys):
        parts, params = [], []
        for column, key in some:
            sql, args = compiled[column]
            parts.append(f"SELECT * FROM ({sql}) part")
            params.extend(key if arg == _KEY_PLACE else arg for arg in args)
        yield " UNION ALL ".join(parts), params


def _one_key(
    using: str, column: str, key: int | RawSQL, where: Q | None, after: Moment | None, size: int
) -> tuple[str, tuple[Any, ...]]:
    rows = _matching(using, where, after).filter(**{column: key}).order_by("-filed_at", "-deviation_id")
    # DISTINCT because one principal can be both sides.
    return _compiled(rows.values("filed_at", "deviation_id").distinct()[:size], using)


def _matching(using: str, where: Q | None, after: Moment | None) -> "models.QuerySet[Party]":
    rows = _parties(using).filter(older_than(after, "deviation_id"))
    return rows if where is None else rows.filter(_through(where, "deviation__"))


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


def _party() -> "type[Party]":
    return apps.get_model("deviations", "Party")


def _parties(using: str) -> "models.QuerySet[Party]":
    return _party().objects.using(using)


def _compiled(rows: "models.QuerySet[Any, Any]", using: str) -> tuple[str, tuple[Any, ...]]:
    sql, args = rows.query.get_compiler(using=using).as_sql()
    return sql, tuple(args)


def _batched(items: Iterable[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """`itertools.batched`, which Python 3.11 lacks."""
    iterator = iter(items)
    while some := list(islice(iterator, KEYS_PER_STATEMENT)):
        yield some
