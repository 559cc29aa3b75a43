"""What the browser does by itself with the installed app: sends when no page is open, and offers to install it."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import test_offline
from tests.browser.test_offline import PAGE, WORDS, away, count, seal, waiting, write

pytestmark = pytest.mark.browser

device = test_offline.device

INSTALLABLE = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  window.asked = 0;
  event.prompt = async () => { window.asked += 1; };
  window.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def let_the_browser_sync(page, url):
    """As Chromium does when contact is back: the event goes to the worker, whether or not a page is open."""
    told, registrations = page.context.new_cdp_session(page), []
    told.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    told.send("ServiceWorker.enable")
    until = time.monotonic() + 20
    while not registrations:
        assert time.monotonic() < until
        page.wait_for_timeout(100)
    one = {"origin": url, "registrationId": registrations[-1]["registrationId"], "tag": "samsyn-send"}
    told.send("ServiceWorker.dispatchSyncEvent", {**one, "lastChance": False})
    told.detach()


def test_what_waits_is_sent_by_the_browser_itself_when_no_page_is_open(device):
    words = f"{WORDS} Sidan var stängd."
    away(device)
    write(device.page, words)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    device.page.goto("about:blank")
    device.context.set_offline(False)
    assert [page.url for page in device.context.pages] == ["about:blank"]
    let_the_browser_sync(device.page, device.url)  # Chromium may have done so already: it is sent once all the same
    until = time.monotonic() + 30
    while count(device.server, words) != (1, 0):
        assert time.monotonic() < until
    device.page.goto(f"{device.url}{PAGE}")
    device.page.wait_for_load_state("networkidle")
    expect(waiting(device.page)).to_have_count(0)
    assert count(device.server, words) == (1, 0)


def test_that_the_app_can_be_installed_is_offered_beside_the_rest_and_asked_once(device):
    device.page.goto(f"{device.url}/")
    offer = device.page.get_by_role("button", name="Lägg Samsyn på hemskärmen")
    device.page.wait_for_load_state("networkidle")
    expect(offer).to_have_count(0)
    assert device.page.evaluate(INSTALLABLE) is True
    expect(offer).to_be_visible()
    for width, scheme in ((320, "light"), (390, "dark")):
        device.page.set_viewport_size({"width": width, "height": 844})
        device.page.emulate_media(color_scheme=scheme)
        assert Axe().run(device.page).response["violations"] == []
        assert device.page.evaluate("document.documentElement.scrollWidth") <= width
    offer.press("Enter")
    expect(offer).to_have_count(0)
    assert device.page.evaluate("window.asked") == 1
