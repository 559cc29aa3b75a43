"""Process measures and the register of audits, as other systems read and write them."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import Day, FreeText
from deviations.models import ProcessMeasure, RecommendationStatus
from deviations.services.audits import status_now
from deviations.services.process import judged_value


class ProcessValueShown(serializers.Serializer[Any]):
    """`value` null: too few to be told. `meets_target` and `within_law` null: nothing to compare with."""

    first_month = serializers.DateField()
    last_month = serializers.DateField(help_text="first day of the last month")
    value = serializers.FloatField(allow_null=True)
    statutory_value = serializers.FloatField(allow_null=True, help_text="when the law counts it in another way")
    meets_target = serializers.BooleanField(allow_null=True)
    within_law = serializers.BooleanField(allow_null=True)
    words = serializers.CharField(help_text="value against target and law, a breach first")
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field, not DRF's own attribute
    comment = serializers.CharField(allow_blank=True)


class ProcessMeasureShown(serializers.Serializer[Any]):
    """One process measure: goal, activity and measure tied, target and statutory limit side by side."""

    id = serializers.UUIDField(source="public_id")
    body = serializers.IntegerField(source="body_id")
    key = serializers.CharField(allow_blank=True, help_text="id among the county profile's indicators")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ProcessMeasure.Kind.choices)
    goal = serializers.CharField(allow_blank=True)
    activity = serializers.IntegerField(source="activity_id", allow_null=True)
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    formula = serializers.CharField(allow_blank=True, help_text="empty: written in by hand")
    unit = serializers.CharField()
    better = serializers.ChoiceField(choices=ProcessMeasure.Better.choices)
    cadence = serializers.ChoiceField(choices=ProcessMeasure.Cadence.choices)
    target = serializers.FloatField(allow_null=True)
    statutory_limit = serializers.FloatField(allow_null=True)
    guarantee = serializers.CharField(allow_blank=True)
    ended_on = serializers.DateField(allow_null=True)
    values = ProcessValueShown(many=True, source="current")


def with_values(measures: list[ProcessMeasure]) -> list[ProcessMeasure]:
    """Each with its values judged; reads `current` (by `readable_measures`)."""
    for measure in measures:
        for value in measure.current:  # type: ignore[attr-defined]  # a Prefetch put it there
            found = judged_value(measure, value)
            value.meets_target = found.meets if found else None
            value.within_law = found.lawful if found else None
            value.words = found.words if found else ""
    return measures


class ProcessValueGiven(Strict):
    first_month = Day(help_text="first day of the first month")
    last_month = Day(help_text="first day of the last month")
    value = serializers.FloatField(min_value=0, max_value=1_000_000)
    statutory_value = serializers.FloatField(required=False, min_value=0, max_value=1_000_000)
    source = serializers.CharField(  # type: ignore[assignment]  # the same
        allow_blank=True, max_length=160, trim_whitespace=False, help_text="where the value is from"
    )
    comment = FreeText(required=False)


class RecommendationReplyShown(serializers.Serializer[Any]):
    addressee = serializers.CharField()
    reply = serializers.CharField(allow_blank=True)
    replied_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField(allow_blank=True)


class RecommendationStatusShown(serializers.Serializer[Any]):
    """`said_in`: where in the audit's own text, when it is the audit that says it; `judged_on` is then its year."""

    status = serializers.ChoiceField(choices=RecommendationStatus.Status.choices)
    judged_on = serializers.DateField()
    said_in = serializers.CharField(allow_blank=True)
    evidence = serializers.CharField(allow_blank=True)
    evaluation = serializers.CharField(allow_blank=True)


class RecommendationShown(serializers.Serializer[Any]):
    """`wording`: whether `text` is the audit's own. `status` null: nobody has judged it. `statuses`: oldest first."""

    id = serializers.UUIDField(source="public_id")
    audit = serializers.CharField(source="audit.key")
    audit_title = serializers.CharField(source="audit.title")
    year = serializers.IntegerField(source="audit.year")
    number = serializers.CharField()
    text = serializers.CharField()
    wording = serializers.CharField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field, not DRF's own attribute
    reply_due_on = serializers.DateField(allow_null=True)
    categories = serializers.ListField(child=serializers.CharField())
    status = serializers.SerializerMethodField()
    statuses = RecommendationStatusShown(many=True)
    replies = RecommendationReplyShown(many=True)

    def get_status(self, recommendation: Any) -> str | None:
        now = status_now(recommendation)
        return now.status if now else None


class RecommendationStatusGiven(Strict):
    status = serializers.ChoiceField(choices=RecommendationStatus.Status.choices)
    evidence = FreeText(help_text="what shows it")
    evaluation = FreeText(required=False, help_text="how the effect was evaluated")
    judged_on = Day(required=False, help_text="today when left out")
