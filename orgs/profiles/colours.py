"""What a county's one colour becomes, in light and in dark, so that every text on it and of it can be read. Pure.

Contrast is WCAG 2.2's: (lighter + 0.05) / (darker + 0.05) of relative luminances, from 1 to 21.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

AA = 4.5
"""The least contrast of a text with what is behind it (WCAG 1.4.3)."""
IN_DARK = 8.0
"""What the colour aims at in the dark, as the house's own has there; on a tint it may be less, never below `AA`."""

# The house's own colours (frontend/static/frontend/css/tokens.css), which a county's colour is read on and beside.
LIGHT_GROUNDS = ("#FBFAF7", "#FFFFFF", "#F3F1EA")
LIGHT_TEXTS = ("#1C2430", "#4A5361", "#5F6773", "#7A4F05", "#2D6437", "#A0321D")
DARK_GROUNDS = ("#12171D", "#1A2028", "#0D1116")
DARK_TEXTS = ("#ECE9E2", "#B9BEC6", "#9AA2AD", "#E3B863", "#8FCB98", "#F49A86")
STEP = 0.004


@dataclass(frozen=True, slots=True)
class Shades:
    """The four colours of one scheme: of texts and buttons, of the same under the pointer, behind what is chosen, and
    of the words on a button."""

    colour: str
    hover: str
    tint: str
    on: str


def luminance(colour: str) -> float:
    """WCAG's relative luminance of "#rrggbb": 0 for black, 1 for white."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least(colour: str, others: Iterable[str]) -> float:
    """The worst contrast of the colour with any of the others."""
    return min(contrast(colour, other) for other in others)


def readability(colour: str) -> float:
    """The worst that a text of the colour gets on a light page, or white gets on a button of it."""
    return least(colour, LIGHT_GROUNDS)


def nearest_readable(colour: str) -> str:
    """The colour itself when it can be read, otherwise the same hue made just so much darker."""
    return _first(colour, lambda shade: readability(shade) >= AA, down=True)


def light(colour: str) -> Shades:
    """For a colour that can be read; another gives shades that cannot."""
    hover = _mixed(colour, "#000000", 0.2)

    def tint(share: float) -> str:
        return _mixed("#FFFFFF", colour, share)

    texts = (*LIGHT_TEXTS, colour, hover)
    shares = (share / 100 for share in range(12, 0, -1))
    return Shades(
        colour=colour,
        hover=hover,
        tint=next((tint(share) for share in shares if least(tint(share), texts) >= AA), "#FFFFFF"),
        on="#FFFFFF",
    )


def dark(colour: str) -> Shades:
    """The same hue, light enough for a dark page. There is one for every colour."""
    start = _shade(colour, 0.5, 0.5)
    shown = _first(start, lambda shade: least(shade, DARK_GROUNDS) >= IN_DARK, down=False)
    hover = _mixed(shown, "#FFFFFF", 0.25)
    texts = (*DARK_TEXTS, shown, hover)
    return Shades(
        colour=shown,
        hover=hover,
        tint=_first(_shade(colour, 0.16, 0.45), lambda shade: least(shade, texts) >= AA, down=True),
        on=_first(_shade(colour, 0.09, 0.7), lambda shade: least(shade, (shown, hover)) >= AA, down=True),
    )


def _first(colour: str, fits: Callable[[str], bool], *, down: bool) -> str:
    """The first that fits when the lightness goes step by step to black, or to white."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    shade = colour
    while not fits(shade):
        lightness += -STEP if down else STEP
        if not 0 <= lightness <= 1:
            return "#000000" if down else "#FFFFFF"
        shade = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return shade


def _shade(colour: str, lightness: float, most: float) -> str:
    """The hue of the colour with another lightness, and no more saturated than `most`."""
    hue, _lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    return _hex(colorsys.hls_to_rgb(hue, lightness, min(saturation, most)))


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return _hex(tuple(one + (two - one) * share for one, two in pairs))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in channels)
