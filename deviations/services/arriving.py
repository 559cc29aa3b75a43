"""What was written without contact comes in when the device is back. Nothing is sent twice, and nothing is lost.

Requirements A01, A05; DESIGN "Bad input, everywhere".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from deviations.errors import Invalid
from deviations.models import Deviation, Submission
from deviations.services.filing import file_once, filing_of, save_draft
from deviations.services.form import Filing, preview
from deviations.workflow import State
from orgs.models import User

Faults = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Arrived:
    """`deviation` is submitted, or a draft of its author's when `faults` says why it could not be (as in `Invalid`)."""

    deviation: Deviation
    faults: Faults

    @property
    def is_draft(self) -> bool:
        return self.deviation.state == State.DRAFT


def arrive(filing: Filing, *, by: User, key: str, send: bool = True, unread: Faults | None = None) -> Arrived:
    """File what the device kept; what cannot be sent becomes an ordinary draft, with its reasons, under the same key.

    The device makes `key` and seals the content with it, so the key alone says what has come before: an answer that was
    lost on the way is given again, whatever has happened meanwhile to the units it names. `send` is false for what the
    author had not finished; `unread` holds faults of fields that could not be read, and are therefore not in `filing`.
    Raises `NotYours` when the person may no longer file from the unit.
    """
    if earlier := _before(by, key):
        return earlier
    faults: Faults = unread or {}
    if send and not faults:
        try:
            return Arrived(file_once(filing, by=by, idempotency_key=key)[0], {})
        except Invalid as refused:
            faults = refused.fields
    try:
        with transaction.atomic():
            draft = save_draft(filing, by=by)
            Submission.objects.create(filed_by=by, key=key, fingerprint=filing.fingerprint(), deviation=draft)
    except IntegrityError:
        twin = _before(by, key)
        if twin is None:
            raise
        return twin
    return Arrived(draft, faults)


def _before(by: User, key: str) -> Arrived | None:
    sent = Submission.objects.select_related("deviation__reporting_unit__county").filter(filed_by=by, key=key).first()
    if sent is None:
        return None
    faults: Faults = preview(filing_of(sent.deviation)).errors if sent.deviation.state == State.DRAFT else {}
    return Arrived(sent.deviation, faults)
