"""How far a number leads: to the deviations behind it, for those who may read each of them, and no further.

A body's own people see these numbers as they are, since they may open every deviation that is counted. Counted at
`visible_to`, by the very conditions of the desk's address bar, so that a number is always as many rows as it leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deviations.learning.period import Period
from deviations.models import Deviation, Party
from frontend import desk_filters
from frontend.desk_queue import VIEWS
from orgs.models import Body, Organisation, User
from orgs.permissions import keys_of
from orgs.profiles.schema import Profile
from orgs.roles import Ability

VIEW = VIEWS["alla"]
Counted = Mapping[str, int]


@dataclass(frozen=True)
class Kind:
    """What the deviations are told apart by: the desk's filter, its column, and which values a filter's value takes."""

    filter: str
    column: str
    title: str
    takes: Callable[[str, str], bool] = str.__eq__


@dataclass(frozen=True)
class Number:
    value: int
    url: str


@dataclass(frozen=True)
class Drilled:
    """A row for each value that anything was filed under, whether it is part of the one above it, and its numbers: one
    for each body that the person reads."""

    id: str
    title: str
    rows: list[tuple[str, bool, list[Number]]]


@dataclass(frozen=True)
class Behind:
    """What the person may open. `bodies`: those whose deviations they read, among those asked for."""

    bodies: list[Body]
    totals: list[tuple[Body, Number]]
    tables: list[Drilled]


def behind(bodies: Sequence[Body], period: Period, user: User, profile: Profile) -> Behind | None:
    """None when the person reads in none of the bodies. Five statements for each in which they do."""
    readable = keys_of(user).bodies.get(Ability.READ, frozenset())
    read = [body for body in bodies if body.pk in readable]
    if not read:
        return None
    totals = [(body, _number(body, period, _behind(body, period, user).count(), {})) for body in read]
    tables = [_table(kind, read, period, user, profile) for kind in _kinds()]
    return Behind(read, totals, [table for table in tables if table.rows])


def _table(kind: Kind, bodies: Sequence[Body], period: Period, user: User, profile: Profile) -> Drilled:
    """Rows that count nothing anywhere are left out."""
    counted = [(body, _counted(body, period, user, kind.column)) for body in bodies]
    rows = []
    for value, name in _values(kind, profile, bodies):
        numbers = [_number(body, period, _sum(kind, value, of), {kind.filter: value}) for body, of in counted]
        if any(number.value for number in numbers):
            rows.append((name, "/" in value, numbers))
    return Drilled(kind.filter, kind.title, rows)


def _kinds() -> list[Kind]:
    return [
        Kind("slag", "category", _("Vad det gällde"), lambda code, wanted: (code + "/").startswith(wanted + "/")),
        Kind("mottagare", "receiving_principal", _("Vem det gällde")),
        Kind("kommun", "municipality_code", _("Kommun")),
        Kind("malgrupp", "target_group", _("Målgrupp")),
    ]


def _values(kind: Kind, profile: Profile, bodies: Sequence[Body]) -> list[tuple[str, str]]:
    principals: list[Organisation] = []
    if kind.filter == "mottagare":
        county = bodies[0].county_id
        principals = list(Organisation.objects.filter(county=county, parent__isnull=True).order_by("name"))
    return desk_filters.choices(profile, principals, [])[kind.filter]


def _behind(body: Body, period: Period, user: User) -> Any:
    """Exactly what the desk lists for the same address."""
    filters = desk_filters.condition(_days(period), user)
    own = Party.objects.filter(body=body, role__in=VIEW.roles).values("deviation")
    return Deviation.objects.visible_to(user).submitted().filter(Q(pk__in=own) & VIEW.where & filters)


def _counted(body: Body, period: Period, user: User, column: str) -> Counted:
    rows = _behind(body, period, user).order_by().values(column).annotate(n=Count("pk"))
    return {str(row[column] or ""): row["n"] for row in rows}


def _sum(kind: Kind, wanted: str, counted: Counted) -> int:
    return sum(n for value, n in counted.items() if kind.takes(value, wanted))


def _number(body: Body, period: Period, value: int, given: Mapping[str, str]) -> Number:
    if not value:
        return Number(0, "")
    query = {"organ": body.key, "vy": VIEW.key, **given, **_days(period)}
    return Number(value, f"{reverse('desk')}?{urlencode(query)}")


def _days(period: Period) -> dict[str, str]:
    last = period.after - timedelta(days=1)
    return {"fran": period.first.isoformat(), "till": last.isoformat()}
