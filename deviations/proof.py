"""Proves that a profile's routing rules are an exact cover: every thinkable deviation matches exactly one rule.

The space is finite: who it concerns (an age of 0..120 years, a stated target group, or unknown) × the category × who
is involved (kind of the reporting principal, kind of the receiving ones, whether all belong to one principal).

Why the enumeration is exact although it asks about classes and not about every single point: a rule is a conjunction of
one condition per axis, and the three parts above share no axis and restrict each other in no way. So a rule takes a
point if and only if it takes each of its three parts. Two values of a part that every rule answers alike can therefore
be exchanged in any point without changing which rules match. Values are grouped by those answers, one of each group is
asked about, and the group's size counted. The tests compare this with asking about every point.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple, TypeVar

from deviations.explanation import KINDS, age_words
from deviations.facts import Point
from deviations.reports.templates import unknown_templates
from deviations.routing import accountable_of, matching
from orgs.profiles.parts import OLDEST
from orgs.profiles.references import Fault, check
from orgs.profiles.rules import PRINCIPAL_KINDS, RECEIVING_KINDS, UNKNOWN, Rule
from orgs.profiles.schema import Profile

SHOWN = 20
"""At most this many examples of each kind of fault, the commonest first; counts are always complete."""


class Person(NamedTuple):
    """`groups` has one entry, except where the age limits leave a hole (none) or overlap (two)."""

    age: int | None
    stated_group: str | None
    groups: tuple[str, ...]


class Parties(NamedTuple):
    reporting_kind: str
    receiving_kind: str
    within_one_principal: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A fault in the rules with a point that shows it; `points` says how many points share it."""

    sentence: str
    point: Point
    rules: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Proof:
    """`points` situations were covered, by asking about `classes` of them. `errors`: broken references, age limits."""

    points: int
    classes: int
    hole_points: int
    tied_points: int
    holes: tuple[Example, ...]
    ties: tuple[Example, ...]
    dead: tuple[Rule, ...]
    errors: tuple[Fault, ...]
    dangling: tuple[Example, ...]
    per_rule: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not (self.holes or self.ties or self.dead or self.errors or self.dangling)

    def sentences(self) -> list[str]:
        """Every fault in Swedish; empty when it is proved."""
        return [*map(str, self.errors), *self.examples()]

    def examples(self) -> list[str]:
        """Only what is wrong with the rules, each with a deviation that shows it."""
        return [
            *(example.sentence for example in (*self.holes, *self.ties, *self.dangling)),
            *(f"Regeln ”{rule.title}” ({rule.id}) gäller aldrig." for rule in self.dead),
        ]


def prove(profile: Profile) -> Proof:
    """Never raises for a profile that has the right shape: broken references are among what it finds."""
    census = _Census(profile)
    for point, size in _points(profile):
        census.count(point, size)
    return Proof(
        points=census.points,
        classes=census.classes,
        hole_points=census.holes.total(),
        tied_points=sum(found.total() for found in census.ties.values()),
        holes=tuple(_hole(profile, point, count) for point, count in census.holes.most_common(SHOWN)),
        ties=tuple(_tie(profile, rules, found) for rules, found in list(census.ties.items())[:SHOWN]),
        dead=tuple(rule for rule in profile.rules if id(rule) not in census.first),
        errors=(*check(profile), *unknown_templates(profile)),
        dangling=tuple(_dangling(profile, census)),
        per_rule=dict(census.matched),
    )


class _Census:
    """What was met while going through the points."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.points = self.classes = 0
        self.holes: Counter[Point] = Counter()
        self.ties: dict[tuple[str, ...], Counter[Point]] = defaultdict(Counter)
        self.matched: Counter[str] = Counter()
        self.first: dict[int, Point] = {}

    def count(self, point: Point, size: int) -> None:
        self.classes += 1
        self.points += size
        hits = [rule for _, rule in matching(self.profile, point)]
        for rule in hits:
            self.first.setdefault(id(rule), point)
            self.matched[rule.id] += size
        if not hits:
            self.holes[point] += size
        elif len(hits) > 1:
            self.ties[tuple(rule.id for rule in hits)][point] += size


def _points(profile: Profile) -> Iterator[tuple[Point, int]]:
    """One point of each class, and how many points are like it."""
    people = _alike(profile, persons(profile), _person_answers)
    codes = _alike(profile, (category.code for category in profile.categories), _category_answers)
    parties = _alike(profile, all_parties(), _parties_answers)
    for (person, people_like), (code, codes_like), (who, parties_like) in product(people, codes, parties):
        yield Point(person.age, person.stated_group, code, *who), people_like * codes_like * parties_like


def every_point(profile: Profile) -> Iterator[Point]:
    """The whole space, one by one: slow, for checking the classes against."""
    for person, category, who in product(persons(profile), profile.categories, all_parties()):
        yield Point(person.age, person.stated_group, category.code, *who)


def persons(profile: Profile) -> Iterator[Person]:
    """Every age, every stated target group, and unknown."""
    for age in range(OLDEST + 1):
        yield Person(age, None, tuple(group.id for group in profile.groups_at(age)))
    for group in profile.target_groups:
        yield Person(None, group.id, (group.id,))
    yield Person(None, None, (UNKNOWN,))


def all_parties() -> Iterator[Parties]:
    """Within one principal means that everyone is of its kind, and that a receiver is named."""
    for reporting in PRINCIPAL_KINDS:
        for receiving in RECEIVING_KINDS:
            yield Parties(reporting, receiving, False)
        yield Parties(reporting, reporting, True)


def _person_answers(rule: Rule, person: Person) -> Hashable:
    group_condition = rule.when.target_group
    return rule.when.accepts_age(person.age), tuple(
        group_condition is None or group_condition.accepts(listed=group in group_condition.values)
        for group in person.groups
    )


def _category_answers(rule: Rule, code: str) -> Hashable:
    return rule.when.accepts_category(code)


def _parties_answers(rule: Rule, parties: Parties) -> Hashable:
    when = rule.when
    return (
        when.reporting_kind is None
        or when.reporting_kind.accepts(listed=parties.reporting_kind in when.reporting_kind.values),
        when.receiving_kind is None
        or when.receiving_kind.accepts(listed=parties.receiving_kind in when.receiving_kind.values),
        when.within_one_principal in (None, parties.within_one_principal),
    )


Value = TypeVar("Value")


def _alike(
    profile: Profile, values: Iterable[Value], answer: Callable[[Rule, Value], Hashable]
) -> list[tuple[Value, int]]:
    """Values that every rule answers alike, as (the first of them, how many)."""
    groups: dict[Hashable, list[Value]] = defaultdict(list)
    for value in values:
        groups[tuple(answer(rule, value) for rule in profile.rules)].append(value)
    return [(alike[0], len(alike)) for alike in groups.values()]


def _hole(profile: Profile, point: Point, points: int) -> Example:
    why = "Ingen regel tar emot"
    if point.age is not None and not profile.groups_at(point.age):
        why = f"Ingen målgrupp har åldern {age_words(point.age)}, så ingen regel tar emot"
    return Example(f"{why}: {in_words(profile, point)}. Så är det i {_number(points)} fall.", point, (), points)


def _tie(profile: Profile, rules: tuple[str, ...], found: Counter[Point]) -> Example:
    point, points = found.most_common(1)[0][0], found.total()
    titles = " och ".join(dict.fromkeys(f"”{rule.title}” ({rule.id})" for rule in profile.rules if rule.id in rules))
    why = f"Mer än en regel tar emot, {titles}"
    if point.age is not None and len(groups := profile.groups_at(point.age)) > 1:
        names = " och ".join(group.name for group in groups)
        why = f"Åldern {age_words(point.age)} hör till flera målgrupper, {names}, så mer än en regel tar emot, {titles}"
    return Example(f"{why}: {in_words(profile, point)}. Så är det i {_number(points)} fall.", point, rules, points)


def _dangling(profile: Profile, census: _Census) -> Iterator[Example]:
    bodies = {body.id for body in profile.bodies}
    for rule in profile.rules:
        point = census.first.get(id(rule))
        missing = [body for body in (accountable_of(rule, profile), *rule.inform) if body not in bodies]
        if missing and point:
            names = " och ".join(missing)
            sentence = (
                f"Regeln ”{rule.title}” ({rule.id}) leder till {names}, som inte finns: {in_words(profile, point)}."
            )
            yield Example(sentence, point, (rule.id,), census.matched[rule.id])


def in_words(profile: Profile, point: Point) -> str:
    """18 år, SIP: kallad part kom inte, från kommun till region."""
    if point.age is not None:
        who = age_words(point.age)
    elif point.stated_group:
        who = f"målgrupp {profile.target_group(point.stated_group).name}"
    else:
        who = "okänd ålder och målgrupp"
    receiver = KINDS[point.receiving_kind]
    to = receiver if point.receiving_kind == "none" else f"till {receiver}"
    same = ", samma huvudman" if point.within_one_principal else ""
    return f"{who}, {profile.category(point.category).name}, från {KINDS[point.reporting_kind]} {to}{same}"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
