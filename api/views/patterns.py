"""What recurs in a body's deviations, what the group makes of it, and learning cases to read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import HANDLE, READ, caller
from api.parsing import Strict, body_of, query_of
from api.serializers import patterns as shapes
from deviations.models import Pattern
from deviations.services import learning_cases
from deviations.services import patterns as service


def _page(found: QuerySet[Any], query: Mapping[str, Any], listed: Any) -> dict[str, Any]:
    """Newest first by id, and where the next page begins."""
    if "status" in query:
        found = found.filter(status=query["status"])
    if "before" in query:
        found = found.filter(pk__lt=query["before"])
    rows = list(found.order_by("-pk")[: query["size"] + 1])
    shown = rows[: query["size"]]
    return {
        "next": shown[-1].pk if len(rows) > len(shown) else None,
        "results": listed(shown, many=True).data,
    }


class PatternsView(APIView):
    scopes = READ

    @extend_schema(operation_id="patterns_list", parameters=[shapes.PatternQuery], responses=shapes.PatternPage)
    def get(self, request: Request) -> Response:
        """Of the bodies where the caller reads deviations."""
        return Response(_page(_readable(request), query_of(request, shapes.PatternQuery), shapes.PatternListed))


class PatternView(APIView):
    scopes = READ

    @extend_schema(operation_id="pattern_read", responses=shapes.PatternShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One with what its deviations share and the rule by which it is called unusual."""
        return Response(_shown(request, public_id))


TAKES: Mapping[str, type[Strict]] = {
    "accept": shapes.PatternNameGiven,
    "name_theme": shapes.ThemeGiven,
    "escalate_pattern": shapes.EscalatePatternGiven,
    "dismiss": shapes.DismissGiven,
}


def judging_view(step: str) -> type[APIView]:
    """One judgement of the group."""
    do, takes = service.JUDGEMENTS[step], TAKES[step]

    class View(APIView):
        scopes = HANDLE

        @extend_schema(operation_id=f"pattern_{step}", request=takes, responses=shapes.PatternShown)
        def post(self, request: Request, public_id: UUID) -> Response:
            found = get_object_or_404(_readable(request), public_id=public_id)
            do(found, **body_of(request, takes), by=caller(request))
            return Response(_shown(request, public_id))

    View.post.__doc__ = do.__doc__
    return View


class CasesView(APIView):
    scopes = READ

    @extend_schema(operation_id="learning_cases_list", parameters=[shapes.CaseQuery], responses=shapes.CasePage)
    def get(self, request: Request) -> Response:
        """Approved ones of the counties where the caller has a role, and those that the caller works with."""
        found = learning_cases.readable_by(caller(request))
        return Response(_page(found, query_of(request, shapes.CaseQuery), shapes.CaseShown))


class CaseView(APIView):
    scopes = READ

    @extend_schema(operation_id="learning_case_read", responses=shapes.CaseShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One of them."""
        found = get_object_or_404(learning_cases.readable_by(caller(request)), public_id=public_id)
        return Response(shapes.CaseShown(found).data)


def _readable(request: Request) -> QuerySet[Pattern]:
    return service.readable_by(caller(request)).annotate(number=Count("deviations"))


def _shown(request: Request, public_id: UUID) -> Any:
    found = get_object_or_404(_readable(request), public_id=public_id)
    return shapes.PatternShown(found, context={"user": request.user}).data
