"""That a person has read what is new to them. Their own notes only: no history, and nobody else is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deviations import clock, live, news
from deviations.models import Deviation, NewsMark, NewsRead
from orgs.live import send_to_person
from orgs.models import User


@transaction.atomic
def read_news(*, upto: int, until: datetime, by: User) -> None:
    """Everything that a page showed is read: `upto` in the outbox, and `until` for the rest. Never further back than
    before. The person's other open pages hear that their lists changed."""
    upto, until = min(upto, news.newest()), min(until, clock.now())
    begins = news.since(by)
    newest = dict(news.entries(by, begins).filter(pk__lte=upto).order_by("pk").values_list("deviation_id", "pk"))
    # An id that is given but not committed yet must not be passed over: what is beyond is marked one by one.
    reached = min(upto, live.missed_since(by, None).position or 0)
    position = max(reached, begins.position or 0)
    NewsRead.objects.update_or_create(user=by, defaults={"position": position, "at": max(until, begins.at)})
    NewsMark.objects.filter(user=by, position__lte=position).delete()
    _mark(by, {deviation_id: pk for deviation_id, pk in newest.items() if pk > position})
    _tell(by)


def read_about(deviation: Deviation, *, by: User) -> bool:
    """All that has happened to one deviation is read: its page was opened, or it was ticked off. False when there was
    nothing new, and then no transaction begins: most pages are opened for another reason."""
    newest = news.entries(by, news.since(by)).filter(deviation=deviation).values_list("pk", flat=True).first()
    if newest is None:
        return False
    with transaction.atomic():
        _mark(by, {deviation.pk: newest})
        _tell(by)
    return True


def _mark(by: User, newest: dict[int, int]) -> None:
    NewsMark.objects.bulk_create(
        [NewsMark(user=by, deviation_id=deviation_id, position=pk) for deviation_id, pk in newest.items()],
        update_conflicts=True, unique_fields=["user", "deviation"], update_fields=["position"],
    )  # fmt: skip


def _tell(by: User) -> None:
    person = by.pk
    transaction.on_commit(lambda: send_to_person(person, {"type": "lists.changed"}), robust=True)
