"""A unit's year and its sheet for the workplace meeting, for those who lead it; and how often a person gets letters."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import READ, caller
from api.parsing import body_of, query_of
from api.serializers.units import MailChosen, SheetQuery, SheetShown, UnitYear
from deviations import clock
from deviations.units import apt
from deviations.units.access import readable_unit
from deviations.units.overview import overview
from orgs.models import Organisation
from orgs.people import choose_mail


class YearView(APIView):
    scopes = READ

    @extend_schema(operation_id="unit_year", responses=UnitYear)
    def get(self, request: Request, pk: int) -> Response:
        """Reports per month, silence, the units below and new reporters. Not found for who may not read the unit's."""
        return Response(UnitYear(overview(_readable(request, pk), user=caller(request))).data)


class SheetView(APIView):
    scopes = READ

    @extend_schema(operation_id="unit_sheet", parameters=[SheetQuery], responses=SheetShown)
    def get(self, request: Request, pk: int) -> Response:
        """The sheet for the workplace meeting: this quarter, or one of the four before it."""
        wanted = query_of(request, SheetQuery).get("quarter")
        unit, periods = _readable(request, pk), apt.periods(clock.today())
        for period in periods:
            if period.key == (wanted or periods[0].key):
                return Response(SheetShown(apt.sheet(unit, period, user=caller(request))).data)
        raise Http404


class MailView(APIView):
    """For people only: a system gets no letters."""

    @extend_schema(operation_id="mail_read", responses=MailChosen)
    def get(self, request: Request) -> Response:
        """How often the caller has chosen to get letters."""
        return Response(MailChosen({"mail": caller(request).mail}).data)

    @extend_schema(operation_id="mail_choose", request=MailChosen, responses=MailChosen)
    def put(self, request: Request) -> Response:
        """Choose how often, from the next letter on. Questions, reminders of one's own and alarms come at once."""
        chosen = choose_mail(body_of(request, MailChosen)["mail"], by=caller(request))
        return Response(MailChosen({"mail": chosen.mail}).data)


def _readable(request: Request, pk: int) -> Organisation:
    unit = readable_unit(caller(request), pk)
    if unit is None:
        raise Http404
    return unit
