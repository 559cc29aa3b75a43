"""The tables that are made of the counts by month, and every sum that ties them: within a table, between tables, and
between what bodies have themselves and together with those they steer.

Zeros are left out of tables whose rows are a list: a cell that stands in no table is nothing. What is known of every
deviation is split so that the parts make up what was filed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product

from deviations.learning import newcomers
from deviations.learning.counting import MODES, STATIONS
from deviations.learning.counts import Counts, Key, key
from deviations.learning.monthly import UNKNOWN, D, Read
from deviations.learning.period import Period
from deviations.learning.scopes import Steering
from deviations.learning.table import TOTAL, Table
from deviations.models import Measure

EXCLUDED = ("withdrawn", "merged", "test")
AGES = ((0, 1), (2, 3), (4, 6), (7, None))
"""Open since how many months ago, first and last: "open0", "open2" …"""
EFFECTS = (*Measure.Effect.values, "waiting")
DONE = ("done", "going", "stalled")
OTHER = "other"
KINDS = ("region", "municipality", OTHER)
"""Of principals, as few as can be told where single ones cannot."""
LISTS = {
    "category": D.CATEGORY, "target_group": D.TARGET_GROUP, "municipality": D.MUNICIPALITY, "kind": D.KIND,
    "care_level": D.CARE_LEVEL, "problem": D.PROBLEM,
}  # fmt: skip


SAME_AS_REACHED = {
    "agenda": "mode|{s}|C|yes",
    "measure": "led|{s}|yes",
    "carried_out": "mode|{s}|E|yes",
    "effect": "station|{s}|effect",
}
"""Other counts of those who came at least so far."""


def tables(tree: Steering, read: Read, period: Period, today: date) -> Iterator[Counts]:
    yield from (made.counts(tree) for made in _made(read, period, today))


def _made(read: Read, period: Period, today: date) -> Iterator[Table]:
    filed = Table("filed")
    for s in read.scopes:
        filed.put(read.of(s, D.FILED).get("", 0), s)
    yield filed
    yield from (_excluded(read), _times(read), _answers(read), _modes(read), _ages(read, today))
    yield from _way(read)
    yield from _measures(read)
    yield from (_list(table, read, dimension) for table, dimension in LISTS.items())
    yield from _agreements(read)
    yield from _directions(read)
    yield from (_receivers(read, today), _rejected(read), _rerouted(read))
    yield from _months(read, period)
    yield from newcomers.tables(read, period)


def _filed(scope: str) -> Key:
    return key("filed", scope)


def _split(table: Table, counts: Mapping[str, int], names: Iterable[str], total: Key, *parts: str) -> list[Key]:
    """Each name's count, zeros too; together they make the total."""
    made = [table.put(counts.get(name, 0), *parts, name) for name in names]
    table.add_up(total, made)
    return made


def _excluded(read: Read) -> Table:
    table = Table("excluded")
    for s in read.scopes:
        for reason in EXCLUDED:
            table.put(read.of(s, D.EXCLUDED).get(reason, 0), s, reason)
    return table


def _times(read: Read) -> Table:
    """What was filed once, and the further times that it happened."""
    table = Table("times")
    for s in read.scopes:
        times, filed = read.of(s, D.TIMES).get("", 0), read.of(s, D.FILED).get("", 0)
        table.cells[_filed(s)] = filed
        table.add_up(table.put(times, s), (_filed(s), table.put(times - filed, s, latent=True)))
    return table


def _answers(read: Read) -> Table:
    """In time, late or not yet; and what has an answer, of which "in time" is said."""
    table = Table("answer")
    for s in read.scopes:
        in_time, late, none = _split(table, read.of(s, D.ANSWER), ("in_time", "late", "none"), _filed(s), s)
        answered = key("answered", s)
        table.cells[answered] = table.cells[in_time] + table.cells[late]
        table.add_up(answered, (in_time, late))
        table.add_up(_filed(s), (answered, none))
    return table


def _modes(read: Read) -> Table:
    """B is what was answered in time; C and E are stations of the way."""
    table = Table("mode")
    for s in read.scopes:
        filed, yes = read.of(s, D.FILED).get("", 0), read.of(s, D.MODE)
        for mode in MODES:
            has = {"yes": yes.get(mode, 0), "no": filed - yes.get(mode, 0)}
            _split(table, has, ("yes", "no"), _filed(s), s, mode)
        table.add_up(_filed(s), (key("mode", s, "B", "yes"), key("answer", s, "late"), key("answer", s, "none")))
    return table


def _ages(read: Read, today: date) -> Table:
    closing = Table("closing")
    for s in read.scopes:
        _closed, still = _split(closing, read.of(s, D.CLOSING), ("closed", "open"), _filed(s), s)
        ages: Counter[str] = Counter()
        for month, count in read.by_month(s, D.CLOSING, "open").items():
            ages[_age_class(month, today)] += count
        made = []
        for first, _last in AGES:
            name = key("age", s, f"open{first}")
            closing.cells[name] = ages[f"open{first}"]
            made.append(name)
        closing.add_up(still, made)
    return closing


def _age_class(month: str, today: date) -> str:
    year, number = map(int, month.split("-"))
    old = (today.year - year) * 12 + today.month - number
    return next(f"open{first}" for first, last in AGES if last is None or old <= last)


def _way(read: Read) -> Iterator[Table]:
    """The furthest station of each; those that are closed there; and how many came at least so far."""
    station, left, reached = Table("station"), Table("left"), Table("reached")
    for s in read.scopes:
        counts, ended = read.of(s, D.STATION), read.of(s, D.LEFT)
        at = _split(station, counts, STATIONS, _filed(s), s)
        gone = _split(left, ended, STATIONS, key("closing", s, "closed"), s)
        for name, here, there in zip(STATIONS, at, gone, strict=True):
            still = left.put(counts.get(name, 0) - ended.get(name, 0), s, name, latent=True)
            left.add_up(here, (there, still))
        _cumulate(reached, counts, s)
    yield from (station, left, reached)


def _cumulate(reached: Table, counts: Mapping[str, int], s: str) -> None:
    """The same number under another name is tied by what it leaves of the station before."""
    come = 0
    for at, name in reversed(list(enumerate(STATIONS))):
        come += counts.get(name, 0)
        total = reached.put(come, s, name) if at else _filed(s)
        if at + 1 < len(STATIONS):
            after = STATIONS[at + 1]
            reached.add_up(total, (key("station", s, name), key("reached", s, after)))
            if after in SAME_AS_REACHED:
                reached.add_up(total, (key("station", s, name), SAME_AS_REACHED[after].format(s=s)))


def _measures(read: Read) -> Iterator[Table]:
    """Whether a deviation led to any; then the measures themselves, each by how far it is and by its effect."""
    led, measures, effect = Table("led"), Table("measures"), Table("effect")
    for s in read.scopes:
        filed, stations = read.of(s, D.FILED).get("", 0), read.of(s, D.STATION)
        yes = sum(stations.get(name, 0) for name in STATIONS[STATIONS.index("measure") :])
        _split(led, {"yes": yes, "no": filed - yes}, ("yes", "no"), _filed(s), s)
        total = measures.put(sum(read.of(s, D.MEASURES).values()), s, TOTAL)
        _split(measures, read.of(s, D.MEASURES), DONE, total, s)
        _split(effect, read.of(s, D.EFFECT), EFFECTS, total, s)
    yield from (led, measures, effect)


def _list(id: str, read: Read, dimension: str) -> Table:
    table = Table(id)
    for s in read.scopes:
        counts = {name or UNKNOWN: count for name, count in read.of(s, dimension).items()}
        _split(table, counts, sorted(counts), _filed(s), s)
    return table


def _agreements(read: Read) -> Iterator[Table]:
    """What is cited, by clause and by agreement, and whether that was in force on the day it happened."""
    clause, agreement = Table("clause"), Table("agreement")
    for s in read.scopes:
        cited: Counter[str] = Counter()
        held: Counter[tuple[str, str]] = Counter()
        for name, count in read.of(s, D.CLAUSE).items():
            where, _between, state = name.partition(">")
            cited[where or UNKNOWN] += count
            held[where.split("/")[0] or UNKNOWN, state] += count
        made = _split(clause, cited, sorted(cited), _filed(s), s)
        totals = []
        for one in sorted({one for one, _state in held}):
            total = agreement.put(sum(n for (at, _state), n in held.items() if at == one), s, one)
            totals.append(total)
            start = key("clause", s, one)
            agreement.add_up(total, [name for name in made if name == start or name.startswith(f"{start}/")])
            if one != UNKNOWN:
                agreement.add_up(total, _cited(agreement, held, s, one))
        agreement.add_up(_filed(s), totals)
    yield from (clause, agreement)


def _cited(agreement: Table, held: Mapping[tuple[str, str], int], s: str, one: str) -> list[Key]:
    made = []
    for state in ("valid", "expired"):
        made.append(key(f"cited_{state}", s, one))
        agreement.cells[made[-1]] = held.get((one, state), 0)
    return made


def _directions(read: Read) -> Iterator[Table]:
    """Who filed about whom, with a row and a column of totals; the total of both is what was filed. Then the same
    between kinds of principals, for when too few went between any two."""
    table, between = Table("direction"), Table("between")
    named = {pair: tuple(map(read.principal, pair.split(">"))) for s in read.scopes for pair in read.of(s, D.DIRECTION)}
    for s in read.scopes:
        counts: Counter[tuple[str, ...]] = Counter()
        for pair, count in read.of(s, D.DIRECTION).items():
            counts[named[pair]] += count
        names = {pair: table.put(count, s, *pair) for pair, count in sorted(counts.items())}
        rows = _margin(table, names, counts, 0, s)
        columns = _margin(table, names, counts, 1, s)
        table.add_up(_filed(s), rows)
        table.add_up(_filed(s), columns)
        _between(between, {pair: table.cells[name] for pair, name in names.items()}, names, read, s)
    yield from (table, between)


def _kind(read: Read, principal: str) -> str:
    kind = read.kinds.get(principal, OTHER)
    return kind if kind in KINDS else OTHER


def _between(
    table: Table, counts: Mapping[tuple[str, ...], int], names: Mapping[tuple[str, ...], Key], read: Read, s: str
) -> None:
    """Each count of two kinds is made of those between their principals."""
    parts: dict[tuple[str, ...], list[tuple[str, ...]]] = {pair: [] for pair in product(KINDS, KINDS)}
    for pair in counts:
        parts[tuple(_kind(read, one) for one in pair)].append(pair)
    whole = {kinds: sum(counts[pair] for pair in pairs) for kinds, pairs in parts.items()}
    made = {kinds: table.put(count, s, *kinds) for kinds, count in whole.items()}
    for kinds, pairs in parts.items():
        table.add_up(made[kinds], [names[pair] for pair in sorted(pairs)])
    for side in (0, 1):
        table.add_up(_filed(s), _margin(table, made, whole, side, s))


def _margin(
    table: Table, names: Mapping[tuple[str, ...], Key], counts: Mapping[tuple[str, ...], int], side: int, s: str
) -> list[Key]:
    mine: dict[str, list[tuple[str, ...]]] = {}
    for pair in counts:
        mine.setdefault(pair[side], []).append(pair)
    made = []
    for one, pairs in sorted(mine.items()):
        total = table.put(sum(counts[pair] for pair in pairs), s, *((one, TOTAL) if side == 0 else (TOTAL, one)))
        table.add_up(total, [names[pair] for pair in pairs])
        made.append(total)
    return made


def _receivers(read: Read, today: date) -> Table:
    """Statements asked of each principal's units: in time, late, waited for past their day, or still within it."""
    table = Table("receiver")
    for s in read.scopes:
        asked: dict[str, Counter[str]] = {}
        for name, count in read.of(s, D.RECEIVER).items():
            principal, state, *day = name.split(">")
            if day:
                state = "open_late" if date.fromisoformat(day[0]) < today else "open"
            asked.setdefault(read.principal(principal), Counter())[state] += count
        for principal, counts in sorted(asked.items()):
            total = table.put(sum(counts.values()), s, principal, TOTAL)
            _split(table, counts, ("in_time", "late", "open_late", "open"), total, s, principal)
    return table


def _rejected(read: Read) -> Table:
    table = Table("rejected")
    for s in read.scopes:
        counts = {reason or UNKNOWN: count for reason, count in read.of(s, D.REJECTED).items()}
        if counts:
            total = table.put(sum(counts.values()), s, TOTAL)
            _split(table, counts, sorted(counts), total, s)
    return table


def _rerouted(read: Read) -> Table:
    table = Table("rerouted")
    for s in read.scopes:
        filed, yes = read.of(s, D.FILED).get("", 0), read.of(s, D.REROUTED).get("yes", 0)
        _split(table, {"yes": yes, "no": filed - yes}, ("yes", "no"), _filed(s), s)
    return table


def _months(read: Read, period: Period) -> Iterator[Table]:
    """What was filed each month, and how much of that has an answer by now."""
    month, answered = Table("month"), Table("month_answered")
    for s in read.scopes:
        states = {state: read.by_month(s, D.ANSWER, state) for state in ("in_time", "late", "none")}
        made, with_answer, without = [], [], []
        for first in period.months:
            at = f"{first:%Y-%m}"
            yes = states["in_time"].get(at, 0) + states["late"].get(at, 0)
            no = states["none"].get(at, 0)
            made.append(month.put(yes + no, s, at))
            with_answer.append(answered.put(yes, s, at))
            without.append(answered.put(no, s, at, latent=True))
            answered.add_up(made[-1], (with_answer[-1], without[-1]))
        month.add_up(_filed(s), made)
        answered.add_up(key("answered", s), with_answer)
        answered.add_up(key("answer", s, "none"), without)
    yield from (month, answered)
