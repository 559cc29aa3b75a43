"""Home: one start per thing a person does here, the most likely first, and beside it what one needs at hand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deviations.units.apt import better_for
from frontend import home_page
from frontend.context import holds
from frontend.filing_pages import drafts_of
from frontend.forms.filing_events import EVENTS
from frontend.requests import Request
from frontend.views import board
from frontend.workplace import workplace_of
from orgs.permissions import keys_of
from orgs.roles import Ability


@require_safe
def home(request: Request) -> HttpResponse:
    """What one starts with follows from what one holds; what one follows is what one may see. A board meets its newest
    report, in brief."""
    keys, place = keys_of(request.user), workplace_of(request)
    starts = home_page.starts(request.user, keys)
    if home_page.only_reads_reports(starts) and (report := board.newest_of(request)) is not None:
        return board.show(request, report)
    context = {
        "start": starts[0] if starts else None,
        "other_starts": starts[1:],
        "events": EVENTS,
        "drafts": drafts_of(request.user)[: home_page.DRAFTS],
        "place": place,
        "profile": place.profile() if place else None,
        **home_page.followed(request.user, keys),
        "files": holds(keys, Ability.FILE),
        "follows": holds(keys, Ability.READ) or holds(keys, Ability.FILE),
        "better": better_for(request.user, place.unit if place else None, home_page.BETTER),
        "year": home_page.this_year(request.user, place.unit if place else None),
    }
    return render(request, "frontend/home/home.html", context)
