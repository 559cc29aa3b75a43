"""Who there is and what is agreed: counties, organisations, bodies, agreements, the lists of the profile in force."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANY_SCOPE
from api.parsing import query_of
from api.serializers.organisations import (
    AgreementShown,
    BodyShown,
    CategoryShown,
    ChoicesShown,
    CountyQuery,
    CountyShown,
    OrganisationList,
    OrganisationQuery,
    OrganisationShown,
    ResponsibilityQuery,
    ResponsibilityShown,
)
from orgs.models import Agreement, Body, County, Organisation, ProfileVersion
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.parts import folded
from orgs.profiles.schema import Profile

MOST = 100
CHOICES = ("target_groups", "consequences_person", "consequences_organisation", "decline_reasons", "cause_areas")


def organisations_matching(query: dict[str, Any]) -> QuerySet[Organisation]:
    """By name or alias, whatever the case. Compared in Python: SQLite folds only ASCII, and a whole country of
    organisations is a few thousand short names."""
    found = Organisation.objects.all()
    if "county" in query:
        found = found.filter(county__slug=query["county"])
    if "parent" in query:
        found = found.filter(parent_id=query["parent"])
    if "kind" in query:
        found = found.filter(kind=query["kind"])
    if "q" in query:
        wanted = folded(query["q"])
        names = found.values_list("pk", "name", "principal__name", "aliases")
        hits = [pk for pk, name, above, also in names if wanted in folded(" ".join((name, above or "", *also)))]
        found = found.filter(pk__in=hits[: MOST + 1])
    return found.select_related("principal", "county").order_by("county_id", "path")


class OrganisationsView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="organisations_list", parameters=[OrganisationQuery], responses=OrganisationList)
    def get(self, request: Request) -> Response:
        """Principals and units, parents before children, at most 100."""
        found = list(organisations_matching(query_of(request, OrganisationQuery))[: MOST + 1])
        return Response(OrganisationList({"results": found[:MOST], "more": len(found) > MOST}).data)


class OrganisationView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="organisation_read", responses=OrganisationShown)
    def get(self, request: Request, pk: int) -> Response:
        """One principal, administration or unit."""
        found = get_object_or_404(Organisation.objects.select_related("principal", "county"), pk=pk)
        return Response(OrganisationShown(found).data)


class BodiesView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="bodies_list", parameters=[CountyQuery], responses=BodyShown(many=True))
    def get(self, request: Request) -> Response:
        """Collaboration bodies with their mandates."""
        found = _in_county(Body.objects.all(), request).select_related("county").prefetch_related("mandates")
        return Response(BodyShown(found.order_by("county_id", "level", "pk"), many=True).data)


class BodyView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="body_read", responses=BodyShown)
    def get(self, request: Request, pk: int) -> Response:
        """One collaboration body with its mandates."""
        return Response(BodyShown(get_object_or_404(Body.objects.select_related("county"), pk=pk)).data)


class AgreementsView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="agreements_list", parameters=[CountyQuery], responses=AgreementShown(many=True))
    def get(self, request: Request) -> Response:
        """Agreements with their clauses and validity; what has ended is listed too."""
        found = _in_county(Agreement.objects.all(), request).select_related("county").prefetch_related("clauses")
        return Response(AgreementShown(found.order_by("county_id", "pk"), many=True).data)


class CountiesView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="counties_list", responses=CountyShown(many=True))
    def get(self, request: Request) -> Response:
        """The counties in this installation."""
        return Response(CountyShown(County.objects.all(), many=True).data)


class CategoriesView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="categories_list", responses=CategoryShown(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The categories of the county's profile in force."""
        _version, profile = in_force(slug)
        return Response(CategoryShown(profile.categories, many=True).data)


class ChoicesView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="choices_read", responses=ChoicesShown)
    def get(self, request: Request, slug: str) -> Response:
        """The fixed lists of the county's profile in force."""
        version, profile = in_force(slug)
        return Response(
            ChoicesShown({"version": version.number, **{name: getattr(profile, name) for name in CHOICES}}).data
        )


class ResponsibilityView(APIView):
    scopes = ANY_SCOPE

    @extend_schema(operation_id="responsibility_read", parameters=[ResponsibilityQuery], responses=ResponsibilityShown)
    def get(self, request: Request, slug: str) -> Response:
        """Who answers for a condition at each level of care, by the county's matrix."""
        query = query_of(request, ResponsibilityQuery)
        _version, profile = in_force(slug)
        return Response(ResponsibilityShown(_matrix(profile, query)).data)


def in_force(slug: str) -> tuple[ProfileVersion, Profile]:
    """Raises 404 for a county that is not here, `NoProfileInForce` (409) for one without a profile today."""
    version = version_in_force(get_object_or_404(County, slug=slug), timezone.localdate())
    return version, profile_of(version.pk)


def _matrix(profile: Profile, query: dict[str, Any]) -> dict[str, Any]:
    matrix, wanted, level = profile.responsibility, folded(query.get("q", "")), query.get("level")
    areas = [
        {
            "id": area.id,
            "name": area.name,
            "levels": [
                {"level": each, "name": matrix.levels.get(each, ""), "answers": answers}
                for each, answers in sorted(area.levels.items())
                if level in (None, each)
            ],
            "uncertain": area.uncertain,
        }
        for area in matrix.areas
        if wanted in folded(area.name)
    ]
    return {"areas": areas, "always": matrix.always}


def _in_county(found: Any, request: Request) -> Any:
    query = query_of(request, CountyQuery)
    return found.filter(county__slug=query["county"]) if "county" in query else found
