"""The stories by keyboard alone: nothing here points at anything, it tabs to it, as somebody without a mouse does."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import filed, person  # noqa: F401  # the same people and deviations
from tests.browser.test_filing import BL_01
from tests.browser.test_meeting import HELD

pytestmark = [pytest.mark.browser, pytest.mark.engines]

SOON = 15_000
MOST_TABS = 300
PLANNED = HELD.replace("meetings.start_meeting(meeting, by=bo)\n", "")
ANSWERED = """
from deviations.models import Deviation
from deviations.services import statements
from orgs.models import User
deviation = Deviation.objects.get(public_id="{}")
statements.give_statement(deviation, cause="Fel brevlåda.", by=User.objects.get(email="berit@example.se"))
"""


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

    def mark(self, box):
        self.to(box)
        if not box.is_checked():
            self.press("Space")
        expect(box).to_be_checked()

    def pick(self, group, label):
        """Tab leads to a group of radio buttons, arrows walk in it."""
        self.to(group.get_by_role("radio").first)
        for _press in range(MOST_TABS):
            if group.get_by_label(label, exact=True).is_checked():
                return
            self.press("ArrowDown")
        pytest.fail(f"not reached by arrows: {label}")


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


def test_handling_from_the_desk_to_a_decision(filed, person, live_server_uvicorn):  # noqa: F811
    new, bo = filed[0], person("bo")
    keys = Keys(bo)
    bo.goto("/arbetsbord/")
    keys.choose(bo.locator(f"#list a[href='/avvikelse/{new}/']").first)
    bo.wait_for_url(f"**/avvikelse/{new}/")
    keys.choose(button(bo, "Ta emot"))
    expect(bo.locator(".messages")).to_contain_text("Mottagen.")
    keys.choose(button(bo, "Begär yttrande"))
    keys.mark(bo.get_by_role("checkbox", name=re.compile("BUP")))
    keys.write(bo.get_by_label("Vad vill ni veta?"), "Vad hände hos er?")
    keys.choose(bo.locator("main form button[type=submit]").last)
    expect(bo.locator("main")).to_contain_text("Vad hände hos er?")
    live_server_uvicorn.python(ANSWERED.format(new))
    bo.reload()
    keys.choose(button(bo, "Besluta"))
    keys.write(bo.get_by_label("Beslut", exact=True), "Kallelser skickas till funktionsadressen.")
    keys.choose(bo.locator("main form button[type=submit]").last)
    expect(bo.locator("main")).to_contain_text("Kallelser skickas till funktionsadressen.")


def test_a_meeting_is_opened_decided_in_and_ended(person, live_server_uvicorn):  # noqa: F811
    bo = person("bo")
    keys = Keys(bo)
    meeting = f"/moten/{json.loads(live_server_uvicorn.python(PLANNED))}/"
    bo.goto("/moten/")
    keys.choose(bo.locator(f"main a[href^='{meeting}']").first)
    keys.choose(button(bo, "Öppna mötet"))
    expect(bo.locator("#meeting-head")).to_contain_text("Pågår sedan")
    for point in (2, 3):
        bo.goto(f"{meeting}?punkt={point}")
        keys.to(bo.locator("#meeting-form input[type=radio]").first)
        while not bo.evaluate("document.activeElement.closest('label')?.textContent.includes('Beslutar')"):
            keys.press("ArrowDown")
        keys.write(bo.get_by_label("Beslut", exact=True), "En bevakad adress.")
        keys.choose(button(bo, "Bekräfta beslutet"))
        expect(bo.locator(".recorded")).to_contain_text("En bevakad adress.")
    keys.choose(button(bo, "Avsluta mötet"))
    expect(bo.locator("#meeting-head")).to_contain_text("Hållet, protokoll ska justeras")


def test_a_role_is_given_and_ended(person):  # noqa: F811
    ada = person("ada")
    keys = Keys(ada)
    ada.goto("/administration/roller/")
    keys.write(ada.get_by_label("Sök organ eller enhet"), "Samverkansgrupp Barn")
    keys.press("Enter")
    ada.wait_for_url("**/roller/?*")
    keys.choose(ada.locator("main").get_by_role("link", name=re.compile("Samverkansgrupp Barn och unga")).first)
    form = ada.locator("main aside form")
    keys.write(form.locator("[name=user]"), "lena@example.se")
    keys.pick(form.get_by_role("group", name="Roll"), "Ledamot")
    keys.choose(form.get_by_role("button", name="Ge rollen"))
    ends = ada.get_by_role("button", name=re.compile("^Avsluta Ledamot, Lena Lind"))
    keys.choose(ends)
    expect(ends).to_have_count(0)
    expect(ada.locator("main")).to_contain_text("Har haft en roll")


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
