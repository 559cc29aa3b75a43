"""The whole application in a process of its own, sockets included, on a database of its own with the cast in it."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest

from tests.settings import ENGINE

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
SEED = "import django; django.setup(); from tests.cast import load_world; load_world()"


@pytest.fixture(scope="session")
def live_server_uvicorn(tmp_path_factory):
    """`.url`, and `.python(code)` to run a line of Python against its database, with Django set up."""
    folder = tmp_path_factory.mktemp("uvicorn")
    with database(folder) as address:
        settings = {
            **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "deploy.settings",
            "SAMSYN_VAR": str(folder), "PYTHONPATH": str(ROOT), "REDIS_PREFIX": f"browser-{os.getpid()}",
        }  # fmt: skip
        settings.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        run(settings, "-c", SEED)
        with served(settings, folder / "log") as url:
            yield SimpleNamespace(
                url=url, python=lambda code: run(settings, "-c", f"import django; django.setup()\n{code}")
            )


@contextmanager
def database(folder):
    """The address of a new database with every table: a file, or one in the run's own PostgreSQL."""
    if ENGINE == "sqlite":
        file = folder / "samsyn.sqlite3"
        shutil.copyfile(migrated_file(), file)
        yield f"sqlite:///{file}"
        return
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"browser_{os.getpid()}_{folder.name}"
    template = migrated_database(server)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield f"{server}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def migrated_file():
    """Migrating takes half a minute of a processor: it is done once in a run, and copied from."""
    folder = Path(tempfile.mkdtemp(prefix="samsyn-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(f"sqlite:///{folder / 'samsyn.sqlite3'}", folder)
    return folder / "samsyn.sqlite3"


@cache
def migrated_database(server):
    """It goes with the run's own PostgreSQL."""
    name = f"migrated_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"{server}/{name}", folder)
    return name


def migrate(address, folder):
    settings = {
        **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "deploy.settings", "SAMSYN_VAR": str(folder),
    }  # fmt: skip
    settings.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    run(settings, "-m", "django", "migrate", "-v", "0")


@contextmanager
def served(settings, log):
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "deploy.asgi:application", "--port", str(port), "--lifespan", "off"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/konto/login/", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def wait_until_it_answers(url, process, log):
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the server did not start:\n{log.read_text()}")
            time.sleep(0.2)


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(settings, *arguments):
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
