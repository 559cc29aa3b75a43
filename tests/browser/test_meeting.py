"""A meeting in two browsers at once: different points lose nothing, the same point tells the second what came."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.people import people

pytestmark = [pytest.mark.browser, pytest.mark.engines]

SOON = 15_000
# A running meeting with two matters, and somebody who chairs it with Bo.
HELD = """
import json
from django.utils import timezone
from deviations.models import Meeting
from deviations.services import agenda, handling, meetings, statements
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import User
from orgs.permissions import grant
from tests.cast import PASSWORD, body, unit
anna, bo, berit = (User.objects.get(email=f"{name}@example.se") for name in ("anna", "bo", "berit"))
vera = User.objects.filter(email="vera@example.se").first()
vera = vera or User.objects.create_user("vera@example.se", PASSWORD, name="Vera Vik")
Meeting.objects.update(status="cancelled")  # that of the test before
group, bup = body("blekinge", "sg_barn_unga"), unit("blekinge", "rb-bup")
grant(vera, "chair", group, by=None)
for category in ("sip/called_party_absent", "referral/returned"):
    deviation = handling.receive(file(Filing(
        reporting_unit=unit("blekinge", "1080-elevhalsan"), receiving_units=(bup,), occurred_on=timezone.localdate(),
        category=category, age=14, happened="Kallelse gick ut. BUP kom inte.",
    ), by=anna), by=bo)
    statements.request_statement(deviation, of=[bup], question="Vad hände?", by=bo)
    statements.give_statement(deviation, cause="Fel brevlåda.", by=berit)
meeting = meetings.plan_meeting(group, starts_at=timezone.now(), by=bo)
agenda.build_agenda(meeting, by=bo)
meetings.start_meeting(meeting, by=bo)
print(json.dumps(str(meeting.public_id)))
"""


EXPECTED = ("409 (Conflict)", "ERR_INTERNET_DISCONNECTED", "WebSocket")  # refused, or the line is down: as it should be


@pytest.fixture
def person(browser, live_server_uvicorn):
    with people(browser, live_server_uvicorn.url, EXPECTED) as come:
        yield come


@pytest.fixture
def meeting(live_server_uvicorn):
    return f"/moten/{json.loads(live_server_uvicorn.python(HELD))}/"


def opened(page, meeting, point):
    page.goto(f"{meeting}?punkt={point}")
    expect(page.locator("[data-live='on']")).to_have_count(1, timeout=SOON)
    return page


def decide(page, verb, text):
    page.get_by_text(verb, exact=True).click()
    page.get_by_label("Beslut", exact=True).fill(text)
    page.get_by_role("button", name="Bekräfta beslutet").click()


def test_two_write_at_once_and_nothing_is_lost(person, meeting):
    bo, vera = opened(person("bo"), meeting, 2), opened(person("vera"), meeting, 3)
    vera.get_by_label("Beslut", exact=True).fill("Veras halva mening")
    decide(bo, "Beslutar", "En bevakad adress.")
    expect(bo.locator(".recorded")).to_contain_text("En bevakad adress.")
    # Vera sees it in her agenda without reloading, and goes on writing where she was.
    expect(vera.locator("#meeting-agenda .ok")).to_have_count(1, timeout=SOON)
    expect(vera.locator("#meeting-head")).to_contain_text("Bo antecknar också")
    expect(vera.get_by_label("Beslut", exact=True)).to_have_value("Veras halva mening")
    decide(vera, "Bordlägger", "Veras hela mening.")
    expect(vera.locator(".recorded")).to_contain_text("Veras hela mening.")
    expect(bo.locator("#meeting-agenda .ok")).to_have_count(2, timeout=SOON)
    expect(bo.locator("#meeting-head")).to_contain_text("Alla punkter är klara")


def test_in_the_same_point_the_second_keeps_the_text_and_sees_what_came(person, meeting):
    bo, vera = opened(person("bo"), meeting, 2), opened(person("vera"), meeting, 2)
    vera.get_by_label("Beslut", exact=True).fill("Veras text.")
    decide(bo, "Beslutar", "Bos beslut.")
    expect(vera.locator(".recorded")).to_contain_text("Bos beslut.", timeout=SOON)
    vera.get_by_role("button", name="Bekräfta beslutet").click()
    expect(vera.locator(".messages")).to_contain_text("Bo bekräftade ett beslut")
    expect(vera.get_by_label("Beslut", exact=True)).to_have_value("Veras text.")
    expect(vera.locator(".recorded")).to_contain_text("Bos beslut.")


def test_without_scripts_a_decision_is_recorded_and_the_meeting_ended(person, meeting):
    bo = person("bo", java_script_enabled=False)
    for point, verb in ((2, "Beslutar"), (3, "Bordlägger")):
        bo.goto(f"{meeting}?punkt={point}")
        decide(bo, verb, "Så blir det.")
    bo.get_by_role("button", name="Avsluta mötet").click()
    expect(bo.locator("#meeting-head")).to_contain_text("Hållet, protokoll ska justeras")
    bo.get_by_role("link", name="Justera protokollet").click()
    bo.get_by_role("button", name="Justera protokollet").click()
    expect(bo.get_by_role("heading", name="Justering")).to_be_visible()


def test_a_dropped_line_catches_up(person, meeting):
    bo, vera = opened(person("bo"), meeting, 2), opened(person("vera"), meeting, 3)
    vera.context.set_offline(True)
    vera.evaluate("window.dispatchEvent(new Event('offline'))")
    decide(bo, "Beslutar", "En bevakad adress.")
    expect(bo.locator(".recorded")).to_contain_text("En bevakad adress.")
    vera.context.set_offline(False)
    vera.evaluate("window.dispatchEvent(new Event('online'))")
    expect(vera.locator("#meeting-agenda .ok")).to_have_count(1, timeout=30_000)
