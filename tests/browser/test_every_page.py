"""Every page of the permission table, opened by somebody who may, in a real browser.

axe finds nothing in light or dark; everything that can be used is reached with Tab alone and shows its focus; and
nothing sticks out on a narrow phone.
"""

import json
import os
from contextlib import suppress
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from tests.browser.uvicorn_server import ROOT, database, run, served
from tests.permissions import table

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEED = """
import django; django.setup()
import json
from django.conf import settings
from tests.permissions import world as worlds
world = worlds.build()
cookies = {who: jar[settings.SESSION_COOKIE_NAME].value for who, (_c, jar) in world.clients.items()
           if settings.SESSION_COOKIE_NAME in jar}
print(json.dumps({"named": {k: str(v) for k, v in world.named.items()}, "cookies": cookies,
                  "name": settings.SESSION_COOKIE_NAME}))
"""
FOCUSABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(e => e.checkVisibility({checkVisibilityCSS: true}) && !e.disabled && e.tabIndex >= 0 && !e.closest('[inert]'))
  .filter(e => {  // one of a group of radio buttons takes the focus: the chosen one, else the first
    if (e.type !== 'radio' || !e.name || e.checked) return true;
    const group = [...document.querySelectorAll(`input[type=radio][name="${e.name}"]`)].filter(o => o.form === e.form);
    return !group.some(o => o.checked) && group[0] === e;
  })
  .map((e, i) => { e.dataset.probe = i; return [String(i), e.outerHTML.slice(0, 160)]; })"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const s = getComputedStyle(e), l = e.type === 'radio' || e.type === 'checkbox' || e.type === 'file';
  const shown = s.outlineStyle !== 'none' || s.boxShadow !== 'none' || l;
  return [e.dataset.probe || '', shown, e.outerHTML.slice(0, 160)];
}"""
STICKS_OUT = """() => [...document.querySelectorAll('body *')].filter(e => {
    if (!e.checkVisibility() || e.closest('.scroll, .vh, svg, [data-scrolls]')) return false;
    const box = e.getBoundingClientRect(), fixed = getComputedStyle(e).position === 'fixed';
    return !fixed && box.width > 1 && box.right > document.documentElement.clientWidth + 1;
  }).slice(0, 5).map(e => e.outerHTML.slice(0, 200))"""


def pages():
    """One row per address that somebody may open: the first person of the table for whom it answers 200."""
    chosen = {}
    for row in table.PAGES:
        who = next((who for who, answer in row.expected.items() if answer == "200" and who != "anonymous"), None)
        if row.method == "GET" and who and row.address not in chosen:
            chosen[row.address] = who
    return list(chosen.items())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The prepared world of the permission table behind a real server."""
    folder = tmp_path_factory.mktemp("every-page")
    with database(folder) as address:
        settings = {
            **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "deploy.settings",
            "SAMSYN_VAR": str(folder), "PYTHONPATH": str(ROOT), "REDIS_PREFIX": folder.name,
        }  # fmt: skip
        settings.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        run(settings, "-m", "django", "migrate", "-v", "0")
        told = json.loads(run(settings, "-c", SEED).splitlines()[-1])
        with served(settings, folder / "log") as url:
            yield SimpleNamespace(url=url, **told)


@pytest.fixture(scope="module")
def open_as(browser, place):
    """`open_as("bo")`: a page of a browser in which Bo is logged in, kept for the whole module."""
    opened = {}

    def come(who):
        if who not in opened:
            context = browser.new_context(locale="sv-SE", base_url=place.url, viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": place.name, "value": place.cookies[who], "url": place.url}])
            opened[who] = context.new_page()
        return opened[who]

    yield come
    for page in opened.values():
        page.context.close()


def filled(address, named):
    for name, value in named.items():
        address = address.replace(f"{{{name}}}", value)
    return address


def violations(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found]


def tabbed_through(page):
    """What Tab reaches from the top of the page, in order, until it leaves the page or starts over."""
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    reached = []
    for _press in range(600):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if reached and focused and focused[0] == reached[-1][0]:
            continue  # the next part of a date
        if focused is None or (focused[0] and focused[0] in {probe for probe, _shown, _html in reached}):
            break
        reached.append(focused)
    return reached


@pytest.mark.parametrize(("address", "who"), pages())
def test_page(address, who, open_as, place):
    page = open_as(who)
    page.set_viewport_size({"width": 1280, "height": 900})
    try:
        answer = page.goto(filled(address, place.named))
    except Error as error:  # a download opens no page
        if "Download is starting" in str(error):
            return
        raise
    if (
        not (answer.headers.get("content-type") or "").startswith("text/html")
        or page.locator("html body main").count() == 0
    ):
        return  # a file, or a fragment, which the page around it is asked for
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=2_000)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme
    page.emulate_media(color_scheme="light")

    wanted = dict(page.evaluate(FOCUSABLE))
    reached = tabbed_through(page)
    assert {html for probe, html in wanted.items() if probe not in {p for p, _s, _h in reached}} == set(), "not by Tab"
    assert [html for _probe, shown, html in reached if not shown] == [], "focus is not seen"

    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(STICKS_OUT) == [], "sticks out at 320 px"
