"""The guided tour moves one step; the page that it leads to draws the panel."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from frontend.requests import Request
from frontend.tour import steps


@require_POST
def tour(request: Request) -> HttpResponse:
    """`go`: begin, next, back, again or end. The address ends in the panel's name, so that the focus goes there."""
    url = steps.go(request, request.user, request.POST.get("go", ""))
    if url is None:
        raise Http404
    return HttpResponseRedirect(f"{url}#rundtur" if steps.SESSION in request.session else url)
