"""SIP counts in a file: read by its content whatever it is called, and the template that a county fills in (G05).

Nothing in it is run: a workbook with macros, formulas or links to other files is refused. Nothing is trusted either:
how large the file is, and how large it becomes when unpacked, is bounded before it is read.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

MOST_BYTES = 500_000
MOST_UNPACKED = 20_000_000
MOST_ROWS = 2_000
FARTHEST_ROW = 100_000
MOST_COLUMNS = 80
MOST_SHEETS = 5
MOST_IN_CELL = 200

NOT_WHOLE = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, SyntaxError, NotImplementedError,
    RuntimeError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What openpyxl and zipfile raise for a workbook that is not whole (XML's ParseError is a SyntaxError)."""

Value = str | int | float | date | None


class Unreadable(Exception):
    """The file cannot be taken at all; `reasons` are sentences that repeat nothing of what it holds."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet, with its number as a spreadsheet shows it. `sheet` is 1 for the one that is counted."""

    number: int
    cells: tuple[Value, ...]
    sheet: int = 1


def read(content: bytes) -> list[Line]:
    """Every row that holds something, of every sheet. Raises `Unreadable`."""
    if not content:
        raise Unreadable(_("Filen är tom."))
    if len(content) > MOST_BYTES:
        raise Unreadable(_("Filen är för stor: högst 500 kB."))
    lines = list(_workbook(content) if content.startswith(b"PK") else _text(content))
    if not lines:
        raise Unreadable(_("Filen har inga rader."))
    return lines


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _text(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    if any(ord(char) < 32 and char not in "\r\n\t" for char in text):
        raise Unreadable(_("Filen är varken CSV eller Excel (xlsx)."))
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), start=1):
            yield from _line(number, cells)
    except csv.Error as error:
        raise Unreadable(_("Filen går inte att läsa som CSV. Spara den på nytt och försök igen.")) from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # what older Swedish systems write


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _workbook(content: bytes) -> Iterator[Line]:
    import openpyxl  # a third of a second, and only for those who send a workbook

    _inspect(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if len(book.worksheets) > MOST_SHEETS:
            raise Unreadable(_("Filen har för många blad: högst fem."))
        for at, sheet in enumerate(book.worksheets, start=1):
            sheet.reset_dimensions()  # what the sheet says of its size may be wrong, and rows outside it be left out
            for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
                if number > FARTHEST_ROW:  # a row may claim to be the two billionth, with nothing before it
                    raise Unreadable(_("Filen har för många rader: högst %(most)d.") % {"most": MOST_ROWS})
                if any(cell.data_type == "f" for cell in cells):
                    raise Unreadable(_formula(number))
                yield from _line(number, [cell.value for cell in cells], at)
    except NOT_WHOLE as error:
        raise Unreadable(_("Arbetsboken går inte att läsa. Spara den på nytt som xlsx och försök igen.")) from error


def _inspect(content: bytes) -> None:
    """By what it holds: a workbook, without macros or links, that does not unpack into something huge."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("Filen är varken CSV eller Excel (xlsx).")) from error
    names = {part.filename.casefold() for part in listed}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("Filen är varken CSV eller Excel (xlsx)."))
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise Unreadable(_("Filen har makron. Spara den som xlsx utan makron."))
    if any("/externallinks/" in name or "/embeddings/" in name for name in names):
        raise Unreadable(_("Filen hämtar uppgifter ur andra filer. Klistra in värdena i stället."))
    if sum(part.file_size for part in listed) > MOST_UNPACKED:
        raise Unreadable(_("Filen är för stor när den packas upp."))


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _line(number: int, cells: Sequence[object], sheet: int = 1) -> Iterator[Line]:
    values = tuple(_value(cell, number) for cell in cells)
    while values and values[-1] is None:
        values = values[:-1]
    if len(values) > MOST_COLUMNS:
        raise Unreadable(_("Filen har för många kolumner: högst %(most)d.") % {"most": MOST_COLUMNS})
    if number > MOST_ROWS and values:
        raise Unreadable(_("Filen har för många rader: högst %(most)d.") % {"most": MOST_ROWS})
    if values:
        yield Line(number, values, sheet)


def _value(cell: object, number: int) -> Value:
    if cell is None or isinstance(cell, int | float):
        return cell
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    if len(text) > MOST_IN_CELL:
        raise Unreadable(_("Rad %(row)d har en cell med mycket text. Här räknas bara antal.") % {"row": number})
    if text.startswith(("=", "@")) or (text.startswith(("+", "-")) and not text[1:].strip().isdecimal() and text[1:]):
        raise Unreadable(_formula(number))
    return text or None


def _formula(number: int) -> str:
    return _("Rad %(row)d har en formel. Klistra in värdena i stället.") % {"row": number}


# ── the template ─────────────────────────────────────────────────────────────────────────────────────────────────────
def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """With semicolons and a mark of UTF-8, as Swedish Excel opens it."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet, its heading row in bold and kept in sight."""
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SIP"
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 18
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
