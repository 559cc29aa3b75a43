"""Small values that a county profile is written with: age ranges, time limits, repetition. Pure, no Django."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_serializer, model_validator

OLDEST = 120
"""Ages are whole years 0..OLDEST; an open range ("65+") ends here."""

# Lengths are those of the columns that hold them (orgs.models), so that what is valid can also be stored.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[_-][a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=160)]
BodyLabel = Annotated[str, StringConstraints(min_length=1, max_length=90)]
CountyLabel = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)?$", max_length=80)]


class Part(BaseModel):
    """Base of everything in a profile: frozen, and a misspelt field is an error instead of being skipped."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True)


class AgeRange(Part):
    """Whole years, both ends included. Written "0-18" or "65+"."""

    first: int = Field(ge=0, le=OLDEST)
    last: int = Field(ge=0, le=OLDEST)

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3})|(\+))\s*", value)
        if not found:
            raise ValueError(f"åldrar skrivs som 0-18 eller 65+, inte {value!r}")
        return {"first": int(found[1]), "last": OLDEST if found[3] else int(found[2])}

    @model_validator(mode="after")
    def ordered(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"den lägsta åldern ({self.first}) är högre än den högsta ({self.last})")
        return self

    @model_serializer
    def as_text(self) -> str:
        return f"{self.first}+" if self.last == OLDEST else f"{self.first}-{self.last}"

    def __contains__(self, age: int) -> bool:
        return self.first <= age <= self.last

    def __str__(self) -> str:
        return f"från {self.first} år" if self.last == OLDEST else f"{self.first}–{self.last} år"


class Limit(Part):
    """A time limit in calendar days or in working days, never both."""

    days: int | None = Field(default=None, ge=1, le=3660)
    working_days: int | None = Field(default=None, ge=1, le=2600)
    assumed: Text | None = None

    @model_validator(mode="after")
    def one_of(self) -> Self:
        if (self.days is None) == (self.working_days is None):
            raise ValueError("ange antingen days (dagar) eller working_days (arbetsdagar)")
        return self

    def __str__(self) -> str:
        if self.days is not None:
            return "1 dag" if self.days == 1 else f"{self.days} dagar"
        return "1 arbetsdag" if self.working_days == 1 else f"{self.working_days} arbetsdagar"


class Cadence(Part):
    """How often a body meets: at least `min` and at most `max` times per year, term, month or week."""

    min: int = Field(ge=1)
    max: int | None = Field(default=None, ge=1)
    per: Annotated[str, StringConstraints(pattern="^(year|term|month|week)$")] = "year"
    assumed: Text | None = None

    @model_validator(mode="after")
    def ordered(self) -> Self:
        if self.max is not None and self.max < self.min:
            raise ValueError("max är mindre än min")
        return self


def duplicates(values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice: list[str] = []
    for value in values:
        if value in seen and value not in twice:
            twice.append(value)
        seen.add(value)
    return twice


def folded(text: str) -> str:
    """The form in which texts are compared: case and surplus spaces do not matter."""
    return " ".join(text.casefold().split())


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """`folded`, remembered: for the names of a profile, of which every routing compares hundreds."""
    return folded(name)
