"""Reports that are being written: what is sent, and how far each has come."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import FreeText
from api.serializers.organisations import Named
from deviations.models import LearningReport, Snapshot
from deviations.reports.templates import TEMPLATES


class BeginReportGiven(Strict):
    template = serializers.ChoiceField(choices=list(TEMPLATES), help_text="what kind of report it is")
    period = serializers.RegexField(
        r"\A[0-9]{4}(-[0-9]{2})?\Z",
        help_text="from January up to and including a month that has ended, as 2025-04; a whole year as 2025",
    )


class ReportDecisionGiven(Strict):
    of = serializers.CharField(max_length=80, help_text="one of `decisions` in the draft")
    lead = FreeText(max_length=120, help_text="what the report calls it")
    text = FreeText(max_length=600, required=False, default="")


class ReportWordsGiven(Strict):
    """The author's own words. Which of them a report has is its template's; others are refused."""

    summary = FreeText(required=False)
    decided = serializers.ListField(child=ReportDecisionGiven(), required=False, max_length=60)
    asks = FreeText(required=False, help_text="one thing on each line")
    comment = FreeText(required=False)
    talk = FreeText(required=False, help_text="one question on each line")


class WriteReportGiven(Strict):
    """Everything is written anew: what is left out is emptied."""

    title = FreeText(max_length=200)
    text = ReportWordsGiven(required=False)


class ApproveReportGiven(Strict):
    seen = serializers.RegexField(
        r"\A[0-9a-f]{64}\Z", help_text="`checksum` of the preview that was read; another one is refused"
    )


class ReviseReportGiven(Strict):
    reason = FreeText(max_length=300, help_text="stands in the report; what is corrected, never who")


class CopyShown(serializers.Serializer[Any]):
    """To whom an approved report has gone. `opened_at`: when somebody who reads there opened it first; never who."""

    to = serializers.CharField()
    opened_at = serializers.DateTimeField(source="first_read_at", allow_null=True)
    diary_number = serializers.CharField(allow_blank=True)


class DraftListed(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    title = serializers.CharField()
    template = serializers.CharField()
    body = Named()
    first_month = serializers.DateField()
    last_month = serializers.DateField(help_text="first day of the last month")
    status = serializers.ChoiceField(choices=LearningReport.Status.choices)
    revision = serializers.IntegerField()
    numbers = serializers.ChoiceField(
        source="snapshot.status", choices=Snapshot.Status.choices, help_text="whether they are counted yet"
    )
    progress = serializers.IntegerField(source="snapshot.progress", help_text="per cent, of the counting")


class DecisionOffered(serializers.Serializer[Any]):
    of = serializers.CharField()
    title = serializers.CharField()
    on = serializers.DateField()


class DraftShown(DraftListed):
    """`preview` is what the report would say now, null until the numbers are counted; `checksum` is its own."""

    text = serializers.DictField()
    decisions = DecisionOffered(many=True, help_text="of the period, that the report may tell")
    preview = serializers.DictField(allow_null=True)
    checksum = serializers.CharField(allow_blank=True)
    copies = CopyShown(many=True)
