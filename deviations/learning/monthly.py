"""Reading the counts by month: two statements, whatever the period and however many deviations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from deviations.learning.period import Period
from deviations.learning.scopes import Steering
from deviations.models import FactMonth
from orgs.models import County, Organisation

if TYPE_CHECKING:
    import pandas as pd

D = FactMonth.Dimension
BY_MONTH = (D.ANSWER, D.CLOSING, D.NEWCOMER)
UNKNOWN = "-"
NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Read:
    """The period's sums by scope and dimension, and those that are read month by month."""

    scopes: tuple[str, ...]
    sums: Mapping[tuple[str, str], Mapping[str, int]]
    months: Mapping[tuple[str, str, str], Mapping[str, int]]
    principals: Mapping[str, str]
    """Every principal's key, by its row id as text: how the counts by month name it."""
    kinds: Mapping[str, str]
    """Every principal's kind, by its key."""

    def of(self, scope: str, dimension: str) -> Mapping[str, int]:
        return self.sums.get((scope, dimension), NOTHING)

    def by_month(self, scope: str, dimension: str, name: str) -> Mapping[str, int]:
        """How many under that key in each month ("2026-03")."""
        return self.months.get((scope, dimension, name), NOTHING)

    def principal(self, id: str) -> str:
        return self.principals.get(id, UNKNOWN)


def read(county: County, tree: Steering, period: Period) -> Read:
    """What the bodies of the tree have counted in the period, summed in the database and spread over scopes here."""
    import pandas as pd  # takes a second: when the first report is made, not when the server starts

    rows = FactMonth.objects.filter(
        county=county, body_id__in=list(tree.keys), month__gte=period.first, month__lte=period.last
    )
    sums = rows.values_list("body_id", "dimension", "key").annotate(Sum("count")).order_by()
    columns = ["body_id", "dimension", "key", "count"]
    frame = pd.DataFrame(list(sums), columns=columns)
    monthly = pd.DataFrame(
        list(rows.filter(dimension__in=BY_MONTH).values_list("body_id", "month", "dimension", "key", "count")),
        columns=["body_id", "month", "dimension", "key", "count"],
    )
    members = pd.DataFrame(list(tree.members()), columns=["scope", "body"])
    members["body_id"] = members.pop("body").map({body: pk for pk, body in tree.keys.items()})
    principals = Organisation.objects.filter(county=county, parent__isnull=True).values_list("pk", "key", "kind")
    months: dict[tuple[str, str, str], dict[str, int]] = {}
    for (scope, dimension, key, month), count in _summed(monthly, members, ["scope", "dimension", "key", "month"]):
        months.setdefault((scope, dimension, key), {})[f"{month:%Y-%m}"] = count
    found: dict[tuple[str, str], dict[str, int]] = {}
    for (scope, dimension, key), count in _summed(frame, members, ["scope", "dimension", "key"]):
        found.setdefault((scope, dimension), {})[key] = count
    scopes = tuple(sorted(set(members["scope"])))
    keys = {str(pk): key for pk, key, _kind in principals}
    return Read(scopes, found, months, keys, {key: kind for _pk, key, kind in principals})


def _summed(frame: "pd.DataFrame", members: "pd.DataFrame", by: list[str]) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Each body's counts in every scope that it is counted in, added up; in the order of the keys."""
    added = frame.merge(members, on="body_id").groupby(by, sort=True)["count"].sum()
    yield from zip(added.index.tolist(), added.tolist(), strict=True)
