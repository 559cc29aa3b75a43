"""Learning reports: which ones the caller reads, and one of them."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import REPORTS
from api.parsing import query_of
from api.serializers.reports import ReportListed, ReportQuery, ReportShown
from deviations import clock
from deviations.learning.access import readable_bodies
from deviations.learning.facts import first_month
from deviations.learning.period import Period
from deviations.learning.period import twelve_and_years as offered
from deviations.learning.report import report_for
from orgs.models import Body


class ReportsView(APIView):
    scopes = REPORTS

    @extend_schema(operation_id="reports_list", responses=ReportListed(many=True))
    def get(self, request: Request) -> Response:
        """The bodies whose reports the caller reads, and the periods there are."""
        found = [{"body": body, "periods": _periods(body)} for body in readable_bodies(request.user)]
        return Response(ReportListed(found, many=True).data)


class ReportView(APIView):
    scopes = REPORTS

    @extend_schema(operation_id="report_read", parameters=[ReportQuery], responses=ReportShown)
    def get(self, request: Request, pk: int) -> Response:
        """One report, counted now. One that the caller may not read is not found."""
        year = query_of(request, ReportQuery).get("year")
        body = next((body for body in readable_bodies(request.user) if body.pk == pk), None)
        if body is None:
            raise Http404
        return Response(ReportShown(report_for(body, _period(body, year))).data)


def _periods(body: Body) -> list[Period]:
    return offered(clock.today(), first_month(body.county))


def _period(body: Body, year: int | None) -> Period:
    """404 for a year that has not ended or that nothing was counted in."""
    wanted = str(year) if year is not None else ""
    found = next((period for period in _periods(body) if period.key == wanted), None)
    if found is None:
        raise Http404
    return found
