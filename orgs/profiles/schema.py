"""A county profile: everything that differs between counties, typed, complete and self-contained (decision 1).

Pure data without Django or database. Shape is checked here; what refers to what in references.py; that the routing
rules cover every thinkable deviation exactly once in deviations/proof.py.

`assumed` anywhere: the sources leave this open, and the text says what was chosen. Administrators see it marked.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from orgs.profiles.face import Accessibility, Appearance
from orgs.profiles.parts import (
    AgeRange,
    Code,
    CountyLabel,
    Limit,
    Name,
    Part,
    Short,
    Slug,
    Text,
    Version,
    name_key,
)
from orgs.profiles.places import Body, CareLevel, Principal, Unit
from orgs.profiles.rules import Rule


class CountyInfo(Part):
    code: str = Field(pattern=r"^\d{2}$", description="SCB county code")
    slug: Slug
    name: CountyLabel
    number_prefix: str = Field(pattern=r"^[A-ZÅÄÖ]{2,3}$", description="begins every deviation number: BL-2026-0001")
    as_of: Text = Field(description="the time that the facts describe")
    sources: tuple[Text, ...] = ()


class TargetGroup(Part):
    id: Slug
    name: Name
    ages: AgeRange
    assumed: Text | None = None


class Clause(Part):
    id: Slug
    number: Version
    title: Name
    text: Text
    assumed: Text | None = None


class FollowUp(Part):
    every: Literal["year", "half_year"] = "year"
    by: Text | None = None


class Agreement(Part):
    """överenskommelse; both ends of its validity are included (E01)."""

    id: Slug
    name: Name
    version: Version | None = None
    decided_on: date | None = None
    decided_by: Short | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    parties: tuple[Text, ...] = ()
    owner: Short | None = None
    successor: Slug | None = None
    follow_up: FollowUp | None = None
    clauses: tuple[Clause, ...] = ()
    note: Text | None = None
    assumed: Text | None = None

    def in_force_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class Category(Part):
    """slag. `code` is "sip" or "sip/never_held"; `aliases` are other spellings that imports and the API may use."""

    code: Code
    number: int = Field(ge=1, le=99)
    name: Name
    short: Text = Field(description="one line on the filing page")
    aliases: tuple[Text, ...] = ()
    hints: tuple[Text, ...] = Field(default=(), description="beginnings of words that make the filing page propose it")
    suggested_kind: Literal["risk", "near_miss", "event", "good_example"] = "event"
    offers_dispute: bool = False
    clause_required: bool = False
    comment_required: bool = False
    good_example: bool = False
    default_clause: str | None = Field(default=None, description="agreement, or agreement/clause, that it rests on")
    retired: bool = False
    assumed: Text | None = None


class Choice(Part):
    """One entry of a fixed list: a cause area, a consequence, a reason to decline."""

    id: Slug
    name: Name
    help: Text | None = None


class DeclineReason(Choice):
    """`names_other`: a unit that declines for it says which unit it belongs to instead, and that one is asked next."""

    names_other: bool = False


class Grade(Part):
    value: Literal[1, 2, 3, 4]
    name: Name
    help: Text | None = None


class Band(Part):
    id: Literal["low", "medium", "high"]
    name: Name
    first: int = Field(ge=1, le=16)
    last: int = Field(ge=1, le=16)


class Risk(Part):
    """Severity × likelihood, scored at triage and again at closing."""

    severity: tuple[Grade, ...]
    likelihood: tuple[Grade, ...]
    bands: tuple[Band, ...]

    def band(self, severity: int, likelihood: int) -> Band:
        return next(band for band in self.bands if band.first <= severity * likelihood <= band.last)


class Limits(Part):
    """`receive` and `answer` count from the day of filing, the others from the day when something was asked."""

    receive: Limit
    answer: Limit
    statement: Limit
    dispute: Limit = Limit(working_days=10, assumed="Inget län anger en gräns för tvister.")
    escalation: Limit = Limit(days=60, assumed="Inget län anger en gräns för det styrande organets svar.")
    adoption: Limit = Limit(days=60, assumed="Inget län anger en gräns för huvudmännens svar.")


class Reminders(Part):
    """When Samsyn reminds of a last day, in working days before it and after it."""

    before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (3,)
    after: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (1, 5)


class Theme(Part):
    """A hot spot that gathers deviations across categories (A16). `words` are beginnings of words."""

    id: Slug
    name: Name
    tags: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()


class Recurring(Part):
    """`times` within `within_months` is told of at once, for one kind of thing between two parties. Patterns are looked
    for over `pattern_months`: what came in the last `recent_months` beside what came before (B03)."""

    times: int = Field(ge=2, le=100)
    within_months: int = Field(ge=1, le=120)
    pattern_months: int = Field(default=12, ge=6, le=36)
    recent_months: int = Field(default=3, ge=1, le=6)
    pattern_times: int = Field(default=4, ge=3, le=100, description="fewer are never proposed as a pattern")
    assumed: Text | None = None


class ProblemArea(Part):
    """One row of the responsibility matrix: who answers for a condition at each level of care (E08)."""

    id: Slug
    name: Name
    levels: dict[CareLevel, tuple[Text, ...]]
    uncertain: Text | None = None
    uncertain_units: tuple[Text, ...] = ()


class Responsibility(Part):
    levels: dict[CareLevel, Text]
    areas: tuple[ProblemArea, ...]
    always: tuple[Text, ...] = ()
    note: Text | None = None
    assumed: Text | None = None


class Suppression(Part):
    """Counts from 1 up to but not including `threshold` are hidden, and enough others that totals cannot tell."""

    threshold: int = Field(default=5, ge=3, le=20)
    secondary: bool = True


class SteeringDocument(Part):
    title: Text
    decided_by: Short | None = None
    decided_on: date | None = None
    goals: tuple[Text, ...] = ()
    assumed: Text | None = None


class Routine(Part):
    """The routine for deviations in collaboration, shown where one files (A02)."""

    title: Text
    version: Version
    valid_from: date
    valid_to: date | None = None
    owner: Text
    text: Text
    assumed: Text | None = None


class Indicator(Part):
    id: Slug
    name: Name
    kind: Literal["process", "outcome"]
    target: Text | None = None
    guarantee: Text | None = Field(default=None, description="what the law promises, shown beside the target (H04)")
    outcomes: dict[str, str] = {}
    formula: Slug | None = Field(default=None, description="how it is counted; left out when it is written in by hand")
    note: Text | None = None


class SipPoint(Part):
    """One point that every coordinated individual plan (SIP) is held against (G03). `source`: the law or agreement."""

    id: Slug
    text: Text
    source: Short
    assumed: Text | None = None


class Profile(Part):
    """One version of a county's profile."""

    format: Literal[1] = 1
    county: CountyInfo
    appearance: Appearance | None = None
    accessibility: Accessibility | None = None
    steering_document: SteeringDocument | None = None
    routine: Routine
    principals: tuple[Principal, ...] = Field(min_length=1)
    target_groups: tuple[TargetGroup, ...] = Field(min_length=1)
    bodies: tuple[Body, ...] = Field(min_length=1)
    default_body: Slug
    default_body_assumed: Text | None = None
    rules: tuple[Rule, ...] = Field(min_length=1)
    agreements: tuple[Agreement, ...] = ()
    categories: tuple[Category, ...] = Field(min_length=1)
    themes: tuple[Theme, ...] = ()
    recurring: Recurring
    limits: Limits
    reminders: Reminders = Reminders()
    responsibility: Responsibility
    cause_areas: tuple[Choice, ...]
    consequences_person: tuple[Choice, ...]
    consequences_organisation: tuple[Choice, ...]
    risk: Risk
    decline_reasons: tuple[DeclineReason, ...]
    suppression: Suppression = Suppression()
    rounding: Literal["largest_remainder", "plain"] = Field(
        default="largest_remainder", description="shares of a column: adding up to 100, or each rounded for itself"
    )
    indicators: tuple[Indicator, ...] = ()
    sip_checklist: tuple[SipPoint, ...] = ()

    def body(self, body_id: str) -> Body:
        """By stable id or by a former id. Raises KeyError."""
        for body in self.bodies:
            if body_id == body.id or body_id in {name.id for name in body.names}:
                return body
        raise KeyError(body_id)

    def target_group(self, group_id: str) -> TargetGroup:
        """Raises KeyError."""
        for group in self.target_groups:
            if group.id == group_id:
                return group
        raise KeyError(group_id)

    def groups_at(self, age: int) -> tuple[TargetGroup, ...]:
        """Exactly one in a proved profile."""
        return tuple(group for group in self.target_groups if age in group.ages)

    def category(self, text: str) -> Category:
        """By code, Swedish name or alias, whatever the case and spacing. Raises KeyError."""
        for category in self.categories:
            if text == category.code:
                return category
        wanted = name_key(text)
        for category in self.categories:
            if wanted == category.code or wanted in map(name_key, (category.name, *category.aliases)):
                return category
        raise KeyError(text)

    def agreement(self, agreement_id: str) -> Agreement:
        """Raises KeyError."""
        for agreement in self.agreements:
            if agreement.id == agreement_id:
                return agreement
        raise KeyError(agreement_id)

    def cited(self, reference: str) -> tuple[Agreement, Clause | None]:
        """What "lansavtal" or "lansavtal/sip" refers to. Raises KeyError."""
        agreement_id, _, clause_id = reference.partition("/")
        agreement = self.agreement(agreement_id)
        if not clause_id:
            return agreement, None
        for clause in agreement.clauses:
            if clause.id == clause_id:
                return agreement, clause
        raise KeyError(reference)

    def find_principal(self, name: str) -> Principal | None:
        """By id, name, alias or former name."""
        return next((principal for principal in self.principals if principal.answers_to(name)), None)

    def find_unit(self, principal: str, unit: str) -> Unit | None:
        """By id, name, alias or former name, beneath that principal; the exact name wins over an alias."""
        owner = self.find_principal(principal)
        matches = [found for found, _ in owner.all_units() if found.answers_to(unit)] if owner else []
        return min(matches, key=lambda found: name_key(found.name) != name_key(unit), default=None)

    def all_units(self) -> Iterator[tuple[Principal, Unit, Unit | None]]:
        for principal in self.principals:
            for unit, parent in principal.all_units():
                yield principal, unit, parent
