"""Who holds which role, organisation tokens, and oneself."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.models import OrganisationToken
from api.parsing import Strict
from api.serializers.fields import BodyById, Day, OrganisationById, PersonByEmail
from orgs.models import County
from orgs.models.memberships import Membership
from orgs.permissions import place_kind
from orgs.roles import ROLES

ROLE_CHOICES = [(code, role.label) for code, role in ROLES.items()]
PLACES = ("organisation", "body", "county")


class CountyBySlug(serializers.SlugRelatedField[County]):
    default_error_messages = {"does_not_exist": _("Länet finns inte här.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=County.objects.all(), **kwargs)

    def to_internal_value(self, data: Any) -> County:
        if not isinstance(data, str) or not data.isprintable():  # PostgreSQL takes no NUL
            self.fail("does_not_exist")
        county: County = super().to_internal_value(data)
        return county


class PlaceGiven(Strict):
    """Exactly one place, on which a role is held."""

    organisation = OrganisationById(required=False)
    body = BodyById(required=False)
    county = CountyBySlug(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        places = [attrs[name] for name in PLACES if name in attrs]
        if len(places) != 1:
            raise serializers.ValidationError(_("Ange en plats: organisation, body eller county."), "one_place")
        return {**attrs, "place": places[0]}


class GrantGiven(PlaceGiven):
    user = PersonByEmail(help_text="e-mail address of the account")
    role = serializers.ChoiceField(choices=ROLE_CHOICES)
    valid_from = Day(required=False)
    valid_until = Day(required=False, allow_null=True, help_text="the last day; leave out for until further notice")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if ROLES[attrs["role"]].on != place_kind(attrs["place"]):
            raise serializers.ValidationError({"role": _("Rollen innehas inte på en sådan plats.")}, "wrong_place")
        first, last = attrs.get("valid_from") or timezone.localdate(), attrs.get("valid_until")
        if last is not None and last < first:
            raise serializers.ValidationError(
                {"valid_until": _("Sista dagen kan inte vara före den första.")}, "before_first"
            )
        return attrs


class MembershipShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    place = serializers.SerializerMethodField()
    place_id = serializers.IntegerField(source="content_object_id")
    user = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(choices=ROLE_CHOICES)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    granted_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_place(self, membership: Membership) -> str:
        return place_kind(membership.place)


class RoleHeld(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=ROLE_CHOICES)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    place = serializers.ChoiceField(choices=PLACES)
    id = serializers.IntegerField()
    name = serializers.CharField()


class MeShown(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.CharField()
    roles = RoleHeld(many=True)
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="what the token is narrowed to; null for a person"
    )


class TokenGiven(Strict):
    name = serializers.CharField(max_length=120, allow_blank=True, help_text="the system that will use it")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=OrganisationToken.Scope.choices), max_length=10
    )
    expires_at = serializers.DateTimeField(help_text="at most 400 days ahead")


class TokenShown(serializers.Serializer[Any]):
    """A token as it is listed: never its secret."""

    prefix = serializers.CharField()
    name = serializers.CharField()
    organisation = serializers.IntegerField(source="organisation_id")
    account = serializers.EmailField(source="account.email", help_text="the service account, to grant further roles to")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=OrganisationToken.Scope.choices))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_on = serializers.DateField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class TokenIssued(TokenShown):
    token = serializers.CharField(help_text="shown now and never again")


class ChangeShown(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    deviation = serializers.UUIDField()
    sequence = serializers.IntegerField()


class ChangesShown(serializers.Serializer[Any]):
    """The newest change of each deviation. A repeat may occur and a loss may not; `sequence` tells them apart."""

    position = serializers.IntegerField(allow_null=True, help_text="send it as `after` next time; null: ask again soon")
    changes = ChangeShown(many=True)
    too_many = serializers.BooleanField(help_text="true: more than 500, so read the list again instead")
