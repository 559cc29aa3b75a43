"""Sections of a deviation's page that belong to one part of the work each: a dispute, what is similar, an escalation.

One table says which, in what order, and on whose pages. A panel's function returns what its template is drawn from, or
None when there is nothing to show; the template is `frontend/panels/<name>.html`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from deviations.models import Deviation
from frontend.panels import case, dispute, escalation, similar, stand_in
from frontend.requests import Request
from orgs.permissions import Keys

Side = Literal["desk", "answer", "follow"]
Place = Literal["top", "main", "side"]
Content = Callable[[Request, Deviation, Keys], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """`sides`: for those who handle it, for the unit that answers, for the one who follows it."""

    name: str
    content: Content
    sides: frozenset[Side]
    place: Place = "main"


EVERYBODY: frozenset[Side] = frozenset({"desk", "answer", "follow"})
PANELS: tuple[Panel, ...] = (
    Panel("held", dispute.held, EVERYBODY, "top"),
    Panel("stand_in", stand_in.stand_in, EVERYBODY, "top"),
    Panel("case_asked", case.case_asked, frozenset({"answer", "follow"}), "top"),
    Panel("dispute", dispute.dispute, EVERYBODY),
    Panel("lifted", escalation.lifted, EVERYBODY),
    Panel("related", similar.related, frozenset({"desk"})),
    Panel("assigned", similar.assigned, frozenset({"desk"}), "side"),
    Panel("pattern", escalation.pattern, frozenset({"desk"}), "side"),
    Panel("similar", similar.similar, frozenset({"desk"}), "side"),
    Panel("case_home", case.case_home, frozenset({"answer", "follow"})),
    Panel("case", case.case, frozenset({"desk"}), "side"),
)


def panels_of(request: Request, deviation: Deviation, keys: Keys, side: Side) -> dict[str, list[dict[str, Any]]]:
    """`top_panels`, `main_panels` and `side_panels`: template and content of each that has something to show."""
    shown: dict[str, list[dict[str, Any]]] = {"top_panels": [], "main_panels": [], "side_panels": []}
    for panel in PANELS:
        if side not in panel.sides:
            continue
        content = panel.content(request, deviation, keys)
        if content is not None:
            shown[f"{panel.place}_panels"].append({"template": f"frontend/panels/{panel.name}.html", **content})
    return shown
