"""What routing needs to know about a deviation, and the point in the space of facts that its rules look at. Pure."""

from dataclasses import dataclass
from datetime import date

from orgs.profiles.parts import OLDEST, name_key
from orgs.profiles.rules import UNKNOWN
from orgs.profiles.schema import Category, Profile, TargetGroup


class UnknownFact(ValueError):
    """A fact that the profile does not know, such as a category of another county. `reason` is in Swedish."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A unit and its principal by name. `principal_kind`: region, municipality, school or private."""

    unit: str
    principal: str
    principal_kind: str
    municipality_code: str | None = None

    @property
    def shown(self) -> str:
        return self.unit if name_key(self.unit) == name_key(self.principal) else f"{self.unit}, {self.principal}"


@dataclass(frozen=True, slots=True)
class Facts:
    """`age` in whole years, 0..120; `earlier_similar` counts earlier ones within the profile's window, without this."""

    occurred_on: date
    filed_on: date
    category: str
    kind: str
    age: int | None
    target_group: str | None
    reporting: PartyFacts
    receiving: tuple[PartyFacts, ...]
    clause: str | None = None
    tags: tuple[str, ...] = ()
    solved_on_the_spot: bool = False
    problem_area: str | None = None
    care_level: int | None = None
    happened: str = ""
    earlier_similar: int = 0

    @property
    def parties(self) -> tuple[PartyFacts, ...]:
        return (self.reporting, *self.receiving)

    @property
    def within_one_principal(self) -> bool:
        own = name_key(self.reporting.principal)
        return bool(self.receiving) and all(name_key(party.principal) == own for party in self.receiving)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the finite space that routing rules divide. An age decides; a stated target group is for no age."""

    age: int | None
    stated_group: str | None
    category: str
    reporting_kind: str
    receiving_kind: str
    within_one_principal: bool


def receiving_kind(facts: Facts) -> str:
    """The one kind of every receiver, "several" when they differ, "none" when none is named."""
    kinds = {party.principal_kind for party in facts.receiving}
    if not kinds:
        return "none"
    return kinds.pop() if len(kinds) == 1 else "several"


def point_of(facts: Facts, profile: Profile) -> Point:
    """Where these facts lie in the space. Raises UnknownFact for what the profile does not know."""
    if facts.age is not None and not 0 <= facts.age <= OLDEST:
        raise UnknownFact("age", f"åldern {facts.age} finns inte; ange 0 till {OLDEST} hela år")
    stated = facts.target_group if facts.age is None and facts.target_group != UNKNOWN else None
    if stated:
        group_named(stated, profile)
    return Point(
        age=facts.age,
        stated_group=stated or None,
        category=category_named(facts.category, profile).code,
        reporting_kind=facts.reporting.principal_kind,
        receiving_kind=receiving_kind(facts),
        within_one_principal=facts.within_one_principal,
    )


def category_named(text: str, profile: Profile) -> Category:
    """Raises UnknownFact."""
    try:
        return profile.category(text)
    except KeyError:
        raise UnknownFact("category", f"slaget ”{text}” finns inte i profilen för {profile.county.name}") from None


def group_named(group_id: str, profile: Profile) -> TargetGroup:
    """Raises UnknownFact."""
    try:
        return profile.target_group(group_id)
    except KeyError:
        known = ", ".join(group.id for group in profile.target_groups)
        reason = f"målgruppen ”{group_id}” finns inte i profilen för {profile.county.name} (där finns {known})"
        raise UnknownFact("target_group", reason) from None
