"""The report as Word: real headings, header rows, pictures with words, Swedish."""

import io

import docx
import pytest
from docx.oxml.ns import qn

from deviations.reports.content import Chart
from deviations.reports.files import FORMATS
from tests.reports_content import content


@pytest.fixture(scope="module")
def report():
    return content()


@pytest.fixture(scope="module")
def read(report):
    return docx.Document(io.BytesIO(FORMATS["word"].write(report)))


def test_headings_a_title_a_language_and_a4(report, read):
    properties = read.core_properties
    assert (properties.title, properties.author, properties.language) == (report.title, report.body, "sv-SE")
    assert properties.created.replace(tzinfo=None) == report.cut_off.replace(tzinfo=None)
    assert read.styles["Normal"].element.rPr.xpath("w:lang/@w:val") == ["sv-SE"]
    assert (read.sections[0].page_width.mm, read.sections[0].page_height.mm) == (
        pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1),
    )  # fmt: skip
    assert [p.text for p in read.paragraphs if p.style.name == "Heading 1"] == [report.title]
    said = [section.title for section in report.sections]
    seconds = [p.text for p in read.paragraphs if p.style.name == "Heading 2"]
    assert seconds == [*said[:-1], "Siffrorna i diagrammen", said[-1]]


def test_every_table_has_a_header_row_and_rows_that_are_not_split(read):
    for table in read.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
        assert all(row._tr.trPr.xpath("w:cantSplit") for row in table.rows)


def test_every_chart_is_a_picture_with_its_words(report, read):
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    assert read.element.body.xpath(".//wp:docPr/@descr") == [chart.words for chart in charts]
    pictures = [part.blob for part in read.part.package.iter_parts() if part.content_type == "image/png"]
    assert len(pictures) == len(charts)
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_what_is_asked_for_is_a_list_that_begins_at_one(read):
    asked = [p for p in read.paragraphs if p.style.name == "List Number"]
    assert [p.text.split()[0] for p in asked] == ["Ersätt", "Låt", "Säkra"]
    [number] = {p._p.pPr.numPr.numId.val for p in asked}
    [definition] = read.part.numbering_part.element.xpath(f'w:num[@w:numId="{number}"]')
    assert definition.xpath("w:lvlOverride/w:startOverride")[0].get(qn("w:val")) == "1"


def test_the_same_report_is_the_same_file(report):
    assert FORMATS["word"].write(content()) == FORMATS["word"].write(report)


def test_signs_that_xml_cannot_hold_break_nothing():
    made = FORMATS["word"].write(content(title="Rubrik\x00\x0b\ufffe", standfirst="a\x1fb"))
    assert docx.Document(io.BytesIO(made)).core_properties.title == "Rubrik"
