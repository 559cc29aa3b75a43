"""Deviations: list, one, its history, and everything that is read of it apart."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import READ, caller, is_person
from api.parsing import query_of
from api.serializers.deviations import (
    BESIDE_ANOTHER,
    DeviationListed,
    DeviationShown,
    HistoryShown,
    NoteShown,
    PartShown,
    shown,
)
from api.serializers.queries import ListQuery, written
from deviations.errors import NotYours
from deviations.models import AccessLogEntry, Decision, Deviation, Dispute, LocalReference, Measure, Statement
from deviations.search import NUMBER
from deviations.services import disputes
from deviations.services.handling import see
from deviations.visibility import Part, note_bodies, open_parts, reads_in_a_body
from orgs.permissions import keys_of
from orgs.roles import Ability

UNITS = "organisation__principal", "passed_to__principal"
READABLE_APART = (Part.LOCAL_REFERENCE, Part.REPORTER)


def seen_by(user: Any, public_id: UUID) -> Deviation:
    """The deviation with everything its document shows, or 404, the same for invisible as for nonexistent."""
    visible = Deviation.objects.visible_to(user).select_related(
        "reporting_unit__principal", "reporting_principal", "receiving_unit", "receiving_principal", "accountable_body",
        "cites",
    )  # fmt: skip
    return get_object_or_404(
        visible.prefetch_related(
            "parties",
            Prefetch("statements", Statement.objects.select_related(*UNITS).order_by("pk")),
            "decisions__body",
            "measures__owner__principal",
            disputes.whole(),
        ),
        public_id=public_id,
    )


def just_filed(deviation: Deviation) -> Deviation:
    """What the service gave back, as `seen_by` would read it: nobody has said or decided anything yet."""
    prefetch_related_objects(
        [deviation],
        "parties",
        Prefetch("statements", Statement.objects.none()),
        Prefetch("disputes", Dispute.objects.none()),
        Prefetch("decisions", Decision.objects.none()),
        Prefetch("measures", Measure.objects.none()),
    )
    return deviation


def visible(user: Any, public_id: UUID) -> Deviation:
    """The same without what is said and decided about it."""
    return get_object_or_404(Deviation.objects.visible_to(user).prefetch_related("parties"), public_id=public_id)


def page_of(request: Request) -> dict[str, Any]:
    """One page by keyset. Counted on the first page only."""
    query = query_of(request, ListQuery)
    found = Deviation.objects.visible_to(request.user)
    page = found.newest(where=query["where"], after=query.get("cursor"), size=query["size"])
    link = None
    if cursor := written(page.next):
        params = request.query_params.copy()
        params["cursor"] = cursor
        link = request.build_absolute_uri(f"{request.path}?{params.urlencode()}")
    first = "cursor" not in query
    return {
        "count": found.count_capped(where=query["where"]) if first else None,
        "next": link,
        "results": DeviationListed(page.rows, many=True).data,
    }


class DeviationView(APIView):
    scopes = READ

    @extend_schema(operation_id="deviation_read", responses=DeviationShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One deviation, with the steps that the caller may take and the reason for each that is refused."""
        deviation = seen_by(request.user, public_id)
        if request.method == "GET" and is_person(request):
            # A person at the body has opened it; a system reading it is not delivery, and a HEAD shows nothing.
            see(deviation, by=caller(request))
        return Response(shown(deviation, request.user))


class HistoryView(APIView):
    scopes = READ

    @extend_schema(operation_id="deviation_history", responses=HistoryShown)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What has happened, oldest first. Internal notes show only to those who may read them."""
        deviation = visible(request.user, public_id)
        keys = keys_of(request.user)
        opened = open_parts(deviation, keys)
        entries = deviation.history.select_related("by").order_by("sequence")
        if Part.NOTES not in opened:
            entries = entries.exclude(step="note")
        own = keys.bodies.get(Ability.HANDLE, frozenset()) if Part.ACTORS in opened else frozenset()
        context = {
            "open": opened,
            "inside": reads_in_a_body(deviation, keys),
            "names_of": lambda entry: entry.body_id in own,
            "beside": _beside(deviation, request.user) if Part.NOTES in opened else frozenset(),
        }
        return Response(HistoryShown({"results": entries}, context=context).data)


def _beside(deviation: Deviation, user: Any) -> frozenset[str]:
    """Of the other deviations that its history names, the numbers of those that the person reads too."""
    named = deviation.history.filter(step__in=BESIDE_ANOTHER).values_list("data__number", flat=True)
    numbers = Q(pk=0)
    for number in named:
        if parts := NUMBER.match(number or ""):
            numbers |= Q(year=int(parts[1]), number=int(parts[2]))
    found = Deviation.objects.visible_to(user).filter(numbers, county=deviation.county_id)
    return frozenset(other.reference for other in found)


class NotesView(APIView):
    scopes = frozenset({"handle"})

    @extend_schema(operation_id="deviation_notes", responses=NoteShown(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Internal notes of the caller's own body while it has the deviation, oldest first; never another body's."""
        deviation = visible(request.user, public_id)
        _require_open(Part.NOTES, deviation, request)
        own = deviation.notes.filter(body__in=note_bodies(deviation, keys_of(request.user)))
        return Response(NoteShown(own.select_related("body", "by").order_by("at"), many=True).data)


class PartView(APIView):
    """A part that points at a person: read on its own, so that every reading is deliberate and logged."""

    scopes = READ

    @extend_schema(operation_id="deviation_part", responses=PartShown)
    @transaction.atomic
    def get(self, request: Request, public_id: UUID, part: str) -> Response:
        """`local_reference` or `reporter`, only at home. The reading is written to the access log."""
        if part not in READABLE_APART:
            raise Http404
        deviation = visible(request.user, public_id)
        _require_open(Part(part), deviation, request)
        if request.method == "GET":
            AccessLogEntry.objects.create(deviation=deviation, user_id=request.user.pk, part=part, channel="api")
        return Response(PartShown({"part": part, "value": _value_of(Part(part), deviation)}).data)


def _value_of(part: Part, deviation: Deviation) -> str:
    if part is Part.REPORTER:
        return deviation.filed_by.name
    reference = LocalReference.objects.filter(deviation=deviation).first()
    return reference.reference if reference else ""


def _require_open(part: Part, deviation: Deviation, request: Request) -> None:
    if part not in open_parts(deviation, keys_of(request.user)):
        raise NotYours(_("Den uppgiften är inte öppen för dig."))
