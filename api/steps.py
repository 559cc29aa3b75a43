"""Every step of the workflow as the API takes it: what is sent, which service does it, which scopes reach it.

The names are those of `deviations.workflow.STEPS`; a test holds the two tables together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from api.models import OrganisationToken
from api.parsing import Strict
from api.serializers.fields import BIGGEST, BodyById, Day, FreeText, OrganisationById
from deviations.models import Decision, Deviation, Invitation, Measure, Meeting, Statement
from deviations.services import (
    adopting,
    deciding,
    desk,
    disputes,
    escalating,
    filing,
    handling,
    merging,
    precedents,
    receiving,
    statements,
    working_groups,
)
from orgs.permissions import keys_of, person_of_county
from orgs.roles import Ability

Scope = OrganisationToken.Scope


class OfThisDeviation(serializers.PrimaryKeyRelatedField[Any]):
    """A row of the deviation in the address, by id; of another one it does not exist."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.IntegerField(min_value=1, max_value=BIGGEST), **kwargs)

    def get_queryset(self) -> Any:
        queryset: Any = super().get_queryset()
        return queryset.filter(deviation=self.context["deviation"])


class PersonOfItsCounty(serializers.EmailField):
    """The account with the address, if it holds a role in the deviation's county.

    Of an account elsewhere it says the same as of none at all.
    """

    default_error_messages = {"does_not_exist": _("Ingen med den e-postadressen har en roll i länet.")}

    def run_validation(self, data: Any = empty) -> Any:
        deviation = self.context["deviation"]  # None when none was chosen, which is refused by itself
        person = person_of_county(super().run_validation(data), deviation.county_id if deviation else 0)
        return person or self.fail("does_not_exist")


class Nothing(Strict):
    """No fields."""


class Seen(Strict):
    """`seen`: the `sequence` that the decision was made from. Refused with `changed_meanwhile` if it has moved on."""

    seen = serializers.IntegerField(required=False, min_value=0, max_value=BIGGEST)


class WithdrawGiven(Seen):
    reason = FreeText(required=False)


class HandOverGiven(Seen):
    to = BodyById()
    reason = FreeText()


class DeclineGiven(Seen):
    reason = serializers.CharField(max_length=40, help_text="one of the profile's decline reasons")
    comment = FreeText()
    to = BodyById(required=False, help_text="the body that it belongs to, for the accountable body")
    unit = OrganisationById(required=False, help_text="the unit that it belongs to, for a unit; see `names_other`")
    of = OrganisationById(required=False, help_text="which unit answers, when the caller answers for several")


class AcceptGiven(Seen):
    of = OrganisationById(required=False, help_text="which unit answers, when the caller answers for several")


class PassOnGiven(AcceptGiven):
    unit = OrganisationById(help_text="the unit that it belongs to, which is asked next")
    reason = FreeText()


class ExtendGiven(Seen):
    statement = OfThisDeviation(queryset=Statement.objects.select_related("deviation"))
    due_on = Day()
    reason = FreeText()


class RequestStatementGiven(Seen):
    of = serializers.ListField(child=OrganisationById(), max_length=10)
    question = FreeText()


class GiveStatementGiven(Seen):
    cause = FreeText()
    measures = FreeText(required=False)
    consequences = FreeText(required=False)
    follow_up = FreeText(required=False)
    of = OrganisationById(required=False, help_text="which unit answers, when the caller answers for several")


class QuestionGiven(Seen):
    question = FreeText()


class TextGiven(Seen):
    text = FreeText()


class ScoreGiven(Seen):
    severity = serializers.IntegerField(help_text="1 to 4")
    likelihood = serializers.IntegerField(help_text="1 to 4")


@extend_schema_field(OpenApiTypes.UUID)
class MeetingById(serializers.SlugRelatedField[Any]):
    """A planned meeting of a body in which the caller reads, by public id; another one does not exist."""

    default_error_messages = {"does_not_exist": _("Finns inte."), "invalid": _("Finns inte.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="public_id", **kwargs)

    def get_queryset(self) -> Any:
        readable = keys_of(self.context["request"].user).bodies.get(Ability.READ, frozenset())
        return Meeting.objects.filter(body__in=readable).select_related("body")

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(UUID(str(data)))
        except ValueError:
            self.fail("does_not_exist")


class AgendaGiven(Seen):
    """One of the two: a planned meeting, or a day."""

    meeting = MeetingById(required=False)
    meeting_on = Day(required=False)


class MeasureGiven(Seen):
    owner = OrganisationById()
    text = FreeText()
    due_on = Day()
    check_on = Day()
    sign = FreeText(help_text="what would show that it helped")


class CarriedOutGiven(Seen):
    measure = OfThisDeviation(queryset=Measure.objects.select_related("deviation"))


class EffectGiven(CarriedOutGiven):
    effect = serializers.ChoiceField(choices=Measure.Effect.choices)
    comment = FreeText()
    check_again_on = Day(required=False, help_text="needed when it is too early to say")


class ReasonGiven(Seen):
    reason = FreeText()


class EscalateGiven(ReasonGiven):
    title = serializers.CharField(required=False, allow_blank=True, max_length=160)


class GroupGiven(Seen):
    name = serializers.CharField(allow_blank=True, max_length=160)
    task = FreeText()
    members = serializers.ListField(
        child=serializers.CharField(max_length=160), max_length=60, help_text="organisations' names, never persons'"
    )
    due_on = Day()


class AskAdoptionGiven(Seen):
    decision = OfThisDeviation(queryset=Decision.objects.select_related("deviation"))
    principals = serializers.ListField(
        child=OrganisationById(), max_length=60, required=False, help_text="left out: the region and the municipalities"
    )


class PostponeGiven(CarriedOutGiven):
    due_on = Day()
    reason = FreeText()


class HelpedGiven(Seen):
    helped = serializers.BooleanField()
    comment = FreeText(required=False)


class InviteGiven(Seen):
    user = PersonOfItsCounty(help_text="e-mail address of someone with a role in the county")
    reason = serializers.CharField(max_length=200, allow_blank=True)


class EndInvitationGiven(Strict):
    invitation = OfThisDeviation(queryset=Invitation.objects.select_related("deviation").filter(ended_at=None))


@extend_schema_field(OpenApiTypes.UUID)
class VisibleDeviation(serializers.SlugRelatedField[Any]):
    """Another deviation that the caller may read, by public id; any other one does not exist."""

    default_error_messages = {"does_not_exist": _("Finns inte."), "invalid": _("Finns inte.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="public_id", **kwargs)

    def get_queryset(self) -> Any:
        return Deviation.objects.visible_to(self.context["request"].user).submitted()

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(UUID(str(data)))
        except ValueError:
            self.fail("does_not_exist")


class PersonOrNobody(PersonOfItsCounty):
    def run_validation(self, data: Any = empty) -> Any:
        return None if data is None else super().run_validation(data)


class AssignGiven(Seen):
    """Null or left out: nobody in particular."""

    to = PersonOrNobody(required=False, allow_null=True, help_text="e-mail address of someone who handles there")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"to": None, **attrs}


class LinkGiven(Seen):
    other = VisibleDeviation()
    reason = FreeText(required=False)


class MergeGiven(Seen):
    into = VisibleDeviation()


class OptionalReasonGiven(Seen):
    reason = FreeText(required=False)


class NoteGiven(Strict):
    text = FreeText()


class OpenDisputeGiven(Seen):
    question = FreeText()
    clause = serializers.CharField(required=False, max_length=120, help_text="agreement, or agreement/clause")


class ViewGiven(TextGiven):
    organisation = OrganisationById(required=False, help_text="needed by those who answer for several sides")


class InterimGiven(ReasonGiven):
    responsible = OrganisationById(help_text="a unit that the deviation concerns, or its principal")


class DecideDisputeGiven(TextGiven):
    responsible = OrganisationById(help_text="a unit that the deviation concerns, or its principal")
    agreed = serializers.BooleanField(required=False, help_text="the parties have come to terms themselves")


class PrecedentGiven(Seen):
    title = serializers.CharField(max_length=160, allow_blank=True)
    situation = FreeText()
    outcome = FreeText()


@dataclass(frozen=True, slots=True)
class Action:
    step: str
    takes: type[Strict]
    do: Callable[..., Any]  # (deviation, **given, by=…)
    scopes: frozenset[str]


def _on(name: str, service: Callable[..., Any]) -> Callable[..., Any]:
    """A service that takes the measure or the invitation instead of its deviation."""

    def act(deviation: Deviation, **given: Any) -> Any:
        return service(given.pop(name), **given)

    act.__doc__ = service.__doc__
    return act


FILE, ANSWER, HANDLE = (frozenset({scope.value}) for scope in (Scope.FILE, Scope.ANSWER, Scope.HANDLE))

_TABLE = (
    Action("submit", Nothing, filing.submit, FILE),
    Action("discard", Nothing, filing.discard, FILE),
    Action("withdraw", WithdrawGiven, filing.withdraw, FILE),
    Action("receive", Seen, handling.receive, HANDLE),
    Action("hand_over", HandOverGiven, handling.hand_over, HANDLE),
    Action("decline", DeclineGiven, handling.decline, HANDLE | ANSWER),
    Action("request_statement", RequestStatementGiven, statements.request_statement, HANDLE),
    Action("give_statement", GiveStatementGiven, statements.give_statement, ANSWER),
    Action("accept", AcceptGiven, receiving.accept, ANSWER),
    Action("pass_on", PassOnGiven, receiving.pass_on, ANSWER),
    Action("extend_statement", ExtendGiven, _on("statement", statements.extend_statement), HANDLE),
    Action("request_completion", QuestionGiven, statements.request_completion, HANDLE),
    Action("complete", TextGiven, statements.complete, FILE),
    Action("score", ScoreGiven, handling.score, HANDLE),
    Action("put_on_agenda", AgendaGiven, deciding.put_on_agenda, HANDLE),
    Action("take_off_agenda", ReasonGiven, deciding.take_off_agenda, HANDLE),
    Action("decide", TextGiven, deciding.decide, HANDLE),
    Action("propose_measure", MeasureGiven, deciding.propose_measure, HANDLE),
    Action("carry_out", CarriedOutGiven, _on("measure", deciding.carry_out), HANDLE | ANSWER),
    Action("check_effect", EffectGiven, _on("measure", deciding.check_effect), HANDLE),
    Action("give_feedback", TextGiven, deciding.give_feedback, HANDLE),
    Action("escalate", EscalateGiven, escalating.escalate, HANDLE),
    Action("return_escalated", TextGiven, escalating.through(escalating.return_escalated, "return_escalated"), HANDLE),
    Action("escalate_further", TextGiven, escalating.through(escalating.escalate_further, "escalate_further"), HANDLE),
    Action("set_up_group", GroupGiven, escalating.through(working_groups.set_up_group, "set_up_group"), HANDLE),
    Action("ask_adoption", AskAdoptionGiven, _on("decision", adopting.ask_adoption), HANDLE),
    Action("postpone_measure", PostponeGiven, _on("measure", deciding.postpone_measure), HANDLE),
    Action("open_dispute", OpenDisputeGiven, disputes.open_dispute, ANSWER | HANDLE),
    Action("give_view", ViewGiven, disputes.give_view, ANSWER),
    Action("set_interim", InterimGiven, disputes.set_interim, HANDLE),
    Action("decide_dispute", DecideDisputeGiven, disputes.decide_dispute, HANDLE),
    Action("publish_precedent", PrecedentGiven, precedents.publish_precedent, HANDLE),
    Action("close", Seen, deciding.close, HANDLE),
    Action("answer_helped", HelpedGiven, deciding.answer_helped, FILE),
    Action("reopen", ReasonGiven, deciding.reopen, FILE | HANDLE),
    Action("invite", InviteGiven, handling.invite, HANDLE),
    Action("end_invitation", EndInvitationGiven, _on("invitation", handling.end_invitation), HANDLE),
    Action("assign", AssignGiven, desk.assign, HANDLE),
    Action("link", LinkGiven, merging.link, HANDLE),
    Action("merge", MergeGiven, merging.merge, HANDLE),
    Action("separate", OptionalReasonGiven, merging.separate, HANDLE),
    Action("note", NoteGiven, handling.note, HANDLE),
)

ACTIONS: Mapping[str, Action] = {action.step: action for action in _TABLE}
