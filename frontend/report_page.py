"""A report's content as its page sets it: which parts stand side by side, what a hidden number is called, and where a
number leads. The same for a report that is published and for numbers as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from deviations.reports import charts
from deviations.reports.chart_points import PLOT, Plot, points_of
from deviations.reports.content import (
    Block,
    Cell,
    Chart,
    Content,
    Definition,
    Figures,
    Line,
    Lines,
    Section,
    Table,
)

NOT_ONE, HIDDEN = "–", "··"
BAR = 96  # pixels for the longest number of a column
COLUMN = 5  # a table with more columns needs the whole width
ABOUT = "definitions"
GROUP, SHOWN = 4, 4  # a checksum is read in groups of four, and told apart by the first four of them
TONES = {"good": "t-moss", "going": "t-teal", "late": "t-brick", "": ""}


@dataclass(frozen=True)
class CellShown:
    """`spoken` is read aloud in the text's place. `bar`: how long, in pixels, where a column has bars."""

    text: str
    css: str = ""
    spoken: str = ""
    bar: int | None = None


@dataclass(frozen=True)
class TableShown:
    table: Table
    head: list[tuple[str, bool]]
    rows: list[list[CellShown]]
    foot: list[CellShown]


@dataclass(frozen=True)
class LineShown:
    line: Line
    count: CellShown | None
    tone: str


@dataclass(frozen=True)
class BlockShown:
    """`named`: whether its own title is needed, because the section's does not say what it is."""

    block: Block
    template: str
    named: bool
    definitions: list[Definition]
    table: TableShown | None = None
    svg: SafeString | None = None
    lines: tuple[LineShown, ...] = ()
    figures: tuple[tuple[Any, CellShown], ...] = ()
    points: tuple[str, ...] = ()
    plot: Plot = PLOT


@dataclass(frozen=True)
class SectionShown:
    section: Section
    blocks: list[BlockShown]
    layout: Literal["", "three", "duo"] = ""


@dataclass(frozen=True)
class Band:
    """One section across the page, or two side by side."""

    sections: list[SectionShown]

    @property
    def pair(self) -> bool:
        return len(self.sections) == 2


def shown(content: Content) -> dict[str, Any]:
    """`front` is the first page, `bands` what follows, `about` what the report itself says of how it was made."""
    sections = list(content.sections)
    front = _section(sections.pop(0), content) if sections and _is_front(sections[0]) else None
    about = next((section for section in sections if section.id == ABOUT), None)
    rest = [section for section in sections if section is not about]
    return {
        "content": content,
        "front": front,
        "bands": _bands(rest, content),
        "about": _section(about, content) if about else None,
        "small": {"most": content.threshold - 1, "threshold": content.threshold},
        "revised": [revision for revision in content.revisions if revision.reason],
    }


def groups(checksum: str) -> list[str]:
    """ "9f3a1c07…" as 9f3a 1c07 …"""
    return [checksum[at : at + GROUP] for at in range(0, len(checksum), GROUP)]


def _is_front(section: Section) -> bool:
    return section.columns and all(isinstance(block, Lines) for block in section.blocks)


# ── what stands beside what ──────────────────────────────────────────────────────────────────────────────────────────
def _bands(sections: Sequence[Section], content: Content) -> list[Band]:
    """Two narrow ones that follow each other share the width."""
    bands: list[Band] = []
    waiting: SectionShown | None = None
    for section in sections:
        here = _section(section, content)
        if waiting is not None and _is_narrow(section):
            bands[-1] = Band([waiting, here])
            waiting = None
            continue
        bands.append(Band([here]))
        waiting = here if _is_narrow(section) else None
    return bands


def _is_narrow(section: Section) -> bool:
    """One chart of shares or bars, or one table with few columns."""
    if section.columns or len(section.blocks) != 1:
        return False
    block = section.blocks[0]
    if isinstance(block, Chart):
        return block.form in ("shares", "bars")
    return isinstance(block, Table) and not block.wide and len(block.head) < COLUMN


def _section(section: Section, content: Content) -> SectionShown:
    alone = len(section.blocks) == 1
    blocks = [_block(block, content, named=not alone) for block in section.blocks]
    if not section.columns:
        return SectionShown(section, blocks)
    return SectionShown(section, blocks, "three" if len(blocks) > 2 and _is_front(section) else "duo")


def block_shown(block: Block, content: Content) -> BlockShown:
    """One block where a title stands above it already."""
    return _block(block, content, named=False)


def _block(block: Block, content: Content, *, named: bool) -> BlockShown:
    template = f"frontend/reports/{block.kind}.html"
    if isinstance(block, Chart):
        drawn = mark_safe(charts.themed(block))  # noqa: S308  # drawn here, from numbers and escaped words
        return BlockShown(
            block, template, named, _defined(block.table.measures, content), table_shown(block.table, content), drawn,
            points=points_of(block) if block.form == "run" else (),
        )  # fmt: skip
    if isinstance(block, Table):
        return BlockShown(block, template, named, _defined(block.measures, content), table_shown(block, content))
    if isinstance(block, Figures):
        numbers = tuple((figure, cell_shown(figure.cell, content.threshold)) for figure in block.figures)
        measures = [figure.measure for figure in block.figures]
        return BlockShown(block, template, named, _defined(measures, content), figures=numbers)
    if isinstance(block, Lines):
        lines = tuple(
            LineShown(line, cell_shown(line.count, content.threshold) if line.count else None, TONES[line.tone])
            for line in block.lines
        )
        return BlockShown(block, template, named, [], lines=lines)
    return BlockShown(block, template, named, [])


def _defined(measures: Iterable[str], content: Content) -> list[Definition]:
    wanted = set(measures)
    return [definition for definition in content.definitions if definition.id in wanted]


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def table_shown(table: Table, content: Content) -> TableShown:
    columns = range(len(table.head))
    numeric = [
        any(row[at].mark != "text" for row in (*table.rows, *([table.foot] if table.foot else []))) for at in columns
    ]
    most = [max((row[at].value or 0 for row in table.rows if row[at].heat), default=0) for at in columns]

    summed = bool(table.foot) and table.foot[0].text == table.head[-1]  # rows and columns add up to the same

    def line(row: Sequence[Cell], *, bars: bool) -> list[CellShown]:
        found = []
        for at, cell in enumerate(row):
            css = "num" if numeric[at] else ""
            if table.wide:
                css = _css_in_matrix(cell, summed and at == len(row) - 1) if numeric[at] else "words"
            bar = round(BAR * (cell.value or 0) / most[at]) if bars and most[at] and not table.wide else None
            found.append(cell_shown(cell, content.threshold, css, bar))
        return found

    return TableShown(
        table,
        list(zip(table.head, numeric, strict=True)),
        [line(row, bars=True) for row in table.rows],
        line(table.foot, bars=False),
    )


def cell_shown(cell: Cell, threshold: int, css: str = "", bar: int | None = None) -> CellShown:
    """What is hidden is read aloud in words, not as signs."""
    spoken = ""
    if cell.mark == "hidden":
        spoken = _("färre än %d, dolt") % threshold if cell.text.startswith("<") else _("dolt")
    elif cell.text == NOT_ONE:
        spoken = _("ingår inte")
    return CellShown(cell.text, css, spoken, bar)


def _css_in_matrix(cell: Cell, last: bool) -> str:
    if last:
        return "tot"
    if cell.mark == "hidden":
        return "sup"
    return "self" if cell.text == NOT_ONE else f"h{cell.heat}"
