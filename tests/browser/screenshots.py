"""`make screenshots`: the main pages of the demo as pictures, for a person to look at.

Starts the demo on a database of its own, logs in as the person whose page it is, and takes each page as on a phone and
on a desktop; five of them in the dark and five in English too. The folder is given as argument, else made anew and
named; it may not lie inside the repository. Its index.html shows them all.
"""

import argparse
import html
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.uvicorn_server import ROOT, free_port, wait_until_it_answers
from tests.services import chromium

MAIL = "demo.example"
SECONDS = 90  # a busy machine is slow, not wrong
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
TOLD = (
    "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte och hade inte meddelat förhinder. "
    "Mötet fick avbrytas eftersom insatserna inte gick att samordna utan dem."
)


@dataclass(frozen=True)
class Shot:
    """A page, whose it is, and how one comes to it: an address, a link there, or what one does there."""

    name: str
    who: str
    address: str
    link: str = ""  # a CSS selector; the first one is followed
    do: Callable[[Page], None] | None = None
    dark: bool = False
    english: bool = False


def begin(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_happened").wait_for()


def tell(page: Page) -> None:
    begin(page)
    page.locator("#id_happened").fill(TOLD)
    page.locator(".pbar button[type=submit]").first.click()
    page.locator("#id_q").wait_for()


def fill_in(page: Page) -> None:
    tell(page)
    page.locator("#id_q").press_sequentially("bup")
    page.locator("#forslag button[name=add]", has_text="BUP").first.click()
    page.locator(".chosen").wait_for()
    page.locator("#id_age").fill("14")
    page.locator(".pbar button[type=submit]").first.click()
    page.locator(".goes").wait_for()


def counted(page: Page) -> None:
    """The numbers of today are counted when somebody first asks for them."""
    for _second in range(SECONDS):
        if "första gången" not in page.locator(".standfirst").inner_text():
            return
        page.wait_for_timeout(1000)
        page.reload()


SHOTS = (
    Shot("Hem för den som anmäler", "anna", "/", dark=True, english=True),
    Shot("Anmäl: vad hände", "anna", "/anmal/", do=begin, dark=True, english=True),
    Shot("Anmäl: vilka berörs", "anna", "/anmal/", do=tell),
    Shot("Anmäl: se över och skicka", "anna", "/anmal/", do=fill_in, english=True),
    Shot("Mina avvikelser", "anna", "/mina/"),
    Shot("Följ en avvikelse", "anna", "/mina/", link="#list a[href^='/avvikelse/']", dark=True, english=True),
    Shot("Hem för samordnaren", "bo", "/"),
    Shot("Arbetsbordet", "bo", "/arbetsbord/", dark=True, english=True),
    Shot("En avvikelse på arbetsbordet", "bo", "/arbetsbord/", link="#list a[href^='/avvikelse/']"),
    Shot("Nytt", "bo", "/nyheter/"),
    Shot("Möten", "bo", "/moten/"),
    Shot("Ett möte", "bo", "/moten/", link="#calendar a[href^='/moten/']:not([href*='?']):not([href*='planera'])"),
    Shot("Mönster", "bo", "/monster/"),
    Shot("Att svara på", "berit", "/svara/"),
    Shot("Ett yttrande", "berit", "/svara/", link="main a[href^='/avvikelse/']"),
    Shot("Läget", "lars", "/laget/blekinge/lsvo/", do=counted),
    Shot("Rapporter", "lena", "/rapporter/"),
    Shot("En rapport", "lena", "/rapporter/", link="main a[href^='/rapporter/']:not([href*='skriv'])", dark=True),
    Shot("Hem för nämnden", "karin", "/"),
    Shot("SIP", "maria", "/sip/"),
    Shot("Roller", "ada", "/administration/roller/"),
    Shot("Länsprofilen", "ada", "/administration/", link="main a[href*='/profil/']"),
    Shot("Sök", "bo", "/sok/?q=kallelse"),
    Shot("Inställningar", "anna", "/installningar/"),
    Shot("Så fungerar Samsyn", "anna", "/hjalp/"),
)


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo behind its own server, on a database in the folder; its address."""
    settings = {
        **os.environ, "SAMSYN_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'samsyn.sqlite3'}",
        "REDIS_URL": "", "SAMSYN_PRODUCTION": "", "DJANGO_SETTINGS_MODULE": "deploy.settings",
    }  # fmt: skip
    for command in (["migrate", "--verbosity=0"], ["demo"]):
        print(f"manage.py {command[0]}", flush=True)
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL
        )
    port, log = free_port(), folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT, env=settings, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/konto/login/", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def log_in(page: Page, who: str, language: str) -> None:
    page.goto("/konto/login/")
    own = page.locator(f"form:has(input[type=hidden][name=login][value='{who}@{MAIL}'])")
    own.locator("button[type=submit]").click()  # the demo logs its people in with one press each
    page.wait_for_url("**/")
    choice = page.locator(f".language button[value={language}]")
    if choice.count():  # the one that is not chosen yet
        choice.click()


def take(page: Page, shot: Shot, size: str, to: Path) -> None:
    page.goto(shot.address)
    if shot.link:
        page.goto(page.locator(shot.link).first.get_attribute("href") or "")
    if shot.do:
        shot.do(page)
    page.wait_for_timeout(1000)  # until what is fetched after the page has come
    if page.locator(".pbar > *").count():  # clings to the window's edge: in one as tall as the page it lies last
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": SIZES[size]["width"], "height": max(tall, SIZES[size]["height"])})
    page.screenshot(path=to, full_page=True)
    page.set_viewport_size(SIZES[size])


def wanted() -> Iterator[tuple[Shot, str, str, str]]:
    """Each picture: the page, the size, the scheme, the language."""
    for shot in SHOTS:
        for size in SIZES:
            yield shot, size, "light", "sv"
            if shot.dark:
                yield shot, size, "dark", "sv"
            if shot.english:
                yield shot, size, "light", "en"


def take_all(browser: Browser, url: str, folder: Path) -> None:
    pages: dict[tuple[str, str], Page] = {}
    shown = []
    for number, (shot, size, scheme, language) in enumerate(sorted(wanted(), key=lambda one: one[3], reverse=True), 1):
        if (shot.who, language) not in pages:
            context = browser.new_context(base_url=url, locale="sv-SE", timezone_id="Europe/Stockholm")
            context.set_default_timeout(SECONDS * 1000)
            pages[shot.who, language] = context.new_page()
            log_in(pages[shot.who, language], shot.who, language)
        page = pages[shot.who, language]
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        file = f"{number:02}-{size}-{scheme}-{language}.png"
        take(page, shot, size, folder / file)
        shown.append((shot.name, f"{shot.who}, {size}, {scheme}, {language}", file))
        print(f"{file}  {shot.name}", flush=True)
    (folder / "index.html").write_text(gallery(shown), encoding="utf-8")


def gallery(shown: list[tuple[str, str, str]]) -> str:
    figures = "\n".join(
        f'<figure><a href="{file}"><img src="{file}" alt="" loading="lazy" width="320"></a>'
        f"<figcaption><b>{html.escape(name)}</b><br>{html.escape(how)}</figcaption></figure>"
        for name, how, file in sorted(shown)
    )
    return (
        '<!doctype html><html lang="sv"><meta charset="utf-8"><title>Samsyn</title><style>'
        "body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:24px;align-items:start}figure{margin:0}"
        f"img{{border:1px solid #ccc;max-height:640px;object-fit:cover;object-position:top}}</style>"
        f"\n{figures}\n</html>\n"
    )


def folder_of(given: str | None) -> Path:
    """Raises SystemExit for a folder inside the repository: pictures are no part of it."""
    folder = Path(given or tempfile.mkdtemp(prefix="samsyn-screenshots-")).resolve()
    if folder.is_relative_to(ROOT):
        sys.exit(f"{folder} lies inside the repository; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main() -> None:
    reader = argparse.ArgumentParser(description="Take pictures of the main pages of the demo.")
    reader.add_argument("folder", nargs="?", help="where they go; outside the repository (default: a new folder)")
    folder = folder_of(reader.parse_args().folder)
    with tempfile.TemporaryDirectory(prefix="samsyn-demo-") as own, demo(Path(own)) as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.install(), args=chromium.ARGUMENTS)
        take_all(browser, url, folder)
        browser.close()
    print(f"{folder}/index.html")


if __name__ == "__main__":
    main()
