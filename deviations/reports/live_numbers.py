"""Numbers as they are now, worked out beside the pages: protecting a tree takes seconds, and opening a page must not.

The worker does it again when the counts have changed, so that a change is seen within a minute; where it takes long,
more seldom, so that letters and other work get their turn. Several workers may run: the newest answer stays.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import WrongState
from deviations.learning.period import Period, of_year, until
from deviations.models import FactMonth, LiveNumbers, SipCount, Snapshot
from deviations.reports import snapshots, stored
from orgs.models import Body

REST, LONGEST_REST = 10, 45
"""What took a second is not done again until so many seconds have passed, or so many in all. What took longer than that
rests as long as it took."""

Newest = Mapping[tuple[int, date], int]
"""By county and month: the newest row."""


def live_numbers(root: Body, period: Period) -> snapshots.Numbers:
    """Of today; the frozen ones once a longer period of the year has been frozen.

    Raises `WrongState` when there are none, or none yet.
    """
    if snapshots.is_passed(root, period):
        frozen = snapshots.of_period(root, period)
        if frozen is None:
            snapshots.refuse_passed(root, period)
        else:
            return snapshots.numbers_of(frozen)
    row = LiveNumbers.objects.filter(root=root, first_month=period.first, last_month=period.last).first()
    if row is None:
        raise WrongState(_("Siffrorna räknas för första gången. Det tar någon minut; öppna sidan igen om en stund."))
    shown = stored.shown(row.shown, row.threshold)
    return snapshots.Numbers(shown, stored.spreads(row.shown), snapshots.definitions(), row.cut_off)


def count_live() -> int:
    """Work out one tree and period that has changed; 0 when none has. Five statements, and nothing is written, then.

    One at a time, so that letters and counts do not wait for a whole county's years.
    """
    facts, sip = _newest(FactMonth), _newest(SipCount)
    ready = Snapshot.objects.filter(status=Snapshot.Status.READY).order_by()
    frozen = {
        (root, first): newest for root, first, newest in ready.values_list("root", "first_month").annotate(Max("pk"))
    }
    there = {(row.root_id, row.last_month): row for row in LiveNumbers.objects.defer("shown")}
    for root in Body.objects.filter(steering_body__isnull=True).select_related("county").order_by("pk"):
        county = root.county_id
        for period in _periods(min((month for at, month in facts if at == county), default=clock.today())):
            mark = _mark(facts, sip, county, period.first.year) + f"-{frozen.get((root.pk, period.first))}"
            row = there.get((root.pk, period.last))
            if row is None or (row.mark != mark and _has_rested(row)):
                _count(root, period, mark)
                return 1
    return 0


def _newest(table: type[FactMonth] | type[SipCount]) -> Newest:
    found = table.objects.order_by().values_list("county", "month").annotate(Max("pk"))
    return {(county, month): newest for county, month, newest in found}


def _periods(since: date) -> Iterator[Period]:
    """This year so far, and the years that have ended: those that the page offers."""
    today = clock.today()
    yield until(today.year, today.month)
    for year in range(today.year - 1, since.year - 1, -1):
        yield of_year(year)


def _mark(facts: Newest, sip: Newest, county: int, year: int) -> str:
    """Of all that the year's numbers are made from. The hour is in this year's, for what nothing else marks: an
    agreement that has run out, a unit that has become silent."""
    months = [(county, month) for month in of_year(year).months]
    now = clock.now()
    hour = now.strftime("%Y%m%d%H") if now.year == year else ""
    newest = [max((rows[at] for at in months if at in rows), default=None) for rows in (facts, sip)]
    return f"{newest[0]}-{newest[1]}-{hour}"


def _has_rested(row: LiveNumbers) -> bool:
    rest = max(row.seconds, min(REST * row.seconds, LONGEST_REST))
    return clock.now() - row.cut_off >= timedelta(seconds=rest)


def _count(root: Body, period: Period, mark: str) -> None:
    """The work is done outside any transaction, so that nobody's writing waits for it."""
    began = time.monotonic()
    passed = LiveNumbers.objects.filter(root=root, first_month=period.first, last_month__lt=period.last)
    numbers = snapshots.numbers_now(root, period)
    passed.delete()
    LiveNumbers.objects.update_or_create(
        root=root, first_month=period.first, last_month=period.last,
        defaults={
            "mark": mark, "cut_off": numbers.cut_off, "seconds": time.monotonic() - began,
            "threshold": numbers.shown.threshold, "shown": stored.of_shown(numbers.shown, numbers.spreads),
        },
    )  # fmt: skip
