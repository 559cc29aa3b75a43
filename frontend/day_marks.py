"""Where a page of a list by day ended, as it stands in the address: "2026-03-14.271"."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import Http404


def written(day: date, pk: int) -> str:
    return f"{day.isoformat()}.{pk}"


def after(text: str, day: str) -> Q:
    """What comes after the mark in a list ordered by the field `day` and pk. A mark that nobody was given is a 404."""
    on, _dot, pk = text.partition(".")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 10):
        raise Http404
    try:
        found = date.fromisoformat(on)
    except ValueError as error:
        raise Http404 from error
    return Q(**{f"{day}__gt": found}) | Q(**{day: found}, pk__gt=int(pk))
