"""Which tour a person is offered, where each of its steps leads, and where in it the session is.

Only where the data are made up (`SAMSYN_DEMO`). Nothing is stored but the tour's name and step, in the session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from pydantic import TypeAdapter

from deviations.models import Deviation
from deviations.reports.access import readable_reports
from frontend.help.topics import Data, Said
from orgs.models import User
from orgs.permissions import Keys, keys_of
from orgs.roles import Ability

FILE = Path(__file__).parent / "tours.yaml"
SESSION = "tour"


class Step(Data):
    page: str
    newest: str = ""
    title: Said
    text: Said


@dataclass(frozen=True)
class Here:
    """The panel on a page. `away`: the person has gone on elsewhere meanwhile, and can come back."""

    number: int
    all: int
    step: Step
    url: str
    away: bool

    @property
    def first(self) -> bool:
        return self.number == 1

    @property
    def last(self) -> bool:
        return self.number == self.all


@lru_cache(maxsize=1)
def tours() -> Mapping[str, tuple[Step, ...]]:
    """Raises ValueError for a step without a text in either language."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, tuple[Step, ...]]).validate_python(read)


def tour_for(user: User) -> str:
    """By what the person holds, the widest first; "" where there is no tour."""
    if not settings.SAMSYN_DEMO:
        return ""
    keys = keys_of(user)
    if keys.bodies.get(Ability.HANDLE):
        return "coordinator"
    if _holds(keys, Ability.FILE):
        return "reporter"
    return "board" if _holds(keys, Ability.READ_REPORTS) else ""


def _holds(keys: Keys, ability: Ability) -> bool:
    return any(places.get(ability) for places in (keys.organisations, keys.principals, keys.bodies))


def go(request: HttpRequest, user: User, where: str) -> str | None:
    """Begin, next, back, again or end: moves, and says the address to show. None when there is nothing to move in."""
    name = tour_for(user)
    if not name:
        return None
    at = {"begin": 0, "next": _at(request) + 1, "back": _at(request) - 1, "again": _at(request)}.get(where)
    if at is None or at >= len(tours()[name]):
        request.session.pop(SESSION, None)
        return reverse("home")
    at = max(at, 0)
    url = _address(user, tours()[name][at])
    request.session[SESSION] = {"name": name, "at": at, "url": url}
    return url


def here(request: HttpRequest, user: User) -> Here | None:
    """Where the tour is; None when none goes on. No statement."""
    kept = request.session.get(SESSION)
    if not kept or not settings.SAMSYN_DEMO or kept["name"] not in tours():
        return None
    steps = tours()[kept["name"]]
    at = min(kept["at"], len(steps) - 1)
    return Here(at + 1, len(steps), steps[at], kept["url"], away=request.path != kept["url"])


def _at(request: HttpRequest) -> int:
    kept = request.session.get(SESSION)
    return kept["at"] if kept else 0


def _address(user: User, step: Step) -> str:
    newest = NEWEST[step.newest](user) if step.newest else None
    return newest or reverse(step.page)


def _deviation(user: User) -> str | None:
    visible = Deviation.objects.visible_to(user)
    own = visible.submitted().filter(filed_by=user).order_by("-pk").first()
    newest = own or next(iter(visible.newest(size=1).rows), None)
    return reverse("deviation", args=[newest.public_id]) if newest else None


def _published(user: User) -> str | None:
    report = readable_reports(user).first()
    return reverse("published", args=[report.public_id]) if report else None


NEWEST: Mapping[str, Callable[[User], str | None]] = {"deviation": _deviation, "published": _published}
