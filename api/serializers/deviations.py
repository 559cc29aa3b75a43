"""A deviation as a caller may read it. Which parts are open is asked of `deviations.visibility` and of nothing else."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.disputes import DisputeShown
from api.serializers.organisations import Named
from deviations.models import Deviation, HistoryEntry, Measure, Party, Statement
from deviations.rights import WrongStateDenied, possible_steps
from deviations.services.begin import step_label
from deviations.visibility import Part, open_parts
from deviations.workflow import STEPS
from orgs.permissions import Denied, keys_of


class DeviationListed(serializers.Serializer[Any]):
    """One row of a list: the de-identified event."""

    public_id = serializers.UUIDField()
    reference = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=Deviation._meta.get_field("state").choices or [])
    state_label = serializers.CharField(source="get_state_display")
    sequence = serializers.IntegerField(help_text="of the newest entry in its history; send it back as `seen`")
    kind = serializers.ChoiceField(choices=Deviation.Kind.choices)
    title = serializers.CharField(allow_blank=True)
    happened = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    suggestion = serializers.CharField(allow_blank=True)
    occurred_on = serializers.DateField(allow_null=True)
    age = serializers.IntegerField(allow_null=True)
    target_group = serializers.CharField(allow_blank=True)
    category = serializers.CharField(allow_blank=True)
    clause = serializers.CharField(source="clause_key", allow_blank=True)
    municipality_code = serializers.CharField(allow_blank=True)
    reporting_unit = Named(allow_null=True)
    reporting_principal = Named(allow_null=True)
    receiving_unit = Named(allow_null=True)
    receiving_principal = Named(allow_null=True)
    accountable_body = Named(allow_null=True)
    accountable_shown = serializers.CharField(allow_blank=True, help_text="its name on the day it happened")
    flags = serializers.ListField(child=serializers.CharField())
    severity = serializers.IntegerField(allow_null=True)
    likelihood = serializers.IntegerField(allow_null=True)
    filed_at = serializers.DateTimeField(allow_null=True)
    triage_due_on = serializers.DateField(allow_null=True)
    answer_due_on = serializers.DateField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class PartyShown(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Party.Role.choices)
    name = serializers.CharField(source="shown_as")
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    body = serializers.IntegerField(source="body_id", allow_null=True)


class ExplanationShown(serializers.Serializer[Any]):
    """In Swedish whatever the language asked for: it is part of the record."""

    sentence = serializers.CharField(required=False)
    facts = serializers.ListField(child=serializers.CharField(), required=False)
    losers = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="the other rules: id, title, why it did not apply",
    )
    flags = serializers.DictField(child=serializers.CharField(), required=False)
    lookup = serializers.ListField(child=serializers.CharField(), required=False)


class RoutingShown(serializers.Serializer[Any]):
    """The routing decision, as stored with the deviation."""

    accountable = serializers.CharField(required=False, help_text="the body's key")
    accountable_shown = serializers.CharField(required=False)
    informed = serializers.ListField(child=serializers.CharField(), required=False)
    informed_shown = serializers.ListField(child=serializers.CharField(), required=False)
    default = serializers.BooleanField(required=False)
    rule_id = serializers.CharField(required=False)
    target_group = serializers.CharField(required=False, allow_null=True)
    flags = serializers.ListField(child=serializers.CharField(), required=False)
    triage_due_on = serializers.DateField(required=False)
    answer_due_on = serializers.DateField(required=False)
    answer_limit = serializers.CharField(required=False)
    explanation = ExplanationShown(required=False)


class StatementShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organisation = serializers.CharField(source="organisation.full_name")
    status = serializers.ChoiceField(choices=Statement.Status.choices)
    question = serializers.SerializerMethodField(help_text="null where it is not for the reader")
    requested_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    first_due_on = serializers.DateField(allow_null=True, help_text="the last day before it was extended")
    extension_reason = serializers.CharField(allow_blank=True)
    accepted_at = serializers.DateTimeField(allow_null=True, help_text="the unit said that it is responsible")
    passed_to = serializers.CharField(source="passed_to.full_name", default=None, allow_null=True)
    cause = serializers.CharField(allow_blank=True)
    measures = serializers.CharField(allow_blank=True)
    consequences = serializers.CharField(allow_blank=True)
    follow_up = serializers.CharField(allow_blank=True)
    decline_reason = serializers.CharField(allow_blank=True)
    decline_comment = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)

    def get_question(self, statement: Statement) -> str | None:
        return statement.question if Part.QUESTION in self.context["open"] else None


class DecisionShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    body = Named()
    text = serializers.CharField()
    binding = serializers.BooleanField(help_text="false: a recommendation")
    decided_at = serializers.DateTimeField()


class MeasureShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    owner = serializers.CharField(source="owner.full_name")
    text = serializers.CharField()
    due_on = serializers.DateField()
    check_on = serializers.DateField()
    sign = serializers.CharField()
    carried_out_at = serializers.DateTimeField(allow_null=True)
    effect = serializers.ChoiceField(choices=Measure.Effect.choices, allow_blank=True)
    effect_comment = serializers.CharField(allow_blank=True)
    effect_checked_at = serializers.DateTimeField(allow_null=True)


class StepShown(serializers.Serializer[Any]):
    """Whether the caller may take the step now, and if not, why."""

    step = serializers.ChoiceField(choices=[(name, name) for name in STEPS])
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    possible = serializers.BooleanField()
    code = serializers.ChoiceField(choices=["", "not_allowed", "wrong_state"], allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="in Swedish; empty when possible")


class DeviationShown(DeviationListed):
    """One deviation whole, less the parts that are not open to the caller."""

    consequence_person = serializers.CharField(allow_blank=True)
    consequence_organisation = serializers.CharField(allow_blank=True)
    cites = serializers.UUIDField(
        source="cites.public_id", default=None, allow_null=True, help_text="the precedent that the reporter refers to"
    )
    problem_area = serializers.CharField(allow_blank=True)
    care_level = serializers.IntegerField(allow_null=True)
    solved_on_the_spot = serializers.BooleanField()
    occurrences = serializers.IntegerField()
    closing_severity = serializers.IntegerField(allow_null=True)
    closing_likelihood = serializers.IntegerField(allow_null=True)
    merged = serializers.SerializerMethodField(help_text="handled together with another one")
    tags = serializers.ListField(child=serializers.CharField())
    bounces = serializers.IntegerField()
    agenda_on = serializers.DateField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    fed_back_at = serializers.DateTimeField(allow_null=True)
    helped = serializers.BooleanField(allow_null=True)
    routing = serializers.SerializerMethodField()
    parties = PartyShown(many=True)
    statements = StatementShown(many=True)
    disputes = DisputeShown(many=True)
    decisions = DecisionShown(many=True)
    measures = MeasureShown(many=True)
    steps = serializers.SerializerMethodField()
    open_parts = serializers.SerializerMethodField(help_text="what more can be read under parts/ and notes/")

    @extend_schema_field(serializers.BooleanField())
    def get_merged(self, deviation: Deviation) -> bool:
        return deviation.merged_into_id is not None

    @extend_schema_field(RoutingShown(allow_null=True))
    def get_routing(self, deviation: Deviation) -> Any:
        return RoutingShown(deviation.routing).data if deviation.routing else None

    @extend_schema_field(StepShown(many=True))
    def get_steps(self, deviation: Deviation) -> list[dict[str, Any]]:
        return [
            {
                "step": name,
                "label": str(STEPS[name].label),
                "possible": bool(answer),
                "code": _refusal_code(answer),
                "reason": answer.reason if isinstance(answer, Denied) else "",
            }
            for name, answer in possible_steps(self.context["user"], deviation).items()
        ]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=[p.value for p in Part])))
    def get_open_parts(self, deviation: Deviation) -> list[str]:
        return sorted(part.value for part in self.context["open"])


def shown(deviation: Deviation, user: Any) -> Any:
    """The deviation's document for that person."""
    return DeviationShown(deviation, context={"user": user, "open": open_parts(deviation, keys_of(user))}).data


def _refusal_code(answer: Any) -> str:
    if not isinstance(answer, Denied):
        return ""
    return "wrong_state" if isinstance(answer, WrongStateDenied) else "not_allowed"


BESIDE_ANOTHER = frozenset({"link", "linked", "unlink", "unlinked", "merge", "merged_here", "parted"})
"""Entries that name another deviation, which their reader may not see."""
BETWEEN_BODIES = {
    "escalate": "reason", "escalate_further": "reason", "return_escalated": "text", "answer_adoption": "reason",
}  # fmt: skip
"""What one body wrote to another, perhaps of several deviations at once, and a principal's reasons to the bodies."""


class EntryShown(serializers.Serializer[Any]):
    """One entry of the history. `by` is named only to those who share the actor's place."""

    sequence = serializers.IntegerField()
    step = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name
    at = serializers.DateTimeField()
    acting_for = serializers.CharField(allow_blank=True, help_text=str(_("för vilken part; aldrig en persons namn")))
    by = serializers.SerializerMethodField()
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name

    def get_label(self, entry: HistoryEntry) -> str:
        return step_label(entry.step)

    def get_by(self, entry: HistoryEntry) -> str | None:
        return entry.by.name if entry.by and self.context["names_of"](entry) else None

    @extend_schema_field(serializers.DictField())
    def get_data(self, entry: HistoryEntry) -> dict[str, Any]:
        """Less what a unit was asked, why a person was invited (which may tell who), what the bodies wrote to each
        other, and other deviations' numbers, where these are not open."""
        kept_in = {"request_statement": ("question", Part.QUESTION), "invite": ("reason", Part.NOTES)}
        hidden, part = kept_in.get(entry.step, ("", None))
        closed = part is not None and part not in self.context["open"]
        beside = entry.step in BESIDE_ANOTHER and entry.data.get("number") not in self.context["beside"]
        lifted = "" if self.context["inside"] else BETWEEN_BODIES.get(entry.step, "")
        left_out = {hidden if closed else "", lifted, *(("number", "reason") if beside else ())}
        return {name: value for name, value in entry.data.items() if name not in left_out}


class HistoryShown(serializers.Serializer[Any]):
    results = EntryShown(many=True)


class NoteShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    body = serializers.CharField(source="body.name")
    text = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")


class PartShown(serializers.Serializer[Any]):
    part = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class DeviationPage(serializers.Serializer[Any]):
    """`count` is given on the first page, and never more than 1001 (read it as "more than 1000")."""

    count = serializers.IntegerField(allow_null=True)
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = DeviationListed(many=True)
