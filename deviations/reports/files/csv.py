"""The report's numbers as CSV on long form, one line for each cell, with a data dictionary beside it (D05).

As a Swedish spreadsheet opens it: semicolons, decimal comma, and a byte order mark so that å stays å.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from deviations.documents.zipped import archive
from deviations.reports.content import Cell, Content
from deviations.reports.files.listing import Listed, tables_of
from deviations.spreadsheet import as_text

BOM = "\ufeff"
NUMBERS, DICTIONARY = "tal.csv", "dataordlista.csv"
Row = tuple[str, ...]


def write(content: Content) -> bytes:
    """Both files, packed. The numbers first."""
    return archive({NUMBERS: _csv(_numbers(content)), DICTIONARY: _csv(_dictionary(content))})


def _csv(rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([text if _is_number(text) else as_text(text) for text in row])
    return (BOM + out.getvalue()).encode()


def _is_number(text: str) -> bool:
    """A number below nothing begins with what also begins a formula, and is still a number."""
    return text.removeprefix("-").replace(",", "", 1).isdigit()


COLUMNS = ("tabell", "tabellnamn", "del", "radnr", "rad", "kolnr", "kolumn", "varde", "visas", "art", "matt", "summa")


def _numbers(content: Content) -> Iterator[Row]:
    yield COLUMNS
    for listed in tables_of(content):
        table = listed.table
        start = (table.id, table.title, listed.section)
        if table.withheld:
            yield (*start, "", "", "", "", "", table.withheld, "withheld", " ".join(table.measures), "nej")
        for at, row in enumerate(table.rows):
            yield from _cells(start, listed, at, row, " ".join(listed.measures_of(at)), "nej")
        if table.foot:
            yield from _cells(start, listed, len(table.rows), table.foot, " ".join(table.measures), "ja")


def _cells(start: Row, listed: Listed, at: int, row: tuple[Cell, ...], measures: str, is_sum: str) -> Iterator[Row]:
    """Of a row, without the first cell, which names it."""
    for column, cell in enumerate(row[1:], 1):
        place = (str(at + 1), row[0].text, str(column), listed.table.head[column])
        yield (*start, *place, value_of(cell), cell.text, cell.mark, measures, is_sum)


def value_of(cell: Cell) -> str:
    """Empty when hidden or no number."""
    return "" if cell.value is None else str(cell.value).replace(".", ",")


def _dictionary(content: Content) -> Iterator[Row]:
    yield ("slag", "id", "namn", "betyder")
    for term, said in _made_from(content):
        yield ("underlag", term, "", said)
    meanings = (
        _("tabellens id, samma i varje rapport av samma slag"), _("tabellens rubrik"),
        _("den del av rapporten som tabellen står i"), _("radens plats i tabellen, från 1"), _("vad raden gäller"),
        _("kolumnens plats i tabellen, från 1"), _("vad kolumnen visar"),
        _("talet, med decimalkomma; tomt när det är dolt eller när cellen är text"),
        _("så som cellen står i rapporten"),
        _("number: ett tal. hidden: dolt, få fall. text: ingen siffra. withheld: hela tabellen visas inte"),
        _("id för de mått som talet följer, se slag matt"), _("ja för tabellens summarad"),
    )  # fmt: skip
    for name, meaning in zip(COLUMNS, meanings, strict=True):
        yield ("kolumn", name, "", meaning)
    for d in content.definitions:
        told = (d.formula, d.unit, d.population, d.exclusions, d.source)
        yield ("matt", d.id, d.name, " | ".join(part for part in told if part))


def _made_from(content: Content) -> Iterator[tuple[str, str]]:
    local = timezone.localtime(content.cut_off)
    yield "rapport", content.title
    yield "organ", f"{content.body}, {content.county}"
    yield "period", f"{content.first:%Y-%m-%d}/{content.last:%Y-%m-%d}"
    yield "data_till_och_med", f"{local:%Y-%m-%d %H:%M}"
    yield "troskel", str(content.threshold)
    if content.snapshot:
        yield "underlag", content.snapshot
        yield "kontrollsumma", content.checksum()
    if content.demo:
        yield "demodata", "ja"
