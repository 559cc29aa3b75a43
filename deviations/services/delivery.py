"""Has it arrived? A delivery that nobody at the body opens is announced again, and then alarmed (B04).

The clock starts at `due_at`, the end of the last day it may wait to be received. Nothing is ever taken from the body.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q

from deviations import clock, live
from deviations.history import record
from deviations.models import Delivery, Deviation
from deviations.workflow import OPEN
from orgs.live import send_to_people
from orgs.models import Body, User
from orgs.permissions import holders, keys_of
from orgs.roles import Ability

# After `due_at`, by how many times it has been announced: 1 when it came. The last one is the alarm.
ANNOUNCE_AGAIN_AFTER = (timedelta(0), timedelta(hours=2), timedelta(hours=8))
ALARM_AFTER = timedelta(hours=24)
AT_ONCE = 200  # so that the other jobs get their turn


def stuck(user: User) -> models.QuerySet[Delivery]:
    """Alarmed deliveries that still nobody has opened: to the body itself, to whoever handles at its steering body,
    and to the county's administrators. Longest waiting first.

    A page shows the body, the reference and the dates. What the deviation says opens only through `visible_to`.
    """
    keys = keys_of(user)
    bodies = keys.bodies.get(Ability.HANDLE, frozenset())
    counties = keys.counties.get(Ability.MANAGE_MEMBERS, frozenset())
    return (
        _waiting()
        .filter(alarmed_at__isnull=False)
        .filter(Q(body__in=bodies) | Q(body__steering_body__in=bodies) | Q(body__county__in=counties))
        .select_related("body", "deviation")
        .order_by("due_at", "pk")
    )


def attend_to_deliveries() -> int:
    """Announce again or alarm what is due; returns how many. Several workers may run: each row is taken by one."""
    due = list(_due(clock.now()).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_attend(pk) for pk in due)


def _waiting() -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(seen_at__isnull=True, ended_at__isnull=True, deviation__state__in=OPEN)


def _due(now: datetime) -> models.QuerySet[Delivery]:
    again = Q(attempts__gt=len(ANNOUNCE_AGAIN_AFTER), due_at__lte=now - ALARM_AFTER)
    for attempts, after in enumerate(ANNOUNCE_AGAIN_AFTER, start=1):
        again |= Q(attempts=attempts, due_at__lte=now - after)
    return _waiting().filter(again, alarmed_at__isnull=True, due_at__lte=now)


@transaction.atomic
def _attend(pk: int) -> bool:
    """False when another worker, or a person, has the deviation just now: it comes back if it is still due.

    The deviation is locked before its delivery, as every step does. What nobody worked on for long is made up for at
    once, so that the next round has nothing left to do.
    """
    free = Deviation.objects.select_for_update(of=("self",), skip_locked=True)
    deviation = free.filter(deliveries=pk).first()
    delivery = _due(clock.now()).select_related("body").filter(pk=pk).first()
    if deviation is None or delivery is None:
        return False
    late = clock.now() - delivery.due_at
    delivery.attempts = 1 + sum(after <= late for after in ANNOUNCE_AGAIN_AFTER)
    if late >= ALARM_AFTER:
        _alarm(deviation, delivery)
    else:
        delivery.save(update_fields=["attempts"])
        _announce_again(deviation, delivery.body)
    return True


def _announce_again(deviation: Deviation, body: Body) -> None:
    newest = deviation.history.get(sequence=deviation.sequence)
    message = live.message_of(deviation, position=newest.pk)
    people = holders(Ability.HANDLE, bodies=[body.pk])
    transaction.on_commit(lambda: send_to_people(people, message), robust=True)


def _alarm(deviation: Deviation, delivery: Delivery) -> None:
    body = delivery.body
    delivery.alarmed_at = clock.now()
    delivery.save(update_fields=["attempts", "alarmed_at"])
    record(
        deviation, "delivery_alarm", by=None,
        data={"body": body.key, "shown_as": body.name, "waiting_since": delivery.sent_at.isoformat()},
    )  # fmt: skip
    people = set(_told_of_alarm(body))
    transaction.on_commit(lambda: send_to_people(people, {"type": "lists.changed"}), robust=True)


def _told_of_alarm(body: Body) -> Iterator[int]:
    bodies = [body.pk, body.steering_body_id] if body.steering_body_id else [body.pk]
    yield from holders(Ability.HANDLE, bodies=bodies)
    yield from holders(Ability.MANAGE_MEMBERS, counties=[body.county_id])
