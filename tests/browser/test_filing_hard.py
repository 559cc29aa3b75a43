"""Filing in haste, in two windows, with pasted texts, by keyboard alone and without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import test_filing
from tests.browser.people import PHONE, log_in
from tests.browser.test_filing import BL_01, NAMED, to_step_two

pytestmark = [pytest.mark.browser, pytest.mark.engines]

phone, refusals = test_filing.phone, test_filing.refusals

STORY = "Vad hände?"
KEPT = "from deviations.models import Deviation\nprint(Deviation.objects.get(public_id='{}').happened)"


def begin(phone):
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    return phone.get_by_label(STORY)


def id_of(phone):
    return re.search("/anmal/([^/]+)/", phone.url)[1]


def go_on(phone):
    phone.get_by_role("button", name="Fortsätt").click()


def test_words_typed_in_the_last_moment_before_going_on_are_all_there(phone):
    begin(phone).press_sequentially("BUP kom inte till SIP-mötet.", delay=1)
    go_on(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vilka berörs?")
    phone.go_back()
    expect(phone.get_by_label(STORY)).to_have_value("BUP kom inte till SIP-mötet.")


def test_going_on_in_haste_never_passes_the_guard(phone):
    begin(phone).fill("Vi ringde om 20121212-1212.")
    go_on(phone)
    expect(phone.locator("mark.stop")).to_have_text("20121212-1212")
    expect(phone.get_by_role("heading", level=1)).to_have_text(STORY)
    expect(phone.get_by_role("button", name="Fortsätt")).to_have_attribute("aria-disabled", "true")


def test_leaving_at_once_loses_nothing(phone, live_server_uvicorn):
    begin(phone).press_sequentially("Remissen återsändes utan skäl.", delay=1)
    draft = id_of(phone)
    phone.wait_for_load_state()  # before its scripts are there a page can keep nothing
    phone.get_by_role("link", name="Avbryt").click()
    expect(phone.get_by_role("heading", name="Hände det något")).to_be_visible()
    for _second in range(20):
        kept = live_server_uvicorn.python(KEPT.format(draft)).strip()
        if kept == "Remissen återsändes utan skäl.":  # its first letters may have been kept before
            break
        phone.wait_for_timeout(200)
    assert kept == "Remissen återsändes utan skäl."
    phone.reload()
    phone.get_by_role("link", name=re.compile("^Fortsätt.*Remissen återsändes utan skäl")).click()
    expect(phone.get_by_label(STORY)).to_have_value("Remissen återsändes utan skäl.")


def test_a_pasted_text_of_twenty_thousand_characters_is_kept_and_looked_at(phone, refusals):
    long = ("Kallelse gick ut 🙂\nBUP kom inte.\n" * 700)[:19_000]
    begin(phone).fill(f"{long}Ring 070-123 45 67.")
    expect(phone.locator("mark.stop")).to_have_text("070-123 45 67")
    phone.locator(".note--brick").get_by_role("button", name=re.compile("^Ta bort")).click()
    expect(phone.locator("mark.stop")).to_have_count(0)
    go_on(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vilka berörs?")
    assert refusals == []


def test_a_swap_after_an_emoji_and_line_breaks_hits_the_right_words(phone):
    story = begin(phone)
    story.fill("👩‍👩‍👧 kom.\n\nVi ringde 🙂 om 20121212-1212 i går.")
    phone.locator(".note--brick").get_by_role("button", name=re.compile("^Byt till")).click()
    expect(story).to_have_value("👩‍👩‍👧 kom.\n\nVi ringde 🙂 om eleven i går.")
    expect(phone.locator("#said_happened")).to_have_text("")


def test_what_the_guard_found_is_read_aloud_once_and_the_field_says_that_it_is_wrong(phone):
    story = begin(phone)
    story.fill(NAMED)
    said = phone.locator("#said_happened[role=status]")
    expect(said).to_contain_text("Ett ställe måste ändras: 20121212-1212. Ett ställe att se över: Anna Svensson.")
    expect(story).to_have_attribute("aria-invalid", "true")
    phone.evaluate(
        "window.read = 0; new MutationObserver(() => window.read++).observe(said_happened, {childList: true})"
    )
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        story.press_sequentially(" Mer.")
    expect(story).to_have_value(f"{NAMED} Mer.")
    assert phone.evaluate("window.read") == 0
    story.fill(BL_01)
    expect(said).to_have_text("")
    expect(story).not_to_have_attribute("aria-invalid", "true")


def test_back_and_forward_walk_through_all_three_steps(phone):
    to_step_two(phone)
    phone.get_by_label("Vilken verksamhet gäller det?").fill("bup")
    phone.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    phone.get_by_role("radio", name=re.compile("^Barn och unga")).check()
    go_on(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Se över och skicka")
    for heading in ("Vilka berörs?", STORY):
        phone.go_back()
        expect(phone.get_by_role("heading", level=1)).to_have_text(heading)
    for heading in ("Vilka berörs?", "Se över och skicka"):
        phone.go_forward()
        expect(phone.get_by_role("heading", level=1)).to_have_text(heading)
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    expect(phone.get_by_text(re.compile("^Skickad. "))).to_be_visible()
    sent = phone.url
    phone.go_back()
    phone.reload()
    expect(phone).to_have_url(sent)


def looking_for_bup(phone):
    """The field, and the button that adds BUP, which its letters have brought."""
    to_step_two(phone)
    field = phone.get_by_label("Vilken verksamhet gäller det?")
    field.fill("bup")
    bup = phone.get_by_role("button", name=re.compile("^BUP Region Blekinge"))
    bup.wait_for()
    return field, bup


def test_a_unit_pressed_is_with_one_who_goes_on_before_the_server_has_answered(phone):
    _field, bup = looking_for_bup(phone)
    held = []
    phone.route("**/berors/", lambda route: held.append(route) if not held else route.continue_())
    bup.click()
    phone.get_by_label("Hur gammal är personen?").fill("14")
    go_on(phone)
    phone.wait_for_timeout(500)
    for route in held:
        route.continue_()
    expect(phone.get_by_role("heading", name="Går till Samverkansgrupp Barn och unga")).to_be_visible()


def test_a_list_that_comes_while_a_unit_is_being_pressed_does_not_take_it_away(phone):
    field, bup = looking_for_bup(phone)
    held = []
    phone.route("**/verksamheter/**", lambda route: held.append(route))
    field.press_sequentially(" r")
    phone.wait_for_timeout(500)
    bup.hover()
    phone.mouse.down()
    with phone.expect_response("**/verksamheter/**"):
        held[0].continue_()
    phone.wait_for_timeout(200)
    phone.mouse.up()
    expect(phone.locator(".chosen")).to_contain_text("BUP")


def test_a_list_that_waited_for_a_press_comes_when_nothing_was_chosen(phone):
    field, bup = looking_for_bup(phone)
    held = []
    phone.route("**/verksamheter/**", lambda route: held.append(route) if not held else route.continue_())
    field.fill("soci")
    phone.wait_for_timeout(500)
    bup.hover()
    phone.mouse.down()
    with phone.expect_response("**/verksamheter/**"):
        held[0].continue_()
    phone.wait_for_timeout(200)
    expect(bup).to_be_visible()
    phone.mouse.move(0, 0)
    phone.mouse.up()
    expect(phone.locator("#forslag")).to_contain_text("Socialtjänst")
    expect(phone.locator(".chosen")).to_have_count(0)


def test_enter_before_the_list_has_come_chooses_from_that_list_and_never_from_an_older_one(phone):
    field, _bup = looking_for_bup(phone)
    held = []
    phone.route("**/verksamheter/**", lambda route: held.append(route) if not held else route.continue_())
    field.fill("soci")
    field.press("Enter")
    phone.wait_for_timeout(500)
    expect(phone.locator(".chosen")).to_have_count(0)
    held[0].continue_()
    expect(phone.locator(".chosen li")).to_have_count(1)
    expect(phone.locator(".chosen")).to_contain_text("Soci")


def test_two_windows_on_one_draft_never_write_over_each_other(phone):
    here = begin(phone)
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        here.fill("BUP kom inte.")
    other = phone.context.new_page()
    other.goto(phone.url)
    with other.expect_response(lambda answer: answer.request.method == "POST"):
        other.get_by_label(STORY).fill("Socialtjänsten kom inte.")
    here.fill("BUP kom inte alls.")
    expect(phone.locator("#saved")).to_contain_text("Inte sparat")
    go_on(phone)
    changed = phone.locator("#changed[role=alert]")
    expect(changed).to_contain_text("Socialtjänsten kom inte.")
    expect(here).to_have_value("BUP kom inte alls.")
    assert Axe().run(phone).response["violations"] == []
    phone.get_by_role("link", name="Hämta det sparade").click()
    expect(here).to_have_value("Socialtjänsten kom inte.")
    here.fill("Ingen av dem kom.")
    go_on(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vilka berörs?")


def test_two_windows_on_one_draft_send_it_once_and_the_other_is_led_to_it(phone, live_server_uvicorn):
    to_step_two(phone)
    other = phone.context.new_page()
    other.goto(phone.url.replace("berors/", ""))
    phone.get_by_label("Vilken verksamhet gäller det?").fill("bup")
    phone.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(phone.locator(".chosen")).to_contain_text("BUP")
    with other.expect_response(lambda answer: answer.request.method == "POST"):
        other.get_by_label(STORY).fill(f"{BL_01} Skrivet i det andra fönstret.")
    expect(other.locator("#saved")).to_contain_text("Utkastet är sparat")
    go_on(phone)
    expect(phone.locator("dd .asis")).to_contain_text("Skrivet i det andra fönstret.")
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    expect(phone.get_by_text(re.compile("^Skickad. "))).to_be_visible()
    other.get_by_label(STORY).fill("För sent.")
    expect(other.locator("#saved")).to_contain_text("Avvikelsen är redan inskickad.")
    go_on(other)
    expect(other).to_have_url(phone.url)
    assert "Skrivet i det andra" in live_server_uvicorn.python(KEPT.format(phone.url.rstrip("/").rpartition("/")[2]))


def tab_to(page, locator, shift=False):
    locator.first.wait_for()
    for _press in range(80):
        page.keyboard.press("Shift+Tab" if shift else "Tab")
        if locator.first.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {locator}")


def test_bl_01_is_filed_with_the_keyboard_alone(phone, refusals):
    tab_to(phone, phone.get_by_role("button", name="Anmäl en avvikelse"))
    phone.keyboard.press("Enter")
    tab_to(phone, phone.get_by_label(STORY))
    phone.keyboard.type(NAMED)
    expect(phone.locator("mark.stop")).to_be_visible()
    tab_to(phone, phone.locator(".note--brick").get_by_role("button", name=re.compile("^Byt till")))
    phone.keyboard.press("Space")
    expect(phone.locator("mark.stop")).to_have_count(0)
    tab_to(phone, phone.get_by_role("button", name="Fortsätt"))
    phone.keyboard.press("Enter")
    tab_to(phone, phone.get_by_label("Vilken verksamhet gäller det?"))
    phone.keyboard.type("bup")
    expect(phone.locator("#forslag mark").first).to_have_text("BUP")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    expect(phone.locator(".chosen")).to_contain_text("BUP")
    tab_to(phone, phone.get_by_label("Hur gammal är personen?"))
    phone.keyboard.type("14")
    tab_to(phone, phone.get_by_role("button", name="I går"))
    phone.keyboard.press("Space")
    tab_to(phone, phone.get_by_role("button", name="Fortsätt"))
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Går till Samverkansgrupp Barn och unga")).to_be_visible()
    tab_to(phone, phone.get_by_role("button", name="Skicka avvikelsen"))
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Skickad. Samverkansgrupp Barn och unga har den nu")).to_be_visible()
    assert refusals == []


def test_a_common_event_a_slip_a_day_and_a_thrown_away_draft_without_any_script(browser, live_server_uvicorn):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="sv-SE")
    page = context.new_page()
    log_in(page, live_server_uvicorn.url, "anna")
    page.get_by_role("button", name=re.compile("^Telefonlinjen svarade inte")).click()
    page.get_by_label(STORY).fill("Vi ringde 070-123 45 67 i en timme.")
    go_on(page)
    page.locator(".note--brick").get_by_role("button", name=re.compile("^Ta bort")).click()
    go_on(page)
    page.get_by_label("Vilken verksamhet gäller det?").fill("vuxenpsykatrin")
    page.get_by_role("button", name="Sök", exact=True).click()
    page.get_by_role("button", name=re.compile("^Vuxenpsykiatrin")).click()
    page.get_by_role("radio", name=re.compile("^Vuxna")).check()
    page.get_by_role("button", name="I går").click()
    go_on(page)
    expect(page.get_by_role("heading", name="Går till Samverkansgrupp Vuxna")).to_be_visible()
    page.get_by_text("Överenskommelse och förslag").click()
    page.get_by_label("Ditt förslag").fill("Ring hellre 070-123 45 67.")
    page.get_by_role("button", name="Skicka avvikelsen").click()
    expect(page.locator("#id_suggestion_error")).to_be_visible()
    page.locator("#guard_suggestion").get_by_role("button", name=re.compile("^Ta bort")).click()
    page.get_by_role("button", name="Skicka avvikelsen").click()
    expect(page.get_by_text("Skickad. Samverkansgrupp Vuxna har den nu")).to_be_visible()
    page.get_by_role("button", name="Anmäl en till").click()
    page.get_by_label(STORY).fill("Det här var fel.")
    go_on(page)
    page.goto(f"{live_server_uvicorn.url}/anmal/")
    draft = page.locator(".drafts li", has_text="Det här var fel.")
    draft.locator("summary").click()
    draft.get_by_role("button", name="Ja, kasta utkastet").click()
    expect(page.get_by_text("Utkastet är borta.")).to_be_visible()
    expect(page.locator(".drafts li", has_text="Det här var fel.")).to_have_count(0)
    context.close()
