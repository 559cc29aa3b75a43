"""Sockets of real servers: several processes, processes that die, and commits out of order. Nothing is lost."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import httpx
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from deviations import live
from deviations.models import Delivery
from deviations.services.filing import file
from deviations.services.handling import receive, score
from deviations.services.statements import complete
from tests import servers

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10.0
NOTHING = 0.5


@pytest.fixture(scope="module")
def ports(django_db_setup, django_db_blocker):
    """Two processes on PostgreSQL and Valkey, one on SQLite: as many as each size allows."""
    with django_db_blocker.unblock():
        several = connection.vendor == "postgresql"
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(servers.live()) for _n in range(2 if several else 1)]


def session_of(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


class Tab:
    def __init__(self, port, session):
        headers = {"Cookie": f"sessionid={session}"}
        self.line = connect(
            f"ws://127.0.0.1:{port}/live/", origin=f"http://127.0.0.1:{port}", additional_headers=headers
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.line.close()

    def says(self, **message):
        self.line.send(json.dumps(message))

    def hears(self, within=SOON):
        return json.loads(self.line.recv(timeout=within))

    def hears_nothing(self):
        with pytest.raises(TimeoutError):
            self.hears(within=NOTHING)
        return True

    def resumes(self, position=None, **watching):
        """What changed, as {public id: sequence}, and the new position."""
        self.says(resume=position, **watching)
        changed = {}
        while "position" not in (message := self.hears()) or "deviation" in message:
            changed[message["deviation"]] = message["sequence"]
        return changed, message["position"]


def test_a_change_made_by_another_process_reaches_the_sockets_of_every_process(ports, anna, bo, filing):
    """In one process there is no other that could send: then the heartbeat brings it."""
    with contextlib.ExitStack() as stack:
        tabs = [stack.enter_context(Tab(port, session_of(bo))) for port in ports * 2]
        positions = [tab.resumes()[1] for tab in tabs]
        deviation = file(filing(), by=anna)
        if connection.vendor == "postgresql":
            assert [tab.hears()["deviation"] for tab in tabs] == [str(deviation.public_id)] * len(tabs)
        else:
            heard = [tab.resumes(position)[0] for tab, position in zip(tabs, positions, strict=True)]
            assert heard == [{str(deviation.public_id): 1}] * len(tabs)


def test_what_a_page_does_reaches_the_sockets_of_its_own_process_and_the_others(ports, bo):
    """Announced after commit, from the thread of a synchronous view: here logging out, which needs no other page."""
    session = session_of(bo)
    with contextlib.ExitStack() as stack:
        tabs = [stack.enter_context(Tab(port, session)) for port in ports]
        for tab in tabs:
            tab.resumes()
        with httpx.Client(base_url=f"http://127.0.0.1:{ports[0]}", cookies={"sessionid": session}) as browser:
            browser.get(reverse("account_logout"))
            browser.post(reverse("account_logout"), data={"csrfmiddlewaretoken": browser.cookies["csrftoken"]})
        for tab in tabs:
            with pytest.raises(ConnectionClosed) as closed:
                tab.hears()
            assert closed.value.rcvd.code == 4403


def test_what_the_worker_does_reaches_the_sockets_in_the_small_size(bo, filed):
    """From the thread beside the server: a delivery that was due is announced again."""
    with servers.small_size() as port, Tab(port, session_of(bo)) as tab:
        tab.resumes()
        Delivery.objects.filter(deviation=filed).update(due_at=timezone.now() - timedelta(minutes=1))
        assert tab.hears()["deviation"] == str(filed.public_id)


KILLED_BEFORE_SENDING = """
import django, os, signal
django.setup()
from deviations import live
from deviations.models import Deviation
from deviations.services.handling import receive
from orgs.models import User
live.send_to_people = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
receive(Deviation.objects.get(), by=User.objects.get(email="bo@example.se"))
"""


def test_a_sender_killed_between_commit_and_sending_loses_nothing(ports, anna, filed):
    with contextlib.ExitStack() as stack:
        tabs = [stack.enter_context(Tab(port, session_of(anna))) for port in ports]
        positions = [tab.resumes()[1] for tab in tabs]
        sender = subprocess.run(
            [sys.executable, "-c", KILLED_BEFORE_SENDING], cwd=servers.ROOT, env=servers.environment()
        )
        assert sender.returncode == -signal.SIGKILL
        for tab, position in zip(tabs, positions, strict=True):
            assert tab.hears_nothing()
            changed, position = tab.resumes(position)
            assert changed == {str(filed.public_id): 2}
            assert tab.resumes(position)[0] == {}


def test_a_commit_that_comes_after_a_later_one_is_not_passed_over(ports, anna, bo, filing, monkeypatch):
    """The first has the lower id and commits last; nobody sends anything. SQLite makes the second one wait instead."""
    first, second = file(filing(), by=anna), file(filing(), by=anna)
    monkeypatch.setattr(live, "send_to_people", lambda *_: None)
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            receive(first, by=bo)
            written.set()
            may_commit.wait(timeout=SOON)
        connection.close()

    def quick():
        receive(second, by=bo)
        connection.close()

    with Tab(ports[0], session_of(bo)) as tab:
        _changed, position = tab.resumes()
        threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
        threads[0].start()
        assert written.wait(timeout=SOON)
        threads[1].start()
        threads[1].join(timeout=0.5)
        early = []
        for _heartbeat in range(3):
            changed, position = tab.resumes(position)
            early.append(changed)
        overtaken = connection.vendor == "postgresql"
        assert early == [{str(second.public_id): 2} if overtaken else {}, {}, {}]
        may_commit.set()
        for thread in threads:
            thread.join()
        changed, position = tab.resumes(position)
        assert changed == ({str(first.public_id): 2} if overtaken else {str(d.public_id): 2 for d in (first, second)})
        for _heartbeat in range(3):
            changed, position = tab.resumes(position)
            assert changed == {}
    assert first.history.get(sequence=2).pk < second.history.get(sequence=2).pk


def test_dropped_again_and_again_during_200_changes_it_ends_with_what_a_fresh_page_shows(ports, anna, bo, filing):
    deviations = [file(filing(), by=anna) for _n in range(4)]
    session = session_of(bo)

    def change():
        for n in range(200):
            deviation = deviations[n % 4]
            if n < 4:
                receive(deviation, by=bo)
            elif n % 2:
                score(deviation, severity=1 + n % 4, likelihood=2, by=bo)
            else:
                complete(deviation, text=f"Tillägg {n}.", by=anna)
        connection.close()

    known = {str(deviation.public_id): 1 for deviation in deviations}
    position = None
    changing = threading.Thread(target=change)
    changing.start()
    lives = 0
    while changing.is_alive():
        with Tab(ports[lives % len(ports)], session) as tab:
            lives += 1
            tab.says(resume=position, watching=known)
            with contextlib.suppress(TimeoutError):
                for _message in range(7):
                    message = tab.hears(within=0.1)
                    if "deviation" in message:
                        known[message["deviation"]] = max(known[message["deviation"]], message["sequence"])
                    else:
                        position = message["position"]
    with Tab(ports[0], session) as tab:
        known.update(tab.resumes(position, watching=known)[0])
    assert lives > 3
    for deviation in deviations:
        deviation.refresh_from_db()
    assert known == {str(deviation.public_id): deviation.sequence for deviation in deviations}
    assert [deviation.sequence for deviation in deviations] == [51] * 4
