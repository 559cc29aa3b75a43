"""What a log-out leaves on the device: nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from frontend.device import MARK


class LeavesNothingBehind:
    """After a log-out the browser itself throws away what it kept for this address: keys, drafts and the app's files.
    After a log-in it forgets who used it before, so that their key is dropped. Both hold without any script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        left = getattr(request, "device_is_left", False)
        if left:
            response["Clear-Site-Data"] = '"storage"'
        if left or getattr(request, "device_changes_hands", False):
            response.delete_cookie(MARK, samesite="Strict")
        return response
