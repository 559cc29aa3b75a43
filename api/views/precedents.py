"""Vägledande avgöranden: what decided disputes have taught the county."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import HANDLE, READ, caller
from api.parsing import body_of, query_of
from api.serializers.disputes import PrecedentList, PrecedentQuery, PrecedentShown, WithdrawPrecedentGiven
from deviations.models import Precedent
from deviations.precedents import readable_by, saying
from deviations.services.precedents import require_may_withdraw, withdraw_precedent

MOST = 100


def precedents_matching(found: QuerySet[Precedent], query: dict[str, Any]) -> QuerySet[Precedent]:
    if "county" in query:
        found = found.filter(county__slug=query["county"])
    for name, field in (("category", "category"), ("clause", "clause_key"), ("problem_area", "problem_area")):
        if value := query.get(name):
            found = found.filter(Q(**{field: value}) | Q(**{f"{field}__startswith": f"{value}/"}))
    return found.filter(saying(query.get("q", "")))


class PrecedentsView(APIView):
    scopes = READ

    @extend_schema(operation_id="precedents_list", parameters=[PrecedentQuery], responses=PrecedentList)
    def get(self, request: Request) -> Response:
        """Those of the counties where the caller has a role, newest first, at most 100. Withdrawn ones too."""
        found = precedents_matching(readable_by(request.user), query_of(request, PrecedentQuery))
        rows = list(found[: MOST + 1])
        return Response(PrecedentList({"results": rows[:MOST], "more": len(rows) > MOST}).data)


class PrecedentView(APIView):
    scopes = READ

    @extend_schema(operation_id="precedent_read", responses=PrecedentShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One of them."""
        return Response(PrecedentShown(get_object_or_404(readable_by(request.user), public_id=public_id)).data)


class WithdrawPrecedentView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="precedent_withdraw", request=WithdrawPrecedentGiven, responses=PrecedentShown)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Something else holds since. It stays to be read with the reason, and is proposed to nobody."""
        found = get_object_or_404(readable_by(request.user), public_id=public_id)
        require_may_withdraw(caller(request), found)
        given = body_of(request, WithdrawPrecedentGiven)
        withdraw_precedent(found, **given, by=caller(request))
        return Response(PrecedentShown(get_object_or_404(readable_by(request.user), public_id=public_id)).data)
