"""Learning reports as other systems read them: published ones as they were approved, and numbers as they are now."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.organisations import Named
from deviations.models import LearningReport

PUBLISHED = [
    (status.value, status.label) for status in (LearningReport.Status.APPROVED, LearningReport.Status.REPLACED)
]


class NumbersQuery(Strict):
    period = serializers.RegexField(
        r"\A[0-9]{4}(-[0-9]{2})?\Z",
        required=False,
        help_text="a year that has ended, as 2025; leave out for this year so far",
    )


class ReportListed(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    title = serializers.CharField()
    template = serializers.CharField(help_text="what kind of report it is")
    body = Named()
    first_month = serializers.DateField()
    last_month = serializers.DateField(help_text="first day of the last month")
    status = serializers.ChoiceField(choices=PUBLISHED)
    revision = serializers.IntegerField()
    approved_at = serializers.DateTimeField()
    snapshot = serializers.CharField(source="snapshot.code", allow_blank=True, default="")
    checksum = serializers.CharField(help_text="SHA-256 of the content")


class ReportShown(ReportListed):
    """`content` is everything the report says, exactly as it was approved; its schema comes with the JSON file."""

    content = serializers.DictField()


class NumbersShown(serializers.Serializer[Any]):
    """A body's numbers as they are now, which nobody has approved. They count reporting, not how often things happen.

    `content` has the shape of a report's; small numbers are hidden in it.
    """

    body = Named()
    period = serializers.CharField()
    counted_at = serializers.DateTimeField()
    threshold = serializers.IntegerField(help_text="counts from 1 up to but not including it are hidden")
    content = serializers.DictField()
