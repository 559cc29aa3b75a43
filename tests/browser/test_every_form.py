"""Every form of every page, sent with nothing in it and then with what nobody offered, in a real browser.

The forms are found on the pages of the permission table, so a new one cannot be forgotten; each is tried on the first
page where it stands. Left out by rule: a form without a field to fill in (a button has no error to show). What is
sent is taken back by the server. Where the answer is a page with errors, the summary has the focus, each field that is
wrong says so and is tied to its sentence, and axe finds nothing in any guise.
"""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error

from tests.browser.test_every_page import opened
from tests.browser.world_server import DESK, pages, wrong_in_english, wrong_in_swedish

pytestmark = [pytest.mark.browser, pytest.mark.second_part]

# Each form that asks for something, in the source of a page: where it stands among the page's forms, and what tells it
# from others.
FORMS = """([source, address]) => {
  const page = new DOMParser().parseFromString(source, 'text/html');
  for (const left of page.querySelectorAll('noscript')) left.remove();  // no part of a page with scripts
  return [...page.querySelectorAll('main form[method=post], form[method=post]:has(main)')]
    .filter(form => !form.dataset.send)  // sent by a script, which tells the errors itself: test_offline.py
    .map((form) => {
      const fields = [...form.elements].filter(e => e.name && e.matches('textarea, select, input')
          && !['hidden', 'submit', 'button'].includes(e.type) && !e.disabled);
      return [[...page.forms].indexOf(form), form.getAttribute('action') || address, fields.map(e => e.name)];
    })
    .filter(([_at, _action, names]) => names.length);
}"""
EMPTY = """(form) => {
  for (const e of form.elements) {
    if (e.type === 'hidden' || e.disabled || !e.name) continue;
    if (e.matches('input[type=radio], input[type=checkbox]')) e.checked = false;
    else if (e.matches('select')) for (const option of e.options) option.selected = option.value === '';
    else if (e.matches('textarea, input:not([type=file])')) e.value = '';
  }
}"""
WRONG = """(form) => {
  for (const e of form.elements) {
    if (e.type === 'hidden' || e.disabled || !e.name) continue;
    if (e.matches('input[type=radio], input[type=checkbox]')) { e.value = 'finns inte'; e.checked = true; }
    else if (e.matches('select')) e.add(new Option('finns inte', 'finns inte', true, true));
    else if (e.matches('input[type=file]')) continue;
    else if (e.matches('textarea, input')) { e.type = e.matches('input') ? 'text' : e.type; e.value = '20121212-1212'; }
  }
}"""
SEND = """(form) => {
  form.noValidate = true;
  const buttons = [...form.elements].filter(e => e.type === 'submit' && !e.disabled);
  const plain = buttons.filter(e => !e.name && !e.hasAttribute('formaction'));
  form.requestSubmit((plain.length ? plain : buttons).at(-1));
}"""
# What is wrong with how the errors are told.
UNTOLD = """() => {
  const wrong = [], summary = document.querySelector('.errors');
  if (summary && !summary.contains(document.activeElement)) wrong.push('the summary has not the focus');
  for (const said of document.querySelectorAll('.ds-field__err')) {
    const tied = said.id && [...document.querySelectorAll('[aria-describedby]')]
      .some(e => e.getAttribute('aria-describedby').split(/\\s+/).includes(said.id));
    if (!tied) wrong.push('tied to no field: ' + said.outerHTML.slice(0, 160));
  }
  for (const field of document.querySelectorAll('[aria-invalid=true]')) {
    const own = field.getAttribute('aria-describedby') ?? '';
    const around = field.closest('fieldset[aria-describedby]')?.getAttribute('aria-describedby') ?? '';
    const told = `${own} ${around}`.split(/\\s+/).map(id => document.getElementById(id));
    if (!told.some(e => e?.matches('.ds-field__err, [id^=said_]')))
      wrong.push('says not why: ' + field.outerHTML.slice(0, 160));
  }
  return wrong;
}"""


@pytest.fixture(scope="module")
def tried():
    """The forms that have been tried, by where they send and what they ask for."""
    return set()


def told_apart(action, names):
    """Two addresses of the same kind are the same form: `/avvikelse/…/decide/`."""
    kind = re.sub(r"[0-9a-f-]{36}|\d+", "…", action.partition("?")[0])
    return kind, tuple(dict.fromkeys(re.sub(r"\d+", "…", name) for name in names))


def is_answer(response):
    return response.request.is_navigation_request() and response.request.method == "POST"


def wait_for_the_next_page(page):
    """The answer is there before the page that shows it."""
    for _tenth in range(300):
        with suppress(Error):  # between two pages there is nothing to ask
            if page.evaluate("!window.isOld && document.readyState === 'complete'"):
                return
        page.wait_for_timeout(100)
    pytest.fail("the page that was sent stayed")


def send(one, address, language, at, spoil):
    """The page that came back with errors, or None where the form took it or the address refused it outright."""
    page = opened(one, address, language)
    form = page.locator("form").nth(at)
    form.evaluate(spoil)
    page.evaluate("window.isOld = true")
    with page.expect_event("response", is_answer, timeout=30_000) as came:
        form.evaluate(SEND)
    wait_for_the_next_page(page)
    one.settle()
    if came.value.status not in {200, 422}:
        return None
    return page if page.locator("main .errors, main .ds-field__err, main [aria-invalid=true]").count() else None


def wrong_after(one, address, at, spoil):
    """What is wrong with the page of errors, or None where there is none."""
    one.page.emulate_media(color_scheme="light")
    one.page.set_viewport_size(DESK)
    page = send(one, address, "sv", at, spoil)
    if page is None:
        return None
    wrong = [*page.evaluate(UNTOLD), *wrong_in_swedish(page)]
    page = send(one, address, "en", at, spoil)
    return [*wrong, *(wrong_in_english(page) if page else ["no errors in English"])]


@pytest.mark.parametrize(("address", "who"), pages())
def test_forms_of(address, who, visitor, world_server, tried):
    one, where = visitor(who), world_server.fill(address)
    source = one.page.request.get(where)  # most pages have no form that has not been tried: they need not be drawn
    if "text/html" not in source.headers.get("content-type", "") or "<main" not in (html := source.text()):
        return
    one.forget()
    wrong = {}
    for at, action, names in one.page.evaluate(FORMS, [html, where]):
        form = told_apart(action, names)
        if form in tried:
            continue
        tried.add(form)
        for spoil, how in ((EMPTY, "empty"), (WRONG, "wrong")):
            found = wrong_after(one, where, at, spoil)
            if found:
                wrong[f"{form[0]} {how}"] = found
            if found is not None:
                break  # one page of errors shows its form's errors as well as another
    assert (wrong, one.faults) == ({}, [])


def test_errors_were_met_on_the_forms_that_were_tried(tried, visitor):
    """So that the test above cannot come to try nothing. With a visitor, to stand behind it: see test_swaps.py."""
    assert len(tried) > 40
