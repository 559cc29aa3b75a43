"""Vägledande avgöranden as they are read: the county's library, and those that a new matter resembles (L01).

Everyone with a role in the county reads them; nobody else. They carry no deviation, only what was written for all.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from deviations.models import Deviation, Precedent
from deviations.search import LONGEST_WORDS, stem_of, tokens_of, words_of
from deviations.services.form import Filing
from orgs.models import County, Organisation
from orgs.permissions import Keys, keys_of
from orgs.profiles.schema import Profile

BEST = 3
LOOKED_THROUGH = 300  # newest first; a county decides some tens of disputes a year


@dataclass(frozen=True, slots=True)
class Matter:
    """What a filing or a deviation is about, as far as likeness goes. Codes of the county's profile."""

    county_id: int
    category: str = ""
    clause: str = ""
    problem_area: str = ""
    kinds: frozenset[str] = frozenset()  # of the two sides' units


@dataclass(frozen=True, slots=True)
class Alike:
    precedent: Precedent
    why: str


def readable_by(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Precedent]:
    """Those of the counties where the person holds a role today, withdrawn ones too, newest first."""
    found = Precedent.objects.filter(county__in=counties_of(keys_of(user)))
    return found.select_related("county", "body", "dispute").order_by("-published_at", "-pk")


def counties_of(keys: Keys) -> QuerySet[County]:
    """Where the person holds any role today."""
    held: dict[str, set[int]] = {"county": set(), "organisation": set(), "body": set()}
    for _role, place, place_id in keys.roles:
        held[place].add(place_id)
    return County.objects.filter(
        Q(pk__in=held["county"])
        | Q(pk__in=Organisation.objects.filter(pk__in=held["organisation"]).values("county"))
        | Q(bodies__in=held["body"])
    ).distinct()


def saying(words: str) -> Q:
    """Those that hold every word in any of its forms, the last word also begun. Everything without words."""
    asked = words_of(words[:LONGEST_WORDS])
    found = Q(pk__isnull=False) if asked or not words.strip() else Q(pk=0)
    for number, word in enumerate(asked, start=1):
        same = Q(search_stems__contains=f" {stem_of(word)} ")
        found &= same | Q(search_stems__contains=f" {word}") if number == len(asked) else same
    return found


def searchable(*texts: str) -> str:
    """What `saying` looks in: each token between blanks."""
    return f" {tokens_of(*texts)} "


def matter_of(deviation: Deviation, profile: Profile) -> Matter:
    """Reads `reporting_unit` and `receiving_unit`."""
    units = (deviation.reporting_unit, deviation.receiving_unit)
    return _matter(
        deviation.county_id, deviation.category, deviation.clause_key, deviation.problem_area,
        [unit for unit in units if unit is not None], profile,
    )  # fmt: skip


def matter_filed(filing: Filing, profile: Profile) -> Matter:
    """The same of what is being filled in."""
    units = (filing.reporting_unit, *filing.receiving_units[:1])
    return _matter(filing.reporting_unit.county_id, filing.category, filing.clause, filing.problem_area, units, profile)


def _matter(
    county_id: int, category: str, clause: str, area: str, units: Collection[Organisation], profile: Profile
) -> Matter:
    if category and not clause:
        try:
            clause = profile.category(category).default_clause or ""
        except KeyError:  # an unfinished draft may still hold a category that the profile no longer has
            category = ""
    return Matter(county_id, category, clause, area, frozenset(unit.unit_kind for unit in units if unit.unit_kind))


def alike(matter: Matter) -> list[Alike]:
    """The best three that still hold: the same clause, the same area, or the same question between the same kinds of
    units. One statement."""
    if not (matter.category or matter.clause or matter.problem_area):
        return []
    about = Q(pk=0)
    for field, value in (
        ("category", matter.category),
        ("clause_key", matter.clause),
        ("problem_area", matter.problem_area),
    ):
        about |= Q(**{field: value}) if value else Q(pk=0)
    found = Precedent.objects.filter(about, county=matter.county_id, withdrawn_at__isnull=True)
    newest = found.select_related("body", "dispute").order_by("-published_at", "-pk")[:LOOKED_THROUGH]
    scored = [(likeness, precedent) for precedent in newest if (likeness := _likeness(precedent, matter))]
    scored.sort(key=lambda pair: -sum(points for points, _why in pair[0]))  # stable: the newest first among equals
    return [Alike(precedent, likeness[0][1]) for likeness, precedent in scored[:BEST]]


def _likeness(precedent: Precedent, matter: Matter) -> list[tuple[int, str]]:
    """Points with their reason, the weightiest first."""
    same_kinds = bool(matter.kinds) and frozenset(precedent.kinds) == matter.kinds
    same_question = bool(matter.category) and precedent.category == matter.category
    reasons = [
        (4, _("Samma punkt i överenskommelsen"), bool(matter.clause) and precedent.clause_key == matter.clause),
        (3, _("Samma fråga mellan samma slags verksamheter"), same_question and same_kinds),
        (2, _("Samma problemområde"), bool(matter.problem_area) and precedent.problem_area == matter.problem_area),
    ]
    return [(points, why) for points, why, holds in reasons if holds]
