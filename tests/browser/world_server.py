"""The prepared world of the permission table behind a real server, and browsers in which its people are logged in.

Every page is looked at in four guises, so that it has met light and dark, a desktop, a phone of 320 px and a zoom of
200 %, Swedish and English. axe is what takes time, so each guise earns its place:

    Swedish, desktop, light     every rule: the page as most people have it
    Swedish, desktop, dark      the rules about colours: nothing else differs from the guise before
    English, 320 px, dark       every rule: other words, other parts shown, the other colours on them
    English, 200 %, light       every rule: the widths between phone and desktop, where menus fold

What sticks out is asked at 320 px and at 200 % in both languages: words have other lengths. Zooming to 200 % halves the
window that the page has; that its pixels are sharper changes nothing that is asked for here.
"""

import json
import os
from types import SimpleNamespace

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.uvicorn_server import ROOT, database, run, served
from tests.browser.world_middleware import LANGUAGE
from tests.permissions import table

DESK, PHONE, ZOOMED = ({"width": w, "height": h} for w, h in ((1280, 900), (320, 640), (640, 512)))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
LISTED = 14  # ticks of 50 ms: longer than LIST_MS in live.js
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
STICKS_OUT = """() => [...document.querySelectorAll('body *')].filter(e => {
    if (!e.checkVisibility() || e.closest('.scroll, .vh, svg, [data-scrolls]')) return false;
    const box = e.getBoundingClientRect(), fixed = getComputedStyle(e).position === 'fixed';
    return !fixed && box.width > 1 && box.right > document.documentElement.clientWidth + 1;
  }).slice(0, 5).map(e => e.outerHTML.slice(0, 200))"""
VIOLATIONS = """async (options) => (await axe.run(document, options)).violations.map(
    v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))])"""


def pages():
    """One row per address that somebody may open: the first person of the table for whom it answers 200."""
    chosen = {}
    for row in table.PAGES:
        who = next((who for who, answer in row.expected.items() if answer == "200" and who != "anonymous"), None)
        if row.method == "GET" and who and row.address not in chosen:
            chosen[row.address] = who
    return list(chosen.items())


@pytest.fixture(scope="session")
def world_server(tmp_path_factory):
    """`.url`, `.named` and `.fill(address)`."""
    folder = tmp_path_factory.mktemp("world")
    with database(folder) as address:
        settings = {
            **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.browser.world_settings",
            "SAMSYN_VAR": str(folder), "PYTHONPATH": str(ROOT), "REDIS_PREFIX": f"{folder.name}-{os.getpid()}",
            "STATIC_ROOT": str(folder / "static"),
        }  # fmt: skip
        settings.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        run(settings, "-m", "django", "collectstatic", "--no-input", "-v", "0")
        told = json.loads(run(settings, "-c", SEED).splitlines()[-1])
        with served(settings, folder / "log") as url:
            yield SimpleNamespace(url=url, fill=lambda address: filled(address, told["named"]), **told)


def filled(address, named):
    for name, value in named.items():
        address = address.replace(f"{{{name}}}", value)
    return address


class Visitor:
    """A browser in which one person is logged in, and what it has met: `.faults`, and `.bytes` since `.forget()`."""

    def __init__(self, browser, server, who):
        self.context = browser.new_context(
            locale="sv-SE", base_url=server.url, viewport=DESK, timezone_id="Europe/Stockholm", service_workers="block"
        )
        self.url, self.faults, self.bytes, self.asked = server.url, [], 0, set()
        self.context.add_cookies([{"name": server.name, "value": server.cookies[who], "url": server.url}])
        self.page = self.context.new_page()
        self.page.on("request", self.asks)
        self.page.on("requestfinished", lambda request: self.asked.discard(request))
        self.page.on("requestfailed", lambda request: self.asked.discard(request))
        self.page.on("websocket", lambda socket: self.must_be_own(socket.url))
        self.page.on("console", self.must_be_allowed)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.network = self.context.new_cdp_session(self.page)
        self.network.send("Network.enable")
        self.network.on("Network.loadingFinished", self.weigh)

    def asks(self, request):
        self.asked.add(request)
        self.must_be_own(request.url)

    def must_be_own(self, address):
        own = self.url.partition(":")[2]
        if not address.startswith(("data:", "blob:")) and not address.partition(":")[2].startswith(own):
            self.faults.append(f"leaves the host: {address}")

    def must_be_allowed(self, message):
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def weigh(self, told):
        self.bytes += int(told["encodedDataLength"])

    def forget(self):
        """As at the first visit: nothing is kept, nothing has gone wrong, nothing has been fetched."""
        self.network.send("Network.clearBrowserCache")
        self.faults.clear()
        self.bytes = 0

    def speak(self, language):
        self.context.add_cookies([{"name": LANGUAGE, "value": language, "url": self.url}])

    def settle(self):
        """Until what follows along is connected, all that was asked for has come, and nothing more is asked for.

        A list that follows along is fetched once more a while after the page is connected. A page that asks again and
        again is never idle; after three seconds it has been given its time.
        """
        quiet = 0
        enough = LISTED if self.page.locator("[data-live-list]").count() else 3
        for _tick in range(60):
            self.page.wait_for_timeout(50)
            waits = self.asked or self.page.locator("[data-live=away]").count()
            quiet = 0 if waits else quiet + 1
            if quiet == enough:
                return
        self.asked.clear()


@pytest.fixture(scope="session")
def visitor(browser, world_server):
    """`visitor("bo")`: a browser in which Bo is logged in and reads Swedish, kept for the whole run."""
    opened = {}

    def come(who):
        if who not in opened:
            opened[who] = Visitor(browser, world_server, who)
        opened[who].speak("sv")
        return opened[who]

    yield come
    for one in opened.values():
        one.context.close()


def violations(page, options=EVERY_RULE):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(VIOLATIONS, options)


def look(page, size, scheme, rules, where):
    """What is wrong in one guise of the page as it stands."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    found = [(where, *fault) for fault in violations(page, rules)] if rules else []
    return found + sticking_out(page, where) if size is not DESK else found


def sticking_out(page, where):
    return [(where, "sticks out", html) for html in page.evaluate(STICKS_OUT)]


def wrong_in_swedish(page):
    return [
        *look(page, DESK, "light", EVERY_RULE, "sv desktop light"),
        *look(page, DESK, "dark", COLOURS, "sv desktop dark"),
        *look(page, ZOOMED, "light", None, "sv 200 %"),
        *look(page, PHONE, "light", None, "sv 320 px"),
    ]


def wrong_in_english(page):
    return [
        *look(page, PHONE, "dark", EVERY_RULE, "en 320 px dark"),
        *look(page, ZOOMED, "light", EVERY_RULE, "en 200 % light"),
    ]
