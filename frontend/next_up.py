"""What happens next with a deviation, in words: the box "Härnäst" and the line of a list."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from deviations.models import Deviation
from deviations.workflow import State
from frontend.dates import day


def next_up(deviation: Deviation, *, reporter: bool = True) -> tuple[str, str]:
    """What happens next, and what one can count on: a sentence in bold and one beside it. `reporter`: to whom it says
    "du"."""
    values = {
        "body": deviation.accountable_shown,
        "day": day(deviation.agenda_on) if deviation.agenda_on else "",
        "triage": day(deviation.triage_due_on) if deviation.triage_due_on else "",
    }
    answer = _promised(deviation, reporter)
    helped = _thanks(deviation) if reporter and deviation.fed_back_at else answer
    words: Mapping[str, tuple[str, str]] = {
        State.DRAFT: (_("Inte skickad än."), ""),
        State.SUBMITTED: (_("%(body)s tar emot den senast %(triage)s."), answer),
        State.RECEIVED: (_("%(body)s bereder den."), answer),
        State.AWAITING_STATEMENT: (_("Den verksamhet som det gäller lämnar sitt yttrande."), answer),
        State.AWAITING_COMPLETION: (_("%(body)s har frågat om mer."), _("Svaret gör att de kan gå vidare.")),
        State.ON_AGENDA: (_("%(body)s tar upp den %(day)s."), answer),
        State.DECIDED: (_("Frågan är behandlad."), answer),  # decided or recommended: the way below says which
        State.MEASURE: (_("Åtgärden genomförs och följs upp."), answer),
        State.EFFECT: (_("Effekten är kontrollerad."), helped),
        State.CLOSED: (_("Avvikelsen är avslutad."), helped),
        State.MERGED: (_("Handläggs tillsammans med en liknande avvikelse."), helped),
        State.WITHDRAWN: (_("Avvikelsen är återtagen."), _("Inget mer händer med den.")),
    }
    bold, beside = words[deviation.state]
    return bold % values, beside


def _promised(deviation: Deviation, reporter: bool) -> str:
    if deviation.fed_back_at:
        return _("Du har fått svar.") if reporter else _("Den som anmälde har fått svar.")
    if deviation.answer_due_on is None:
        return ""
    words = _("Du får svar senast %(day)s.") if reporter else _("Svar senast %(day)s.")
    return words % {"day": day(deviation.answer_due_on)}


def _thanks(deviation: Deviation) -> str:
    return _("Säg gärna om det hjälpte.") if deviation.helped is None else _("Tack för ditt svar.")
