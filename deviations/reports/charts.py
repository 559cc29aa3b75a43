"""A report's chart as SVG, drawn on the server: the same picture on the page, on paper, in PDF and in Word (D07).

It draws what the chart's table shows and nothing else; a hidden number has its mark ("··") and no place on the scale.
`svg` is in the light colours, so that it stands alone in a file. `themed` is the same picture for the page, which
turns it dark with everything else.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.html import escape

from deviations.reports.chart_bars import bars_spec, shares_spec
from deviations.reports.chart_flow import flow_svg
from deviations.reports.chart_look import TOKENS
from deviations.reports.chart_run import run_spec
from deviations.reports.content import Chart

NEWEST_SYNTAX = "5.20"

_SPECS: Mapping[str, Callable[[Chart], dict[str, Any]]] = {
    "run": run_spec,
    "bars": bars_spec,
    "shares": shares_spec,
}


@lru_cache(maxsize=256)
def svg(chart: Chart) -> str:
    """With the chart's title and words inside it, for those who do not see it. Half a second the first time."""
    drawn = flow_svg(chart) if chart.form == "flow" else _drawn(_SPECS[chart.form](chart))
    named = f'role="img"><title>{escape(chart.title)}</title><desc>{escape(chart.words)}</desc>'
    return drawn.replace(">", f" {named}", 1)


@lru_cache(maxsize=256)
def themed(chart: Chart) -> str:
    """Every light colour as the page's token of that colour, for an SVG that stands in the page itself."""
    drawn = svg(chart)
    for colour, token in TOKENS.items():
        drawn = drawn.replace(f'"{colour}"', f'"var({token})"')
    return drawn.replace("<svg ", '<svg class="ch" ', 1).replace(' class="marks"', "", 1)


def _drawn(spec: dict[str, Any]) -> str:
    import vl_convert  # half a second, and only where charts are drawn

    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=NEWEST_SYNTAX, format_locale="sv-SE")
    return drawn
