"""A real Chromium for the browser tests: found, else installed from the system's packages or npm, else a loud error."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
NPM_PACKAGE = "@sparticuz/chromium@143.0.4"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
HELP = """\
The browser tests need Chromium, and it could be neither found nor installed. One of these mends it:
    sudo apt-get install chromium
    CHROMIUM=/path/to/chromium make test"""


class ChromiumMissing(RuntimeError):
    pass


def find() -> str | None:
    """The program to start: $CHROMIUM, else the first on PATH, else the one that `install` fetched earlier."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise ChromiumMissing(f"CHROMIUM={given} is not a program that can be started")
        return given
    fetched = CACHE / "chromium"
    return next(filter(None, map(shutil.which, NAMES)), None) or (str(fetched) if fetched.exists() else None)


def require() -> str:
    path = find()
    if path is None:
        raise ChromiumMissing(HELP)
    return path


def install() -> str:
    """Return a Chromium, installing one if there is none. Raises ChromiumMissing with the command to run."""
    path = find()
    if path is not None:
        return path
    for attempt in (install_from_system, install_from_npm):
        try:
            attempt()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"Chromium: {attempt.__name__} did not succeed: {error}", file=sys.stderr)
        if find() is not None:
            break
    return require()


def install_from_system() -> None:
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    print("Chromium: installing it from the system's packages", flush=True)
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run([*sudo, "apt-get", *command], check=True, stdout=subprocess.DEVNULL)


def install_from_npm() -> None:
    """Unpack the Chromium inside the npm package (made for servers without a desktop), which needs no rights."""
    print("Chromium: fetching it with npm", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(CACHE), NPM_PACKAGE], check=True)
    unpack = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(p => console.log(p))"
    done = subprocess.run(["node", "-e", unpack], cwd=CACHE, check=True, capture_output=True, text=True)
    shutil.copy2(done.stdout.strip(), CACHE / "chromium")
