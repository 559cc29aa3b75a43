"""Meetings of the bodies where the caller reads: list, one, its minutes, and every step of it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import HANDLE, READ, caller
from api.parsing import Strict, body_of, query_of
from api.serializers import meetings as given
from api.serializers.meetings import MeetingListed, MeetingQuery, MeetingShown, MinutesShown, PlanGiven
from deviations.models import AgendaItem, Deviation, Meeting
from deviations.services import agenda, attendance, meetings, minutes
from deviations.services.agenda_items import items_of
from deviations.services.begin_meeting import require_handles
from deviations.services.minutes_text import shown_minutes
from orgs.models import Body
from orgs.permissions import keys_of
from orgs.roles import Ability

MOST = 200

STEPS: Mapping[str, tuple[type[Strict], Callable[..., object]]] = {
    "move_meeting": (given.MoveGiven, meetings.move_meeting),
    "cancel_meeting": (given.CancelGiven, meetings.cancel_meeting),
    "start_meeting": (given.MeetingSeen, meetings.start_meeting),
    "end_meeting": (given.MeetingSeen, meetings.end_meeting),
    "build_agenda": (given.MeetingSeen, agenda.build_agenda),
    "add_item": (given.ItemGiven, agenda.add_item),
    "fill_attendance": (given.MeetingSeen, attendance.fill_attendance),
    "add_seat": (given.SeatGiven, attendance.add_seat),
    "approve_minutes": (given.ApproveGiven, minutes.approve_minutes),
}


def readable(request: Request) -> Any:
    bodies = keys_of(request.user).bodies.get(Ability.READ, frozenset())
    return Meeting.objects.filter(body__in=bodies).select_related("body__county", "body__steering_body", "approved_by")


def found(request: Request, public_id: UUID) -> Meeting:
    """Raises 404 for a meeting of a body where the caller does not read."""
    meeting: Meeting = get_object_or_404(readable(request), public_id=public_id)
    return meeting


def shown(request: Request, meeting: Meeting) -> Any:
    items = items_of(meeting)
    pks = [deviation.pk for item in items for deviation in item.deviations.all()]
    visible = set(Deviation.objects.visible_to(caller(request)).filter(pk__in=pks).values_list("pk", flat=True))
    fields = ("public_id", "body", "status", "starts_at", "place", "sequence", "diary_number")
    content = {name: getattr(meeting, name) for name in fields}
    content |= {"items": items, "attendance": meeting.attendance.all()}
    return MeetingShown(content, context={"visible": visible}).data


class MeetingsView(APIView):
    def scopes(self, request: Request) -> frozenset[str]:
        return HANDLE if request.method == "POST" else READ

    @extend_schema(operation_id="meetings_list", parameters=[MeetingQuery], responses=MeetingListed(many=True))
    def get(self, request: Request) -> Response:
        """Newest first, at most 200."""
        asked = query_of(request, MeetingQuery)
        rows = readable(request)
        if "body" in asked:
            rows = rows.filter(body=asked["body"])
        if "year" in asked:
            rows = rows.filter(starts_at__year=asked["year"])
        return Response(MeetingListed(rows.order_by("-starts_at", "-pk")[:MOST], many=True).data)

    @extend_schema(operation_id="plan_meeting", request=PlanGiven, responses={201: MeetingShown})
    def post(self, request: Request) -> Response:
        """Plan one. A body where the caller does not read is not found."""
        asked = body_of(request, PlanGiven)
        bodies = keys_of(request.user).bodies.get(Ability.READ, frozenset())
        body = get_object_or_404(Body.objects.select_related("county"), pk=asked.pop("body").pk, pk__in=bodies)
        meeting = meetings.plan_meeting(body, **asked, by=caller(request))
        return Response(shown(request, found(request, meeting.public_id)), status=201)


class MeetingView(APIView):
    scopes = READ

    @extend_schema(operation_id="meeting_read", responses=MeetingShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Agenda, what has been said in each point, and who takes part."""
        return Response(shown(request, found(request, public_id)))


class MinutesView(APIView):
    scopes = READ

    @extend_schema(operation_id="minutes_read", responses=MinutesShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The minutes, or a draft of them."""
        meeting = found(request, public_id)
        content = {"status": meeting.status, "checksum": meeting.checksum, "minutes": shown_minutes(meeting)}
        return Response(MinutesShown(content).data)


class MeetingStepView(APIView):
    """One class for all steps; `step_view` gives each its own address and document."""

    step = ""
    scopes = HANDLE

    def post(self, request: Request, public_id: UUID) -> Response:
        meeting = found(request, public_id)
        require_handles(meeting.body, caller(request))
        takes, do = STEPS[self.step]
        do(meeting, **body_of(request, takes), by=caller(request))
        return Response(shown(request, found(request, public_id)))


def step_view(step: str) -> type[MeetingStepView]:
    takes, do = STEPS[step]
    name = "".join(part.title() for part in step.split("_")) + "View"
    describe = extend_schema(operation_id=step, request=takes, responses=MeetingShown, description=do.__doc__ or "")

    def post(self: MeetingStepView, request: Request, public_id: UUID) -> Response:
        return MeetingStepView.post(self, request, public_id)

    return type(name, (MeetingStepView,), {"step": step, "post": describe(post), "__module__": __name__})


class DecisionView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="record_decision", request=given.DecisionGiven, responses=MeetingShown)
    def post(self, request: Request, public_id: UUID, pk: int) -> Response:
        """What the meeting says in one point. It takes effect when the minutes are approved."""
        meeting = found(request, public_id)
        rows = AgendaItem.objects.filter(meeting=meeting, removed_at__isnull=True).select_related("meeting")
        item = get_object_or_404(rows, pk=pk)
        require_handles(meeting.body, caller(request))
        minutes.record_decision(item, **body_of(request, given.DecisionGiven), by=caller(request))
        return Response(shown(request, found(request, public_id)))
