"""A unit's year and its sheet, and what a person has chosen for themselves."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.parsing import Strict
from orgs.models.people import MailFrequency


class MonthFiled(serializers.Serializer[Any]):
    month = serializers.DateField(source="first", help_text="the first day of the month")
    filed = serializers.IntegerField()


class UnitBelow(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="unit.pk")
    name = serializers.CharField(source="unit.name")
    filed = serializers.IntegerField(help_text="in twelve months, with the units below it")
    last_on = serializers.DateField(allow_null=True, help_text="null: never")
    silent = serializers.BooleanField(help_text="nothing filed for six months")


class QuarterReporters(serializers.Serializer[Any]):
    quarter = serializers.CharField(source="name")
    new_reporters = serializers.CharField(help_text="a number, or that there are fewer than the county shows")


class UnitYear(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="unit.pk")
    name = serializers.CharField(source="unit.full_name")
    filed = serializers.IntegerField()
    silence = serializers.CharField(allow_blank=True, help_text="a sentence when nothing has been filed for long")
    months = MonthFiled(many=True)
    below = UnitBelow(many=True)
    reporters = QuarterReporters(many=True)


class SheetQuery(Strict):
    quarter = serializers.RegexField(
        r"^\d{4}-[1-4]$", required=False, help_text="2026-1; left out: the last that ended"
    )


class SheetLine(serializers.Serializer[Any]):
    reference = serializers.CharField()
    category = serializers.CharField()
    state = serializers.CharField()
    decision = serializers.CharField(allow_blank=True)


class SheetBetter(serializers.Serializer[Any]):
    text = serializers.CharField()
    seen = serializers.CharField(allow_blank=True, help_text="what showed that it helped")


class SheetPromise(serializers.Serializer[Any]):
    text = serializers.CharField()
    due_on = serializers.DateField()


class SharedCase(serializers.Serializer[Any]):
    """A learning case: rewritten, and approved by the reporter's side."""

    title = serializers.CharField()
    happened = serializers.CharField()
    learning = serializers.CharField()


class SheetShown(serializers.Serializer[Any]):
    """The sheet for the workplace meeting. Numbers about others are text: small ones are hidden."""

    id = serializers.IntegerField(source="unit.pk")
    name = serializers.CharField(source="unit.full_name")
    quarter = serializers.CharField(source="period.key")
    filed = serializers.IntegerField()
    answered = serializers.IntegerField()
    days = serializers.IntegerField(allow_null=True, help_text="median, from filing to answer")
    lines = SheetLine(many=True)
    better = SheetBetter(many=True)
    promises = SheetPromise(many=True)
    others = serializers.CharField()
    others_about = serializers.ListField(child=serializers.CharField())
    question = serializers.CharField(help_text="the first of the three")
    questions = serializers.ListField(child=serializers.CharField())
    case = SharedCase(allow_null=True)


class MailChosen(Strict):
    mail = serializers.ChoiceField(
        choices=MailFrequency.choices,
        help_text="how often Samsyn writes",
        error_messages={"required": _("Välj hur ofta.")},
    )
