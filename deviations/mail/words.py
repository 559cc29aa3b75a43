"""What a letter says: its number, what kind of news, a date and a link. Made when it is sent, in the person's language.

Nothing of what a deviation contains is here to be put in; it is read where one logs in (OSL 25–26 kap, GDPR).
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from deviations.deadlines import in_swedish
from deviations.mail import helped
from deviations.mail.letters import LETTERS
from deviations.models import Mail


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    text: str


def worded(mail: Mail, gathered: tuple[str, ...] = ()) -> Wording:
    """Subject and text. `gathered`: the letters that a summary counts, one name each."""
    letter = LETTERS[mail.template]
    with translation.override(mail.to.language):
        reference = mail.deviation.reference if mail.deviation else ""
        context: dict[str, Any] = {
            "reference": reference,
            "url": absolute(_path(mail, letter.page)),
            "settings_url": absolute(reverse("settings")),
            "due_on": _day(mail.facts.get("due_on")),
            "counted": [(str(LETTERS[name].counted), times) for name, times in Counter(gathered).items()],
        }
        if mail.template == "feedback" and mail.deviation is not None:
            context["helped_url"] = absolute(helped.path(mail.deviation, mail.to, mail.facts["sequence"]))
        text = render_to_string(f"deviations/mail/{mail.template}.txt", context)
    return Wording(subject_of(mail), text.strip() + "\n")


def subject_of(mail: Mail) -> str:
    """Reads `to` and `deviation`: select them in lists."""
    with translation.override(mail.to.language):
        subject = str(LETTERS[mail.template].subject)
    return subject % {"reference": mail.deviation.reference if mail.deviation else ""}


def message(mail: Mail, wording: Wording) -> EmailMessage:
    """Ready to send. The same letter has the same Message-ID however often it is tried, so that a receiver who gets it
    twice can tell; and it says that no person wrote it, so that no absence replies come back (RFC 3834)."""
    return EmailMessage(
        subject=wording.subject,
        body=wording.text,
        to=[mail.to.email],
        headers={
            "Message-ID": message_id(mail.key),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{absolute(reverse('settings'))}>",
        },
    )


def message_id(key: str) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def _path(mail: Mail, page: str) -> str:
    if page == "deviation" and mail.deviation is not None:
        return reverse("deviation", args=[mail.deviation.public_id])
    if "report" in mail.facts:
        return reverse(page, args=[mail.facts["report"]])
    return reverse(page)


def _day(written: str | None) -> str:
    return in_swedish(date.fromisoformat(written)) if written else ""
