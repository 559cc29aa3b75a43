"""Minutes as Word and as PDF, read back: the same words, a structure that a screen reader follows, no markup."""

import io

import docx
import pypdf
import pytest

from deviations import clock
from deviations.documents import pdf, word
from deviations.documents.document import Document, Facts, Heading, Table, Text
from deviations.documents.minutes import document_of
from deviations.services import attendance, minutes
from deviations.services.minutes_text import shown_minutes
from tests.cast import unit
from tests.deviations.meeting_world import agreed, held, item_of, now

NASTY = '#eval("1+1") $x$ *fet* <b>& "citat" \\ #read("/etc/passwd") [länk](http://x) @ref // slut'


@pytest.fixture
def approved(db, cast, filing):
    meeting, deviation = held(cast, filing, text=f"Beslut: {NASTY}", measures=[agreed(text=f"Åtgärd {NASTY}")])
    seat = attendance.add_seat(meeting, organisation=unit("blekinge", "rb-bup"), by=cast.bo)
    attendance.mark_conflict(item_of(meeting, deviation), seat=seat, by=cast.bo)
    return now(minutes.approve_minutes(now(meeting), diary_number="RB 2026/17", by=cast.bo)), deviation


def words(text):
    """Without what a line break does to it."""
    return "".join(text.replace("\u00ad", "").replace("-\n", "").split())


def in_word(meeting):
    return docx.Document(io.BytesIO(word.write(document_of(shown_minutes(meeting), meeting.checksum))))


def in_pdf(meeting):
    made = pdf.write(document_of(shown_minutes(meeting), meeting.checksum), at=clock.now())
    return pypdf.PdfReader(io.BytesIO(made))


def said_in_word(read):
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in read.paragraphs), *cells])


def test_both_say_what_was_decided_by_whom_and_who_was_disqualified(approved):
    meeting, deviation = approved
    item = meeting.minutes["items"][1]
    texts = [said_in_word(in_word(meeting)), "\n".join(page.extract_text() for page in in_pdf(meeting).pages)]
    for said in texts:
        for wanted in (
            deviation.reference, item["title"], item["text"], item["measures"][0]["text"],
            "BUP, Region Blekinge är part",
            "RB 2026/17", "Samordnaren justerade protokollet", meeting.checksum, "närvarande", "Beslutar",
        ):  # fmt: skip
            assert words(wanted) in words(said)
        assert "Bo Berg" not in said


def test_a_number_copied_out_of_the_pdf_is_the_number(approved):
    meeting, deviation = approved
    assert f" {deviation.reference}\n" in in_pdf(meeting).pages[0].extract_text()


def test_word_has_headings_a_title_header_rows_and_swedish(approved):
    read = in_word(approved[0])
    assert read.core_properties.title.startswith("Protokoll Samverkansgrupp Barn och unga")
    assert read.core_properties.language == "sv-SE"
    assert [p.style.name for p in read.paragraphs if p.style.name.startswith("Heading")] == [
        "Heading 1",
        *["Heading 2"] * 4,
    ]
    for table in read.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert read.styles["Normal"].element.rPr.xpath("w:lang/@w:val") == ["sv-SE"]


def test_the_pdf_is_tagged_titled_in_swedish_and_says_that_it_is_accessible(approved):
    read = in_pdf(approved[0])
    root = read.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "sv", True, True,
    )  # fmt: skip
    tags = tags_of(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD"} <= tags
    xmp = read.xmp_metadata.stream.get_data().decode()
    assert "pdfuaid:part>1<" in xmp
    assert "pdfaid:part>2<" in xmp


def tags_of(node):
    found = set()
    if "/S" in node:
        found.add(node["/S"])
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict):
            found |= tags_of(kid)
    return found


def test_the_same_document_at_the_same_time_is_the_same_file(approved):
    document, at = document_of(shown_minutes(approved[0]), approved[0].checksum), clock.now()
    assert pdf.write(document, at=at) == pdf.write(document, at=at)


def test_a_draft_says_that_it_is_one(db, cast, filing):
    meeting, _deviation = held(cast, filing)
    assert "Utkast." in in_word(meeting).paragraphs[0].text
    assert "Inget av det som står här gäller än." in said_in_word(in_word(meeting))


def test_control_characters_and_empty_parts_break_nothing():
    document = Document(
        "Rubrik",
        (
            Heading("Rubrik\x00", 1),
            Text("a\x0bb\ufffe\uffff\nc"),
            Facts((("T", "x\x1f"),)),
            Table("T", ("A", "B"), (("", ""),)),
        ),
        author="Samsyn",
    )
    assert "ab" in said_in_word(docx.Document(io.BytesIO(word.write(document))))
    assert pdf.write(document, at=clock.now()).startswith(b"%PDF")


def test_a_sign_that_the_fonts_lack_becomes_a_box_and_the_rest_is_read():
    document = Document("Rubrik", (Heading("Rubrik", 1), Text("Tack 🙂 ÅÄÖ ł 中 ‮slut")), author="Samsyn")
    read = pypdf.PdfReader(io.BytesIO(pdf.write(document, at=clock.now())))
    assert "Tack □ ÅÄÖ ł □ slut" in read.pages[0].extract_text()
