"""Keeping the counts by month: only months in which a deviation changed are counted again.

The change's own transaction marks the month (`deviations.history`). Whoever counts takes the month's lock, counts what
is committed, and removes exactly the marks it saw: a change that commits later leaves its own mark for the next round.
"""

from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from deviations.learning.counting import statement
from deviations.learning.period import next_month
from deviations.models import Deviation, FactMonth, TouchedMonth
from orgs.models import County


def refresh(county: County | None = None) -> int:
    """Count the touched months again, of one county or of all; returns how many. Cheap when none is touched."""
    touched = TouchedMonth.objects.all() if county is None else TouchedMonth.objects.filter(county=county)
    months = sorted(set(touched.values_list("county_id", "month")))
    return sum(_refresh_month(county_id, month) for county_id, month in months)


def touch_cited(county: County) -> None:
    """Mark every month in which an agreement is cited. For whoever gives agreements other days: it is no deviation's
    change, yet another number may have cited what no longer held.
    """
    cited = FactMonth.objects.filter(county=county, dimension=FactMonth.Dimension.CLAUSE).exclude(key="")
    months = cited.order_by("month").values_list("month", flat=True).distinct()
    TouchedMonth.objects.bulk_create(TouchedMonth(county=county, month=month) for month in months)


def build_all(county: County) -> int:
    """Count every month from the first deviation on: for the first build, or after bulk loading. Returns the months."""
    with transaction.atomic():
        FactMonth.objects.filter(county=county).delete()
    filed = Deviation.objects.filter(county=county, filed_at__isnull=False).order_by("filed_at")
    first, last = filed.first(), filed.last()
    if first is None or last is None or first.filed_at is None or last.filed_at is None:
        return 0
    month, end, done = _month_of(first.filed_at), _month_of(last.filed_at), 0
    while month <= end:
        with transaction.atomic():
            _lock(county.pk, month)
            count(county.pk, month)
        month, done = next_month(month), done + 1
    return done


@transaction.atomic
def _refresh_month(county_id: int, month: date) -> int:
    _lock(county_id, month)
    marks = list(TouchedMonth.objects.filter(county_id=county_id, month=month).values_list("pk", flat=True))
    if not marks:
        return 0  # another worker came first
    count(county_id, month)
    TouchedMonth.objects.filter(pk__in=marks).delete()
    return 1


def _lock(county_id: int, month: date) -> None:
    """One at a time per county and month until the transaction ends. SQLite lets only one writer in anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [county_id, month.year * 12 + month.month])


def count(county_id: int, month: date) -> None:
    """Replace the month's rows by what is true now. The caller holds the month's lock, in a transaction."""
    FactMonth.objects.filter(county_id=county_id, month=month).delete()
    with connection.cursor() as cursor:
        cursor.execute(statement(), [county_id, _midnight(month), _midnight(next_month(month)), county_id, month])


def _month_of(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)


def _midnight(day: date) -> datetime | str | None:
    """Midnight in Sweden, as the engine stores it."""
    at = timezone.make_aware(datetime.combine(day, time.min))
    adapted: datetime | str | None = connection.ops.adapt_datetimefield_value(at)
    return adapted
