"""What is asked for in an address can be asked of the database, and is answered in the language one has chosen."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

API = "/api/"  # says it itself, at the field
AHEAD = ("Sec-Purpose", "Purpose", "X-Moz")
"""In which browsers say that they fetch what may be asked for next."""


class ReadableAddress:
    """Refuses (400) a query with NUL in it: no text holds one, and PostgreSQL does not even take the question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path_info.startswith(API):
            raise BadRequest("NUL in the query")
        return self.get_response(request)


class NothingAhead:
    """A page that a browser fetches before anybody has asked for it is not given (403), and it asks again when somebody
    does. What is opened here is taken as read, and others see that a deviation has arrived and a report was opened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if any("prefetch" in request.headers.get(name, "") for name in AHEAD):
            return HttpResponse(status=403)
        return self.get_response(request)


class UnseenMessages:
    """What a message says ("Skickad.") waits for a page that somebody sees: a HEAD shows none. Stands inside the
    middleware of the messages, which takes away what has been shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD" and isinstance(shown := get_messages(request), BaseStorage):
            shown.used = False
        return response


class ChosenLanguage:
    """Those who are logged in are answered in the language of their account, whatever browser they borrow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
