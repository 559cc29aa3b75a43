"""Making a snapshot is a worker's job: it can be left, shows how far it has come, and is taken up again when a worker
dies. One at a time for each tree, since each protects against those before it.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from deviations import clock
from deviations.models import Snapshot
from deviations.reports import snapshots, stored
from orgs.models import Body

LEASE = timedelta(minutes=10)
"""Longer than any one step takes; each step renews it."""
COUNTING, PROTECTING, WRITING = 10, 40, 90
FROZEN = (
    "counts", "shown", "definitions", "kept", "threshold", "cut_off", "checksum", "status", "progress",
)  # fmt: skip
Status = Snapshot.Status
logger = logging.getLogger(__name__)


def make_due() -> int:
    """Make the snapshots that wait, oldest first; returns how many were made. Several workers may run."""
    made = 0
    for pk in list(_free().values_list("pk", flat=True)):
        made += make(pk)
    return made


def _free() -> QuerySet[Snapshot]:
    """Waiting, or left by a worker that has died."""
    left = Q(status=Status.MAKING, claimed_at__lt=clock.now() - LEASE)
    return Snapshot.objects.filter(Q(status=Status.WAITING) | left).order_by("pk")


@transaction.atomic
def claim(pk: int) -> Snapshot | None:
    """Take it; None when another worker has it, or is making one of the same tree."""
    row = Snapshot.objects.filter(pk=pk).values_list("root_id", flat=True)
    Body.objects.select_for_update(of=("self",)).get(pk=row[0])
    snapshot = _free().filter(pk=pk).select_related("root__county", "county").first()
    if snapshot is None:
        return None
    busy = Snapshot.objects.filter(root_id=snapshot.root_id, status=Status.MAKING, claimed_at__gte=clock.now() - LEASE)
    older = Snapshot.objects.filter(root_id=snapshot.root_id, status=Status.WAITING, pk__lt=pk)
    if busy.exists() or older.exists():
        return None
    snapshot.status, snapshot.claimed_at, snapshot.progress = Status.MAKING, clock.now(), 0
    snapshot.save(update_fields=["status", "claimed_at", "progress"])
    return snapshot


def make(pk: int) -> bool:
    """Count, protect and freeze it. False when it is not ours to make, or when the counts do not hold together."""
    snapshot = claim(pk)
    if snapshot is None:
        return False
    period = snapshots.period_of(snapshot.first_month, snapshot.last_month)
    _come(snapshot, COUNTING)
    try:
        counted = snapshots.count(snapshot.root, period, told=snapshots.told_before(snapshot.root, period))
        _come(snapshot, PROTECTING)
        numbers = snapshots.protected(counted)
    except (ValueError, RuntimeError) as fault:
        logger.exception("snapshot %s could not be made", snapshot.code)
        return _fail(snapshot, fault)
    if not _come(snapshot, WRITING):
        return False
    return _freeze(snapshot, counted, numbers)


def _come(snapshot: Snapshot, progress: int) -> bool:
    """Say how far, and keep the lease. False when another worker has taken it up meanwhile."""
    now = clock.now()
    ours = Snapshot.objects.filter(pk=snapshot.pk, status=Status.MAKING, claimed_at=snapshot.claimed_at)
    kept = ours.update(progress=progress, claimed_at=now)
    snapshot.claimed_at = now
    return bool(kept)


def _freeze(snapshot: Snapshot, counted: snapshots.Counted, numbers: snapshots.Numbers) -> bool:
    """In one statement, so that nothing is worked out while the database is held. False when it is ours no more."""
    snapshot.counts = snapshots.counts_as_json(counted)
    snapshot.shown = stored.of_shown(numbers.shown, numbers.spreads)
    snapshot.definitions = [dict(one) for one in numbers.definitions]
    snapshot.kept, snapshot.threshold, snapshot.cut_off = numbers.shown.kept, counted.threshold, counted.cut_off
    snapshot.checksum = snapshots.checksum_of(snapshot)
    snapshot.status, snapshot.progress = Status.READY, 100
    ours = Snapshot.objects.filter(pk=snapshot.pk, status=Status.MAKING, claimed_at=snapshot.claimed_at)
    return bool(ours.update(**{name: getattr(snapshot, name) for name in FROZEN}))


def _fail(snapshot: Snapshot, fault: Exception) -> bool:
    """Whoever asked sees that it did not go, and may ask again; what went wrong stands in the log, and no number."""
    ours = Snapshot.objects.filter(pk=snapshot.pk, status=Status.MAKING, claimed_at=snapshot.claimed_at)
    ours.update(status=Status.FAILED, error=type(fault).__name__, progress=0)
    return False
