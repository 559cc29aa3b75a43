"""Every number of every table is the same in each format, hidden ones are hidden in all, and none has one of its own.

The files are read back with libraries that did not write them (pypdf, python-docx, openpyxl, csv, json), and the PDF
by its tags, as a screen reader does.
"""

import html
import json
import re

import pytest
from django.utils import timezone

from deviations.deadlines import in_swedish
from deviations.reports import charts
from deviations.reports.content import Chart
from deviations.reports.files import FORMATS
from deviations.reports.files.paper import is_drawn
from tests.reports import reading
from tests.reports.reading import plain
from tests.reports_content import content

HIDDEN = {"<5", "··"}


@pytest.fixture(scope="module")
def report():
    return content()


@pytest.fixture(scope="module")
def files(report):
    return {key: made.write(report) for key, made in FORMATS.items()}


def read_back(files):
    """By format, the tables as each shows them."""
    excel = reading.in_excel(files["excel"])
    return {
        "pdf": reading.Tagged(files["pdf"]).tables(),
        "word": reading.in_word(files["word"]),
        "excel": {title: [[reading.as_shown(cell) for cell in row] for row in rows] for title, rows in excel.items()},
        "csv": reading.csv_tables(reading.in_csv(files["csv"])["tal.csv"]),
        "json": reading.expected(reading.in_json(files["json"])),
    }


def test_every_table_is_the_same_in_every_format(report, files):
    wanted = reading.expected(report)
    assert len(wanted) == 7
    for key, found in read_back(files).items():
        for title, rows in wanted.items():
            named = rows if key != "csv" else [["", *rows[0][1:]], *rows[1:]]
            assert found[title] == named, (key, title)


def test_a_number_is_a_number_in_excel_and_csv(report, files):
    sheets = reading.in_excel(files["excel"])
    lines = iter(reading.in_csv(files["csv"])["tal.csv"])
    by_place = {(line["tabell"], line["radnr"], line["kolnr"]): line for line in lines}
    numbers = 0
    for title, table in reading.tables_in(report).items():
        for at, row in enumerate(reading.every_row(table)):
            for column, cell in enumerate(row[1:], 1):
                line = by_place[table.id, str(at + 1), str(column)]
                in_excel = sheets[title][at + 1][column].value
                if cell.mark == "number":
                    numbers += 1
                    assert in_excel == cell.value
                    assert float(line["varde"].replace(",", ".")) == cell.value
                else:
                    assert isinstance(in_excel, str | None)
                    assert line["varde"] == ""
                assert line["art"] == cell.mark
    assert numbers == 108


def test_what_is_hidden_is_hidden_in_every_format(report, files):
    hidden = {
        (title, at, column)
        for title, table in reading.tables_in(report).items()
        for at, row in enumerate(reading.every_row(table), 1)
        for column, cell in enumerate(row)
        if cell.mark == "hidden"
    }
    assert len(hidden) == 17
    for found in read_back(files).values():
        assert {found[title][at][column] for title, at, column in hidden} == HIDDEN
        marked = {
            (title, at, column)
            for title in {title for title, _at, _column in hidden}
            for at, row in enumerate(found[title])
            for column, text in enumerate(row)
            if text in HIDDEN
        }
        assert marked == hidden


def test_a_withheld_table_is_a_sentence_in_every_format(report, files):
    [withheld] = [table for table in reading.tables_in(report).values() if table.withheld]
    assert plain(withheld.withheld) in plain(reading.text_of_word(files["word"]))
    assert plain(withheld.withheld) in plain(reading.Tagged(files["pdf"]).all_text().replace("\n", " "))
    assert withheld.withheld in {line["visas"] for line in reading.in_csv(files["csv"])["tal.csv"]}
    assert withheld.withheld in _all_cells(files["excel"])


# ── no number of their own ───────────────────────────────────────────────────────────────────────────────────────────
def digits(text):
    """Runs of digits; the spaces in 1 412 are no breaks."""
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))", "", str(text))))


def told(report):
    """Those of the report, its dates as they are written in words, and its sum."""
    local = timezone.localtime(report.cut_off)
    days = [local.date(), report.first, report.last, *(revision.on for revision in report.revisions)]
    dates = " ".join([f"{day:%Y-%m-%d} {in_swedish(day)}" for day in days])
    sums = f"{report.checksum()} {' '.join(re.findall('....', report.checksum()))}"
    return digits(json.dumps(report.data(), ensure_ascii=False)) | digits(f"{dates}\n{local:%H.%M}\n256\n{sums}")


def test_no_text_of_the_pdf_holds_a_number_that_the_report_has_not(report, files):
    read = reading.Tagged(files["pdf"])
    assert digits(read.all_text(but=["/Figure"])) - told(report) == set()


def test_a_chart_in_the_pdf_holds_its_own_numbers_and_those_of_its_scale(report, files):
    charts_ = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    drawn = [chart for chart in charts_ if is_drawn(chart)]
    read = reading.Tagged(files["pdf"])
    figures = read.under("/Figure")
    assert [figure["/Alt"] for figure, _page in figures] == [chart.words for chart in drawn]
    scale = {str(step) for step in range(0, 500, 10)}
    for (figure, page), chart in zip(figures, drawn, strict=True):
        lines = re.findall(r"<t(?:ext|span)[^>]*>([^<]+)", charts.svg(chart))
        texts = [html.unescape(line) for line in lines]
        assert sorted("".join(read.text(figure, page).split())) == sorted("".join("".join(texts).split()))
        own = digits(json.dumps(chart.model_dump(mode="json"), ensure_ascii=False))
        assert digits("\n".join(texts)) <= own | scale


def test_no_text_of_word_holds_a_number_that_the_report_has_not(report, files):
    assert digits(reading.text_of_word(files["word"])) - told(report) == set()


def test_no_cell_of_excel_holds_a_number_that_the_report_has_not(report, files):
    cells = _all_cells(files["excel"])
    assert set().union(*(digits(cell) for cell in cells)) - told(report) == set()
    assert not [cell for cell in cells if str(cell).startswith("=")]


def test_no_line_of_csv_holds_a_number_that_the_report_has_not(report, files):
    """But the places of rows and columns, which are columns of their own."""
    read = reading.in_csv(files["csv"])
    numbers = [value for line in read["tal.csv"] for name, value in line.items() if name not in ("radnr", "kolnr")]
    meanings = [
        value for line in read["dataordlista.csv"] if line["slag"] != "kolumn" for value in line.values()
    ]  # fmt: skip
    assert set().union(*(digits(value) for value in [*numbers, *meanings])) - told(report) == set()


def test_the_json_is_the_report(report, files):
    assert reading.in_json(files["json"]) == report


def _all_cells(data):
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    return [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell]
