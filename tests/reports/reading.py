"""Reads each format back with a library that did not write it, as tables: {title: [row, …]}, each row its texts.

A text is compared without what a line break or a no-break space does to it. The first row is the names of the columns.
"""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import docx
import openpyxl
import pypdf
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from pypdf.generic import ContentStream

from deviations.reports.content import Chart, Content, Table


def plain(text):
    return re.sub(r"\s+", " ", str(text)).strip()


def tables_in(content):
    """Those of the report itself: every table, and every chart's."""
    found = {}
    for section in content.sections:
        for block in section.blocks:
            table = block.table if isinstance(block, Chart) else block
            if isinstance(table, Table):
                assert table.title not in found
                found[table.title] = table
    return found


def expected(content):
    """What each format must give back; a table that is withheld or empty has no rows anywhere."""
    return {
        title: [[plain(name) for name in table.head], *([plain(c.text) for c in row] for row in every_row(table))]
        for title, table in tables_in(content).items()
        if table.rows and not table.withheld
    }


def every_row(table):
    return [*table.rows, *([table.foot] if table.foot else [])]


# ── PDF, by its tags ─────────────────────────────────────────────────────────────────────────────────────────────────
class Tagged:
    """A PDF as a screen reader gets it: the tree of tags, and the text under each."""

    def __init__(self, data):
        self.read = pypdf.PdfReader(io.BytesIO(data))
        self.texts = {page.indirect_reference.idnum: _marked_texts(page) for page in self.read.pages}
        self.root = self.read.trailer["/Root"]["/StructTreeRoot"]

    def each(self, node=None, page=None):
        """Every node with its page, in reading order."""
        node = self.root if node is None else node
        page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        yield node, page
        for kid in _kids(node):
            if isinstance(kid, dict) and "/S" in kid:
                yield from self.each(kid, page)

    def text(self, node, page=None):
        page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        said = []
        for kid in _kids(node):
            if isinstance(kid, int):
                said.append(self.texts[page].get(kid, ""))
            elif "/MCID" in kid:
                on = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
                said.append(self.texts[on].get(kid["/MCID"], ""))
            elif "/S" in kid:
                said.append(self.text(kid, page))
        return "".join(said)

    def under(self, tag, node=None):
        return [(found, page) for found, page in self.each(node) if found.get("/S") == tag]

    def tables(self):
        """A table's title is the paragraph before it, up to the first full stop."""
        found, caption = {}, ""
        for node, page in self.each():
            if node.get("/S") == "/P":
                caption = plain(self.text(node, page)).split(". ")[0]
            if node.get("/S") == "/Table":
                found[caption] = [
                    [plain(self.text(cell, on)) for cell, on in self.each(row, at) if cell.get("/S") in ("/TH", "/TD")]
                    for row, at in self.each(node, page)
                    if row.get("/S") == "/TR"
                ]
        return found

    def all_text(self, *, but=()):
        """Of every page, without what stands under the tags `but`."""
        left_out = {(at, kid) for tag in but for node, page in self.under(tag) for at, kid in self._marks(node, page)}
        texts = [
            said for at, page in self.texts.items() for mark, said in page.items()
            if mark is not None and (at, mark) not in left_out
        ]  # fmt: skip
        return "\n".join(texts)

    def _marks(self, node, page):
        for found, at in self.each(node, page):
            for kid in _kids(found):
                if isinstance(kid, int):
                    yield at, kid
                elif "/MCID" in kid:
                    yield (kid.raw_get("/Pg").idnum if "/Pg" in kid else at), kid["/MCID"]


def _kids(node):
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    return [kid.get_object() for kid in kids]


def _marked_texts(page):
    """By the number of its mark: what the page's own fonts say that its signs are."""
    fonts = {name: _unicode(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    found, marks, known = {}, [], {}
    for operands, operator in ContentStream(page["/Contents"].get_object(), page.pdf).operations:
        if operator in (b"BDC", b"BMC"):
            marks.append(operands[1].get("/MCID") if operator == b"BDC" and hasattr(operands[1], "get") else None)
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            known = fonts[operands[0]]
        elif operator in (b"Tj", b"TJ"):
            mark = next((mark for mark in reversed(marks) if mark is not None), None)
            pieces = operands[0] if operator == b"TJ" else operands
            said = "".join(_decoded(piece, known) for piece in pieces if not isinstance(piece, int | float))
            found[mark] = found.get(mark, "") + said
    return found


def _decoded(piece, known):
    data = piece.original_bytes
    return "".join(known[data[at : at + 2]] for at in range(0, len(data), 2))


def _unicode(font):
    """From the two bytes of a sign to its text."""
    said = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    found = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", said, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", part):
            found[bytes.fromhex(code)] = bytes.fromhex(text).decode("utf-16-be")
    assert "beginbfrange" not in said
    return found


# ── the others ───────────────────────────────────────────────────────────────────────────────────────────────────────
def in_word(data):
    read = docx.Document(io.BytesIO(data))
    found, caption = {}, ""
    for block in read.iter_inner_content():
        if isinstance(block, Paragraph) and block.style.name == "Caption":
            caption = plain(block.text).split(". ")[0]
        if isinstance(block, WordTable):
            found[caption] = [[plain(cell.text) for cell in row.cells] for row in block.rows]
    return found


def text_of_word(data):
    read = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    described = read.element.body.xpath(".//wp:docPr/@descr")
    return "\n".join([*(p.text for p in read.paragraphs), *cells, *described])


def in_excel(data):
    """The cells as they stand, by the title that is written below them."""
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets[1:]:
        rows = list(sheet.iter_rows())
        at = next(at for at, row in enumerate(rows) if row[0].font.i and row[0].font.b)
        found[rows[at][0].value] = [
            row for row in rows[:at] if not row[0].font.i and any(cell.value is not None for cell in row)
        ]
    return found


def as_shown(cell):
    """A cell of Excel as Excel shows it, from its number and its format."""
    if not isinstance(cell.value, int | float):
        return plain(cell.value or "")
    shape = re.fullmatch(r'("[^"]*")?#,##0(?:\.(0+))?("[^"]*")?', cell.number_format)
    before, decimals, after = ((part or "").strip('"') for part in shape.groups())
    number = f"{cell.value:,.{len(decimals)}f}".replace(",", " ").replace(".", ",")
    return plain(f"{before}{number}{after}")


def in_csv(data):
    """Every line of the numbers, and of the dictionary."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        read = {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";")) for name, text in read.items()}


def csv_tables(lines):
    """Back from long form to rows and columns. What the first column is called is not in it."""
    found = {}
    for line in lines:
        if line["art"] == "withheld":
            continue
        table = found.setdefault(line["tabellnamn"], [[""]])
        if line["radnr"] == "1":
            table[0].append(plain(line["kolumn"]))
        if line["kolnr"] == "1":
            table.append([plain(line["rad"])])
        table[int(line["radnr"])].append(plain(line["visas"]))
    return found


def in_json(data):
    return Content.model_validate(json.loads(data)["report"])


class Page(HTMLParser):
    """A page's tables by their captions, and all its text; without drawings, and what is only read aloud in cells."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tables, self.said, self.skipped = {}, [], []
        self.rows = self.cell = None
        self.caption = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        spoken = tag == "span" and dict(attributes).get("class") == "vh"
        if self.skipped or tag in ("script", "style", "svg") or spoken:
            self.skipped.append(tag)
        if tag == "table":
            self.rows, self.caption = [], ""
        if tag == "tr" and self.rows is not None:
            self.rows.append([])
        if tag in ("td", "th", "caption") and self.rows is not None:
            self.cell = []

    def handle_startendtag(self, tag, attributes):
        """Closed at once: nothing begins."""

    def handle_endtag(self, tag):
        if self.skipped:
            while self.skipped.pop() != tag:
                pass
            return
        if tag == "caption":
            self.caption, self.cell = plain("".join(self.cell)), None
        if tag in ("td", "th") and self.cell is not None:
            self.rows[-1].append(plain("".join(self.cell)))
            self.cell = None
        if tag == "table":
            self.tables.setdefault(self.caption, []).append(self.rows)
            self.rows = None

    def handle_data(self, data):
        if not self.skipped:
            self.said.append(data)
            if self.cell is not None:
                self.cell.append(data)
