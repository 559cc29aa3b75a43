"""The spine. `record` is the only way a change of a deviation becomes known to anyone.

It writes the entry in the change's own transaction, chains it by hash, marks the month for recounting, writes the
letters that follow, and announces {deviation, sequence} to the people concerned once the change is committed. `verify`
shows tampering.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from deviations import clock, live
from deviations.mail.letters import tell
from deviations.models import Deviation, HistoryEntry, TouchedMonth
from orgs.models import Body, Organisation, User

GENESIS = "0" * 64


def record(
    deviation: Deviation,
    step: str,
    *,
    by: User | None,
    acting_for: Organisation | Body | None = None,
    shown_as: str = "",
    data: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    """Append one entry, advance the deviation's sequence and save it. The caller holds the deviation's row lock.

    `by=None` is Samsyn itself (routing, reminders). `acting_for` is the unit or body whose right was used: its
    name, and never the person's, is what others read. `data` must be JSON and carry no identity.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record belongs in the transaction of the change")
    previous_hash = _last_hash(deviation)
    deviation.sequence += 1
    deviation.save()
    entry = build(
        deviation,
        step,
        previous_hash=previous_hash,
        by_id=by.pk if by else None,
        organisation=acting_for if isinstance(acting_for, Organisation) else None,
        body=acting_for if isinstance(acting_for, Body) else None,
        shown_as=shown_as,
        data=dict(data or {}),
    )
    entry.save()
    if deviation.filed_at is not None:
        month = timezone.localdate(deviation.filed_at).replace(day=1)
        TouchedMonth.objects.create(county_id=deviation.county_id, month=month)
    live.announce_after_commit(deviation, position=entry.pk)
    tell(deviation, entry)
    return entry


def build(
    deviation: Deviation,
    step: str,
    *,
    previous_hash: str,
    by_id: int | None,
    organisation: Organisation | None,
    body: Body | None,
    shown_as: str,
    data: dict[str, Any],
) -> HistoryEntry:
    """The entry of the deviation's present sequence, hashed and not yet stored: for `record`, and for bulk import."""
    acting_for = shown_as or (organisation.full_name if organisation else body.name if body else "Samsyn")
    entry = HistoryEntry(
        deviation=deviation,
        sequence=deviation.sequence,
        step=step,
        at=clock.now(),
        by_id=by_id,
        organisation=organisation,
        body=body,
        acting_for=acting_for,
        data=data,
        previous_hash=previous_hash,
    )
    entry.hash = hash_of(entry, str(deviation.public_id))
    return entry


def hash_of(entry: HistoryEntry, public_id: str) -> str:
    """SHA-256 over the entry's facts and the hash before it, in a form that both engines give back the same."""
    facts = {
        "deviation": public_id,
        "sequence": entry.sequence,
        "step": entry.step,
        "at": instant(entry.at),
        "by": entry.by_id,
        "organisation": entry.organisation_id,
        "body": entry.body_id,
        "acting_for": entry.acting_for,
        "data": entry.data,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(deviation: Deviation) -> str | None:
    """None when the chain is whole; else a Swedish sentence that says where it breaks. Reads every entry once."""
    previous = GENESIS
    expected = 0
    for expected, entry in enumerate(deviation.history.order_by("sequence"), start=1):
        if entry.sequence != expected:
            return f"Post {expected} saknas i historiken."
        if entry.previous_hash != previous or entry.hash != hash_of(entry, str(deviation.public_id)):
            return f"Post {entry.sequence} i historiken har ändrats efteråt."
        previous = entry.hash
    if expected != deviation.sequence:
        return f"Historiken slutar vid post {expected}, men {deviation.sequence} har skrivits."
    return None


def _last_hash(deviation: Deviation) -> str:
    if deviation.sequence == 0:
        return GENESIS
    return HistoryEntry.objects.values_list("hash", flat=True).get(deviation=deviation, sequence=deviation.sequence)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
