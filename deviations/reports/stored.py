"""Counts and what may be told of them as JSON, and back: the same on every engine, so that a checksum proves it."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from deviations.learning.counts import Before, Cell, Counts, Protected, Sum
from deviations.learning.dataset import Spread
from deviations.reports.content import checksum

Json = dict[str, Any]


def of_tables(tables: Iterable[Counts]) -> list[Json]:
    return [
        {
            "id": table.id,
            "cells": dict(table.cells),
            "sums": [[one.total, list(one.parts)] for one in table.sums],
            "latent": sorted(table.latent),
            "safe": table.safe,
        }
        for table in tables
    ]


def tables(data: Iterable[Mapping[str, Any]]) -> tuple[Counts, ...]:
    return tuple(
        Counts(
            id=one["id"],
            cells=one["cells"],
            sums=tuple(Sum(total, tuple(parts)) for total, parts in one["sums"]),
            latent=frozenset(one["latent"]),
            safe=one["safe"],
        )
        for one in data
    )


def of_before(before: Before) -> Json:
    return {
        "tables": of_tables(before.counts),
        "told": sorted(before.told),
        "same_period": before.same_period,
        "withheld": sorted(before.withheld),
    }


def earlier(data: Mapping[str, Any]) -> Before:
    told, withheld = frozenset(data["told"]), frozenset(data["withheld"])
    return Before(tables(data["tables"]), told, data["same_period"], withheld)


def of_shown(shown: Protected, spreads: Mapping[str, Spread]) -> Json:
    """`cells`: [number or null, whether it wears the mark of a small one]."""
    return {
        "cells": {name: [cell.value, cell.small] for name, cell in shown.cells.items()},
        "withheld": sorted(shown.withheld),
        "spreads": {name: list(astuple(spread)) for name, spread in spreads.items()},
    }


def shown(data: Mapping[str, Any], threshold: int) -> Protected:
    cells = {name: Cell(value, small) for name, (value, small) in data["cells"].items()}
    return Protected(threshold, cells, frozenset(data["withheld"]))


def spreads(data: Mapping[str, Any]) -> dict[str, Spread]:
    return {name: Spread(*values) for name, values in data["spreads"].items()}


def proof(
    shown: Mapping[str, Any], definitions: list[Any], first: str, last: str, cut_off: datetime, threshold: int
) -> str:
    """The checksum of a snapshot: what is told, by which definitions, of which months, from when."""
    moment = cut_off.astimezone(UTC).isoformat(timespec="microseconds")
    facts = {"shown": shown, "definitions": definitions, "months": [first, last], "cut_off": moment}
    return checksum({**facts, "threshold": threshold})
