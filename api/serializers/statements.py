"""What waits for an answer, as a list."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST
from api.serializers.organisations import Named


class StatementQuery(Strict):
    overdue = serializers.BooleanField(required=False, help_text="only those whose last day has passed, or only others")
    organisation = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    principal = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    accountable_body = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)


class WaitingShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    deviation = serializers.UUIDField(source="deviation.public_id")
    reference = serializers.CharField(source="deviation.reference")
    title = serializers.CharField(source="deviation.title")
    accountable_body = Named(source="deviation.accountable_body")
    organisation = Named()
    principal = Named(source="organisation.principal", allow_null=True)
    requested_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    first_due_on = serializers.DateField(allow_null=True, help_text="the last day before it was extended")
    accepted_at = serializers.DateTimeField(allow_null=True, help_text="the unit said that it is responsible")


class WaitingList(serializers.Serializer[Any]):
    results = WaitingShown(many=True)
    left_off = serializers.IntegerField(help_text="how many more there are")


class OwingShown(serializers.Serializer[Any]):
    principal = Named()
    count = serializers.IntegerField()
    oldest = serializers.DateField(help_text="the earliest last day that has passed")
    days_late = serializers.IntegerField(help_text="of the one that has waited longest")


class LateByPrincipal(serializers.Serializer[Any]):
    to_bodies = OwingShown(many=True)
    by_units = OwingShown(many=True)
