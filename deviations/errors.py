"""Every way a write can be refused, with its reason in Swedish: at the field on a page, a problem document in the API.

Invisible is 404 (the caller never got hold of the deviation); visible but not allowed is 403; wrong state is 409.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class Refused(Exception):
    """`code` is stable for other systems; `reason` is for people."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotYours(Refused):
    """The person sees the deviation, and has no right to this step."""

    status = 403
    code = "not_allowed"


class WrongState(Refused):
    """The step does not lead from where the deviation is now."""

    status = 409
    code = "wrong_state"


class ChangedMeanwhile(Refused):
    """Somebody else changed the deviation after the caller last saw it; `steps` says how."""

    status = 409
    code = "changed_meanwhile"

    def __init__(self, reason: str, steps: Sequence[str]) -> None:
        super().__init__(reason)
        self.steps = list(steps)


class SentTwiceDifferently(Refused):
    """An idempotency key came back with another content."""

    status = 409
    code = "idempotency_conflict"


class Invalid(Refused):
    """What was filled in cannot be taken. `fields` maps a field to (stable code, Swedish sentence) pairs."""

    status = 400
    code = "invalid"

    def __init__(self, fields: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        super().__init__(" ".join(text for errors in fields.values() for _code, text in errors))
        self.fields = {name: list(errors) for name, errors in fields.items()}
