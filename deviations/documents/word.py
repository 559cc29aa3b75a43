"""A document as Word: real heading styles, header rows, and Swedish for the spelling and the screen reader."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from deviations.documents import word_blocks
from deviations.documents.document import Block, Document, Facts, Heading, Table, Text
from deviations.documents.word_blocks import clean as _clean
from deviations.documents.word_blocks import is_header
from deviations.documents.zipped import settled

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
FONT = "Calibri"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


def write(document: Document, *, at: datetime = UNDATED) -> bytes:
    """The file. Text is text: nothing in it is read as markup. The same document `at` the same time, the same file."""
    word: Any = new_document()
    word.core_properties.title = _clean(document.title)
    word.core_properties.author = _clean(document.author)
    word.core_properties.comments = ""
    word.core_properties.language = LANGUAGES[document.language]
    if at != UNDATED:
        word.core_properties.created = word.core_properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    _set_styles(word, LANGUAGES[document.language])
    if document.foot:
        word.sections[0].footer.paragraphs[0].text = _clean(document.foot)
    if document.look == "report":
        word_blocks.set_look(word)
    for block in document.blocks:
        _add(word, block)
    file = BytesIO()
    word.save(file)
    return settled(file.getvalue())


def _set_styles(word: Any, language: str) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), language)
    normal.element.get_or_add_rPr().append(spoken)


def _add(word: Any, block: Block) -> None:
    match block:
        case Heading():
            word.add_heading(_clean(block.text), level=block.level)
        case Text():
            paragraph = word.add_paragraph()
            if block.lead:
                paragraph.add_run(f"{_clean(block.lead)} ").bold = True
            paragraph.add_run(_clean(block.text))
        case Facts():
            for term, said in block.pairs:
                paragraph = word.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.add_run(f"{_clean(term)}: ").bold = True
                paragraph.add_run(_clean(said))
        case Table():
            _add_table(word, block)
        case _:
            word_blocks.add(word, block, _add)


def _add_table(word: Any, block: Table) -> None:
    word.add_paragraph(_clean(block.caption), style="Caption")
    table = word.add_table(rows=1, cols=len(block.head), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(_clean(name)).bold = True
    is_header(table.rows[0])
    for row in block.rows:
        for cell, said in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(said)
    word.add_paragraph()
