"""Learning reports: those that are published to the caller, and a body's numbers as they are now for its own people."""

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import REPORTS, caller, is_person
from api.parsing import query_of
from api.serializers.reports import NumbersQuery, NumbersShown, ReportListed, ReportShown
from deviations.reports import dashboard
from deviations.reports.access import explorable_bodies, readable_reports
from deviations.services import report_copies


class ReportsView(APIView):
    scopes = REPORTS

    @extend_schema(operation_id="reports_list", responses=ReportListed(many=True))
    def get(self, request: Request) -> Response:
        """The published reports that the caller reads, newest first."""
        found = readable_reports(caller(request)).defer("content", "text")
        return Response(ReportListed(found, many=True).data)


class ReportView(APIView):
    scopes = REPORTS

    @extend_schema(operation_id="report_read", responses=ReportShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One published report, as it was approved. One that the caller may not read is not found.

        Fetched with a token it does not count as opened: a person has to read it for that.
        """
        report = readable_reports(caller(request)).filter(public_id=public_id).first()
        if report is None:
            raise Http404
        if request.method == "GET" and is_person(request):
            report_copies.open_copies(report, by=caller(request))
        return Response(ReportShown(report).data)


class NumbersView(APIView):
    scopes = REPORTS

    @extend_schema(operation_id="body_numbers", parameters=[NumbersQuery], responses=NumbersShown)
    def get(self, request: Request, pk: int) -> Response:
        """The numbers of a body as they are now, for those who work in it. Not found for everybody else."""
        wanted = query_of(request, NumbersQuery).get("period", "")
        body = next((body for body in explorable_bodies(caller(request)) if body.pk == pk), None)
        if body is None:
            raise Http404
        period = dashboard.period_of(dashboard.periods(body), wanted)
        if period is None:
            raise Http404
        content = dashboard.live(body, period)
        numbers = {
            "body": body, "period": period.key, "counted_at": content.cut_off, "threshold": content.threshold,
            "content": content.data(),
        }  # fmt: skip
        return Response(NumbersShown(numbers).data)
