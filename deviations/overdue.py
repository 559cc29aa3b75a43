"""Statements whose last day has passed: who owes them, and since when. For units, their principals and groups.

Every list starts at what the person may see; which part of that is theirs to worry about follows from their roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet

from deviations import clock
from deviations.models import Deviation, Statement
from deviations.workflow import UNDECIDED
from orgs.models import Organisation, User
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability


@dataclass(frozen=True)
class Owing:
    """One principal with how many of its units' statements are late, and the last day of the one that is latest."""

    principal: Organisation
    count: int
    oldest: date

    @property
    def days_late(self) -> int:
        return (clock.today() - self.oldest).days


def waiting(user: User) -> QuerySet[Statement]:
    """Statements asked for and not given, of deviations that the person sees and that can still be answered."""
    visible = Deviation.objects.visible_to(user).filter(state__in=UNDECIDED)
    return Statement.objects.filter(visible.holding(), status=Statement.Status.REQUESTED)


def late(user: User) -> QuerySet[Statement]:
    """Those whose last day has passed, the one that has waited longest first."""
    found = waiting(user).filter(due_on__lt=clock.today())
    return found.select_related("deviation__accountable_body", "organisation__principal").order_by("due_on", "pk")


def owed_by_own_units(keys: Keys) -> Q:
    """Of the units where the person reads or answers, themselves or through their administration or principal."""
    units = _either(keys.organisations)
    principals = _either(keys.principals)
    return Q(organisation__in=units) | Q(organisation__principal__in=principals)


def owed_to_own_bodies(keys: Keys) -> Q:
    """Of what the bodies answer for where the person reads or handles."""
    return Q(deviation__accountable_body__in=_either(keys.bodies, Ability.HANDLE))


def _either(held: Mapping[Ability, frozenset[int]], other: Ability = Ability.ANSWER) -> frozenset[int]:
    return held.get(Ability.READ, frozenset()) | held.get(other, frozenset())


def per_principal(statements: QuerySet[Statement]) -> list[Owing]:
    """Counted in the database: two statements, however many are late. Those that owe most come first."""
    counted = list(
        statements.order_by()
        .values("organisation__principal")
        .annotate(count=Count("pk"), oldest=Min("due_on"))
        .order_by("-count", "oldest", "organisation__principal")
    )
    principals = Organisation.objects.in_bulk([row["organisation__principal"] for row in counted])
    return [Owing(principals[row["organisation__principal"]], row["count"], row["oldest"]) for row in counted]


def concerns(user: User) -> bool:
    """Whether the person has a unit or a body whose late statements are theirs to know of."""
    keys = keys_of(user)
    return bool(_either(keys.organisations) or _either(keys.principals) or _either(keys.bodies, Ability.HANDLE))
