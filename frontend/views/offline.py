"""The installed app: what it keeps, the page one files from without contact, and the one way in when it is back."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from deviations.errors import NotYours, SentTwiceDifferently
from deviations.services.arriving import Arrived, arrive
from deviations.workflow import State
from frontend import device, shell_files
from frontend.dates import day
from frontend.forms.offline import OfflineForm
from frontend.requests import Request
from frontend.workplace import default_unit, units_to_file_from

GONE, UNPROCESSABLE, CONFLICT, FORBIDDEN = 410, 422, 409, 403


@login_not_required
@require_GET
def manifest(request: Request) -> HttpResponse:
    """What a phone shows when Samsyn is put on its home screen."""

    def icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
        source = static(f"frontend/img/{name}.png")
        return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    told = {
        "id": "/",
        "name": "Samsyn",
        "short_name": "Samsyn",
        "description": _("Avvikelser i samverkan: anmäl, följ och lär."),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": "#0B5C63",
        "background_color": "#FBFAF7",
        "icons": [icon("icon-192", 192), icon("icon-512", 512), icon("icon-maskable-512", 512, "maskable")],
        "shortcuts": [{"name": _("Anmäl en avvikelse"), "url": reverse("filing")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@login_not_required
@never_cache
@require_GET
def worker(request: Request) -> HttpResponse:
    """At the root, so that it may answer for every page when there is no contact."""
    return HttpResponse(shell_files.worker(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def page(request: Request) -> HttpResponse:
    """The same for everyone, so that it can be kept on any device."""
    return HttpResponse(shell_files.page())


@never_cache
@require_GET
def key(request: Request) -> HttpResponse:
    """Who is logged in, a fresh token, and a key: this log-in's own, or an earlier one that has not ended (`id`).

    Another person who asks by the same id gets a key that opens nothing.
    """
    given = request.GET.get("id") or device.key_id(request.session)
    ends = device.ends_at(given)
    if ends is None:
        return JsonResponse({"words": _("Tiden för det här utkastet har gått ut.")}, status=GONE)
    response = JsonResponse(
        {
            "person": device.person_of(request.user),
            "token": get_token(request),
            "id": given,
            "ends": ends * 1000,
            "secret": b64encode(device.secret(request.user, given)).decode(),
        }
    )
    device.leave_mark(request, response)
    return response


@never_cache
@require_GET
def choices(request: Request) -> HttpResponse:
    """What one chooses from when filing. The device keeps it encrypted."""
    return JsonResponse(device.to_choose_from(request.user))


@never_cache
@require_POST
def send(request: Request) -> HttpResponse:
    """Take in what was written without contact. The same answer however often it is asked."""
    form = OfflineForm(request.POST)
    form.is_valid()
    if not form.taken():
        return _refused(_("Det som skickades går inte att läsa. Det finns kvar på enheten."), UNPROCESSABLE)
    units = units_to_file_from(request.user)
    unit = default_unit(request.user, units)
    if unit is None:
        return _refused(_("Du kan bara anmäla från en enhet där du arbetar."), FORBIDDEN)
    if not device.is_of(request.user, form.cleaned_data["person"]):
        return _refused(_("Det är skrivet av någon annan än den som är inloggad."), CONFLICT)
    filing, sent = form.filing(units, unit), form.cleaned_data["send"]
    try:
        arrived = arrive(
            filing,
            by=request.user,
            key=str(form.cleaned_data["id"]),
            send=sent,
            unread=form.unread(units) if sent else None,
        )
    except (NotYours, SentTwiceDifferently) as refused:
        return _refused(refused.reason, refused.status)
    answer = _told(arrived, sent)
    if "later" in request.POST:  # nobody sees the answer: it is told on the next page
        messages.add_message(request, messages.WARNING if arrived.faults else messages.SUCCESS, answer["words"])
    return JsonResponse(answer)


def _told(arrived: Arrived, sent: bool) -> dict[str, Any]:
    deviation = arrived.deviation
    if deviation.state == State.DISCARDED:
        return {"words": _("Utkastet är borta."), "url": reverse("home")}
    if not arrived.is_draft:
        values = {
            "body": deviation.accountable_shown,
            "day": day(deviation.answer_due_on) if deviation.answer_due_on else "",
        }
        words = _("Skickad. %(body)s har den nu, och du får svar senast %(day)s.") % values
        return {"words": words, "url": reverse("deviation", args=[deviation.public_id]), "link": _("Följ den")}
    if sent and arrived.faults:
        reasons = " ".join(dict.fromkeys(text for faults in arrived.faults.values() for _code, text in faults))
        words = _("Det du skrev utan nät är inte skickat än. Det ligger bland dina utkast: %(reasons)s") % {
            "reasons": reasons
        }
    else:
        words = _("Det du skrev utan nät ligger nu bland dina utkast.")
    url = reverse("filing_what", args=[deviation.public_id])
    return {"words": words, "url": url, "link": _("Öppna utkastet"), "draft": True}


def _refused(words: str, status: int) -> HttpResponse:
    return JsonResponse({"words": words}, status=status)
