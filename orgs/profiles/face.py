"""How a county shows itself: its name for the system, its logo and colour, and whom one tells of a fault. Pure.

The colour is refused when a text on it or of it could not be read, with the nearest colour that can.
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from orgs.profiles import colours
from orgs.profiles.parts import Name, Part, Short

LOGO_BYTES = 20_000
LOGO_WIDTH, LOGO_HEIGHT = 480, 160
SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"pHYs"}
"""What a picture needs. A PNG can also carry texts, profiles and other files: those are not taken."""
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_upper=True)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=32)]
Mail = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+$", max_length=160)]


class Appearance(Part):
    """What a county may change of the look; ochre, moss and brick mean the same in every county and stay.

    `logo` is a PNG, written as base64: nothing in it can run or fetch anything, as it can in SVG.
    """

    name: Label | None = Field(default=None, description="the county's own name for the system, beside the logo")
    colour: Colour | None = None
    logo: str | None = None

    @field_validator("colour")
    @classmethod
    def readable(cls, colour: str | None) -> str | None:
        if colour is None or (ratio := colours.readability(colour)) >= colours.AA:
            return colour
        said = f"{int(ratio * 10) / 10:.1f}".replace(".", ",")
        raise ValueError(
            f"färgen {colour} ger bara kontrasten {said}:1 mellan text och bakgrund, och 4,5:1 krävs för att alla ska "
            f"kunna läsa; närmaste färg som räcker är {colours.nearest_readable(colour)}"
        )

    @field_validator("logo")
    @classmethod
    def a_picture(cls, logo: str | None) -> str | None:
        if logo is None:
            return None
        compact = "".join(logo.split())
        picture_size(_decoded(compact))
        return compact

    def logo_png(self) -> bytes | None:
        return None if self.logo is None else _decoded(self.logo)


class Accessibility(Part):
    """Who answers for the accessibility of the county's Samsyn, and how a fault is told (lag 2018:1937)."""

    authority: Name
    email: Mail | None = None
    phone: Short | None = None
    assumed: Short | None = None

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if self.email is None and self.phone is None:
            raise ValueError("ange email eller phone, så att den som möter ett hinder når någon")
        return self


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG that is whole, small and holds nothing but the picture. Raises ValueError."""
    if len(data) > LOGO_BYTES:
        raise ValueError(f"logotypen är större än {LOGO_BYTES // 1000} kB")
    if not data.startswith(SIGNATURE):
        raise ValueError("logotypen ska vara en PNG-bild, skriven som base64")
    chunks = _chunks(data)
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1] != (b"IEND", b""):
        raise ValueError("logotypen är ingen hel PNG-bild")
    if not {kind for kind, _content in chunks} <= CHUNKS:
        raise ValueError("logotypen bär på annat än bilden; spara den på nytt utan metadata")
    width, height, depth, kind, _method, _filter, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if not (0 < width <= LOGO_WIDTH and 0 < height <= LOGO_HEIGHT):
        raise ValueError(f"logotypen får vara högst {LOGO_WIDTH} punkter bred och {LOGO_HEIGHT} hög")
    if kind not in CHANNELS or depth not in (1, 2, 4, 8, 16) or interlaced:
        raise ValueError("logotypen ska sparas som vanlig PNG, inte sammanflätad (interlaced)")
    _check_pixels(chunks, height * (1 + (width * CHANNELS[kind] * depth + 7) // 8))
    return width, height


def _decoded(logo: str) -> bytes:
    if len(logo) > LOGO_BYTES * 4 // 3 + 4:
        raise ValueError(f"logotypen är större än {LOGO_BYTES // 1000} kB")
    try:
        return base64.b64decode(logo, validate=True)
    except binascii.Error as error:
        raise ValueError("logotypen ska vara en PNG-bild, skriven som base64") from error


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and content of each, with their checksums looked at. Nothing may follow the last one."""
    found: list[tuple[bytes, bytes]] = []
    at = len(SIGNATURE)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if zlib.crc32(kind + content).to_bytes(4, "big") != data[at + 8 + length : at + 12 + length]:
            raise ValueError("logotypen är ingen hel PNG-bild")
        if found and found[-1][0] == b"IEND":
            raise ValueError("logotypen bär på annat än bilden; spara den på nytt utan metadata")
        found.append((kind, content))
        at += 12 + length
    return found


def _check_pixels(chunks: list[tuple[bytes, bytes]], wanted: int) -> None:
    """Unpacked, but never further than the picture is large: a few bytes can stand for gigabytes."""
    packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
    try:
        unpacked = len(zlib.decompressobj().decompress(packed, wanted + 1))
    except zlib.error as error:
        raise ValueError("logotypen är ingen hel PNG-bild") from error
    if unpacked != wanted:
        raise ValueError("logotypen är ingen hel PNG-bild")
