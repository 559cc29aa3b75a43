"""The county's matrix of who answers for what, as rows to draw (E08)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from frontend.workplace import Workplace
from orgs.profiles.parts import folded
from orgs.profiles.schema import ProblemArea, Profile


@dataclass(frozen=True)
class Level:
    """`units`: each name, and whether the county's source leaves it uncertain at this level."""

    name: str
    units: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Area:
    id: str
    name: str
    levels: tuple[Level, ...]
    always: tuple[str, ...]
    uncertain: str


def matrix(profile: Profile, area: ProblemArea) -> Area:
    responsibility = profile.responsibility
    levels = tuple(
        Level(name, tuple((unit, unit in area.uncertain_units) for unit in area.levels.get(number, ())))
        for number, name in responsibility.levels.items()
    )
    return Area(area.id, area.name, levels, responsibility.always, area.uncertain or "")


def areas_about(profile: Profile, typed: str) -> list[Area]:
    """The areas whose name, or a unit in them, holds every typed word; all without words."""
    words = folded(typed).split()
    found = []
    for area in profile.responsibility.areas:
        text = folded(" ".join((area.name, *(unit for units in area.levels.values() for unit in units))))
        if all(word in text or (len(word) > 4 and word[:5] in text) for word in words):
            found.append(matrix(profile, area))
    return found


def areas_naming(profile: Profile, names: Iterable[str]) -> list[tuple[str, str, bool]]:
    """Area, level and whether it is uncertain, for every place in the matrix that names the unit."""
    known = {folded(name) for name in names}
    return [
        (area.name, name, unit in area.uncertain_units)
        for area in profile.responsibility.areas
        for number, name in profile.responsibility.levels.items()
        for unit in area.levels.get(number, ())
        if folded(unit) in known
    ]


def routine_of(place: Workplace | None) -> dict[str, Any]:
    """The routine in force where the person works, for a line with its version and validity; nothing without a role."""
    return {"routine": place.profile().routine, "place": place} if place else {}
