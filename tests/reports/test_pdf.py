"""The report as PDF: tagged, titled, in Swedish, self-contained; what people write is text and nothing else."""

import io

import pypdf
import pytest

from deviations.documents import document as paper
from deviations.reports.content import Chart, Line, Lines, Section
from deviations.reports.files import FORMATS
from deviations.reports.files.paper import document_of
from tests.reports.reading import Tagged, plain
from tests.reports_content import content

NASTY = '#eval("1+1") $x$ *fet* <b>& "citat" \\ #read("/etc/passwd") [länk](http://x) @ref // slut'


@pytest.fixture(scope="module")
def report():
    return content()


@pytest.fixture(scope="module")
def data(report):
    return FORMATS["pdf"].write(report)


def test_it_is_tagged_titled_in_swedish_and_says_that_it_is_accessible(report, data):
    read = pypdf.PdfReader(io.BytesIO(data))
    root = read.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "sv", True, True,
    )  # fmt: skip
    assert (read.metadata.title, read.metadata.author) == (report.title, report.body)
    xmp = read.xmp_metadata.stream.get_data().decode()
    assert "pdfuaid:part>1<" in xmp
    assert "pdfaid:part>2<" in xmp
    assert [float(side) for side in read.pages[0].mediabox[2:]] == [
        pytest.approx(595.28, 1e-3),
        pytest.approx(841.89, 1e-3),
    ]


def test_every_font_is_in_the_file(data):
    read = pypdf.PdfReader(io.BytesIO(data))
    for page in read.pages:
        for font in page["/Resources"]["/Font"].values():
            [below] = font["/DescendantFonts"]
            described = below.get_object()["/FontDescriptor"]
            assert "/FontFile2" in described or "/FontFile3" in described


def test_headings_follow_the_sections(report, data):
    read = Tagged(data)
    firsts = [plain(read.text(node, page)) for node, page in read.under("/H1")]
    seconds = [plain(read.text(node, page)) for node, page in read.under("/H2")]
    assert firsts == [report.title]
    said = [plain(section.title) for section in report.sections]
    assert seconds == [*said[:-1], "Siffrorna i diagrammen", said[-1]]


def test_every_chart_has_its_words(report, data):
    read = Tagged(data)
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    assert [node["/Alt"] for node, _page in read.under("/Figure")] == [chart.words for chart in charts]


def test_a_narrow_chart_has_its_table_beside_it_and_a_wide_one_last(report):
    blocks = document_of(report).blocks
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]
    last = next(at for at, block in enumerate(blocks) if getattr(block, "title", "") == "Siffrorna i diagrammen")
    beside = [
        (column.words, grid.caption)
        for block in blocks[:last] if isinstance(block, paper.Columns) and len(block.columns) == 2
        for column in block.columns[0] if isinstance(column, paper.Picture)
        for grid in block.columns[1] if isinstance(grid, paper.Grid)
    ]  # fmt: skip
    assert beside == [(chart.words, chart.table.title) for chart in charts if chart.form in ("bars", "shares")]
    alone = [block.words for block in blocks if isinstance(block, paper.Picture)]
    wide = [chart for chart in charts if chart.form in ("run", "flow")]
    assert alone == [chart.words for chart in wide]
    after = [block.caption for block in blocks[last:] if isinstance(block, paper.Grid)]
    assert after == [chart.table.title for chart in wide]


def test_lists_are_lists_and_columns_have_headers(data):
    read = Tagged(data)
    assert len(read.under("/L")) == 3
    assert len(read.under("/LI")) == 9
    assert {node["/A"][0]["/Scope"] for node, _page in read.under("/TH")} == {"/Column"}


def test_each_page_says_which_report_it_is_of_and_that_it_is_a_demo(report, data):
    read = pypdf.PdfReader(io.BytesIO(data))
    for number, page in enumerate(read.pages, 1):
        text = page.extract_text()
        assert f"{number} av {len(read.pages)}" in text
        assert "Demodata" in text
        assert report.checksum()[:4] in text


def test_the_same_report_is_the_same_file(report, data):
    assert FORMATS["pdf"].write(content()) == data


def test_nothing_that_is_written_is_run():
    line = Lines(id="x", title=NASTY, lines=(Line(lead=NASTY, text=NASTY, state=NASTY),))
    said = content(title=NASTY, standfirst=NASTY, sections=(Section(id="x", title=NASTY, deck=NASTY, blocks=(line,)),))
    text = Tagged(FORMATS["pdf"].write(said)).all_text()
    assert "".join(text.split()).count("".join(NASTY.split())) == 8


def test_thousands_are_set_apart_without_a_box():
    made = Tagged(FORMATS["pdf"].write(content(title="1\u202f105 möten", standfirst="")))
    assert plain(made.text(*made.under("/H1")[0])) == "1 105 möten"


def test_a_sign_that_the_fonts_lack_becomes_a_box():
    made = Tagged(FORMATS["pdf"].write(content(title="Vad vi lärde 🙂 中 ÅÄÖ", standfirst="")))
    assert plain(made.text(*made.under("/H1")[0])) == "Vad vi lärde □ □ ÅÄÖ"


def test_an_empty_report_is_still_a_document():
    made = Tagged(FORMATS["pdf"].write(content(sections=(), definitions=(), revisions=(), excluded="", snapshot="")))
    [(heading, page), *_more] = made.under("/H2")
    assert made.text(heading, page) == "Så är siffrorna gjorda"
