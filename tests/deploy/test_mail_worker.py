"""A real worker, a real mail server, and SIGKILL between taking a letter and handing it over: it arrives once."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from django.db.models import F
from django.utils import timezone

from deviations.mail import post
from deviations.models import Deviation, Mail
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from tests import servers
from tests.cast import unit

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0  # seconds until the test gives up rather than hang


class Inbox:
    """What the server has accepted. While `shut`, it lets a worker call and ask, and answers nothing."""

    def __init__(self):
        self.letters = []
        self.asked = threading.Event()
        self.open = threading.Event()
        self.open.set()

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        self.asked.set()
        while not self.open.is_set():
            await asyncio.sleep(0.02)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"

    @property
    def ids(self):
        return sorted(letter["Message-ID"] for _to, letter in self.letters)


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def smtp(inbox):
    """The port of a mail server on this machine."""
    controller = Controller(inbox, hostname="127.0.0.1", port=servers.free_port())
    controller.start()
    yield controller.port
    inbox.open.set()
    controller.stop()


@contextlib.contextmanager
def worker(smtp):
    """`manage.py work`, as in production. Yields the process, which is killed afterwards if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "work"],
        cwd=servers.ROOT,
        env=servers.environment(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(smtp)),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def waiting():
    return Mail.objects.filter(sent_at__isnull=True, cancelled_at__isnull=True).count()


@pytest.fixture
def answered(cast, filing):
    """Anna has got an answer: the only letter there is."""
    deviation = file(filing(), by=cast.anna)
    handling.receive(deviation, by=cast.bo)
    statements.request_statement(Deviation.objects.get(), of=[unit("blekinge", "rb-bup")], question="", by=cast.bo)
    statements.give_statement(Deviation.objects.get(), cause="Brevet kom inte fram.", by=cast.berit)
    deciding.decide(Deviation.objects.get(), text="Gemensam brevlåda.", by=cast.bo)
    Mail.objects.all().delete()
    deciding.give_feedback(Deviation.objects.get(), text="Brevlådan finns.", by=cast.bo)
    return Mail.objects.get()


def test_a_worker_killed_between_taking_a_letter_and_handing_it_over_leaves_it_to_the_next(answered, inbox, smtp):
    inbox.open.clear()
    with worker(smtp) as first:
        until(inbox.asked.is_set)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert first.returncode == -signal.SIGKILL
    taken = Mail.objects.get()
    assert (taken.sent_at, taken.attempts, taken.claimed_until > timezone.now()) == (None, 1, True)

    inbox.open.set()
    with worker(smtp):
        time.sleep(3)
        assert inbox.letters == [], "nobody takes it while the dead worker's time is not up"
        Mail.objects.update(claimed_until=F("claimed_until") - post.LEASE)  # five minutes pass
        until(lambda: waiting() == 0)
        time.sleep(2)
    ((receivers, letter),) = inbox.letters
    assert receivers == ["anna@example.se"]
    assert letter["Subject"] == f"Du har fått svar på avvikelse {answered.deviation.reference}"
    assert "Hjälpte det? Svara ja eller nej här, utan att logga in:" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert Mail.objects.get().attempts == 2


def test_two_workers_at_once_send_each_letter_once(answered, cast, inbox, smtp):
    row = Mail.objects.get()
    for number in range(60):
        row.pk, row.key = None, f"prov:{number}"
        row.save(force_insert=True)
    with worker(smtp), worker(smtp):
        until(lambda: waiting() == 0)
        time.sleep(2)
    assert len(inbox.letters) == 61
    assert len(set(inbox.ids)) == 61
    assert set(Mail.objects.values_list("attempts", flat=True)) == {1}


def test_a_reminder_arrives_once_though_workers_come_and_go(cast, filing, inbox, smtp):
    deviation = file(filing(), by=cast.anna)
    handling.receive(deviation, by=cast.bo)
    (statement,) = statements.request_statement(
        Deviation.objects.get(), of=[unit("blekinge", "rb-bup")], question="", by=cast.bo
    )  # fmt: skip
    Mail.objects.all().delete()
    # As if it had been asked long ago, and its last day had passed a week ago.
    asked_at, last_day = timezone.now() - timedelta(days=60), timezone.localdate() - timedelta(days=7)
    type(statement).objects.update(requested_at=asked_at, due_on=last_day)
    for _each in range(2):
        with worker(smtp):
            until(lambda: Mail.objects.filter(template="statement_late").exists())
            Mail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
            until(lambda: waiting() == 0)
            time.sleep(1.5)
    told = sorted((to, str(letter["Subject"])) for to, letter in inbox.letters)
    reference = Deviation.objects.get().reference
    assert told == [
        (["berit@example.se"], f"Ert yttrande om avvikelse {reference} är sent"),
        (["bo@example.se"], f"Ett yttrande om avvikelse {reference} är sent"),
    ]
