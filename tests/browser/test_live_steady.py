"""What changes by itself: what came while the network was gone is there, said once, and what one reads stays put."""

import pytest
from playwright.sync_api import expect

from deviations.services.handling import receive
from deviations.services.statements import complete, request_completion
from tests import servers
from tests.browser.test_live_following import SOON, as_person, elsewhere, pass_on, port  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = """() => { window.said = [];
  const strip = document.getElementById('strip');
  new MutationObserver(() => { if (strip.textContent) window.said.push(strip.textContent); })
    .observe(strip, {childList: true, characterData: true, subtree: true}); }"""


def test_two_changes_while_the_network_was_gone_are_both_there_when_it_is_back(page, port, as_person, anna, bo, filed):  # noqa: F811
    with servers.live(port):
        as_person(anna, filed)
        page.evaluate(SAID)
        page.context.set_offline(True)
        elsewhere(receive, filed, by=bo)
        elsewhere(request_completion, filed, question="Vilken dag var mötet?", by=bo)
        page.wait_for_timeout(5_000)
        assert page.locator("#vagen").get_attribute("data-live-sequence") == "1"
        page.context.set_offline(False)
        pass_on(page)
        expect(page.locator("#vagen")).to_have_attribute("data-live-sequence", "3", timeout=2 * SOON)
        expect(page.locator("#vagen")).to_contain_text("Vilken dag var mötet?")
        expect(page.locator("#vagen")).to_contain_text("Togs emot")
        assert page.evaluate("window.notReloaded") is True
        news = [text for text in page.evaluate("window.said") if text.startswith("Nyss: Bad om komplettering")]
        assert len(news) == 1
        assert page.locator("#strip").get_attribute("role") == "status"


def test_what_one_reads_stays_where_it_is_and_what_was_open_stays_open(page, port, as_person, anna, bo, filed):  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 500})
    receive(filed, by=bo)
    with servers.live(port):
        as_person(anna, filed)
        page.locator("#allt summary").click()
        page.locator("#allt summary").focus()
        line = page.locator("#allt .hist li").last
        line.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 40)")
        before = line.bounding_box()["y"]
        elsewhere(request_completion, filed, question="Vilken dag var mötet? " * 12, by=bo)
        pass_on(page)
        expect(page.locator("#vagen")).to_have_attribute("data-live-sequence", "3", timeout=SOON)
        page.wait_for_timeout(300)
        assert abs(page.locator("#allt .hist li").last.bounding_box()["y"] - before) < 2
        assert page.locator("#allt").get_attribute("open") == ""
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_number_at_the_top_counts_up_by_itself_on_any_page(page, port, as_person, anna, bo, filed):  # noqa: F811
    with servers.live(port):
        as_person(anna, filed)
        page.goto(f"http://127.0.0.1:{port}/rutin/")
        page.evaluate("window.notReloaded = true")
        expect(page.locator("#news_count")).to_have_text("")
        page.wait_for_function("sessionStorage.getItem('samsyn.live.position') !== null")
        elsewhere(receive, filed, by=bo)
        pass_on(page)
        expect(page.locator("#news_count .count")).to_have_text("1", timeout=SOON)
        elsewhere(complete, filed, text="Mötet hölls i maj.", by=anna)
        pass_on(page)
        page.wait_for_timeout(1_000)
        expect(page.locator("#news_count .count")).to_have_text("1")
        assert page.evaluate("window.notReloaded") is True
