"""A device where somebody has logged out shows nothing of theirs to whoever takes it up, whatever the browser keeps."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE, log_in
from tests.browser.test_offline import ready

pytestmark = pytest.mark.browser


@pytest.fixture
def keeping(browser_type, browser_type_launch_args):
    """A browser that keeps whole pages for its back button, as people's own do."""
    kept = browser_type.launch(**browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"])
    yield kept
    kept.close()


def test_going_back_after_a_log_out_leads_to_the_log_in_page(keeping, live_server_uvicorn):
    page = keeping.new_page(viewport=PHONE, locale="sv-SE")
    log_in(page, live_server_uvicorn.url, "anna")
    ready(page)
    page.goto(f"{live_server_uvicorn.url}/konto/logout/")
    expect(page.get_by_text("Anna", exact=True)).not_to_have_count(0)
    page.get_by_role("button", name="Logga ut", exact=True).click()
    expect(page).to_have_url(re.compile("/konto/login/"))
    page.evaluate("document.title = 'Den här sidan'; history.back()")
    expect(page).to_have_title("Logga in – Samsyn")
    expect(page.get_by_text("Anna", exact=True)).to_have_count(0)


def test_going_back_while_logged_in_is_the_page_as_it_was_left(keeping, live_server_uvicorn):
    page = keeping.new_page(viewport=PHONE, locale="sv-SE")
    log_in(page, live_server_uvicorn.url, "anna")
    ready(page)
    page.goto(f"{live_server_uvicorn.url}/mina/")
    field = page.locator("#search")
    field.fill("habilit")
    page.goto(f"{live_server_uvicorn.url}/rutin/")
    page.evaluate("history.back()")
    expect(field).to_have_value("habilit")
