"""A county's colour as a stylesheet and its logo as a picture: open to all, and kept by browsers for a year."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from deviations import clock
from frontend import look
from orgs.models import ProfileVersion
from orgs.profiles import colours
from orgs.profiles.active import profile_of

KEPT = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def css(request: HttpRequest, edition: str, colour: str) -> HttpResponse:
    return _sheet(look.stylesheet(_readable(edition, colour)))


@login_not_required
@require_safe
def preview_css(request: HttpRequest, edition: str, colour: str) -> HttpResponse:
    return _sheet(look.preview_stylesheet(_readable(edition, colour)))


@login_not_required
@require_safe
def logo(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The picture of a version that is or has been in force. It can carry nothing else, and may run nothing."""
    version = get_object_or_404(
        ProfileVersion.objects.defer("source", "document"),
        county__slug=slug,
        number=number,
        active_from__lte=clock.today(),
    )
    shown = profile_of(version.pk).appearance
    picture = shown.logo_png() if shown else None
    if picture is None:
        raise Http404
    headers = {"Cache-Control": KEPT, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(picture, content_type="image/png", headers=headers)


def _sheet(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": KEPT})


def _readable(edition: str, colour: str) -> str:
    """A colour that a profile could have. Other addresses lead nowhere, so nothing else is ever written in a sheet."""
    written = f"#{colour}"
    if edition != str(look.EDITION) or colours.readability(written) < colours.AA:
        raise Http404
    return written
