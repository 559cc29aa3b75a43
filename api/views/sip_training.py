"""Who is trained in SIP, unit by unit: read, written, read from a file (G04)."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANSWER, READ, caller
from api.parsing import body_of, query_of
from api.serializers import sip_training as shapes
from api.views.sip import decoded
from deviations import clock
from deviations.services import sip_training
from deviations.services.sip_training import Trained


class SipTrainingView(APIView):
    def scopes(self, request: Request) -> frozenset[str]:
        return READ if request.method in ("GET", "HEAD") else ANSWER

    @extend_schema(
        operation_id="sip_training_list", parameters=[shapes.TrainingQuery], responses=shapes.TrainingShown(many=True)
    )
    def get(self, request: Request) -> Response:
        """A year's rows of the principals where the caller answers, unit by unit."""
        query = query_of(request, shapes.TrainingQuery)
        found = sip_training.visible_training(caller(request)).filter(year=query.get("year", clock.today().year))
        if "principal" in query:
            found = found.filter(unit__principal=query["principal"])
        return Response(shapes.TrainingShown(found, many=True).data)

    @extend_schema(
        operation_id="sip_training_enter", request=shapes.TrainingGiven, responses={201: shapes.TrainingShown}
    )
    def post(self, request: Request) -> Response:
        """Write in one unit's year, for the principal where the caller answers."""
        given = body_of(request, shapes.TrainingGiven)
        year, row = given.pop("year"), Trained(**given)
        sip_training.enter_training(row.unit.principal or row.unit, year, [row], by=caller(request))
        stands = sip_training.visible_training(caller(request)).get(unit=row.unit, year=year)
        return Response(shapes.TrainingShown(stands).data, status=201)


class SipTrainingImportView(APIView):
    scopes = ANSWER

    @extend_schema(
        operation_id="sip_training_import", request=shapes.TrainingFileGiven, responses={201: shapes.TrainingFileShown}
    )
    def post(self, request: Request) -> Response:
        """Read a file of a principal's units: all of it, or nothing and every fault with its row.

        A file that may point at a person is refused whole, and its words are not repeated.
        """
        given = body_of(request, shapes.TrainingFileGiven)
        changes = sip_training.import_training(decoded(given.pop("content")), **given, by=caller(request))
        return Response(shapes.TrainingFileShown({"changes": changes}).data, status=201)
