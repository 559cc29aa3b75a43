"""A server killed at random moments loses nothing that it acknowledged, and stores nothing by halves."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta

import httpx
import pytest
from django.db import connection
from django.utils import timezone

from api.tokens import issue
from deviations.history import verify
from deviations.models import Deviation, HistoryEntry, Party
from tests import servers
from tests.cast import unit

pytestmark = pytest.mark.django_db(transaction=True)

FILINGS = 500
CLIENTS = 5
KILLS = 8
LONGEST = 240.0  # seconds until the test gives up rather than hang


def command(port):
    """The small size on SQLite, two web workers on PostgreSQL."""
    if connection.vendor == "sqlite":
        return [sys.executable, "manage.py", "serve", "--port", str(port)]
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--port", str(port),
        "--no-ws", "deploy.wsgi:application",
    ]  # fmt: skip


class Server:
    """Started in a process group of its own, so that a kill takes workers along."""

    def __init__(self):
        self.port = servers.free_port()
        self.start()

    def start(self):
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            command(self.port),
            cwd=servers.ROOT,
            env=servers.environment(API_RATE="100000/min"),
            start_new_session=True,
            stdout=quiet,
            stderr=quiet,
        )

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Filer(threading.Thread):
    """Files its share, sending the same filing with the same key until it is acknowledged."""

    def __init__(self, port, token, count, units, stop_at):
        super().__init__()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        self.count, self.units, self.stop_at = count, units, stop_at
        self.acknowledged = []
        self.refused = []

    def run(self):
        for number in range(self.count):
            key = str(uuid.uuid4())
            while time.monotonic() < self.stop_at:
                answer = None
                with contextlib.suppress(httpx.HTTPError):
                    answer = self.client.post(
                        "/deviations/", json=self.filing(number), headers={"Idempotency-Key": key}
                    )
                if answer is not None and answer.status_code in {200, 201}:
                    self.acknowledged.append(answer.json()["public_id"])
                    break
                if answer is not None and answer.status_code < 500:
                    self.refused.append(answer.text)
                    return
                time.sleep(0.05)

    def filing(self, number):
        reporting, receiving = self.units
        return {
            "reporting_unit": reporting, "receiving_units": [receiving], "category": "sip/called_party_absent",
            "happened": f"Kallelsen gick ut i tid men ingen kom till möte {number}.",
            "occurred_on": timezone.localdate().isoformat(), "age": 14,
        }  # fmt: skip


def test_a_killed_server_loses_nothing_it_acknowledged(cast, settings):
    karlskrona = unit("blekinge", "1080-elevhalsan")
    token = issue(
        karlskrona, name="Prov", scopes=["file", "read"], expires_at=timezone.now() + timedelta(days=1), by=cast.ada
    ).written
    draw = random.Random(7)
    server = Server()
    stop_at = time.monotonic() + LONGEST
    units = (karlskrona.pk, unit("blekinge", "rb-bup").pk)
    filers = [Filer(server.port, token, FILINGS // CLIENTS, units, stop_at) for _each in range(CLIENTS)]
    try:
        for filer in filers:
            filer.start()
        kills = 0
        while any(filer.is_alive() for filer in filers) and time.monotonic() < stop_at:
            done = sum(len(filer.acknowledged) for filer in filers)
            if kills < KILLS and done > (kills + 0.5) * FILINGS / (KILLS + 1):
                time.sleep(draw.random() * 0.2)
                server.kill()
                kills += 1
                server.start()
            time.sleep(0.02)
        for filer in filers:
            filer.join()
    finally:
        server.kill()

    assert [filer.refused for filer in filers] == [[]] * CLIENTS
    acknowledged = [public_id for filer in filers for public_id in filer.acknowledged]
    assert (kills, len(acknowledged)) == (KILLS, FILINGS)
    stored = {str(d.public_id): d for d in Deviation.objects.select_related("accountable_body")}
    assert set(stored) == set(acknowledged), "each acknowledged filing is stored, and no other"
    assert len(acknowledged) == len(set(acknowledged))
    assert {d.accountable_body.key for d in stored.values()} == {"sg_barn_unga"}
    assert [verify(d) for d in stored.values()] == [None] * FILINGS
    assert HistoryEntry.objects.count() == FILINGS
    assert Party.objects.filter(role=Party.Role.ACCOUNTABLE).count() == FILINGS
