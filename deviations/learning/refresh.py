"""Keeping the counts by month: only months in which a deviation changed are counted again.

The change's own transaction marks the month (`deviations.history`). Whoever counts takes the month's lock, counts what
is committed, and removes exactly the marks it saw: a change that commits later leaves its own mark for the next round.
"""

from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from deviations.learning.days import STEPS, UPPER
from deviations.models import Deviation, FactMonth, Measure, TouchedMonth
from deviations.workflow import State
from orgs.models import County

D = FactMonth.Dimension


def refresh(county: County | None = None) -> int:
    """Count the touched months again, of one county or of all; returns how many. Cheap when none is touched."""
    touched = TouchedMonth.objects.all() if county is None else TouchedMonth.objects.filter(county=county)
    months = sorted(set(touched.values_list("county_id", "month")))
    return sum(_refresh_month(county_id, month) for county_id, month in months)


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
        cursor.execute(_sql(), [county_id, _midnight(month), _midnight(next_month(month)), county_id, month])


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month_of(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)


def _midnight(day: date) -> datetime | str | None:
    """Midnight in Sweden, as the engine stores it."""
    at = timezone.make_aware(datetime.combine(day, time.min))
    adapted: datetime | str | None = connection.ops.adapt_datetimefield_value(at)
    return adapted


# ── the statement ────────────────────────────────────────────────────────────────────────────────────────────────────
_KEYS = {
    D.ALL: "''",
    D.DIRECTION: "direction",
    D.CATEGORY: "category",
    D.TARGET_GROUP: "target_group",
    D.MUNICIPALITY: "municipality",
    D.KIND: "kind",
}


def _sql() -> str:
    """One pass over the month's deviations, then one small GROUP BY per dimension, in one INSERT."""
    zone = timezone.get_default_timezone_name()
    if connection.vendor == "postgresql":
        day, between, array = f"(%s AT TIME ZONE '{zone}')::date", "({b} - {a})", "jsonb_build_array"
    else:
        day, between, array = (
            f"django_datetime_cast_date(%s, '{zone}', 'UTC')", "(julianday({b}) - julianday({a}))", "json_array",
        )  # fmt: skip
    filed, answered, closed = (day % f"d.{name}" for name in ("filed_at", "first_answer_at", "closed_at"))
    month = f"""
WITH m AS MATERIALIZED (
  SELECT d.accountable_body_id AS body, d.category, d.target_group, d.municipality_code AS municipality, d.kind,
         CAST(d.reporting_principal_id AS text) || '>' || COALESCE(CAST(d.receiving_principal_id AS text), '')
           AS direction,
         d.state = '{State.WITHDRAWN}' AS withdrawn, d.state = '{State.MERGED}' AS merged,
         d.occurrences, d.state = '{State.CLOSED}' AS closed,
         d.first_answer_at IS NOT NULL AS answered, d.fed_back_at IS NOT NULL AS fed_back,
         d.first_answer_at IS NOT NULL AND (d.answer_due_on IS NULL OR {answered} <= d.answer_due_on) AS in_time,
         EXISTS (SELECT 1 FROM {Measure._meta.db_table} x WHERE x.deviation_id = d.id) AS with_measure,
         CASE WHEN d.first_answer_at IS NOT NULL THEN {between.format(a=filed, b=answered)} END AS answer_days,
         CASE WHEN d.state = '{State.CLOSED}' THEN {between.format(a=filed, b=closed)} END AS closing_days
    FROM {Deviation._meta.db_table} d
   WHERE d.county_id = %s AND d.filed_at >= %s AND d.filed_at < %s
     AND d.state NOT IN ('{State.DRAFT}', '{State.DISCARDED}')
)"""  # noqa: S608  # our own names and states
    each = []
    for dimension, key in _KEYS.items():
        whole = dimension == D.ALL
        steps = (_steps(array, "answer_days"), _steps(array, "closing_days")) if whole else (f"{array}()", f"{array}()")
        grouped = "body" if whole else f"body, {key}"
        each.append(
            f"SELECT body, '{dimension}', {key}, {_COUNTS}, {', '.join(steps)} FROM m GROUP BY {grouped}"  # noqa: S608
        )
    columns = (
        "dimension, key, filed, withdrawn, merged, times, answered, answered_in_time, closed, fed_back, with_measure, "
        "open, answer_days, closing_days"
    )
    chosen = columns.replace("open", '"open"').replace("key,", '"key",')
    return (
        f"INSERT INTO {FactMonth._meta.db_table} (county_id, month, body_id, {chosen}) {month} "  # noqa: S608
        f"SELECT CAST(%s AS bigint), CAST(%s AS {'date' if connection.vendor == 'postgresql' else 'text'}), f.* "
        f"FROM ({' UNION ALL '.join(each)}) f"
    )


def _how_many(condition: str) -> str:
    return f"COUNT(CASE WHEN NOT withdrawn AND NOT merged AND {condition} THEN 1 END)"


_COUNTS = ", ".join(
    (
        "COUNT(CASE WHEN NOT withdrawn AND NOT merged THEN 1 END)",
        "COUNT(CASE WHEN withdrawn THEN 1 END)",
        "COUNT(CASE WHEN merged THEN 1 END)",
        "COALESCE(SUM(CASE WHEN NOT withdrawn AND NOT merged THEN occurrences END), 0)",
        *map(_how_many, ("answered", "in_time", "closed", "fed_back", "with_measure", "NOT closed")),
    )
)


def _steps(array: str, column: str) -> str:
    lower = (-1, *UPPER)
    counted = [
        _how_many(f"{column} > {lower[step]}" + (f" AND {column} <= {UPPER[step]}" if step < len(UPPER) else ""))
        for step in range(STEPS)
    ]
    return f"{array}({', '.join(counted)})"
