"""Who is trained in SIP, as other systems read and write it. Only numbers: nothing here has room for a person."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST, OrganisationById
from api.serializers.organisations import Named
from deviations.documents.sip_file import MOST_BYTES
from deviations.services.sip_training import FIRST_YEAR, MOST


def in_year(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=FIRST_YEAR, max_value=2199, **kwargs)


class TrainingQuery(Strict):
    year = in_year(required=False, help_text="this year when left out")
    principal = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)


class TrainingGiven(Strict):
    """One unit's year. Sent again with other numbers it is a correction: the older row stays, replaced."""

    unit = OrganisationById(help_text="a unit that has none below it")
    year = in_year()
    staff = serializers.IntegerField(min_value=0, max_value=MOST, help_text="how many may take part in a SIP")
    trained = serializers.IntegerField(min_value=0, max_value=MOST, help_text="how many of them are trained")
    coordinator = serializers.BooleanField(help_text="whether the unit has a SIP-samordnare; never who")


class TrainingShown(serializers.Serializer[Any]):
    """One row that counts now."""

    id = serializers.IntegerField()
    unit = Named()
    principal = Named(source="unit.principal")
    year = serializers.IntegerField()
    staff = serializers.IntegerField()
    trained = serializers.IntegerField()
    coordinator = serializers.BooleanField()
    at = serializers.DateTimeField()


class TrainingFileGiven(Strict):
    """A CSV or XLSX file, read whole or refused whole with every fault. The same file twice changes nothing."""

    principal = OrganisationById()
    year = in_year()
    file_name = serializers.CharField(max_length=160)
    content = serializers.CharField(max_length=2 * MOST_BYTES, help_text="the file in base64, at most 500 kB")


class TrainingFileShown(serializers.Serializer[Any]):
    """`changes`: rows that said something new."""

    changes = serializers.IntegerField()
