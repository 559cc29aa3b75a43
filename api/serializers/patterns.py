"""What recurs, the group's judgement of it, and learning cases, as other systems read and send them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import FreeText
from api.serializers.organisations import Named
from api.serializers.steering import AfterQuery
from deviations.learning import evidence
from deviations.models import Deviation, LearningCase, Pattern


class PatternQuery(AfterQuery):
    status = serializers.ChoiceField(choices=Pattern.Status.choices, required=False)


class SharedShown(serializers.Serializer[Any]):
    what = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()


class PatternListed(serializers.Serializer[Any]):
    """`number` of deviations; `observed` where `expected`; `p`: how often chance gives so many. No word of any text."""

    public_id = serializers.UUIDField()
    body = Named()
    title = serializers.CharField()
    theme = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=Pattern.Status.choices)
    number = serializers.IntegerField()
    observed = serializers.IntegerField(source="evidence.observed")
    expected = serializers.FloatField(source="evidence.expected")
    p = serializers.FloatField(source="evidence.p")
    rule = serializers.ChoiceField(choices=["rise", "together"], source="evidence.rule")
    in_words = serializers.SerializerMethodField()
    found_at = serializers.DateTimeField()
    seen_again_at = serializers.DateTimeField(allow_null=True)
    judged_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="why it was dismissed")

    def get_in_words(self, pattern: Pattern) -> str:
        return f"{evidence.how_many(pattern.evidence)} {evidence.how_unusual(pattern.evidence)}"


class PatternShown(PatternListed):
    """`deviations`: those of them that the caller reads, newest first, at most 200."""

    shared = serializers.SerializerMethodField()
    rule_in_words = serializers.SerializerMethodField()
    deviations = serializers.SerializerMethodField()
    escalation = serializers.UUIDField(source="escalation.public_id", allow_null=True, default=None)

    @extend_schema_field(SharedShown(many=True))
    def get_shared(self, pattern: Pattern) -> list[dict[str, str]]:
        return [{"what": what, "id": id, "name": name} for what, id, name in pattern.evidence.get("shared", [])]

    def get_rule_in_words(self, pattern: Pattern) -> str:
        return evidence.rule(pattern.evidence)

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_deviations(self, pattern: Pattern) -> list[str]:
        visible = Deviation.objects.visible_to(self.context["user"]).filter(patterns=pattern)
        return [str(each) for each in visible.order_by("-filed_at", "-pk").values_list("public_id", flat=True)[:200]]


class PatternPage(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="for `before`")
    results = PatternListed(many=True)


class PatternNameGiven(Strict):
    title = serializers.CharField(max_length=160, allow_blank=True, help_text="what the group calls it")


class ThemeGiven(Strict):
    theme = serializers.CharField(max_length=60, allow_blank=True, help_text="becomes a tag of the deviations")
    title = serializers.CharField(max_length=160, allow_blank=True, required=False)


class EscalatePatternGiven(Strict):
    title = serializers.CharField(max_length=160, allow_blank=True)
    summary = FreeText(help_text="what the steering body needs to decide; nobody's identity")
    working_group = serializers.BooleanField(required=False, default=False, help_text="asks for a working group")


class DismissGiven(Strict):
    reason = FreeText(help_text="it is not proposed again")


class CaseShown(serializers.Serializer[Any]):
    """A deviation told anew. Which deviation it was is not part of it."""

    public_id = serializers.UUIDField()
    body = Named()
    title = serializers.CharField()
    happened = serializers.CharField()
    learning = serializers.CharField()
    status = serializers.ChoiceField(choices=LearningCase.Status.choices)
    answered_at = serializers.DateTimeField(allow_null=True)


class CaseQuery(AfterQuery):
    status = serializers.ChoiceField(choices=LearningCase.Status.choices, required=False)


class CasePage(serializers.Serializer[Any]):
    next = serializers.IntegerField(allow_null=True, help_text="for `before`")
    results = CaseShown(many=True)
