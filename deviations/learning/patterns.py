"""Finds what recurs among one body's deviations: the same clause, interface, step or place, and texts that are alike.

Pure: rows in, candidates out, without database or user. Nothing random. What is tried, and how much, follows from the
rows; every trial counts in the correction, so that trying much does not make more of chance (B03, A16, E05).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from deviations.learning.alike_texts import MOST, Group, groups_of
from deviations.learning.unusual import FALSE_SHARE, Unusual, corrected, rise, together

SAME = 0.6
"""Two candidates that share this much of the smaller one's deviations are the same matter, told in two ways."""
FEWEST_EARLIER = 10  # deviations; before that there is no "as before" to compare with


@dataclass(frozen=True, slots=True)
class Row:
    """One deviation as it is looked at. Ids as the profile and the register have them; "" where nothing is known."""

    pk: int
    public_id: str
    filed_on: date
    text: str = ""
    clause: str = ""
    category: str = ""
    problem_area: str = ""
    care_level: str = ""
    municipality: str = ""
    reporting_principal: str = ""
    reporting_kind: str = ""
    receiving_unit: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`shared`: what its deviations have in common, as (what, id). `terms` and `stems` only for texts that are alike.

    `tried`: how many were looked at in all; `q`: its p when that is taken into account.
    """

    kind: str
    shared: tuple[tuple[str, str], ...]
    members: tuple[int, ...]
    unusual: Unusual
    signature: str
    terms: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    tried: int = 1
    q: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """`proposed`: unusual, one for each matter, the most unusual first. `groups`: everything that was looked at, by
    signature, so that a known pattern is followed also when it no longer stands out. `since`: of the first row."""

    proposed: list[Candidate] = field(default_factory=list)
    groups: dict[str, Candidate] = field(default_factory=dict)
    since: date | None = None
    texts: int = 0


KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # kind            what its deviations share
    ("clause", ("clause",)),
    ("interface", ("reporting_principal", "receiving_unit")),
    ("interface_kind", ("reporting_kind", "receiving_unit")),
    ("step", ("category",)),
    ("step_unit", ("category", "receiving_unit")),
    ("step_place", ("category", "municipality")),
    ("area", ("problem_area",)),
    ("area_level", ("problem_area", "care_level")),
)


def look(rows: Sequence[Row], *, recent_from: date, at_least: int) -> Found:
    """Everything that has come more often since `recent_from` than before, or that is told alike about one unit."""
    if not rows:
        return Found()
    ordered = sorted(rows, key=lambda row: (row.filed_on, row.pk))
    texts = ordered[-MOST:]
    tried = [*_by_what_they_share(ordered, recent_from, at_least), *_by_their_texts(texts, recent_from, at_least)]
    chances = corrected([each.unusual.p for each in tried])
    judged = [_with(each, q, len(tried)) for each, q in zip(tried, chances, strict=True)]
    best: dict[str, Candidate] = {}
    for each in judged:
        if each.signature not in best or each.unusual.p < best[each.signature].unusual.p:
            best[each.signature] = each
    unusual = [each for each in best.values() if each.q <= FALSE_SHARE and each.unusual.observed >= at_least - 1]
    unusual.sort(key=lambda each: (each.unusual.p, -len(each.shared), each.kind, each.signature))
    return Found(_one_for_each_matter(unusual), best, ordered[0].filed_on, len(texts))


def share_most(one: Iterable[int], other: Iterable[int]) -> bool:
    """Whether they are the same matter."""
    a, b = set(one), set(other)
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= SAME


def known_by_words(stems: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two groups of texts are bound by the same words, though no deviation is in both any more."""
    a, b = set(stems), set(others)
    return bool(a and b) and len(a & b) / len(a | b) >= SAME


def signature_of(kind: str, parts: Iterable[str]) -> str:
    return hashlib.sha256("|".join((kind, *parts)).encode()).hexdigest()


def _by_what_they_share(rows: Sequence[Row], recent_from: date, at_least: int) -> list[Candidate]:
    found = []
    for kind, what in KINDS:
        groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in rows:
            values = tuple(str(getattr(row, name)) for name in what)
            if all(values):
                groups[values].append(row)
        for values, members in sorted(groups.items()):
            unusual = _risen(members, rows, recent_from) if len(members) >= at_least else None
            if unusual is not None:
                shared = tuple(zip(what, values, strict=True))
                pks = tuple(row.pk for row in members)
                found.append(Candidate(kind, shared, pks, unusual, signature_of(kind, values)))
    return found


def _by_their_texts(rows: Sequence[Row], recent_from: date, at_least: int) -> list[Candidate]:
    found = []
    for group in groups_of([row.text for row in rows], at_least=at_least):
        members = [rows[place] for place in group.members]
        signature = signature_of("text", sorted(row.public_id for row in members))
        for unusual, shared in (
            (_risen(members, rows, recent_from), _common(members)),
            _about_one_unit(members, rows, at_least),
        ):
            if unusual is not None:
                found.append(_told_alike(group, members, unusual, shared, signature))
    return found


def _told_alike(
    group: Group, members: Sequence[Row], unusual: Unusual, shared: tuple[tuple[str, str], ...], signature: str
) -> Candidate:
    return Candidate(
        "text", shared, tuple(row.pk for row in members), unusual, signature, terms=group.terms, stems=group.stems
    )


def _risen(members: Sequence[Row], rows: Sequence[Row], recent_from: date) -> Unusual | None:
    recent, all_recent = (sum(row.filed_on >= recent_from for row in each) for each in (members, rows))
    if len(rows) - all_recent < FEWEST_EARLIER:
        return None
    return rise(recent, len(members) - recent, all_recent=all_recent, all_earlier=len(rows) - all_recent)


def _about_one_unit(
    members: Sequence[Row], rows: Sequence[Row], at_least: int
) -> tuple[Unusual | None, tuple[tuple[str, str], ...]]:
    """Beside other deviations of the same kinds: that a kind nearly always is one unit's proves nothing."""
    units = Counter(row.receiving_unit for row in members if row.receiving_unit)
    if not units:
        return None, ()
    unit, both = min(units.items(), key=lambda pair: (-pair[1], pair[0]))
    kinds = {row.category for row in members}
    beside = [row for row in rows if row.category in kinds]
    if both < at_least:
        return None, ()
    place = sum(row.receiving_unit == unit for row in beside)
    unusual = together(both, group=len(members), place=place, everything=len(beside))
    return unusual, (("receiving_unit", unit),)


def _common(members: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """What three of four of them have in common beside their words."""
    found = []
    for what in ("category", "receiving_unit", "municipality"):
        [(value, times)] = Counter(str(getattr(row, what)) for row in members).most_common(1)
        if value and times * 4 >= len(members) * 3:
            found.append((what, value))
    return tuple(found)


def _with(candidate: Candidate, q: float, tried: int) -> Candidate:
    return replace(candidate, q=q, tried=tried)


def _one_for_each_matter(unusual: Sequence[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for each in unusual:
        if not any(share_most(each.members, other.members) for other in kept):
            kept.append(each)
    return kept
