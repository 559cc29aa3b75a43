""" "Did it help?" answered straight from the letter, without logging in. Of the deviation it shows the number only."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import SimpleRateThrottle

from deviations.mail import helped as link
from frontend.forms.follow import HelpedForm
from frontend.refusals import UNPROCESSABLE, attempt

GONE, TOO_MANY = 410, 429


class PerAddress(SimpleRateThrottle):
    """So that nobody tries signatures by the thousand; a person who answers needs two requests."""

    scope = "helped"
    rate = "60/hour"

    def get_cache_key(self, request, view) -> str:  # type: ignore[no-untyped-def]  # the library names a class of its own
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helped(request: HttpRequest, token: str) -> HttpResponse:
    """The question, its thanks, or kindly that the link has ended. Opening the page, as mail filters do, answers
    nothing."""
    if not PerAddress().allow_request(request, None):  # type: ignore[arg-type]  # it reads the caller's address only
        return render(request, "frontend/helped/ended.html", {"too_many": True}, status=TOO_MANY)
    try:
        asked = link.read(token)
    except link.LinkEnded:
        return render(request, "frontend/helped/ended.html", status=GONE)
    if not asked.open:
        return render(request, "frontend/helped/answered.html", {"asked": asked})
    form = HelpedForm(request.POST or None, initial={"helped": "nej"})
    status: int | None = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            status = attempt(request, form, lambda: link.answer(asked, **form.cleaned_data))
    if status is None:
        messages.success(request, _("Tack för ditt svar."))
        return redirect("helped", token)
    saying_no = request.method == "POST" or request.GET.get("svar") == "nej"
    return render(
        request, "frontend/helped/helped.html", {"asked": asked, "form": form, "no": saying_no}, status=status
    )
