"""The report as Excel: a first sheet that says what it is, a sheet for each table, and nothing that runs."""

import io

import openpyxl
import pytest

from deviations.reports.content import Cell, Section, Table
from deviations.reports.files import FORMATS
from deviations.reports.files.excel import number_format
from tests.reports_content import DEFINITIONS, content

FORMULAS = ('=HYPERLINK("http://x";"y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "http://x.se", "{=1}")


def opened(report):
    return openpyxl.load_workbook(io.BytesIO(FORMATS["excel"].write(report)))


@pytest.fixture(scope="module")
def book():
    return opened(content())


def test_the_first_sheet_says_what_it_was_made_from(book):
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    said = {row[0]: row[1] for row in rows if row[0]}
    assert rows[0][0] == "Vad Blekinge lärde 2022"
    assert said["Underlag"] == "S-2022-BL-07"
    assert said["Data till och med"] == "31 januari 2023, 23.59"
    assert said["Kontrollsumma (SHA-256)"] == content().checksum()
    assert said["Period"] == "2022 (2022-01-01 – 2022-12-31)"
    assert said["Dolda tal"].startswith("Tal under 5 visas som <5.")
    assert said["Utgåva 2"] == "1 mars 2023. Karlshamns namn var felskrivet."
    for definition in DEFINITIONS:
        assert (definition.name, definition.formula, definition.unit) in {row[:3] for row in rows}


def test_each_table_has_its_sheet_with_the_heads_frozen(book):
    names = book.sheetnames
    assert names == [
        "Om rapporten", "Det som drabbar mest", "Vägen", "Svaret dröjer 9 dagar eller mer", "Öppna, efter ålder",
        "Vem som anmält vem", "Uteblivna per månad", "Återkoppling", "Avtal som åberopas", "Kategorier", "Kommuner",
    ]  # fmt: skip
    assert {sheet.freeze_panes for sheet in book.worksheets[1:]} == {"B2"}
    assert all(sheet["A1"].font.bold for sheet in book.worksheets[1:])


def test_columns_are_as_wide_as_what_they_hold(book):
    assert book["Avtal som åberopas"].column_dimensions["A"].width >= len("Överenskommelse om regional samverkan")


def test_a_number_looks_as_it_is_printed():
    for text, value, wanted in [
        ("1\u00a0412", 1412, "#,##0"), ("18\u00a0%", 18, '#,##0"\u00a0%"'), ("9 dagar", 9, '#,##0" dagar"'),
        ("8,5", 8.5, "#,##0.0"), ("samma dag", 0, "General"),
    ]:  # fmt: skip
        assert number_format(Cell(text=text, value=value, mark="number")) == wanted


def test_nothing_that_is_written_becomes_a_formula_or_a_link():
    rows = tuple((Cell(text=text), Cell(text=text), Cell(text="<5", mark="hidden")) for text in FORMULAS)
    table = Table(id="t", title="=1+1", deck="=2", note="+3", head=("=A", "@B", "-C"), rows=rows)
    book = opened(content(title="=1+1", sections=(Section(id="s", title="=1", blocks=(table,)),)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n"}
            assert not [cell for cell in row if cell.hyperlink or (cell.data_type == "n" and cell.value is not None)]
    assert [row[0] for row in book.worksheets[1].iter_rows(min_row=2, max_row=8, values_only=True)] == [
        text.replace("\t", "\t") for text in FORMULAS
    ]


def test_two_tables_of_one_name_have_sheets_of_their_own():
    same = tuple(
        Table(id=f"t{at}", title="Antal per kommun och månad [2022]: alla", head=("A", "B"), rows=()) for at in range(3)
    )
    book = opened(content(sections=(Section(id="s", title="S", blocks=same),)))
    assert book.sheetnames[1:] == [
        "Antal per kommun och månad 2022", "Antal per kommun och månad 20 2", "Antal per kommun och månad 20 3",
    ]  # fmt: skip


def test_the_same_report_is_the_same_file():
    assert FORMATS["excel"].write(content()) == FORMATS["excel"].write(content())
