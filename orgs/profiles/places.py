"""Who is there in a county profile: principals with their units, and the bodies between them. Pure data."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from orgs.profiles.parts import BodyLabel, Cadence, Name, Part, Slug, Text, Version, name_key
from orgs.profiles.rules import PrincipalKind

CareLevel = Annotated[int, Field(ge=1, le=4)]
UnitKind = Literal[
    "administration", "primary_care", "psychiatry", "child_psychiatry", "first_line", "hospital", "specialist",
    "child_health", "youth_clinic", "habilitation", "speech_therapy", "school", "preschool", "school_health",
    "social_services", "social_psychiatry", "disability_support", "elder_care", "home_care", "municipal_health_care",
    "assessment", "residential_care", "other",
]  # fmt: skip
Status = Literal["valid", "missing", "outdated", "under_revision", "unknown"]


class ContactRoute(Part):
    """How partners reach a unit, with its staffing promise (B09)."""

    name: Name
    hours: Text | None = None
    phone: Text | None = None
    assumed: Text | None = None


class Unit(Part):
    """förvaltning or enhet: a branch or leaf under a principal."""

    id: Slug
    name: Name
    kind: UnitKind = "other"
    aliases: tuple[Text, ...] = ()
    former_names: tuple[Text, ...] = ()
    care_level: CareLevel | None = None
    contact: ContactRoute | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    assumed: Text | None = None
    units: tuple["Unit", ...] = ()

    def answers_to(self, name: str) -> bool:
        return name_key(name) in {self.id, *map(name_key, (self.name, *self.aliases, *self.former_names))}


class Principal(Part):
    """huvudman: the root of a tree of units."""

    id: Slug
    name: Name
    kind: PrincipalKind
    municipality_code: str | None = Field(default=None, pattern=r"^\d{4}$", description="SCB municipality code")
    orgnr: str | None = Field(default=None, pattern=r"^\d{6}-\d{4}$")
    boards: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    former_names: tuple[Text, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    assumed: Text | None = None
    units: tuple[Unit, ...] = ()

    def answers_to(self, name: str) -> bool:
        return name_key(name) in {self.id, *map(name_key, (self.name, *self.aliases, *self.former_names))}

    def all_units(self) -> Iterator[tuple[Unit, Unit | None]]:
        """Each unit with the unit above it, parents before children."""

        def below(units: tuple[Unit, ...], parent: Unit | None) -> Iterator[tuple[Unit, Unit | None]]:
            for unit in units:
                yield unit, parent
                yield from below(unit.units, unit)

        yield from below(self.units, None)


class Mandate(Part):
    """uppdragsbeskrivning (F01)."""

    text: Text | None = None
    decided_on: date | None = None
    version: Version | None = None
    status: Status = "unknown"
    note: Text | None = None
    assumed: Text | None = None


class BodyName(Part):
    """A former id and name of a body, used until and including that day, oldest first (F02)."""

    id: Slug
    name: BodyLabel
    until: date


class ReportDuty(Part):
    """What a body reports, to whom and how often (D04–D06, D10)."""

    to: Slug
    what: Text
    every: Literal["year", "half_year", "four_months", "month"] = "year"
    template: Slug | None = Field(default=None, description="kind of report; else by what, every and who sends it")
    boards: bool = Field(default=False, description="a copy to each principal's boards too, with its own diarienummer")
    content: tuple[Text, ...] = ()
    assumed: Text | None = None


class Body(Part):
    """samverkansorgan: keeps its stable id through every change of name."""

    id: Slug
    name: BodyLabel
    short_name: BodyLabel | None = None
    level: int | None = Field(default=None, ge=1, le=9)
    kind: Literal[
        "officials", "political", "collaboration_group", "coordination_group", "operative", "support", "consultation",
        "temporary", "internal",
    ]  # fmt: skip
    may_decide: bool = Field(description="false: may only recommend, each principal decides for itself (B05)")
    mandate: Mandate = Mandate()
    target_groups: tuple[Slug, ...] = ()
    chair_unit: Slug | None = Field(default=None, description="unit whose manager leads it: for conflicts of interest")
    fallback: Slug | None = Field(
        default=None, description="body that stands in while this one has no coordinator or rests; else the one above"
    )
    steering: tuple[Slug, ...] = Field(default=(), description="bodies above it; escalations go to the first")
    cadence: Cadence | None = None
    reports: tuple[ReportDuty, ...] = ()
    members: tuple[Text, ...] = ()
    attends: tuple[Text, ...] = ()
    tasks: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = Field(default=(), description="what an audit found it lacks, shown to those above it")
    names: tuple[BodyName, ...] = ()
    formed_on: date | None = None
    ended_on: date | None = None
    planned: bool = False
    per_municipality: bool = False
    note: Text | None = None
    assumed: Text | None = None

    def former_name_on(self, day: date) -> BodyName | None:
        """What it was called that day, when that was something else than today."""
        return next((name for name in self.names if day <= name.until), None)

    def key_on(self, day: date) -> str:
        """The id that it went by that day."""
        former = self.former_name_on(day)
        return former.id if former else self.id

    def shown_on(self, day: date) -> str:
        """Its name that day, with today's beside when it differs: "L-IFO (nu SamReKo)"."""
        former = self.former_name_on(day)
        return f"{former.name} (nu {self.short_name or self.name})" if former else self.name
