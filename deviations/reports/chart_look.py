"""What all charts of a report have in common: colours, letters, numbers in words, and the frame."""

from collections.abc import Mapping, Sequence
from typing import Any

from deviations.deadlines import MONTHS

INK, INK_2, INK_3, LINE, PAPER = "#1C2430", "#4A5361", "#5F6773", "#DDD8CC", "#FFFFFF"
TEAL, SUNKEN, OCHRE, OCHRE_FILL, MOSS = "#0B5C63", "#F3F1EA", "#7A4F05", "#C0861A", "#2D6437"
EDGE = "#857F70"

TOKENS: Mapping[str, str] = {
    INK: "--ink", INK_2: "--ink-2", INK_3: "--ink-3", LINE: "--line", PAPER: "--page", TEAL: "--teal",
    SUNKEN: "--sunken", OCHRE: "--ochre", OCHRE_FILL: "--ochre-fill", MOSS: "--moss", EDGE: "--edge",
}  # fmt: skip
"""The page's token for each colour of the light drawing."""

SERIES = (TEAL, OCHRE_FILL, INK_2, MOSS)
"""In order, for several series in one chart; told apart by their names as well."""

FONT = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Helvetica, Arial, sans-serif"
WIDE, NARROW = 992, 474  # a page's whole width, and a column of two
LETTER = 6.6  # roughly, at 13 pixels: only for what must not collide

Layer = dict[str, Any]


def frame(width: int, height: int, padding: tuple[int, int, int, int], layers: Sequence[Layer]) -> dict[str, Any]:
    """A Vega-Lite picture of exactly this size. `padding`: top, right, bottom, left."""
    top, right, bottom, left = padding
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width - left - right,
        "height": height - top - bottom,
        "padding": {"top": top, "right": right, "bottom": bottom, "left": left},
        "autosize": "none",
        "background": PAPER,
        "layer": [_silent(layer) for layer in layers],
        "config": {
            "aria": False,
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelColor": INK_2, "labelFontSize": 13, "gridColor": LINE, "domain": False, "ticks": False,
                "labelPadding": 8,
            },
            "text": {"font": FONT, "fontSize": 13, "color": INK_2},
        },
    }  # fmt: skip


def _silent(layer: Layer) -> Layer:
    """Its marks are not read aloud one by one: the picture has its words, and its table beside it."""
    return {**layer, "mark": {**layer["mark"], "aria": False}}


def words(rows: Sequence[Mapping[str, Any]], encoding: Mapping[str, Any], *, colour: str = INK_2, **mark: Any) -> Layer:
    """Words in the picture, one per row with "text"."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "text", "color": colour, **mark},
        "encoding": {**encoding, "text": {"field": "text"}},
    }


def upright(x: float, top: float, bottom: float, **mark: Any) -> Layer:
    """A line straight down, in pixels."""
    place = {"x": {"value": x}, "y": {"value": top}, "y2": {"value": bottom}}
    return {"data": {"values": [{}]}, "mark": {"type": "rule", **mark}, "encoding": place}


def number(value: float, unit: str = "") -> str:
    """ "1 240", "22 %", "9,5 dagar"."""
    whole = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    told = whole.replace(",", "\u202f").replace(".", ",")
    return f"{told}\u00a0{unit}" if unit else told


def month(label: str) -> tuple[str, str]:
    """ "2026-03" as ("mar", "2026"); a label that is no month as itself and nothing."""
    year, _dash, rest = label.partition("-")
    if len(label) == 7 and year.isdigit() and rest.isdigit() and 1 <= int(rest) <= 12:
        return MONTHS[int(rest) - 1][:3], year
    return label, ""


def in_full(label: str) -> str:
    """ "mar 2026"."""
    return " ".join(filter(None, month(label)))


def steps(most: float, wanted: int = 4) -> list[float]:
    """Even steps from 0 to at least `most`, about as many as wanted: 0, 10, 20, 30."""
    size = 1.0
    while most / size > wanted:
        size *= 2.5 if str(int(size))[0] == "2" else 2
    return [size * n for n in range(int(-(-most // size)) + 1)] if most else [0, 1]
