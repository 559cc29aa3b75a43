"""What every section of a report is written from: protected numbers, names, and the author's own text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deviations.learning.counts import Cell as Count
from deviations.learning.counts import Protected
from deviations.learning.dataset import Spread
from deviations.learning.period import Period
from deviations.reports.content import Section
from orgs.models import Body
from orgs.profiles.schema import Profile


@dataclass(frozen=True, slots=True)
class Basis:
    """One body's part of the numbers of its tree.

    `scope` is whose numbers the report shows ("all:lsvo", "own:sg_barn_unga"); `before` are those of the same part of
    the year before, None when there are none. `names`: what to call each stable id, by kind of thing: "body",
    "principal", "category", "target_group", "municipality", "agreement", "clause".
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
    before_spreads: Mapping[str, Spread] = field(default_factory=dict)
    text: Mapping[str, Any] = field(default_factory=dict)

    def count(self, table: str, *rest: str) -> Count:
        """A count of the report's own scope: count("category", "SIP.frånvaro")."""
        return self.numbers["|".join((table, self.scope, *rest))]

    def name(self, kind: str, id: str) -> str:
        """The id itself when nobody has named it."""
        return self.names.get(kind, {}).get(id, id)


Writer = Callable[[Basis], Section | None]
"""Writes one section; None when the body has nothing of the kind, and the section then does not stand in the report."""
