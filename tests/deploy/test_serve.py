"""`manage.py serve`: the small size, one process, ready when it says so."""

import http.client
import os
import signal
import socket
import subprocess
import sys

import pytest

from deploy.services import ROOT


@pytest.fixture
def port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def serve(port, folder):
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"SAMSYN_VAR": str(folder), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_it_makes_its_tables_answers_where_it_says_and_stops_at_ctrl_c(port, tmp_path):
    process = serve(port, tmp_path)
    try:
        assert process.stdout.readline() == f"Samsyn är igång: http://localhost:{port}\n"
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        connection.request("GET", "/konto/login/")
        assert connection.getresponse().status == 200
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in rest) == (0, False), rest
    assert (tmp_path / "samsyn.sqlite3").exists()


def test_a_port_in_use_is_said_with_what_to_do(port, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        said, _ = serve(port, tmp_path).communicate(timeout=60)
    assert f"Port {port} är upptagen" in said
    assert f"PORT={port + 1} make run" in said
