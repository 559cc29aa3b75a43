"""What a person decides about their own account."""

from django.conf import settings
from django.db import transaction

from orgs.models import User
from orgs.models.people import MailFrequency


@transaction.atomic
def choose_mail(frequency: MailFrequency | str, *, by: User) -> User:
    """How often Samsyn writes to the person, from the next letter on. Raises ValueError for what is no choice."""
    by.mail = MailFrequency(frequency)
    by.save(update_fields=["mail"])
    return by


@transaction.atomic
def choose_language(language: str, *, by: User) -> User:
    """What Samsyn speaks to the person from now on, on pages and in letters. Raises ValueError for no such language."""
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"no such language: {language!r}")
    by.language = language
    by.save(update_fields=["language"])
    return by
