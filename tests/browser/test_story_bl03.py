"""BL-03 from a referral returned for the second time to a decision of those above (Blekinge, 2022).

Two units after each other say that it is somebody else's, and Samsyn lifts it to LSVO by itself. There two people hold
the meeting at once, with a conflict of interest written in, and the approved minutes are the deviation's decision.
Requirements B02, B03, B05, C01, C02, F03, I02.
"""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.stories import DESK, PHONE, SOON, Watched, file_deviation, person, story  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.engines]

HAPPENED = "Remissen återkom till skolan för andra gången med hänvisning till att ansvaret är kommunens."
BUP_SAYS = "Utredningen är skolans innan vi kan ta emot."
SCHOOL_SAYS = "Skolan har utrett. Nästa steg är primärvårdens."
BOUNCED = "Elevhälsan, Olofströms kommun är den andra som säger att det hör till någon annan."
DECIDED = "BUP tar emot remissen, och ett gemensamt underlag ersätter återremiss."
MEASURE = "Ta fram ett gemensamt remissunderlag."
SIGN = "Ingen remiss sänds åter på tre månader."
OLDER = "Vårdcentralen tar emot remissen."
CONFLICT = "BUP, Region Blekinge är part."
BROKEN = """
import json
from deviations.history import verify
from deviations.models import Deviation
print(json.dumps([verify(each) for each in Deviation.objects.order_by("pk")]))
"""


def test_a_referral_that_nobody_takes_is_decided_by_those_above_and_the_minutes_say_the_same_everywhere(
    story, person  # noqa: F811
):  # fmt: skip
    bo, lars = person("bo", DESK), person("lars", DESK)
    desk, inbox = _open(bo, "Arbetsbord"), _open(lars, "Styrning")

    # Olga files from her phone, and Bo, whose desk is open, gets it
    olga = person("olga", PHONE)
    address = file_deviation(olga, happened=HAPPENED, about="bup", about_button="^BUP", age=12, kind="Remiss: återsänd")
    phone = Watched(olga)
    phone.reads("Hos Samverkansgrupp Barn och unga")
    desk.reads("Olofströms kommun")
    _two_say_no(person, bo, phone, address)

    # the second no goes to LSVO by itself, and Lars reads why without loading anything
    inbox.reads("Ingen tar ansvar")
    inbox.reads(BOUNCED)
    phone.reads("Lyft till Ledningssamverkan Vård och Omsorg")
    lars.get_by_role("link", name=re.compile("remiss", re.IGNORECASE)).first.click()
    expect(lars.locator("main")).to_contain_text("Lyft av Samsyn från Samverkansgrupp Barn och unga")
    lifted = _path(lars)

    meeting = _meeting_is_prepared(lars)
    _two_write_at_once(lars, person("linnea", DESK), meeting)
    assert DECIDED not in olga.locator("main").inner_text()

    # the minutes are approved, and the decision is the deviation's
    bo.goto(address)
    handled = Watched(bo)
    lars.goto(meeting)
    lars.get_by_role("button", name="Avsluta mötet").click()
    expect(lars.locator("#meeting-head")).to_contain_text("Hållet, protokoll ska justeras")
    lars.get_by_role("link", name="Justera protokollet").click()
    lars.get_by_label("Diarienummer").fill("LSVO 2026/14")
    lars.get_by_role("button", name="Justera protokollet").click()
    expect(lars.locator(".messages")).to_contain_text("Protokollet är justerat och besluten gäller.")
    for page in (phone, handled):
        page.reads(DECIDED)
        page.reads(MEASURE)
    phone.reads(f"På dagordning {_today().day} ")
    _minutes_say_the_same(lars)
    for subject, whom in (("har avgjorts", "olga"), ("är lyft till er", "lars")):
        _has_come(lars, story.post_office, whom, subject)

    for stranger in (person("cecilia"), person("oskar")):
        for place in (address, lifted, meeting, f"{meeting}protokoll/", f"{meeting}protokoll.pdf"):
            assert stranger.goto(place).status == 404, place
    assert json.loads(story.python(BROKEN)) == [None]


def _has_come(page, post_office, whom, subject):
    """The worker sends it in its next round."""
    for _try in range(60):
        if any(subject in str(letter["Subject"]) for letter in post_office.to(whom)):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{whom} has no letter that says {subject}")


def _two_say_no(person, bo, phone, address):  # noqa: F811
    """BUP names the school, which is asked at once and names the health centre."""
    berit, ofelia = person("berit", DESK), person("ofelia", DESK)
    asked, asked_next = _open(berit, "Att svara på"), _open(ofelia, "Att svara på")
    bo.locator(f"a[href='{address}']").first.click()
    bo.goto(address)
    bo.get_by_role("button", name="Ta emot").click()
    expect(bo.locator(".messages")).to_contain_text("Mottagen.")
    bo.get_by_role("link", name="Begär yttrande").click()
    bo.get_by_label("Vad vill ni veta?").fill("Vad gör att remissen återsänds?")
    bo.get_by_role("button", name="Begär yttrande").click()
    phone.reads("Yttrande begärt av BUP, Region Blekinge")

    asked.reads("Remiss: återsänd")
    _declines(berit, address, BUP_SAYS, "elevh", "Elevhälsan Olofströms kommun")
    asked_next.reads("Remiss: återsänd")
    phone.reads(BUP_SAYS)
    _declines(ofelia, address, SCHOOL_SAYS, "vårdc", "Vårdcentral Region Blekinge")
    phone.reads(SCHOOL_SAYS)


def _declines(page, address, comment, typed, unit):
    """From the list of what waits; a no without a name is asked for one."""
    page.locator(f"main a[href='{address}']").first.click()
    page.get_by_role("link", name="svara att det inte är ert ansvar").click()
    page.get_by_role("radio", name="Inte vårt ansvar").check()
    page.get_by_label("Varför?").fill(comment)
    page.get_by_role("button", name="Inte vårt ansvar").click()
    expect(page.locator("main")).to_contain_text("Ange vilken verksamhet det hör till i stället.")
    page.get_by_label("Vem hör det till i stället?").press_sequentially(typed)
    page.get_by_role("radio", name=re.compile(unit)).check(timeout=SOON)
    page.get_by_role("button", name="Inte vårt ansvar").click()
    expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))


def _meeting_is_prepared(lars):
    """Planned for today, its agenda built in one click, and who may not take part in deciding written in."""
    lars.get_by_role("navigation").get_by_role("link", name="Möten", exact=True).click()
    lars.get_by_role("link", name="Planera möte").click()
    lars.get_by_label("Dag").fill(f"{_today()}")
    lars.get_by_label("Börjar").fill("09:00")
    lars.get_by_role("button", name="Planera").click()
    lars.locator(".kept").get_by_role("link", name=re.compile("09.00")).click()
    meeting = _path(lars)
    lars.get_by_role("button", name="Bygg dagordning").click()
    expect(lars.locator("#meeting-agenda")).to_contain_text("1 avvikelse")
    lars.get_by_role("link", name="Lägg till punkt").click()
    lars.get_by_label("Punkt").fill("Årsrapporten")
    lars.get_by_role("button", name="Lägg till punkt").click()
    expect(lars.locator("#meeting-agenda")).to_contain_text("Årsrapporten")

    lars.get_by_role("button", name="Hämta deltagare").click()
    expect(lars.locator("#meeting-att")).to_contain_text("Förvaltningschefer skola")
    lars.get_by_role("link", name="Lägg till deltagare").click()
    lars.get_by_label("Verksamhet").select_option(label="BUP, Region Blekinge")
    lars.get_by_role("button", name="Lägg till deltagare").click()
    lars.locator("#meeting-agenda").get_by_role("link", name=re.compile("1 avvikelse")).click()
    expect(lars.locator("#meeting-now")).to_contain_text(HAPPENED)
    lars.locator("#meeting-now").get_by_role("button", name="Skriv in jävet").click()
    expect(lars.locator("#meeting-now")).to_contain_text("Deltar inte i beslutet.")
    lars.get_by_role("button", name="Öppna mötet").click()
    expect(lars.locator("#meeting-head")).to_contain_text("Pågår sedan")
    return meeting


def _two_write_at_once(lars, linnea, meeting):
    """On different points nothing is lost; on the same one the second is told, and keeps what was written."""
    _at_point(lars, "1 avvikelse")
    linnea.get_by_role("navigation").get_by_role("link", name="Möten", exact=True).click()
    linnea.locator(".kept").get_by_role("link", name=re.compile("09.00")).click()
    _at_point(linnea, "Årsrapporten")
    _writes(lars, "Beslutar", DECIDED)
    _writes(linnea, "Antecknar", "Årsrapporten skickas i mars.")
    linnea.get_by_role("button", name="Bekräfta beslutet").click()
    expect(linnea.locator(".recorded")).to_contain_text("Årsrapporten skickas i mars.")
    expect(lars.locator("#meeting-head")).to_contain_text("Linnea antecknar också", timeout=SOON)
    expect(lars.get_by_label("Beslut", exact=True)).to_have_value(DECIDED)

    _at_point(linnea, "1 avvikelse")
    _writes(linnea, "Beslutar", OLDER)
    _agrees_on_a_measure(lars)
    lars.get_by_role("button", name="Bekräfta beslutet").click()
    expect(lars.locator(".recorded")).to_contain_text(DECIDED)
    expect(lars.locator(".recorded")).to_contain_text(MEASURE)
    expect(linnea.locator(".recorded")).to_contain_text(DECIDED, timeout=SOON)
    with linnea.expect_response(lambda response: response.request.method == "POST") as refused:
        linnea.get_by_role("button", name="Bekräfta beslutet").click()
    assert refused.value.status == 409
    expect(linnea.locator(".messages")).to_contain_text("Lars bekräftade ett beslut")
    expect(linnea.get_by_label("Beslut", exact=True)).to_have_value(OLDER)
    expect(linnea.locator(".recorded")).to_contain_text(DECIDED)
    expect(linnea.locator(".recorded")).not_to_contain_text(OLDER)
    expect(linnea.locator("details.measure").first.get_by_label("Vad", exact=True)).to_have_value(MEASURE)


def _agrees_on_a_measure(lars):
    row = lars.locator("details.measure").first
    row.locator("summary").click()
    row.get_by_label("Vad", exact=True).fill(MEASURE)
    row.get_by_label("Vem").select_option(label="BUP, Region Blekinge")
    row.get_by_label("Klart").fill(f"{_today() + timedelta(days=30)}")
    row.get_by_label("Effekt kontrolleras").fill(f"{_today() + timedelta(days=120)}")
    row.get_by_label("Så märks det att det hjälpt").fill(SIGN)


def _minutes_say_the_same(lars):
    """On the page, in Word and in PDF: the decision, the measure, the conflict of interest and the checksum."""
    expect(lars.get_by_role("heading", name="Justering")).to_be_visible()
    page = lars.locator("main").inner_text()
    checksum = re.search("[0-9a-f]{64}", page).group()
    word = docx.Document(BytesIO(_fetched(lars, "Hämta som Word")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    in_word = "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)
    in_pdf = " ".join(each.extract_text() for each in pypdf.PdfReader(BytesIO(_fetched(lars, "Hämta som PDF"))).pages)
    for said in (DECIDED, MEASURE, SIGN, CONFLICT, "LSVO 2026/14", checksum):
        for text in (page, in_word, in_pdf):
            assert _plain(said) in _plain(text), said
    assert OLDER not in in_word


def _plain(text):
    """Without what a line's end adds: a PDF breaks lines, and long words."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def _fetched(page, name):
    with page.expect_download() as fetched:
        page.get_by_role("link", name=name).click()
    return Path(fetched.value.path()).read_bytes()


def _at_point(page, words):
    page.locator("#meeting-agenda").get_by_role("link", name=re.compile(words)).click()
    expect(page.locator("[data-live='on']")).to_have_count(1, timeout=SOON)


def _writes(page, verb, text):
    page.get_by_text(verb, exact=True).click()
    page.get_by_label("Beslut", exact=True).fill(text)


def _open(page, name):
    """As a person finds it: by the menu."""
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("[data-live]").first).to_have_text("Uppdateras direkt", timeout=SOON)
    return Watched(page)


def _path(page):
    return re.sub("^https?://[^/]+", "", page.url).split("?")[0]


def _today():
    return datetime.now(ZoneInfo("Europe/Stockholm")).date()
