"""Fields that several bodies share: references to organisations, bodies and people, free text, and days."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from orgs.models import Body, Organisation, User

BIGGEST = 2**63 - 1
LONG = 20_000
"""Characters of free text. The longest real account of an event was under 4,000."""


class _ById(serializers.PrimaryKeyRelatedField[Any]):
    default_error_messages = {
        "required": _("Fältet behövs."),
        "does_not_exist": _("Finns inte."),
        "incorrect_type": _("Ange ett id, ett heltal."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.IntegerField(min_value=1, max_value=BIGGEST), **kwargs)


class OrganisationById(_ById):
    queryset = Organisation.objects.select_related("principal", "county")


class BodyById(_ById):
    queryset = Body.objects.select_related("county", "steering_body")


class PersonByEmail(serializers.EmailField):
    """The account with the address. Ask for the right first: the answer tells whether there is one."""

    default_error_messages = {"does_not_exist": _("Ingen person med den e-postadressen har ett konto.")}

    def run_validation(self, data: Any = empty) -> Any:
        address = super().run_validation(data).lower()
        person = User.objects.filter(email=address, is_active=True).first()
        return person or self.fail("does_not_exist")


class FreeText(serializers.CharField):
    """Text of people. An empty one is judged by the service, which knows whether it is needed and says why."""

    def __init__(self, *, max_length: int = LONG, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, max_length=max_length, trim_whitespace=False, **kwargs)


class Day(serializers.DateField):
    """A date that this century's calendars know: no time zone or holiday table is asked about the year 1."""

    default_error_messages = {
        "out_of_range": _("Ange ett datum mellan 1900 och 2199."),
        "invalid": _("Ange ett datum, ÅÅÅÅ-MM-DD."),
        "datetime": _("Ange ett datum, ÅÅÅÅ-MM-DD."),
    }

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not 1900 <= day.year <= 2199:
            self.fail("out_of_range")
        return day
