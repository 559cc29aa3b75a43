"""Bars: counts side by side, and shares of a whole with a tick for the year before (D05).

Each bar has its number in words beside it, so that nothing is read from its length alone.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from deviations.reports.chart_look import (
    INK,
    INK_2,
    INK_3,
    LETTER,
    NARROW,
    SERIES,
    SUNKEN,
    TEAL,
    Layer,
    frame,
    in_full,
    number,
    upright,
    words,
)
from deviations.reports.content import Cell, Chart
from deviations.reports.printing import HIDDEN

ROW, BAR, NUMBER = 46, 14, 62
FOOT = 20  # for what the hidden mark means
ASIDE = 84  # what stands at the far right of a share: the median time


def bars_spec(chart: Chart) -> dict[str, Any]:
    """One row per label, one bar per series in it; the longest bar is the largest number."""
    per = len(chart.series)
    row = 22 + BAR * per + 4 * (per - 1) + 8
    legend = 26 if per > 1 else 0
    most = max((v for values in chart.series for v in values if v is not None), default=0.0) or 1.0
    wide, layers = NARROW - NUMBER, _legend(chart) if legend else []
    for at, label in enumerate(chart.labels):
        top = legend + row * at
        layers.append(_name(_named(label), top))
        for n, values in enumerate(chart.series):
            y = top + 22 + (BAR + 4) * n
            layers += _bar(values[at], most, wide, y, SERIES[n % len(SERIES)], chart.unit, whole=False)
    down = legend + row * len(chart.labels)
    layers += _about_hidden(chart, down)
    return frame(NARROW, down + 4 + (FOOT if hides(chart) else 0), (0, 0, 0, 0), layers)


def shares_spec(chart: Chart) -> dict[str, Any]:
    """Each bar of its whole, with last year's tick. The table's last column stands at the right when it is words."""
    asides = _asides(chart)
    wide = NARROW - NUMBER - (ASIDE if any(asides) else 0)
    most = 100.0 if chart.unit == "%" else max((v for row in chart.series for v in row if v is not None), default=1.0)
    layers: list[Layer] = []
    for at, label in enumerate(chart.labels):
        top = ROW * at
        layers.append(_name(_named(label), top))
        layers += _bar(chart.series[0][at], most, wide, top + 22, TEAL, chart.unit, whole=True)
        before = chart.compare[at] if at < len(chart.compare) else None
        if before is not None:
            x = min(before / most, 1.0) * wide
            layers.append(upright(x, top + 19, top + 22 + BAR + 3, color=INK, strokeWidth=2))
        if asides[at]:
            layers.append(words([{"text": asides[at]}], {}, align="right", x=NARROW, y=top + 22 + BAR / 2))
    layers += _about_hidden(chart, ROW * len(chart.labels))
    return frame(NARROW, ROW * len(chart.labels) + 4 + (FOOT if hides(chart) else 0), (0, 0, 0, 0), layers)


def hides(chart: Chart) -> bool:
    return any(value is None for values in chart.series for value in values)


def _about_hidden(chart: Chart, down: float) -> list[Layer]:
    """What the mark means, in the picture itself: it may be looked at without its page."""
    if not hides(chart):
        return []
    told = _("%(mark)s visas inte: för få, eller så skulle dolda tal kunna räknas fram") % {"mark": HIDDEN}
    return [words([{"text": told}], {}, align="left", x=0, y=down + 14, fontSize=12)]


def _asides(chart: Chart) -> list[str]:
    """The last column of the chart's own table, where it is said in words: "9 dagar"."""
    cells = [row[-1] if len(row) > 2 else Cell(text="") for row in chart.table.rows]
    told = [cell.text if any(letter.isalpha() for letter in cell.text) else "" for cell in cells]
    return told if len(told) == len(chart.labels) else [""] * len(chart.labels)


def _named(label: str) -> str:
    most = int(NARROW / LETTER)
    told = in_full(label)
    return told if len(told) <= most else f"{told[: most - 1].rstrip()}…"


def _name(label: str, top: float) -> Layer:
    return words([{"text": label}], {}, colour=INK, align="left", x=0, y=top + 12, fontSize=13.5)


def _bar(
    value: float | None, most: float, wide: float, y: float, colour: str, unit: str, *, whole: bool
) -> list[Layer]:
    """A hidden number has no bar, only its mark."""
    layers: list[Layer] = []
    if whole:
        layers.append(_mark("rect", color=SUNKEN, x=0, x2=wide, y=y, y2=y + BAR))
    if value is None:
        at = wide if whole else 0.0
        return [*layers, words([{"text": HIDDEN}], {}, colour=INK_3, align="left", x=at + 12, y=y + BAR / 2)]
    long = min(value / most, 1.0) * wide
    layers.append(_mark("rect", color=colour, x=0, x2=long, y=y, y2=y + BAR))
    at = wide if whole else long
    told = number(value, unit)
    return [*layers, words([{"text": told}], {}, colour=INK, fontWeight=600, align="left", x=at + 12, y=y + BAR / 2)]


def _mark(kind: str, **mark: Any) -> Layer:
    return {"data": {"values": [{}]}, "mark": {"type": kind, **mark}, "encoding": {}}


def _legend(chart: Chart) -> list[Layer]:
    layers: list[Layer] = []
    x = 0.0
    for name, colour in zip(chart.names, _colours(chart.names), strict=True):
        layers.append(_mark("rect", color=colour, x=x, x2=x + 12, y=4, y2=16))
        layers.append(words([{"text": name}], {}, colour=INK_2, align="left", x=x + 18, y=10))
        x += 34 + len(name) * LETTER
    return layers


def _colours(names: Sequence[str]) -> list[str]:
    return [SERIES[n % len(SERIES)] for n in range(len(names))]
