"""A body's own work (yearly wheel, plan, whether it rests) and the county's registers."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANSWER, FILE, HANDLE, MEMBERS, READ, caller
from api.parsing import body_of, query_of
from api.serializers import governance as shapes
from api.serializers.deviations import DeviationShown, shown
from api.serializers.organisations import BodyShown
from api.views.deviations import seen_by, visible
from deviations import clock
from deviations.models import Duty
from deviations.precedents import counties_of
from deviations.services import bodies, duties, planning, receivers, registers
from orgs.models import Agreement, Body, ContactRoute, County
from orgs.permissions import keys_of


# ── a body's own work ────────────────────────────────────────────────────────────────────────────────────────────────
class DutiesView(APIView):
    scopes = READ

    @extend_schema(operation_id="duties_list", parameters=[shapes.DutyQuery], responses=shapes.DutyShown(many=True))
    def get(self, request: Request) -> Response:
        """The yearly wheels of the bodies whose own work the caller may read, with what is left undone from before."""
        query = query_of(request, shapes.DutyQuery)
        readable = bodies.readable_bodies(caller(request))
        if "body" in query:
            readable = readable.filter(pk=query["body"])
        found = duties.duties_of(readable, query.get("year", clock.today().year))
        return Response(shapes.DutyShown(found, many=True).data)


class FinishDutyView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="duty_finish", request=shapes.FinishDutyGiven, responses=shapes.DutyShown)
    def post(self, request: Request, pk: int) -> Response:
        """Say when it was done and what shows it."""
        duty = get_object_or_404(Duty, pk=pk, body__in=bodies.readable_bodies(caller(request)).values("pk"))
        bodies.require_work_for(caller(request), duty.body)
        done = duties.finish_duty(duty, **body_of(request, shapes.FinishDutyGiven), by=caller(request))
        return Response(shapes.DutyShown(done).data)


class PlansView(APIView):
    scopes = READ

    @extend_schema(operation_id="plans_list", responses=shapes.PlanListed(many=True))
    def get(self, request: Request) -> Response:
        """Action plans of the bodies whose own work the caller may read, newest first."""
        found = planning.readable_plans(caller(request)).prefetch_related("activities")
        return Response(shapes.PlanListed(found, many=True).data)


class PlanView(APIView):
    scopes = READ

    @extend_schema(operation_id="plan_read", responses=shapes.PlanShown)
    def get(self, request: Request, pk: int) -> Response:
        """One plan with its activities."""
        found = get_object_or_404(planning.readable_plans(caller(request)).prefetch_related("activities"), pk=pk)
        return Response(shapes.PlanShown(found, context={"today": clock.today()}).data)


RESTING: Mapping[str, Callable[..., Body]] = {"rest": bodies.rest, "resume": bodies.resume}


def resting_view(step: str) -> type[APIView]:
    """The body rests, or works again."""
    do = RESTING[step]

    class View(APIView):
        scopes = HANDLE | MEMBERS

        @extend_schema(operation_id=f"body_{step}", request=shapes.RestGiven, responses=BodyShown)
        def post(self, request: Request, pk: int) -> Response:
            body = get_object_or_404(bodies.readable_bodies(caller(request)), pk=pk)
            bodies.require_may_rest(caller(request), body)
            do(body, **body_of(request, shapes.RestGiven), by=caller(request))
            return Response(BodyShown(get_object_or_404(Body.objects.select_related("county"), pk=pk)).data)

    View.post.__doc__ = do.__doc__
    return View


class TakeBackView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="deviation_take_back", request=None, responses=DeviationShown)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The accountable body takes over what another has received in its place."""
        found = visible(request.user, public_id)
        receivers.take_back(found, by=caller(request))
        return Response(shown(seen_by(request.user, public_id), request.user))


# ── registers ────────────────────────────────────────────────────────────────────────────────────────────────────────
class AgreementStatesView(APIView):
    scopes = READ

    @extend_schema(
        operation_id="agreement_states_list",
        parameters=[shapes.CountyWanted],
        responses=shapes.AgreementStateShown(many=True),
    )
    def get(self, request: Request) -> Response:
        """The county's agreements: what has run out first, with how many deviations still rest on it."""
        found = registers.agreements_of(_county(request), caller(request))
        return Response(shapes.AgreementStateShown(found, many=True).data)


class AcknowledgeView(APIView):
    scopes = ANSWER

    @extend_schema(
        operation_id="agreement_acknowledge",
        request=shapes.AcknowledgeGiven,
        responses={201: shapes.AcknowledgementShown},
    )
    def post(self, request: Request, pk: int) -> Response:
        """The unit's manager says whether the agreement is known, accepted and applied there."""
        agreement = get_object_or_404(Agreement, pk=pk, county__in=counties_of(keys_of(request.user)))
        given = body_of(request, shapes.AcknowledgeGiven)
        answer = registers.acknowledge(agreement, unit=given.pop("organisation"), **given, by=caller(request))
        return Response(shapes.AcknowledgementShown(answer).data, status=201)


class ContactRoutesView(APIView):
    scopes = READ | FILE

    @extend_schema(
        operation_id="contact_routes_list",
        parameters=[shapes.CountyWanted],
        responses=shapes.ContactRouteShown(many=True),
    )
    def get(self, request: Request) -> Response:
        """How the county's units are reached, and when they have promised to answer."""
        county, keys = _county(request), keys_of(request.user)
        of_county = registers.counts_for(keys, county)

        def sees(route: ContactRoute) -> bool:
            return registers.sees_failures(keys, route, of_county=of_county)

        found = registers.routes_of(county)
        return Response(shapes.ContactRouteShown(found, many=True, context={"sees": sees}).data)


class NobodyAnsweredView(APIView):
    scopes = FILE

    @extend_schema(
        operation_id="contact_route_nobody_answered",
        request=shapes.FailedContactGiven,
        responses={201: shapes.FailedContactShown},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Note that nobody answered. Says nothing about whom it concerned."""
        counties = counties_of(keys_of(request.user))
        route = get_object_or_404(ContactRoute, pk=pk, organisation__county__in=counties)
        given = body_of(request, shapes.FailedContactGiven)
        noted = registers.log_failed_contact(route, unit=given["organisation"], by=caller(request))
        return Response(shapes.FailedContactShown(noted).data, status=201)


def _county(request: Request) -> County:
    """The one in the query, when the caller has a role there; else not found."""
    wanted = query_of(request, shapes.CountyWanted)["county"]
    return get_object_or_404(counties_of(keys_of(request.user)), slug=wanted)
