"""Deviations that look like another: the same step, receiver or clause, and the same words. Requirement B02, L01.

A proposal for people to judge, never a decision. Only what the person may see is looked at.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Deviation
from deviations.search import stem_of, tokens_of
from deviations.services.form import Filing
from deviations.workflow import State
from orgs.models import User

CANDIDATES = 150
MONTHS_BACK = 18
ENOUGH = 6.0
"""Points: the same category and receiver are 3 each, the same clause 2, all words the same 6."""
SAME_TIME = timedelta(days=3)
LONG_WORD = 5
NOT_ALIKE = (State.WITHDRAWN, State.MERGED)


@dataclass(frozen=True, slots=True)
class Alike:
    """`why`: what they have in common, in words. `twin`: the same unit and nearly the same day, probably one event."""

    deviation: Deviation
    points: float
    why: list[str]
    twin: bool


@dataclass(frozen=True, slots=True)
class _Traits:
    category: str
    receiving_unit: int | None
    clause: str
    reporting_unit: int | None
    occurred_on: Any
    words: frozenset[str]


def similar_to(deviation: Deviation, user: User, *, most: int = 4) -> list[Alike]:
    """The most alike first. Three statements."""
    traits = _traits(deviation, tokens_of(deviation.happened, deviation.comment))
    linked = {deviation.pk, *_already(deviation)}
    return _best(traits, _candidates(traits, user, Q()), linked, most)


def filed_before(filing: Filing, user: User, *, most: int = 2) -> list[Alike]:
    """What the person or their unit has already filed that is like this one."""
    first = filing.receiving_units[0].pk if filing.receiving_units else None
    words = frozenset(tokens_of(filing.happened).split())
    traits = _Traits(
        filing.category, first, filing.clause, filing.reporting_unit.pk, filing.occurred_on, words
    )  # fmt: skip
    own = Q(filed_by=user) | Q(reporting_unit=filing.reporting_unit)
    return _best(traits, _candidates(traits, user, own), set(), most)


def _traits(deviation: Deviation, stems: str) -> _Traits:
    return _Traits(
        deviation.category, deviation.receiving_unit_id, deviation.clause_key, deviation.reporting_unit_id,
        deviation.occurred_on, frozenset(stems.split()),
    )  # fmt: skip


def _already(deviation: Deviation) -> Iterable[int]:
    links = deviation.links.values_list("other", flat=True).union(
        deviation.linked_from.values_list("deviation", flat=True)
    )
    return list(links)


def _candidates(traits: _Traits, user: User, among: Q) -> Sequence[Deviation]:
    main = traits.category.partition("/")[0]
    common = Q(category=main) | Q(category__startswith=f"{main}/")
    if traits.receiving_unit is not None:
        common |= Q(receiving_unit=traits.receiving_unit)
    if traits.clause:
        common |= Q(clause_key=traits.clause)
    since = clock.now() - timedelta(days=round(MONTHS_BACK * 30.44))
    where = common & Q(filed_at__gte=since) & ~Q(state__in=NOT_ALIKE) & among
    return Deviation.objects.visible_to(user).newest(where=where, size=CANDIDATES).rows


def _best(traits: _Traits, candidates: Sequence[Deviation], but: set[int], most: int) -> list[Alike]:
    words_of = {d.pk: frozenset(d.search_stems.split()) for d in candidates}
    in_how_many = Counter(word for words in words_of.values() for word in words)
    weight = {word: log((len(candidates) + 1) / count) for word, count in in_how_many.items()}
    whole = sum(weight.get(word, 0.0) for word in traits.words) or 1.0
    judged = [
        _judged(traits, d, words_of[d.pk] & traits.words, weight, whole) for d in candidates if d.pk not in but
    ]  # fmt: skip
    alike = [one for one in judged if one.points >= ENOUGH or one.twin]
    return sorted(alike, key=lambda one: (one.twin, one.points), reverse=True)[:most]


def _judged(traits: _Traits, other: Deviation, shared: frozenset[str], weight: dict[str, float], whole: float) -> Alike:
    why: list[str] = []
    points = 0.0
    if other.category == traits.category:
        points += 3
        why.append(_("samma slag"))
    elif other.category.partition("/")[0] == traits.category.partition("/")[0]:
        points += 1.5
    if other.receiving_unit_id is not None and other.receiving_unit_id == traits.receiving_unit:
        points += 3
        why.append(_("samma mottagare"))
    if traits.clause and other.clause_key == traits.clause:
        points += 2
        why.append(_("samma punkt"))
    points += 6 * sum(weight[word] for word in shared) / whole
    if telling := _telling(traits.words, shared, weight):
        why.append(_("orden %(words)s") % {"words": ", ".join(telling)})
    return Alike(other, points, why, _same_event(traits, other))


def _telling(own: frozenset[str], shared: frozenset[str], weight: dict[str, float]) -> list[str]:
    """The two rarest shared words, as they are spelled in the one's own text and not as stems."""
    spelled = {stem_of(word): word for word in sorted(own) if stem_of(word) != word}
    rarest = sorted((w for w in shared if weight[w] > 0), key=lambda w: (-weight[w], w))
    words = dict.fromkeys(spelled.get(word, word) for word in rarest)
    return [word for word in words if len(word) >= LONG_WORD][:2]


def _same_event(traits: _Traits, other: Deviation) -> bool:
    return (
        other.reporting_unit_id == traits.reporting_unit
        and other.receiving_unit_id == traits.receiving_unit
        and other.category == traits.category
        and None not in (other.occurred_on, traits.occurred_on)
        and abs(other.occurred_on - traits.occurred_on) <= SAME_TIME
    )
