"""Lists for the one who reports: one's own deviations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from deviations.models import Deviation
from deviations.search import matching
from deviations.visible import Cursor
from frontend.filing_pages import drafts_of
from frontend.requests import Request
from frontend.rows import YOUR_TURN, rows
from orgs.permissions import keys_of

UNITS = ("reporting_unit", "receiving_unit", "merged_into")
PAGE_SIZE = 25  # what a phone can be asked to scroll through before the next page
LONGEST_ID = 18  # digits that every database takes


@require_safe
def mine(request: Request) -> HttpResponse:
    """What I have filed, my turn first; and my drafts. Pages by keyset on the row's id."""
    words, before = request.GET.get("q", "").strip(), request.GET.get("fore", "")
    if before and not (before.isdecimal() and len(before) <= LONGEST_ID):
        raise Http404
    own = Deviation.objects.visible_to(request.user).submitted().filter(filed_by=request.user)
    own = own.filter(matching(words)).select_related(*UNITS).order_by("-pk")
    turn = [] if before else list(own.filter(YOUR_TURN)[:PAGE_SIZE])
    rest = list((own.filter(pk__lt=before) if before else own).exclude(YOUR_TURN)[: PAGE_SIZE + 1])
    keys = keys_of(request.user)
    context = {
        "words": words,
        "drafts": [] if before or words else drafts_of(request.user),
        "turn": rows(turn, keys),
        "rows": rows(rest[:PAGE_SIZE], keys),
        "older": _address("mine", q=words, fore=rest[PAGE_SIZE - 1].pk) if len(rest) > PAGE_SIZE else "",
        "newer": _address("mine", q=words) if before else "",
    }
    return render(request, "frontend/mine/mine.html", context)


def cursor_of(text: str) -> Cursor | None:
    """Where the page before ended. An address that nobody was given is not found."""
    if not text:
        return None
    at, _tilde, pk = text.partition("~")
    try:
        cursor = Cursor(datetime.fromisoformat(at), int(pk))
    except ValueError:
        raise Http404 from None
    if timezone.is_naive(cursor.filed_at) or not 1900 <= cursor.filed_at.year <= 2199 or len(pk) > LONGEST_ID:
        raise Http404
    return cursor


def _address(view: str, **query: Any) -> str:
    return f"{reverse(view)}?{urlencode({name: value for name, value in query.items() if value})}"
