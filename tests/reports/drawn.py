"""Numbers of a body drawn by chance, every one large and every sum in its place, and what of them is hidden."""

import datetime as dt
from random import Random
from types import SimpleNamespace
from typing import NamedTuple

from deviations.learning.counts import Cell, Protected, group
from deviations.learning.newcomers import tertials
from deviations.learning.period import until
from deviations.reports.basis import Basis
from orgs.profiles import loader

PROFILE = loader.shipped("blekinge")
S = "all:lsvo"
PERIOD = until(2026, 10)
CUT_OFF = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)

SAFE = {"adoption", "units", "sip_units"}
"""About no persons, and never hidden."""
LATENT = {"newcomer_rest", "newcomer_by_rest", "newcomer_in_rest"}
"""Printed nowhere, as those who are not trained in SIP."""
MODES = ("A", "B", "C", "D", "E")
STATIONS = ("waiting", "received", "answered", "agenda", "decided", "measure", "carried_out", "effect")
PRINCIPALS = [one.id for one in PROFILE.principals]
TOWNS = [one.id for one in PROFILE.principals if one.kind == "municipality"]
LISTS = {
    "category": [one.code for one in PROFILE.categories][:9],
    "target_group": [one.id for one in PROFILE.target_groups],
    "municipality": [one.municipality_code for one in PROFILE.principals if one.municipality_code],
    "kind": ["risk", "near_miss", "event", "good_example"],
    "care_level": [str(level) for level in PROFILE.responsibility.levels],
    "problem": [one.id for one in PROFILE.responsibility.areas],
    "agreement": [one.id for one in PROFILE.agreements],
    "clause": [f"{one.id}/{clause.id}" for one in PROFILE.agreements for clause in one.clauses][:6],
}
NAMES = {
    "principal": {one.id: one.name for one in PROFILE.principals},
    "category": {one.code: one.name for one in PROFILE.categories},
    "target_group": {one.id: one.name for one in PROFILE.target_groups},
    "municipality": {one.municipality_code: one.name for one in PROFILE.principals if one.municipality_code},
    "kind": {"risk": "Risk", "near_miss": "Tillbud", "event": "Händelse", "good_example": "Gott exempel"},
    "care_level": {str(level): f"Nivå {words}" for level, words in PROFILE.responsibility.levels.items()},
    "problem": {one.id: one.name for one in PROFILE.responsibility.areas},
    "agreement": {one.id: one.name for one in PROFILE.agreements},
    "clause": dict.fromkeys(LISTS["clause"], "Punkt"),
    "decline_reason": {one.id: one.name for one in PROFILE.decline_reasons},
}  # fmt: skip


# ── drawn numbers ────────────────────────────────────────────────────────────────────────────────────────────────────
def parts(chance, whole, names):
    """The whole shared out."""
    weights = [chance.randint(2, 9) for _name in names]
    made = [whole * weight // sum(weights) for weight in weights]
    made[0] += whole - sum(made)
    return dict(zip(names, made, strict=True))


def drawn(chance, year, months):
    """A period's counts, every sum in its place."""
    spans = [f"{year}-{at:02}" for at in range(1, months + 1)]
    by_month = {span: chance.randrange(4000, 20000) for span in spans}
    filed = sum(by_month.values())
    found = {("filed", S): filed, ("times", S): filed + chance.randrange(100, 900)}

    def put(table, whole, names, *rest):
        made = parts(chance, whole, names)
        found.update({(table, S, *rest, name): count for name, count in made.items()})
        return made

    found |= {("month", S, span): count for span, count in by_month.items()}
    put("answer", filed, ("in_time", "late", "none"))
    found["answered", S] = filed - found["answer", S, "none"]
    still = put("closing", filed, ("closed", "open"))["open"]
    put("age", still, ("open0", "open2", "open4", "open7"))
    put("led", filed, ("yes", "no"))
    put("rerouted", filed, ("yes", "no"))
    for mode in MODES:
        put("mode", filed, ("yes", "no"), mode)
    for table, names in LISTS.items():
        put(table, filed, names)
    for one in LISTS["agreement"]:
        halves = parts(chance, found["agreement", S, one] + 400, ("valid", "expired"))
        found |= {(f"cited_{state}", S, one): count for state, count in halves.items()}
    station = put("station", filed, STATIONS)
    for at, name in enumerate(STATIONS):
        found["left", S, name] = chance.randrange(station[name] // 4, station[name] // 2)
        if at:
            found["reached", S, name] = sum(station[later] for later in STATIONS[at:])
    told = parts(chance, filed, [f"{row} {column}" for row in PRINCIPALS[:1] + TOWNS for column in PRINCIPALS[:4]])
    for pair, count in told.items():
        row, column = pair.split()
        found["direction", S, row, column] = count
        for margin in ((row, "Σ"), ("Σ", column)):
            found["direction", S, *margin] = found.get(("direction", S, *margin), 0) + count
    for principal in PRINCIPALS:
        for state in ("in_time", "late", "open_late"):
            found["receiver", S, principal, state] = chance.randrange(300, 3000)
    refused = found["rejected", S, "Σ"] = filed + chance.randrange(1000, 2000)
    put("rejected", refused, [one.id for one in PROFILE.decline_reasons])
    measures = found["measures", S, "Σ"] = chance.randrange(4000, 9000)
    put("measures", measures, ("done", "going", "stalled"))
    put("effect", measures, ("verified", "not_verified", "too_early", "waiting"))
    draw_sip(found, chance, spans)
    draw_units(found, chance)
    draw_newcomers(found, chance, until(year, months))
    draw_trained(found, chance)
    return {"|".join(key): count for key, count in found.items()}


def draw_sip(found, chance, spans):
    groups = LISTS["target_group"]
    for where in TOWNS:
        for what in ("initiated", "new", "conducted", "followed_up", "individuals"):
            for each in groups:
                count = found["sip", where, each, what] = chance.randrange(300, 3000)
                for margin in ((where, "Σ"), ("Σ", each), ("Σ", "Σ")):
                    found["sip", *margin, what] = found.get(("sip", *margin, what), 0) + count
    for span in (*spans, "Σ"):
        called = found["sip_month", span, "called"] = chance.randrange(2000, 4000)
        found["sip_month", span, "absent"] = chance.randrange(300, called)
    for party in TOWNS:
        called = found["sip_called", party, "called"] = chance.randrange(2000, 4000)
        absent = found["sip_called", party, "absent"] = chance.randrange(300, called)
        found["sip_called", party, "came"] = called - absent
    for point in PROFILE.sip_checklist:
        of = found["sip_quality", point.id, "of"] = chance.randrange(2000, 4000)
        found["sip_quality", point.id, "met"] = chance.randrange(300, of)


def draw_units(found, chance):
    """Silent units, and those that began; the rest of them have filed before. And what each principal carries out."""
    for principal in PRINCIPALS:
        for answer in ("adopted", "partly", "declined", "waiting"):
            found["adoption", S, principal, answer] = chance.randrange(300, 3000)
        units = found["units", S, principal] = chance.randrange(2000, 4000)
        silent = found["silent", S, principal] = chance.randrange(300, units // 2)
        found["begun", S, principal] = chance.randrange(300, units - silent)


def draw_newcomers(found, chance, period):
    """By tertial, each tied to what was filed in its months; and by principal, of what each filed."""
    total = 0
    for name, months in tertials(period):
        filed = sum(found["month", S, f"{month:%Y-%m}"] for month in months)
        new = found["newcomer_in", S, name] = chance.randrange(1000, filed // 4)
        found |= {("newcomer_in_rest", S, name, "filed"): filed, ("newcomer_in_rest", S, name, "again"): filed - new}
        total += new
    found |= {("newcomer", S, "Σ"): total, ("newcomer_rest", S): found["filed", S] - total}
    filed = {row: found["direction", S, row, "Σ"] for row in PRINCIPALS[:1] + TOWNS}
    new = {row: total * count // found["filed", S] for row, count in filed.items()}
    new[PRINCIPALS[0]] += total - sum(new.values())
    for row in filed:
        found |= {("newcomer_by", S, row): new[row], ("newcomer_by_rest", S, row): filed[row] - new[row]}


def draw_trained(found, chance):
    for principal in PRINCIPALS:
        staff = chance.randrange(2000, 4000)
        trained, answered = chance.randrange(300, staff), chance.randrange(1000, 2000)
        of_them = {"staff": staff, "trained": trained, "untrained": staff - trained}
        units = {"answered": answered, "coordinator": chance.randrange(300, answered)}
        for where in (principal, "Σ"):
            for table, counts in (("sip_trained", of_them), ("sip_units", units)):
                for what, count in counts.items():
                    found[table, where, what] = found.get((table, where, what), 0) + count


def protected(chance, counts, share):
    """Some hidden one by one, and some tables withheld whole."""
    groups = sorted({group(key) for key in counts if key.partition("|")[0] not in SAFE})
    withheld = frozenset(one for one in groups if chance.random() < share / 4)
    inner = {key for key in counts if group(key) in withheld and "|" in key.removeprefix(group(key))}
    cells = {key: hidden(chance, key, inner, share) or Cell(count) for key, count in counts.items()}
    return Protected(5, cells, withheld)


def hidden(chance, key, inner, share):
    """None for what is told."""
    table = key.partition("|")[0]
    if table in LATENT or key.endswith("|untrained"):
        return Cell(None)
    if key in inner or (chance.random() < share and table not in SAFE):
        return Cell(None, small=chance.random() < 0.5 and key not in inner)
    return None


class World(NamedTuple):
    basis: Basis
    counts: dict


def world(seed, share):
    chance = Random(seed)
    now, same, whole = drawn(chance, 2026, 10), drawn(chance, 2025, 10), drawn(chance, 2025, 12)
    return World(basis(*(protected(chance, each, share) for each in (now, same, whole))), now)


def basis(numbers, before=None, earlier=None, *, period=PERIOD, cut_off=CUT_OFF):
    return Basis(
        body=SimpleNamespace(key="lsvo", county_id=1), scope=S, period=period, numbers=numbers, spreads={}, names=NAMES,
        profile=PROFILE, cut_off=cut_off, before=before, earlier=earlier,
    )  # fmt: skip


def told(year=2026, months=10):
    return protected(Random(year), drawn(Random(year), year, months), 0)


def told_but(*hidden):
    numbers = told()
    assert all(key in numbers.cells for key in hidden)
    return basis(Protected(5, {**numbers.cells, **{key: Cell(None) for key in hidden}}))
