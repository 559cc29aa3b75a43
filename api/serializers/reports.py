"""A learning report as other systems read it: the same words and numbers as on the page, small ones hidden."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.organisations import Named


class ReportQuery(Strict):
    year = serializers.IntegerField(
        required=False,
        min_value=1900,
        max_value=2199,
        help_text="a calendar year that has ended; leave out for the last twelve months",
    )


class PeriodShown(serializers.Serializer[Any]):
    """`year` null: the last twelve months."""

    year = serializers.SerializerMethodField()
    name = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField(help_text="first day of the last month")

    def get_year(self, period: Any) -> int | None:
        return int(period.key) if period.key else None


class ReportListed(serializers.Serializer[Any]):
    body = Named()
    periods = PeriodShown(many=True)


class CellShown(serializers.Serializer[Any]):
    text = serializers.CharField(allow_blank=True)
    mark = serializers.ChoiceField(choices=["number", "hidden", "text"])


class RowsShown(serializers.ListField):
    child = CellShown(many=True)


class TableShown(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    head = serializers.ListField(child=serializers.CharField(allow_blank=True))
    rows = RowsShown()
    foot = CellShown(many=True)
    withheld = serializers.CharField(allow_blank=True, help_text="why the table is not there")


class FigureShown(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    number = serializers.CharField()
    beside = serializers.CharField(allow_blank=True)
    definition = serializers.CharField()


class PointShown(serializers.Serializer[Any]):
    """null: hidden."""

    month = serializers.DateField()
    filed = serializers.IntegerField(allow_null=True)
    answered = serializers.IntegerField(allow_null=True)


class SeriesShown(serializers.Serializer[Any]):
    """A run chart of what was received."""

    title = serializers.CharField()
    points = PointShown(many=True)
    median = serializers.FloatField(allow_null=True, help_text="of the finished months; null when a month is hidden")
    pattern = serializers.CharField(help_text="what the named rule says of the months, or why nothing is said")


class ReportShown(serializers.Serializer[Any]):
    """A report about a body and those it steers. It counts reporting, not how often things happen."""

    body = Named()
    scope = serializers.CharField()
    period = PeriodShown()
    counted_at = serializers.DateTimeField()
    threshold = serializers.IntegerField(help_text="counts from 1 up to but not including it are hidden")
    standfirst = serializers.CharField()
    figures = FigureShown(many=True)
    tables = TableShown(many=True)
    series = SeriesShown(allow_null=True)
    definitions = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
