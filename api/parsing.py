"""What is sent to the API: JSON of a bounded size, in which every field is known."""

from collections.abc import Mapping
from typing import Any

from rest_framework import parsers, serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from api.problems import UnknownField


class JSONParser(parsers.JSONParser):
    """DRF's strict JSON. How much is read at all is Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("nested too deep") from error


class Strict(serializers.Serializer[Any]):
    """Refuses fields it does not know (code `unknown_field`)."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [str(name) for name in data if name not in self.fields]):
            raise UnknownField(unknown)
        return super().to_internal_value(data)


def body_of(request: Request, serializer: type[Strict], **context: Any) -> dict[str, Any]:
    """What the body says, checked; raises a problem."""
    return checked(serializer(data=request.data, context={"request": request, **context}))


def query_of(request: Request, serializer: type[Strict]) -> dict[str, Any]:
    """What the query says, checked: a misspelt filter is refused, never ignored."""
    return checked(serializer(data=request.query_params, context={"request": request}))


def checked(serializer: Strict) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    checked: dict[str, Any] = dict(serializer.validated_data)
    return checked
