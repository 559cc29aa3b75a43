"""Every page of the permission table, opened by somebody who may, in a real browser.

axe finds nothing and nothing sticks out in any guise (tests/browser/world_server.py says which, why); everything that
can be used is reached with Tab alone and shows its focus; nothing is asked of another host or refused by the content
security policy; and a first visit, with nothing kept from before, fetches at most 150 kB.
"""

import pytest
from playwright.sync_api import Error

from tests.browser.world_server import DESK, pages, wrong_in_english, wrong_in_swedish

pytestmark = pytest.mark.browser

MOST_BYTES = 150_000
SWEDISH_ONLY = {"/komponenter/"}  # for those who build
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


@pytest.fixture(scope="module")
def weights():
    """Bytes of each page's first visit; the heaviest are told when all have been opened."""
    weighed = {}
    yield weighed
    for address in sorted(weighed, key=weighed.get, reverse=True)[:5]:
        print(f"{weighed[address] / 1000:6.1f} kB  {address}")


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


def opened(one, address, language):
    """The page in the language, or None when what is there is no page: a file, or a fragment of one."""
    one.speak(language)
    try:
        answer = one.page.goto(address)
    except Error as error:
        if "Download is starting" in str(error):
            return None
        raise
    one.settle()
    is_text = (answer.headers.get("content-type") or "").startswith("text/html")
    return one.page if is_text and one.page.locator("html body main").count() else None


def out_of_reach(page):
    wanted = dict(page.evaluate(FOCUSABLE))
    reached = tabbed_through(page)
    found = {probe for probe, _shown, _html in reached}
    return [("not by Tab", html) for probe, html in wanted.items() if probe not in found] + [
        ("focus is not seen", html) for _probe, shown, html in reached if not shown
    ]


@pytest.mark.parametrize(("address", "who"), pages())
def test_page(address, who, visitor, world_server, weights):
    one = visitor(who)
    one.page.set_viewport_size(DESK)
    one.page.emulate_media(color_scheme="light")
    one.forget()
    page = opened(one, world_server.fill(address), "sv")
    if page is None:
        return
    weights[address] = one.bytes
    assert one.bytes <= MOST_BYTES
    assert out_of_reach(page) == []
    wrong = wrong_in_swedish(page)
    opened(one, world_server.fill(address), "en")
    assert page.locator("html").get_attribute("lang") == ("sv" if address in SWEDISH_ONLY else "en")
    wrong += wrong_in_english(page)
    assert wrong == [], "\n".join(map(str, wrong))
    assert one.faults == []
