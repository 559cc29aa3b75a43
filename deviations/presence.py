"""Who has a deviation open just now, for "Bo tittar på den här". Told to colleagues only, and never history."""

from datetime import timedelta

from django.db import transaction

from deviations import clock
from deviations.models import Deviation, Looking, Party
from orgs.live import send_to_people
from orgs.models import User
from orgs.permissions import Keys, holders
from orgs.roles import Ability

FORGOTTEN_AFTER = timedelta(minutes=1)
HANDLING = frozenset({Party.Role.ACCOUNTABLE, Party.Role.STAND_IN, Party.Role.STEERING})


@transaction.atomic
def look(deviation: Deviation, *, by: User, keys: Keys) -> None:
    """The person has it open. Colleagues' sockets hear the deviation's id when that is new; repeat it within a minute.

    Nothing is noted of somebody who handles in none of its bodies.
    """
    bodies = _own_bodies(deviation, keys)
    if not bodies:
        return
    now = clock.now()
    known = Looking.objects.filter(deviation=deviation, user=by, at__gte=now - FORGOTTEN_AFTER).exists()
    Looking.objects.bulk_create(
        [Looking(deviation=deviation, user=by, at=now)],
        update_conflicts=True, unique_fields=["deviation", "user"], update_fields=["at"],
    )  # fmt: skip
    if not known:
        message = {"type": "looking.changed", "looking": str(deviation.public_id)}
        transaction.on_commit(
            lambda: send_to_people(holders(Ability.HANDLE, bodies=bodies) - {by.pk}, message), robust=True
        )


def others_looking(deviation: Deviation, keys: Keys) -> list[str]:
    """Names of those who have had it open within the last minute and handle in a body where the person does too."""
    bodies = _own_bodies(deviation, keys)
    if not bodies:
        return []
    fresh = Looking.objects.filter(deviation=deviation, at__gte=clock.now() - FORGOTTEN_AFTER)
    looking = fresh.exclude(user=keys.user_id).select_related("user").order_by("user__name")
    people = list(looking)
    if not people:
        return []
    colleagues = holders(Ability.HANDLE, bodies=bodies)
    return [one.user.name for one in people if one.user_id in colleagues]


def forget_old() -> int:
    """Remove what is over; returns how many. A job: rows that nobody reads any more."""
    old = Looking.objects.filter(at__lt=clock.now() - 2 * FORGOTTEN_AFTER)
    return old.delete()[0] if old.exists() else 0


def _own_bodies(deviation: Deviation, keys: Keys) -> list[int]:
    handles = keys.bodies.get(Ability.HANDLE, frozenset())
    return [p.body_id for p in deviation.parties.all() if p.role in HANDLING and p.body_id in handles and p.body_id]
