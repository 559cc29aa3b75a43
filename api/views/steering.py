"""What is lifted and answered, working groups, the principals' answers, and all measures."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANSWER, HANDLE, READ, caller
from api.parsing import Strict, body_of, query_of
from api.serializers import steering as shapes
from deviations.models import Deviation, Escalation, Measure
from deviations.services import adopting, escalating, working_groups


def _page(found: QuerySet[Any], query: Mapping[str, Any], listed: Any) -> dict[str, Any]:
    """Newest first by id, and where the next page begins."""
    if "before" in query:
        found = found.filter(pk__lt=query["before"])
    rows = list(found.order_by("-pk")[: query["size"] + 1])
    shown = rows[: query["size"]]
    return {
        "next": shown[-1].pk if len(rows) > len(shown) else None,
        "results": listed(shown, many=True).data,
    }


class EscalationsView(APIView):
    def scopes(self, request: Request) -> frozenset[str]:
        return HANDLE if request.method == "POST" else READ

    @extend_schema(
        operation_id="escalations_list", parameters=[shapes.EscalationQuery], responses=shapes.EscalationPage
    )
    def get(self, request: Request) -> Response:
        """What is lifted to or from the caller's bodies."""
        query = query_of(request, shapes.EscalationQuery)
        found = escalating.readable_by(caller(request))
        if "status" in query:
            found = found.filter(status=query["status"])
        return Response(_page(found, query, shapes.EscalationListed))

    @extend_schema(
        operation_id="escalation_several", request=shapes.SeveralGiven, responses={201: shapes.EscalationShown}
    )
    def post(self, request: Request) -> Response:
        """Lift several together, or a recurring pattern, to the steering body of the body that is accountable."""
        given = body_of(request, shapes.SeveralGiven)
        asked = set(given.pop("deviations"))
        deviations = list(Deviation.objects.visible_to(request.user).filter(public_id__in=asked))
        if len(deviations) < len(asked):
            deviations = []  # one that is not seen is as one that does not exist
        escalation = escalating.escalate_several(deviations, **given, by=caller(request))
        return Response(_shown(escalation, request), status=201)


class EscalationView(APIView):
    scopes = READ

    @extend_schema(operation_id="escalation_read", responses=shapes.EscalationShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What was lifted, the answer, working groups, and how each principal carries it out."""
        return Response(_shown(_escalation(request, public_id), request))


def _escalation(request: Request, public_id: UUID) -> Escalation:
    return get_object_or_404(escalating.readable_by(caller(request)), public_id=public_id)


def _shown(escalation: Escalation, request: Request) -> Any:
    return shapes.EscalationShown(escalation, context={"user": request.user}).data


def answer_view(step: str) -> type[APIView]:
    """One answer of the steering body, given over all that was lifted together."""
    takes, do = ANSWERS[step]

    class View(APIView):
        scopes = HANDLE

        @extend_schema(operation_id=f"escalation_{step}", request=takes, responses=shapes.EscalationShown)
        def post(self, request: Request, public_id: UUID) -> Response:
            escalation = _escalation(request, public_id)
            do(escalation, **body_of(request, takes), by=caller(request))
            return Response(_shown(_escalation(request, public_id), request))

    View.post.__doc__ = do.__doc__
    return View


ANSWERS: Mapping[str, tuple[type[Strict], Callable[..., object]]] = {
    "decide": (shapes.WordsGiven, escalating.decide_escalation),
    "return_escalated": (shapes.WordsGiven, escalating.return_escalated),
    "escalate_further": (shapes.WordsGiven, escalating.escalate_further),
    "set_up_group": (shapes.WorkingGroupGiven, working_groups.set_up_group),
}


class WorkingGroupsView(APIView):
    scopes = READ

    @extend_schema(
        operation_id="working_groups_list", parameters=[shapes.AfterQuery], responses=shapes.WorkingGroupPage
    )
    def get(self, request: Request) -> Response:
        """Those of the caller's steering bodies, and those that came of what the caller's body lifted."""
        found = working_groups.readable_by(caller(request))
        return Response(_page(found, query_of(request, shapes.AfterQuery), shapes.WorkingGroupShown))


GROUP_STEPS: Mapping[str, Callable[..., object]] = {
    "tell_progress": working_groups.tell_progress,
    "report_group": working_groups.report_group,
    "end_group": working_groups.end_group,
}


def group_view(step: str) -> type[APIView]:
    """Progress, report or end of a working group."""
    do = GROUP_STEPS[step]

    class View(APIView):
        scopes = HANDLE

        @extend_schema(
            operation_id=f"working_group_{step}", request=shapes.WordsGiven, responses=shapes.WorkingGroupShown
        )
        def post(self, request: Request, public_id: UUID) -> Response:
            found = working_groups.readable_by(caller(request))
            do(
                get_object_or_404(found, public_id=public_id),
                **body_of(request, shapes.WordsGiven),
                by=caller(request),
            )
            return Response(shapes.WorkingGroupShown(get_object_or_404(found, public_id=public_id)).data)

    View.post.__doc__ = do.__doc__
    return View


class AdoptionsView(APIView):
    scopes = ANSWER

    @extend_schema(operation_id="adoptions_list", parameters=[shapes.AdoptionQuery], responses=shapes.AdoptionPage)
    def get(self, request: Request) -> Response:
        """What the caller's principals are asked to carry out, and their answers."""
        query = query_of(request, shapes.AdoptionQuery)
        found = adopting.readable_by(caller(request))
        if "answer" in query:
            found = found.filter(answer=query["answer"])
        return Response(_page(found, query, shapes.AdoptionShown))


ADOPTION_STEPS: Mapping[str, tuple[type[Strict], Callable[..., object]]] = {
    "answer_adoption": (shapes.AnswerGiven, adopting.answer_adoption),
    "carry_out_adoption": (shapes.AdoptionCarriedOutGiven, adopting.carry_out_adoption),
}


def adoption_view(step: str) -> type[APIView]:
    """The principal's answer, or the day when it was done."""
    takes, do = ADOPTION_STEPS[step]

    class View(APIView):
        scopes = ANSWER

        @extend_schema(operation_id=step, request=takes, responses=shapes.AdoptionShown)
        def post(self, request: Request, pk: int) -> Response:
            found = adopting.readable_by(caller(request))
            do(get_object_or_404(found, pk=pk), **body_of(request, takes), by=caller(request))
            return Response(shapes.AdoptionShown(get_object_or_404(found, pk=pk)).data)

    View.post.__doc__ = do.__doc__
    return View


class MeasuresView(APIView):
    scopes = READ

    @extend_schema(operation_id="measures_list", parameters=[shapes.MeasureQuery], responses=shapes.MeasurePage)
    def get(self, request: Request) -> Response:
        """Measures of every deviation that the caller sees."""
        query = query_of(request, shapes.MeasureQuery)
        visible = Deviation.objects.visible_to(request.user).submitted()
        found = Measure.objects.filter(visible.holding()).select_related("deviation", "owner")
        if query.get("open") is not None:
            found = found.filter(carried_out_at__isnull=query["open"])
        if "effect" in query:
            found = found.filter(effect=query["effect"])
        return Response(_page(found, query, shapes.MeasureListed))
