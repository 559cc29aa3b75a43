"""Taking back what one has just done at the desk, for one deviation or for many at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from deviations.errors import NotYours, Refused
from deviations.models import Deviation
from deviations.services.undoing import undo
from frontend import undo_offer
from frontend.refusals import CONFLICT
from frontend.requests import Request
from frontend.undo_offer import Offer


@require_POST
def take_back(request: Request) -> HttpResponse:
    """Each that can be taken back is; the others are told with their reasons. 409 when none could be."""
    offer = undo_offer.offered(request)
    undo_offer.forget(request)
    done, refused = _each(request, offer) if offer else (0, [])
    if offer is None or not done:
        nothing = _("Det finns inget att ångra, eller så har det gått mer än tio minuter.")
        return _too_late(request, " ".join(dict.fromkeys(refused)) or nothing)
    for reason in dict.fromkeys(refused):
        messages.warning(request, reason)
    words = ngettext("Ångrat: %(step)s för %(count)d avvikelse.", "Ångrat: %(step)s för %(count)d avvikelser.", done)
    messages.success(request, words % {"step": offer.label, "count": done})
    return redirect("deviation", offer.alone.public_id) if offer.alone else redirect("desk")


def _each(request: Request, offer: Offer) -> tuple[int, list[str]]:
    """How many were taken back, and why the others were not."""
    found = Deviation.objects.visible_to(request.user).in_bulk(
        [taken.public_id for taken in offer.taken], field_name="public_id"
    )
    done, refused = 0, []
    for taken in offer.taken:
        if (deviation := found.get(taken.public_id)) is None:
            continue
        try:
            undo(deviation, step=offer.step, before=taken.before, by=request.user, seen=taken.seen)
        except NotYours as no:
            raise PermissionDenied(no.reason) from no
        except Refused as no:
            refused.append(f"{taken.reference}: {no.reason}" if len(offer.taken) > 1 else no.reason)
        else:
            done += 1
    return done, refused


def _too_late(request: Request, reason: str) -> HttpResponse:
    context = {"reason": reason, "url": reverse("home"), "url_label": _("Till startsidan")}
    return render(request, "409.html", context, status=CONFLICT)
