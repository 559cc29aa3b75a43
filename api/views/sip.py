"""SIP counts: read, written, read from a file, and who has counted."""

import base64
import binascii
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import ANSWER, READ, caller
from api.parsing import body_of, query_of
from api.serializers import sip as shapes
from deviations import clock
from deviations.errors import Invalid
from deviations.precedents import counties_of
from deviations.services import sip, sip_import, sip_overview
from deviations.services.sip import Attended, Checked, Entered
from orgs.permissions import keys_of


class SipCountsView(APIView):
    def scopes(self, request: Request) -> frozenset[str]:
        return READ if request.method in ("GET", "HEAD") else ANSWER

    @extend_schema(
        operation_id="sip_counts_list", parameters=[shapes.CountsQuery], responses=shapes.CountsShown(many=True)
    )
    def get(self, request: Request) -> Response:
        """A year's counts of the principals where the caller reads, newest month first."""
        query = query_of(request, shapes.CountsQuery)
        found = sip.visible_counts(caller(request)).filter(month__year=query.get("year", clock.today().year))
        if "principal" in query:
            found = found.filter(principal=query["principal"])
        return Response(shapes.CountsShown(found, many=True).data)

    @extend_schema(operation_id="sip_counts_enter", request=shapes.CountsGiven, responses={201: shapes.CountsShown})
    def post(self, request: Request) -> Response:
        """Write in one month's counts, for the principal where the caller answers."""
        count = sip.enter_counts(_entered(body_of(request, shapes.CountsGiven)), by=caller(request))
        return Response(shapes.CountsShown(count).data, status=201)


def _entered(given: dict[str, Any]) -> Entered:
    year, _dash, month = given.pop("month").partition("-")
    return Entered(
        month=date(int(year), int(month), 1),
        attendance=tuple(Attended(**each) for each in given.pop("attendance", [])),
        quality=tuple(Checked(**each) for each in given.pop("quality", [])),
        **given,
    )


class SipImportView(APIView):
    scopes = ANSWER

    @extend_schema(
        operation_id="sip_counts_import",
        request=shapes.ImportGiven,
        responses={200: shapes.ImportShown, 201: shapes.ImportShown},
    )
    def post(self, request: Request) -> Response:
        """Read a file of counts: all of it (201), or nothing and every fault with its row and column.

        A dry run writes nothing (200). A file that may point at a person is refused whole, and its words are not
        repeated.
        """
        given = body_of(request, shapes.ImportGiven)
        content, dry_run = decoded(given.pop("content")), given.pop("dry_run")
        seen = sip_import.preview(content, **given, by=caller(request))
        if seen.faults:
            raise sip_import.refusal(seen)
        if not dry_run:
            sip_import.import_counts(content, **given, by=caller(request))
        shown = {
            "rows": seen.rows,
            "changes": len(seen.changes),
            "same": seen.same,
            "earlier": seen.earlier is not None,
            "checksum": seen.checksum,
        }
        return Response(shapes.ImportShown(shown).data, status=200 if dry_run else 201)


def decoded(content: str) -> bytes:
    """A file that was sent as base64."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({"content": [("not_base64", _("Skicka filen som base64."))]}) from error


class SipOverviewView(APIView):
    scopes = READ

    @extend_schema(operation_id="sip_overview", parameters=[shapes.OverviewQuery], responses=shapes.OverviewShown)
    def get(self, request: Request) -> Response:
        """Who has counted which month, and the county's sums for those who read in one of its bodies."""
        query, user = query_of(request, shapes.OverviewQuery), caller(request)
        county = get_object_or_404(counties_of(keys_of(user)), slug=query["county"])
        own = sip.principals_read(user).filter(county=county)
        if not own.exists() and not sip.sees_county(user, county):
            raise Http404
        found = sip_overview.overview(user, county, query.get("year", clock.today().year))
        return Response(shapes.OverviewShown(found).data)
