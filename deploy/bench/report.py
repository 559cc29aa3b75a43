"""The first report at full size: read from the counts by month, against one bare GROUP BY over the deviations.

Runs in a process whose environment names the database to measure, as `deploy.bench.data` has filled it, and says its
figures as lines of JSON.
"""

import time
from datetime import date

from django.db import connection

from deploy.bench.figures import Figure, median_ms, say
from deviations.learning import refresh
from deviations.learning.period import of_year
from deviations.learning.report import report_for
from deviations.models import Deviation, FactMonth, TouchedMonth
from orgs.models import Body, County, ProfileVersion
from orgs.profiles import loader
from orgs.profiles.active import _parsed

REPORT_GOAL = 0.5
REFRESH_GOAL = 0.05


def measure(county: County, *, rounds: int = 5) -> None:
    """Build the counts, then a body's yearly report, and the refresh of one touched month."""
    ProfileVersion.objects.filter(county=county).update(document=loader.to_json(loader.shipped("blekinge")))
    _parsed.cache_clear()
    began = time.perf_counter()
    months = refresh.build_all(county)
    built = (time.perf_counter() - began) * 1000
    busiest = Body.objects.select_related("county").filter(county=county).order_by("key").first()
    month = FactMonth.objects.filter(county=county).order_by("month").values_list("month", flat=True)[0]
    if busiest is None:
        raise RuntimeError("deploy.bench.data has filled nothing")
    found = median_ms(
        {
            "report": lambda: report_for(busiest, of_year(2024)),
            "scan": _scan,
            "refresh": lambda: _touch_and_refresh(county, month),
        },
        rounds=rounds,
    )
    engine = connection.vendor
    size = f"{Deviation.objects.count():,} deviations"
    say(Figure(engine, f"yearly report, {size}", found["report"], found["scan"], "ms", REPORT_GOAL))
    say(Figure(engine, f"refresh of one month of {months}", found["refresh"], built, "ms", REFRESH_GOAL))


def _scan() -> None:
    """The least that a report without counts by month would have to do."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT accountable_body_id, category, COUNT(*) FROM {Deviation._meta.db_table} "
            "GROUP BY accountable_body_id, category"
        )
        cursor.fetchall()


def _touch_and_refresh(county: County, month: date) -> None:
    TouchedMonth.objects.create(county=county, month=month)
    refresh.refresh(county)
