"""A body's yearly report at full size, beside one bare GROUP BY over the deviations; and what keeping the counts costs.

Fills the database that DATABASE_URL names, which must be empty, with ten years of deviations and the work done about
them, and says its figures as lines of JSON.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # after django.setup
from django.db import connection, transaction  # noqa: E402

from deploy.bench import work  # noqa: E402
from deploy.bench.data import Sizes, World, build  # noqa: E402
from deploy.bench.figures import Figure, median_ms, say  # noqa: E402
from deviations.learning import refresh  # noqa: E402
from deviations.learning.period import of_year  # noqa: E402
from deviations.models import Deviation, FactMonth, TouchedMonth  # noqa: E402
from deviations.reports import compose, snapshots  # noqa: E402
from orgs.models import Body, County, ProfileVersion  # noqa: E402
from orgs.profiles import loader  # noqa: E402

GOALS = {False: 0.5, True: 0.1}
"""With ten times as many, told by slim rows, it may cost a tenth."""
REFRESH_GOAL = 0.05
YEAR = of_year(2024)
COUNTY = "99"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deviations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slim", action="store_true", help="short texts and few parties, for ten times as many")
    parser.add_argument("--only-report", action="store_true", help="make one in a filled database; says the peak in kB")
    asked = parser.parse_args()
    if asked.only_report:
        make_report()
        print(_own_peak())
        return
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    world = build(Sizes(deviations=asked.deviations, years=10, slim=asked.slim))
    work.fill(world)
    like_a_county(world)
    print(
        f"{connection.vendor}: {asked.deviations:,} in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True
    )
    measure(world.county, asked.deviations, GOALS[asked.slim], rounds=asked.rounds)


def like_a_county(world: World) -> None:
    """The first bodies become those of a shipped county, steered as there: reports are of a whole tree."""
    profile = loader.shipped("blekinge")
    ProfileVersion.objects.filter(county=world.county).update(document=loader.to_json(profile))
    bodies = dict(zip([body.id for body in profile.bodies], world.bodies, strict=False))
    with transaction.atomic():
        for planned in profile.bodies:
            body = bodies[planned.id]
            body.key, body.name = planned.id, planned.name
            body.steering_body = bodies[planned.steering[0]] if planned.steering else None
            body.save()


def measure(county: County, size: int, goal: float, *, rounds: int) -> None:
    """Build the counts, then the report, the refresh of one touched month, and the memory that a report takes."""
    engine, what = connection.vendor, f"{size:,} deviations"
    began = time.perf_counter()
    months = refresh.build_all(county)
    built = (time.perf_counter() - began) * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {FactMonth._meta.db_table}")
    month = FactMonth.objects.filter(county=county).order_by("month").values_list("month", flat=True)[0]
    began = time.perf_counter()
    make_report()
    first = (time.perf_counter() - began) * 1000
    found = median_ms(
        {"report": make_report, "scan": _scan, "refresh": lambda: _touch_and_refresh(county, month)}, rounds=rounds
    )
    say(Figure(engine, f"yearly report, {what}", found["report"], found["scan"], "ms", goal))
    say(Figure(engine, f"the same, its numbers protected for the first time, {what}", first, found["scan"], "ms"))
    say(Figure(engine, f"refresh of one month of {months}, {what}", found["refresh"], built, "ms", REFRESH_GOAL))
    say(Figure(engine, f"memory of a report, {what}", _peak(), 0, "MB"))


def make_report() -> None:
    """Counted, protected and composed, as the worker and the page do between them."""
    body = _body()
    root = snapshots.root_of(body)
    compose.as_of_now(body, root, YEAR, snapshots.numbers_now(root, YEAR))


def _body() -> Body:
    return Body.objects.select_related("county", "steering_body").get(county__code=COUNTY, key="lsvo")


def _peak() -> float:
    """Of a process that makes one report and nothing else, in megabytes."""
    made = [sys.executable, "-m", "deploy.bench.report", "--only-report"]
    done = subprocess.run(made, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout) / 1024


def _own_peak() -> int:
    """In kB. Linux gives a new process the peak of whoever started it as ru_maxrss; VmHWM is its own."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


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


if __name__ == "__main__":
    main()
