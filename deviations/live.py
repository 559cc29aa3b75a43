"""Who hears of a change: ids only, to each person who may read the deviation at that moment.

A socket that misses a message (a dropped connection, a process that died between commit and sending) asks for what is
newer than the position it has reached in the outbox: `missed_since`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from orgs.live import send_to_people
from orgs.permissions import holders, keys_of
from orgs.roles import Ability

if TYPE_CHECKING:
    from deviations.models import Deviation
    from orgs.models import User

MISSED_LIMIT = 500


class Change(NamedTuple):
    """What a socket carries: no content, only what to ask for again."""

    position: int  # in the outbox (history entry id)
    deviation: str  # public id
    sequence: int


@dataclass(frozen=True, slots=True)
class Missed:
    """The newest change of each deviation; `too_many` when there were more than anyone should fetch one by one."""

    position: int | None  # from here the next question is asked; None: not known yet, ask again
    changes: list[Change]
    too_many: bool = False


# ── as it happens ────────────────────────────────────────────────────────────────────────────────────────────────────
def readers(deviation: "Deviation") -> set[int]:
    """Ids of everyone who may see the deviation now, by the same rule as `visible_to`. Reads the parties afresh."""
    from deviations.models import Party

    parties = Party.objects.filter(deviation_id=deviation.pk).select_related("organisation")
    paths = {party.organisation.path for party in parties if party.organisation is not None}
    bodies = {party.body_id for party in parties if party.body_id is not None}
    invited = {party.person_id for party in parties if party.person_id is not None}
    people = {deviation.filed_by_id} | invited
    return people | holders(Ability.READ, bodies=bodies, paths=paths)


def message_of(deviation: "Deviation", *, position: int) -> dict[str, object]:
    return {
        "type": "deviation.changed",
        "deviation": str(deviation.public_id),
        "sequence": deviation.sequence,
        "position": position,
    }


def announce_after_commit(deviation: "Deviation", *, position: int) -> None:
    """Tell the readers, as they are once the change is committed. A failure to send never undoes the change."""
    message = message_of(deviation, position=position)
    transaction.on_commit(lambda: send_to_people(readers(deviation), message), robust=True)


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────────
def missed_since(user: "User", position: int | None) -> Missed:
    """What the person may see now that changed after `position`. A repeat is possible and harmless, a loss is not.

    Without a position only where to ask from next time. A position ahead of the outbox (a database restored from a
    copy) counts as too much missed.
    """
    from deviations.models import Deviation, HistoryEntry

    newest, settled = _ends_of_outbox()  # read first: what is committed after it is asked for next time
    if position is None:
        return Missed(settled, [])
    if position > newest:
        return Missed(settled, [], too_many=True)
    reached = max(position, settled or 0)
    if position == newest:
        return Missed(reached, [])
    entries = (
        HistoryEntry.objects.filter(Deviation.objects.visible_to(user).holding(), pk__gt=position)
        .filter(sequence=F("deviation__sequence"))
        .order_by("pk")
        .values_list("pk", "deviation__public_id", "sequence")[: MISSED_LIMIT + 1]
    )
    changes = [Change(pk, str(public_id), sequence) for pk, public_id, sequence in entries]
    if len(changes) > MISSED_LIMIT:
        return Missed(reached, [], too_many=True)
    return Missed(reached, changes)


def sequences_visible(user: "User", public_ids: Iterable[UUID]) -> Mapping[str, int]:
    """The present sequence of those that the person may see now; the others are left out."""
    from deviations.models import Deviation

    visible = Deviation.objects.visible_to(user).filter(public_id__in=list(public_ids))
    return {str(public_id): sequence for public_id, sequence in visible.values_list("public_id", "sequence")}


def meetings_visible(user: "User", public_ids: Iterable[UUID]) -> Mapping[str, int]:
    """The present sequence of those meetings of bodies where the person reads now; the others are left out."""
    from deviations.models import Meeting

    bodies = keys_of(user).bodies.get(Ability.READ, frozenset())
    visible = Meeting.objects.filter(body__in=bodies, public_id__in=list(public_ids))
    return {str(public_id): sequence for public_id, sequence in visible.values_list("public_id", "sequence")}


# ── the outbox ───────────────────────────────────────────────────────────────────────────────────────────────────────
# PostgreSQL gives ids before it commits, so a lower id may appear after a higher one. A position is therefore only ever
# an id below which nothing is under way any more. How that is known: every transaction that could hold an id up to
# `newest` has a transaction number below the snapshot's `xmax` (an entry's deviation is saved first, which gives the
# number); once a later snapshot's `xmin` has reached that, all of them have ended.
_lock = Lock()
_settled: int | None = None
_under_way: tuple[int, int] | None = None  # (transaction number that has to be passed, newest id at that time)


def _ends_of_outbox() -> tuple[int, int | None]:
    """(newest id, id up to which everything is settled or None while this process cannot tell). One statement."""
    global _settled, _under_way
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            # SQLite has one writer at a time: ids appear in order.
            cursor.execute("SELECT COALESCE(MAX(id), 0) FROM deviations_historyentry")
            newest = int(cursor.fetchone()[0])
            return newest, newest
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, "
            "(SELECT COALESCE(MAX(id), 0) FROM deviations_historyentry) FROM pg_current_snapshot() s"
        )
        oldest_running, next_number, newest = map(int, cursor.fetchone())
    with _lock:
        if _under_way is not None and oldest_running >= _under_way[0]:
            _settled, _under_way = max(_settled or 0, _under_way[1]), None
        if oldest_running == next_number:  # nothing at all is being written
            _settled, _under_way = max(_settled or 0, newest), None
        elif _under_way is None:
            _under_way = (next_number, newest)
        return newest, _settled
