"""Each point of a run chart in words, for whoever goes along it: the numbers of its table, and what happened there."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from deviations.reports.chart_look import in_full, number
from deviations.reports.chart_run import BOTTOM, LEFT
from deviations.reports.chart_run import PLOT as WIDTH
from deviations.reports.content import Chart


@dataclass(frozen=True)
class Plot:
    """Where the points stand in the picture, in its own pixels: from `left`, `wide` in all, `foot` above its edge."""

    left: int
    wide: int
    foot: int


PLOT = Plot(LEFT, WIDTH, BOTTOM)


def points_of(chart: Chart) -> tuple[str, ...]:
    """One sentence each, in order. A hidden number is said to be hidden."""
    return tuple(_point(chart, at) for at in range(len(chart.labels)))


def _point(chart: Chart, at: int) -> str:
    several = len(chart.series) > 1
    told = []
    for name, values in zip(chart.names, chart.series, strict=False):
        value = values[at]
        words = _("visas inte, för få") if value is None else number(value, chart.unit)
        told.append(f"{name} {words}" if several else words)
    happened = [mark.text for mark in chart.marks if mark.at == chart.labels[at]]
    point = _("%(when)s: %(value)s") % {"when": in_full(chart.labels[at]), "value": ", ".join(told)}
    return ". ".join([point, *happened])
