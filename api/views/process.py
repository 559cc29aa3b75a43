"""Process measures with their values, and the register of audits: read, and a value or a status written."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import HANDLE, READ, REPORTS, caller
from api.parsing import body_of
from api.serializers import process as shapes
from deviations.services import audits, process
from deviations.services.bodies import require_work_for


class MeasuresView(APIView):
    scopes = READ | REPORTS

    @extend_schema(operation_id="process_measures_list", responses=shapes.ProcessMeasureShown(many=True))
    def get(self, request: Request) -> Response:
        """Process measures of the bodies whose numbers the caller explores, with every value, oldest first."""
        found = shapes.with_values(list(process.readable_measures(caller(request))))
        return Response(shapes.ProcessMeasureShown(found, many=True).data)


class MeasureValuesView(APIView):
    scopes = HANDLE

    @extend_schema(
        operation_id="process_value_write", request=shapes.ProcessValueGiven, responses=shapes.ProcessMeasureShown
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Write the value of a period that has ended. An earlier one of the period is replaced, and kept."""
        readable = process.readable_measures(caller(request))
        found = get_object_or_404(readable, public_id=public_id)
        require_work_for(caller(request), found.body)
        process.write_value(found, **body_of(request, shapes.ProcessValueGiven), by=caller(request))
        [written] = shapes.with_values([get_object_or_404(readable.all(), public_id=public_id)])
        return Response(shapes.ProcessMeasureShown(written).data)


class RecommendationsView(APIView):
    scopes = READ | REPORTS

    @extend_schema(operation_id="recommendations_list", responses=shapes.RecommendationShown(many=True))
    def get(self, request: Request) -> Response:
        """What audits have recommended in the counties where the caller reads, with answers and statuses."""
        found = audits.readable_recommendations(caller(request))
        return Response(shapes.RecommendationShown(found, many=True).data)


class RecommendationStatusView(APIView):
    scopes = HANDLE

    @extend_schema(
        operation_id="recommendation_status_write",
        request=shapes.RecommendationStatusGiven,
        responses=shapes.RecommendationShown,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Say how far it has come and what shows it. Earlier statuses stay as they are."""
        readable = audits.readable_recommendations(caller(request))
        found = get_object_or_404(readable, public_id=public_id)
        audits.require_follow_up(caller(request), found.audit.county)
        audits.set_status(found, **body_of(request, shapes.RecommendationStatusGiven), by=caller(request))
        return Response(shapes.RecommendationShown(get_object_or_404(readable.all(), public_id=public_id)).data)
