"""Letters that were given up, for the county's administrators: to whom, and how the mail server refused.

Never which deviation: beside a person's name that could tell who reported.
"""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import NotYours
from deviations.models import Mail
from orgs.models import User
from orgs.permissions import keys_of
from orgs.roles import Ability


def failed_for(user: User) -> QuerySet[Mail]:
    """The newest first; nothing for someone who administers no county."""
    counties = keys_of(user).counties.get(Ability.MANAGE_MEMBERS, frozenset())
    theirs = Q(deviation__county__in=counties) | Q(gathered__deviation__county__in=counties)
    return Mail.objects.filter(theirs, failed_at__isnull=False).select_related("to").distinct().order_by("-failed_at")


@transaction.atomic
def send_again(mail: Mail, *, by: User) -> Mail:
    """Try the letter anew, as if it had just been written: when the address or the mail server has been mended."""
    found = failed_for(by).filter(pk=mail.pk).first()
    if found is None:
        raise NotYours(_("Bara den som administrerar länet kan skicka brevet igen."))
    found.failed_at, found.attempts, found.due_at, found.last_error = None, 0, clock.now(), ""
    found.save(update_fields=["failed_at", "attempts", "due_at", "last_error"])
    return found
