"""What a measurement says: a figure beside the limit measured in the same run, and the goal for their ratio."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is a ratio (measured / limit); with `at_least` more is better. Without a goal it is there to be known."""

    engine: str
    what: str
    measured: float
    limit: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.measured / self.limit if self.limit else float("inf" if self.measured else "nan")

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def say(figure: Figure) -> None:
    """One line of JSON on standard output: how a measuring process answers the one that prints the table."""
    print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)


def heard(line: str) -> Figure:
    return Figure(**json.loads(line))


def median_ms(calls: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Median milliseconds of each call. One warm-up each, then rounds in turn, so that a busy moment hits all alike."""
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _round in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "engine", "measured", "limit", "unit", "ratio", "goal", "met")]
    for f in figures:
        goal = "" if f.goal is None else f"{'≥' if f.at_least else '≤'} {f.goal:g}"
        met = "" if f.met is None else ("yes" if f.met else "NO")
        rows.append((f.what, f.engine, f"{f.measured:,.2f}", f"{f.limit:,.2f}", f.unit, f"{f.ratio:.2f}", goal, met))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    left = {0, 1, 4, 7}
    return "\n".join(
        "  ".join(
            cell.ljust(w) if i in left else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
