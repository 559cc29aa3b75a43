"""The main job of the one who reports, in a real browser: BL-01 on a phone, with scripts and without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.people import PHONE, listen, log_in

pytestmark = [pytest.mark.browser, pytest.mark.engines]

BL_01 = (
    "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte och hade inte meddelat förhinder. "
    "Mötet fick avbrytas eftersom insatserna inte gick att samordna utan dem."
)
NAMED = f"{BL_01} Sköterskan Anna Svensson skulle ringa tillbaka om 20121212-1212."


@pytest.fixture
def phone(page, live_server_uvicorn):
    """Anna, logged in on her phone."""
    page.set_viewport_size(PHONE)
    log_in(page, live_server_uvicorn.url, "anna")
    return page


@pytest.fixture
def refusals(page):
    told = []
    listen(page, told)
    return told


def to_step_two(page, text=BL_01):
    page.get_by_role("button", name="Anmäl en avvikelse").click()
    page.get_by_label("Vad hände?").fill(text)
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vilka berörs?")


def fill_in_step_two(page):
    page.get_by_label("Vilken verksamhet gäller det?").press_sequentially("bup")
    page.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(page.locator(".chosen")).to_contain_text("BUP")
    page.get_by_label("Hur gammal är personen?").fill("14")
    page.get_by_label("Hur gammal är personen?").blur()
    expect(page.locator("#age_group")).to_contain_text("Barn och unga")


def test_anna_files_bl_01_on_her_phone_and_sees_where_it_goes_before_sending(phone, refusals):
    to_step_two(phone)
    expect(phone.get_by_role("radio", name="SIP: kallad part kom inte")).to_be_checked()
    fill_in_step_two(phone)
    phone.get_by_role("button", name="Fortsätt").click()
    expect(phone.get_by_role("heading", name="Går till Samverkansgrupp Barn och unga")).to_be_visible()
    expect(phone.locator(".why")).to_contain_text("därför att personen är 14 år")
    phone.get_by_label("Er egen referens").fill("EH-17")
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    expect(phone).to_have_url(re.compile("/avvikelse/[0-9a-f-]{36}/$"))
    expect(phone.get_by_text("Skickad. Samverkansgrupp Barn och unga har den nu")).to_be_visible()
    expect(phone.locator("[aria-current=step]")).to_contain_text("Hos Samverkansgrupp Barn och unga")
    assert refusals == []


def test_the_guard_marks_the_words_and_a_press_puts_others_in_their_place(phone, refusals):
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    phone.get_by_label("Vad hände?").fill(NAMED)
    expect(phone.locator("mark.stop")).to_have_text("20121212-1212")
    expect(phone.locator("mark.warn")).to_have_text("Anna Svensson")
    expect(phone.get_by_role("button", name="Fortsätt")).to_have_attribute("aria-disabled", "true")
    expect(phone.locator("#saved")).to_contain_text("Ett ställe kvar att ändra.")
    phone.locator(".note--brick").get_by_role("button", name=re.compile("^Byt till")).click()
    expect(phone.locator("mark.stop")).to_have_count(0)
    expect(phone.get_by_role("button", name="Fortsätt")).not_to_have_attribute("aria-disabled", "true")
    phone.locator(".note--ochre").get_by_role("button", name=re.compile("^Inget namn")).click()
    expect(phone.locator("#guard .note")).to_have_count(0)
    assert "20121212" not in phone.get_by_label("Vad hände?").input_value()
    phone.reload()
    assert "20121212" not in phone.get_by_label("Vad hände?").input_value()
    assert refusals == []


def test_the_marks_lie_under_the_words_also_after_they_came_while_writing(phone):
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    phone.get_by_label("Vad hände?").fill(NAMED)
    expect(phone.locator("mark.stop")).to_be_visible()
    mirror, area = phone.locator(".guard__mirror").bounding_box(), phone.get_by_label("Vad hände?").bounding_box()
    assert mirror == area


def test_what_is_written_before_the_scripts_have_come_is_looked_at_too(phone):
    held = []
    phone.route("**/htmx*.js", lambda route: held.append(route))
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    phone.get_by_label("Vad hände?").fill(NAMED)
    assert held
    for route in held:
        route.continue_()
    expect(phone.locator("mark.stop")).to_have_text("20121212-1212")


def test_what_is_typed_is_there_when_one_comes_back(phone):
    to_step_two(phone)
    fill_in_step_two(phone)
    phone.go_back()
    assert phone.get_by_label("Vad hände?").input_value() == BL_01
    phone.go_forward()
    phone.reload()
    expect(phone.get_by_label("Hur gammal är personen?")).to_have_value("14")
    expect(phone.locator(".chosen")).to_contain_text("BUP")


def test_the_arrow_keys_walk_among_the_suggestions_and_enter_adds_the_first(phone):
    to_step_two(phone)
    field = phone.get_by_label("Vilken verksamhet gäller det?")
    field.press_sequentially("bup")
    expect(phone.locator("#forslag li")).to_have_count(2)
    field.press("ArrowDown")
    expect(phone.locator("#forslag button").first).to_be_focused()
    phone.keyboard.press("Escape")
    field.press("Enter")
    expect(phone.locator(".chosen")).to_contain_text("BUP")
    expect(field).to_be_focused()


def test_bl_01_is_filed_without_any_script(browser, live_server_uvicorn):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="sv-SE")
    page = context.new_page()
    log_in(page, live_server_uvicorn.url, "anna")
    page.get_by_role("button", name="Anmäl en avvikelse").click()
    page.get_by_label("Vad hände?").fill(NAMED)
    page.get_by_role("button", name="Fortsätt").click()
    page.locator(".note--brick").get_by_role("button", name=re.compile("^Byt till")).click()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_label("Vilken verksamhet gäller det?").fill("bup")
    page.get_by_role("button", name="Sök", exact=True).click()
    page.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    page.get_by_label("Hur gammal är personen?").fill("14")
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Skicka avvikelsen").click()
    expect(page.get_by_text("Skickad. Samverkansgrupp Barn och unga har den nu")).to_be_visible()
    context.close()


def test_pressing_send_twice_at_once_files_one(phone, live_server_uvicorn):
    to_step_two(phone)
    fill_in_step_two(phone)
    phone.get_by_role("button", name="Fortsätt").click()
    address = phone.url
    phone.get_by_role("button", name="Skicka avvikelsen").dblclick()
    expect(phone).to_have_url(re.compile("/avvikelse/"))
    public_id = re.search("/anmal/([^/]+)/", address)[1]
    counted = live_server_uvicorn.python(
        "from deviations.models import HistoryEntry\n"
        f"print(HistoryEntry.objects.filter(deviation__public_id='{public_id}', step='submit').count())"
    )
    assert counted.strip() == "1"


def test_no_page_of_the_reporter_breaks_an_accessibility_rule_or_scrolls_sideways(phone):
    broken, too_wide = [], []

    def look():
        phone.wait_for_load_state("networkidle")
        for width, scheme in ((320, "light"), (390, "dark"), (1440, "light"), (1440, "dark")):
            phone.set_viewport_size({"width": width, "height": 844})
            phone.emulate_media(color_scheme=scheme)
            for rule in Axe().run(phone).response["violations"]:
                broken.append((phone.url, width, scheme, rule["id"], [node["html"] for node in rule["nodes"]]))
            if phone.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append((phone.url, width))

    look()
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    phone.get_by_label("Vad hände?").fill(NAMED)
    expect(phone.locator("mark.stop")).to_be_visible()
    look()
    phone.locator(".note--brick").get_by_role("button", name=re.compile("^Byt till")).click()
    expect(phone.locator("mark.stop")).to_have_count(0)
    phone.get_by_role("button", name="Fortsätt").click()
    phone.get_by_role("button", name="Fortsätt").click()
    expect(phone.locator(".ds-field__err").first).to_be_visible()
    look()
    fill_in_step_two(phone)
    phone.get_by_label("Område").select_option("atproblematik")
    expect(phone.locator("#area table")).to_be_visible()
    look()
    phone.get_by_role("button", name="Fortsätt").click()
    phone.get_by_text("Så valdes gruppen").click()
    look()
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    phone.get_by_text("Allt som har hänt").click()
    look()
    for place in ("komplettera/", "aterta/"):
        phone.goto(phone.url.split("komplettera")[0] + place)
        look()
    for address in ("/", "/mina/", "/sok/?q=kallelse", "/vem-ansvarar/", "/rutin/", "/anmal/"):
        phone.goto(re.match(r"https?://[^/]+", phone.url)[0] + address)
        look()
    assert (broken, too_wide) == ([], [])


def test_an_open_page_follows_along_by_itself_and_ends_as_a_fresh_one(phone, browser, live_server_uvicorn, refusals):
    to_step_two(phone)
    fill_in_step_two(phone)
    phone.get_by_role("button", name="Fortsätt").click()
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    expect(phone.get_by_text("Uppdateras direkt")).to_be_visible()
    phone.evaluate("window.same = true")
    context = browser.new_context(viewport=PHONE, locale="sv-SE")
    elsewhere = context.new_page()
    log_in(elsewhere, live_server_uvicorn.url, "anna")
    elsewhere.goto(f"{phone.url}komplettera/")
    elsewhere.get_by_label("Det du vill lägga till").fill("Mötet hölls till slut i maj.")
    elsewhere.get_by_role("button", name="Lägg till").click()
    expect(elsewhere.get_by_text("Tack. Det du skrev är tillagt.")).to_be_visible()
    expect(phone.locator("#vagen")).to_contain_text("Mötet hölls till slut i maj.")
    expect(phone.locator("#strip")).to_contain_text("Kompletterade")
    assert phone.evaluate("window.same") is True
    live = phone.locator("#vagen .way").inner_text()
    phone.reload()
    assert phone.locator("#vagen .way").inner_text() == live
    context.close()
    assert refusals == []


def test_a_colleagues_new_deviation_comes_into_the_open_list_by_itself(phone, browser, live_server_uvicorn, refusals):
    context = browser.new_context(locale="sv-SE")
    maria = context.new_page()
    log_in(maria, live_server_uvicorn.url, "maria")
    expect(maria.get_by_text("Uppdateras direkt")).to_be_visible()
    maria.evaluate("window.same = true")
    before = maria.locator("#followed .quiet").all_text_contents()
    to_step_two(phone)
    fill_in_step_two(phone)
    phone.get_by_role("button", name="Fortsätt").click()
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    number = phone.locator("main p.muted span").first.inner_text()
    expect(maria.locator("#followed .quiet").first).to_contain_text(number)
    expect(maria.get_by_text("Uppdateras direkt")).to_be_visible()
    assert [line for line in before if number in line] == []
    assert maria.evaluate("window.same") is True
    context.close()
    assert refusals == []
