"""The desk, the unit's page and the administration in a real browser: live, without scripts, small, in the dark."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.people import people

pytestmark = [pytest.mark.browser, pytest.mark.engines]

SOON = 10_000
# Three deviations on their way: new, waiting for a statement, and decided with a measure.
FILED = """
import datetime, json
from django.utils import timezone
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import User
from tests.cast import unit
anna, bo, berit = (User.objects.get(email=f"{name}@example.se") for name in ("anna", "bo", "berit"))
bup, today = unit("blekinge", "rb-bup"), timezone.localdate()
def filed():
    return file(Filing(
        reporting_unit=unit("blekinge", "1080-elevhalsan"), receiving_units=(bup,), occurred_on=today,
        category="sip/called_party_absent", age=14, happened="Kallelse till SIP-möte gick ut. BUP kom inte.",
    ), by=anna)
new, asked, decided = filed(), filed(), filed()
for each in (asked, decided):
    handling.receive(each, by=bo)
    handling.score(each, severity=3, likelihood=3, by=bo)
    statements.request_statement(each, of=[bup], question="Hur tar ni emot kallelser?", by=bo)
statements.give_statement(decided, cause="Kallelsen gick till fel låda.", measures="Ny adress.", by=berit)
deciding.decide(decided, text="Varje mottagning har en bevakad adress.", by=bo)
later = today + datetime.timedelta(days=30)
deciding.propose_measure(
    decided, owner=bup, text="Bevaka lådan.", due_on=later, check_on=later, sign="Alla kallelser besvaras.", by=bo)
handling.note(decided, text="Tas upp igen i maj.", by=bo)
print(json.dumps([str(each.public_id) for each in (new, asked, decided)]))
"""


@pytest.fixture
def filed(live_server_uvicorn):
    return json.loads(live_server_uvicorn.python(FILED))


@pytest.fixture
def person(browser, live_server_uvicorn):
    with people(browser, live_server_uvicorn.url) as come:
        yield come


def address(public_id, step=""):
    return f"/avvikelse/{public_id}/{step}"


def test_an_arrival_and_its_steps_show_without_reloading(person, filed):
    desk, other = person("bo"), person("bo")
    new = filed[0]
    desk.goto("/arbetsbord/")
    expect(desk.locator("[data-live]")).to_have_text("Uppdateras direkt", timeout=SOON)
    desk.evaluate("window.neverReloaded = true")
    row = desk.locator(f"[data-live-deviation='{new}']")
    expect(row).to_contain_text("ta emot")
    received = other.goto(address(new))
    assert received.status == 200
    other.get_by_role("button", name="Ta emot").click()
    expect(other.locator(".messages")).to_contain_text("Mottagen.")
    expect(row).to_contain_text("begär yttrande", timeout=SOON)
    expect(row).not_to_contain_text("Ny")
    assert desk.evaluate("window.neverReloaded") is True


def test_opening_it_says_that_it_has_arrived(person, filed, live_server_uvicorn):
    seen = (
        "from deviations.models import Delivery\n"
        f"print(Delivery.objects.get(deviation__public_id='{filed[0]}').seen_by)"
    )
    assert live_server_uvicorn.python(seen).strip() == "None"
    bo = person("bo")
    with bo.expect_response(re.compile("/sedd/$")) as answer:
        bo.goto(address(filed[0]))
    assert answer.value.status == 204
    assert live_server_uvicorn.python(seen).strip() == "Bo Berg"


def test_what_somebody_writes_stays_while_the_page_follows_along(person, filed):
    berit, bo = person("berit"), person("bo")
    asked = filed[1]
    berit.goto(address(asked))
    expect(berit.locator("[data-live]")).to_have_text("Uppdateras direkt", timeout=SOON)
    berit.get_by_label("Orsak").fill("Kallelsen gick till fel låda.")
    bo.goto(address(asked, "put_on_agenda/"))
    bo.get_by_label("Annan dag").fill("2030-04-04")
    bo.locator("main form button[type=submit]").click()
    expect(berit.locator("#unit-side")).to_contain_text("På dagordning 4 april 2030", timeout=SOON)
    assert berit.get_by_label("Orsak").input_value() == "Kallelsen gick till fel låda."


def test_the_desk_and_every_step_work_without_scripts(person, filed):
    bo = person("bo", java_script_enabled=False)
    bo.goto("/arbetsbord/?vy=nya")
    bo.locator(f"a.ti[href='{address(filed[0])}']").click()
    bo.get_by_role("button", name="Ta emot").click()
    expect(bo.locator(".messages")).to_contain_text("Mottagen.")
    bo.get_by_role("link", name="Begär yttrande").click()
    bo.get_by_label("Vad vill ni veta?").fill("Varför kom ni inte?")
    bo.get_by_role("button", name="Begär yttrande").click()
    expect(bo.locator(".messages")).to_contain_text("Yttrandet är begärt.")
    expect(bo.locator("main")).to_contain_text("Varför kom ni inte?")


def test_a_step_is_taken_with_the_keyboard_alone(person, filed):
    bo = person("bo")
    bo.goto(address(filed[0]))
    bo.locator("#step-receive").focus()
    bo.keyboard.press("Enter")
    expect(bo.locator(".messages")).to_contain_text("Mottagen.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_no_page_breaks_an_accessibility_rule_or_scrolls_sideways(person, filed, scheme, width):
    new, asked, decided = filed
    pages = {
        "bo": [
            "/arbetsbord/", "/arbetsbord/?vy=avslutade&q=raketer", address(new), address(decided),
            *(address(new, step) for step in ("decline/", "hand_over/", "invite/")),
            *(address(asked, step) for step in ("score/", "decide/")), address(decided, "carry_out/"),
            "/administration/", "/administration/roller/", "/administration/fastnat/",
        ],
        "berit": ["/svara/", address(asked), address(decided), address(asked, "give_statement/")],
        "ada": [
            "/administration/", "/administration/profil/blekinge/", "/administration/profil/blekinge/1/",
            "/administration/profil/blekinge/ny/", "/administration/roller/county/1/",
        ],
    }  # fmt: skip
    broken, too_wide = [], []
    for name, paths in pages.items():
        page = person(name, viewport={"width": width, "height": 900}, color_scheme=scheme)
        for path in paths:
            assert page.goto(path, wait_until="load").status == 200, path
            for rule in Axe().run(page).response["violations"]:
                broken.append((path, rule["id"], [node["html"] for node in rule["nodes"]]))
            if page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append(path)
    assert (broken, too_wide) == ([], [])
