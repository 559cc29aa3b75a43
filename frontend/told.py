"""What an entry of the history says, for the list of everything that has happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import HistoryEntry
from frontend.dates import day

SENTENCES: Mapping[str, str | Promise] = {
    "submit": gettext_lazy("Skickades in till %(shown_as)s"),
    "withdraw": gettext_lazy("Togs tillbaka"),
    "receive": gettext_lazy("Togs emot"),
    "hand_over": gettext_lazy("Lämnades över till %(shown_as)s"),
    "decline": gettext_lazy("Avböjdes"),
    "request_statement": gettext_lazy("Begärde yttrande av %(of)s, senast %(due_on)s"),
    "give_statement": gettext_lazy("Lämnade yttrande"),
    "request_completion": gettext_lazy("Bad om komplettering"),
    "complete": gettext_lazy("Kompletterade"),
    "score": gettext_lazy("Skattade risken, allvar %(severity)s och sannolikhet %(likelihood)s"),
    "put_on_agenda": gettext_lazy("Satte upp på dagordningen %(meeting_on)s"),
    "take_off_agenda": gettext_lazy("Tog bort från dagordningen: %(reason)s"),
    "move_meeting": gettext_lazy("Mötet där den tas upp är flyttat till %(meeting_on)s"),
    "table": gettext_lazy("Bordlade frågan till %(meeting_on)s"),
    "decide": gettext_lazy("Beslutade"),
    "propose_measure": gettext_lazy("Bestämde en åtgärd: %(owner)s, klar senast %(due_on)s"),
    "carry_out": gettext_lazy("Åtgärden är gjord"),
    "check_effect": gettext_lazy("Kontrollerade effekten"),
    "give_feedback": gettext_lazy("Svarade den som anmälde"),
    "escalate": gettext_lazy("Lyfte till %(shown_as)s"),
    "close": gettext_lazy("Avslutade"),
    "answer_helped": gettext_lazy("Svarade på om det hjälpte"),
    "reopen": gettext_lazy("Öppnade igen"),
    "invite": gettext_lazy("Bjöd in en läsare"),
    "end_invitation": gettext_lazy("Avslutade en inbjudan"),
    "note": gettext_lazy("Skrev en intern anteckning"),
    "delivery_alarm": gettext_lazy("Ingen hos %(shown_as)s har öppnat den, så de som styr har fått veta"),
    "stand_in": gettext_lazy("%(body_shown)s %(because)s. %(shown_as)s tar emot tills vidare"),
    "stand_in_ended": gettext_lazy("%(shown_as)s arbetar igen och tar emot själv"),
    "take_back": gettext_lazy("Tog över från den som tog emot i stället"),
    "nobody_receives": gettext_lazy("%(body_shown)s %(because)s, och länets administratör har fått veta"),
}
INSIDE = frozenset({"score", "invite", "end_invitation", "note"})
"""Steps that only those who handle the deviation have use for."""


DAYS = frozenset({"due_on", "check_on", "meeting_on"})


def in_words(entry: HistoryEntry) -> str:
    """One sentence without its full stop. Raises KeyError for a step without words, so that none is left out."""
    if entry.step == "decide" and entry.data.get("binding") is False:
        return _("Rekommenderade")
    return str(SENTENCES[entry.step]) % {name: _value(name, value) for name, value in entry.data.items()}


def everything(history: Sequence[HistoryEntry], *, inside: bool = False) -> list[dict[str, Any]]:
    """Newest first, for components/history.html. `inside`: with the steps of those who handle it."""
    return [
        {"at": entry.at, "text": in_words(entry), "by": entry.acting_for}
        for entry in reversed(history)
        if inside or entry.step not in INSIDE
    ]


def _value(name: str, value: object) -> str:
    if name in DAYS:
        return day(date.fromisoformat(str(value)))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
