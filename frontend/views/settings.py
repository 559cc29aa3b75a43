"""What a person decides about their own account, and the latest letters that Samsyn has written to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deviations.mail import failed as given_up
from deviations.mail.words import subject_of, worded
from deviations.models import Mail
from frontend.forms.settings import MAIL_HINTS, MailForm
from frontend.refusals import UNPROCESSABLE
from frontend.requests import Request
from frontend.roles_page import held_by
from orgs.people import choose_mail
from orgs.permissions import keys_of
from orgs.roles import Ability

LETTERS_SHOWN = 10
FAILED_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """How often one gets letters; one's roles, and where one is logged in."""
    form = MailForm(request.POST if request.method == "POST" else None, initial={"mail": request.user.mail})
    if request.method == "POST" and form.is_valid():
        choose_mail(form.cleaned_data["mail"], by=request.user)
        messages.success(request, _("Sparat. Det gäller från nästa brev."))
        return redirect("settings")
    context = {"form": form, "hints": MAIL_HINTS, "letters": _latest(request), "roles": held_by(request.user)}
    return render(request, "frontend/settings/settings.html", context, status=UNPROCESSABLE if form.errors else 200)


def _latest(request: Request) -> list[dict[str, Any]]:
    sent = Mail.objects.filter(to=request.user, sent_at__isnull=False, gathered_in__isnull=True)
    newest = sent.select_related("to", "deviation").order_by("-sent_at", "-pk")[:LETTERS_SHOWN]
    return [{"pk": mail.pk, "sent_at": mail.sent_at, "subject": subject_of(mail)} for mail in newest]


@require_safe
def letter(request: Request, pk: int) -> HttpResponse:
    """One of one's own letters, as it was worded."""
    found = get_object_or_404(Mail.objects.select_related("to", "deviation__accountable_body"), pk=pk, to=request.user)
    gathered = tuple(found.gathered.order_by("pk").values_list("template", flat=True))
    context: dict[str, Any] = {"mail": found, "letter": worded(found, gathered)}
    return render(request, "frontend/settings/letter.html", context)


@require_safe
def failed(request: Request) -> HttpResponse:
    """Letters that the mail server would not take, for those who administer a county."""
    if not keys_of(request.user).counties.get(Ability.MANAGE_MEMBERS):
        raise Http404
    return render(request, "frontend/admin/failed.html", {"failed": given_up.failed_for(request.user)[:FAILED_SHOWN]})


@require_POST
def send_again(request: Request, pk: int) -> HttpResponse:
    """Try one of them anew."""
    mail = get_object_or_404(given_up.failed_for(request.user), pk=pk)
    given_up.send_again(mail, by=request.user)
    messages.success(request, _("Brevet skickas igen."))
    return redirect("failed_letters")
