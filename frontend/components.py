"""What the components take, and how that becomes shapes and words. No database, no request.

Views build these dictionaries; the tags in `templatetags/samsyn.py` draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

StationState = Literal["passed", "here", "waiting", "late", "effect", "coming"]
Tone = Literal["", "teal", "ochre", "moss", "brick", "line"]


class Station(TypedDict):
    """One station of vägen. Exactly the last one that is not "coming" is where the deviation is."""

    label: str
    state: StationState
    text: NotRequired[str]
    """The line under the name: when, or for whom it waits."""
    body: NotRequired[str]
    """What was said there, as plain text; shown in a box on the vertical way only."""
    by: NotRequired[str]
    """Who said it: a unit, a body or a role, never a person's name."""
    goal: NotRequired[bool]
    """A coming station that the reader is waiting for, set in full ink."""
    fresh: NotRequired[bool]
    """It has just happened: drawn with one short pulse unless the reader asked for less motion."""


class Step(TypedDict):
    """One step of the workflow as a button. The first one that is not refused is drawn as the likely one."""

    name: str
    """The verb of the workflow table; also the button's id."""
    label: str
    url: NotRequired[str]
    post: NotRequired[bool]
    """True when pressing it carries the step out at once; otherwise it opens the page where one fills in the rest."""
    key: NotRequired[str]
    seen: NotRequired[int]
    """The sequence that the page shows, sent along by `post`: a step decided on from something older is refused."""
    refused: NotRequired[str]
    """Why it cannot be done now, as a whole sentence. The button stays, greyed, with this under it."""


class Finding(TypedDict):
    """One place in a text where the privacy guard stopped or warns. `start` and `end` count characters of the text."""

    level: Literal["block", "warn"]
    start: int
    end: int
    text: str
    why: str
    swaps: NotRequired[Sequence[str]]
    """Words offered in its place; an empty string offers to take the words away."""


@dataclass(frozen=True)
class DrawnStation:
    """A station with what its template needs."""

    station: Station
    css: str
    here: bool
    spoken: str


_CSS: dict[StationState, str] = {
    "passed": "is-done",
    "here": "is-now",
    "waiting": "is-wait",
    "late": "is-late",
    "effect": "is-ok",
    "coming": "is-next",
}


def spoken_state(state: StationState) -> str:
    """What a reader who cannot see the shape hears after the station's name; nothing where the name says it."""
    return {
        "passed": "",
        "here": "",
        "waiting": _("väntar"),
        "late": _("försenad"),
        "effect": _("effekten bekräftad"),
        "coming": _("återstår"),
    }[state]


def current_index(stations: Sequence[Station]) -> int:
    """Where the deviation is: the last station that is not still to come. -1 before the first."""
    return max((i for i, station in enumerate(stations) if station["state"] != "coming"), default=-1)


def draw_way(stations: Sequence[Station]) -> list[DrawnStation]:
    """Raises KeyError for a state that does not exist, rather than drawing it as something else."""
    at = current_index(stations)
    return [
        DrawnStation(
            station=station,
            css=_CSS[station["state"]],
            here=index == at and station["state"] in {"here", "waiting", "late"},
            spoken=spoken_state(station["state"]),
        )
        for index, station in enumerate(stations)
    ]


def way_in_words(stations: Sequence[Station]) -> str:
    """ "Station 4 av 7: på dagordning, väntar": the small way as a sentence."""
    at = current_index(stations)
    if at < 0:
        return _("Inte skickad än")
    station = stations[at]
    name = station["label"][:1].lower() + station["label"][1:]
    words = _("Station %(number)d av %(all)d: %(name)s") % {"number": at + 1, "all": len(stations), "name": name}
    spoken = spoken_state(station["state"])
    return f"{words}, {spoken}" if spoken else words


def mini_shapes(stations: Sequence[Station], width: int) -> SafeString:
    """The small way's SVG shapes, 18 high, drawn between 7 and width - 7."""
    gap = (width - 14) / max(len(stations) - 1, 1)
    xs = [round(7 + gap * i, 1) for i in range(len(stations))]
    line = {"coming": "ln-next", "effect": "ln-ok"}
    lines = [(line.get(station["state"], "ln"), xs[i], xs[i + 1]) for i, station in enumerate(stations[1:])]
    return format_html(
        "{}{}",
        format_html_join("", '<path class="{}" d="M{} 9H{}"/>', lines),
        format_html_join(
            "", "{}", ((_mini_dot(station["state"], x),) for station, x in zip(stations, xs, strict=True))
        ),
    )


def _mini_dot(state: StationState, x: float) -> SafeString:
    if state == "late":
        return format_html('<path class="lt" d="M{} 2.5l6.5 6.5-6.5 6.5-6.5-6.5z"/>', x)
    css, radius = {
        "passed": ("dn", "3.5"),
        "here": ("nw", "5"),
        "waiting": ("wt", "5"),
        "effect": ("ok", "5"),
        "coming": ("nx", "3"),
    }[state]
    return format_html('<circle class="{}" cx="{}" cy="9" r="{}"/>', css, x, radius)


@dataclass(frozen=True)
class RiskCell:
    product: int
    css: str
    chosen: bool


def risk_level(product: int) -> str:
    """The word for severity times likelihood on scales of 1 to 4."""
    if product >= 8:
        return _("hög")
    return _("medel") if product >= 3 else _("låg")


def risk_rows(severity: int, likelihood: int, size: int = 4) -> list[tuple[int, list[RiskCell]]]:
    """Rows from the gravest down, each with its severity and its cells from least to most likely."""
    if not (1 <= severity <= size and 1 <= likelihood <= size):
        raise ValueError(f"severity {severity} and likelihood {likelihood} must lie between 1 and {size}")
    return [
        (row, [_risk_cell(row, column, (row, column) == (severity, likelihood)) for column in range(1, size + 1)])
        for row in range(size, 0, -1)
    ]


def _risk_cell(row: int, column: int, chosen: bool) -> RiskCell:
    product = row * column
    band = "b3" if product >= 8 else "b2" if product >= 3 else ""
    return RiskCell(product=product, css=f"{band} hit".strip() if chosen else band, chosen=chosen)


def marked(text: str, findings: Sequence[Finding]) -> SafeString:
    """The text with each finding in a `mark`, for the layer painted behind the text area. Overlaps: the first wins."""
    parts: list[tuple[str, str, str]] = []
    at = 0
    for finding in sorted(findings, key=lambda found: (found["start"], -found["end"])):
        if finding["start"] < at:
            continue
        css = "stop" if finding["level"] == "block" else "warn"
        parts.append((text[at : finding["start"]], css, text[finding["start"] : finding["end"]]))
        at = finding["end"]
    return format_html("{}{}", format_html_join("", '{}<mark class="{}">{}</mark>', parts), text[at:])
