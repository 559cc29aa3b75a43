"""The desk in a real browser: U takes back the newest step."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import SOON, filed, person  # noqa: F401  # the same people and deviations

pytestmark = [pytest.mark.browser, pytest.mark.engines]


def test_u_takes_back_the_newest_step(filed, person):  # noqa: F811
    bo = person("bo")
    bo.goto(f"/avvikelse/{filed[1]}/put_on_agenda/")
    expect(bo.locator(".stepundo")).to_contain_text("Du kan ångra")
    bo.get_by_label("Annan dag").fill("2030-04-04")
    bo.locator("main form button[type=submit]").click()
    expect(bo.locator(".undo")).to_contain_text("Du gjorde nyss: Lägg på dagordning", timeout=SOON)
    bo.keyboard.press("u")
    expect(bo.locator(".messages")).to_contain_text("Ångrat: Lägg på dagordning", timeout=SOON)
    expect(bo.locator(".undo")).to_have_count(0)
