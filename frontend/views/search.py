"""Search everywhere: a number leads straight there; words give every kind of thing that the person may read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from deviations.models import Deviation
from deviations.search import matching
from deviations.visible import COUNT_CAP
from frontend.find import groups
from frontend.find.asking import Asking
from frontend.find.number import named_by_number
from frontend.requests import Request
from frontend.rows import rows
from frontend.views.mine import cursor_of
from orgs.permissions import keys_of

SUGGESTED = 3


@require_safe
def search(request: Request) -> HttpResponse:
    """All kinds, a few of each; one kind alone with `grupp`. Without words every deviation that one may read."""
    asking = Asking(request, request.GET.get("q", ""))
    chosen = request.GET.get("grupp", "")
    if not asking.typed or chosen == groups.DEVIATIONS or "efter" in request.GET:
        return render(request, "frontend/mine/search.html", _deviations(request, asking))
    if chosen:
        return render(request, "frontend/search/group.html", _group(asking, chosen))
    if named := named_by_number(request.user, asking.typed):
        return redirect("deviation", named.public_id)
    return render(request, "frontend/search/all.html", _all(request, asking))


@require_safe
def suggestions(request: Request) -> HttpResponse:
    """While one types: the few things that the page of all hits would show first, each as a link."""
    asking = Asking(request, request.GET.get("q", ""))
    context: dict[str, Any] = {"search_words": asking.typed, "all_url": _address(asking)}
    if asking.words:
        quick = [group for group in groups.GROUPS if group.quick]
        context["deviations"] = asking.deviations[:SUGGESTED]
        context["found"] = groups.found(asking, quick, SUGGESTED)
    return render(request, "frontend/search/suggestions.html", context)


def _all(request: Request, asking: Asking) -> dict[str, Any]:
    found = groups.found(asking, groups.GROUPS) if asking.words else []
    newest = asking.deviations
    return {
        "search_words": asking.typed,
        "rows": rows(newest[: groups.FEW], keys_of(request.user)),
        "all_deviations": _address(asking, groups.DEVIATIONS) if len(newest) > groups.FEW else "",
        "found": found,
    }


def _group(asking: Asking, chosen: str) -> dict[str, Any]:
    group = groups.group_of(chosen)
    if group is None:
        raise Http404
    hits = group.find(asking, groups.MOST) if asking.words else []
    return {
        "search_words": asking.typed,
        "all_url": _address(asking),
        "group": group,
        "hits": hits,
        "capped": len(hits) == groups.MOST,
    }


def _deviations(request: Request, asking: Asking) -> dict[str, Any]:
    """By keyset, newest first, with a count that is capped."""
    where = matching(asking.typed) if asking.typed else None
    after = request.GET.get("efter", "")
    visible = Deviation.objects.visible_to(request.user)
    page = visible.newest(where=where, after=cursor_of(after))
    count = visible.count_capped(where=where)
    chosen = groups.DEVIATIONS if asking.typed else ""
    return {
        "search_words": asking.typed,
        "all_url": _address(asking) if asking.typed else "",
        "rows": rows(page.rows, keys_of(request.user)),
        "counted": _("fler än 1 000") if count >= COUNT_CAP else count,
        "older": _address(asking, chosen, f"{page.next.filed_at.isoformat()}~{page.next.id}") if page.next else "",
        "newer": _address(asking, chosen) if after else "",
    }


def _address(asking: Asking, group: str = "", after: str = "") -> str:
    query = {"q": asking.typed, "grupp": group, "efter": after}
    return f"{reverse('search')}?{urlencode({name: value for name, value in query.items() if value})}"
