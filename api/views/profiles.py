"""A county's profile: every version, and a new one checked, compared, tried and activated by its administrator."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANY_SCOPE, caller
from api.parsing import body_of
from api.serializers.profiles import ActivationGiven, CheckShown, SourceGiven, VersionShown, VersionWhole
from deviations.services import profiles
from orgs.models import County, ProfileVersion
from orgs.profiles.active import NoProfileInForce, version_in_force
from orgs.profiles.diff import differences


def _in_force(county: County) -> dict[str, int | None]:
    try:
        return {"in_force": version_in_force(county, timezone.localdate()).pk}
    except NoProfileInForce:
        return {"in_force": None}


class VersionsView(APIView):
    def scopes(self, request: Request) -> frozenset[str]:
        return frozenset() if request.method == "POST" else ANY_SCOPE

    @extend_schema(operation_id="profile_versions_list", responses=VersionShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Every version, newest first."""
        county = get_object_or_404(County, slug=slug)
        found = county.profile_versions.defer("source", "document").order_by("-number")
        return Response(VersionShown(found, many=True, context=_in_force(county)).data)

    @extend_schema(operation_id="profile_activate", request=ActivationGiven, responses={201: VersionWhole})
    def post(self, request: Request, slug: str) -> Response:
        """Check the profile whole and let it hold from a day. A fault anywhere refuses all of it."""
        county = get_object_or_404(County, slug=slug)
        profiles.require_administrator(caller(request), county)
        given = body_of(request, ActivationGiven)
        version = profiles.activate(county, given["source"], from_date=given["active_from"], by=caller(request))
        return Response(VersionWhole(version, context=_in_force(county)).data, status=201)


class VersionView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="profile_version_read", responses=VersionWhole)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """One version as it was written."""
        version = get_object_or_404(
            ProfileVersion.objects.select_related("county"), county__slug=slug, number=min(number, 2**31 - 1)
        )
        return Response(VersionWhole(version, context=_in_force(version.county)).data)


class CheckView(APIView):
    """For people only."""

    scopes = frozenset[str]()

    @extend_schema(operation_id="profile_check", request=SourceGiven, responses=CheckShown)
    def post(self, request: Request, slug: str) -> Response:
        """What a profile would change: differences and a dry run over every past deviation. Nothing is stored."""
        county = get_object_or_404(County, slug=slug)
        profiles.require_administrator(caller(request), county)
        profile, proof = profiles.checked(body_of(request, SourceGiven)["source"])
        old = profiles.document_in_force(county)
        seen = {
            "points": proof.points,
            "differences": differences(old, profile) if old else [],
            "dry_run": profiles.dry_run(county, profile, by=caller(request)),
        }
        return Response(CheckShown(seen).data)
