"""The stories by keyboard alone: nothing here points at anything, it tabs to it, as somebody without a mouse does."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import person  # noqa: F401  # a fixture
from tests.browser.test_filing import BL_01
from tests.browser.test_meeting import HELD

pytestmark = [pytest.mark.browser, pytest.mark.engines]

SOON = 15_000
MOST_TABS = 300
PLANNED = HELD.replace("meetings.start_meeting(meeting, by=bo)\n", "")


class Keys:
    """Hands on a keyboard, and eyes: what is to be used is named as it is read, and reached by Tab."""

    def __init__(self, page):
        self.page, self.press = page, page.keyboard.press

    def to(self, target, key="Tab"):
        expect(target).to_be_visible(timeout=SOON)
        for _press in range(MOST_TABS):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.press(key)
        pytest.fail(f"not reached by {key}: {target}")

    def choose(self, target):
        self.to(target)
        self.press("Enter")

    def write(self, field, text):
        self.to(field)
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)


def button(page, name):
    return page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first


def test_filing_bl_01_and_following_it(person):  # noqa: F811
    anna = person("anna")
    keys = Keys(anna)
    keys.choose(button(anna, "Anmäl en avvikelse"))
    keys.write(anna.get_by_label("Vad hände?"), BL_01)
    keys.choose(button(anna, "Fortsätt"))
    expect(anna.get_by_role("heading", level=1)).to_have_text("Vilka berörs?")
    keys.write(anna.get_by_label("Vilken verksamhet gäller det?"), "bup")
    keys.choose(anna.get_by_role("button", name=re.compile("^BUP Region Blekinge")))
    expect(anna.locator(".chosen")).to_contain_text("BUP")
    keys.write(anna.get_by_label("Hur gammal är personen?"), "14")
    keys.choose(button(anna, "Fortsätt"))
    keys.choose(button(anna, "Skicka avvikelsen"))
    expect(anna.get_by_text(re.compile("^Skickad. "))).to_be_visible()
    sent = re.search("/avvikelse/[0-9a-f-]{36}/", anna.url).group()
    anna.goto("/mina/")
    keys.choose(anna.locator(f"#list a[href='{sent}']").first)
    expect(anna.get_by_role("heading", level=1)).to_have_text("SIP: kallad part kom inte")
    keys.choose(button(anna, re.compile("^(Komplettera|Lägg till)")))
    keys.write(anna.locator("main textarea").first, "Fyra var kallade, tre kom.")
    keys.choose(anna.locator("form:has(main) button[type=submit], main form button[type=submit]").last)
    expect(anna.locator("main")).to_contain_text("Fyra var kallade, tre kom.")


def test_a_meeting_is_opened_decided_in_and_ended(person, live_server_uvicorn):  # noqa: F811
    bo = person("bo")
    keys = Keys(bo)
    meeting = f"/moten/{json.loads(live_server_uvicorn.python(PLANNED))}/"
    bo.goto("/moten/")
    keys.choose(bo.locator(f"main a[href^='{meeting}']").first)
    keys.choose(button(bo, "Öppna mötet"))
    if bo.url.endswith("/start_meeting/"):
        keys.choose(bo.locator("main form button[type=submit]").last)
    for point in (2, 3):
        bo.goto(f"{meeting}?punkt={point}")
        keys.to(bo.locator("#meeting-form input[type=radio]").first)
        while not bo.evaluate("document.activeElement.closest('label')?.textContent.includes('Beslutar')"):
            keys.press("ArrowDown")
        keys.write(bo.get_by_label("Beslut", exact=True), "En bevakad adress.")
        keys.choose(button(bo, "Bekräfta beslutet"))
        expect(bo.locator(".recorded")).to_contain_text("En bevakad adress.")
    keys.choose(button(bo, "Avsluta mötet"))
    if bo.url.endswith("/end_meeting/"):
        keys.choose(bo.locator("main form button[type=submit]").last)
    expect(bo.locator("#meeting-head")).to_contain_text("Hållet, protokoll ska justeras")


def test_reading_a_report(visitor, world_server):
    """From the shelf to its last chart's numbers, which stand folded beside it."""
    page = visitor("lena").page
    page.set_viewport_size({"width": 1280, "height": 900})
    keys = Keys(page)
    page.goto("/rapporter/")
    report = world_server.fill("/rapporter/{lsvo_report}/")
    keys.choose(page.locator(f"main a[href='{report}']").first)
    page.wait_for_url(f"**{report}")
    folded = page.locator("main details:not([open]) > summary")
    for number in range(min(folded.count(), 3)):
        summary = page.locator("main details > summary:visible").nth(number)
        keys.choose(summary)
        assert summary.evaluate("s => s.parentElement.open")
    assert page.evaluate("document.querySelectorAll('main table').length") > 0
