"""The report's numbers as CSV, one line for each cell, and a data dictionary of every column and measure."""

import io
import zipfile

from deviations.reports.content import Cell, Section, Table
from deviations.reports.files import FORMATS
from tests.reports.reading import in_csv
from tests.reports_content import DEFINITIONS, content


def read(report):
    return in_csv(FORMATS["csv"].write(report))


def test_it_opens_in_a_swedish_spreadsheet():
    with zipfile.ZipFile(io.BytesIO(FORMATS["csv"].write(content()))) as packed:
        assert packed.namelist() == ["tal.csv", "dataordlista.csv"]
        text = packed.read("tal.csv")
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\r\n") == text.count(b"\n")


def test_every_column_and_every_measure_is_explained():
    files = read(content())
    told = files["dataordlista.csv"]
    assert [line["id"] for line in told if line["slag"] == "kolumn"] == list(files["tal.csv"][0])
    assert all(line["betyder"] for line in told)
    assert [(line["id"], line["namn"]) for line in told if line["slag"] == "matt"] == [
        (definition.id, definition.name) for definition in DEFINITIONS
    ]
    assert {line["id"]: line["betyder"] for line in told if line["slag"] == "underlag"} == {
        "rapport": "Vad Blekinge lärde 2022",
        "organ": "Ledningssamverkan Vård och Omsorg, Blekinge län",
        "period": "2022-01-01/2022-12-31",
        "data_till_och_med": "2023-01-31 23:59",
        "troskel": "5",
        "underlag": "S-2022-BL-07",
        "kontrollsumma": content().checksum(),
        "demodata": "ja",
    }


def test_a_line_says_which_cell_it_is_and_what_it_measures():
    lines = read(content())["tal.csv"]
    line = next(line for line in lines if line["rad"] == "Karlskrona" and line["kolumn"] == "Region Blekinge")
    assert line == {
        "tabell": "directions", "tabellnamn": "Vem som anmält vem", "del": "295 av 412 gäller Region Blekinge",
        "radnr": "2", "rad": "Karlskrona", "kolnr": "1", "kolumn": "Region Blekinge", "varde": "92", "visas": "92",
        "art": "number", "matt": "direction", "summa": "nej",
    }  # fmt: skip
    large = next(line for line in lines if line["rad"] == "Tid till första svar" and line["kolnr"] == "1")
    assert (large["varde"], large["visas"], large["matt"]) == ("9", "9 dagar", "days_to_answer")


def test_decimals_have_a_comma_and_what_is_below_nothing_is_still_a_number():
    cells = (Cell(text="r"), Cell(text="8,5", value=8.5, mark="number"), Cell(text="-3", value=-3, mark="number"))
    table = Table(id="t", title="T", head=("A", "B", "C"), rows=(cells,))
    lines = read(content(sections=(Section(id="s", title="S", blocks=(table,)),)))["tal.csv"]
    assert [(line["varde"], line["visas"]) for line in lines] == [("8,5", "8,5"), ("-3", "-3")]


def test_nothing_that_is_written_becomes_a_formula():
    table = Table(id="t", title="=1", head=("A", "=B"), rows=((Cell(text="+C"), Cell(text="@D")),))
    [line] = read(content(sections=(Section(id="s", title="-S", blocks=(table,)),)))["tal.csv"]
    written = (line["tabellnamn"], line["del"], line["rad"], line["kolumn"], line["visas"])
    assert written == ("'=1", "'-S", "'+C", "'=B", "'@D")


def test_the_same_report_is_the_same_file():
    assert FORMATS["csv"].write(content()) == FORMATS["csv"].write(content())
