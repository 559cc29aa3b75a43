"""One process measure as a run chart with its table: target and statutory limit stand beside each value (H01, H04)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from deviations.deadlines import MONTHS
from deviations.learning.runchart import FEWEST, run_chart
from deviations.limits import told
from deviations.models import ProcessMeasure, ProcessValue
from deviations.reports.content import Cell, Chart, Table
from deviations.reports.printing import HIDDEN, text
from deviations.services.process import Span, judged_value


def measure_chart(measure: ProcessMeasure, values: Sequence[ProcessValue]) -> Chart | None:
    """None before there are two values to draw. `values`: the current ones, oldest first."""
    numbers = [value.value for value in values]
    shown = [number for number in numbers if number is not None]
    if len(shown) < 2:
        return None
    nested = bool(measure.formula)
    return Chart(
        id=f"measure.{measure.pk}",
        form="run",
        title=measure.name,
        words=_words(measure, values),
        unit=measure.unit,
        labels=tuple(label(value) for value in values),
        names=(measure.name,),
        series=(tuple(numbers),),
        median=None if nested else run_chart(shown).median,
        rule=nested_words() if nested else rule(shown),
        table=values_table(measure, values),
    )


def values_table(measure: ProcessMeasure, values: Sequence[ProcessValue]) -> Table:
    """Newest last. The law has its own column when it counts another number than the board."""
    apart = any(value.statutory_value is not None for value in values)
    head = [_("Period"), _("Värde"), _("Nämndens mål")]
    head += [_("Mot lagen")] if apart else []
    head += [_("Lagens gräns"), _("Läge")] if measure.statutory_limit is not None else [_("Läge")]
    rows = []
    for value in values:
        judged = judged_value(measure, value)
        row = [text(in_words(value)), _value(value.value, measure.unit), text(_limit(measure.target, measure.unit))]
        row += [_value(_lawful(value), measure.unit)] if apart else []
        row += [text(_limit(measure.statutory_limit, measure.unit))] if measure.statutory_limit is not None else []
        rows.append((*row, text(judged.words if judged else "")))
    return Table(id=f"values.{measure.pk}", title=measure.name, head=tuple(head), rows=tuple(rows))


def in_words(value: ProcessValue) -> str:
    """ "mars 2026", "januari–april 2026", "2026"."""
    return Span(value.first_month, value.last_month).words


def label(value: ProcessValue) -> str:
    """ "2026-03", "jan–apr 2026", "2026": along the axis of a chart."""
    first, last = value.first_month, value.last_month
    if (first.month, last.month) == (1, 12):
        return str(last.year)
    if first == last:
        return f"{last:%Y-%m}"
    return f"{MONTHS[first.month - 1][:3]}–{MONTHS[last.month - 1][:3]} {last.year}"


def rule(values: Sequence[float]) -> str:
    """What Anhøj's rules say of the values, with the rule that signalled named, or why nothing is claimed."""
    chart = run_chart(values)
    if not chart.enough:
        return _("Inga mönster påstås: %(n)d värden räknas, och Anhøjs regler behöver minst %(fewest)d.") % {
            "n": chart.n, "fewest": FEWEST,
        }  # fmt: skip
    figures = _("längsta svit %(run)d (gräns %(limit)d), korsningar %(crossings)d (minst %(least)d väntade)") % {
        "run": abs(chart.longest_run), "limit": chart.longest_allowed,
        "crossings": chart.crossings, "least": chart.crossings_expected,
    }  # fmt: skip
    if chart.long_run:
        words = _("Värdena har skiftat nivå: ovanligt många i rad på samma sida om medianen.")
    elif chart.few_crossings:
        words = _("Värdena har skiftat nivå: ovanligt få korsningar av medianen.")
    else:
        words = _("Ingen säkerställd förändring.")
    return f"{words} {_('Anhøjs regler')}: {figures}."


def nested_words() -> str:
    return _(
        "Varje värde räknas från årets början, så värdena beror av varandra. Inga regler för mönster används, "
        "och ingen median ritas."
    )


def _words(measure: ProcessMeasure, values: Sequence[ProcessValue]) -> str:
    told_ones = [value for value in values if value.value is not None]
    first, last = told_ones[0], told_ones[-1]
    words = _("Linjediagram. %(name)s: %(first)s %(at)s, %(last)s %(then)s.") % {
        "name": measure.name, "first": told(first.value, measure.unit), "at": in_words(first),
        "last": told(last.value, measure.unit), "then": in_words(last),
    }  # fmt: skip
    judged = judged_value(measure, last)
    return f"{words} {judged.words}" if judged else words


def _lawful(value: ProcessValue) -> float | None:
    return value.value if value.statutory_value is None else value.statutory_value


def _value(value: float | None, unit: str) -> Cell:
    if value is None:
        return Cell(text=HIDDEN, mark="hidden")
    return Cell(text=told(value, unit), value=value, mark="number")


def _limit(limit: float | None, unit: str) -> str:
    return "–" if limit is None else told(limit, unit)
