"""What every section of a report is written from: protected numbers, names, and the author's own text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from deviations.learning.counts import Cell as Count
from deviations.learning.counts import Protected
from deviations.learning.dataset import Spread
from deviations.learning.period import Period
from deviations.learning.shares import Rounding
from deviations.reports.content import Section
from orgs.models import Body
from orgs.profiles.schema import Profile

UNKNOWN = "-"
"""The row of what nobody has said."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One body's part of the numbers of its tree.

    `scope` is whose numbers the report shows ("all:lsvo", "own:sg_barn_unga"); `before` are those of the same part of
    the year before, None when there are none; `earlier` those of the whole of that year, for series. `names`: what to
    call each stable id, by kind of thing: "body", "principal", "category", "target_group", "municipality", "agreement",
    "clause", "kind", "care_level", "problem", "decline_reason".
    """

    body: Body
    scope: str
    period: Period
    numbers: Protected
    spreads: Mapping[str, Spread]
    names: Mapping[str, Mapping[str, str]]
    profile: Profile
    cut_off: datetime
    before: Protected | None = None
    earlier: Protected | None = None
    text: Mapping[str, Any] = field(default_factory=dict)

    @property
    def period_end(self) -> date:
        """The last day that is reported on."""
        return self.period.after - timedelta(days=1)

    @property
    def rounding(self) -> Rounding:
        """How the shares of a column are rounded, as the county has chosen."""
        return Rounding(self.profile.rounding)

    def count(self, table: str, *rest: str) -> Count:
        """A count of the report's own scope: count("category", "SIP.frånvaro")."""
        return self.numbers["|".join((table, self.scope, *rest))]

    def rows(self, table: str) -> dict[str, Count]:
        """The counts of a table of one dimension, in the report's own scope, by row. Totals are left out."""
        start = f"{table}|{self.scope}|"
        found = {wanted.removeprefix(start): wanted for wanted in self.numbers.keys_in(table, self.scope)}
        return {row: self.numbers[wanted] for row, wanted in found.items() if "|" not in row and row != "Σ"}

    def tells(self, table: str) -> bool:
        """Whether more than the totals of that table may be told."""
        return not self.numbers.is_withheld(table, self.scope)

    def last_year(self, table: str, *rest: str) -> Count:
        """The same count of the year before; hidden when there was none."""
        return Count(None) if self.before is None else self.before["|".join((table, self.scope, *rest))]

    def name(self, kind: str, id: str) -> str:
        """The id itself when nobody has named it."""
        return self.names.get(kind, {}).get(id, id)


Writer = Callable[[Basis], Section | None]
"""Writes one section; None when the body has nothing of the kind, and the section then does not stand in the report."""
