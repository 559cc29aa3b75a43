"""What the three stories share: the product as `make run` starts it, all three counties, and the people of the stories.

Every story gets a server and a database of its own, so that what one of them files never meets another.
"""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from tests.browser.people import DESK, PHONE, STRANGERS, people  # noqa: F401  # for the stories
from tests.browser.uvicorn_server import ROOT, database, free_port, run, wait_until_it_answers

SOON = 15_000  # ms; how fast it really is stands in `make bench`

# first name: (role, county, place); a place that names no unit is a body
PEOPLE = {
    # VL-01: BUP is absent from SIP meetings
    "vera": ("reporter", "varmland", "1780-elevhalsan"),
    "vilma": ("reporter", "varmland", "1780-elevhalsan"),
    "valter": ("reporter", "varmland", "1715-elevhalsan"),
    "britta": ("investigator", "varmland", "rv-bup-1"),
    "cecilia": ("coordinator", "varmland", "barnalivet"),
    "nils": ("coordinator", "varmland", "beredningsgrupp"),
    # JH-02: who pays while the child is placed
    "jonna": ("unit_manager", "jamtland-harjedalen", "2305-ifo"),
    "bengt": ("unit_manager", "jamtland-harjedalen", "rjh-bup"),
    "johan": ("coordinator", "jamtland-harjedalen", "jamtbus"),
    "ragnhild": ("coordinator", "jamtland-harjedalen", "samreko"),
    "oskar": ("reporter", "jamtland-harjedalen", "2309-ifo"),
    # BL-03: a referral returned twice
    "olga": ("reporter", "blekinge", "1060-elevhalsan"),
    "ofelia": ("unit_manager", "blekinge", "1060-elevhalsan"),
    "berit": ("investigator", "blekinge", "rb-bup"),
    "bo": ("coordinator", "blekinge", "sg_barn_unga"),
    "lars": ("coordinator", "blekinge", "lsvo"),
    "linnea": ("chair", "blekinge", "lsvo"),
}
SEED = """
import django; django.setup()
from tests.browser.stories import seed
seed()
"""


def seed():
    """The three counties in force since 2020, and the people with their roles."""
    from orgs.models import Body, Organisation
    from orgs.permissions import grant
    from tests.cast import load_county, person

    for county in ("blekinge", "varmland", "jamtland-harjedalen"):
        load_county(county)
    for first_name, (role, county, key) in PEOPLE.items():
        place = (
            Organisation.objects.filter(county__slug=county, key=key).first()
            or Body.objects.get(county__slug=county, key=key)
        )  # fmt: skip
        grant(person(first_name, f"{first_name.title()} Berättare"), role, place, by=None)
    for principal in Organisation.objects.filter(
        county__slug="varmland", parent=None, kind__in=["region", "municipality"]
    ):
        name = f"svarar-{principal.key}"
        grant(person(name, f"Svarar För {principal.name}"), "unit_manager", principal, by=None)


class PostOffice:
    """A real mail server that keeps what it is given: `.to("vera")` are the letters that have come to her."""

    def __init__(self):
        self.letters = []  # (address, letter), as they came

    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=default)
        self.letters += [(address, letter) for address in envelope.rcpt_tos]
        return "250 OK"

    def to(self, first_name):
        return [letter for address, letter in self.letters if address == f"{first_name}@example.se"]


@contextmanager
def opened():
    """The post office and its port."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield office, controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """`.url`, `.post_office`, and `.python(code)` to run Python against its database with Django set up."""
    folder = tmp_path_factory.mktemp("story")
    port = free_port()
    with database(folder) as address, opened() as (post_office, smtp_port):
        settings = {
            **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "deploy.settings",
            "SAMSYN_VAR": str(folder), "PYTHONPATH": str(ROOT), "REDIS_PREFIX": f"{folder.name}-{os.getpid()}",
            "SITE_URL": f"http://127.0.0.1:{port}", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp_port),
        }  # fmt: skip
        settings.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        run(settings, "-c", SEED)
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=ROOT, env=settings, stdout=output, stderr=output,
            )  # fmt: skip
            try:
                wait_until_it_answers(f"http://127.0.0.1:{port}/konto/login/", server, log)
                yield SimpleNamespace(
                    url=f"http://127.0.0.1:{port}",
                    post_office=post_office,
                    python=lambda code: run(settings, "-c", f"import django; django.setup()\n{code}"),
                )
            finally:
                server.terminate()
                server.wait(20)


@pytest.fixture
def person(browser, story):
    with people(browser, story.url, STRANGERS) as come:
        yield come


class Watched:
    """A page that somebody has open all the time: what it comes to say, without ever being loaded again."""

    def __init__(self, page):
        self.page = page
        page.evaluate("window.neverReloaded = true")

    def reads(self, text):
        expect(self.page.locator("main")).to_contain_text(text, timeout=SOON)
        assert self.page.evaluate("window.neverReloaded === true"), "the page was loaded again"


def file_deviation(page, *, happened, about, about_button, age, kind, comment=""):
    """As a reporter files: three pages and one send. Returns the deviation's address."""
    page.goto("/")
    page.get_by_role("button", name="Anmäl en avvikelse").click()
    page.get_by_label("Vad hände?").fill(happened)
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_label("Vilken verksamhet gäller det?").press_sequentially(about)
    page.get_by_role("button", name=re.compile(about_button)).first.click()
    page.get_by_label("Hur gammal är personen?").fill(str(age))
    page.get_by_role("radio", name=kind).check()
    if comment:
        page.get_by_label("Kommentar").fill(comment)
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Skicka avvikelsen").click()
    expect(page).to_have_url(re.compile("/avvikelse/[0-9a-f-]{36}/$"))
    return re.search("/avvikelse/[0-9a-f-]{36}/$", page.url).group()


def take(page, step, address, **filled):
    """A step on its own page, by its verb, as its button leads there. Fields by their labels."""
    page.goto(f"{address}{step}/")
    for label, text in filled.items():
        page.get_by_label(label.replace("_", " "), exact=False).fill(text)
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))
