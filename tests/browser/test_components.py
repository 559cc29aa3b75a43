"""The parts and the log-in page in a real browser: without sight, without colour, in the dark, on a small phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.people import listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 1440)
SCHEMES = ("light", "dark")
# What decides where a letter stands.
DECISIVE = (
    *("fontFamily", "fontSize", "fontWeight", "fontFeatureSettings", "fontVariantNumeric", "textRendering"),
    *("lineHeight", "letterSpacing", "wordSpacing", "whiteSpaceCollapse", "paddingLeft", "paddingTop", "width"),
)
PAGES = ("/komponenter/", "/konto/login/", "/konto/password/reset/", "/finns-inte/")


@pytest.fixture
def refusals(page):
    """What the browser refused or failed at while the test ran, except the 404 that a test asked for itself."""
    told = []
    listen(page, told)
    return told


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_breaks_an_accessibility_rule_or_scrolls_sideways(page, live_server, refusals, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    broken, too_wide = [], []
    for path in PAGES:
        page.goto(live_server.url + path, wait_until="networkidle")
        for rule in Axe().run(page).response["violations"]:
            broken.append((path, rule["id"], [node["html"] for node in rule["nodes"]]))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(path)
    assert (broken, too_wide) == ([], [])
    assert [told for told in refusals if "404 (Not Found)" not in told] == []


def test_the_look_is_loaded(page, live_server):
    page.goto(live_server.url + "/komponenter/")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Source Sans 3\"'))")
    filled = page.locator(".cat:not(#utseende) .ds-button:not([data-variant])").first  # not a county's colour
    assert filled.evaluate("button => getComputedStyle(button).backgroundColor") == "rgb(11, 92, 99)"


def test_the_marked_words_lie_under_the_words_they_mark(page, live_server):
    page.goto(live_server.url + "/komponenter/", wait_until="networkidle")
    different = page.evaluate(
        """(decisive) => {
            const [mirror, area] = [".guard__mirror", ".guard textarea"]
                .map(place => getComputedStyle(document.querySelector(place)));
            return decisive.filter(name => mirror[name] !== area[name]);
        }""",
        DECISIVE,
    )
    assert different == []


def test_the_skip_link_comes_first_and_leads_past_the_menu(page, live_server):
    page.goto(live_server.url + "/konto/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Till innehållet"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_what_is_behind_more_opens_and_closes_by_keyboard(page, live_server):
    page.goto(live_server.url + "/komponenter/", wait_until="networkidle")
    more, line = page.locator(".nav__more summary"), page.locator(".nav__list a").first
    more.press("Enter")
    page.keyboard.press("Tab")
    assert line.evaluate("link => link === document.activeElement")
    page.keyboard.press("Escape")
    assert more.evaluate("summary => summary === document.activeElement")
    assert not line.is_visible()


def test_what_is_behind_more_needs_no_scripts_and_fits_a_small_phone(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(live_server.url + "/komponenter/")
    page.locator(".nav__more summary").click()
    box = page.locator(".nav__list").bounding_box()
    assert page.locator(".nav__list a").all_inner_texts() == ["Organ", "Vem ansvarar?", "Rutinen"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    context.close()


def test_a_greyed_step_can_be_reached_and_pressing_it_does_nothing(page, live_server):
    page.goto(live_server.url + "/komponenter/")
    step = page.locator("#step-close")
    step.focus()
    assert step.evaluate("button => button === document.activeElement")
    step.press("Enter")
    assert page.url == live_server.url + "/komponenter/"


def test_a_fragment_that_cannot_be_fetched_is_told_in_the_strip(page, live_server):
    page.goto(live_server.url + "/komponenter/", wait_until="networkidle")
    page.evaluate("htmx.ajax('GET', '/finns-inte/', {target: '#main', swap: 'innerHTML'})")
    page.wait_for_function("document.getElementById('strip').textContent !== ''")
    assert page.locator("#strip").inner_text() == "Det gick inte. Ladda om sidan och försök igen."
    assert page.locator("h1").inner_text() == "Byggstenar"
