"""What a person decides about their own account."""

from django.db import transaction

from orgs.models import User
from orgs.models.people import MailFrequency


@transaction.atomic
def choose_mail(frequency: MailFrequency | str, *, by: User) -> User:
    """How often Samsyn writes to the person, from the next letter on. Raises ValueError for what is no choice."""
    by.mail = MailFrequency(frequency)
    by.save(update_fields=["mail"])
    return by
