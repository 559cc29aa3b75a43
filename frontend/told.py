"""What an entry of the history says, for the list of everything that has happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import HistoryEntry, Measure
from deviations.news import INSIDE
from frontend.dates import day

SENTENCES: Mapping[str, str | Promise] = {
    "submit": gettext_lazy("Skickades in till %(shown_as)s"),
    "withdraw": gettext_lazy("Togs tillbaka"),
    "receive": gettext_lazy("Togs emot"),
    "hand_over": gettext_lazy("Lämnades över till %(shown_as)s"),
    "decline": gettext_lazy("Avböjdes"),
    "request_statement": gettext_lazy("Begärde yttrande av %(of)s, senast %(due_on)s"),
    "give_statement": gettext_lazy("Lämnade yttrande"),
    "accept": gettext_lazy("Tog på sig ansvaret"),
    "pass_on": gettext_lazy("Lämnade vidare: hör till %(to)s"),
    "extend_statement": gettext_lazy("Gav %(unit)s längre tid, till %(due_on)s i stället för %(before)s"),
    "request_completion": gettext_lazy("Bad om komplettering"),
    "complete": gettext_lazy("Kompletterade"),
    "score": gettext_lazy("Skattade risken, allvar %(severity)s och sannolikhet %(likelihood)s"),
    "put_on_agenda": gettext_lazy("Satte upp på dagordningen %(meeting_on)s"),
    "take_off_agenda": gettext_lazy("Tog bort från dagordningen: %(reason)s"),
    "move_meeting": gettext_lazy("Mötet där den tas upp är flyttat till %(meeting_on)s"),
    "table": gettext_lazy("Bordlade frågan till %(meeting_on)s"),
    "table_for_later": gettext_lazy("Bordlade frågan till ett senare möte"),
    "decide": gettext_lazy("Beslutade"),
    "propose_measure": gettext_lazy("Bestämde en åtgärd: %(owner)s, klar senast %(due_on)s"),
    "carry_out": gettext_lazy("Åtgärden är gjord"),
    "check_effect": gettext_lazy("Kontrollerade effekten"),
    "give_feedback": gettext_lazy("Svarade den som anmälde"),
    "assign": gettext_lazy("Bestämde vem som handlägger"),
    "link": gettext_lazy("Kopplade ihop den med en liknande avvikelse"),
    "linked": gettext_lazy("Kopplades ihop med en liknande avvikelse"),
    "unlink": gettext_lazy("Tog bort kopplingen till en liknande avvikelse"),
    "unlinked": gettext_lazy("Är inte längre ihopkopplad med en liknande avvikelse"),
    "merge": gettext_lazy("Förde samman den med en liknande avvikelse"),
    "merged_here": gettext_lazy("En liknande avvikelse fördes hit och handläggs tillsammans med den här"),
    "separate": gettext_lazy("Delade upp: den handläggs för sig igen"),
    "parted": gettext_lazy("En avvikelse som hade förts hit handläggs för sig igen"),
    "escalate": gettext_lazy("Lyfte till %(shown_as)s"),
    "return_escalated": gettext_lazy("Lämnade tillbaka till gruppen"),
    "escalate_further": gettext_lazy("Lyfte vidare till %(shown_as)s"),
    "set_up_group": gettext_lazy("Tillsatte arbetsgruppen %(name)s, redovisas senast %(due_on)s"),
    "report_group": gettext_lazy("Arbetsgruppen %(name)s har redovisat"),
    "end_group": gettext_lazy("Arbetsgruppen %(name)s är avslutad"),
    "ask_adoption": gettext_lazy("Frågade %(number)s huvudmän om de inför det, svar senast %(due_on)s"),
    "answer_adoption": gettext_lazy("Svarade på om de inför det"),
    "carry_out_adoption": gettext_lazy("Har genomfört det, %(carried_out_on)s"),
    "postpone_measure": gettext_lazy("Flyttade en åtgärds slutdag till %(due_on)s: %(owner)s"),
    "open_dispute": gettext_lazy("Öppnade en tvist om ansvaret, som avgörs senast %(due_on)s"),
    "give_view": gettext_lazy("Lämnade sin syn i tvisten"),
    "set_interim": gettext_lazy("Bestämde att %(responsible)s ansvarar tills tvisten är avgjord"),
    "decide_dispute": gettext_lazy("Avgjorde tvisten: %(responsible)s ansvarar"),
    "publish_precedent": gettext_lazy("Gjorde avgörandet vägledande för länet"),
    "ask_case": gettext_lazy("Skrev om den till ett lärfall, och frågade hos den som anmälde om det kan delas"),
    "approve_case": gettext_lazy("Godkände lärfallet, så att andra kan lära av det"),
    "decline_case": gettext_lazy("Godkände inte lärfallet"),
    "withdraw_case": gettext_lazy("Tog tillbaka lärfallet"),
    "name_theme": gettext_lazy("Förde den till temat %(theme)s"),
    "close": gettext_lazy("Avslutade"),
    "undo_close": gettext_lazy("Ångrade avslutet: den är öppen som den var"),
    "take_back_statement": gettext_lazy("Tog tillbaka begäran om yttrande av %(of)s"),
    "take_back_question": gettext_lazy("Tog tillbaka frågan till den som anmälde"),
    "answer_helped": gettext_lazy("Svarade på om det hjälpte"),
    "reopen": gettext_lazy("Öppnade igen"),
    "invite": gettext_lazy("Bjöd in en läsare"),
    "end_invitation": gettext_lazy("Avslutade en inbjudan"),
    "note": gettext_lazy("Skrev en intern anteckning"),
    "measure_stalled": gettext_lazy("En åtgärd står still hos %(owner)s: dagen %(due_on)s har passerat"),
    "delivery_alarm": gettext_lazy("Ingen hos %(shown_as)s har öppnat den, så de som styr har fått veta"),
    "stand_in": gettext_lazy("%(body_shown)s %(because)s. %(shown_as)s tar emot tills vidare"),
    "stand_in_ended": gettext_lazy("%(shown_as)s arbetar igen och tar emot själv"),
    "take_back": gettext_lazy("Tog över från den som tog emot i stället"),
    "nobody_receives": gettext_lazy("%(body_shown)s %(because)s, och länets administratör har fått veta"),
}
ADOPTED: Mapping[str, str | Promise] = {
    "adopted": gettext_lazy("Inför det"),
    "partly": gettext_lazy("Inför det delvis"),
    "declined": gettext_lazy("Inför det inte"),
}


def latest(history: Sequence[HistoryEntry], *, inside: bool = False) -> HistoryEntry:
    """The newest entry that the reader has use for; there is always that it was filed."""
    return next(entry for entry in reversed(history) if inside or entry.step not in INSIDE)


DAYS = frozenset({"before", "carried_out_on", "due_on", "check_on", "meeting_on"})


def in_words(entry: HistoryEntry) -> str:
    """One sentence without its full stop. Raises KeyError for a step without words, so that none is left out."""
    if entry.step == "decide" and entry.data.get("binding") is False:
        return _("Rekommenderade")
    if entry.step == "request_completion" and "due_on" in entry.data:  # those asked earlier had no last day
        return _("Bad om komplettering, senast %(due_on)s") % {"due_on": _value("due_on", entry.data["due_on"])}
    if entry.step == "decline" and entry.data.get("statement") and entry.data.get("to"):
        return str(_("Svarade ”inte vårt ansvar” och angav %(to)s") % entry.data)
    if entry.step == "decide_dispute" and (entry.data["agreed"] or not entry.data["binding"]):
        words = (
            _("Parterna enades: %(responsible)s ansvarar")
            if entry.data["agreed"]
            else _("Rekommenderade i tvisten: %(responsible)s bör ansvara")
        )
        return str(words % entry.data)
    if entry.step == "measure_stalled" and entry.data["waits_for"] == "check":
        checked = {"owner": entry.data["owner"], "due_on": _value("due_on", entry.data["due_on"])}
        return _("Effekten hos %(owner)s skulle ha kontrollerats %(due_on)s") % checked
    if entry.step == "answer_helped" and "helped" in entry.data:
        return _("Svarade att det hjälpte") if entry.data["helped"] else _("Svarade att det inte hjälpte än")
    if entry.step == "check_effect" and "effect" in entry.data:
        return _("Kontrollerade effekten: %(effect)s") % {"effect": Measure.Effect(entry.data["effect"]).label}
    if entry.step == "answer_adoption":
        return str(ADOPTED[entry.data["answer"]])
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
