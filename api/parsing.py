"""What is sent to the API: JSON of a bounded size, in which every field is known."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import parsers, serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from api.problems import TooLarge, UnknownField

LIMIT = 2_500_000
"""Bytes. A county profile is the largest thing that is sent."""


class JSONParser(parsers.JSONParser):
    """DRF's strict JSON, read at most `LIMIT` bytes far: DRF reads past Django's own limit."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise TooLarge(_("Innehållet är större än 2,5 MB."))
        try:
            return super().parse(io.BytesIO(body), media_type, dict(parser_context or {}))
        except RecursionError as error:
            raise ParseError(_("Innehållet är för djupt.")) from error


class Strict(serializers.Serializer[Any]):
    """Refuses fields it does not know (code `unknown_field`)."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [str(name) for name in data if name not in self.fields]):
            raise UnknownField(unknown)
        return super().to_internal_value(data)


def body_of(request: Request, serializer: type[Strict], **context: Any) -> dict[str, Any]:
    """What the body says, checked; raises a problem."""
    return _checked(serializer(data=request.data, context={"request": request, **context}))


def query_of(request: Request, serializer: type[Strict]) -> dict[str, Any]:
    """What the query says, checked: a misspelt filter is refused, never ignored."""
    return _checked(serializer(data=request.query_params, context={"request": request}))


def _checked(serializer: Strict) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    checked: dict[str, Any] = dict(serializer.validated_data)
    return checked
