"""Reading the counts of a tree of bodies: two statements, whatever the period and however many deviations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Min, Sum

from deviations.learning.days import coarse
from deviations.learning.period import Period
from deviations.learning.tables import Tree
from deviations.models import FactMonth
from orgs.models import Body, County

if TYPE_CHECKING:
    import pandas as pd

D = FactMonth.Dimension
BROKEN_DOWN = (D.DIRECTION, D.CATEGORY, D.TARGET_GROUP)
COUNTS = ("filed", "withdrawn", "merged", "times", "answered", "answered_in_time", "closed", "fed_back")
Own = dict[int, dict[str, int]]
COUNTED_AS = {
    "filed": {(D.FILED, "")},
    "withdrawn": {(D.EXCLUDED, "withdrawn")},
    "merged": {(D.EXCLUDED, "merged")},
    "times": {(D.TIMES, "")},
    "answered": {(D.ANSWER, "in_time"), (D.ANSWER, "late")},
    "answered_in_time": {(D.ANSWER, "in_time")},
    "closed": {(D.CLOSING, "closed")},
    "fed_back": {(D.MODE, "D")},
    "open": {(D.CLOSING, "open")},
}


@dataclass(frozen=True)
class Facts:
    """`months`: one row per body and month. `keys`: the period's sums per body, dimension and key."""

    months: "pd.DataFrame"
    keys: "pd.DataFrame"

    def by_key(self, dimension: str) -> Own:
        """How many of each body's were filed under each key."""
        chosen = self.keys[self.keys["dimension"] == dimension]
        own: Own = {}
        for body, key, filed in zip(chosen["body_id"], chosen["key"], chosen["count"], strict=True):
            own.setdefault(int(body), {})[str(key)] = int(filed)
        return own

    def in_period(self, period: Period) -> "pd.DataFrame":
        months = self.months["month"]
        return self.months[(months >= period.first) & (months <= period.last)]

    def totals(self, period: Period) -> Mapping[int, Mapping[str, int]]:
        """Each body's sums of `COUNTS` in the period."""
        sums = self.in_period(period).groupby("body_id")[list(COUNTS)].sum()
        return {int(row[0]): dict(zip(COUNTS, map(int, row[1:]), strict=True)) for row in sums.itertuples()}

    def histogram(self, bodies: list[int], dimension: str) -> list[int]:
        """The period's days, in coarse steps, for those bodies together."""
        own, found = self.by_key(dimension), dict[int, int]()
        for body in bodies:
            for step, count in own.get(body, {}).items():
                found[int(step)] = found.get(int(step), 0) + count
        return coarse(found)


def read(tree: Tree, county: County, period: Period, months: Period) -> Facts:
    """Sums per key for `period`, and every month of `months`, which may reach further."""
    import pandas as pd  # takes a second: when the first report is made, not when the server starts

    of_tree = FactMonth.objects.filter(county=county, body_id__in=list(tree.parents))
    dimensions = {dimension for pairs in COUNTED_AS.values() for dimension, _key in pairs}
    by_month = of_tree.filter(dimension__in=dimensions, month__gte=months.first, month__lte=months.last)
    by_key = of_tree.filter(
        dimension__in=(*BROKEN_DOWN, D.ANSWER_DAYS, D.CLOSING_DAYS), month__gte=period.first, month__lte=period.last
    )
    rows: dict[tuple[int, date], dict[str, int]] = {}
    for body, month, dimension, key, count in by_month.values_list("body_id", "month", "dimension", "key", "count"):
        row = rows.setdefault((body, month), dict.fromkeys(COUNTED_AS, 0))
        for name, pairs in COUNTED_AS.items():
            row[name] += count if (dimension, key) in pairs else 0
    sums = by_key.values_list("body_id", "dimension", "key").annotate(Sum("count")).order_by()
    return Facts(
        months=pd.DataFrame(
            [(*where, *row.values()) for where, row in rows.items()], columns=["body_id", "month", *COUNTED_AS]
        ),
        keys=pd.DataFrame(list(sums), columns=["body_id", "dimension", "key", "count"]),
    )


def first_month(county: County) -> date | None:
    """The first month that has counts."""
    found: date | None = FactMonth.objects.filter(county=county).aggregate(first=Min("month"))["first"]
    return found


def tree_of(body: Body, bodies: Mapping[int, Body]) -> Tree:
    """The whole tree that the body stands in, from its highest steering body down. `bodies`: the county's."""
    root = body
    while root.steering_body_id is not None:
        root = bodies[root.steering_body_id]
    parents: dict[int, int | None] = {root.pk: None}
    level = [root.pk]
    while level:
        level = [pk for pk, other in bodies.items() if other.steering_body_id in level]
        parents |= {pk: bodies[pk].steering_body_id for pk in level}
    return Tree(parents)
