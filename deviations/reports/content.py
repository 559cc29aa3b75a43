"""What a report says, without any format. Page, PDF, Word, Excel, CSV and JSON are written from this and nothing else.

Frozen and plain: it is stored as JSON with a checksum, and read back as the same thing. Every small number is hidden
before it comes here. `Cell.text` is how the number is set on a page; `value` is the number itself, None when hidden.
"""

import hashlib
import json
from collections import Counter
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(Part):
    """`heat` 0–4 says how large it is beside the others. A hidden cell has a text ("<5" or "··") and no value."""

    text: str
    value: int | float | None = None
    mark: Literal["text", "number", "hidden"] = "text"
    heat: int = 0


class Table(Part):
    """`head` includes the column of row labels. `withheld`: the sentence that stands in the table's place.

    `measures`: ids of the definitions that its numbers follow, which a reader can open beside it.
    """

    kind: Literal["table"] = "table"
    id: str
    title: str
    deck: str = ""
    measures: tuple[str, ...] = ()
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    withheld: str = ""
    wide: bool = False
    note: str = ""


class Figure(Part):
    """One number with what it says beside it."""

    label: str
    cell: Cell
    beside: str = ""
    measure: str


class Figures(Part):
    kind: Literal["figures"] = "figures"
    id: str
    figures: tuple[Figure, ...]


class Mark(Part):
    """What happened at a point of a chart: a decision, a measure brought in."""

    at: str
    text: str


class Chart(Part):
    """A chart and its table, which holds exactly the numbers that are drawn.

    `form`: "run" (points in time with a median), "bars", "flow" (the way, station by station, with what left it) or
    "shares" (a bar of its whole per row, `compare` is last year's). `words` say what it shows to those who do not see
    it. `rule` names the rule by which a pattern is claimed, or says why none is.
    """

    kind: Literal["chart"] = "chart"
    id: str
    form: Literal["run", "bars", "flow", "shares"]
    title: str
    deck: str = ""
    words: str
    unit: str = ""
    labels: tuple[str, ...]
    names: tuple[str, ...]
    series: tuple[tuple[float | None, ...], ...]
    median: float | None = None
    frozen_at: str = ""
    compare: tuple[float | None, ...] = ()
    rule: str = ""
    marks: tuple[Mark, ...] = ()
    table: Table


class Text(Part):
    """Paragraphs; those of an author, when `author` is set, have passed the identity guard."""

    kind: Literal["text"] = "text"
    id: str
    title: str = ""
    paragraphs: tuple[str, ...]
    author: bool = False


class Line(Part):
    """One point of a list: what hurts most, what was decided, what the board is asked to decide."""

    lead: str = ""
    text: str
    count: Cell | None = None
    state: str = ""
    tone: Literal["", "good", "going", "late"] = ""

    @property
    def ended_lead(self) -> str:
        """The lead as it stands before a text that is a sentence of its own: with a full stop."""
        ends = not self.lead or self.lead[-1] in ".:!?" or not self.text[:1].isupper()
        return self.lead if ends else f"{self.lead}."


class Lines(Part):
    kind: Literal["lines"] = "lines"
    id: str
    title: str
    numbered: bool = False
    lines: tuple[Line, ...]
    empty: str = ""


class Case(Part):
    """A learning case: rewritten, and approved by the reporter's side. `id` is "case-" and its public id."""

    kind: Literal["case"] = "case"
    id: str
    title: str
    happened: str
    learning: str


Block = Annotated[Table | Figures | Chart | Text | Lines | Case, Field(discriminator="kind")]


class Section(Part):
    """`title` says what the figures mean ("Hälften når ett möte"), `deck` what is counted."""

    id: str
    title: str
    deck: str = ""
    blocks: tuple[Block, ...]
    columns: bool = False


class Definition(Part):
    """A measure's definition as it was when the report was made."""

    id: str
    name: str
    formula: str
    unit: str
    population: str
    exclusions: str
    source: str


class Revision(Part):
    number: int
    on: date
    reason: str


class Content(Part):
    """The whole report. `snapshot` is the code of the numbers it was made from, "" for one that is counted live."""

    template: str
    title: str
    subtitle: str
    standfirst: str
    county: str
    body: str
    first: date
    last: date
    period: str
    cut_off: datetime
    snapshot: str = ""
    threshold: int
    demo: bool = False
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    excluded: str = ""
    revisions: tuple[Revision, ...] = ()
    language: str = "sv"

    @property
    def shared(self) -> tuple[str, str]:
        """Population and exclusions of most definitions, to be said once; of few, nothing is shared."""
        every = Counter((each.population, each.exclusions) for each in self.definitions)
        most, times = every.most_common(1)[0] if every else (("", ""), 0)
        return most if times > 2 else ("", "")

    def data(self) -> dict[str, Any]:
        """As JSON types, for storing and for whoever asks for JSON."""
        return self.model_dump(mode="json")

    def checksum(self) -> str:
        return checksum(self.data())


def checksum(data: Any) -> str:
    """SHA-256 of the data written as JSON in one way only: the same on every engine and machine."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
