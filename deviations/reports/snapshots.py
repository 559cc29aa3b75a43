"""Underlag: the numbers of a whole steering tree for one period, counted once, protected, frozen and proved.

Every body of the tree takes its part from the same snapshot, so all boards see the same numbers. What an earlier
snapshot of the same year has told is known to its readers, and is protected against.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from deviations import clock
from deviations.errors import WrongState
from deviations.language import RECORD
from deviations.learning import dataset as datasets
from deviations.learning import remembered
from deviations.learning.around import silence_told
from deviations.learning.counts import Before, Counts, Protected
from deviations.learning.dataset import Spread
from deviations.learning.measures import FORMULAS
from deviations.learning.period import Period, until, year_before
from deviations.learning.refresh import refresh
from deviations.learning.scopes import root_of as top_of
from deviations.models import Snapshot
from deviations.reports import stored
from deviations.reports.content import Definition
from orgs.models import Body

Json = dict[str, Any]


COUNTYWIDE = frozenset({"sip", "sip_month", "sip_called", "sip_quality", "sip_days", "sip_trained", "sip_units"})
"""Tables that are the same whichever tree of the county is counted."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What may be told, and what it was made by."""

    shown: Protected
    spreads: Mapping[str, Spread]
    definitions: Sequence[Mapping[str, str]]
    cut_off: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """Before protection: nobody reads it but the proof."""

    counts: tuple[Counts, ...]
    before: tuple[Before, ...]
    spreads: Mapping[str, Spread]
    threshold: int
    cut_off: datetime


# ── of which tree, and of which months ───────────────────────────────────────────────────────────────────────────────
def root_of(body: Body) -> Body:
    bodies = {other.pk: other for other in Body.objects.filter(county=body.county_id).select_related("county")}
    return top_of(bodies[body.pk], bodies)


def scope_of(body: Body) -> str:
    """What the body itself is accountable for, with those it steers when it steers any."""
    return f"all:{body.key}" if Body.objects.filter(steering_body=body).exists() else f"own:{body.key}"


def period_of(first_month: date, last_month: date) -> Period:
    """ValueError for months that are no period: those begin in January."""
    period = until(last_month.year, last_month.month)
    if first_month != period.first:
        raise ValueError(f"{first_month}–{last_month} is no period")
    return period


def day_of(moment: datetime) -> date:
    """In Sweden."""
    return timezone.localdate(moment)


def ready(root: Body) -> QuerySet[Snapshot]:
    """Without the counts before protection, which only the proof reads."""
    return Snapshot.objects.filter(root=root, status=Snapshot.Status.READY).defer("counts").order_by("pk")


def of_period(root: Body, period: Period) -> Snapshot | None:
    """The newest ready one."""
    return ready(root).filter(first_month=period.first, last_month=period.last).last()


def is_passed(root: Body, period: Period) -> bool:
    """Whether a longer period of the year has been frozen: from then on shorter ones are not counted anew, for the
    one taken from the other would tell what each hides."""
    longer = Snapshot.objects.filter(root=root, first_month=period.first, last_month__gt=period.last)
    return longer.exclude(status=Snapshot.Status.FAILED).exists()


def countable(root: Body, periods: Iterable[Period]) -> set[Period]:
    """Those that have been frozen, and those that may still be counted. One statement."""
    rows = Snapshot.objects.filter(root=root).exclude(status=Snapshot.Status.FAILED).order_by()
    frozen: set[tuple[date, date]] = set()
    longest: dict[date, date] = {}
    for first, last, status in rows.values_list("first_month", "last_month", "status"):
        longest[first] = max(last, longest.get(first, last))
        if status == Snapshot.Status.READY:
            frozen.add((first, last))
    return {
        period
        for period in periods
        if (period.first, period.last) in frozen or longest.get(period.first, period.last) <= period.last
    }


def refuse_passed(root: Body, period: Period) -> None:
    """Raises `WrongState`."""
    if is_passed(root, period):
        raise WrongState(
            _("Ett underlag för en längre del av %(year)s finns redan. En kortare period kan inte räknas efteråt, för "
              "då skulle dolda tal gå att räkna fram.")
            % {"year": period.first.year}
        )  # fmt: skip


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def count(root: Body, period: Period, *, told: Sequence[Snapshot]) -> Counted:
    """Brought up to date first. `told`: the snapshots of the year that readers may have seen, oldest first."""
    refresh(root.county)
    return _as_counted(root, period, told)


def _as_counted(root: Body, period: Period, told: Sequence[Snapshot]) -> Counted:
    """From the counts by month as they are, which the job keeps up to date within a minute. Writes nothing."""
    cut_off = clock.now()
    found = datasets.dataset(root, period)
    again: dict[date, tuple[Counts, ...]] = {period.last: found.counts}
    before = []
    for snapshot in told:
        if snapshot.last_month not in again:
            shorter = period_of(snapshot.first_month, snapshot.last_month)
            again[snapshot.last_month] = datasets.dataset(root, shorter).counts
        counts = again[snapshot.last_month]
        if snapshot.root_id != root.pk:
            counts = tuple(table for table in counts if table.id in COUNTYWIDE)
        before.append(_before(snapshot, counts, snapshot.last_month == period.last))
    return Counted(found.counts, tuple(before), found.spreads, found.threshold, cut_off)


def _before(snapshot: Snapshot, counts: tuple[Counts, ...], same_period: bool) -> Before:
    shown = stored.shown(snapshot.shown, snapshot.threshold)
    told = frozenset(name for name, cell in shown.cells.items() if cell.value is not None)
    return Before(counts, told, same_period, shown.withheld)


@cache
def definitions() -> Sequence[Mapping[str, str]]:
    """Every measure as it is defined today, in Swedish. A sentence's last stop is the page's to set."""
    with override(RECORD):
        return [
            {name: str(getattr(one, name)).removesuffix(".") for name in Definition.model_fields}
            for one in FORMULAS.values()
        ]


def protected(counted: Counted) -> Numbers:
    shown = silence_told(remembered.protected(counted.counts, counted.threshold, counted.before))
    return Numbers(shown, datasets.told(counted.spreads, shown), definitions(), counted.cut_off)


def told_before(root: Body, period: Period) -> list[Snapshot]:
    """What readers know of the year up to the end of the period, also from the county's other trees: a board reads the
    reports of them all, and the register of SIP is the same in each."""
    known = Snapshot.objects.filter(county=root.county_id, status=Snapshot.Status.READY).defer("counts")
    return list(known.filter(first_month=period.first, last_month__lte=period.last).order_by("pk"))


def numbers_now(root: Body, period: Period) -> Numbers:
    """From the counts by month as they are. Seconds of work: `live_numbers` keeps what it gives. Writes nothing."""
    return protected(_as_counted(root, period, told_before(root, period)))


# ── stored ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def counts_as_json(counted: Counted) -> Json:
    return {
        "rules": remembered.RULES,
        "tables": stored.of_tables(counted.counts),
        "before": [stored.of_before(before) for before in counted.before],
        "spreads": stored.of_shown(Protected(counted.threshold, {}), counted.spreads)["spreads"],
    }


def counted_of(snapshot: Snapshot) -> Counted:
    """As it was counted then. Raises KeyError for one that is not ready."""
    data = snapshot.counts
    assert snapshot.cut_off is not None  # noqa: S101  # ready
    return Counted(
        stored.tables(data["tables"]), tuple(stored.earlier(one) for one in data["before"]), stored.spreads(data),
        snapshot.threshold, snapshot.cut_off,
    )  # fmt: skip


def numbers_of(snapshot: Snapshot) -> Numbers:
    """Raises `WrongState` for one that is not ready."""
    if snapshot.status != Snapshot.Status.READY or snapshot.cut_off is None:
        raise WrongState(_("Underlaget är inte klart."))
    shown = stored.shown(snapshot.shown, snapshot.threshold)
    return Numbers(shown, stored.spreads(snapshot.shown), snapshot.definitions, snapshot.cut_off)


def checksum_of(snapshot: Snapshot) -> str:
    assert snapshot.cut_off is not None  # noqa: S101  # ready
    months = snapshot.first_month.isoformat(), snapshot.last_month.isoformat()
    return stored.proof(snapshot.shown, snapshot.definitions, *months, snapshot.cut_off, snapshot.threshold)


def year_before_of(root: Body, period: Period) -> tuple[Numbers | None, Numbers | None]:
    """Of the same months the year before, and of that whole year; None where nothing has been frozen."""
    same, whole = year_before(period), until(period.first.year - 1, 12)
    found = {one.last: of_period(root, one) for one in {same, whole}}
    numbers = {last: None if one is None else numbers_of(one) for last, one in found.items()}
    return numbers[same.last], numbers[whole.last]
