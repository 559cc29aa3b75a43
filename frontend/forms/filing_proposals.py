"""What the filing page proposes: kinds from the text, units from a few letters. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Deviation
from orgs.models import County, Organisation
from orgs.profiles.parts import folded
from orgs.profiles.schema import Category, Profile

SHOWN = 5
MOST_UNITS = 8


def proposed(profile: Profile, text: str) -> list[Category]:
    """Kinds whose hints begin words of the text, the one with most said for it first: a long hint says more."""
    words = folded(text)
    scored = [(sum(len(hint) for hint in c.hints if _begins_a_word(hint, words)), c) for c in profile.categories]
    found = [(score, c) for score, c in scored if score and not c.retired]
    return [c for _points, c in sorted(found, key=lambda pair: (-pair[0], pair[1].number))]


def shown_first(profile: Profile, text: str, chosen: str) -> list[Category]:
    """The few kinds to show at once: the chosen one, the proposed ones, then general ones in the profile's order."""
    general = [c for c in profile.categories if "/" not in c.code and not c.retired]
    picked = [c for c in profile.categories if c.code == chosen]
    return list({c.code: c for c in (*picked, *proposed(profile, text)[: SHOWN - 1], *general)}.values())[:SHOWN]


def _begins_a_word(hint: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(folded(hint))}", words) is not None


@dataclass(frozen=True)
class UnitSuggestion:
    """A unit as the list of suggestions shows it, with the letters that were typed marked."""

    pk: int
    name: SafeString
    beside: SafeString
    recent: bool


def suggested_units(
    county: County, typed: str, *, chosen: Iterable[int], user: AbstractBaseUser | AnonymousUser
) -> list[UnitSuggestion]:
    """Units in force whose name, other name or place holds every typed word; best first. Without letters the latest
    that the person chose. Two statements."""
    words = folded(typed).split()
    recent = _recent(user)
    taken = set(chosen)
    found = []
    for unit in _units_of(county):
        rank = _rank(unit, words) if words else (9 if unit.pk in recent else None)
        if rank is not None and unit.pk not in taken:
            found.append((rank, recent.index(unit.pk) if unit.pk in recent else len(recent), unit))
    found.sort(key=lambda match: (match[0], match[1], match[2].full_name.casefold()))
    return [_suggestion(unit, words, unit.pk in recent) for _place, _when, unit in found[:MOST_UNITS]]


def _units_of(county: County) -> list[Organisation]:
    today = clock.today()
    return list(
        Organisation.objects.filter(county=county, parent__isnull=False)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .exclude(unit_kind="administration")
        .select_related("principal", "parent")
    )


def _recent(user: AbstractBaseUser | AnonymousUser) -> list[int]:
    latest = (
        Deviation.objects.visible_to(user)
        .filter(filed_by_id=user.pk, receiving_unit__isnull=False)
        .order_by("-pk")
        .values_list("receiving_unit_id", flat=True)[:20]
    )
    return list(dict.fromkeys(latest))[:3]


def _rank(unit: Organisation, words: list[str]) -> int | None:
    """0 is the name, 1 it begins so, 2 another name does, 3 it holds the words, 4 together with its principal."""
    asked = " ".join(words)
    name, other = folded(unit.name), [folded(alias) for alias in unit.aliases]
    if asked == name:
        return 0
    if name.startswith(asked):
        return 1
    if any(alias.startswith(asked) for alias in other):
        return 2
    if all(any(word in text for text in (name, *other)) for word in words):
        return 3
    return 4 if all(word in " ".join((name, *other, folded(unit.full_name))) for word in words) else None


def _suggestion(unit: Organisation, words: list[str], recent: bool) -> UnitSuggestion:
    place = [unit.principal.name if unit.principal else ""]
    if unit.parent and unit.parent_id != unit.principal_id:
        place.append(unit.parent.name)
    beside = escape(", ".join(place))
    also = next((alias for alias in unit.aliases if any(word in folded(alias) for word in words)), None)
    if also:
        beside = format_html("{}, {} {}", beside, _("kallas också"), _marked(also, words))
    return UnitSuggestion(unit.pk, _marked(unit.name, words), beside, recent)


def _marked(text: str, words: list[str]) -> SafeString:
    """The text with the first place of the longest typed word in a `mark`."""
    for word in sorted(words, key=len, reverse=True):
        if found := re.search(re.escape(word), text, re.IGNORECASE):
            return format_html("{}<mark>{}</mark>{}", text[: found.start()], found[0], text[found.end() :])
    return escape(text)
