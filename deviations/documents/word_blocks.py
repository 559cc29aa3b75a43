"""The parts of a report in Word: its opening, tables of numbers, pictures and lists."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from deviations.documents.document import (
    Block,
    Cell,
    Chapter,
    Columns,
    Grid,
    Items,
    Note,
    Opening,
    Picture,
    Tiles,
)

INK, SECOND = RGBColor(0x1C, 0x24, 0x30), RGBColor(0x4A, 0x53, 0x61)
TONES = {
    "good": RGBColor(0x2E, 0x6B, 0x34), "going": RGBColor(0x0B, 0x5C, 0x63), "late": RGBColor(0x9C, 0x2C, 0x1C),
}  # fmt: skip
HEATS = {1: "E4EEEC", 2: "C5DCD8", 3: "90BEBB", 4: "0B5C63"}
HIDDEN = "F4F1EA"
WHITE = RGBColor(0xFF, 0xFF, 0xFF)
FONTS = Path(__file__).parent / "vendor" / "source-sans-3"
WIDTH = Mm(175)
MANY_COLUMNS = 7


def set_look(word: Any) -> None:
    """Wider lines than a letter's, dark headings, and sizes for reading on paper."""
    page = word.sections[0]
    page.left_margin = page.right_margin = Mm(17.5)
    page.top_margin = page.bottom_margin = Mm(18)
    sizes = {"Heading 1": 24, "Heading 2": 16, "Heading 3": 12, "Caption": 10}
    for name, size in sizes.items():
        style = word.styles[name]
        style.font.size, style.font.color.rgb, style.font.name = Pt(size), INK, "Calibri"
        fonts = style.element.rPr.rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        style.paragraph_format.keep_with_next = True


def add(word: Any, block: Block, add_one: Callable[[Any, Block], None]) -> None:
    """`add_one` adds any block, for those that hold others."""
    match block:
        case Opening():
            _add_opening(word, block)
        case Chapter():
            word.add_heading(clean(block.title), level=2)
            _add_small(word, block.deck, 11)
        case Note():
            _add_small(word, block.text, 9.5)
        case Grid():
            _add_grid(word, block)
        case Tiles():
            _add_tiles(word, block)
        case Picture():
            _add_picture(word, block)
        case Items():
            _add_items(word, block)
        case Columns():
            for column in block.columns:
                for one in column:
                    add_one(word, one)


def _add_opening(word: Any, block: Opening) -> None:
    word.add_heading(clean(block.title), level=1)
    _add_small(word, block.subtitle, 13)
    if block.badge:
        word.add_paragraph().add_run(clean(block.badge)).bold = True
    _add_small(word, "\n".join(block.beside), 9.5)
    if block.standfirst:
        word.add_paragraph().add_run(clean(block.standfirst)).font.size = Pt(14)


def _add_small(word: Any, text: str, size: float) -> None:
    if text:
        run = word.add_paragraph().add_run(clean(text))
        run.font.size, run.font.color.rgb = Pt(size), SECOND


def _add_grid(word: Any, block: Grid) -> None:
    word.add_paragraph(clean(block.caption), style="Caption")
    size = Pt(8.5 if len(block.head) >= MANY_COLUMNS else 10)
    table = word.add_table(rows=0, cols=len(block.head), style="Table Grid")
    _add_row(table, tuple(Cell(name) for name in block.head), size, bold=True)
    is_header(table.rows[0])
    for row in block.rows:
        _add_row(table, row, size)
    if block.foot:
        _add_row(table, block.foot, size, bold=True)
    numeric = {at for row in (*block.rows, block.foot) for at, cell in enumerate(row) if cell.number or cell.hidden}
    for row in table.rows:
        for at in numeric:
            row.cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph()


def _add_row(table: Any, row: tuple[Cell, ...], size: Any, *, bold: bool = False) -> None:
    added = table.add_row()
    _not_split(added)
    for at, (made, cell) in enumerate(zip(added.cells, row, strict=True)):
        paragraph = made.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(clean(cell.text))
        run.font.size, run.bold = size, bold or at == 0
        if colour := HIDDEN if cell.hidden else HEATS.get(cell.heat):
            _shade(made, colour)
        if cell.heat == max(HEATS):
            run.font.color.rgb = WHITE


def _add_tiles(word: Any, block: Tiles) -> None:
    rows = tuple((Cell(tile.label), Cell(tile.number, number=True), Cell(tile.beside)) for tile in block.tiles)
    _add_grid(word, Grid(_("Tal i korthet"), (_("Vad"), _("Tal"), _("Att jämföra med")), rows))


def _add_picture(word: Any, block: Picture) -> None:
    paragraph = word.add_paragraph()
    paragraph.add_run().add_picture(BytesIO(as_png(block.svg)), width=WIDTH)
    [described] = paragraph._p.xpath(".//wp:docPr")
    described.set("descr", clean(block.words))


@cache
def _know_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def as_png(svg: str) -> bytes:
    """Large enough to be sharp on paper."""
    import vl_convert

    _know_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=2))


def _add_items(word: Any, block: Items) -> None:
    places = [str(place) for place in range(1, len(block.items) + 1)]
    in_order = [item.mark for item in block.items] == places
    numbers = _begin_numbers(word) if in_order else None
    for item in block.items:
        paragraph = word.add_paragraph(style="List Number" if in_order else "List Bullet")
        if numbers is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, numbers
        elif item.mark:
            paragraph.add_run(f"{clean(item.mark)} ").bold = True
        if item.lead:
            paragraph.add_run(f"{clean(item.lead)} ").bold = True
        paragraph.add_run(clean(item.text))
        if item.state:
            run = paragraph.add_run(f" {clean(item.state)}.")
            run.bold, run.font.color.rgb = True, TONES.get(item.tone, INK)


def _begin_numbers(word: Any) -> int:
    """Each list begins at one; Word would go on counting from the list before."""
    numbering = word.part.numbering_part.numbering_definitions._numbering
    style = word.styles["List Number"].element.pPr.numPr.numId.val
    made = numbering.add_num(numbering.num_having_numId(style).abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def is_header(row: Any) -> None:
    """Repeated on each page, and told as a header by a screen reader."""
    _mark(row, "w:tblHeader")


def _not_split(row: Any) -> None:
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(made)


def _shade(cell: Any, colour: str) -> None:
    made = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        made.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(made)


def clean(text: str) -> str:
    """Without what XML cannot hold: control characters, halves of pairs, and the two that are no characters."""
    return "".join(
        c for c in text if (c >= " " or c in "\n\t") and not ("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff")
    )
