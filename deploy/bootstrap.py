"""From a bare Python to a running Samsyn: `make run`, `make test`. Standard library only: nothing else is there yet.

Packages come from the hash-pinned lock files into .venv, only when a lock has changed since. Messages are in English:
the reader is whoever sets the machine up.
"""

from __future__ import annotations  # so that an older Python gets as far as saying that it is too old

import contextlib
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
DATABASE = Path(os.environ.get("SAMSYN_VAR", ROOT / "var")) / "samsyn.sqlite3"
STARTED = time.monotonic()


class SetupError(Exception):
    """What is missing and the command that mends it."""


def say(message: str) -> None:
    print(f"[{time.monotonic() - STARTED:4.0f} s] {message}", flush=True)


def run(*command: str | Path, **environment: str) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, env={**os.environ, **environment})


def works(*command: str | Path) -> bool:
    try:
        return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0
    except OSError:
        return False


# ── packages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def stamp(lock: Path) -> Path:
    """The file that holds the hash of the lock as it was when it was last installed."""
    return VENV / f"{lock.name}.installed"


def is_installed(lock: Path) -> bool:
    return stamp(lock).is_file() and stamp(lock).read_text() == digest(lock)


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def make_venv() -> None:
    if works(PYTHON, "-c", "import pip"):
        return
    say("creating .venv")
    if not works(sys.executable, "-c", "import ensurepip"):
        install_ensurepip()
    run(sys.executable, "-m", "venv", "--clear", VENV)


def install_ensurepip() -> None:
    """Debian and Ubuntu keep the part of Python that makes environments in a package of its own."""
    package = f"python3.{sys.version_info.minor}-venv"
    command = f"apt-get update && apt-get install -y {package}"
    if os.name == "posix" and works("apt-get", "--version"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        say(f"installing {package}")
        if works(*sudo, "sh", "-c", command) and works(sys.executable, "-c", "import ensurepip"):
            return
    raise SetupError(f"This Python cannot make environments. Run: sudo sh -c '{command}'")


def pinned(name: str) -> str:
    """One package's lines, version and hashes, out of the lock."""
    found = re.search(rf"^{name}==.*\n(?:    --hash.*\n)+", DEVELOPMENT.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{DEVELOPMENT.name} pins no {name}. Run: make lock")
    return found.group()


def install(lock: Path) -> None:
    """Install the lock into .venv; at once done when it has not changed."""
    if is_installed(lock) and PYTHON.exists():
        return
    make_venv()
    only_wheels = ("--require-hashes", "--no-deps", "--only-binary=:all:", "--quiet")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-compile", *only_wheels)
    say(f"installing {lock.name}")
    # uv takes two seconds for what takes pip half a minute and more; it is pinned and hashed like the rest.
    installer = VENV / "installer.lock"
    installer.write_text(pinned("uv"), encoding="utf-8")
    run(*pip, "-r", installer)
    if not works(PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, *only_wheels, "-r", lock):
        # A company's own index is usually written in pip's settings, which uv does not read.
        say("uv could not fetch them; pip does it instead, with the same hashes but slower")
        run(*pip, "-r", lock)
    stamp(lock).write_text(digest(lock))
    if lock == DEVELOPMENT:  # which holds the same versions of everything in the other, see tests/architecture
        stamp(RUNTIME).write_text(digest(RUNTIME))
    say("packages installed")


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def prepare_database() -> None:
    """Tables and demo under another name, renamed when complete: after a stop half-way the next start begins anew."""
    DATABASE.parent.mkdir(parents=True, exist_ok=True)
    unfinished = DATABASE.with_suffix(".unfinished.sqlite3")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{unfinished}{suffix}").unlink(missing_ok=True)
    url = f"sqlite:///{unfinished}"
    say("making the tables")
    run(PYTHON, "manage.py", "migrate", "--verbosity=0", DATABASE_URL=url)
    say("loading the three demo counties")
    run(PYTHON, "manage.py", "demo", DATABASE_URL=url)
    with contextlib.closing(sqlite3.connect(unfinished)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what still lies beside the file would not be renamed
    unfinished.rename(DATABASE)


def serve() -> None:
    """Never returns: this process becomes the server, so that Ctrl-C reaches it alone."""
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "SAMSYN_PRODUCTION",
    ):  # another project's, or production's: not for a trial
        os.environ.pop(name, None)
    install(RUNTIME)
    if not DATABASE.exists():
        prepare_database()
    say("starting the server")
    port = os.environ.get("PORT", "8000")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    os.execv(PYTHON, [str(PYTHON), "manage.py", "serve", "--port", port])


def demo_report(arguments: list[str]) -> None:
    """Never returns. The demo is loaded when there is none, and brought up to the tables of today when there is."""
    os.environ.pop("DATABASE_URL", None)
    install(RUNTIME)
    if not DATABASE.exists():
        prepare_database()
    run(PYTHON, "manage.py", "migrate", "--verbosity=0")
    os.execv(PYTHON, [str(PYTHON), "manage.py", "demo_report", *arguments])


def main(arguments: list[str]) -> None:
    os.chdir(ROOT)
    if arguments == ["run"]:
        serve()
    elif arguments[:1] == ["demo-report"]:
        demo_report(arguments[1:])
    elif arguments[:1] == ["dev"]:
        install(DEVELOPMENT)
        os.execv(PYTHON, [str(PYTHON), *arguments[1:]])
    else:
        raise SetupError("usage: bootstrap.py run | demo-report [ARGUMENTS] | dev SCRIPT_OR_-m_MODULE [ARGUMENTS]")


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Samsyn needs Python 3.11 or newer; choose one with: make PYTHON=python3.12 run")
    try:
        main(sys.argv[1:])
    except SetupError as error:
        sys.exit(f"\n{error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"\nThis command failed; what it printed is above: {' '.join(map(str, error.cmd))}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Nothing half-done is kept; start again with the same command.")
