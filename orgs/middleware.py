"""A request reads a person's rights once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from orgs.permissions import rights_read_once


class RightsReadOnce:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with rights_read_once():
            return self.get_response(request)
