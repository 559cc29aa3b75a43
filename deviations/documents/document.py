"""What a document holds, without any format: headings, text, facts, tables, pictures. `word` and `pdf` write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is the document's title, and stands once and first."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph; `lead` are its first words, set apart: "Beslut"."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what holds for each."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`head` names the columns; the first cell of each row names the row. `caption` is read before the table."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A report's first lines. `beside`: what it was made from, set apart; `badge` warns: "Demodata"."""

    title: str
    subtitle: str
    standfirst: str
    beside: tuple[str, ...] = ()
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Begins a part: a heading that says what the figures mean, and under it what is counted."""

    title: str
    deck: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line in small print."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`heat` 0–4 says how large a number is beside the others; `hidden`: it stands for a number that is not told."""

    text: str
    heat: int = 0
    number: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of numbers: the first cell of a row names it, `foot` is the row of sums. `caption` is read before it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, large, with what it is and what it is to be compared with."""

    label: str
    number: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG, and what it shows, in words, for those who do not see it."""

    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """`mark` stands before it, large: a number, or its place in the list. `state` ends it, in the colour of `tone`."""

    text: str
    mark: str = ""
    lead: str = ""
    state: str = ""
    tone: Literal["", "good", "going", "late"] = ""


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Side by side on paper, one after the other where there is no room."""

    columns: tuple[tuple[Block, ...], ...]


Block = (
    Heading | Text | Facts | Table | Opening | Chapter | Note | Grid | Tiles | Picture | Items | Columns
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """`foot` stands at the bottom of each page. `title` is also the file's own title, read first by a screen reader.

    `look`: "minutes" is a plain record; "report" is made to be read by a board, and begins with an Opening.
    """

    title: str
    blocks: tuple[Block, ...]
    author: str
    foot: str = ""
    language: str = "sv"
    look: Literal["minutes", "report"] = "minutes"
