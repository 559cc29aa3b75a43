"""A page of which a part has been swapped equals the page loaded anew, for every part that htmx swaps.

What the templates may swap is read out of them, so that a new one cannot be forgotten: each must either be met on some
page of the permission table, where it is emptied and comes again as it was, or stand in BY_HAND with the test that
types or presses what asks for it, or in APART with where it is held against its page. That a page which has followed
along while much happened is as when it is loaded anew is asked of every page in tests/permissions/test_table.py.
"""

import re
from difflib import unified_diff

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE, log_in
from tests.browser.test_every_page import opened
from tests.browser.test_filing import BL_01, NAMED
from tests.browser.uvicorn_server import ROOT
from tests.browser.world_server import DESK, pages

pytestmark = [pytest.mark.browser, pytest.mark.second_part]

TEMPLATES = ROOT / "frontend" / "templates"
# In the order of the page: each element with what stands in it, without what differs from one answer to the next.
AS_READ = """() => {
  const skipped = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT']), lines = [];
  const typed = (e) => e.matches('input:not([type=radio], [type=checkbox], [type=hidden], [type=file])');
  const name = (a) => a.name === 'class'
    ? `class="${[...new Set(a.value.split(/\\s+/).filter(c => c && !c.startsWith('htmx-')))].sort().join(' ')}"`
    : `${a.name}="${a.value}"`;
  const kept = (a, e) => !(a.name === 'value' && ['csrfmiddlewaretoken', 'page', 'until'].includes(e.name))
    && a.name !== 'hx-headers' && !(a.name === 'class' && !a.value.replace(/htmx-\\w+/g, '').trim());
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\\s+/g, ' ').trim();
      if (text) lines.push(text);
    } else if (node.nodeType === Node.ELEMENT_NODE && !skipped.has(node.tagName)) {
      if (node.id === 'strip') return;  // says "Nyss: …", once
      const said = [...node.attributes].filter(a => kept(a, node) && !(a.name === 'value' && typed(node))).map(name);
      if (typed(node)) said.push(`value="${node.value}"`);
      said.sort();
      lines.push(`<${[node.tagName.toLowerCase(), ...said].join(' ')}>`);
      if (node.tagName === 'TEXTAREA') lines.push(node.value);
      else node.childNodes.forEach(walk);
    }
  };
  document.body.normalize();
  walk(document.body);
  return lines;
}"""
PARTS = """() => [...document.querySelectorAll('[hx-get][id], [hx-post][id]')]
    .filter(e => !(e.getAttribute('hx-trigger') ?? '').startsWith('input')).map(e => e.id)"""
SWAP = """(id) => new Promise((done, failed) => {
  const part = document.getElementById(id);
  // Emptied, so that all of it must come; what lies on the device is kept as it is.
  for (const e of part.querySelectorAll('*'))
    if (!e.closest('[hx-preserve]') && !e.querySelector('[hx-preserve]')) e.remove();
  document.body.addEventListener('htmx:afterSettle', () => done(), {once: true});
  document.body.addEventListener('htmx:responseError', () => failed(new Error('refused: ' + id)), {once: true});
  setTimeout(() => failed(new Error('not swapped: ' + id)), 15000);
  if (!part.getAttribute('hx-trigger').startsWith('every')) htmx.trigger(part, 'changed');
})"""
# What asks, by id, name or file: the test below in which it does.
BY_HAND = {
    "happened": "test_the_first_step_of_filing",
    "not_a_name": "test_the_first_step_of_filing",
    "add": "test_the_second_step_of_filing",
    "remove": "test_the_second_step_of_filing",
    "frontend/filing/concerns.html": "test_the_second_step_of_filing",
    "frontend/filing/review.html": "test_the_third_step_of_filing",
    "suggestion": "test_the_third_step_of_filing",
    "q": "test_what_is_found_while_one_types and test_what_is_found_in_the_search_field",
}
APART = {
    "adoptions": "nobody of the table's cast answers for a principal: tests/frontend/test_steering.py",
    "counting": "the table's numbers have been counted: tests/frontend/test_writing.py",
    "frontend/desk/deviation.html": "says that one has seen it; nothing is swapped",
    "frontend/steering/escalation.html": "says that one has seen it; nothing is swapped",
}


def asking():
    """The id, else the name, else the file, of each element in the templates that asks for a part of a page."""
    found = set()
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for asked in re.finditer(r'hx-(?:get|post)="', text):
            start, end = text.rfind("<", 0, asked.start()), text.find(">", asked.start())
            called = re.search(r'\b(?:id|name)="([\w-]+)"', text[start:end])
            inside = ">" not in text[start : asked.start()]
            found.add(called[1] if called and inside else str(file.relative_to(TEMPLATES)))
    return found


@pytest.fixture(scope="module")
def met():
    """The parts that have been fetched again on some page."""
    return set()


def read(page):
    return page.evaluate(AS_READ)


def differs(one, other):
    """The lines in which two readings differ, for a person to see; empty when they are the same."""
    return "\n".join(unified_diff(one, other, n=1, lineterm=""))


@pytest.mark.parametrize(("address", "who"), [*pages(), ("/avvikelse/{filed}/", "berit")])
def test_what_is_fetched_again_changes_nothing(address, who, visitor, world_server, met):
    one = visitor(who)
    where = world_server.fill(address)
    source = one.page.request.get(where)
    if "text/html" not in source.headers.get("content-type", "") or "<main" not in (html := source.text()):
        return
    new = set(re.findall(r'<\w+ [^>]*?id="([\w-]+)"[^>]*hx-(?:get|post)="', html)) - met
    if not new & asking() - set(BY_HAND):
        return
    one.page.set_viewport_size(DESK)
    page = opened(one, where, "sv")
    before = read(page)
    for part in page.evaluate(PARTS):
        if part not in met:
            page.evaluate(SWAP, part)
            one.settle()
            assert differs(before, read(page)) == "", part
            met.add(part)


def test_no_part_is_forgotten(met, visitor):
    """With a visitor, since a test without a browser would be moved behind every other file's, with nothing met."""
    assert asking() - met == {*BY_HAND, *APART}


# ── what one types or presses ────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def anna(page, live_server_uvicorn):
    page.set_viewport_size(PHONE)
    log_in(page, live_server_uvicorn.url, "anna")
    page.get_by_role("button", name="Anmäl en avvikelse").click()
    return page


def as_loaded_anew(page):
    """Whether the page reads the same when it is loaded again; the clock of what is saved is not compared."""
    saved = re.compile(r"sparat \d\d\.\d\d")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_load_state("networkidle")
    now = [saved.sub("sparat", line) for line in read(page)]
    page.goto(page.url, wait_until="networkidle")
    assert differs(now, [saved.sub("sparat", line) for line in read(page)]) == ""


def to_units(page):
    page.get_by_label("Vad hände?").fill(BL_01)
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vilka berörs?")


def test_the_first_step_of_filing(anna):
    anna.get_by_label("Vad hände?").press_sequentially(NAMED)
    expect(anna.locator("mark.warn")).to_have_text("Anna Svensson")
    as_loaded_anew(anna)
    anna.get_by_role("button", name="Inget namn").first.click()
    expect(anna.locator("mark.warn")).to_have_count(0)
    as_loaded_anew(anna)


def test_the_second_step_of_filing(anna):
    to_units(anna)
    anna.get_by_label("Vilken verksamhet gäller det?").press_sequentially("bup")
    anna.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(anna.locator(".chosen")).to_contain_text("BUP")
    as_loaded_anew(anna)
    anna.get_by_label("Hur gammal är personen?").fill("14")
    anna.get_by_label("Hur gammal är personen?").blur()
    expect(anna.locator("#age_group")).to_contain_text("Barn och unga")
    as_loaded_anew(anna)
    anna.get_by_role("button", name=re.compile("^Ta bort")).click()
    expect(anna.locator(".chosen")).to_have_count(0)
    as_loaded_anew(anna)


def test_the_third_step_of_filing(anna):
    to_units(anna)
    anna.get_by_label("Vilken verksamhet gäller det?").press_sequentially("bup")
    anna.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(anna.locator(".chosen")).to_contain_text("BUP")
    anna.get_by_role("button", name="Fortsätt").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text("Se över och skicka")
    anna.get_by_label("Er egen referens").fill("EH-17")
    anna.get_by_label("Er egen referens").blur()
    expect(anna.locator("#saved")).to_contain_text("sparat")
    anna.get_by_text("Överenskommelse och förslag").click()
    anna.locator("#id_suggestion").press_sequentially("Be Anna Svensson ringa.")
    expect(anna.locator("main mark.warn")).to_have_text("Anna Svensson")
    as_loaded_anew(anna)


def links(page, within):
    return page.locator(f"{within} a").evaluate_all("all => all.map(a => a.getAttribute('href'))")


def test_what_is_found_in_the_search_field(visitor):
    """The few that come while one types are among those of the page that the search leads to."""
    page = visitor("bo").page
    page.set_viewport_size(DESK)
    page.goto("/arbetsbord/")
    page.locator("#search").press_sequentially("bup")
    expect(page.locator("#search_found a").first).to_be_visible()
    few = [address for address in links(page, "#search_found") if not address.startswith("/sok/")]
    page.locator("#search").press("Enter")
    page.wait_for_url("**/sok/?q=bup")
    assert few
    assert set(few) <= set(links(page, "main"))


@pytest.mark.parametrize(
    ("who", "address", "found"),
    [("anna", "/anmal/{draft}/berors/", "#forslag"), ("berit", "/avvikelse/{filed}/pass_on/", "#enheter")],
)
def test_what_is_found_while_one_types(who, address, found, browser, visitor, world_server):
    """As the button finds it for whoever has no scripts."""
    one = visitor(who)
    one.page.set_viewport_size(DESK)
    one.page.goto(world_server.fill(address))
    one.page.locator("input[name=q]:not(#search)").press_sequentially("habil")
    expect(one.page.locator(found)).to_contain_text("abilitering")
    context = browser.new_context(
        storage_state=one.context.storage_state(), base_url=world_server.url, java_script_enabled=False
    )
    plain = context.new_page()
    plain.goto(world_server.fill(address))
    plain.locator("input[name=q]:not(#search)").fill("habil")
    plain.get_by_role("button", name="Sök", exact=True).last.click()
    expect(plain.locator(found)).to_contain_text("abilitering")
    assert plain.locator(found).inner_text().split() == one.page.locator(found).inner_text().split()
    context.close()
