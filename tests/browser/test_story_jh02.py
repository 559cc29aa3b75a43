"""JH-02: who pays while the child is placed (Jämtland Härjedalen, 2021), from the question to the next one like it.

Jonna files and opens the dispute, both sides are heard, Johan says who acts meanwhile, JämtBus, which may only
recommend, answers, and what it answered meets Oskar in another municipality while he files. Requirements B05, C01, L01.
"""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.stories import DESK, PHONE, SOON, Watched, file_deviation, person, story  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.engines]

HAPPENED = "Vem finansierar behandlingen när barnet är placerat? Insatsen står still."
QUESTION = "Vem betalar behandlingen medan barnet är placerat?"
JONNAS_VIEW = "Behandlingen är hälso- och sjukvård och betalas av regionen, var barnet än bor."
BENGTS_VIEW = "Placeringen är kommunens, och behandlingen ingår i den."
INTERIM = "BUP, Region Jämtland Härjedalen ansvarar nu"
BECAUSE = "Behandlingen är påbörjad och ska inte avbrytas."
ANSWER = "Regionen betalar vården och kommunen betalar boendet."
TITLE = "Behandling medan ett barn är placerat"
OUTCOME = "Vården betalas av regionen och boendet av kommunen, också under placeringen."
ALIKE = "Så har en liknande fråga avgjorts"
LIKE_IT = "Ett placerat barn får ingen behandling, för ingen vet vem som betalar."
BROKEN = """
import json
from deviations.history import verify
from deviations.models import Deviation
print(json.dumps([verify(each) for each in Deviation.objects.submitted().order_by("pk")]))
"""


def test_who_pays_is_asked_held_answered_and_guides_the_next_municipality(story, person):  # noqa: F811
    johan, bengt = person("johan", DESK), person("bengt", DESK)
    desk, asked = _open(johan, "Arbetsbord"), _open(bengt, "Att svara på")
    asked.reads("Inget väntar på ert svar")

    # Jonna files on her phone, and JämtBus receives it
    jonna = person("jonna", PHONE)
    address = file_deviation(
        jonna, happened=HAPPENED, about="bup", about_button="^BUP", age=15, kind="Finansiering: placerat barn"
    )
    Watched(jonna).reads("Hos JämtBus")
    desk.reads("Bräcke kommun")
    johan.goto(address)
    johan.get_by_role("button", name="Ta emot").click()
    expect(johan.locator(".messages")).to_contain_text("Mottagen.")
    Watched(jonna).reads("JämtBus bereder den.")
    desk = _open(johan, "Arbetsbord")
    expect(johan.locator("main")).not_to_contain_text("Tvist")

    # she opens the dispute: the desk has its flag, and the other side is asked, in its list and by letter
    jonna.get_by_role("link", name="Öppna tvist").click()
    expect(jonna.get_by_label("Överenskommelse som det handlar om")).to_have_value("kommunavtal/oenighet")
    jonna.get_by_label("Vad är ni oense om?").fill(QUESTION)
    jonna.get_by_role("button", name="Öppna tvist").click()
    expect(jonna.locator(".messages")).to_contain_text("Tvisten är öppnad.")
    expect(johan.locator("tr", has_text="Bräcke kommun")).to_contain_text("Tvist", timeout=SOON)
    asked.reads("Väntar på er syn i en tvist")
    _letter(story.post_office, "bengt", "Er syn behövs på avvikelse")
    assert [each for each in story.post_office.to("jonna") if "Er syn" in each["Subject"]] == []

    # both sides are heard, and each reads the other as it is said
    johan.locator(f"a[href='{address}']").first.click()
    johan.goto(address)
    handled = Watched(johan)
    _gives_view(jonna, JONNAS_VIEW)
    handled.reads(JONNAS_VIEW)
    bengt.locator(f"main a[href='{address}']").first.click()
    expect(bengt.locator("main")).to_contain_text(JONNAS_VIEW)
    _gives_view(bengt, BENGTS_VIEW)
    handled.reads(BENGTS_VIEW)
    phone, unit = Watched(jonna), Watched(bengt)
    phone.reads(BENGTS_VIEW)
    expect(johan.locator("main")).to_contain_text("Tvisten avgörs först.")

    # who acts meanwhile stands first on everybody's page at once
    johan.get_by_role("link", name="Bestäm vem som ansvarar nu").click()
    johan.get_by_role("radio", name="BUP, Region Jämtland Härjedalen").check()
    johan.get_by_label("Varför?").fill(BECAUSE)
    johan.get_by_role("button", name="Bestäm vem som ansvarar nu").click()
    expect(johan.locator(".messages")).to_contain_text("Det gäller nu, och alla parter ser det.")
    for watched in (phone, unit, Watched(johan)):
        watched.reads(INTERIM)
        watched.reads("Det gäller tills tvisten är avgjord, med barnets bästa i fokus.")
        expect(watched.page.locator("main h2").first).to_have_text(INTERIM)
    for first_name in ("jonna", "bengt"):
        letter = _letter(story.post_office, first_name, "Vem som ansvarar nu i avvikelse")
        assert not any(words in letter.get_content() for words in ("BUP", "Bräcke", BECAUSE))
    expect(_open(bengt, "Att svara på").page.locator("main")).to_contain_text("Inget väntar på ert svar")
    _found_in(bengt, address)
    unit = Watched(bengt)

    # JämtBus may only recommend, and nothing says anything else
    johan.get_by_role("link", name="Rekommendera i tvisten").click()
    expect(johan.locator("main")).to_contain_text("JämtBus får rekommendera")
    johan.get_by_role("radio", name="Region Jämtland Härjedalen", exact=True).check()
    johan.get_by_label("Rekommendation").fill(ANSWER)
    johan.get_by_role("button", name="Rekommendera i tvisten").click()
    expect(johan.locator(".messages")).to_contain_text("Svaret på tvisten är registrerat")
    for watched in (phone, unit):
        watched.reads("Region Jämtland Härjedalen bör ansvara")
        watched.reads("Så rekommenderar JämtBus")
        watched.reads(ANSWER)
        shown = watched.page.locator("main").inner_text()
        assert "Tvisten är avgjord" not in shown
        assert "Tvisten avgjordes" not in shown
    for first_name in ("jonna", "bengt"):
        _letter(story.post_office, first_name, "Tvisten i avvikelse")

    # written anew for the county; what Jonna wrote is refused
    _published(johan)
    phone.reads(TITLE)

    # Oskar, in another municipality, meets it while he files, reads it and cites it
    oskar = person("oskar", PHONE)
    assert oskar.goto(address).status == 404
    guide = _reads_what_guides(oskar)
    second = _cites(oskar, guide)
    assert second != address
    johan.goto(second)
    expect(johan.locator("main")).to_contain_text(TITLE)
    expect(johan.locator("main")).to_contain_text("Den som anmälde hänvisar till ett vägledande avgörande")

    # others of the county find it; strangers find nothing
    _knows_the_way(person("ragnhild"), guide)
    for first_name in ("cecilia", "bo"):
        stranger = person(first_name)
        for hidden in (address, second, guide):
            assert stranger.goto(hidden).status == 404, hidden
        stranger.goto("/vagledande/")
        expect(stranger.locator("main")).to_contain_text("Inga avgöranden är vägledande än")
    _sees_none_of_it_while_filing(person("vera", PHONE))
    assert json.loads(story.python(BROKEN)) == [None, None]


def _choose(page, name):
    """In the menu, where what has no room stands behind "Mer"."""
    page.goto("/")
    menu = page.get_by_role("navigation", name="Huvudmeny")
    line = menu.get_by_role("link", name=name, exact=True)
    if not line.is_visible():
        menu.get_by_text("Mer", exact=True).click()
    line.click()


def _open(page, name):
    """As a person finds it: by the menu."""
    _choose(page, name)
    expect(page.locator("[data-live]").first).to_have_text("Uppdateras direkt", timeout=SOON)
    return Watched(page)


def _found_in(page, address):
    page.goto(address)
    expect(page.locator("[data-live]").first).to_have_text("Uppdateras direkt", timeout=SOON)


def _letter(post_office, first_name, subject):
    """The only one of that subject, which has come or comes soon."""
    deadline = time.monotonic() + SOON / 1000
    while True:
        found = [each for each in post_office.to(first_name) if each["Subject"].startswith(subject)]
        if found or time.monotonic() > deadline:
            assert len(found) == 1, [str(each["Subject"]) for each in post_office.to(first_name)]
            return found[0]
        time.sleep(0.2)


def _gives_view(page, text):
    page.get_by_role("link", name="Lämna er syn").first.click()
    expect(page.locator("main")).to_contain_text(QUESTION)
    page.get_by_label("Så ser vi på saken").fill(text)
    page.get_by_role("button", name="Lämna er syn").click()
    expect(page.locator(".messages")).to_contain_text("Er syn är lämnad.")


def _published(page):
    page.get_by_role("link", name="Gör vägledande").click()
    page.get_by_label("Rubrik").fill(TITLE)
    page.get_by_label("Situationen, i allmänna ord").fill(HAPPENED)
    page.get_by_label("Det här gäller").fill(OUTCOME)
    page.get_by_role("button", name="Gör vägledande").click()
    expect(page.locator("main")).to_contain_text("En mening är densamma som i anmälan.")
    page.get_by_label("Situationen, i allmänna ord").fill("Ett barn har påbörjat en behandling och placeras sedan.")
    page.get_by_role("button", name="Gör vägledande").click()
    expect(page.locator(".messages")).to_contain_text("Avgörandet är vägledande för länet.")


def _to_step_two(page, happened, about, about_button):
    page.goto("/")
    page.get_by_role("button", name="Anmäl en avvikelse").click()
    page.get_by_label("Vad hände?").fill(happened)
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_label("Vilken verksamhet gäller det?").press_sequentially(about)
    page.get_by_role("button", name=re.compile(about_button)).first.click()
    page.get_by_label("Hur gammal är personen?").fill("13")
    others = page.get_by_text(re.compile(r"Visa \d+ slag till"))
    kind = page.get_by_role("radio", name="Finansiering: placerat barn")
    if not kind.is_visible():
        others.click()
    kind.check()


def _reads_what_guides(page):
    """Beside the answers, before he goes on."""
    _to_step_two(page, LIKE_IT, "bup", "^BUP")
    expect(page.locator("#alike")).to_contain_text(ALIKE, timeout=SOON)
    expect(page.locator("#alike")).to_contain_text(OUTCOME)
    page.get_by_role("button", name="Fortsätt").click()
    review = page.url
    expect(page.locator("main")).to_contain_text("Samma punkt i överenskommelsen")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text("rekommendation")
    expect(page.locator("main")).to_contain_text("Det här rekommenderas")
    assert not any(words in page.locator("main").inner_text() for words in ("Bräcke", HAPPENED, QUESTION, BENGTS_VIEW))
    guide = re.search("/vagledande/[0-9a-f-]{36}/$", page.url).group()
    page.goto(review)
    return guide


def _cites(page, guide):
    page.get_by_role("radio", name=TITLE).check()
    page.get_by_role("button", name="Skicka avvikelsen").click()
    expect(page).to_have_url(re.compile("/avvikelse/[0-9a-f-]{36}/$"))
    expect(page.locator(f"main a[href='{guide}']").first).to_contain_text(TITLE)
    return re.search("/avvikelse/[0-9a-f-]{36}/$", page.url).group()


def _knows_the_way(page, guide):
    """By the menu, and by a word of it in another form."""
    _choose(page, "Register")
    page.get_by_role("link", name="Vägledande avgöranden").click()
    page.get_by_label("Sök", exact=True).last.fill("placeringar")
    page.get_by_role("button", name="Visa", exact=True).click()
    page.get_by_role("link", name=TITLE).click()
    expect(page).to_have_url(re.compile(guide))


def _sees_none_of_it_while_filing(page):
    """The same words and the same kind of question, in another county."""
    _to_step_two(page, LIKE_IT, "bup mott", "^BUP mottagning 1")
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se över och skicka")
    expect(page.locator("main")).not_to_contain_text(ALIKE)
