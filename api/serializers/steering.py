"""What is lifted, set up, adopted and done, as other systems read and send it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST, Day, FreeText
from api.serializers.organisations import Named
from deviations.models import Adoption, Deviation, Escalation, Measure, WorkingGroup

BIGGEST_PAGE = 100


class AfterQuery(Strict):
    """Newest first, a page at a time."""

    before = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST, help_text="from `next`")
    size = serializers.IntegerField(required=False, default=50, min_value=1, max_value=BIGGEST_PAGE)


class EscalationQuery(AfterQuery):
    status = serializers.ChoiceField(choices=Escalation.Status.choices, required=False)


class MeasureQuery(AfterQuery):
    open = serializers.BooleanField(required=False, allow_null=True, help_text="true: not carried out yet")
    effect = serializers.ChoiceField(choices=Measure.Effect.choices, required=False)


class AdoptionQuery(AfterQuery):
    answer = serializers.ChoiceField(choices=Adoption.Answer.choices, required=False)


class AdoptionShown(serializers.Serializer[Any]):
    """A principal's answer to a decision. The deviation is not part of it."""

    id = serializers.IntegerField()
    principal = Named()
    body = Named(source="decision.body")
    decision = serializers.CharField(source="decision.text")
    binding = serializers.BooleanField(source="decision.binding", help_text="false: a recommendation")
    category = serializers.CharField(source="decision.deviation.category")
    clause = serializers.CharField(source="decision.deviation.clause_key", allow_blank=True)
    answer = serializers.ChoiceField(choices=Adoption.Answer.choices)
    reason = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    answered_at = serializers.DateTimeField(allow_null=True)
    carried_out_on = serializers.DateField(allow_null=True)


class WorkingGroupShown(serializers.Serializer[Any]):
    """`deviations`: those of its deviations that the caller reads."""

    public_id = serializers.UUIDField()
    steering_body = Named()
    name = serializers.CharField()
    task = serializers.CharField()
    members = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(choices=WorkingGroup.Status.choices)
    due_on = serializers.DateField()
    report = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class EscalationListed(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField()
    kind = serializers.ChoiceField(choices=Escalation.Kind.choices)
    status = serializers.ChoiceField(choices=Escalation.Status.choices)
    from_body = Named()
    to_body = Named()
    sent_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class EscalationShown(EscalationListed):
    """`deviations`: public ids of those that the caller reads."""

    binding = serializers.BooleanField(source="to_body.may_decide", help_text="false: the body may only recommend")
    deviations = serializers.SerializerMethodField()
    working_groups = WorkingGroupShown(many=True)
    adoptions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_deviations(self, escalation: Escalation) -> list[str]:
        visible = Deviation.objects.visible_to(self.context["user"]).filter(escalations=escalation)
        return [str(public_id) for public_id in visible.order_by("pk").values_list("public_id", flat=True)]

    @extend_schema_field(AdoptionShown(many=True))
    def get_adoptions(self, escalation: Escalation) -> Any:
        asked: QuerySet[Adoption] = Adoption.objects.filter(decision__escalation=escalation)
        rows = asked.select_related("principal", "decision__body", "decision__deviation").order_by("principal__name")
        return AdoptionShown(rows, many=True).data


class MeasureListed(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    deviation = serializers.UUIDField(source="deviation.public_id")
    owner = Named()
    text = serializers.CharField()
    sign = serializers.CharField(help_text="what would show that it helped")
    due_on = serializers.DateField()
    check_on = serializers.DateField()
    carried_out_at = serializers.DateTimeField(allow_null=True)
    effect = serializers.ChoiceField(choices=Measure.Effect.choices, allow_blank=True)
    effect_comment = serializers.CharField(allow_blank=True)
    stalled_at = serializers.DateTimeField(allow_null=True, help_text="when it was alarmed that it stands still")
    postponed_reason = serializers.CharField(allow_blank=True)


class EscalationPage(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="send as `before`")
    results = EscalationListed(many=True)


class WorkingGroupPage(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="send as `before`")
    results = WorkingGroupShown(many=True)


class AdoptionPage(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="send as `before`")
    results = AdoptionShown(many=True)


class MeasurePage(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="send as `before`")
    results = MeasureListed(many=True)


# ── sent ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
class SeveralGiven(Strict):
    deviations = serializers.ListField(child=serializers.UUIDField(), max_length=50)
    title = serializers.CharField(max_length=160, allow_blank=True)
    summary = FreeText()
    kind = serializers.ChoiceField(
        choices=[Escalation.Kind.BUNDLE.value, Escalation.Kind.PATTERN.value], default=Escalation.Kind.BUNDLE.value
    )


class WordsGiven(Strict):
    text = FreeText()


class WorkingGroupGiven(Strict):
    name = serializers.CharField(allow_blank=True, max_length=160)
    task = FreeText()
    members = serializers.ListField(
        child=serializers.CharField(max_length=160), max_length=60, help_text="organisations' names, never persons'"
    )
    due_on = Day()


class AnswerGiven(Strict):
    answer = serializers.ChoiceField(
        choices=[Adoption.Answer.ADOPTED.value, Adoption.Answer.PARTLY.value, Adoption.Answer.DECLINED.value]
    )
    reason = FreeText(required=False)


class AdoptionCarriedOutGiven(Strict):
    carried_out_on = Day()
