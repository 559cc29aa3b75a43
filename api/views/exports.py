"""The visible list as a file."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import READ
from api.exports import as_csv, as_json
from api.parsing import query_of
from api.serializers.deviations import DeviationListed
from api.serializers.queries import Filters


def _streamed(request: Request, write: Callable[..., Iterator[str]], name: str, kind: str) -> Any:
    where = query_of(request, Filters)["where"]
    return StreamingHttpResponse(
        write(request.user, where),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


class CsvView(APIView):
    scopes = READ

    @extend_schema(operation_id="deviations_csv", parameters=[Filters], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> Any:
        """The list as CSV (UTF-8, semicolons), with the list's filters."""
        return _streamed(request, as_csv, "avvikelser.csv", "text/csv; charset=utf-8")


class JsonView(APIView):
    scopes = READ

    @extend_schema(operation_id="deviations_json", parameters=[Filters], responses=DeviationListed(many=True))
    def get(self, request: Request) -> Any:
        """The list as one JSON array, with the list's filters."""
        return _streamed(request, as_json, "avvikelser.json", "application/json")
