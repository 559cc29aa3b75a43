"""Vägledande avgöranden: the county's library of what decided disputes have taught, and one of them (L01)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from deviations.errors import NotYours
from deviations.models import Precedent
from deviations.precedents import readable_by, saying
from deviations.services.precedents import may_withdraw, require_may_withdraw, withdraw_precedent
from frontend.forms.dispute import LibraryForm, WithdrawPrecedentForm
from frontend.panels.dispute import clause_in_words
from frontend.refusals import UNPROCESSABLE, attempt
from frontend.requests import Request
from frontend.workplace import workplace_of
from orgs.profiles.schema import Profile

MOST = 50


@require_safe
def library(request: Request) -> HttpResponse:
    """Those of the person's county, narrowed by words and by what they are about. What holds stands first."""
    place = workplace_of(request)
    if place is None:
        return render(request, "frontend/precedents/library.html", {"place": None})
    profile = place.profile()
    form = LibraryForm(request.GET, profile=profile)
    found = readable_by(request.user).filter(county=place.county).filter(_asked(form))
    rows = list(found.order_by(F("withdrawn_at").asc(nulls_first=True), "-published_at", "-pk")[: MOST + 1])
    context = {
        "place": place,
        "form": form,
        "narrowed": any(request.GET.get(name, "").strip() for name in form.fields),
        "rows": [_row(row, profile) for row in rows[:MOST]],
        "more": len(rows) > MOST,
    }
    return render(request, "frontend/precedents/library.html", context)


def _asked(form: LibraryForm) -> Q:
    form.is_valid()
    given = form.cleaned_data
    where = saying(given.get("q", ""))
    for name, field in (("slag", "category"), ("punkt", "clause_key"), ("omrade", "problem_area")):
        if value := given.get(name):
            where &= Q(**{field: value}) | Q(**{f"{field}__startswith": f"{value}/"})
    return where


def _row(precedent: Precedent, profile: Profile) -> dict[str, Any]:
    """With the names of what it is about; nothing for what today's profile no longer knows."""
    category = next((c.name for c in profile.categories if c.code == precedent.category), "")
    area = next((a.name for a in profile.responsibility.areas if a.id == precedent.problem_area), "")
    return {
        "precedent": precedent,
        "about": [words for words in (category, clause_in_words(profile, precedent.clause_key), area) if words],
    }


@require_safe
def precedent(request: Request, public_id: UUID) -> HttpResponse:
    """One of them whole. Whoever may take it back does so here."""
    found = get_object_or_404(readable_by(request.user), public_id=public_id)
    return _page(request, found, WithdrawPrecedentForm())


def _page(request: Request, found: Precedent, form: WithdrawPrecedentForm, status: int = 200) -> HttpResponse:
    place = workplace_of(request)
    row = _row(found, place.profile()) if place else {"precedent": found, "about": []}
    may = found.withdrawn_at is None and may_withdraw(request.user, found)
    context = {**row, "form": form if may else None}
    return render(request, "frontend/precedents/precedent.html", context, status=status)


@require_http_methods(["POST"])
def withdraw(request: Request, public_id: UUID) -> HttpResponse:
    """A later agreement or decision holds instead: said with its reason, at the end of the page it concerns."""
    found = get_object_or_404(readable_by(request.user), public_id=public_id)
    try:
        require_may_withdraw(request.user, found)
    except NotYours as refused:
        raise PermissionDenied(refused.reason) from refused
    form = WithdrawPrecedentForm(request.POST)
    status: int | None = UNPROCESSABLE
    if form.is_valid():
        status = attempt(request, form, lambda: withdraw_precedent(found, **form.cleaned_data, by=request.user))
    if status is None:
        messages.success(request, _("Avgörandet är återkallat och föreslås inte längre."))
        return redirect("precedent", public_id)
    return _page(request, found, form, status)
