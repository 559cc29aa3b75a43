"""The report as a file that opens in a Swedish spreadsheet: semicolons, and a byte order mark so that å stays å."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from deviations.learning.chart import month_label
from deviations.learning.period import next_month
from deviations.learning.printed import Report, middle, number
from deviations.spreadsheet import as_text

BOM = "\ufeff"


def csv_of(report: Report) -> str:
    """The same numbers as on the page, hidden ones as they are shown, with cut-off and definitions."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in _rows(report):
        writer.writerow([safe(text) for text in row])
    return BOM + out.getvalue()


def safe(text: str) -> str:
    """Text that a spreadsheet would run as a formula begins with an apostrophe instead; spaces in numbers go."""
    plain = text.replace("\u202f", "").replace("\xa0", " ")
    return as_text(plain)


def _rows(report: Report) -> Iterable[tuple[str, ...]]:
    counted = timezone.localtime(report.counted_at)
    yield (report.body.name, report.body.county.name)
    yield (_("Period"), report.period.name, report.period.first.isoformat(), _last_day(report))
    yield (_("Räknat"), f"{counted:%Y-%m-%d %H:%M}")
    yield (report.scope,)
    yield (report.standfirst,)
    yield ()
    for figure in report.figures:
        yield (figure.label, figure.number, figure.beside, figure.definition)
    if report.series:
        yield ()
        yield (_("Månad"), _("Mottagna"), *((_("Fått svar"),) if report.series.with_answered else ()))
        for point in report.series.points:
            values = (point.filed, point.answered) if report.series.with_answered else (point.filed,)
            yield (month_label(point), *("··" if value is None else number(value) for value in values))
        if report.series.median is not None:
            yield (_("Median"), middle(report.series.median))
        yield (report.series.pattern,)
    for table in report.tables:
        yield ()
        yield (table.title,)
        yield (table.deck,)
        if table.withheld:
            yield (table.withheld,)
            continue
        yield table.head
        for row in (*table.rows, *((table.foot,) if table.foot else ())):
            yield tuple(cell.text for cell in row)
    yield ()
    yield from report.definitions


def _last_day(report: Report) -> str:
    """Of what can have been counted: the period's last day, or today."""
    end = next_month(report.period.last) - timedelta(days=1)
    return min(end, timezone.localdate(report.counted_at)).isoformat()
