"""How an audit is written in its YAML file: read whole, and refused when a word is misspelt or a number given twice."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from orgs.profiles.parts import Slug, Text

FOLDER = Path(__file__).parent

About = Literal["total", "remaining"] | int
"""What a statement of the audit counts: all its recommendations, those that remain, or those of one earlier year."""
Status = Literal["done", "partly", "remains"]
Verdict = Literal["yes", "in_essence", "partly", "no", "not_judged"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Claim(Part):
    where: Text
    about: About
    says: int = Field(ge=0)


class Judgement(Part):
    """The answer to one of the audit's own questions."""

    question: Text
    verdict: Verdict
    where: Text


class Said(Part):
    """What the audit says of how far it has come, and where in its text."""

    status: Status
    where: Text


class Reply(Part):
    """One board's own answer. `replied_on` may be unknown to us though the answer is given."""

    addressee: Text
    principal: Slug | None = Field(default=None, description="id of the principal in the county's profile")
    reply: str = ""
    replied_on: date | None = None


class Recommendation(Part):
    """`assumed`: what the source leaves open, and what was chosen. `measures`: ids of the profile's indicators."""

    number: str = Field(max_length=20)
    text: Text
    source: str = ""
    wording: Literal["quoted", "summarised", "unknown"] = "summarised"
    assumed: str = ""
    first_given_year: int | None = None
    reply_due_on: date | None = None
    categories: tuple[str, ...] = ()
    measures: tuple[Slug, ...] = ()
    said: tuple[Said, ...] = ()
    replies: tuple[Reply, ...] = ()


class Audit(Part):
    id: Slug
    county: Slug
    title: Text
    year: int
    auditor: str = ""
    reference: str = ""
    note: str = ""
    claims: tuple[Claim, ...] = ()
    verdicts: tuple[Judgement, ...] = ()
    recommendations: tuple[Recommendation, ...]

    @model_validator(mode="after")
    def numbers_are_given_once(self) -> "Audit":
        twice = [number for number, times in Counter(r.number for r in self.recommendations).items() if times > 1]
        if twice:
            raise ValueError(f"numret {', '.join(twice)} står mer än en gång")
        return self


def read(path: Path) -> Audit:
    """Raises pydantic.ValidationError with every fault."""
    return Audit.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def shipped(county: str) -> list[Audit]:
    """The audits of a county, by its short name, oldest first."""
    found = [read(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return sorted((audit for audit in found if audit.county == county), key=lambda audit: (audit.year, audit.id))
