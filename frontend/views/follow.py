"""One address per deviation. Those who handle it, those it concerns and those who reported each get their own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from deviations.models import Deviation
from deviations.rights import WrongStateDenied, may
from deviations.services import deciding, filing, reading_news, statements
from deviations.workflow import State
from frontend import follow_page
from frontend.forms.follow import CompleteForm, HelpedForm, WithdrawForm
from frontend.refusals import UNPROCESSABLE, attempt
from frontend.requests import Request
from frontend.views import answer, desk
from orgs.permissions import Denied, keys_of

Page = Callable[[Request, Deviation], HttpResponse]


@require_safe
def deviation(request: Request, public_id: UUID) -> HttpResponse:
    """The page that suits what the person may do here. A draft is gone on with instead. What is opened is read, which
    nothing is by a HEAD."""
    found = follow_page.visible(request, public_id)
    if found.state == State.DRAFT:
        return redirect("filing_what", public_id)
    if request.method == "GET":
        reading_news.read_about(found, by=request.user)
    return PAGES[follow_page.side_of(found, keys_of(request.user))](request, found)


def reporter_page(request: Request, deviation: Deviation) -> HttpResponse:
    """The way of the deviation, and what the reporter's side may do. Reading a sensitive part of it is logged."""
    keys = keys_of(request.user)
    context = {
        **follow_page.moving_parts(request, deviation, keys),
        **follow_page.kept_at_home(deviation, keys, request),
        "explanation": deviation.routing.get("explanation", {}),
    }
    return render(request, "frontend/follow/follow.html", context)


PAGES: Mapping[str, Page] = {
    "follow": reporter_page,
    "desk": desk.deviation_page,
    "answer": answer.deviation_page,
}


@require_safe
def way(request: Request, public_id: UUID) -> HttpResponse:
    """The part of the reporter's page that changes, exactly as the whole page has it."""
    found = follow_page.visible(request, public_id)
    if found.state == State.DRAFT:
        return redirect("filing_what", public_id)
    return render(
        request, "frontend/follow/moving.html", follow_page.moving_parts(request, found, keys_of(request.user))
    )


@require_http_methods(["GET", "POST"])
def complete(request: Request, public_id: UUID) -> HttpResponse:
    """Add to what was said, or answer what the group asked."""
    return _step(
        request, public_id, "complete", CompleteForm,
        lambda found, said, seen: statements.complete(found, **said, by=request.user, seen=seen),
        _("Tack. Det du skrev är tillagt."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw(request: Request, public_id: UUID) -> HttpResponse:
    """Take it back before the group has received it."""
    return _step(
        request, public_id, "withdraw", WithdrawForm,
        lambda found, said, seen: filing.withdraw(found, **said, by=request.user, seen=seen),
        _("Avvikelsen är återtagen."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def answer_helped(request: Request, public_id: UUID) -> HttpResponse:
    """Did it help? "No" asks what still does not work, and opens the question again."""
    return _step(
        request, public_id, "answer_helped", HelpedForm,
        lambda found, said, seen: deciding.answer_helped(found, **said, by=request.user, seen=seen),
        _("Tack för ditt svar."),
    )  # fmt: skip


def _step(
    request: Request,
    public_id: UUID,
    step: str,
    form_class: type[forms.Form],
    carry_out: Callable[[Deviation, dict[str, Any], int | None], object],
    thanks: str,
) -> HttpResponse:
    """A page with one form that takes one step: 403 for a step that is not the person's, back to the deviation when its
    time has passed. Pressed twice it is taken once."""
    found = follow_page.visible(request, public_id)
    seen = follow_page.seen_in(request.POST)
    if follow_page.taken_since(found, step, by=request.user, seen=seen):
        return redirect("deviation", public_id)
    if refused := _not_now(request, step, found):
        return refused
    form = form_class(request.POST or None, initial={"helped": "nej"})
    status: int | None = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            status = attempt(request, form, lambda: carry_out(found, form.cleaned_data, seen))
    if status is None or follow_page.taken_since(found, step, by=request.user, seen=seen):
        messages.success(request, thanks)
        return redirect("deviation", public_id)
    context = {"deviation": found, "form": form, "asked": follow_page.asked(found)}
    return render(request, f"frontend/follow/{step}.html", context, status=status)


def _not_now(request: Request, step: str, found: Deviation) -> HttpResponse | None:
    answer = may(request.user, step, found)
    if isinstance(answer, WrongStateDenied):
        messages.warning(request, answer.reason)
        return redirect("deviation", found.public_id)
    if isinstance(answer, Denied):
        raise PermissionDenied(answer.reason)
    return None
