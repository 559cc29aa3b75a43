"""What the filing page proposes: kinds from the text, units from a few letters. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deviations import clock
from frontend.forms.filing_habits import filed_lately, receivers_lately
from frontend.forms.unit_search import plain, rank, slips, with_marks, words_of
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


def shown_first(profile: Profile, text: str, chosen: str, lately: Sequence[str] = ()) -> list[Category]:
    """The few kinds to show at once: the chosen one, the proposed ones, those that the person chose lately (`lately`:
    their codes), then general ones in the profile's order."""
    general = [c for c in profile.categories if "/" not in c.code and not c.retired]
    picked = [c for c in profile.categories if c.code == chosen]
    before = [c for code in lately for c in profile.categories if c.code == code and not c.retired]
    best = proposed(profile, text)[: SHOWN - 1]
    return list({c.code: c for c in (*picked, *best, *before, *general)}.values())[:SHOWN]


def _begins_a_word(hint: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(folded(hint))}", words) is not None


@dataclass(frozen=True)
class UnitSuggestion:
    """A unit as the list of suggestions shows it, with the letters that were typed marked."""

    pk: int
    name: SafeString
    beside: SafeString
    recent: bool
    near: bool = False
    """Nothing was called what was typed: this is what comes closest."""


def suggested_units(
    county: County, typed: str, *, chosen: Iterable[int], user: AbstractBaseUser | AnonymousUser
) -> list[UnitSuggestion]:
    """Units in force whose name, other name or place holds every typed word; best first. When none does, those that a
    slip or two lie between. Without letters the latest that the person chose. Two statements."""
    words = words_of(typed)
    if typed.strip() and not words:
        return []
    recent = receivers_lately(filed_lately(user))
    taken = set(chosen)
    units = [unit for unit in _units_of(county) if unit.pk not in taken]
    if not words:
        latest = {unit.pk: unit for unit in units}
        return [_suggestion(latest[pk], words, recent=True) for pk in recent if pk in latest]
    found = [(rank(words, [unit.name, *unit.aliases], unit.full_name), unit) for unit in units]
    fitting = [(place, unit) for place, unit in found if place is not None]
    near = not fitting
    if near:
        missed = [(slips(words, [unit.full_name, *unit.aliases]), unit) for unit in units]
        fitting = [((count, 0), unit) for count, unit in missed if count is not None]

    def best_first(match: tuple[tuple[int, int], Organisation]) -> tuple[int, int, int, str]:
        (place, length), unit = match
        lately = recent.index(unit.pk) if unit.pk in recent else len(recent)
        return place, lately, length, unit.full_name.casefold()

    best = sorted(fitting, key=best_first)[:MOST_UNITS]
    return [_suggestion(unit, words, recent=unit.pk in recent, near=near) for _place, unit in best]


def _units_of(county: County) -> list[Organisation]:
    today = clock.today()
    return list(
        Organisation.objects.filter(county=county, parent__isnull=False)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .exclude(unit_kind="administration")
        .select_related("principal", "parent")
    )


def _suggestion(unit: Organisation, words: list[str], *, recent: bool, near: bool = False) -> UnitSuggestion:
    place = [unit.principal.name if unit.principal else ""]
    if unit.parent and unit.parent_id != unit.principal_id:
        place.append(unit.parent.name)
    beside = escape(", ".join(place))
    also = next((alias for alias in unit.aliases if any(word in plain(alias) for word in words)), None)
    if also:
        beside = format_html("{}, {} {}", beside, _("kallas också"), with_marks(also, words))
    return UnitSuggestion(unit.pk, with_marks(unit.name, words), beside, recent, near)
