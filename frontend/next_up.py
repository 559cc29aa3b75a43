"""What happens next with a deviation, and when, in words: the box "Härnäst" and the line of a list (A04, C02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from deviations.models import Deviation, HistoryEntry
from deviations.workflow import State
from frontend.dates import day
from frontend.last_days import is_past, measures_waited_for, of_this_round, waited_for
from frontend.meeting_page import WEEKDAYS


def next_up(deviation: Deviation, *, reporter: bool = True, history: Sequence[HistoryEntry] = ()) -> tuple[str, str]:
    """What happens next, and what one can count on: a sentence in bold and one beside it. `reporter`: to whom it says
    "du". `history`: every entry in order, for the days that only it knows; a list does without."""
    body = {"body": deviation.accountable_shown}
    answer = _promised(deviation, reporter)
    helped = _thanks(deviation) if reporter and deviation.fed_back_at else answer
    words: Mapping[str, tuple[str, str]] = {
        State.DRAFT: (_("Inte skickad än."), ""),
        State.SUBMITTED: (_received(deviation), answer),
        State.RECEIVED: (_("%(body)s bereder den.") % body, answer),
        State.AWAITING_STATEMENT: (_stated(deviation, history), answer),
        State.AWAITING_COMPLETION: (_("%(body)s har frågat om mer.") % body, _("Svaret gör att de kan gå vidare.")),
        State.ON_AGENDA: (_raised(deviation), answer),
        State.DECIDED: (_("Frågan är behandlad."), answer),  # decided or recommended: the way below says which
        State.MEASURE: (_carried_out(history), answer),
        State.EFFECT: (_("Effekten är kontrollerad."), helped),
        State.CLOSED: (_("Avvikelsen är avslutad."), helped),
        State.MERGED: (_("Handläggs tillsammans med en liknande avvikelse."), helped),
        State.WITHDRAWN: (_("Avvikelsen är återtagen."), _("Inget mer händer med den.")),
    }
    return words[deviation.state]


def _received(deviation: Deviation) -> str:
    said = {"body": deviation.accountable_shown, "day": day(deviation.triage_due_on) if deviation.triage_due_on else ""}
    if deviation.triage_due_on is None:
        return _("%(body)s tar emot den.") % said
    if is_past(deviation.triage_due_on):
        return _("%(body)s skulle ha tagit emot den senast %(day)s.") % said
    return _("%(body)s tar emot den senast %(day)s.") % said


def _stated(deviation: Deviation, history: Sequence[HistoryEntry]) -> str:
    waited = waited_for(of_this_round(history))
    if not waited:
        return _("Den verksamhet som det gäller lämnar sitt yttrande.")
    last_day = min(last for _name, last in waited)
    said = {"units": ", ".join(name for name, _last in waited), "day": day(last_day)}
    if is_past(last_day):
        return _("Yttrandet från %(units)s skulle ha kommit senast %(day)s. De har blivit påminda.") % said
    return _("%(units)s lämnar sitt yttrande senast %(day)s.") % said


def _raised(deviation: Deviation) -> str:
    on = deviation.agenda_on
    if on is None:
        return _("%(body)s tar upp den på ett möte.") % {"body": deviation.accountable_shown}
    said = {"body": deviation.accountable_shown, "weekday": _(WEEKDAYS[on.weekday()]), "day": day(on)}
    if is_past(on):
        return _("%(body)s tog upp den %(weekday)s %(day)s. Det gäller när protokollet är justerat.") % said
    return _("%(body)s tar upp den %(weekday)s %(day)s.") % said


def _carried_out(history: Sequence[HistoryEntry]) -> str:
    """The measure whose last day is nearest; when all are done, the day when their effect is checked."""
    due, check = measures_waited_for(of_this_round(history))
    if due:
        last_day, owner = due[0]
        said = {"owner": owner, "day": day(last_day)}
        if is_past(last_day):
            return _("%(owner)s skulle ha gjort klart åtgärden senast %(day)s. De har blivit påminda.") % said
        return _("%(owner)s gör klart åtgärden senast %(day)s.") % said
    if check:
        return _("Åtgärden är gjord. Gruppen kontrollerar %(day)s om den hjälpte.") % {"day": day(check[0])}
    return _("Åtgärden genomförs och följs upp.")


def _promised(deviation: Deviation, reporter: bool) -> str:
    if deviation.fed_back_at:
        return _("Du har fått svar.") if reporter else _("Den som anmälde har fått svar.")
    if deviation.answer_due_on is None:
        return ""
    said = {"day": day(deviation.answer_due_on)}
    if is_past(deviation.answer_due_on):
        late = _("Du skulle ha fått svar senast %(day)s. Gruppen har blivit påmind.")
        return (late if reporter else _("Svaret skulle ha kommit senast %(day)s.")) % said
    return (_("Du får svar senast %(day)s.") if reporter else _("Svar senast %(day)s.")) % said


def _thanks(deviation: Deviation) -> str:
    return _("Säg gärna om det hjälpte.") if deviation.helped is None else _("Tack för ditt svar.")
