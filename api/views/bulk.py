"""One step for several deviations at once."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import caller
from api.parsing import Strict, body_of
from api.steps import ACTIONS, HANDLE, VisibleDeviation
from deviations.services.bulk import MOST, SERVICES, bulk


class BulkGiven(Strict):
    """`given`: what the step takes, as at its own address, without `seen`."""

    step = serializers.ChoiceField(choices=[(name, name) for name in SERVICES])
    deviations = serializers.ListField(child=VisibleDeviation(), max_length=MOST, help_text="public ids")
    given = serializers.DictField(required=False)


class OutcomeShown(serializers.Serializer[Any]):
    """What became of one. `reason` is in Swedish, and empty when it was done."""

    public_id = serializers.UUIDField(source="deviation.public_id")
    reference = serializers.CharField(source="deviation.reference")
    done = serializers.SerializerMethodField()
    reason = serializers.CharField(allow_blank=True)

    def get_done(self, outcome: Any) -> bool:
        return not outcome.reason


class OutcomesShown(serializers.Serializer[Any]):
    results = OutcomeShown(many=True)


class BulkView(APIView):
    scopes = HANDLE

    @extend_schema(operation_id="deviations_bulk", request=BulkGiven, responses=OutcomesShown)
    def post(self, request: Request) -> Response:
        """The step is taken for each by itself: one that is refused says why and stops none of the others."""
        asked = body_of(request, BulkGiven)
        deviations, step = asked["deviations"], asked["step"]
        takes = ACTIONS[step].takes(
            data=asked.get("given", {}),
            context={"request": request, "deviation": deviations[0] if deviations else None},
        )
        takes.is_valid(raise_exception=True)
        given = {name: value for name, value in takes.validated_data.items() if name != "seen"}
        outcomes = bulk(step, deviations, by=caller(request), **given)
        return Response(OutcomesShown({"results": outcomes}).data)
