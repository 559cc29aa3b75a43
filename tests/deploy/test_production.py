"""The four roles of compose.yaml, started with their own commands and production settings on PostgreSQL and Valkey."""

import http.client
import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from deploy import services

ROOT = services.ROOT
PROGRAMS = ROOT / ".venv" / "bin"
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]
HOST = "samsyn.example.se"
SECONDS = 60


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """What compose.yaml and a filled-in .env.example give each container."""
    folder = tmp_path_factory.mktemp("production")
    with services.running() as urls:
        settings = {
            **urls,
            "SAMSYN_PRODUCTION": "1",
            "SAMSYN_PROCESSES": COMPOSE["web"]["environment"]["SAMSYN_PROCESSES"],
            "SECRET_KEY": "0123456789abcdef" * 4,
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "EMAIL_HOST": "localhost",
            "STATIC_ROOT": str(folder / "static"),
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        }
        run(["python", "manage.py", "collectstatic", "--noinput", "-v0"], settings)
        run(COMPOSE["setup"]["command"], settings)
        yield settings


def run(words, environment, expected=0):
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def start(environment, tmp_path):
    """Start one role on a port of its own; stopped as compose stops it, and it must then end by itself."""
    started = []

    def start(role):
        port = free_port()
        words = ["--host=127.0.0.1" if word.startswith("--host=") else word for word in COMPOSE[role]["command"]]
        words = [f"--port={port}" if word.startswith("--port=") else word for word in words]
        log = (tmp_path / f"{role}.log").open("w+")
        started.append((subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log), log))
        return port, *started[-1]

    yield start
    for process, log in started:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            pytest.fail(f"did not stop: {shlex.join(process.args)}\n{Path(log.name).read_text()}")


def get(port, path, **headers):
    """One request as the reverse proxy forwards it; the server gets time to start."""
    deadline = time.monotonic() + SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()


def test_web_shows_the_log_in_page_with_its_style_sheets(start):
    port, *_ = start("web")
    status, headers, page = get(port, "/konto/login/")
    assert status == 200, page
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    sheets = [part.split('"')[0] for part in page.split('href="')[1:] if part.split('"')[0].endswith(".css")]
    assert sheets
    for sheet in sheets:
        status, headers, _style = get(port, sheet)
        assert (status, headers["cache-control"]) == (200, "max-age=315360000, public, immutable")


def test_web_sends_http_to_https_and_knows_only_its_own_name(start):
    port, *_ = start("web")
    status, headers, _page = get(port, "/konto/login/", **{"X-Forwarded-Proto": "http"})
    assert (status, headers["location"]) == (301, f"https://{HOST}/konto/login/")
    assert get(port, "/konto/login/", Host="other.example.se")[0] == 400


def test_live_turns_away_a_socket_without_a_log_in_and_one_from_another_site(start):
    port, *_ = start("live")
    get(port, "/konto/login/")  # waits until it serves
    for origin in (f"https://{HOST}", "https://other.example.se"):
        with pytest.raises((InvalidStatus, ConnectionClosed)):  # noqa: SIM117
            with connect(
                f"ws://{HOST}/live/",
                sock=socket.create_connection(("127.0.0.1", port)),
                origin=origin,
                additional_headers={"X-Forwarded-Proto": "https"},
            ) as client:
                client.recv(timeout=10)


def test_work_runs_until_it_is_told_to_stop(start):
    _port, process, log = start("work")
    time.sleep(5)
    assert process.poll() is None, Path(log.name).read_text()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert Path(log.name).read_text() == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"REDIS_URL": ""}, "samsyn.E001"),
        ({"SAMSYN_DEBUG": "1"}, "samsyn.E003"),
        ({"SECRET_KEY": "short"}, "samsyn.E004"),
        ({"SAMSYN_DEMO": "1"}, "samsyn.E005"),
    ],
)
def test_setup_refuses_unsafe_settings(environment, change, expected):
    assert expected in run(COMPOSE["setup"]["command"], {**environment, **change}, expected=1)


@pytest.mark.parametrize("module", ["deploy.wsgi", "deploy.asgi"])
def test_a_server_without_setup_refuses_unsafe_settings_too(environment, module):
    said = run(["python", "-c", f"import {module}"], {**environment, "REDIS_URL": ""}, expected=1)
    assert "samsyn.E001" in said
