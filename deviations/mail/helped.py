"""The link "did it help?" in a letter: signed, for one person, one deviation and one answer, and for a limited time.

It opens nothing of the deviation. Whoever holds it may say yes or no in that person's name, once.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse

from deviations.models import Deviation
from deviations.rights import may
from deviations.services.deciding import answer_helped
from orgs.models import User

SALT = "deviations.mail.helped"
VALID = timedelta(days=90)


class LinkEnded(Exception):
    """Not ours, too old, or about an account or deviation that is gone: one answer for all, which tells nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`open` is False when the question is no longer open: answered already, or opened again, or answered anew."""

    deviation: Deviation
    person: User
    open: bool


def path(deviation: Deviation, person: User, sequence: int) -> str:
    """The address of the page, bound to the history entry in which the answer was given."""
    token = signing.dumps([str(deviation.public_id), person.pk, sequence], salt=SALT, compress=False)
    return reverse("helped", args=[token])


def read(token: str) -> Asked:
    """Whom the link asks about what. Raises `LinkEnded`."""
    try:
        public_id, person_id, sequence = signing.loads(token, salt=SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError) as refused:
        raise LinkEnded from refused
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise LinkEnded
    found = Deviation.objects.visible_to(person).prefetch_related("parties").filter(public_id=public_id).first()
    if found is None:
        raise LinkEnded
    latest = found.history.filter(step="give_feedback").order_by("-sequence").values_list("sequence", flat=True).first()
    waits = latest == sequence and found.helped is None and bool(may(person, "answer_helped", found))
    return Asked(found, person, waits)


@transaction.atomic
def answer(asked: Asked, *, helped: bool, comment: str = "") -> Deviation:
    """As `answer_helped` by the person whom the link asks. Two presses at once: the second finds it answered and is
    refused with `ChangedMeanwhile`. Raises as that service does."""
    return answer_helped(
        asked.deviation, helped=helped, comment=comment, by=asked.person, seen=asked.deviation.sequence
    )
