"""The help of the page one is on: one topic, chosen by what the person holds where a page serves several (A17)."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.help import topics
from frontend.help.roles import roles_of
from orgs.permissions import keys_of


def help_of(request: HttpRequest) -> dict[str, str]:
    """Its address and question; the manual itself where a page has none, and on error pages."""
    match = request.resolver_match
    found = topics.of_page(match.url_name if match and match.url_name else "")
    if not found:
        return {"url": reverse("manual"), "question": _("Hjälp")}
    own = {*roles_of(keys_of(request.user)), "everyone"}
    best = next((topic for topic in found if own & set(topic.roles)), found[0])
    return {"url": best.url, "question": best.question}
