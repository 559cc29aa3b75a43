"""Month by month over this year and the one before, with a median frozen before this year and the rules named (G02)."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deviations.learning import runchart
from deviations.learning.counts import Cell as Count
from deviations.learning.period import next_month
from deviations.reports.basis import Basis
from deviations.reports.content import Chart, Mark, Section, Table
from deviations.reports.decided import chosen
from deviations.reports.printing import HIDDEN, cell, month, small_note, text, withheld


def series(basis: Basis) -> Section | None:
    if basis.count("filed").value == 0:
        return None
    if not basis.tells("month"):
        table = Table(id="series", title=_("Månad för månad"), head=(_("Månad"),), rows=(), withheld=withheld())
        return Section(id="series", title=_("Månad för månad"), blocks=(table,))
    months, counts = points(basis)
    chart = pattern(basis, months, counts)
    return Section(
        id="series",
        title=_title(chart),
        deck=_("Inskickade avvikelser per månad. Antal mäter anmälan, inte hur ofta något händer."),
        blocks=(_drawn(basis, months, counts, chart),),
    )


def points(basis: Basis) -> tuple[list[date], list[Count]]:
    """The months of the year before, when they may be told, and those of the period, from the first that anyone filed
    in: before that nobody counted, which is no low month."""
    earlier, counts = [], []
    if basis.earlier is not None and not basis.earlier.is_withheld("month", basis.scope):
        at = date(basis.period.first.year - 1, 1, 1)
        while at < basis.period.first:
            earlier.append(at)
            counts.append(basis.earlier["|".join(("month", basis.scope, f"{at:%Y-%m}"))])
            at = next_month(at)
    months = [*earlier, *basis.period.months]
    counts += [basis.count("month", f"{at:%Y-%m}") for at in basis.period.months]
    first = next((at for at, count in enumerate(counts) if count.value != 0), 0)
    return months[first:], counts[first:]


def pattern(basis: Basis, months: Sequence[date], counts: Sequence[Count]) -> runchart.RunChart | None:
    """None when a month is hidden, for a median beside the others would narrow it down, or when there is none whole.

    The month that is still going on when the data were taken is no low month. With a year before, its median judges
    this one: frozen, so that a change does not move its own measure.
    """
    whole = [
        count.value
        for at, count in zip(months, counts, strict=True)
        if next_month(at) <= timezone.localdate(basis.cut_off)
    ]
    if not whole or any(count.value is None for count in counts):
        return None
    before = runchart.points_before(months, basis.period.first)
    values = [value for value in whole if value is not None]
    frozen = before if before >= runchart.FEWEST and len(values) > before else None
    return runchart.run_chart(values, baseline=frozen)


def _title(chart: runchart.RunChart | None) -> str:
    if chart is None or not chart.enough:
        return _("Månad för månad")
    if chart.long_run:
        return (
            _("%(n)d månader i rad över medianen") % {"n": chart.longest_run}
            if chart.longest_run > 0
            else _("%(n)d månader i rad under medianen") % {"n": -chart.longest_run}
        )
    return _("Ett skifte syns i serien") if chart.few_crossings else _("Ingen säker förändring i hur mycket som anmäls")


def _drawn(
    basis: Basis, months: Sequence[date], counts: Sequence[Count], chart: runchart.RunChart | None
) -> Chart:  # fmt: skip
    labels = tuple(f"{at:%Y-%m}" for at in months)
    rows = tuple(
        (text(month(at)), cell(count, basis.numbers.threshold)) for at, count in zip(months, counts, strict=True)
    )
    frozen = chart is not None and chart.baseline < chart.points
    return Chart(
        id="series", form="run", title=_("Inskickade avvikelser per månad"), words=_words(months, counts, chart),
        unit=_("avvikelser"), labels=labels, names=(_("Inskickade"),),
        series=(tuple(None if count.value is None else float(count.value) for count in counts),),
        median=None if chart is None else chart.median,
        frozen_at=labels[chart.baseline - 1] if chart is not None and frozen else "",
        rule=_rule(chart), marks=_marks(basis, months),
        table=Table(
            id="series.table", title=_("Månad för månad"), measures=("month",), head=(_("Månad"), _("Inskickade")),
            rows=rows, note=small_note(basis.numbers.threshold) if any(c.value is None for c in counts) else "",
        ),
    )  # fmt: skip


def _rule(chart: runchart.RunChart | None) -> str:
    if chart is None:
        return _("Median och mönster visas inte när någon månad är dold.")
    words = [runchart.finding(chart), runchart.rule(chart)]
    if chart.baseline < chart.points:
        words.append(_("Medianen är fryst före året."))
    return " ".join(filter(None, words))


def _marks(basis: Basis, months: Sequence[date]) -> tuple[Mark, ...]:
    """The decisions that the author has chosen, in the month when they were taken."""
    there = {f"{at:%Y-%m}" for at in months}
    return tuple(
        Mark(at=f"{choice.on:%Y-%m}", text=f"{date_format(choice.on, 'j F')}: {choice.lead}")
        for choice in chosen(basis.body, basis.text)
        if f"{choice.on:%Y-%m}" in there
    )


def _words(months: Sequence[date], counts: Sequence[Count], chart: runchart.RunChart | None) -> str:
    told = [count.value for count in counts if count.value is not None]
    span = _("Seriediagram från %(first)s till %(last)s.") % {"first": month(months[0]), "last": month(months[-1])}
    if not told:
        return span
    ends = {"low": min(told), "high": max(told), "median": HIDDEN if chart is None else f"{chart.median:g}"}
    if chart is None:
        return f"{span} {_('De tal som visas ligger mellan %(low)d och %(high)d i månaden.') % ends}"
    ends["median"] = str(ends["median"]).replace(".", ",")
    return f"{span} {_('Mellan %(low)d och %(high)d i månaden, median %(median)s.') % ends}"
