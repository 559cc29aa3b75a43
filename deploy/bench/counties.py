"""Counties drawn by lot, as the counts that a snapshot of each would hold: every table, tied as a real one's are."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from deviations.learning.counts import Counts, Key, Sum, key

MODES = "ABCDE"
STATIONS = ("waiting", "received", "answered", "agenda", "decided", "measure", "carried_out", "effect")
AGES = ("open0", "open2", "open4", "open7")


@dataclass(frozen=True, slots=True)
class Filed:
    """One deviation, as far as any table counts it."""

    body: str
    month: str
    row: str
    column: str
    one_of: Mapping[str, str]
    modes: str


@dataclass(frozen=True, slots=True)
class County:
    """`parents`: body → the one that steers it, None for the root, parents first."""

    parents: Mapping[str, str | None]
    principals: tuple[str, ...]
    ids: Mapping[str, tuple[str, ...]]
    filed: tuple[Filed, ...]

    def scopes(self) -> list[tuple[str, list[str]]]:
        """Each scope with the scopes that add up to it, none for a body's own."""
        found: list[tuple[str, list[str]]] = []
        for body in self.parents:
            found.append((f"own:{body}", []))
            below = [child for child, above in self.parents.items() if above == body]
            if below:
                found.append((f"all:{body}", [f"own:{body}", *(self.widest(child) for child in below)]))
        return found

    def widest(self, body: str) -> str:
        return f"all:{body}" if body in self.parents.values() else f"own:{body}"

    def above(self, body: str) -> list[str]:
        """Every scope that a deviation of the body is counted in."""
        found, at = [f"own:{body}"], body
        while True:
            if at in self.parents.values():
                found.append(f"all:{at}")
            above = self.parents[at]
            if above is None:
                return found
            at = above


def draw(lot: random.Random, *, bodies: int, principals: int, categories: int, deviations: int) -> County:
    """A county with that many of each, unevenly spread as real ones are."""
    parents: dict[str, str | None] = {"b0": None}
    for n in range(1, bodies):
        parents[f"b{n}"] = "b0" if n < 4 or lot.random() < 0.6 else f"b{lot.randrange(1, 4)}"
    who = tuple(f"p{n}" for n in range(principals))
    ids = {
        "category": tuple(f"c{n}" for n in range(categories)),
        "target_group": ("children", "adults", "elderly"),
        "municipality": tuple(f"m{n}" for n in range(max(principals - 2, 2))),
        "kind": ("risk", "near_miss", "event", "good"),
        "care_level": ("1", "2", "3"),
        "answer": ("in_time", "late", "none"),
        "age": ("closed", *AGES),
        "station": STATIONS,
        "led": ("yes", "no"),
        "agreement": ("none", "a1 valid", "a1 expired", "a2 valid", "a2 expired"),
    }
    spread = {name: _uneven(lot, len(of)) for name, of in ids.items()}
    by_body = {body: _uneven(lot, principals**2) for body in parents}
    busy = _uneven(lot, bodies)
    pairs = list(product(who, who))
    filed = []
    for _each in range(deviations):
        body = lot.choices(list(parents), busy)[0]
        row, column = lot.choices(pairs, by_body[body])[0]
        one_of = {name: lot.choices(of, spread[name])[0] for name, of in ids.items()}
        modes = "".join(mode for mode in MODES if lot.random() < 0.5)
        filed.append(Filed(body, f"2026-{lot.randint(1, 12):02}", row, column, one_of, modes))
    return County(parents, who, ids, tuple(filed))


def _uneven(lot: random.Random, many: int) -> list[float]:
    return [lot.paretovariate(0.9) for _each in range(many)]


def counts(county: County, filed: Iterable[Filed] | None = None, months: int = 12) -> list[Counts]:
    """Every table of a snapshot over the year's first months; of all its deviations when none are given."""
    last = f"2026-{months:02}"
    counted: Counter[Key] = Counter()
    for deviation in county.filed if filed is None else filed:
        if deviation.month <= last:
            for scope in county.above(deviation.body):
                counted.update(_counted_in(deviation, scope))
    tables = {**_lists(county, months), "direction": _directions(county), "filed": []}
    return [_table(name, sums, counted, county) for name, sums in tables.items()]


def _counted_in(deviation: Filed, scope: str) -> Iterable[Key]:
    yield key("filed", scope)
    yield key("month", scope, deviation.month)
    yield key("direction", scope, deviation.row, deviation.column)
    yield key("direction", scope, deviation.row, "Σ")
    yield key("direction", scope, "Σ", deviation.column)
    for name in ("category", "target_group", "municipality", "kind", "care_level", "answer", "station", "led"):
        yield key(name, scope, deviation.one_of[name])
    age = deviation.one_of["age"]
    yield key("closing", scope, "closed" if age == "closed" else "open")
    if age != "closed":
        yield key("age", scope, age)
    for mode in MODES:
        yield key("mode", scope, mode, "yes" if mode in deviation.modes else "no")
    for station in STATIONS[: STATIONS.index(deviation.one_of["station"]) + 1]:
        yield key("reached", scope, station)
    agreement, _space, valid = deviation.one_of["agreement"].partition(" ")
    if valid:
        yield key("agreement", scope, agreement)
        yield key(f"cited_{valid}", scope, agreement)


def _lists(county: County, months: int) -> dict[str, list[Sum]]:
    of: dict[str, list[Sum]] = {
        name: [Sum(key("filed", s), tuple(key(name, s, each) for each in county.ids[name])) for s, _parts in scopes]
        for scopes in (county.scopes(),)
        for name in ("category", "target_group", "municipality", "kind", "care_level", "answer", "station", "led")
    }
    of |= {"month": [], "closing": [], "age": [], "mode": [], "reached": [], "agreement": []}
    for scope, _parts in county.scopes():
        whole = key("filed", scope)
        of["month"].append(Sum(whole, tuple(key("month", scope, f"2026-{m:02}") for m in range(1, months + 1))))
        of["closing"].append(Sum(whole, (key("closing", scope, "closed"), key("closing", scope, "open"))))
        of["age"].append(Sum(key("closing", scope, "open"), tuple(key("age", scope, age) for age in AGES)))
        of["mode"] += [Sum(whole, tuple(key("mode", scope, m, yes) for yes in ("yes", "no"))) for m in MODES]
        for at, station in enumerate(STATIONS):
            further = (key("reached", scope, STATIONS[at + 1]),) if at + 1 < len(STATIONS) else ()
            of["reached"].append(Sum(key("reached", scope, station), (key("station", scope, station), *further)))
        for agreement in ("a1", "a2"):
            valid = tuple(key(f"cited_{how}", scope, agreement) for how in ("valid", "expired"))
            of["agreement"].append(Sum(key("agreement", scope, agreement), valid))
    return of


def _directions(county: County) -> list[Sum]:
    found = []
    for scope, _parts in county.scopes():
        for one in county.principals:
            row = tuple(key("direction", scope, one, other) for other in county.principals)
            column = tuple(key("direction", scope, other, one) for other in county.principals)
            found += [Sum(key("direction", scope, one, "Σ"), row), Sum(key("direction", scope, "Σ", one), column)]
        for margin in (
            tuple(key("direction", scope, each, "Σ") for each in county.principals),
            tuple(key("direction", scope, "Σ", each) for each in county.principals),
        ):
            found.append(Sum(key("filed", scope), margin))
    return found


def _table(name: str, sums: Sequence[Sum], counted: Counter[Key], county: County) -> Counts:
    """With every scope above as the sum of those below it."""
    names = {each for s in sums for each in (s.total, *s.parts)}
    parts = dict(county.scopes())
    if name == "filed":
        names = {key("filed", scope) for scope in parts}
    across = []
    for total in sorted(names):
        table, scope, *rest = total.split("|")
        if parts[scope]:
            across.append(Sum(total, tuple(key(table, part, *rest) for part in parts[scope])))
    return Counts(name, {each: counted[each] for each in sorted(names)}, (*sums, *across))
