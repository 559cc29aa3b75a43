"""A body's own work and the county's registers, as other systems read and write them."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST, Day, FreeText, OrganisationById
from api.serializers.organisations import Named
from deviations.models import ActionPlan, Activity, Duty
from deviations.services.planning import is_late, standing


class DutyQuery(Strict):
    body = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2199, help_text="this year when left out")


class DutyShown(serializers.Serializer[Any]):
    """One thing in a body's yearly wheel. `key` is the same every time the year is looked through."""

    id = serializers.IntegerField()
    body = serializers.IntegerField(source="body_id")
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=Duty.Kind.choices)
    title = serializers.CharField()
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField(allow_blank=True)


class FinishDutyGiven(Strict):
    evidence = FreeText(help_text="what shows that it was done")
    done_on = Day(required=False, help_text="today when left out")


class ActivityShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    goal = serializers.CharField(allow_blank=True)
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    due_on = serializers.DateField()
    late = serializers.SerializerMethodField()
    indicator = serializers.CharField(allow_blank=True)
    indicator_target = serializers.CharField(allow_blank=True)
    indicator_now = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=Activity.Status.choices)
    progress = serializers.CharField(allow_blank=True)
    reported_on = serializers.DateField(allow_null=True)

    def get_late(self, activity: Activity) -> bool:
        return is_late(activity, self.context["today"])


class PlanListed(serializers.Serializer[Any]):
    """`activities`, `done` and `late` are counts."""

    id = serializers.IntegerField()
    body = serializers.IntegerField(source="body_id")
    title = serializers.CharField()
    from_year = serializers.IntegerField()
    to_year = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ActionPlan.Status.choices)
    revision = serializers.IntegerField()
    adopted_on = serializers.DateField(allow_null=True)
    carries_out = serializers.IntegerField(source="parent_id", allow_null=True, help_text="the steering body's plan")
    standing = serializers.SerializerMethodField()

    def get_standing(self, plan: ActionPlan) -> dict[str, int]:
        return standing(plan)


class PlanShown(PlanListed):
    activities = ActivityShown(many=True)


class CountyWanted(Strict):
    county = serializers.SlugField(help_text="one where the caller has a role")


class AgreementStateShown(serializers.Serializer[Any]):
    """`cited_after`: deviations that rest on it though they happened after its last day. Null when it has not run out,
    when the number is not the caller's to know, or when it is so small that it is hidden (`few`)."""

    id = serializers.IntegerField(source="agreement.pk")
    key = serializers.CharField(source="agreement.key")
    name = serializers.CharField(source="agreement.name")
    valid_from = serializers.DateField(source="agreement.valid_from", allow_null=True)
    valid_to = serializers.DateField(source="agreement.valid_to", allow_null=True)
    status = serializers.ChoiceField(choices=["expired", "expiring", "unknown", "in_force"])
    cited_after = serializers.IntegerField(allow_null=True)
    few = serializers.BooleanField()


class AcknowledgeGiven(Strict):
    organisation = OrganisationById()
    known = serializers.BooleanField()
    accepted = serializers.BooleanField()
    applied = serializers.BooleanField()
    comment = FreeText(required=False)


class AcknowledgementShown(serializers.Serializer[Any]):
    agreement = serializers.IntegerField(source="agreement_id")
    organisation = serializers.IntegerField(source="organisation_id")
    known = serializers.BooleanField()
    accepted = serializers.BooleanField()
    applied = serializers.BooleanField()
    comment = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class ContactRouteShown(serializers.Serializer[Any]):
    """`failed`: how many have tried in vain during the last year; null when that is not the caller's to know."""

    id = serializers.IntegerField()
    organisation = Named()
    name = serializers.CharField()
    hours = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    failed = serializers.SerializerMethodField()

    def get_failed(self, route: Any) -> int | None:
        return route.failed if self.context["sees"](route) else None


class FailedContactGiven(Strict):
    organisation = OrganisationById(help_text="the unit that tried")


class FailedContactShown(serializers.Serializer[Any]):
    route = serializers.IntegerField(source="route_id")
    organisation = serializers.IntegerField(source="tried_by_unit_id")
    at = serializers.DateTimeField()


class RestGiven(Strict):
    reason = FreeText()
