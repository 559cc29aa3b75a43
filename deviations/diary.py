"""A body's own spine: meetings, plans, duties and mandates, as `deviations.history` is a deviation's.

`enter` is the only way to write it, in the transaction of the change; the database refuses changes of what is written.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from deviations import clock
from deviations.history import GENESIS, instant
from deviations.models import DiaryEntry
from orgs.live import send_to_people
from orgs.models import Body, User
from orgs.permissions import holders
from orgs.roles import Ability


def enter(body: Body, step: str, *, by: User | None, data: Mapping[str, Any] | None = None) -> DiaryEntry:
    """Append one entry and tell the body's people that its lists changed, once committed.

    Takes the body's row lock, so call it after the locks of deviations and meetings. `by=None` is Samsyn itself.
    `data` must be JSON and carry no identity of a person concerned.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("enter belongs in the transaction of the change")
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    last = DiaryEntry.objects.filter(body=body).order_by("-sequence").first()
    entry = DiaryEntry(
        body=body,
        sequence=last.sequence + 1 if last else 1,
        step=step,
        at=clock.now(),
        by=by,
        data=dict(data or {}),
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = hash_of(entry, body.key)
    entry.save()
    transaction.on_commit(
        lambda: send_to_people(holders(Ability.READ, bodies=[body.pk]), {"type": "lists.changed"}), robust=True
    )
    return entry


def hash_of(entry: DiaryEntry, body_key: str) -> str:
    """SHA-256 over the entry's facts and the hash before it."""
    facts = {
        "body": body_key,
        "sequence": entry.sequence,
        "step": entry.step,
        "at": instant(entry.at),
        "by": entry.by_id,
        "data": entry.data,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(body: Body) -> str | None:
    """None when the chain is whole; else a Swedish sentence that says where it breaks."""
    previous = GENESIS
    for expected, entry in enumerate(body.diary.order_by("sequence"), start=1):
        if entry.sequence != expected:
            return f"Post {expected} saknas i dagboken."
        if entry.previous_hash != previous or entry.hash != hash_of(entry, body.key):
            return f"Post {entry.sequence} i dagboken har ändrats efteråt."
        previous = entry.hash
    return None
