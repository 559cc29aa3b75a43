"""A run chart: points in time with their median, and what was decided and done as lines with words (G02, G03).

The median is drawn whole over the time it was made from and broken after it; points from then on are open. So is seen
what the median says about, and what it is only held against.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from deviations.reports.chart_look import (
    INK,
    INK_2,
    INK_3,
    LETTER,
    OCHRE,
    OCHRE_FILL,
    PAPER,
    SERIES,
    WIDE,
    Layer,
    frame,
    in_full,
    month,
    number,
    steps,
    upright,
    words,
)
from deviations.reports.content import Chart, Mark
from deviations.reports.printing import HIDDEN

HEIGHT, RIGHT, BOTTOM, LEFT, ROW = 330, 150, 46, 48, 18
PLOT = WIDE - LEFT - RIGHT
LABELS = 9  # along the axis, at most about so many
MOST_LETTERS = 2
APART = 36  # pixels between words at the right edge


def run_spec(chart: Chart) -> dict[str, Any]:
    last = max(len(chart.labels) - 1, 1)
    placed = _placed(chart, last)
    top = 14 + ROW * (1 + max((place.row for place in placed), default=-1))
    ticks = steps(max((v for values in chart.series for v in values if v is not None), default=0.0))
    frozen = chart.labels.index(chart.frozen_at) if chart.frozen_at in chart.labels else None
    scale = _Scale(last, ticks[-1], HEIGHT - top - BOTTOM)
    layers = [
        *_axes(chart, scale, ticks),
        *_median(chart, scale, frozen),
        *_marks(placed, scale),
        *(layer for at, values in enumerate(chart.series) for layer in _series(chart, scale, at, values, frozen)),
        *_edge(chart, scale, frozen),
    ]
    return frame(WIDE, HEIGHT, (top, RIGHT, BOTTOM, LEFT), layers)


class _Scale:
    """Both axes, for Vega-Lite and in pixels."""

    def __init__(self, last: int, most: float, height: int) -> None:
        self.last, self.most, self.height = last, most, height

    def x(self, **more: Any) -> dict[str, Any]:
        fixed = {"domain": [0, self.last], "nice": False}
        return {"field": "x", "type": "quantitative", "scale": fixed, "title": None, **more}

    def y(self, **more: Any) -> dict[str, Any]:
        fixed = {"domain": [0, self.most], "nice": False}
        return {"field": "y", "type": "quantitative", "scale": fixed, "title": None, **more}

    def down(self, value: float) -> float:
        return self.height * (1 - value / self.most)


def _axes(chart: Chart, scale: _Scale, ticks: Sequence[float]) -> list[Layer]:
    every = max(1, -(-len(chart.labels) // LABELS))
    if every > 1 and month(chart.labels[0])[1]:
        every = next((n for n in (3, 6, 12) if n >= every), 12)
    shown, year = {}, ""
    for at in range(0, len(chart.labels), every):
        name, of = month(chart.labels[at])
        shown[at] = [name, of] if of != year else name
        year = of
    told = {tick: number(tick, _short(chart.unit) if tick == ticks[-1] else "") for tick in ticks}
    across = {
        "values": list(shown), "labelExpr": f"({_lookup(shown)})[datum.value]", "grid": False, "domain": True,
        "domainColor": INK_2, "labelLineHeight": 17, "labelFlush": False,
    }  # fmt: skip
    up = {"values": list(ticks), "labelExpr": f"({_lookup(told)})[datum.value]"}
    corner = [{"x": 0, "y": 0}]
    return [
        {
            "data": {"values": corner},
            "mark": {"type": "point", "opacity": 0, "color": INK_2},
            "encoding": {"x": scale.x(axis=across), "y": scale.y(axis=up)},
        }
    ]


def _lookup(named: dict[Any, Any]) -> str:
    """As an object of Vega's expressions."""
    whole = {int(key) if float(key).is_integer() else key: value for key, value in named.items()}
    return json.dumps({str(key): value for key, value in whole.items()}, ensure_ascii=False)


def _median(chart: Chart, scale: _Scale, frozen: int | None) -> list[Layer]:
    if chart.median is None:
        return []
    until = scale.last if frozen is None else frozen
    parts: list[tuple[int, int, list[int]]] = [(0, until, [])]
    if until < scale.last:
        parts.append((until, scale.last, [2, 4]))
    return [
        {
            "data": {"values": [{"x": a, "y": chart.median}, {"x": b, "y": chart.median}]},
            "mark": {"type": "line", "color": INK, "strokeWidth": 1.5, **({"strokeDash": dash} if dash else {})},
            "encoding": {"x": scale.x(), "y": scale.y()},
        }
        for a, b, dash in parts
    ]


def _series(chart: Chart, scale: _Scale, at: int, values: Sequence[float | None], frozen: int | None) -> list[Layer]:
    """The line breaks where a number is hidden, which has its mark at the foot instead."""
    colour, piece, rows = SERIES[at % len(SERIES)], 0, []
    for x, value in enumerate(values):
        if value is None:
            piece += 1
        else:
            rows.append({"x": x, "y": value, "piece": piece, "open": frozen is not None and x > frozen})
    hidden = [{"x": x, "y": 0, "text": HIDDEN} for x, value in enumerate(values) if value is None]
    both = {"x": scale.x(), "y": scale.y()}
    line = {"type": "line", "color": colour, "strokeWidth": 2, "strokeJoin": "round"}
    layers: list[Layer] = [
        {"data": {"values": rows}, "mark": line, "encoding": {**both, "detail": {"field": "piece"}}},
        _points([row for row in rows if not row["open"]], both, fill=colour, stroke=colour, size=42, strokeWidth=0),
        _points([row for row in rows if row["open"]], both, fill=PAPER, stroke=colour, size=62, strokeWidth=2.5),
    ]
    return [*layers, words(hidden, both, colour=INK_3, dy=-10, fontSize=14)]


def _points(rows: Sequence[dict[str, Any]], both: dict[str, Any], **mark: Any) -> Layer:
    shape = {"type": "point", "shape": "circle", "opacity": 1, **mark}
    return {"data": {"values": list(rows)}, "mark": shape, "encoding": both}


# ── what was decided and done ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Place:
    """Where a mark stands, in pixels; `left`: its words are to the left of its line; `row`: from the foot."""

    mark: Mark
    x: float
    wide: float
    left: bool
    row: int

    @property
    def span(self) -> tuple[float, float]:
        return (self.x - self.wide, self.x) if self.left else (self.x, self.x + self.wide)

    def fits(self, other: "_Place") -> bool:
        """Their words do not touch, and no line goes through the other's words: it ends below them."""
        if self.row == other.row and self.span[0] < other.span[1] and other.span[0] < self.span[1]:
            return False
        return not (self._is_crossed_by(other) or other._is_crossed_by(self))

    def _is_crossed_by(self, other: "_Place") -> bool:
        return self.span[0] + 1 < other.x < self.span[1] - 1 and other.row >= self.row


def _placed(chart: Chart, last: int) -> list[_Place]:
    """Each mark in the order of time. Words go where there is room: left of the line, else right, else another row."""
    known = [mark for mark in chart.marks if mark.at in chart.labels]
    found: list[_Place] = []
    for mark in sorted(known, key=lambda mark: chart.labels.index(mark.at)):
        x, wide = chart.labels.index(mark.at) / last * PLOT, len(mark.text) * LETTER + 8
        found.append(_room(mark, x, wide, found))
    lowest = min((place.row for place in found), default=0)
    return [replace(place, row=place.row - lowest) for place in found]


def _room(mark: Mark, x: float, wide: float, taken: Sequence[_Place]) -> _Place:
    """The nearest row where it fits, above or below those that stand there."""
    sides = [left for left, end in ((True, x - wide >= -LEFT), (False, x + wide <= PLOT + RIGHT)) if end] or [True]
    rows = sorted(range(-len(taken) - 1, len(taken) + 2), key=lambda row: (abs(row), row < 0))
    places = [_Place(mark, x, wide, left, row) for row in rows for left in sides]
    return next((place for place in places if all(place.fits(other) for other in taken)), places[-1])


def _marks(placed: Sequence[_Place], scale: _Scale) -> list[Layer]:
    """The first line is whole, the later ones broken: a decision, and what it led to."""
    layers: list[Layer] = []
    for n, place in enumerate(placed):
        x, up = place.x, -6 - ROW * place.row
        dashes = {"strokeDash": [3, 3]} if n else {}
        layers.append(upright(x, up - 10, scale.height, color=OCHRE_FILL, strokeWidth=1.5, **dashes))
        side = {"align": "right", "dx": -8} if place.left else {"align": "left", "dx": 8}
        layers.append(words([{"text": place.mark.text}], {}, colour=OCHRE, fontWeight=600, x=x, y=up, **side))
    return layers


# ── what stands at the right edge ────────────────────────────────────────────────────────────────────────────────────
def _short(unit: str) -> str:
    """A unit in many letters has no room on the axis: it stands with the newest number."""
    return unit if len(unit) <= MOST_LETTERS else ""


def _since(first: str, last: str) -> str:
    """ "jan 2025–dec 2025". Where each point is itself several months there is room for their years only."""
    if "–" in first:
        first, last = (label.rpartition(" ")[2] for label in (first, last))
    return first if first == last else _("%(first)s–%(last)s") % {"first": first, "last": last}


def _edge(chart: Chart, scale: _Scale, frozen: int | None) -> list[Layer]:
    """The median with the time it is made from, and each series' last number: bold, with small words below."""
    wanted: list[tuple[float, str, str]] = []
    if chart.median is not None:
        until = chart.labels[scale.last if frozen is None else frozen]
        since = _since(in_full(chart.labels[0]), in_full(until))
        title = _("Median %(n)s") % {"n": number(chart.median, _short(chart.unit))}
        wanted.append((scale.down(chart.median), title, since))
    for name, values in zip(chart.names, chart.series, strict=False):
        told = [(at, value) for at, value in enumerate(values) if value is not None]
        if told and told[-1][0] == len(values) - 1:
            at, value = told[-1]
            below = name if len(chart.series) > 1 else in_full(chart.labels[at])
            wanted.append((scale.down(value), number(value, chart.unit), below))
    layers: list[Layer] = []
    down = -APART * 9.0
    for wish, title, below in sorted(wanted):
        down = max(wish, down + APART)
        for text, dy, style in ((title, -2, {"colour": INK, "fontWeight": 600}), (below, 15, {})):
            layers.append(words([{"text": text}], {}, align="left", x=PLOT + 14, y=down + dy, **style))  # type: ignore[arg-type]
    return layers
