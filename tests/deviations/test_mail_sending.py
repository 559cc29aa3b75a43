"""Each letter is sent once, to someone who may still read what it is about; a mail server may be away or refuse."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone

from deviations.mail import failed, post
from deviations.models import Deviation, Mail
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from orgs.permissions import end
from tests.cast import unit

pytestmark = pytest.mark.django_db


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


@pytest.fixture
def received(filed, bo):
    handling.receive(now(filed), by=bo)
    Mail.objects.all().delete()
    return filed


@pytest.fixture
def asked(received, bo):
    statements.request_statement(now(received), of=[unit("blekinge", "rb-bup")], question="Varför?", by=bo)
    return received


def test_each_letter_is_sent_once(asked, mailoutbox):
    assert (post.send_due(), post.send_due()) == (1, 0)
    assert [letter.to for letter in mailoutbox] == [["berit@example.se"]]


def test_looking_for_letters_when_there_are_none_is_one_question(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert post.send_due() == 0


def test_a_letter_that_another_worker_has_taken_is_left_alone(asked, mailoutbox):
    mail = Mail.objects.get()
    assert post.claim(mail.pk) is not None
    assert post.claim(mail.pk) is None
    assert post.send_due() == 0


def test_a_worker_that_died_leaves_the_letter_to_the_next_when_its_time_is_up(asked, mailoutbox):
    assert post.claim(Mail.objects.get().pk) is not None
    with time_machine.travel(timezone.now() + post.LEASE - timedelta(seconds=5)):
        assert post.send_due() == 0
    with time_machine.travel(timezone.now() + post.LEASE + timedelta(seconds=5)):
        assert post.send_due() == 1
    assert len(mailoutbox) == 1


def test_who_may_no_longer_read_gets_nothing(asked, berit, mailoutbox):
    end(berit.organisationmembership_set.get(), by=None)
    assert post.send_due() == 0
    assert (mailoutbox, Mail.objects.get().cancelled_at is not None) == ([], True)


def test_a_closed_account_gets_nothing(received, bo, anna, mailoutbox):
    deciding.decide(now(received), text="Ny rutin.", by=bo)
    anna.is_active = False
    anna.save()
    assert (post.send_due(), mailoutbox) == (0, [])


def test_a_question_that_has_been_answered_is_not_asked(received, bo, anna, mailoutbox):
    statements.request_completion(now(received), question="Hur många?", by=bo)
    statements.complete(now(received), text="Fyra.", by=anna)
    post.send_due()
    assert [letter.to for letter in mailoutbox] == [["bo@example.se"]]


@pytest.fixture
def server(monkeypatch):
    """What the mail server answers: raise it by setting `server.fault`."""

    class Server:
        fault = None

        def send(self, fail_silently=False):
            if self.fault:
                raise self.fault
            return 1

    found = Server()
    monkeypatch.setattr(django_mail.EmailMessage, "send", lambda message, fail_silently=False: found.send())
    return found


def test_a_server_that_is_away_is_asked_again_ever_less_often(asked, server):
    server.fault = ConnectionRefusedError()
    moment, tries = timezone.now() + timedelta(seconds=1), []
    while Mail.objects.get().failed_at is None:
        with time_machine.travel(moment):
            post.send_due()
        waited = Mail.objects.get().due_at - moment
        tries.append(round(waited / timedelta(minutes=1)))
        moment = Mail.objects.get().due_at + timedelta(seconds=1)
        assert len(tries) < 20
    assert tries[:-1] == [1, 5, 20, 60, 240, 720, 1440]
    assert Mail.objects.get().last_error == "ConnectionRefusedError"


def test_when_the_server_is_away_the_other_letters_are_not_tried_in_that_round(asked, filing, anna, server):
    file(filing(), by=anna)
    server.fault = ConnectionRefusedError()
    post.send_due()
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_an_address_that_does_not_exist_is_given_up_at_once_and_shown_to_the_administrators(
    asked, server, ada, cecilia
):
    server.fault = smtplib.SMTPRecipientsRefused({"berit@example.se": (550, b"no such user berit")})
    post.send_due()
    (mail,) = failed.failed_for(ada)
    assert mail.last_error == "SMTPRecipientsRefused 550"
    assert list(failed.failed_for(cecilia)) == []


def test_a_full_mailbox_is_tried_again(asked, server):
    server.fault = smtplib.SMTPRecipientsRefused({"berit@example.se": (452, b"full")})
    post.send_due()
    assert Mail.objects.get().failed_at is None


def test_the_administrator_sends_it_again(asked, server, ada, berit):
    server.fault = smtplib.SMTPRecipientsRefused({"berit@example.se": (550, b"no")})
    post.send_due()
    server.fault = None
    with pytest.raises(failed.NotYours):
        failed.send_again(Mail.objects.get(), by=berit)
    failed.send_again(Mail.objects.get(), by=ada)
    assert post.send_due() == 1


def test_a_letter_that_every_worker_dies_of_is_given_up(asked, mailoutbox):
    Mail.objects.update(attempts=post.MOST_ATTEMPTS)
    assert post.send_due() == 0
    assert Mail.objects.get().failed_at is not None
