"""The report's chart as SVG, drawn on the server on a paper-white surface: the same by day, by night and in print."""

from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from deviations.deadlines import MONTHS
from deviations.learning.printed import Point, Series, middle, number

INK, INK_2, LINE, PAPER = "#1C2430", "#4A5361", "#DDD8CC", "#FFFFFF"
FILED, ANSWERED = "#0B5C63", "#C0861A"
NUMBERS: tuple[dict[str, Any], ...] = (
    {"type": "text", "dy": -7, "fontSize": 12, "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"},
    {"type": "text", "dy": -7, "fontSize": 12, "color": INK},
)
"""First their surroundings on paper white, so that the line of the median goes through no number."""
FONT = "'Source Sans 3', 'Segoe UI', Helvetica, Arial, sans-serif"


def svg(series: Series) -> str:
    """Received and answered per month, each bar with its number; a hidden month has its mark and no bar."""
    return _drawn(
        series.points, series.with_answered, series.median, series.title, f"{in_words(series)} {series.pattern}"
    )


@lru_cache(maxsize=64)
def _drawn(points: tuple[Point, ...], with_answered: bool, median: float | None, title: str, words: str) -> str:
    import vl_convert  # half a second, and only where charts are drawn

    drawn: str = vl_convert.vegalite_to_svg(
        _spec(points, with_answered, median), vl_version="5.20", format_locale="sv-SE"
    )
    named = f'role="img"><title>{escape(title)}</title><desc>{escape(words)}</desc>'
    return drawn.replace(">", f" {named}", 1)


def _spec(points: tuple[Point, ...], with_answered: bool, median: float | None) -> dict[str, Any]:
    names = [_("Mottagna"), _("Fått svar")] if with_answered else [_("Mottagna")]
    rows = []
    for point in points:
        label = month_label(point)
        for name, value in zip(names, (point.filed, point.answered), strict=False):
            rows.append(
                {"month": label, "name": name, "value": value or 0, "text": "··" if value is None else number(value)}
            )
    across = {
        "x": {
            "field": "month", "type": "ordinal", "sort": None, "title": None,
            "axis": {"labelAngle": 0, "ticks": False, "domainColor": INK_2, "labelPadding": 6},
            "scale": {"paddingInner": 0.25},
        },
        "xOffset": {"field": "name", "sort": names},
    }  # fmt: skip
    height = {"field": "value", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1, "tickCount": 4}}
    colour = {
        "field": "name",
        "scale": {"domain": names, "range": [FILED, ANSWERED][: len(names)]},
        "sort": names,
        "legend": {"orient": "top", "title": None, "symbolType": "square"},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 900 if median is None else 830,
        "height": 220,
        "background": PAPER,
        "padding": 16,
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {**across, "y": height, "color": colour}},
            *([] if median is None else _median_line(median)),
            *({"mark": mark, "encoding": {**across, "y": height, "text": {"field": "text"}}} for mark in NUMBERS),
        ],
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelColor": INK_2, "labelFontSize": 12.5, "gridColor": LINE, "domain": False, "tickColor": LINE},
            "axisX": {"grid": False, "domain": True},
            "legend": {"labelColor": INK, "labelFontSize": 13},
        },
    }


def _median_line(median: float) -> list[dict[str, Any]]:
    """Across the whole chart, with its number at the right edge, outside the bars."""
    at = {"y": {"datum": median, "type": "quantitative"}}
    once: dict[str, Any] = {"data": {"values": [{}]}}
    label = {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "color": INK, "text": f"median {middle(median)}"}
    return [
        {**once, "mark": {"type": "rule", "color": INK, "strokeDash": [6, 4], "strokeWidth": 1.5}, "encoding": at},
        {**once, "mark": label, "encoding": {**at, "x": {"value": "width"}}},
    ]


def month_label(point: Point) -> str:
    """ "jan 26"."""
    return f"{MONTHS[point.month.month - 1][:3]} {point.month.year % 100:02}"


def in_words(series: Series) -> str:
    """For those who do not see it: the finding, where the highest month is, and the median."""
    told = [point for point in series.points if point.filed is not None]
    if not told:
        return _("Stapeldiagram per månad. %(title)s.") % {"title": series.title}
    top = max(told, key=lambda point: point.filed or 0)
    words = _("Stapeldiagram per månad. %(title)s. Flest kom in i %(month)s %(year)d: %(n)s.") % {
        "title": series.title,
        "month": MONTHS[top.month.month - 1],
        "year": top.month.year,
        "n": number(top.filed or 0),
    }
    if series.median is not None:
        words += " " + _("Medianen är %(median)s i månaden.") % {"median": middle(series.median)}
    return words
