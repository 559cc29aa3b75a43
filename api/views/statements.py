"""Statements that wait for an answer, and who is late with them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import READ, caller
from api.parsing import query_of
from api.serializers.statements import LateByPrincipal, StatementQuery, WaitingList
from deviations import clock, overdue
from orgs.permissions import keys_of

MOST = 100


class StatementsView(APIView):
    scopes = READ

    @extend_schema(operation_id="statements_waiting", parameters=[StatementQuery], responses=WaitingList)
    def get(self, request: Request) -> Response:
        """Statements asked for and not given, of deviations that the caller sees, soonest last day first: at most 100.

        `left_off`: how many more there are. Narrow by principal, organisation or body to come to those.
        """
        query = query_of(request, StatementQuery)
        found = overdue.waiting(caller(request)).filter(**_narrowed(query))
        if "overdue" in query:
            found = (
                found.filter(due_on__lt=clock.today()) if query["overdue"] else found.exclude(due_on__lt=clock.today())
            )
        rows = found.select_related("deviation__accountable_body", "organisation__principal").order_by("due_on", "pk")
        count = found.count()
        return Response(WaitingList({"results": rows[:MOST], "left_off": max(0, count - MOST)}).data)


def _narrowed(query: dict[str, Any]) -> dict[str, Any]:
    columns = {
        "organisation": "organisation",
        "principal": "organisation__principal",
        "accountable_body": "deviation__accountable_body",
    }
    return {column: query[name] for name, column in columns.items() if name in query}


class LateView(APIView):
    scopes = READ

    @extend_schema(operation_id="statements_late_by_principal", responses=LateByPrincipal)
    def get(self, request: Request) -> Response:
        """How many statements are late per principal: what is owed to the caller's bodies, and by their own units."""
        late, keys = overdue.late(caller(request)), keys_of(request.user)
        return Response(
            LateByPrincipal(
                {
                    "to_bodies": overdue.per_principal(late.filter(overdue.owed_to_own_bodies(keys))),
                    "by_units": overdue.per_principal(late.filter(overdue.owed_by_own_units(keys))),
                }
            ).data
        )
