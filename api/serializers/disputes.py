"""Disputes as the parties of their deviation read them, and what the county has learned from decided ones."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import FreeText
from api.serializers.organisations import Named
from deviations.models import Dispute


class ViewShown(serializers.Serializer[Any]):
    organisation = serializers.CharField(source="organisation.full_name")
    text = serializers.CharField()
    at = serializers.DateTimeField()


class DisputeShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Dispute.Status.choices)
    question = serializers.CharField()
    clause = serializers.CharField(source="clause_key", allow_blank=True)
    opened_at = serializers.DateTimeField()
    opened_for = serializers.CharField()
    due_on = serializers.DateField()
    interim_responsible = Named(allow_null=True, help_text="who acts until it is answered")
    interim_reason = serializers.CharField(allow_blank=True)
    interim_from = serializers.DateTimeField(allow_null=True)
    responsible = Named(allow_null=True)
    decision = serializers.CharField(allow_blank=True)
    binding = serializers.SerializerMethodField(help_text="false: a recommendation; null until it is answered")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by_body = Named(allow_null=True)
    views = ViewShown(many=True, help_text="oldest first; a later one of the same organisation replaces the earlier")

    def get_binding(self, dispute: Dispute) -> bool | None:
        return dispute.binding if dispute.decided_at else None


class PrecedentShown(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    county = serializers.SlugField(source="county.slug")
    body = Named()
    title = serializers.CharField()
    situation = serializers.CharField()
    outcome = serializers.CharField()
    category = serializers.CharField(allow_blank=True)
    clause = serializers.CharField(source="clause_key", allow_blank=True)
    problem_area = serializers.CharField(allow_blank=True)
    binding = serializers.BooleanField(source="dispute.binding", help_text="false: a recommendation")
    published_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="since when something else holds")
    withdrawn_reason = serializers.CharField(allow_blank=True)


class PrecedentList(serializers.Serializer[Any]):
    results = PrecedentShown(many=True)
    more = serializers.BooleanField(help_text="there are more: ask more narrowly")


class PrecedentQuery(Strict):
    county = serializers.SlugField(required=False, help_text="slug")
    q = serializers.CharField(required=False, max_length=200, help_text="every word must occur, in any of its forms")
    category = serializers.CharField(required=False, max_length=80, help_text='"sip" includes "sip/not_initiated"')
    clause = serializers.CharField(required=False, max_length=120, help_text="agreement, or agreement/clause")
    problem_area = serializers.CharField(required=False, max_length=80)


class WithdrawPrecedentGiven(Strict):
    reason = FreeText(help_text="what holds instead")
