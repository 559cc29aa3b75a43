"""The report as Excel: what it was made from on the first sheet, then one sheet for each table (D05).

A number is a number and looks as it is printed; a hidden one is the text that stands in its place. Nothing that people
have written is run: every text is stored as text, whatever it begins with.
"""

import re
from collections.abc import Iterator
from datetime import UTC
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from deviations.deadlines import in_swedish
from deviations.reports.content import Cell, Content, Table
from deviations.reports.files.hidden import about_hidden
from deviations.reports.files.listing import Listed, tables_of

LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
WIDEST, NARROWEST = 60, 8
HEATS = {1: "#E4EEEC", 2: "#C5DCD8", 3: "#90BEBB", 4: "#0B5C63"}
HIDDEN = "#F4F1EA"


def write(content: Content) -> bytes:
    """Dated when its data were cut off, so that the same report is the same file."""
    import xlsxwriter

    out = BytesIO()
    no_magic = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, no_magic)
    made_at = content.cut_off.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": content.title, "author": content.body, "created": made_at})
    sheets = _Sheets(book)
    sheets.add_first(content)
    for listed in tables_of(content):
        sheets.add(listed)
    book.close()
    return out.getvalue()


class _Sheets:
    """A workbook being written. It remembers names and formats that are used."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        wanted = tuple(sorted(properties.items()))
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format({"valign": "top", "font_name": "Calibri", **properties})
        return self.formats[wanted]

    def sheet(self, title: str) -> Any:
        """A name that Excel takes, and that no other sheet has."""
        plain = " ".join(FORBIDDEN.sub(" ", title).split()) or _("Tabell")
        name, number = plain[:LONGEST_NAME].strip(), 1
        while name.casefold() in self.names:
            number += 1
            name = f"{plain[: LONGEST_NAME - len(str(number)) - 1].strip()} {number}"
        self.names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def add_first(self, content: Content) -> None:
        sheet = self.sheet(_("Om rapporten"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 5, 34)
        sheet.write_string(0, 0, content.title, self.format(bold=True, font_size=16))
        at = 1
        for term, said in _facts(content):
            sheet.write_string(at, 0, term, self.format(bold=True))
            sheet.write_string(at, 1, said, self.format())
            at += 1
        at += 1
        head = (_("Mått"), _("Så räknas det"), _("Räknas i"), _("Bland"), _("Ingår inte"), _("Källa"))
        for column, name in enumerate(head):
            sheet.write_string(at, column, name, self.format(bold=True, bottom=1))
        for definition in content.definitions:
            at += 1
            told = (definition.name, definition.formula, definition.unit, definition.population,
                    definition.exclusions, definition.source)  # fmt: skip
            for column, text in enumerate(told):
                sheet.write_string(at, column, text, self.format(text_wrap=True))

    def add(self, listed: Listed) -> None:
        """The names of the columns first, so that a pivot table or a filter finds them; title and notes below."""
        table = listed.table
        sheet = self.sheet(table.title)
        for column, name in enumerate(table.head):
            sheet.write_string(0, column, name, self.format(bold=True, bottom=1, text_wrap=True))
            sheet.set_column(column, column, _width(table, column))
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        at = 0
        for at, row in enumerate(table.rows, 1):
            self.write_row(sheet, at, row)
        if table.foot:
            at += 1
            self.write_row(sheet, at, table.foot, bold=True, top=1)
        below = (table.withheld, table.title, listed.section, table.deck, table.note)
        at += 1
        for said in dict.fromkeys(text for text in below if text):
            at += 1
            sheet.write_string(at, 0, said, self.format(italic=True, bold=said == table.title))

    def write_row(self, sheet: Any, at: int, row: tuple[Cell, ...], **look: Any) -> None:
        for column, cell in enumerate(row):
            shade = HIDDEN if cell.mark == "hidden" else HEATS.get(cell.heat)
            properties = {**look, **({"bg_color": shade} if shade else {})}
            if cell.heat == max(HEATS):
                properties["font_color"] = "#FFFFFF"
            if cell.mark == "number" and cell.value is not None:
                sheet.write_number(at, column, cell.value, self.format(num_format=number_format(cell), **properties))
            elif cell.text:
                align = "right" if cell.mark == "hidden" else "left"
                sheet.write_string(at, column, cell.text, self.format(align=align, **properties))


def _facts(content: Content) -> Iterator[tuple[str, str]]:
    yield "", content.subtitle
    yield _("Organ"), f"{content.body}, {content.county}"
    yield _("Period"), f"{content.period} ({content.first:%Y-%m-%d} – {content.last:%Y-%m-%d})"
    if content.demo:
        yield _("Obs"), _("Demodata")
    local = timezone.localtime(content.cut_off)
    yield _("Data till och med"), f"{in_swedish(local.date())}, {local:%H.%M}"
    if content.snapshot:
        yield _("Underlag"), content.snapshot
        yield _("Kontrollsumma (SHA-256)"), content.checksum()
    yield _("Dolda tal"), about_hidden(content.threshold)
    if content.excluded:
        yield _("Ingår inte"), content.excluded
    for revision in content.revisions:
        said = f"{in_swedish(revision.on)}. {revision.reason}".strip()
        yield _("Utgåva %(number)d") % {"number": revision.number}, said


def number_format(cell: Cell) -> str:
    """So that the number looks as it is printed: 18 as "18 %", 9 as "9 dagar", 1412 as "1 412"."""
    found = re.fullmatch(r"(\D*?)(-?[\d\s\u00a0\u202f]*\d)(?:,(\d+))?(\D*)", cell.text)
    if found is None:
        return "General"
    before, _whole, decimals, after = found.groups()
    shown = "#,##0" + (f".{'0' * len(decimals)}" if decimals else "")
    return "".join((_quoted(before), shown, _quoted(after)))


def _quoted(words: str) -> str:
    return f'"{words}"' if words and '"' not in words else ""


def _width(table: Table, column: int) -> int:
    texts = [table.head[column], *(row[column].text for row in (*table.rows, *([table.foot] if table.foot else [])))]
    return max(NARROWEST, min(WIDEST, max(len(text) for text in texts) + 2))
