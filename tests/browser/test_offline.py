"""Filing without contact, in a real browser: what is written comes in exactly once, and nobody else ever reads it."""

import re
import time
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.people import PHONE, log_in
from tests.deviations.test_privacy import LINES
from tests.deviations.test_privacy_offline import held_back

pytestmark = pytest.mark.browser

PAGE = "/anmal/utan-nat/"
WORDS = "Kallelse gick ut tre veckor i förväg, men ingen från mottagningen kom."
READY = """async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === "samsyn-offline")) return {};
  const asked = indexedDB.open("samsyn-offline");
  const database = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const rows = await new Promise((done) => {
    const all = database.transaction("kept").objectStore("kept").getAll();
    all.onsuccess = () => done(all.result);
  });
  database.close();
  const worker = await navigator.serviceWorker.getRegistration();
  return {rows: rows.length, state: worker?.active?.state, controlled: Boolean(navigator.serviceWorker.controller)};
}"""
FILE_ONE = f"""
from deviations import clock
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import User
from tests.cast import unit
anna = User.objects.get(email="anna@example.se")
given = {{"happened": {WORDS!r}, "category": "sip/called_party_absent", "age": 14, "occurred_on": clock.today()}}
where = {{"reporting_unit": unit("blekinge", "1080-elevhalsan"), "receiving_units": (unit("blekinge", "rb-bup"),)}}
print(file(Filing(**given, **where), by=anna).public_id)
"""
RAW = """async () => {
  const asked = indexedDB.open("samsyn-offline");
  const database = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const told = {};
  for (const name of database.objectStoreNames) {
    const all = database.transaction(name).objectStore(name).getAll();
    const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
    told[name] = rows.map((row) => Object.fromEntries(Object.entries(row).map(([field, value]) => {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        return [field, new TextDecoder("latin1").decode(value) + new TextDecoder().decode(value)];
      }
      return [field, value instanceof CryptoKey ? `key ${value.extractable}` : value];
    })));
  }
  database.close();
  return told;
}"""


def ready(page):
    """Until the app is kept and its key is there."""
    until = time.monotonic() + 30
    while (told := page.evaluate(READY)) != {"rows": 1, "state": "activated", "controlled": True}:
        assert time.monotonic() < until, told
        page.wait_for_timeout(200)


@pytest.fixture
def device(browser, live_server_uvicorn):
    """A phone with the app on it, on which Anna is logged in."""
    context = browser.new_context(viewport=PHONE, locale="sv-SE", timezone_id="Europe/Stockholm")
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, live_server_uvicorn.url, "anna")
    ready(page)
    yield SimpleNamespace(context=context, page=page, server=live_server_uvicorn, url=live_server_uvicorn.url)
    context.close()
    assert faults == []


def count(server, words=WORDS):
    """How many deviations hold the words: (sent, drafts)."""
    told = server.python(
        "from deviations.models import Deviation\n"
        f"own = Deviation.objects.filter(happened__startswith={words!r})\n"
        "print(own.filter(filed_at__isnull=False).count(), own.filter(state='draft').count())"
    )
    return tuple(int(number) for number in told.split())


def away(device):
    device.context.set_offline(True)
    device.page.goto(f"{device.url}{PAGE}")
    expect(device.page.get_by_label("Vad hände?")).to_be_visible()


def write(page, words=WORDS, unit="bup"):
    page.get_by_label("Vad hände?").fill(words)
    page.get_by_label("Sök, tre bokstäver räcker").fill(unit)
    page.get_by_role("radio", name=re.compile("^BUP ")).first.check()
    page.get_by_label("Vad liknar det mest?").select_option(label="SIP: kallad part kom inte")
    page.get_by_label("Hur gammal är personen?").fill("14")


def seal(page):
    page.get_by_role("button", name=re.compile("^Skicka (när|avvikelsen)")).click()


def waiting(page):
    return page.locator("[data-part=list] > li")


def test_what_is_filed_in_airplane_mode_arrives_exactly_once(device):
    words = f"{WORDS} Första gången."
    away(device)
    write(device.page, words)
    expect(device.page.locator("#saved")).to_contain_text("Sparat på enheten")
    device.page.reload()
    expect(device.page.get_by_label("Vad hände?")).to_have_value(words)
    expect(device.page.get_by_role("radio", name=re.compile("^BUP "))).to_be_checked()
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    expect(device.page.locator("[data-part=status]")).to_contain_text("skickas av sig själv när nätet är tillbaka")
    device.page.reload()
    expect(waiting(device.page)).to_have_count(1)
    assert count(device.server, words) == (0, 0)
    device.context.set_offline(False)
    expect(device.page.locator("[data-part=status]")).to_contain_text(
        "Skickad. Samverkansgrupp Barn och unga har den nu"
    )
    expect(waiting(device.page)).to_have_count(0)
    device.page.get_by_role("link", name="Följ den").click()
    expect(device.page).to_have_url(re.compile("/avvikelse/[0-9a-f-]{36}/$"))
    device.page.goto(f"{device.url}/")
    assert count(device.server, words) == (1, 0)


def test_when_the_answer_is_lost_on_the_way_there_is_still_one(device):
    words = f"{WORDS} Svaret försvann."
    away(device)
    write(device.page, words)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    device.context.route("**/anmal/utan-nat/skicka/", lose_the_first)
    device.context.set_offline(False)
    expect(device.page.locator("[data-part=list] > li")).to_have_count(1)
    device.page.get_by_role("button", name="Skicka nu").click()
    expect(waiting(device.page)).to_have_count(0)
    assert lost == [200]
    assert count(device.server, words) == (1, 0)


def test_any_page_leads_to_the_one_for_filing_and_so_does_the_button_that_begins(device):
    device.context.set_offline(True)
    device.page.get_by_role("button", name="Anmäl en avvikelse").click()
    expect(device.page).to_have_url(f"{device.url}{PAGE}")
    expect(device.page.get_by_role("heading", level=1)).to_have_text("Anmäl utan nät")
    device.page.goto(f"{device.url}/mina/")
    expect(device.page).to_have_url(f"{device.url}{PAGE}")


def test_what_lies_on_the_device_is_ciphertext_under_a_key_that_cannot_be_read(device):
    away(device)
    write(device.page)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    raw = device.page.evaluate(RAW)
    assert [row["key"] for row in raw["keys"]] == ["key false"]
    assert [sorted(row) for row in raw["rows"]] == [["at", "data", "ends", "id", "iv", "key", "person", "sealed"]]
    for word in ("Kallelse", "mottagningen", "BUP", "Karlskrona", "anna"):
        assert word not in str(raw)


def test_log_out_takes_everything_away(device):
    away(device)
    write(device.page)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    device.context.route("**/anmal/utan-nat/skicka/", lambda route: route.abort())
    device.context.set_offline(False)
    device.page.goto(f"{device.url}/konto/logout/")
    expect(waiting(device.page)).to_have_count(1)
    expect(device.page.get_by_text("även det som inte är skickat än")).to_be_visible()
    device.page.get_by_role("button", name="Logga ut").click()
    expect(device.page).to_have_url(re.compile("/konto/login/"))
    assert device.page.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert device.page.evaluate("async () => (await caches.keys()).length") == 0
    device.page.goto(f"{device.url}{PAGE}")
    expect(device.page.get_by_text("Ingen är inloggad på den här enheten")).to_be_visible()
    assert [cookie for cookie in device.context.cookies() if cookie["name"] == "samsyn_enhet"] == []


def test_another_person_on_the_device_neither_sees_nor_sends_it_and_the_first_one_still_does(device):
    words = f"{WORDS} Delad telefon."
    away(device)
    write(device.page, words)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    device.context.set_offline(False)
    device.context.clear_cookies(name="sessionid")  # Anna's log-in has ended; she never logged out
    log_in(device.page, device.server.url, "berit")
    ready(device.page)
    device.page.wait_for_load_state("networkidle")
    expect(waiting(device.page)).to_have_count(0)
    raw = device.page.evaluate(RAW)
    assert (len(raw["rows"]), len(raw["keys"])) == (1, 1)
    assert raw["rows"][0]["person"] != raw["keys"][0]["person"]
    device.page.goto(f"{device.url}{PAGE}")
    device.page.wait_for_load_state("networkidle")
    expect(waiting(device.page)).to_have_count(0)
    device.context.clear_cookies(name="sessionid")
    log_in(device.page, device.server.url, "anna")
    expect(device.page.locator("[data-part=status]")).to_contain_text("Skickad.")
    author = device.server.python(
        f"from deviations.models import Deviation\nprint(Deviation.objects.get(happened={words!r}).filed_by.email)"
    )
    assert author.strip() == "anna@example.se"


def test_a_log_in_that_ended_meanwhile_is_asked_for_and_then_it_is_sent(device):
    words = f"{WORDS} Inloggningen tog slut."
    away(device)
    write(device.page, words)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    device.context.clear_cookies(name="sessionid")
    device.context.set_offline(False)
    expect(device.page.locator("[data-part=status]")).to_contain_text("Logga in igen, så skickas det.")
    assert count(device.server, words) == (0, 0)
    device.page.get_by_role("link", name="Logga in").click()
    log_in(device.page, device.server.url, "anna")
    expect(device.page.locator("[data-part=status]")).to_contain_text("Skickad.")
    assert count(device.server, words) == (1, 0)


def test_when_the_time_has_passed_key_and_drafts_are_gone_and_it_is_said(device):
    away(device)
    write(device.page)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    later = device.context.new_page()
    later.clock.install(time=device.page.evaluate("Date.now() + 11 * 3600 * 1000") / 1000)
    later.goto(f"{device.url}{PAGE}")
    expect(later.locator("[data-part=status]")).to_contain_text("Tiden gick ut för det som väntade")
    expect(later.get_by_text("Ingen är inloggad på den här enheten")).to_be_visible()
    raw = later.evaluate(RAW)
    assert (raw["rows"], raw["keys"], raw["kept"]) == ([], [], [])


def test_the_guard_holds_back_a_personal_number_also_without_contact(device):
    away(device)
    write(device.page, "Vi ringde om 20121212-1212 men ingen svarade.")
    expect(device.page.locator("#happened_guard")).to_contain_text("20121212-1212")
    expect(device.page.locator("#happened_guard")).to_contain_text("Det ser ut som ett personnummer.")
    seal(device.page)
    expect(device.page.locator("#id_happened_error")).to_have_text("Ta bort det som pekas ut innan du går vidare.")
    expect(device.page.get_by_label("Vad hände?")).to_be_focused()
    expect(waiting(device.page)).to_have_count(0)
    for words in ("Skriv till anna.berg@kommun.se om det.", "Ring 0701-23 45 67 om det.", "Hon är 121212 - 1212."):
        device.page.get_by_label("Vad hände?").fill(words)
        expect(device.page.locator("#happened_guard .note")).to_have_count(1)
    device.page.get_by_label("Vad hände?").fill("Mötet den 2026-03-14 kl. 13.30 i rum 0455, diarienummer 2026/121212.")
    expect(device.page.locator("#happened_guard .note")).to_have_count(0)


def test_the_browser_reads_the_patterns_as_the_server_does(device):
    away(device)
    texts = [line for name in sorted(LINES) for line in LINES[name]]
    told = device.page.evaluate(
        """async (texts) => {
          const { found } = await import("/static/frontend/js/offline-filing.js");
          return texts.map((text) => found(text).size > 0);
        }""",
        texts,
    )
    assert [text for text, held in zip(texts, told, strict=True) if held != held_back(text)] == []


def test_what_the_server_refuses_becomes_a_draft_with_its_reason(device):
    words = f"{WORDS} Inte rätt än."
    away(device)
    write(device.page, words)
    device.page.get_by_role("radio", name=re.compile("^Den finns inte här")).check()
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    device.context.set_offline(False)
    expect(device.page.locator("[data-part=status]")).to_contain_text(
        "Det ligger bland dina utkast: Välj vilken verksamhet det gäller."
    )
    assert count(device.server, words) == (0, 1)
    device.page.get_by_role("link", name="Öppna utkastet").click()
    expect(device.page.get_by_label("Vad hände?")).to_have_value(words)


def test_what_was_not_finished_is_among_the_drafts_once_there_is_contact(device):
    words = f"{WORDS} Hann inte klart."
    away(device)
    device.page.get_by_label("Vad hände?").fill(words)
    expect(device.page.locator("#saved")).to_contain_text("Sparat på enheten")
    device.context.set_offline(False)
    device.page.goto(f"{device.url}/")
    expect(device.page.locator("[data-part=status]")).to_contain_text("ligger nu bland dina utkast")
    device.page.reload()
    device.page.wait_for_load_state("networkidle")
    assert count(device.server, words) == (0, 1)


def test_only_the_apps_own_files_are_kept_never_a_page_that_somebody_reads(device):
    public_id = device.server.python(FILE_ONE).strip()
    for address in ("/mina/", "/anmal/", "/sok/?q=kallelse", f"/avvikelse/{public_id}/", "/"):
        device.page.goto(f"{device.url}{address}")
    scope, kept = device.page.evaluate(
        """async () => {
          const addresses = [];
          for (const name of await caches.keys()) {
            for (const request of await (await caches.open(name)).keys()) addresses.push(new URL(request.url).pathname);
          }
          return [(await navigator.serviceWorker.getRegistration()).scope, addresses];
        }"""
    )
    assert scope == f"{device.url}/"
    assert [address for address in kept if not address.startswith("/static/")] == [PAGE]
    page = device.page.evaluate(f"async () => (await caches.match('{PAGE}')).text()")
    for personal in ("Anna", "anna@", "csrf", "samsyn-person", "elevhälsa"):
        assert personal not in page


def test_the_page_is_readable_for_everyone_with_everything_on_it(device):
    away(device)
    write(device.page)
    seal(device.page)
    expect(waiting(device.page)).to_have_count(1)
    device.page.get_by_label("Vad hände?").fill("Ring 0701-23 45 67.")
    seal(device.page)
    expect(device.page.locator(".ds-field__err:visible").first).to_be_visible()
    for width, scheme in ((320, "light"), (390, "dark"), (1280, "light")):
        device.page.set_viewport_size({"width": width, "height": 844})
        device.page.emulate_media(color_scheme=scheme)
        found = Axe().run(device.page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], (width, scheme)
        assert device.page.evaluate("document.documentElement.scrollWidth") <= width
