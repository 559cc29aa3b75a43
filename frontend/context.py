"""What every page's shell needs: the menu for what the person holds, the search field, and who is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from deviations import news
from frontend.device import person_of
from frontend.help.page_help import help_of
from frontend.look import look_of
from frontend.tour import steps as tour_steps
from frontend.workplace import workplace_of
from orgs.models import Body
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu, for those who hold any of the abilities; without abilities for everyone.

    `in_bodies`: held in a body, not on an organisation. `in_units`: the other way round. `for_principals`:
    held on a whole principal. `place`: the lower, the sooner the line stands in the bar; what has no room there is
    behind "Mer". `steers`: in its place for those whose body steers others; the rest find it last of all.
    """

    label: str | Promise
    view: str
    abilities: tuple[Ability, ...] = ()
    place: int = 1
    steers: bool = False
    in_bodies: bool = False
    in_units: bool = False
    for_principals: bool = False

    def is_for(self, keys: Keys) -> bool:
        if self.for_principals:
            return any(keys.principals.get(ability) for ability in self.abilities)
        if self.in_units:
            return any(keys.organisations.get(ability) for ability in self.abilities)
        if self.in_bodies:
            return any(keys.bodies.get(ability) for ability in self.abilities)
        return not self.abilities or any(holds(keys, ability) for ability in self.abilities)


HOME = "home"  # the mark leads there on a desk; on a phone the word stands in the menu, beside the six
IN_BAR = 6  # lines, with "Mer"
LAST = 9
NEWS_COUNTED = 99

MENU = (
    MenuItem(_("Arbetsbord"), "desk", (Ability.READ,), in_bodies=True),
    MenuItem(_("Möten"), "meetings", (Ability.READ,), in_bodies=True),
    MenuItem(_("Styrning"), "steering", (Ability.READ,), in_bodies=True, steers=True),
    MenuItem(_("Mina avvikelser"), "mine", (Ability.FILE,)),
    MenuItem(_("Att svara på"), "to_answer", (Ability.ANSWER,)),
    MenuItem(_("Verkställighet"), "adoptions", (Ability.ANSWER, Ability.READ), for_principals=True),
    MenuItem(_("Åtgärder"), "measures", (Ability.READ, Ability.ANSWER), place=2),
    MenuItem(_("Min enhet"), "my_unit", (Ability.READ,), place=2, in_units=True),
    MenuItem(
        _("Register"),
        "registers",
        (Ability.FILE, Ability.READ, Ability.READ_REPORTS, Ability.MANAGE_MEMBERS),
        place=3,
    ),
    MenuItem(_("SIP"), "sip", (Ability.READ, Ability.ANSWER), place=5),
    MenuItem(_("Rapporter"), "reports", (Ability.READ_REPORTS,), place=2),
    MenuItem(_("Mönster"), "patterns", (Ability.READ,), place=4, in_bodies=True),
    MenuItem(_("Mått"), "process_measures", (Ability.EXPLORE,), place=5, in_bodies=True),
    MenuItem(_("Revision"), "recommendations", (Ability.READ, Ability.READ_REPORTS), place=5),
    MenuItem(_("Skriv rapporter"), "writing", (Ability.HANDLE,), place=4, in_bodies=True),
    MenuItem(_("Organ"), "bodies", (Ability.READ,), place=4, in_bodies=True),
    MenuItem(_("Vem ansvarar?"), "lookup", place=4),
    MenuItem(_("Lärfall"), "cases", place=5),
    MenuItem(_("Rutinen"), "routine", place=5),
    MenuItem(_("Administration"), "administration", (Ability.MANAGE_MEMBERS, Ability.MANAGE_PROFILE), place=5),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Costs nothing on pages without the menu: what asks the database does so when the template reads it."""
    words: dict[str, Any] = {"demo": settings.SAMSYN_DEMO}
    user = getattr(request, "user", None)  # an error page may come before anyone is known
    if user is None:
        return words
    words["look"] = SimpleLazyObject(lambda: look_of(request))
    if not user.is_authenticated:
        return words
    return {
        **words,
        "nav": SimpleLazyObject(lambda: menu(request)),
        "news": SimpleLazyObject(lambda: unread(request)),
        "search_url": reverse("search"),
        "page_help": SimpleLazyObject(lambda: help_of(request)),
        "tour": tour_steps.here(request, user),
        "tour_offered": SimpleLazyObject(lambda: request.path == reverse(HOME) and tour_steps.tour_for(user)),
        "person": person_of(user),
        "who": SimpleLazyObject(lambda: who(request)),
    }


def menu(request: HttpRequest) -> dict[str, Any]:
    """`bar`: what stands in the menu, in its order. `more`: what is behind "Mer", empty when everything has room."""
    keys = keys_of(request.user)
    shown = [item for item in MENU if item.is_for(keys)]
    if len(shown) > IN_BAR:
        steers = _steers(keys)
        first = sorted(shown, key=lambda item: LAST if item.steers and not steers else item.place)[: IN_BAR - 1]
    else:
        first = shown
    return {
        "home": _line(request, _("Hem"), HOME),
        "bar": [_line(request, item.label, item.view) for item in shown if item in first],
        "more": [_line(request, item.label, item.view) for item in shown if item not in first],
    }


def _line(request: HttpRequest, label: str | Promise, view: str) -> dict[str, Any]:
    return {"label": label, "url": reverse(view), "current": request.path == reverse(view)}


def _steers(keys: Keys) -> bool:
    """Whether a body that the person reads for has others below it."""
    return Body.objects.filter(steering_body__in=keys.bodies.get(Ability.READ, frozenset())).exists()


def holds(keys: Keys, ability: Ability) -> bool:
    """Whether the person holds the ability anywhere."""
    return any(places.get(ability) for places in (keys.organisations, keys.principals, keys.bodies, keys.counties))


def unread(request: HttpRequest) -> dict[str, Any]:
    """The link to what is new, and how much that is: "99+" for more than anyone counts."""
    count = news.count(request.user)  # type: ignore[arg-type]  # asked for people who are logged in only
    url = reverse("news")
    return {
        "count": count,
        "shown": str(count) if count <= NEWS_COUNTED else f"{NEWS_COUNTED}+",
        "url": url,
        "current": request.path == url,
    }


def who(request: HttpRequest) -> dict[str, str]:
    place = workplace_of(request)
    return {
        "name": request.user.get_short_name(),  # type: ignore[union-attr]  # asked for people who are logged in only
        "place": place.name if place else "",
        "url": reverse("settings"),
    }
