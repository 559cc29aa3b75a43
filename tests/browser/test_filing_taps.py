"""How little filing takes, counted in the page itself on a phone: every touch, and every key beside the free text."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE, log_in
from tests.browser.test_filing import BL_01

pytestmark = [pytest.mark.browser, pytest.mark.engines]

MOST_TAPS, MOST_KEYS = 9, 25
COUNT = """
for (const [kind, name] of [["pointerdown", "taps"], ["keydown", "keys"]]) {
  window.addEventListener(kind, (event) => {
    if (!event.isTrusted || (name === "keys" && event.target.id === "id_happened")) return;
    sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1);
  }, true);
}
"""
FILED_BEFORE = """
import datetime
from django.utils import timezone
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import User
from tests.cast import unit
file(Filing(reporting_unit=unit("blekinge", "1080-elevhalsan"), receiving_units=(unit("blekinge", "rb-bup"),),
            occurred_on=timezone.localdate() - datetime.timedelta(days=3), category="sip/called_party_absent", age=14,
            happened="Kallelse gick ut. BUP kom inte."), by=User.objects.get(email="anna@example.se"))
"""


@pytest.fixture
def touched(browser, live_server_uvicorn):
    """Anna's phone, at home. She has filed before, about BUP not coming to a SIP. `.counted()` is (taps, keys)."""
    live_server_uvicorn.python(FILED_BEFORE)
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="sv-SE")
    page = context.new_page()
    log_in(page, live_server_uvicorn.url, "anna")
    context.add_init_script(COUNT)
    page.reload()
    page.counted = lambda: tuple(
        int(page.evaluate(f"sessionStorage.getItem('{name}') ?? 0")) for name in ("taps", "keys")
    )
    assert page.counted() == (0, 0)
    yield page
    context.close()


def tell(page, text):
    page.get_by_label("Vad hände?").tap()
    page.keyboard.type(text)


def go_on(page, heading):
    page.get_by_role("button", name="Fortsätt").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def choose_the_latest_unit(page):
    page.get_by_role("button", name=re.compile("^BUP Region Blekinge")).tap()
    expect(page.locator(".chosen")).to_contain_text("BUP")


def choose_group(page):
    page.get_by_role("radio", name=re.compile("^Barn och unga")).tap()
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Utkastet är sparat \d\d\.\d\d\.$"))


def send(page):
    go_on(page, "Se över och skicka")
    page.get_by_role("button", name="Skicka avvikelsen").tap()
    expect(page.get_by_text(re.compile("^Skickad. "))).to_be_visible()


def test_a_returning_reporter_files_with_unit_age_kind_and_day_in_nine_taps_and_two_keys(touched):
    touched.get_by_role("button", name="Anmäl en avvikelse").tap()
    tell(touched, BL_01)
    go_on(touched, "Vilka berörs?")
    choose_the_latest_unit(touched)
    touched.get_by_label("Hur gammal är personen?").tap()
    touched.keyboard.type("14")
    touched.get_by_role("radio", name="SIP: kallad part kom inte").tap()
    touched.get_by_role("button", name="I går").tap()
    expect(touched.get_by_role("button", name="I går")).to_have_attribute("aria-pressed", "true")
    send(touched)
    taps, keys = touched.counted()
    print(f"the most that one chooses: {taps} taps, {keys} keys")
    assert (taps, keys) == (9, 2)
    assert taps <= MOST_TAPS
    assert keys <= MOST_KEYS
    expect(touched.get_by_text("Samverkansgrupp Barn och unga har den nu")).to_be_visible()


def test_another_unit_is_found_by_three_letters_within_the_same_bounds(touched):
    touched.get_by_role("button", name="Anmäl en avvikelse").tap()
    tell(touched, BL_01)
    go_on(touched, "Vilka berörs?")
    touched.get_by_label("Vilken verksamhet gäller det?").tap()
    touched.keyboard.type("buh")
    touched.get_by_role("button", name=re.compile("^Barn- och ungdomshabiliteringen")).tap()
    expect(touched.locator(".chosen")).to_contain_text("habiliteringen")
    touched.get_by_label("Hur gammal är personen?").tap()
    touched.keyboard.type("14")
    send(touched)
    taps, keys = touched.counted()
    print(f"a unit not chosen before: {taps} taps, {keys} keys")
    assert (taps, keys) == (8, 5)


def test_a_part_that_did_not_come_to_sip_is_five_taps_and_no_key(touched):
    touched.get_by_role("button", name=re.compile("^En part kom inte till SIP")).tap()
    go_on(touched, "Vilka berörs?")
    expect(touched.locator(".chosen")).to_contain_text("Föreslagen: din senaste anmälan av samma slag gällde den.")
    choose_group(touched)
    send(touched)
    assert touched.counted() == (5, 0)
    expect(touched.get_by_role("heading", level=1)).to_have_text("SIP: kallad part kom inte")


def test_a_telephone_line_that_did_not_answer_is_six_taps_and_no_key(touched):
    touched.get_by_role("button", name=re.compile("^Telefonlinjen svarade inte")).tap()
    go_on(touched, "Vilka berörs?")
    choose_the_latest_unit(touched)
    choose_group(touched)
    send(touched)
    assert touched.counted() == (6, 0)
    expect(touched.get_by_role("heading", level=1)).to_have_text("Kontaktväg: telefonlinjen svarade inte")


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("Löst på plats", "Remissen var ofullständig. Vi ringde och redde ut det."),
        ("Gott exempel", "De ringde själva och berättade före utskrivningen."),
    ],
)
def test_what_one_must_tell_oneself_is_seven_taps_and_no_key_beside_the_story(touched, button, text):
    touched.get_by_role("button", name=re.compile(f"^{button}")).tap()
    tell(touched, text)
    go_on(touched, "Vilka berörs?")
    choose_the_latest_unit(touched)
    choose_group(touched)
    send(touched)
    assert touched.counted() == (7, 0)


def test_one_more_starts_with_the_same_unit_and_receiver_proposed(touched):
    touched.get_by_role("button", name=re.compile("^En part kom inte till SIP")).tap()
    go_on(touched, "Vilka berörs?")
    choose_group(touched)
    send(touched)
    touched.get_by_role("button", name="Anmäl en till").tap()
    tell(touched, "Remissen återsändes utan skäl.")
    go_on(touched, "Vilka berörs?")
    expect(touched.locator(".chosen li")).to_have_count(1)
    expect(touched.locator(".chosen")).to_contain_text("Föreslagen: samma som i din förra anmälan.")
    choose_group(touched)
    send(touched)
    assert touched.counted() == (11, 0)
