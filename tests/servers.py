"""Samsyn's own servers as processes of their own, on the test database: for sockets, kills and browsers."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60
UVICORN = (
    "-m",
    "uvicorn",
    "deploy.asgi:application",
    "--ws",
    "websockets-sansio",
    "--lifespan",
    "off",
    "--log-level",
    "warning",
)


def environment(**more):
    """Variables that lead another process to the test database, and to the test's Valkey."""
    if connection.vendor == "sqlite":
        database = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "deploy.settings", **more}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(*arguments, port, **more):
    """A Python process that listens on `port`; it is stopped afterwards. Yields the process."""
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment(**more))
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            assert process.poll() is None, "the server ended before it listened"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def live(port=None):
    """A server of sockets and pages. Yields its port."""
    port = port or free_port()
    with running(*UVICORN, "--port", str(port), port=port):
        yield port


@contextlib.contextmanager
def small_size():
    """`manage.py serve`: pages, sockets and background work in one process. Yields its port."""
    port = free_port()
    with running("manage.py", "serve", "--port", str(port), port=port):
        yield port
