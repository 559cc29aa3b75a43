"""A published report as a file, for other systems."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import REPORTS, caller, is_person
from deviations.reports.access import readable_reports
from deviations.reports.files import FORMATS, file_of
from deviations.services import report_copies

FORMAT = OpenApiParameter("format_key", str, OpenApiParameter.PATH, enum=list(FORMATS))
ANSWERS: Any = {(200, made.content_type): OpenApiTypes.BINARY for made in FORMATS.values()}


class ReportFileView(APIView):
    scopes = REPORTS

    @extend_schema(operation_id="report_file", parameters=[FORMAT], responses=ANSWERS)
    def get(self, request: Request, public_id: UUID, format_key: str) -> HttpResponse:
        """The report as `pdf`, `word`, `excel`, `csv` (packed, with a data dictionary) or `json` (with its schema)."""
        if format_key not in FORMATS:
            raise Http404
        report = get_object_or_404(readable_reports(caller(request)), public_id=public_id)
        made = file_of(report, FORMATS[format_key])
        if request.method == "GET" and is_person(request):
            report_copies.open_copies(report, by=caller(request))
        return HttpResponse(made.data, content_type=made.content_type, headers=made.headers)
