"""A document as Word: real heading styles, header rows, and Swedish for the spelling and the screen reader."""

from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from deviations.documents.document import Block, Document, Facts, Heading, Table, Text

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
FONT = "Calibri"


def write(document: Document) -> bytes:
    """The file. Text is text: nothing in it is read as markup."""
    word: Any = new_document()
    word.core_properties.title = document.title
    word.core_properties.author = document.author
    word.core_properties.language = LANGUAGES[document.language]
    _set_styles(word, LANGUAGES[document.language])
    if document.foot:
        word.sections[0].footer.paragraphs[0].text = _clean(document.foot)
    for block in document.blocks:
        _add(word, block)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _set_styles(word: Any, language: str) -> None:
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


def _add_table(word: Any, block: Table) -> None:
    word.add_paragraph(_clean(block.caption), style="Caption")
    table = word.add_table(rows=1, cols=len(block.head), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(_clean(name)).bold = True
    heads = OxmlElement("w:tblHeader")  # repeated on each page, and told as a header by a screen reader
    heads.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(heads)
    for row in block.rows:
        for cell, said in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(said)
    word.add_paragraph()


def _clean(text: str) -> str:
    """Without what XML cannot hold: control characters, halves of pairs, and the two that are no characters."""
    return "".join(
        c for c in text if (c >= " " or c in "\n\t") and not ("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff")
    )
