"""Sending: a worker takes a letter for a while, sends it outside any transaction, and writes down that it is sent.

A worker that dies after taking a letter and before the mail server has accepted it leaves it to the next one, when its
time is up: the letter arrives once. Dying in the instant after the server accepted and before that is written down
cannot be told from the former by anyone; the letter then goes again, with the same Message-ID, by which mail servers
and readers recognise it as the same.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from deviations import clock
from deviations.mail import words
from deviations.mail.letters import LETTERS
from deviations.models import Adoption, Deviation, Escalation, LearningReport, Mail, Measure, Statement
from deviations.reports.access import readable_reports
from deviations.services.adopting import may_answer, readable_by
from deviations.services.delivery import stuck
from deviations.services.learning_cases import to_answer
from deviations.services.statements import open_question
from deviations.workflow import OPEN
from orgs.models import User
from orgs.permissions import keys_of
from orgs.roles import Ability

LEASE = timedelta(minutes=5)  # longer than a mail server may take: EMAIL_TIMEOUT is for each of its few answers
AT_ONCE = 50  # so that the other jobs get their turn
AGAIN_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=4),
    timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip
MOST_ATTEMPTS = len(AGAIN_AFTER) + 1
QUESTION = frozenset({"question", "question_soon", "question_late", "question_overdue"})
ABOUT_THE_LETTER = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
logger = logging.getLogger(__name__)


class ServerAway(Exception):
    """The mail server could not be reached or ended the conversation; nothing is wrong with the letter."""


def send_due() -> int:
    """Send what is due, at most `AT_ONCE` letters; returns how many left. Several workers may run."""
    due = list(_waiting(clock.now()).order_by("due_at", "pk").values_list("pk", "to_id", "in_digest")[:AT_ONCE])
    gather({to for _pk, to, in_digest in due if in_digest})
    done = 0
    for pk, _to, in_digest in due:
        if in_digest:
            continue
        try:
            done += send(pk)
        except ServerAway:
            break
    return done


def _waiting(now: datetime) -> QuerySet[Mail]:
    """What is due and taken by nobody. What is told in a summary waits until it is gathered into one."""
    return Mail.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=now),
        sent_at__isnull=True, cancelled_at__isnull=True, failed_at__isnull=True, gathered_in__isnull=True,
        due_at__lte=now,
    )  # fmt: skip


# ── the day's summary ────────────────────────────────────────────────────────────────────────────────────────────────
def gather(people: Iterable[int]) -> None:
    """Put what is due in each person's summary into one letter. Two workers at once: each row ends in one letter."""
    for person in sorted(people):
        _gather(person)


@transaction.atomic
def _gather(person: int) -> None:
    now = clock.now()
    free = _waiting(now).filter(to=person, in_digest=True).select_for_update(skip_locked=True).order_by("pk")
    ids = list(free.values_list("pk", flat=True))
    if not ids:
        return
    summary = Mail.objects.create(
        key=f"digest:{person}:{ids[-1]}", kind=Mail.Kind.DIGEST, to_id=person, template="digest", due_at=now
    )
    Mail.objects.filter(pk__in=ids).update(gathered_in=summary)


# ── one letter ───────────────────────────────────────────────────────────────────────────────────────────────────────
def claim(pk: int) -> Mail | None:
    """Take the letter for `LEASE`; None when another worker has it. One conditional UPDATE: only one can win."""
    now = clock.now()
    taken = _waiting(now).filter(pk=pk).update(claimed_until=now + LEASE, attempts=F("attempts") + 1)
    return Mail.objects.select_related("to", "deviation__accountable_body").get(pk=pk) if taken else None


def send(pk: int) -> bool:
    """True when the letter has left. Raises `ServerAway` when trying others now would be no use."""
    mail = claim(pk)
    if mail is None:
        return False
    if mail.attempts > MOST_ATTEMPTS:  # taken again and again, and every worker died of it
        _give_up(mail, mail.last_error)
        return False
    gathered = _still_readable(mail)
    if not is_wanted(mail) or (mail.template == "digest" and not gathered):
        _ours(mail).update(cancelled_at=clock.now(), claimed_until=None)
        return False
    try:
        words.message(mail, words.worded(mail, gathered)).send()
    except ABOUT_THE_LETTER as error:
        _put_back(mail, error)
        return False
    except OSError as error:  # the rest of smtplib's errors are OSErrors too
        _put_back(mail, error)
        raise ServerAway from error
    now = clock.now()
    _ours(mail).update(sent_at=now, claimed_until=None, last_error="")
    mail.gathered.update(sent_at=now)
    return True


def _ours(mail: Mail) -> QuerySet[Mail]:
    """The row while this worker still has it: one whose time was up writes nothing over the next one's."""
    return Mail.objects.filter(pk=mail.pk, claimed_until=mail.claimed_until)


def _put_back(mail: Mail, error: OSError) -> None:
    """Try again later, ever less often; give up at once when the server says that the letter can never be taken."""
    if mail.attempts >= MOST_ATTEMPTS or _is_final(error):
        _give_up(mail, _in_short(error))
        return
    again = clock.now() + AGAIN_AFTER[mail.attempts - 1]
    _ours(mail).update(due_at=again, claimed_until=None, last_error=_in_short(error))


def _give_up(mail: Mail, error: str) -> None:
    logger.error("mail %s given up after %d attempts: %s", mail.pk, mail.attempts, error)
    _ours(mail).update(failed_at=clock.now(), claimed_until=None, last_error=error)


def _codes(error: OSError) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _is_final(error: OSError) -> bool:
    """The server will never take this letter; what is wrong with the server or our account there, somebody mends."""
    return isinstance(error, ABOUT_THE_LETTER) and all(code >= 500 for code in _codes(error))


def _in_short(error: OSError) -> str:
    """The kind of fault and the server's codes; never its words, which may repeat an address."""
    return " ".join([type(error).__name__, *map(str, _codes(error))])[:200]


# ── whether it is still to be told ───────────────────────────────────────────────────────────────────────────────────
def is_wanted(mail: Mail) -> bool:
    """Whether the person may still read what the letter is about, and its cause is still there."""
    if not mail.to.is_active:
        return False
    if "report" in mail.facts:
        return report_is_readable(mail)
    if mail.deviation is None:
        return True
    if LETTERS[mail.template].page == "adoptions":
        return _answer_is_waited_for(mail)
    if LETTERS[mail.template].page == "stuck":
        return stuck(mail.to).filter(deviation=mail.deviation).exists()
    return may_read(mail.to, [mail.deviation_id]) == {mail.deviation_id} and _cause_is_left(mail, mail.deviation)


def report_is_readable(mail: Mail) -> bool:
    """A draft to be written is still one, and the person writes there; an approved one may be read by the person."""
    if LETTERS[mail.template].page == "write_report":
        held = keys_of(mail.to).bodies.get(Ability.HANDLE, frozenset())
        drafts = LearningReport.objects.filter(status=LearningReport.Status.DRAFT, body__in=held)
        return drafts.filter(public_id=mail.facts["report"]).exists()
    return readable_reports(mail.to).filter(public_id=mail.facts["report"]).exists()


def _answer_is_waited_for(mail: Mail) -> bool:
    """The principal has not answered, the last day is the same, and the person still answers for the principal."""
    asked = readable_by(mail.to).filter(pk=mail.facts["adoption"], answer=Adoption.Answer.WAITING)
    adoption = asked.filter(due_on=mail.facts["due_on"]).first()
    return adoption is not None and may_answer(mail.to, adoption)


def may_read(person: User, deviations: Iterable[int | None]) -> set[int | None]:
    wanted = [pk for pk in deviations if pk is not None]
    return set(Deviation.objects.visible_to(person).filter(pk__in=wanted).values_list("pk", flat=True))


def _still_readable(mail: Mail) -> tuple[str, ...]:
    """The names of the gathered letters about deviations that the person may still read."""
    if mail.template != "digest":
        return ()
    gathered = list(mail.gathered.order_by("pk").values_list("template", "deviation_id"))
    readable = may_read(mail.to, {deviation for _name, deviation in gathered})
    return tuple(name for name, deviation in gathered if deviation in readable)


def _cause_is_left(mail: Mail, deviation: Deviation) -> bool:
    name, facts = mail.template, mail.facts
    if "statement" in facts:
        waits = Statement.objects.filter(pk=facts["statement"], status=Statement.Status.REQUESTED)
        return waits.filter(due_on=facts["due_on"]).exists()
    if name in QUESTION:
        asked = open_question(deviation)
        return asked is not None and asked.data.get("due_on") == facts.get("due_on")
    if name in {"answer_soon", "answer_late"}:
        return deviation.fed_back_at is None and deviation.state in OPEN
    if name in {"dispute_soon", "dispute_late"}:
        return deviation.disputes.filter(status="open", due_on=facts["due_on"]).exists()
    if name in {"view_asked", "interim"}:
        return deviation.disputes.filter(status="open").exists()
    if name == "case_waiting":
        return to_answer(mail.to).filter(pk=facts["case"], asked_at__date=facts["asked_on"]).exists()
    if "escalation" in facts:
        lifted = Escalation.objects.filter(pk=facts["escalation"], status=Escalation.Status.WAITING)
        return lifted.filter(due_on=facts["due_on"]).exists()
    if name == "measure_stalled":
        return Measure.objects.filter(pk=facts["measure"], stalled_at__isnull=False).exists()
    return True
