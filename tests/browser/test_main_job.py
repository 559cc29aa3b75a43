"""The whole main job in real browsers, on the server and the demo that `make run` starts: filed, routed, received,
answered, decided and fed back, seen live by everyone it concerns and by nobody else."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from deviations.demo.people import MAIL, PASSWORD
from tests.browser.people import PHONE, STRANGERS, people
from tests.browser.uvicorn_server import ROOT, database, free_port, run, wait_until_it_answers

pytestmark = [pytest.mark.browser, pytest.mark.engines]

BL_01 = (
    "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte och hade inte meddelat förhinder. "
    "Mötet fick avbrytas eftersom insatserna inte gick att samordna utan dem. Zebrafink."
)
SOON = 10_000  # ms; how fast it really is stands in `make bench`


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """What `make run` starts, with a shorter past: demo, serve."""
    folder = tmp_path_factory.mktemp("product")
    with database(folder) as address:
        settings = {
            **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "deploy.settings",
            "SAMSYN_VAR": str(folder), "REDIS_PREFIX": f"main-job-{os.getpid()}",
        }  # fmt: skip
        settings.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        run(settings, "manage.py", "demo", "--past", "150")
        port = free_port()
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=ROOT, env=settings, stdout=output, stderr=output,
            )  # fmt: skip
            try:
                wait_until_it_answers(f"http://127.0.0.1:{port}/konto/login/", server, log)
                yield SimpleNamespace(url=f"http://127.0.0.1:{port}")
            finally:
                server.terminate()
                server.wait(20)


@pytest.fixture
def person(browser, product):
    with people(browser, product.url, STRANGERS, mail=MAIL, password=PASSWORD) as come:
        yield come


def mark(page):
    """Leave a mark that a reload would wipe out."""
    page.evaluate("window.neverReloaded = true")


def not_reloaded(page):
    return page.evaluate("window.neverReloaded === true")


def file_bl_01(anna):
    anna.get_by_role("button", name="Anmäl en avvikelse").click()
    anna.get_by_label("Vad hände?").fill(BL_01)
    anna.get_by_role("button", name="Fortsätt").click()
    anna.get_by_label("Vilken verksamhet gäller det?").press_sequentially("bup")
    anna.get_by_role("button", name=re.compile("^BUP Region Blekinge")).click()
    anna.get_by_label("Hur gammal är personen?").fill("14")
    anna.get_by_role("radio", name="SIP: kallad part kom inte").check()
    anna.get_by_role("button", name="Fortsätt").click()
    expect(anna.get_by_role("heading", name="Går till Samverkansgrupp Barn och unga")).to_be_visible()
    expect(anna.locator(".why")).to_contain_text("därför att")
    anna.get_by_role("button", name="Skicka avvikelsen").click()
    expect(anna).to_have_url(re.compile("/avvikelse/[0-9a-f-]{36}/$"))


def take(page, button, address, **filled):
    """A step on its own page, from the button on the deviation's."""
    page.goto(address)
    page.get_by_role("link", name=button).or_(page.get_by_role("button", name=button)).first.click()
    for label, text in filled.items():
        page.get_by_label(label.replace("_", " "), exact=False).fill(text)
    if filled:
        page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))


def published_numbers(lena):
    """All that Lena reads in the year's report from LSVO, which is frozen. In so small a demo some of it is hidden."""
    lena.goto("/rapporter/")
    lena.locator("main").get_by_role("link", name=re.compile("Blekinge")).first.click()
    expect(lena.locator(".numbers dt", has_text="Mottagna").first).to_be_visible()
    numbers = lena.locator(".numbers, main table").all_inner_texts()
    assert sum(map(str.isdigit, "".join(numbers))) > 100
    return numbers


def count_now(lars):
    """As LSVO's coordinator sees it today, of all groups: counted within a minute, the first time after some."""
    lars.goto("/laget/blekinge/lsvo/")
    for _second in range(120):
        if "första gången" not in lars.locator(".standfirst").inner_text():
            break
        lars.wait_for_timeout(1000)
        lars.reload()
    return int(re.match(r"([\d\u202f]+) avvikelser", lars.locator(".standfirst").inner_text())[1].replace("\u202f", ""))


def wait_for_count(lars, wanted):
    for _second in range(60):
        if count_now(lars) == wanted:
            return
        lars.wait_for_timeout(1000)
    assert count_now(lars) == wanted


def test_the_main_job(person):
    lena, lars = person("lena"), person("lars")
    published, counted = published_numbers(lena), count_now(lars)
    bo = person("bo")
    bo.goto("/arbetsbord/")
    expect(bo.get_by_text("Uppdateras direkt")).to_be_visible()
    mark(bo)
    anna = person("anna", PHONE)
    file_bl_01(anna)
    address = re.search("/avvikelse/[0-9a-f-]{36}/$", anna.url).group()
    public_id = address.split("/")[2]
    expect(anna.get_by_text("Uppdateras direkt")).to_be_visible()
    mark(anna)

    expect(bo.locator(f"[data-live-deviation='{public_id}']")).to_be_visible(timeout=SOON)
    assert not_reloaded(bo)

    def anna_reads(text):
        expect(anna.locator("main")).to_contain_text(text, timeout=SOON)
        assert not_reloaded(anna)

    take(bo, "Ta emot", address)
    anna_reads("Svar senast")
    bo.goto(f"{address}request_statement/")
    bo.get_by_role("checkbox", name=re.compile("BUP")).check()
    bo.get_by_label("Vad vill ni veta?").fill("Vad hände hos er, och vad gör ni nu?")
    bo.locator("main form button[type=submit]").last.click()
    anna_reads("Yttrande begärt av BUP")

    berit = person("berit")
    berit.goto("/svara/")
    berit.locator(f"a[href='{address}']").click()
    berit.get_by_label("Orsak").fill("Kallelsen gick till en brevlåda som inte bevakas.")
    berit.get_by_role("button", name="Lämna yttrande").click()
    anna_reads("Kallelsen gick till en brevlåda som inte bevakas.")

    take(bo, "Besluta", address, Beslut="Kallelser skickas till funktionsadressen.")
    anna_reads("Kallelser skickas till funktionsadressen.")
    take(bo, "Återkoppla", address, Svar_till_den_som_anmälde="Tack. BUP bevakar nu brevlådan varje dag.")
    anna_reads("Tack. BUP bevakar nu brevlådan varje dag.")
    anna_reads("Hjälpte det?")

    wait_for_count(lars, counted + 1)
    assert published_numbers(lena) == published
    for hidden in (address, "/laget/blekinge/lsvo/", "/laget/blekinge/sg_barn_unga/"):
        assert lena.goto(hidden).status == 404
    cecilia_finds_it_nowhere(person("cecilia"), address, public_id)


def cecilia_finds_it_nowhere(cecilia, address, public_id):
    reads = {
        "/": 200, "/arbetsbord/": 200, "/arbetsbord/lista/": 200, "/sok/?q=zebrafink": 200, "/mina/": 200,
        address: 404, f"{address}handlaggning/": 404, f"{address}vagen/": 404, f"{address}enheten/": 404,
        "/rapporter/": 200, "/laget/blekinge/lsvo/": 404, "/laget/blekinge/sg_barn_unga/": 404,
        "/api/v1/deviations/?q=zebrafink": 200, "/api/v1/deviations/": 200, f"/api/v1/deviations/{public_id}/": 404,
        f"/api/v1/deviations/{public_id}/history/": 404, "/api/v1/deviations/export.csv": 200,
        "/api/v1/deviations/export.json": 200, "/api/v1/changes/?after=0": 200,
    }  # fmt: skip
    for path, status in reads.items():
        answer = cecilia.request.get(path)
        assert (path, answer.status) == (path, status)
        assert "Mötet fick avbrytas eftersom" not in answer.text(), path
        if public_id not in path:
            assert public_id not in answer.text(), path
