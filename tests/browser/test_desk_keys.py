"""The desk by keyboard alone, the part beside the queue, and who looks at what, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import SOON, filed, person  # noqa: F401  # the same people and deviations

pytestmark = [pytest.mark.browser, pytest.mark.engines]

COLLEAGUE = """
from orgs.models import User
from orgs.permissions import grant
from tests.cast import PASSWORD, body
if not User.objects.filter(email="siv@example.se").exists():
    siv = User.objects.create_user("siv@example.se", PASSWORD, name="Siv Sand")
    grant(siv, "coordinator", body("blekinge", "sg_barn_unga"), by=None)
"""


def test_the_queue_is_walked_chosen_and_opened_by_keys(filed, person):  # noqa: F811
    bo = person("bo")
    bo.goto("/arbetsbord/")
    rows = bo.locator("#list tr[data-peek]")
    bo.keyboard.press("j")
    expect(rows.nth(0)).to_have_class(re.compile("is-selected"))
    expect(bo.locator("#peek h2")).to_be_visible(timeout=SOON)
    queue, beside = bo.locator("#list").bounding_box(), bo.locator("#peek").bounding_box()
    assert queue["x"] + queue["width"] <= beside["x"] + 1
    bo.keyboard.press("x")
    bo.keyboard.press("j")
    bo.keyboard.press("x")
    expect(bo.locator("#bulk_count")).to_have_text("2 valda")
    bo.keyboard.press("k")
    expect(rows.nth(0)).to_have_class(re.compile("is-selected"))
    bo.keyboard.press("?")
    expect(bo.locator("#keys dl")).to_be_visible()
    bo.keyboard.press("Escape")
    expect(bo.locator("#peek")).to_be_hidden()
    bo.keyboard.press("/")
    assert bo.evaluate("document.activeElement.id") == "search"
    bo.locator("#main h1").click()
    bo.keyboard.press("j")
    bo.keyboard.press("Enter")
    expect(bo).to_have_url(re.compile(r"/avvikelse/"), timeout=SOON)


def test_letters_typed_in_a_field_are_letters(filed, person):  # noqa: F811
    bo = person("bo")
    bo.goto("/arbetsbord/")
    bo.locator("#desk_q").fill("")
    bo.locator("#desk_q").press_sequentially("jkx?")
    assert bo.locator("#desk_q").input_value() == "jkx?"
    expect(bo.locator("#peek")).to_be_hidden()


def test_colleagues_see_each_other_without_reloading(filed, person, live_server_uvicorn):  # noqa: F811
    live_server_uvicorn.python(COLLEAGUE)
    new, _asked, _decided = filed
    bo, siv = person("bo"), person("siv")
    bo.goto(f"/avvikelse/{new}/")
    expect(bo.locator(".livedot")).to_have_text("Uppdateras direkt", timeout=SOON)
    expect(bo.locator("#looking")).not_to_contain_text("Siv")
    siv.goto(f"/avvikelse/{new}/")
    expect(bo.locator("#looking")).to_contain_text("Siv Sand tittar på den här", timeout=SOON)
    expect(siv.locator("#looking")).to_contain_text("Bo Berg tittar på den här", timeout=SOON)


def test_many_are_received_without_scripts(filed, person):  # noqa: F811
    bo = person("bo", java_script_enabled=False)
    bo.goto("/arbetsbord/?vy=nya")
    boxes = bo.locator('#list input[name="vald"]')
    count = boxes.count()
    for number in range(count):
        boxes.nth(number).check()
    bo.locator("#bulk_step").select_option("receive")
    bo.locator("#bulk button").click()
    bo.locator("main button[type=submit]").click()
    expect(bo.locator("main")).to_contain_text(f"{count} klar")
