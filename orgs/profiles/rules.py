"""Routing rules as data: an exact cover of the space of facts, without priorities (proved in deviations/proof.py)."""

from functools import cache
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from orgs.profiles.parts import AgeRange, Part, Slug, Text

UNKNOWN = "unknown"
"""Value on the axes target_group and age when the reporter could not or need not tell."""

DEFAULT = "default"
"""As `accountable` of a rule: the profile's default body, which gets a triage clock."""

PrincipalKind = Literal["region", "municipality", "school", "private"]
PRINCIPAL_KINDS: tuple[PrincipalKind, ...] = ("region", "municipality", "school", "private")
RECEIVING_KINDS: tuple[str, ...] = (*PRINCIPAL_KINDS, "several", "none")
"""What the receiving parties are: all of one kind, of several kinds, or none named."""


@cache
def _range(text: str) -> AgeRange:
    return AgeRange.model_validate(text)


class OneOf(Part):
    """Either `in` (any of these) or `not` (none of these). A plain list means `in`."""

    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    not_: tuple[str, ...] | None = Field(default=None, alias="not")

    @model_validator(mode="before")
    @classmethod
    def from_list(cls, value: Any) -> Any:
        return {"in": value} if isinstance(value, (list, tuple)) else value

    @model_validator(mode="after")
    def one_of(self) -> Self:
        if (self.in_ is None) == (self.not_ is None):
            raise ValueError("ange antingen in (något av) eller not (inget av)")
        if not self.values:
            raise ValueError("listan är tom")
        return self

    @property
    def values(self) -> tuple[str, ...]:
        return self.in_ if self.in_ is not None else (self.not_ or ())

    def accepts(self, *, listed: bool) -> bool:
        return listed if self.in_ is not None else not listed


class When(Part):
    """The conditions of a rule, one per axis; an axis left out accepts every value."""

    target_group: OneOf | None = None
    age: OneOf | None = None
    category: OneOf | None = None
    reporting_kind: OneOf | None = None
    receiving_kind: OneOf | None = None
    within_one_principal: bool | None = None

    @model_validator(mode="after")
    def known_kinds(self) -> Self:
        for condition, known in ((self.reporting_kind, PRINCIPAL_KINDS), (self.receiving_kind, RECEIVING_KINDS)):
            for value in condition.values if condition else ():
                if value not in known:
                    raise ValueError(f"{value!r} är inget slag av huvudman; använd {', '.join(known)}")
        for value in self.age.values if self.age else ():
            if value != UNKNOWN:
                _range(value)
        return self

    def accepts_age(self, age: int | None) -> bool:
        if self.age is None:
            return True
        listed = any(
            age is None if value == UNKNOWN else age is not None and age in _range(value) for value in self.age.values
        )
        return self.age.accepts(listed=listed)

    def accepts_category(self, code: str) -> bool:
        """A listed code stands for itself and for everything beneath it: "sip" covers "sip/never_held"."""
        if self.category is None:
            return True
        return self.category.accepts(listed=code in self.category.values or code.split("/")[0] in self.category.values)


class Rule(Part):
    """Deviations with these facts go to `accountable`; `inform` may read them."""

    id: Slug
    title: Text
    when: When
    accountable: str
    inform: tuple[str, ...] = ()
    reason: Text | None = Field(default=None, description="fragment after 'därför att'; by default made from the facts")
    assumed: Text | None = None
