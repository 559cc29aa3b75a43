"""Organisations, bodies, agreements and what a county's profile offers, as other systems read them."""

from typing import Any

from rest_framework import serializers

from api.parsing import Strict
from api.serializers.fields import BIGGEST
from orgs.models import Organisation


class Named(serializers.Serializer[Any]):
    """Something by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class OrganisationShown(serializers.Serializer[Any]):
    """A principal (`parent` null), an administration or a unit. `key` is its stable id in the county's profile."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices)
    unit_kind = serializers.CharField(allow_blank=True)
    municipality_code = serializers.CharField(allow_blank=True)
    county = serializers.CharField(source="county.slug")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]  # a field of that name
    principal = serializers.IntegerField(source="principal_id")
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class OrganisationQuery(Strict):
    q = serializers.CharField(
        required=False, min_length=3, max_length=100, help_text="three letters or more of a name or an alias"
    )
    county = serializers.SlugField(required=False)
    parent = serializers.IntegerField(
        required=False, min_value=1, max_value=BIGGEST, help_text="only what lies directly beneath"
    )  # type: ignore[assignment]  # a field of that name
    kind = serializers.ChoiceField(required=False, choices=Organisation.Kind.choices)


class OrganisationList(serializers.Serializer[Any]):
    results = OrganisationShown(many=True)
    more = serializers.BooleanField(help_text="true: there are more; search more narrowly")


class FormerName(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    until = serializers.DateField()


class MandateShown(serializers.Serializer[Any]):
    version = serializers.CharField()
    status = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    decided_on = serializers.DateField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class BodyShown(serializers.Serializer[Any]):
    """A collaboration body. `may_decide` false: it may only recommend."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(allow_blank=True)
    level = serializers.IntegerField(allow_null=True)
    may_decide = serializers.BooleanField()
    county = serializers.CharField(source="county.slug")
    steering_body = serializers.IntegerField(source="steering_body_id", allow_null=True)
    dormant_since = serializers.DateField(allow_null=True, help_text="another body receives in its place since then")
    names = FormerName(many=True)
    mandates = MandateShown(many=True)


class ClauseShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class AgreementShown(serializers.Serializer[Any]):
    """`valid_to` is the last day it holds. A deviation cites "key" or "key/clause key"."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField(allow_blank=True)
    county = serializers.CharField(source="county.slug")
    parties = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    clauses = ClauseShown(many=True)


class CountyQuery(Strict):
    county = serializers.SlugField(required=False)


class CountyShown(serializers.Serializer[Any]):
    code = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()


class CategoryShown(serializers.Serializer[Any]):
    code = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    short = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    suggested_kind = serializers.CharField()
    comment_required = serializers.BooleanField()
    clause_required = serializers.BooleanField()
    offers_dispute = serializers.BooleanField()
    good_example = serializers.BooleanField()
    retired = serializers.BooleanField()


class ChoiceShown(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    help = serializers.CharField(allow_null=True)


class DeclineReasonShown(ChoiceShown):
    names_other = serializers.BooleanField(help_text="a unit that declines for it names the unit it belongs to")


class TargetGroupShown(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    youngest = serializers.IntegerField(source="ages.first", help_text="whole years, included")
    oldest = serializers.IntegerField(source="ages.last", help_text="whole years, included")


class ChoicesShown(serializers.Serializer[Any]):
    """The fixed lists of the profile in force, for the forms of other systems."""

    version = serializers.IntegerField()
    target_groups = TargetGroupShown(many=True)
    consequences_person = ChoiceShown(many=True)
    consequences_organisation = ChoiceShown(many=True)
    decline_reasons = DeclineReasonShown(many=True)
    cause_areas = ChoiceShown(many=True)


class ResponsibilityQuery(Strict):
    q = serializers.CharField(required=False, min_length=2, max_length=100, help_text="part of the problem area's name")
    level = serializers.IntegerField(required=False, min_value=1, max_value=4, help_text="level of care")


class LevelShown(serializers.Serializer[Any]):
    level = serializers.IntegerField()
    name = serializers.CharField()
    answers = serializers.ListField(child=serializers.CharField())


class ProblemAreaShown(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    levels = LevelShown(many=True)
    uncertain = serializers.CharField(allow_null=True, help_text="what the sources leave open")


class ResponsibilityShown(serializers.Serializer[Any]):
    """Who answers for a condition at each level of care, by the county's matrix."""

    areas = ProblemAreaShown(many=True)
    always = serializers.ListField(child=serializers.CharField())
