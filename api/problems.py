"""Every refusal as a problem document (RFC 9457): the same members, a stable `code`, and Swedish for people.

`errors` names the field at fault. What a caller may not see is 404 with the very same document as what does not exist.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from deviations.errors import ChangedMeanwhile, Invalid, Refused
from deviations.facts import UnknownFact
from deviations.services.profiles import ProfileRefused
from orgs.permissions import NotAllowed
from orgs.profiles.active import NoProfileInForce

log = logging.getLogger("django.request")
CONTENT_TYPE = "application/problem+json"
Errors = list[dict[str, str]]


class UnknownField(exceptions.APIException):
    """Something was sent that nobody reads: refused, because a misspelt field would otherwise be lost in silence."""

    status_code = 400
    default_code = "unknown_field"

    def __init__(self, names: list[str]) -> None:
        super().__init__(_("Det finns fält som inte är kända här."))
        self.names = names


class FieldProblem(serializers.Serializer[Any]):
    """One fault at one field. `code` is stable."""

    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable; `title` and `detail` are for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblem(many=True)  # type: ignore[assignment]  # a field of that name
    steps = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="with changed_meanwhile: the steps taken since the sequence in `seen`",
    )


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's hook. What nobody expected is logged with its traceback and answered as 500 without any detail of it."""
    status, code, detail, errors = _described(error)
    if status == 500:
        request = getattr(context.get("request"), "_request", None)
        log.error("%s %s", type(error).__name__, getattr(request, "path", ""), exc_info=error)
        got_request_exception.send(sender=None, request=request)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors,
    }
    if isinstance(error, ChangedMeanwhile):
        document["steps"] = error.steps
    return Response(document, status=status, headers=_headers(error), content_type=CONTENT_TYPE)


def title_of(status: int) -> str:
    titles = {
        400: _("Uppgifterna kan inte tas emot"),
        401: _("Inloggning krävs"),
        403: _("Inte tillåtet"),
        404: _("Finns inte"),
        405: _("Metoden finns inte här"),
        406: _("Formatet finns inte"),
        409: _("Går inte från nuvarande läge"),
        413: _("För stort"),
        415: _("Fel innehållstyp"),
        429: _("För många anrop"),
    }
    return titles.get(status) or _("Något gick fel")


def _described(error: Exception) -> tuple[int, str, str, Errors]:
    if isinstance(error, Invalid):
        return error.status, error.code, _("Rätta fälten och försök igen."), _at_fields(error.fields)
    if isinstance(error, ProfileRefused):
        faults = [("profile_fault", fault) for fault in error.faults]
        return error.status, error.code, _("Profilen kan inte användas."), _at_fields({"source": faults})
    if isinstance(error, Refused):
        return error.status, error.code, error.reason, []
    if isinstance(error, NotAllowed):
        return 403, "not_allowed", error.reason, []
    if isinstance(error, UnknownFact):
        return (
            400,
            "invalid",
            _("Rätta fälten och försök igen."),
            _at_fields({error.field: [("unknown", error.reason)]}),
        )
    if isinstance(error, NoProfileInForce):
        return 409, "no_profile_in_force", _("Länet har ingen gällande profil."), []
    if isinstance(error, UnknownField):
        unknown = [("unknown_field", _("Fältet är inte känt."))]
        return 400, "unknown_field", str(error.detail), _at_fields(dict.fromkeys(error.names, unknown))
    if isinstance(error, exceptions.ValidationError):
        return 400, "invalid", _("Rätta fälten och försök igen."), list(_flat(error.get_full_details()))
    return _from_framework(error)


def _from_framework(error: Exception) -> tuple[int, str, str, Errors]:
    if isinstance(error, Http404 | exceptions.NotFound):
        return 404, "not_found", _("Det finns inget på den här adressen som du kan se."), []
    if isinstance(error, exceptions.NotAuthenticated):
        return 401, "not_authenticated", _("Logga in, eller skicka en organisationsnyckel i Authorization."), []
    if isinstance(error, exceptions.MethodNotAllowed):
        return 405, "method_not_allowed", _("Adressen tar inte emot den metoden."), []
    if isinstance(error, exceptions.NotAcceptable):
        return 406, "not_acceptable", _("Svaret finns bara som JSON."), []
    if isinstance(error, RequestDataTooBig):
        return 413, "too_large", _("Innehållet är större än 2,5 MB."), []
    if isinstance(error, exceptions.UnsupportedMediaType):
        return 415, "unsupported_media_type", _("Skicka application/json."), []
    if isinstance(error, exceptions.Throttled):
        return 429, "throttled", _("Vänta en stund innan du fortsätter."), []
    if isinstance(error, exceptions.ParseError):
        return 400, "unreadable", _("Innehållet går inte att läsa som JSON."), []
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return 403, "csrf", _("Sessionens skyddskod saknas eller är fel. Skicka rubriken X-CSRFToken."), []
    if isinstance(error, PermissionDenied) or _code(error) == "permission_denied":
        return 403, "not_allowed", _("Du har inte rätt att göra det här."), []
    if isinstance(error, exceptions.APIException):
        return error.status_code, _code(error), str(error.detail), []
    return 500, "internal", _("Något gick fel hos oss. Inget sparades till hälften."), []


def _code(error: Exception) -> str:
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else ""
    return codes if isinstance(codes, str) else "refused"


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _at_fields(fields: Mapping[str, Any]) -> Errors:
    return [
        {"field": field, "code": code, "message": message}
        for field, faults in fields.items()
        for code, message in faults
    ]


def _flat(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as one row each; a fault inside a list is at "receiving_units.1"."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"field": path, "code": str(details["code"]), "message": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    else:
        for index, inner in enumerate(details):
            nested = isinstance(inner, dict) and set(inner) != {"message", "code"}
            yield from _flat(inner, f"{path}.{index}" if nested else path)
