"""Every state of every form of filing: axe finds nothing, nothing sticks out, and nothing that one is in is covered."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import test_filing
from tests.browser.people import log_in
from tests.browser.test_filing import BL_01, NAMED, to_step_two

pytestmark = pytest.mark.browser

phone = test_filing.phone

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STORY = "Vad hände?"
SIZES = ((320, 568), (390, 844), (640, 450), (1280, 900))  # 640 by 450 is a desk at 200 % zoom
COVERED = """() => {
  const bar = document.querySelector('.pbar');
  if (!bar?.checkVisibility()) return [];
  const all = document.querySelectorAll('main input:not([type=hidden]), main select, main textarea, main button');
  const shown = field => field.checkVisibility({checkVisibilityCSS: true}) && field.tabIndex >= 0;
  return [...all].filter(shown).filter(field => {
    field.focus();
    const box = field.getBoundingClientRect(), top = bar.getBoundingClientRect().top;
    return getComputedStyle(bar).position === 'sticky' && box.top >= top && box.top < innerHeight;
  }).map(field => field.outerHTML.slice(0, 120));
}"""


def nothing_is_wrong(page):
    wrong = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append((width, "too wide"))
        wrong += [(width, "covered", html) for html in page.evaluate(COVERED)]
        for scheme in ("light", "dark") if width in (320, 1280) else ():
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
            wrong += [(width, scheme, each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]
    page.set_viewport_size({"width": 390, "height": 844})
    assert wrong == []


def go_on(page):
    page.get_by_role("button", name="Fortsätt").click()


def test_the_story_missing_blocked_and_begun_for_one(phone):
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    go_on(phone)
    expect(phone.locator("#id_happened_error")).to_be_visible()
    nothing_is_wrong(phone)
    phone.get_by_label(STORY).fill(NAMED + " Nås på 070-123 45 67 eller anna@kommun.se, samordningsnummer 701063-2391.")
    expect(phone.locator("mark.stop")).to_have_count(4)
    nothing_is_wrong(phone)
    phone.get_by_label(STORY).fill("Ring 070-123 45 67. " * 20)
    expect(phone.locator("#guard")).to_contain_text("12 ställen till är markerade i texten.")
    nothing_is_wrong(phone)
    phone.get_by_label(STORY).fill("")
    phone.goto(re.match(r"https?://[^/]+", phone.url)[0])
    phone.get_by_role("button", name=re.compile("^En part kom inte till SIP")).click()
    expect(phone.get_by_text("Vi har börjat åt dig.")).to_be_visible()
    nothing_is_wrong(phone)


def test_whom_it_concerns_missing_wrong_and_being_looked_for(phone):
    to_step_two(phone, "Något gick fel.")
    phone.get_by_label("Hur gammal är personen?").fill("många")
    phone.get_by_label("När hände det?").fill("2099-01-01")
    go_on(phone)
    expect(phone.locator(".ds-field__err")).to_have_count(4)
    nothing_is_wrong(phone)
    for typed, told in (("bup", "BUP"), ("vuxenpsykatrin", "Menade du:"), ("xyzzy", "Ingen verksamhet i länet")):
        phone.get_by_label("Vilken verksamhet gäller det?").fill(typed)
        expect(phone.locator("#forslag")).to_contain_text(told)
        nothing_is_wrong(phone)
    phone.get_by_label("Vilken verksamhet gäller det?").fill("bup")
    phone.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(phone.locator(".chosen")).to_contain_text("BUP")
    phone.get_by_label("Område").select_option("atproblematik")
    expect(phone.locator("#area table")).to_be_visible()
    phone.get_by_text(re.compile(r"^Visa \d+ slag till")).click()
    nothing_is_wrong(phone)


def test_the_last_page_refused_its_proposals_and_the_draft_left_behind(phone):
    to_step_two(phone)
    phone.get_by_label("Vilken verksamhet gäller det?").fill("bup")
    phone.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    expect(phone.locator(".chosen")).to_contain_text("BUP")
    phone.get_by_role("radio", name=re.compile("^Barn och unga")).check()
    go_on(phone)
    phone.get_by_text("Överenskommelse och förslag").click()
    phone.get_by_label("Ditt förslag").fill(NAMED)
    expect(phone.locator("#mirror_suggestion mark.stop")).to_be_visible()
    phone.get_by_label("Hur många gånger har det hänt?").fill("0")
    phone.get_by_label("Er egen referens").fill("20121212-1212")
    phone.get_by_role("button", name="Skicka avvikelsen").click()
    expect(phone.locator(".ds-field__err")).to_have_count(3)
    expect(phone.locator(".errors")).to_be_visible()
    nothing_is_wrong(phone)
    origin = re.match(r"https?://[^/]+", phone.url)[0]
    phone.goto(f"{origin}/anmal/")
    phone.locator(".drafts summary").first.click()
    nothing_is_wrong(phone)
    phone.locator(".drafts").get_by_role("link", name=re.compile("^Fortsätt")).first.click()
    phone.get_by_label(STORY).fill(BL_01)
    expect(phone.locator("#saved")).to_contain_text("Utkastet är sparat")


EXPIRED = """
from datetime import timedelta
from deviations import clock
from orgs.models import County, ProfileVersion
from orgs.profiles.active import version_in_force
today = clock.today()
new = ProfileVersion.objects.get(pk=version_in_force(County.objects.get(slug="blekinge"), today).pk)
new.document["routine"]["valid_to"] = (today - timedelta(days=1)).isoformat()
new.pk, new.number, new.active_from, new._state.adding = None, new.number + 1, today, True
new.save()
print(new.pk)
"""
GONE = """
from orgs.models import ProfileVersion
ProfileVersion.objects.get(pk={pk}).delete()
"""


@pytest.fixture
def expired(live_server_uvicorn):
    """The county's routine ended yesterday; afterwards the version that says so was never there."""
    pk = live_server_uvicorn.python(EXPIRED).strip()
    yield
    live_server_uvicorn.python(GONE.format(pk=pk))


def test_where_the_countys_routine_has_expired(expired, phone):
    phone.get_by_role("button", name="Anmäl en avvikelse").click()
    expect(phone.get_by_text("Rutinen har gått ut, men anmäl ändå.")).to_be_visible()
    nothing_is_wrong(phone)
    phone.goto(f"{re.match(r'https?://[^/]+', phone.url)[0]}/anmal/")
    expect(phone.get_by_text("Rutinen har gått ut, men anmäl ändå.")).to_be_visible()
    nothing_is_wrong(phone)


def test_one_who_has_nowhere_to_file_from(page, live_server_uvicorn):
    log_in(page, live_server_uvicorn.url, "lena")
    page.goto(f"{live_server_uvicorn.url}/anmal/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du kan inte anmäla härifrån än")
    nothing_is_wrong(page)
