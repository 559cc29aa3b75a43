"""The way as one band that narrows: how many came to each station, and where the others went (C04, D05).

Written as SVG by hand, because no kind of chart in Vega-Lite is a band that bends off. The band's thickness is the
number; so is that of what leaves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape

from deviations.reports.chart_look import FONT, INK, INK_2, MOSS, PAPER, TEAL, WIDE, number
from deviations.reports.content import Chart
from deviations.reports.printing import HIDDEN

TOP, THICK, FOOT, LINE = 86, 78.0, 184.0, 18
LEAVES = 40.0  # from the station to where what ends there bends off
INNER = 10.0  # radius of the bend
LAST = 30.0  # how far the band goes on after the last station
THIN = 0.8  # what is not nothing is seen
NAME = 17  # letters; a longer name of a station is in two lines


@dataclass(frozen=True)
class _Station:
    name: str
    told: str
    thick: float | None
    outs: tuple[str, ...]


def flow_svg(chart: Chart) -> str:
    """The first series says how many reached each station, the others how many stopped there, and why."""
    stations = _stations(chart)
    rows = max((len(station.outs) for station in stations), default=0)
    height = FOOT + LINE * max(rows, 1) + 8
    apart = (WIDE - 110) / max(len(stations) - 1, 1)
    drawn = _untold(stations, apart) + "".join(
        _station(station, 6 + apart * at, apart, stations[at + 1] if at + 1 < len(stations) else None)
        for at, station in enumerate(stations)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height:g}" viewBox="0 0 {WIDE} {height:g}">'
        f'<rect width="{WIDE}" height="{height:g}" fill="{PAPER}"/><g font-family="{FONT}">{drawn}</g></svg>'
    )


def _stations(chart: Chart) -> list[_Station]:
    reached = chart.series[0]
    most = max((n for n in reached if n is not None), default=0.0) or 1.0
    found = []
    for at, (name, n) in enumerate(zip(chart.labels, reached, strict=True)):
        outs = tuple(
            f"{number(values[at] or 0)} {_small(why)}"
            for why, values in zip(chart.names[1:], chart.series[1:], strict=True)
            if values[at]
        )
        thick = None if n is None else max(n / most * THICK, THIN if n else 0.0)
        found.append(_Station(name, HIDDEN if n is None else number(n), thick, outs))
    return found


def _small(words: str) -> str:
    """ "Väntar" after a number; a name in capitals stays."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def _untold(stations: Sequence[_Station], apart: float) -> str:
    """Past stations whose number is hidden the band goes on pale, as thick as at the next one that is told."""
    pale, told = "", [at for at, station in enumerate(stations) if station.thick is not None]
    for here, there in pairwise(told):
        if there > here + 1:
            x, thick = 6 + apart * here + LEAVES, stations[there].thick or 0.0
            wide = apart * (there - here) - LEAVES
            pale += _rect(x, TOP, wide, thick, TEAL).replace("/>", ' fill-opacity="0.3"/>')
    return pale


def _name(name: str, x: float) -> str:
    if len(name) <= NAME:
        return _text(x, 36, name, 13.5, INK)
    first, _between, last = name.rpartition(" ")
    while len(first) > NAME and " " in first:
        first, _between, more = first.rpartition(" ")
        last = f"{more} {last}"
    return _text(x, 20, first, 13.5, INK) + _text(x, 36, last, 13.5, INK)


def _station(station: _Station, x: float, apart: float, after: _Station | None) -> str:
    shapes = ""
    if station.thick is not None:
        if after is None:
            shapes += _rect(x, TOP, LAST, station.thick, MOSS)
        elif after.thick is not None:
            shapes += _rect(x, TOP, apart, after.thick, TEAL)
            shapes += _leaving(x, TOP + after.thick, station.thick - after.thick)
        else:
            shapes += _rect(x, TOP, LEAVES, station.thick, TEAL)
    foot = TOP + (station.thick or 0)
    shapes += f'<path d="M{x:.1f} {TOP - 8}V{foot:.1f}" stroke="{INK_2}" stroke-width="1.5"/>'
    shapes += f'<circle cx="{x:.1f}" cy="{TOP - 8}" r="5" fill="{PAPER}" stroke="{INK}" stroke-width="2"/>'
    shapes += _name(station.name, x - 5)
    shapes += _text(x - 5, 63, station.told, 22, INK, 600)
    at, below = x + LEAVES + INNER, FOOT
    if after is None:  # nothing bends off from the last one: what it says stands at its foot, clear of its neighbour's
        at, below = x - 5, foot + 4
    return shapes + "".join(_text(at, below + LINE * (n + 1), out, 13, INK_2) for n, out in enumerate(station.outs))


def _leaving(x: float, y: float, thick: float) -> str:
    """What stops here: along the band's lower edge, then round and down."""
    if thick < THIN / 2:
        return ""
    bend, outer = x + LEAVES, INNER + thick
    path = (
        f"M{bend:.1f} {y:.1f}A{outer:.1f} {outer:.1f} 0 0 1 {bend + outer:.1f} {y + outer:.1f}V{FOOT:g}"
        f"H{bend + INNER:.1f}V{y + outer:.1f}A{INNER:g} {INNER:g} 0 0 0 {bend:.1f} {y + thick:.1f}z"
    )
    return _rect(x, y, LEAVES, thick, TEAL) + f'<path d="{path}" fill="{TEAL}" fill-opacity="0.78"/>'


def _rect(x: float, y: float, wide: float, high: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, words: str, size: float, colour: str, weight: int = 400) -> str:
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    return f'<text x="{x:.1f}" y="{y:g}" font-size="{size:g}" fill="{colour}"{heavy}>{escape(words)}</text>'
