"""SIP counts as other systems read and write them. Only numbers: nothing here has room for a person."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST, FreeText, OrganisationById
from api.serializers.organisations import Named
from deviations.documents.sip_file import MOST_BYTES
from deviations.services.sip import MOST
from deviations.services.sip_overview import SUMMED, Hidden

MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
MOST_ROWS = 100


class CountsQuery(Strict):
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2199, help_text="this year when left out")
    principal = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)


class OverviewQuery(Strict):
    county = serializers.SlugField(help_text="one where the caller reads the register")
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2199, help_text="this year when left out")


def number(most: int = MOST, **kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=most, **kwargs)


class AttendedGiven(Strict):
    """One called party: to how many of the month's meetings, and how many it came to."""

    party = OrganisationById()
    called = number()
    came = number()


class CheckedGiven(Strict):
    """One point of the county's checklist: how many of the plans that were read meet it."""

    point = serializers.CharField(max_length=40)
    met = number()
    of = number()


class CountsGiven(Strict):
    """A month's counts. Sent again with other numbers it is a correction: the older row stays, replaced."""

    principal = OrganisationById()
    month = serializers.RegexField(MONTH, help_text="2026-03")
    municipality = OrganisationById(required=False, allow_null=True, help_text="the municipality itself when left out")
    target_group = serializers.CharField(max_length=40, help_text="id in the county's profile")
    initiated = number(default=0)
    new = number(default=0)
    conducted = number(default=0, help_text="meetings held")
    called = number(default=0, help_text="meetings that parties were called to")
    absent = number(default=0, help_text="those of them at which at least one called party was missing")
    followed_up = number(default=0)
    individuals = number(default=0, help_text="how many different persons, never whom")
    days_to_start = number(
        MOST * 100, required=False, allow_null=True, help_text="days from need to meeting, summed over `new`"
    )
    source = FreeText(  # type: ignore[assignment]  # a field of that name
        required=False, help_text="the system; empty for what was written in by hand"
    )
    attendance = serializers.ListField(child=AttendedGiven(), required=False, max_length=MOST_ROWS)
    quality = serializers.ListField(child=CheckedGiven(), required=False, max_length=MOST_ROWS)


class AttendedShown(serializers.Serializer[Any]):
    party = Named()
    called = serializers.IntegerField()
    came = serializers.IntegerField()


class CheckedShown(serializers.Serializer[Any]):
    point = serializers.CharField()
    met = serializers.IntegerField()
    of = serializers.IntegerField()


class CountsShown(serializers.Serializer[Any]):
    """One row that counts now."""

    id = serializers.IntegerField()
    principal = Named()
    month = serializers.SerializerMethodField()
    municipality = Named(allow_null=True)
    target_group = serializers.CharField()
    initiated = serializers.IntegerField()
    new = serializers.IntegerField()
    conducted = serializers.IntegerField()
    called = serializers.IntegerField()
    absent = serializers.IntegerField()
    followed_up = serializers.IntegerField()
    individuals = serializers.IntegerField()
    days_to_start = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of that name
    at = serializers.DateTimeField()
    attendance = AttendedShown(many=True)
    quality = CheckedShown(many=True)

    def get_month(self, count: Any) -> str:
        return f"{count.month:%Y-%m}"


class ImportGiven(Strict):
    """A CSV or XLSX file, read whole or refused whole with every fault. The same file twice changes nothing."""

    principal = OrganisationById()
    source = FreeText(help_text="the system that the file comes from")  # type: ignore[assignment]  # a field of that name
    file_name = serializers.CharField(max_length=160)
    content = serializers.CharField(max_length=2 * MOST_BYTES, help_text="the file in base64, at most 500 kB")
    dry_run = serializers.BooleanField(default=False, help_text="look it over and write nothing")


class ImportShown(serializers.Serializer[Any]):
    """`changes`: rows that say something new. `earlier`: this file was read before, and nothing was changed."""

    rows = serializers.IntegerField()
    changes = serializers.IntegerField()
    same = serializers.IntegerField()
    earlier = serializers.BooleanField()
    checksum = serializers.CharField()


class MonthShown(serializers.Serializer[Any]):
    month = serializers.SerializerMethodField()
    counted = serializers.BooleanField()

    def get_month(self, month: Any) -> str:
        return f"{month.month:%Y-%m}"


class RowShown(serializers.Serializer[Any]):
    principal = Named()
    months = MonthShown(many=True)


class TotalShown(serializers.Serializer[Any]):
    """Null: hidden, because the sum is small, stands beside a small one, or is of fewer than three principals."""

    month = serializers.CharField()
    new = serializers.IntegerField(allow_null=True)
    conducted = serializers.IntegerField(allow_null=True)
    called = serializers.IntegerField(allow_null=True)
    absent = serializers.IntegerField(allow_null=True)


class OverviewShown(serializers.Serializer[Any]):
    """`totals` are for those who read in a body of the county, and empty for the others."""

    year = serializers.IntegerField()
    rows = RowShown(many=True)
    totals = serializers.SerializerMethodField()

    @extend_schema_field(TotalShown(many=True))
    def get_totals(self, overview: Any) -> list[dict[str, Any]]:
        found = [
            {
                "month": f"{month:%Y-%m}",
                **{name: None if isinstance(v, Hidden) else v for name, v in zip(SUMMED, values, strict=True)},
            }
            for month, values in zip(overview.months, overview.totals, strict=False)
        ]
        return list(TotalShown(found, many=True).data)
