"""How the county shows itself on the pages: its name, logo and colour, and whom one tells of a fault.

The colour's address holds the colour itself and the logo's the version of the profile, which never changes: both are
kept by browsers for a year. A county's name, colour and logo are public, as they are on its own pages elsewhere; what a
version says before its first day is not.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from deviations import clock
from frontend.components import Station
from frontend.workplace import workplace_of
from orgs.models import County
from orgs.profiles import colours
from orgs.profiles.active import NoProfileInForce, profile_of, version_in_force
from orgs.profiles.colours import Shades
from orgs.profiles.face import Appearance
from orgs.profiles.schema import Profile

EDITION = 1
"""Part of the address of every colour: raised when the same colour is to become other shades."""
COUNTY = "lan"  # in the address of a page that is open to all
HOUSE = "#0B5C63"


def county_of(request: HttpRequest) -> County | None:
    """The county of the person's roles; for whoever is not logged in the one named in the address, or the only one."""
    if request.user.is_authenticated:
        place = workplace_of(request)
        return place.county if place else None
    slug = request.GET.get(COUNTY, "")
    in_force = counties_in_force()
    if slug:
        return in_force.filter(slug=slug).first() if re.fullmatch(r"[a-z0-9_-]{1,50}", slug) else None
    first_two = list(in_force[:2])
    return first_two[0] if len(first_two) == 1 else None


def counties_in_force() -> Any:
    """A query set of the counties that have a profile today."""
    return County.objects.filter(profile_versions__active_from__lte=clock.today()).distinct()


def look_of(request: HttpRequest) -> dict[str, Any]:
    """What the shell draws; empty for the house's own look. At most two statements, asked once per request."""
    if not hasattr(request, "_look"):
        request._look = _read(county_of(request))  # type: ignore[attr-defined]  # kept with the request
    found: dict[str, Any] = request._look  # type: ignore[attr-defined]
    return found


def _read(county: County | None) -> dict[str, Any]:
    if county is None:
        return {}
    try:
        version = version_in_force(county, clock.today())
    except NoProfileInForce:
        return {}
    shown = profile_of(version.pk).appearance
    if shown is None:
        return {}
    return {
        "slug": county.slug,
        "county": county.name,
        "name": shown.name or "",
        "css_url": reverse("look_css", args=[EDITION, shown.colour[1:]]) if shown.colour else "",
        "logo_url": reverse("look_logo", args=[county.slug, version.number]) if shown.logo else "",
    }


def preview(profile: Profile) -> dict[str, Any] | None:
    """The look of a profile that may not be in force, for the one who is to approve it."""
    shown = profile.appearance or Appearance()
    if shown == Appearance():
        return None
    return example(
        shown.colour or HOUSE, name=shown.name or "Samsyn", logo=shown.logo or "", county=profile.county.name
    )


def example(colour: str, *, name: str, logo: str = "", county: str = "") -> dict[str, Any]:
    """What components/look.html draws: name, logo, link, buttons and the way in the colour, in light and in dark."""
    in_dark = colours.least(colours.dark(colour).colour, colours.DARK_GROUNDS)
    passed: list[Station] = [{"label": _("Inskickad"), "state": "passed"}, {"label": _("Hos gruppen"), "state": "here"}]
    return {
        "css": colour[1:].lower(),
        "css_url": reverse("look_preview", args=[EDITION, colour[1:]]),
        "name": name,
        "county": county,
        "logo": f"data:image/png;base64,{logo}" if logo else "",
        "stations": [*passed, {"label": _("Beslut"), "state": "coming"}],
        "schemes": [
            {"css": "light", "name": _("Ljust"), "ratio": colours.readability(colour)},
            {"css": "dark", "name": _("Mörkt"), "ratio": in_dark},
        ],
    }


def stylesheet(colour: str) -> str:
    """What takes the place of the house's colour. Ochre, moss, brick and the charts keep theirs."""
    light, dark = _rules(colours.light(colour)), _rules(colours.dark(colour))
    return (
        f":root {{ {light} }}\n"
        f'@media screen {{ [data-color-scheme="dark"] {{ {dark} }} }}\n'
        f'@media screen and (prefers-color-scheme: dark) {{ [data-color-scheme="auto"] {{ {dark} }} }}\n'
    )


def preview_stylesheet(colour: str) -> str:
    """Both schemes beside each other, whichever the reader has."""
    light, dark = _rules(colours.light(colour)), _rules(colours.dark(colour))
    day = _house(colours.LIGHT_GROUNDS, colours.LIGHT_TEXTS)
    night = _house(colours.DARK_GROUNDS, colours.DARK_TEXTS)
    place = f".look--{colour[1:].lower()}"
    return f"{place}.look--light {{ {day} {light} }}\n{place}.look--dark {{ {night} {dark} }}\n"


def _rules(shades: Shades) -> str:
    return f"--teal: {shades.colour}; --teal-hover: {shades.hover}; --teal-tint: {shades.tint}; --on-teal: {shades.on};"


def _house(grounds: tuple[str, ...], texts: tuple[str, ...]) -> str:
    names = ("page", "surface", "sunken", "ink", "ink-2", "ink-3", "ochre", "moss", "brick")
    return " ".join(f"--{name}: {value};" for name, value in zip(names, (*grounds, *texts), strict=True))
