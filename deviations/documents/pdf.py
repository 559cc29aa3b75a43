"""A document as PDF/UA-1 and PDF/A-2a: tagged for screen readers, and self-contained for the archive.

Typst is in its wheel with its fonts and needs nothing from the system. The text goes in as JSON beside the template
and is never part of it, so nothing that people write is read as markup or reaches a file.
"""

import dataclasses
import json
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from deviations.documents.document import Block, Columns, Document

CONTENT_TYPE = "application/pdf"
HERE = Path(__file__).parent
FONTS = HERE / "vendor" / "source-sans-3"
TEMPLATES = {"minutes": HERE / "document.typ", "report": HERE / "report.typ"}
# What the fonts in the wheel can draw: Latin, Greek, Cyrillic, punctuation, arrows, mathematics and shapes. A PDF for
# screen readers must not hold a sign without a shape, so every other one is written as a box.
DRAWN = (
    range(0x20, 0x7F), range(0xA0, 0x250), range(0x300, 0x400), range(0x400, 0x460), range(0x1E00, 0x1F00),
    range(0x2010, 0x2028), range(0x2030, 0x2041), range(0x20A0, 0x20C0), range(0x2190, 0x2300), range(0x25A0, 0x2600),
)  # fmt: skip
BOX = "□"


def write(document: Document, *, at: datetime) -> bytes:
    """The file. The same document written `at` the same time is the same file, byte for byte."""
    content = {
        "title": document.title,
        "author": document.author,
        "language": document.language,
        "foot": document.foot,
        "blocks": [_as_data(block) for block in document.blocks],
    }
    return typst.compile(
        TEMPLATES[document.look],
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(_drawable(content), ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=at.replace(microsecond=0),
    )


def _drawable(data: Any) -> Any:
    """With a box for each sign that cannot be drawn, and without invisible ones."""
    if isinstance(data, str):
        return "".join(_drawn(sign) for sign in unicodedata.normalize("NFC", data))
    if isinstance(data, dict):
        return {name: _drawable(value) for name, value in data.items()}
    return [_drawable(value) for value in data] if isinstance(data, list | tuple) else data


def _drawn(sign: str) -> str:
    if sign == "\n":
        return sign
    if sign == "\t":
        return " "
    if sign == "\u202f":  # the letters have no narrow space: the ordinary one that does not break
        return "\u00a0"
    if unicodedata.category(sign) in {"Cc", "Cf"}:
        return ""
    return sign if any(ord(sign) in drawn for drawn in DRAWN) else BOX


def _as_data(part: Block) -> dict[str, Any]:
    """Its fields, and its kind: what its class is called."""
    fields = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    if isinstance(part, Columns):
        fields = {"columns": [[_as_data(block) for block in column] for column in part.columns]}
    return {"kind": type(part).__name__.lower()} | {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """Lists and dictionaries, all the way down."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
