"""The pages that a draft is written on. It can be open in two windows, and what one page sends can arrive in another
order than it was sent: neither may write over what the person wrote last without a word (A01)."""

import hashlib
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from deviations.errors import ChangedMeanwhile
from deviations.models import Deviation, DraftPage
from deviations.services.form import Filing

WHAT, CONCERNS, REVIEW = "what", "concerns", "review"
ASKED_IN = {
    WHAT: frozenset({"happened"}),
    CONCERNS: frozenset(
        {"reporting_unit", "receiving_units", "occurred_on", "age", "target_group", "category"}
        | {"problem_area", "care_level"}
    ),
}
ASKED_IN[REVIEW] = frozenset(field.name for field in fields(Filing)) - ASKED_IN[WHAT] - ASKED_IN[CONCERNS]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was shown.

    `key`: drawn anew each time a step is shown. `turn`: what it sends, counted from 1; 0 without scripts.
    `shown`: `mark_of` what the step held when it was shown.
    """

    step: str
    key: str
    turn: int
    shown: str


def mark_of(filing: Filing, *steps: str) -> str:
    """Some characters that are others as soon as an answer in any of the steps is another."""
    asked = frozenset[str]().union(*(ASKED_IN[step] for step in steps))
    return hashlib.sha256(filing.content(asked).encode()).hexdigest()[:16]


def may_write(draft: Deviation, page: Page, kept: Filing, wanted: Filing) -> bool:
    """Whether the page's answers are to be kept in the locked draft, which holds `kept`; it is noted that they are.

    False when it has sent later ones, which have come already. Raises `ChangedMeanwhile` when another page wrote in
    the step after this one was shown.
    """
    last = DraftPage.objects.filter(draft=draft, step=page.step).first()
    if last is None or last.key != page.key:
        if mark_of(kept, page.step) not in {page.shown, mark_of(wanted, page.step)}:
            raise ChangedMeanwhile(_("Utkastet har ändrats någon annanstans sedan du öppnade den här sidan."), [])
        if last is not None and wanted == kept:
            return True
    elif 0 < page.turn <= last.turn:
        return False
    last = last or DraftPage(draft=draft, step=page.step)
    last.key, last.turn = page.key, page.turn
    last.save()
    return True


def forget(draft: Deviation) -> None:
    """No page wrote last: the draft is sent, or was written in from elsewhere."""
    DraftPage.objects.filter(draft=draft).delete()
