"""Samsyn's own servers as processes of their own, on the database and the layer that this process uses."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from deploy.services import ROOT

SECONDS_TO_START = 60
ASGI = ["-m", "uvicorn", "deploy.asgi:application", "--ws", "websockets-sansio", "--lifespan", "off"]
WSGI = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "8"]


@contextmanager
def web(engine: str) -> Iterator[int]:
    """Pages and REST as in production: granian on PostgreSQL, one uvicorn process on SQLite. Yields the port."""
    port = free_port()
    if engine == "postgresql":
        command = [*WSGI, "--port", str(port), "deploy.wsgi:application"]
    else:
        command = [*ASGI, "--log-level", "warning", "--port", str(port)]
    with running(command, port):
        yield port


@contextmanager
def live() -> Iterator[int]:
    """Sockets: one uvicorn process. Yields the port."""
    port = free_port()
    with running([*ASGI, "--log-level", "warning", "--port", str(port)], port):
        yield port


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[None]:
    """A Python process that listens on `port`, not slowed by the limit on how often one caller may call."""
    environment = {**os.environ, "API_RATE": "10000000/min"}
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[1]} did not start; the reason is printed above")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()
