"""What a county shows itself with is read whole or refused with what to do instead."""

import base64
import hashlib
import struct
import zlib

import pytest

from orgs.profiles.diff import differences
from orgs.profiles.face import picture_size
from orgs.profiles.loader import ProfileError, from_json, shipped, to_json


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def png(width=4, height=2, pixels=None, between=b"", interlaced=0):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, interlaced))
    content = zlib.compress(bytes(height * (1 + width * 4)) if pixels is None else pixels)
    return b"\x89PNG\r\n\x1a\n" + header + between + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def county(**parts):
    return from_json({**to_json(shipped("blekinge")), **parts})


def refused(**parts):
    with pytest.raises(ProfileError) as error:
        county(**parts)
    return [(fault.path, fault.message) for fault in error.value.faults]


def as_text(data):
    return base64.b64encode(data).decode()


def test_a_county_may_have_its_own_name_colour_and_logo():
    shown = county(appearance={"name": "Samsyn Blekinge", "colour": "#1f4e8c", "logo": as_text(png())}).appearance
    assert (shown.name, shown.colour, shown.logo_png()) == ("Samsyn Blekinge", "#1F4E8C", png())


def test_a_county_without_any_looks_like_the_house():
    assert shipped("blekinge").appearance is None


def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast_and_the_nearest_that_can():
    assert refused(appearance={"colour": "#E07A00"}) == [
        (
            "appearance/colour",
            "färgen #E07A00 ger bara kontrasten 2,6:1 mellan text och bakgrund, och 4,5:1 krävs för att alla ska kunna "
            "läsa; närmaste färg som räcker är #A55A00",
        )
    ]


@pytest.mark.parametrize("colour", ["teal", "#123", "0B5C63", "#0B5C6G", "url(x)", "#0B5C63;}"])
def test_a_colour_is_six_digits(colour):
    assert [path for path, _message in refused(appearance={"colour": colour})] == ["appearance/colour"]


HALF = "logotypen är ingen hel PNG-bild"
MORE = "logotypen bär på annat än bilden; spara den på nytt utan metadata"
NOT = "logotypen ska vara en PNG-bild, skriven som base64"


@pytest.mark.parametrize(
    ("logo", "message"),
    [
        (as_text(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), NOT),
        ("inte base64!", NOT),
        (as_text(b"GIF89a"), NOT),
        (as_text(png()[:-4]), HALF),
        (as_text(png().replace(b"IDAT", b"IDAX")), HALF),
        (as_text(png(pixels=b"")), HALF),
        (as_text(png(pixels=bytes(5_000_000))), HALF),
        (as_text(png(between=chunk(b"tEXt", b"Author\0Anna"))), MORE),
        (as_text(png(between=chunk(b"iCCP", b"x"))), MORE),
        (as_text(png() + chunk(b"IDAT", b"")), MORE),
        (as_text(png(width=481)), "logotypen får vara högst 480 punkter bred och 160 hög"),
        (as_text(png(interlaced=1)), "logotypen ska sparas som vanlig PNG, inte sammanflätad (interlaced)"),
        (as_text(bytes(20_001)), "logotypen är större än 20 kB"),
        ("A" * 100_000, "logotypen är större än 20 kB"),
    ],
)
def test_a_logo_that_is_not_one_small_picture_is_refused(logo, message):
    assert refused(appearance={"logo": logo}) == [("appearance/logo", message)]


def test_a_logo_is_a_picture_of_a_known_size():
    assert picture_size(png(width=120, height=40)) == (120, 40)


def said(data):
    width, height = picture_size(data)
    return f"PNG, {width} × {height} punkter, {len(data)} byte ({hashlib.sha256(data).hexdigest()[:8]})"


def test_a_changed_look_is_compared_like_everything_else_and_the_logo_by_its_size():
    small, wide = png(), png(width=8)
    first = county(appearance={"name": "Samsyn Blekinge", "colour": "#0050A0", "logo": as_text(small)})
    second = county(appearance={"name": "Samsyn Blekinge", "colour": "#7A2E6B", "logo": as_text(wide)})
    assert [str(change) for change in differences(shipped("blekinge"), first)] == [
        f"+ Utseende: namn: Samsyn Blekinge; färg: #0050A0; logotyp: {said(small)}  [appearance]"
    ]
    assert [str(change) for change in differences(first, second)] == [
        "~ Utseende, färg: #0050A0 → #7A2E6B  [appearance/colour]",
        f"~ Utseende, logotyp: {said(small)} → {said(wide)}  [appearance/logo]",
    ]


def test_whoever_answers_for_accessibility_can_be_reached():
    assert refused(accessibility={"authority": "Region Blekinge"}) == [
        ("accessibility", "ange email eller phone, så att den som möter ett hinder når någon")
    ]
    assert county(accessibility={"authority": "Region Blekinge", "phone": "0455-73 10 00"}).accessibility.email is None
