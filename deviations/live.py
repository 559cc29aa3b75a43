"""Who hears of a change: ids only, to each person who may read the deviation at that moment.

A socket that misses a message (a dropped connection, a process that died between commit and sending) asks for what is
newer than the last one it saw: `changed_since`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from orgs.live import send_to_people
from orgs.permissions import holders
from orgs.roles import Ability

if TYPE_CHECKING:
    from deviations.models import Deviation
    from orgs.models import User

# A transaction may commit after one with a higher id. Whoever resumes gets this much again; the page knows what it has.
OVERLAP = timedelta(minutes=2)
RESUME_LIMIT = 500


class Change(NamedTuple):
    """What a socket carries: no content, only what to ask for again."""

    position: int  # in the outbox (history entry id)
    deviation: str  # public id
    sequence: int


def readers(deviation: "Deviation") -> set[int]:
    """Ids of everyone who may see the deviation now, by the same rule as `visible_to`. Reads the parties afresh."""
    from deviations.models import Party

    bodies: set[int] = set()
    organisations: set[int] = set()
    people: set[int] = {deviation.filed_by_id}
    for party in Party.objects.filter(deviation_id=deviation.pk).only("organisation_id", "body_id", "person_id"):
        if party.body_id is not None:
            bodies.add(party.body_id)
        elif party.organisation_id is not None:
            organisations.add(party.organisation_id)
        elif party.person_id is not None:
            people.add(party.person_id)
    return people | holders(Ability.READ, bodies=bodies, organisations=organisations)


def announce_after_commit(deviation: "Deviation", *, position: int) -> None:
    """Tell the readers, as they are once the change is committed. A failure to send never undoes the change."""
    message = {
        "type": "deviation.changed",
        "deviation": str(deviation.public_id),
        "sequence": deviation.sequence,
        "position": position,
    }
    transaction.on_commit(lambda: send_to_people(readers(deviation), message), robust=True)


def changed_since(user: "User", position: int) -> Iterator[Change]:
    """What the person may see that changed after `position` (0: only where the outbox stands now), oldest first.

    Goes back `OVERLAP` before the position, because a late commit may carry a lower id; repeats are harmless.
    """
    from deviations.models import Deviation, HistoryEntry

    last = HistoryEntry.objects.filter(pk__lte=position).order_by("-pk").values_list("at", flat=True).first()
    if last is None:
        return
    entries = (
        HistoryEntry.objects.filter(at__gt=last - OVERLAP, deviation__in=Deviation.objects.visible_to(user))
        .order_by("pk")
        .values_list("pk", "deviation__public_id", "sequence")[:RESUME_LIMIT]
    )
    for pk, public_id, sequence in entries:
        yield Change(pk, str(public_id), sequence)
