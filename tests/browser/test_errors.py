"""Every error page in a real browser: as it is drawn without a request, and the one that has a search field."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ERRORS = ("400", "403", "403_csrf", "404", "409", "429", "500")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] + ["too wide"] * wide


def served(html):
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_no_error_page_breaks_an_accessibility_rule_or_scrolls_sideways(
    page, live_server, cecilia, client, scheme, width
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    client.force_login(cecilia)
    drawn = {name: render_to_string(f"{name}.html") for name in ERRORS}
    drawn["404 with a search field"] = client.get("/finns-inte/").content.decode()
    broken = {}
    for name, html in drawn.items():
        page.route("**/fel/", served(html))
        page.goto(f"{live_server.url}/fel/", wait_until="networkidle")
        page.unroute("**/fel/")
        if found := faults(page):
            broken[name] = found
    assert broken == {}
