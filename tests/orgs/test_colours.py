"""A county's colour can be read in light and in dark, whatever colour it is, or it is not taken."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from orgs.profiles import colours

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "static" / "frontend" / "css" / "tokens.css"
every_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#767676", "#FFFFFF", 4.54),
        ("#FF0000", "#FFFFFF", 4.0),
    ],
)
def test_contrast_is_wcags(one, other, ratio):
    assert round(colours.contrast(one, other), 2) == ratio
    assert colours.contrast(one, other) == colours.contrast(other, one)


@given(every_colour)
@example("#0B5C63")
@example("#000000")
def test_an_accepted_colour_can_be_read_in_light(colour):
    assume(colours.readability(colour) >= colours.AA)
    shades = colours.light(colour)
    assert shades.colour == colour
    for text in (shades.colour, shades.hover):
        assert colours.least(text, (*colours.LIGHT_GROUNDS, shades.tint, shades.on)) >= colours.AA
    assert colours.least(shades.tint, colours.LIGHT_TEXTS) >= colours.AA


@given(every_colour)
@example("#FFFF00")
@example("#000000")
@example("#0000FF")
def test_every_colour_becomes_one_that_can_be_read_in_the_dark(colour):
    shades = colours.dark(colour)
    for text in (shades.colour, shades.hover):
        assert colours.least(text, (*colours.DARK_GROUNDS, shades.tint, shades.on)) >= colours.AA
    assert colours.least(shades.tint, colours.DARK_TEXTS) >= colours.AA


@given(every_colour)
@example("#FFFFFF")
def test_what_is_proposed_instead_is_accepted(colour):
    assert colours.readability(colours.nearest_readable(colour)) >= colours.AA


@given(every_colour)
def test_a_colour_that_can_be_read_is_its_own_nearest(colour):
    assume(colours.readability(colour) >= colours.AA)
    assert colours.nearest_readable(colour) == colour


def test_the_colours_it_is_read_beside_are_those_of_the_house():
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block))
        for block in re.findall(
            r"color-scheme: (?:light|dark);(.*?)\n}", TOKENS.read_text(encoding="utf-8"), re.DOTALL
        )[:2]
    )
    grounds, texts = ("page", "surface", "sunken"), ("ink", "ink-2", "ink-3", "ochre", "moss", "brick")
    assert (
        tuple(light[name] for name in grounds),
        tuple(light[name] for name in texts),
    ) == (colours.LIGHT_GROUNDS, colours.LIGHT_TEXTS)
    assert (
        tuple(dark[name] for name in grounds),
        tuple(dark[name] for name in texts),
    ) == (colours.DARK_GROUNDS, colours.DARK_TEXTS)
