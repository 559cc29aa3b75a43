"""The desk while one reads, in a real browser: what comes waits behind a button, counts follow, and U takes back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import SOON, filed, person  # noqa: F401  # the same people and deviations
from tests.browser.test_filing import BL_01

pytestmark = [pytest.mark.browser, pytest.mark.engines]


def file_one_more(anna, told):
    """Through the page: the server that Bo's page listens to is the one that pushes."""
    anna.goto("/")
    anna.get_by_role("button", name="Anmäl en avvikelse").click()
    anna.get_by_label("Vad hände?").fill(told)
    anna.get_by_role("button", name="Fortsätt").click()
    anna.get_by_label("Vilken verksamhet gäller det?").press_sequentially("bup")
    anna.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(anna.locator(".chosen")).to_contain_text("BUP")
    anna.get_by_label("Hur gammal är personen?").fill("14")
    anna.get_by_role("button", name="Fortsätt").click()
    anna.get_by_role("button", name="Skicka avvikelsen").click()
    expect(anna.get_by_text(re.compile("^Skickad. "))).to_be_visible()


def test_what_comes_while_one_reads_waits_behind_a_button(filed, person):  # noqa: F811
    anna, bo = person("anna"), person("bo")
    bo.goto("/arbetsbord/")
    expect(bo.locator("[data-live]")).to_have_text("Uppdateras direkt", timeout=SOON)
    new = bo.locator("#views [data-new]")
    number = int(new.inner_text())
    expect(bo).to_have_title(re.compile(rf"^\({number}\) Arbetsbord"))
    bo.keyboard.press("j")
    rows = bo.locator("#list tr[data-peek]")
    shown, first = rows.count(), rows.nth(0).get_attribute("data-live-deviation")
    for told in ("Kallelsen kom inte fram.", "Remissen återsändes utan skäl."):
        file_one_more(anna, f"{BL_01} {told}")
    expect(bo.locator("#arrived")).to_contain_text("2 nya avvikelser har kommit.", timeout=SOON)
    assert (rows.count(), rows.nth(0).get_attribute("data-live-deviation")) == (shown, first)
    expect(new).to_have_text(str(number + 2))
    expect(bo).to_have_title(re.compile(rf"^\({number + 2}\) Arbetsbord"))
    bo.locator("#arrived button").click()
    expect(rows).to_have_count(shown + 2, timeout=SOON)
    expect(bo.locator("#arrived button")).to_be_hidden()


def test_u_takes_back_the_newest_step(filed, person):  # noqa: F811
    bo = person("bo")
    bo.goto(f"/avvikelse/{filed[1]}/put_on_agenda/")
    expect(bo.locator(".stepundo")).to_contain_text("Du kan ångra")
    bo.get_by_label("Annan dag").fill("2030-04-04")
    bo.locator("main form button[type=submit]").click()
    expect(bo.locator(".undo")).to_contain_text("Du gjorde nyss: Lägg på dagordning", timeout=SOON)
    bo.wait_for_load_state()  # the offer is read before its script is there
    bo.keyboard.press("u")
    expect(bo.locator(".messages")).to_contain_text("Ångrat: Lägg på dagordning", timeout=SOON)
    expect(bo.locator(".undo")).to_have_count(0)
