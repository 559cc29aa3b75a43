"""Reading with JavaScript off: what somebody reads in an old browser, or before the scripts have come.

Filing without any script stands in test_filing.py, a meeting in test_meeting.py and handling many in test_desk_keys.py.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.world_server import DESK

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(browser, visitor, world_server):
    """`reader("anna")`: a page of hers in a browser that runs no scripts."""
    contexts = []

    def come(who):
        context = browser.new_context(
            storage_state=visitor(who).context.storage_state(), base_url=world_server.url, viewport=DESK,
            java_script_enabled=False, locale="sv-SE",
        )  # fmt: skip
        contexts.append(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()


def test_one_follows_what_one_has_filed(reader, world_server):
    anna = reader("anna")
    anna.goto("/mina/")
    address = world_server.fill("/avvikelse/{filed}/")
    anna.locator(f"#list a[href='{address}']").first.click()
    expect(anna).to_have_url(f"{world_server.url}{address}")
    expect(anna.locator("[aria-current=step]").first).to_be_visible()
    expect(anna.locator("main")).to_contain_text("BUP")


def test_a_report_is_read_with_its_numbers_as_tables(reader, world_server):
    lena = reader("lena")
    lena.goto("/rapporter/")
    lena.locator(f"main a[href='{world_server.fill('/rapporter/{lsvo_report}/')}']").first.click()
    expect(lena.get_by_role("heading", level=1)).to_be_visible()
    assert lena.locator("main table").count() > 0
    for chart in lena.locator("main img").all():
        assert chart.get_attribute("alt") is not None


def test_what_one_looks_for_is_found(reader):
    bo = reader("bo")
    bo.goto("/")
    bo.locator("#search").fill("zebrafink")
    bo.locator("#search").press("Enter")
    expect(bo).to_have_url(re.compile(r"/sok/\?q=zebrafink"))
    expect(bo.locator("main a[href^='/avvikelse/']").first).to_be_visible()


def test_help_unfolds(reader):
    anna = reader("anna")
    anna.goto("/")
    anna.locator("a.pagehelp").first.click()
    expect(anna).to_have_url(re.compile("/hjalp/"))
    expect(anna.locator("main h1")).to_be_visible()
    anna.goto("/hjalp/")
    expect(anna.locator("main")).to_contain_text("anmäl")


def test_the_desk_is_read_narrowed_and_opened(reader, world_server):
    bo = reader("bo")
    bo.goto("/arbetsbord/")
    every = bo.locator("#list tbody tr, #list li").count()
    bo.locator("#desk_q").fill(world_server.fill("{answered_number}"))
    bo.locator("#desk_q").press("Enter")
    narrowed = bo.locator("#list tbody tr, #list li").count()
    assert 0 < narrowed < every
    bo.locator("#list a[href^='/avvikelse/']").first.click()
    expect(bo.get_by_role("heading", level=1)).to_be_visible()
