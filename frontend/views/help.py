"""The manual: short topics that each answer one question, by role and by words; and the one of a page (A17)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from frontend.find.asking import Asking
from frontend.help import topics
from frontend.help.roles import LABELS, roles_of
from frontend.lookup import routine_of
from frontend.requests import Request
from frontend.workplace import workplace_of
from orgs.permissions import keys_of


@require_safe
def manual(request: Request) -> HttpResponse:
    """What is for the person's own roles first; all of it with `roll=alla`; or those about the words."""
    asking = Asking(request, request.GET.get("q", ""))
    own = roles_of(keys_of(request.user))
    everything = request.GET.get("roll") == "alla"
    shelves: list[tuple[str | Promise, list[topics.Topic]]]
    if asking.typed:
        shelves = [("", topics.about(asking.is_in))]
    else:
        shelves = [
            (label, [topic for topic in topics.book().topics if topic.roles[0] == role])
            for role, label in LABELS.items()
            if everything or role in own or role == "everyone"
        ]
    context = {
        "words": asking.typed,
        "shelves": [(label, listed) for label, listed in shelves if listed],
        "everything": everything,
        "terms": topics.book().words,
        **routine_of(workplace_of(request)),
    }
    return render(request, "frontend/help/manual.html", context)


@require_safe
def topic(request: Request, key: str) -> HttpResponse:
    """One topic, the words it uses, and where to read on."""
    found = topics.topic(key)
    if found is None:
        raise Http404
    context = {
        "topic": found,
        "terms": [topics.word(word) for word in found.words],
        "see": [each for each in topics.book().topics if each.key in found.see],
    }
    return render(request, "frontend/help/topic.html", context)
