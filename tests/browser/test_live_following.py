"""An open page follows along by itself, through dropped lines, until the right or the log-in ends."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from deviations.services.handling import receive, score
from deviations.services.statements import complete
from orgs.models import BodyMembership
from orgs.permissions import end
from tests import servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 15_000
LIVE = "Uppdateras direkt"


@pytest.fixture
def port():
    return servers.free_port()


@pytest.fixture
def as_person(page, port):
    """Open a page as somebody; whatever is not reloaded keeps the mark that is set here."""

    def go(person, deviation):
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": f"http://127.0.0.1:{port}"}]
        )
        page.goto(f"http://127.0.0.1:{port}/avvikelse/{deviation.public_id}/")
        expect(page.locator("[data-live]")).to_have_text(LIVE, timeout=SOON)
        page.evaluate("window.notReloaded = true")
        return client

    return go


def elsewhere(step, *args, **kwargs):
    """In a thread of its own: Playwright's event loop is in the test's, and a sender wants none."""

    def take():
        step(*args, **kwargs)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(take).result()


def pass_on(page):
    """In one process nobody else can send, so the page is made to ask, as it does every twenty seconds."""
    if connection.vendor == "sqlite":
        page.evaluate("window.dispatchEvent(new Event('online'))")


def test_the_reporters_page_shows_a_step_without_reloading_and_says_so(page, port, as_person, anna, bo, filed):
    with servers.live(port):
        as_person(anna, filed)
        before = page.locator("#vagen").inner_text()
        elsewhere(receive, filed, by=bo)
        pass_on(page)
        expect(page.locator("#vagen")).to_have_attribute("data-live-sequence", "2", timeout=SOON)
        assert page.locator("#vagen").inner_text() != before
        expect(page.locator("#strip")).not_to_be_empty()
        assert page.evaluate("window.notReloaded") is True


def test_dropped_during_200_changes_it_ends_with_the_timeline_of_a_fresh_page(page, port, as_person, anna, bo, filed):
    receive(filed, by=bo)

    def change():
        for n in range(199):
            if n % 2:
                score(filed, severity=1 + n % 4, likelihood=2, by=bo)
            else:
                complete(filed, text=f"Tillägg {n}.", by=anna)
        connection.close()

    changing = threading.Thread(target=change)
    with servers.live(port):
        as_person(anna, filed)
        changing.start()
    with servers.live(port):  # the first was killed, with the page open
        expect(page.locator("[data-live]")).to_have_text(LIVE, timeout=2 * SOON)
    with servers.live(port):
        changing.join()
        expect(page.locator("#vagen")).to_have_attribute("data-live-sequence", "201", timeout=3 * SOON)
        assert page.evaluate("window.notReloaded") is True
        followed = page.locator("#vagen").inner_text()
        page.reload()
        assert page.locator("#vagen").inner_text() == followed


def test_the_page_leaves_when_the_right_ends(page, port, as_person, bo, ada, filed):
    with servers.live(port):
        as_person(bo, filed)
        elsewhere(end, BodyMembership.objects.get(user=bo), by=ada)
        for _heartbeat in range(3):
            pass_on(page)
            page.wait_for_timeout(200)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Du har inte längre tillgång till avvikelsen", timeout=SOON
        )
        assert filed.happened not in page.content()


def test_the_page_leaves_when_the_log_in_ends(page, port, as_person, anna, filed):
    with servers.live(port):
        client = as_person(anna, filed)
        client.session.flush()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad", timeout=SOON)
        assert filed.happened not in page.content()
