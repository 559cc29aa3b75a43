"""What a document holds, without any format: headings, text, facts and tables. `word` and `pdf` write it."""

from dataclasses import dataclass


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


Block = Heading | Text | Facts | Table


@dataclass(frozen=True, slots=True)
class Document:
    """`foot` stands at the bottom of each page. `title` is also the file's own title, read first by a screen reader."""

    title: str
    blocks: tuple[Block, ...]
    author: str
    foot: str = ""
    language: str = "sv"
