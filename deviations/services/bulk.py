"""The same step for several deviations at once: each in its own transaction, each with its own answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from deviations.errors import Invalid, Refused
from deviations.models import Deviation
from deviations.services import deciding, desk, handling
from orgs.models import User

SERVICES: Mapping[str, Callable[..., Any]] = {
    "receive": handling.receive,
    "assign": desk.assign,
    "score": handling.score,
    "put_on_agenda": deciding.put_on_agenda,
    "close": deciding.close,
}
MOST = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is empty when it was done; otherwise why not, and nothing of that one was changed."""

    deviation: Deviation
    reason: str = ""


def bulk(step: str, deviations: Sequence[Deviation], *, by: User, **given: Any) -> list[Outcome]:
    """Take the step for each, in the order given. One that is refused stops none of the others.

    Raises `Invalid` when there are none, or more than `MOST`.
    """
    if not deviations or len(deviations) > MOST:
        raise Invalid({"deviations": [("how_many", _("Välj minst en och högst %(most)d.") % {"most": MOST})]})
    service, outcomes = SERVICES[step], []
    for deviation in deviations:
        try:
            with transaction.atomic():
                service(deviation, by=by, **given)
        except Refused as refused:
            outcomes.append(Outcome(deviation, refused.reason))
        else:
            outcomes.append(Outcome(deviation))
    return outcomes
