"""Letters are written here, in the transaction of what they tell: it is told if it happened, and not otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from deviations import clock
from deviations.deadlines import is_working_day
from deviations.models import Deviation, Mail
from orgs.models import User
from orgs.models.people import MailFrequency

if TYPE_CHECKING:
    from deviations.mail.letters import Letter

SUMMARY_AT = time(7)
NO_ADDRESS = ".invalid"  # the service accounts of other systems, which hold roles and read no letters
MARGIN = timedelta(minutes=5)  # what is written while the summary is being made comes with the next one


def write(
    name: str,
    letter: Letter,
    people: Iterable[int],
    *,
    key: str,
    deviation: Deviation | None = None,
    facts: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> int:
    """One letter to each active person, as often as each has chosen; returns how many had not been written before.

    `key` and the person name the letter: written again it stays one. No row waits for another transaction's.
    """
    now = clock.now()
    who = User.objects.filter(pk__in=set(people), is_active=True).exclude(email__endswith=NO_ADDRESS)
    chosen = who.order_by("pk").values_list("pk", "mail")
    rows = [
        Mail(
            key=f"{key}:{user_id}", kind=letter.kind, to_id=user_id, deviation=deviation, template=name,
            facts=dict(facts or {}), due_at=summary_after(now) if later else due_at or now, in_digest=later,
        )
        for user_id, frequency in chosen
        if (later := not letter.at_once and frequency == MailFrequency.DAILY)
        or letter.at_once
        or frequency == MailFrequency.AT_ONCE
    ]  # fmt: skip
    written = set(Mail.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True)) if rows else ()
    new = [row for row in rows if row.key not in written]
    Mail.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def summary_after(now: datetime) -> datetime:
    """Seven in the morning, Swedish time, on the next working day that is not just about to begin."""
    day = timezone.localdate(now)
    while not is_working_day(day) or _morning(day) < now + MARGIN:
        day += timedelta(days=1)
    return _morning(day)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, SUMMARY_AT))
