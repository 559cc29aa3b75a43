"""Vägen of a deviation: its seven stations, in full with what was said, or small from the row alone.

The history says everything, so `stations` asks no more of the database than the entries it is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deviations import clock
from deviations.models import Deviation, HistoryEntry, Measure
from deviations.visibility import Part, open_parts, reads_in_a_body
from deviations.workflow import State
from frontend.components import Station, StationState
from frontend.dates import day, local_date, moment
from frontend.last_days import (
    asked_until,
    day_in,
    is_past,
    measures_waited_for,
    of_this_round,
    round_begins,
    waited_for,
)
from orgs.permissions import Keys

NAMES: tuple[str | Promise, ...] = (
    gettext_lazy("Inskickad"),
    gettext_lazy("Hos gruppen"),
    gettext_lazy("Yttrande"),
    gettext_lazy("På dagordning"),
    gettext_lazy("Beslut"),
    gettext_lazy("Åtgärd"),
    gettext_lazy("Effekt"),
)
SENT, BODY, STATEMENT, AGENDA, DECISION, MEASURE, EFFECT = range(7)
JUST_NOW = timedelta(minutes=1)


def reached(deviation: Deviation) -> tuple[int, StationState]:
    """The station where the deviation is, and how it stands there. Reads the row only; of one that is merged into
    another also that one's (select `merged_into` in lists)."""
    if deviation.merged_into is not None:
        return reached(deviation.merged_into)
    answered = deviation.first_answer_at is not None
    preparing = STATEMENT if answered else BODY
    late = is_past(deviation.triage_due_on)
    places: Mapping[str, tuple[int, StationState]] = {
        State.DRAFT: (SENT, "coming"),
        State.DISCARDED: (SENT, "coming"),
        State.WITHDRAWN: (SENT, "here"),
        State.SUBMITTED: (BODY, "late" if late else "waiting"),
        State.RECEIVED: (preparing, "here"),
        State.AWAITING_STATEMENT: (STATEMENT, "waiting"),
        State.AWAITING_COMPLETION: (preparing, "waiting"),
        State.ON_AGENDA: (AGENDA, "here"),
        State.DECIDED: (DECISION, "here"),
        State.MEASURE: (MEASURE, "here"),
        State.EFFECT: (EFFECT, "here"),
        State.CLOSED: (EFFECT, "passed"),
    }
    return places[deviation.state]


def mini(deviation: Deviation, *, verified: bool = False) -> list[Station]:
    """The seven stations for a row of a list, without asking the database. `verified`: see `verified_among`."""
    at, state = reached(deviation)
    if at == EFFECT and (verified or deviation.helped):
        state = "effect"
    return [{"label": str(name), "state": _state(number, at, state)} for number, name in enumerate(NAMES)]


def verified_among(deviations: Iterable[Deviation]) -> set[int]:
    """Ids of those whose effect has been confirmed. One statement for a whole list."""
    return set(
        Measure.objects.filter(
            deviation__in=[deviation.pk for deviation in deviations], effect=Measure.Effect.VERIFIED
        ).values_list("deviation_id", flat=True)
    )


def where(deviation: Deviation) -> str:
    """Where it is, in a few words for a list."""
    agenda = deviation.agenda_on
    words: Mapping[str, str] = {
        State.DRAFT: _("Inte skickad än"),
        State.WITHDRAWN: _("Återtagen"),
        State.MERGED: _("Handläggs med en liknande"),
        State.SUBMITTED: _("Väntar på %(body)s"),
        State.RECEIVED: _("Hos %(body)s"),
        State.AWAITING_STATEMENT: _("Väntar på yttrande"),
        State.AWAITING_COMPLETION: _("Väntar på komplettering"),
        State.ON_AGENDA: _("På dagordning %(day)s"),
        State.DECIDED: _("Beslutad"),
        State.MEASURE: _("Åtgärd pågår"),
        State.EFFECT: _("Effekten är kontrollerad"),
        State.CLOSED: _("Avslutad"),
    }
    return words[deviation.state] % {"body": deviation.accountable_shown, "day": day(agenda) if agenda else ""}


# ── the whole way ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Told:
    """What the builders of the stations need to know."""

    deviation: Deviation
    steps: Mapping[str, Sequence[HistoryEntry]]  # of the present round, oldest first
    earlier: Sequence[HistoryEntry]  # of rounds before it was opened again
    reporter: bool
    question: bool
    inside: bool  # reads in a body: what the bodies write to each other is theirs

    def last(self, step: str) -> HistoryEntry | None:
        entries = self.steps.get(step)
        return entries[-1] if entries else None


def stations(deviation: Deviation, viewer_keys: Keys, history: Sequence[HistoryEntry]) -> list[Station]:
    """Inskickad, Hos gruppen, Yttrande, På dagordning, Beslut, Åtgärd, Effekt, as this viewer may read them.

    `history` is every entry in order. Reads `deviation.parties` (prefetch them).
    """
    told = _told(deviation, viewer_keys, history)
    at, state = reached(deviation)
    state = _sharper(told, at, state)
    made: list[Station] = []
    for number, build in enumerate((_sent, _with_body, _statements, _agenda, _decision, _measures, _effect)):
        station: Station = {"label": str(NAMES[number]), "state": _state(number, at, state)}
        station.update(build(told, station["state"]))  # type: ignore[typeddict-item]  # each builder returns a part of it
        if station.get("text"):
            station["text"] = station["text"][:1].upper() + station["text"][1:]
        made.append(_shared(station, number) if deviation.state == State.MERGED else station)
    if history and state != "coming" and clock.now() - history[-1].at < JUST_NOW:
        made[at]["fresh"] = True
    return made


def _shared(station: Station, number: int) -> Station:
    """Of one that is merged into another: where that one is, and none of what was said there."""
    if number == BODY:
        return {**station, "text": _("Handläggs tillsammans med en liknande avvikelse")}
    return {**station, "text": ""} if number in {STATEMENT, AGENDA, MEASURE} else station


def _told(deviation: Deviation, keys: Keys, history: Sequence[HistoryEntry]) -> _Told:
    steps: defaultdict[str, list[HistoryEntry]] = defaultdict(list)
    for entry in of_this_round(history):
        steps[entry.step].append(entry)
    return _Told(
        deviation=deviation,
        steps=steps,
        earlier=history[: round_begins(history)],
        reporter=keys.user_id == deviation.filed_by_id,
        question=Part.QUESTION in open_parts(deviation, keys),
        inside=reads_in_a_body(deviation, keys),
    )


def _state(number: int, at: int, state: StationState) -> StationState:
    if number == at:
        return state
    return "passed" if number < at else "coming"


def _sharper(told: _Told, at: int, state: StationState) -> StationState:
    """What the row alone cannot tell: a statement or a measure past its last day, an effect that was confirmed."""
    if told.deviation.state == State.AWAITING_COMPLETION:
        return "late" if is_past(asked_until(told.steps.get("request_completion", ()))) else state
    if told.deviation.state == State.AWAITING_STATEMENT:
        return (
            "late"
            if any(
                is_past(last_day)
                for _name, last_day in waited_for([entry for entries in told.steps.values() for entry in entries])
            )
            else state
        )
    if at == MEASURE:
        due, _check = measures_waited_for([entry for entries in told.steps.values() for entry in entries])
        return "late" if any(is_past(last_day) for last_day, _owner in due) else state
    if at == EFFECT:
        verified = any(e.data.get("effect") == Measure.Effect.VERIFIED for e in told.steps.get("check_effect", ()))
        return "effect" if verified or told.deviation.helped else state
    return state


def _sent(told: _Told, state: StationState) -> dict[str, Any]:
    at = told.deviation.filed_at
    text = moment(at) if at else ""
    if withdrawn := told.last("withdraw"):
        return {
            "label": _("Återtagen"),
            "text": _("Inskickad %(sent)s, återtagen %(withdrawn)s")
            % {"sent": text, "withdrawn": moment(withdrawn.at)},
            **_said([(withdrawn.acting_for, withdrawn.data.get("reason", ""))]),
        }
    return {"text": text}


def _with_body(told: _Told, state: StationState) -> dict[str, Any]:
    deviation = told.deviation
    label = _("Hos %(body)s") % {"body": deviation.accountable_shown}
    said = []
    for entry in _in_order(told, "reopen", "answer_helped", "hand_over", "decline", "request_completion", "complete"):
        if not entry.data.get("statement") and entry.data.get("helped") is not True:
            said.append((entry.acting_for, entry.data.get("reason") or _text_of(entry)))
    if state in {"waiting", "late"} and deviation.state == State.SUBMITTED:
        words = _("Skulle ha tagits emot senast %(day)s") if state == "late" else _("Ska tas emot senast %(day)s")
        text = words % {"day": day(deviation.triage_due_on)} if deviation.triage_due_on else ""
    elif deviation.state == State.AWAITING_COMPLETION:
        text = _("Väntar på svar från dig") if told.reporter else _("Väntar på svar från den som anmälde")
        if last_day := asked_until(told.steps.get("request_completion", ())):
            text = _("%(waiting)s, senast %(day)s") % {"waiting": text, "day": day(last_day)}
    elif again := told.last("reopen") or (told.earlier and told.last("answer_helped")):
        text = _("Öppnad igen %(at)s") % {"at": moment(again.at)}
    else:
        received = told.last("receive")
        text = moment(received.at) if received else ""
    return {"label": label if state != "coming" else str(NAMES[BODY]), "text": text, **_said(said)}


def _statements(told: _Told, state: StationState) -> dict[str, Any]:
    asked = told.steps.get("request_statement", ())
    answers = [
        *told.steps.get("give_statement", ()),
        *(e for e in told.steps.get("decline", ()) if e.data.get("statement")),
        *told.steps.get("pass_on", ()),
    ]
    waiting = waited_for([entry for entries in told.steps.values() for entry in entries])
    if not asked:
        return {"text": _("Behövdes inte")} if state == "passed" else {}
    said = [(e.acting_for, e.data.get("question", "")) for e in asked if told.question]
    said += [(answer.acting_for, _statement_text(answer)) for answer in answers]
    if waiting:
        names = ", ".join(name for name, _last_day in waiting)
        last_day = min(last for _name, last in waiting)
        words = (
            _("Begärt %(asked)s, sista dag var %(due)s")
            if is_past(last_day)
            else _("Begärt %(asked)s, sista dag %(due)s")
        )
        text = words % {"asked": day(asked[-1].at), "due": day(last_day)}
        return {"label": _("Yttrande begärt av %(units)s") % {"units": names}, "text": text, **_said(said)}
    given = max(answers, key=lambda entry: entry.sequence) if answers else asked[-1]
    dates = {"asked": day(asked[0].at), "given": day(given.at)}
    names = ", ".join(dict.fromkeys(entry.acting_for for entry in told.steps.get("give_statement", ())))
    if not names:
        return {"label": _("Inget yttrande"), "text": _("Begärt %(asked)s, avböjt %(given)s") % dates, **_said(said)}
    text = _("Begärt %(asked)s, lämnat %(given)s") % dates
    return {"label": _("Yttrande från %(units)s") % {"units": names}, "text": text, **_said(said)}


def _agenda(told: _Told, state: StationState) -> dict[str, Any]:
    decided = told.last("decide")
    entry = told.last("put_on_agenda") or (decided if decided and "meeting_on" in decided.data else None)
    if entry is None:
        return {"text": _("Togs upp utan möte")} if state == "passed" else {}
    return {"label": _("På dagordning %(day)s") % {"day": day(day_in(entry, "meeting_on"))}, "text": moment(entry.at)}


def _decision(told: _Told, state: StationState) -> dict[str, Any]:
    deviation, decided = told.deviation, told.last("decide")
    fed_back = told.steps.get("give_feedback", ())
    steps = ("decide", "give_feedback", *(("escalate",) if told.inside else ()))
    said = [(entry.acting_for, _decided_text(told, entry)) for entry in _in_order(told, *steps)]
    if decided is None:
        text = ""
        if deviation.agenda_on:
            text = day(deviation.agenda_on)
        elif deviation.answer_due_on and not fed_back:
            text = _("Svar senast %(day)s") % {"day": day(deviation.answer_due_on)}
        return {"text": text, "goal": state == "coming", **_said(said)}
    text = moment(decided.at)
    if fed_back and deviation.filed_at:
        days = (local_date(fed_back[0].at) - local_date(deviation.filed_at)).days
        words = (
            _("Svaret till dig %(day)s, %(after)s")
            if told.reporter
            else _("Svar till den som anmälde %(day)s, %(after)s")
        )
        after = (
            ngettext("efter %(days)d dag", "efter %(days)d dagar", days) % {"days": days} if days else _("samma dag")
        )
        text = words % {"day": day(fed_back[0].at), "after": after}
    label = _("Beslut %(day)s") if decided.data.get("binding", True) else _("Rekommendation %(day)s")
    return {"label": label % {"day": day(decided.at)}, "text": text, **_said(said)}


def _measures(told: _Told, state: StationState) -> dict[str, Any]:
    proposed = told.steps.get("propose_measure", ())
    if not proposed:
        if state == "coming":
            return {"text": _("Vem, vad och när står här efter beslutet")}
        return {"text": _("Ingen åtgärd behövdes")} if state == "passed" else {}
    done = {entry.data.get("measure"): entry.at for entry in told.steps.get("carry_out", ())}
    moved = {entry.data.get("measure"): entry for entry in told.steps.get("postpone_measure", ())}
    said = []
    for entry in proposed:
        carried_out = done.get(entry.data.get("measure"))
        latest = moved.get(entry.data.get("measure"), entry)
        when = _("Klar %(day)s.") if carried_out else _("Klar senast %(day)s.")
        said.append(
            (
                entry.data.get("owner", ""),
                f"{entry.data.get('text', '')}\n{when % {'day': day(carried_out or day_in(latest, 'due_on'))}}",
            )
        )
    finished = len(done) >= len(proposed)
    text = (
        _("Klar %(day)s") % {"day": day(max(done.values()))}
        if finished
        else _("Beslutad %(day)s") % {"day": day(proposed[0].at)}
    )
    return {"label": _("Åtgärd klar") if finished else _("Åtgärd"), "text": text, **_said(said)}


def _effect(told: _Told, state: StationState) -> dict[str, Any]:
    checks = told.steps.get("check_effect", ())
    said = [
        (entry.acting_for, _text_of(entry))
        for entry in _in_order(told, "check_effect", "answer_helped")
        if entry.data.get("helped") is not False
    ]
    if state == "coming":
        return {
            "text": _("Gruppen kontrollerar om det hjälpte, och du får frågan") if told.reporter else "",
            **_said(said),
        }
    label = _("Effekt bekräftad") if state == "effect" else str(NAMES[EFFECT])
    closed = told.last("close")
    text = moment(checks[-1].at) if checks else ""
    if closed:
        ended = _("Avslutad %(day)s") % {"day": day(closed.at)}
        text = f"{text}. {ended}" if text else ended
    return {"label": label, "text": text, **_said(said)}


# ── small parts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_order(told: _Told, *steps: str) -> list[HistoryEntry]:
    return sorted((entry for step in steps for entry in told.steps.get(step, ())), key=lambda entry: entry.sequence)


def _decided_text(told: _Told, entry: HistoryEntry) -> str:
    if entry.step != "give_feedback":
        return _text_of(entry)
    words = _("Svaret till dig: %(text)s") if told.reporter else _("Svaret till den som anmälde: %(text)s")
    return words % {"text": _text_of(entry)}


def _statement_text(entry: HistoryEntry) -> str:
    texts = (entry.data.get(name, "") for name in ("cause", "measures", "consequences", "follow_up", "reason"))
    return "\n\n".join(text for text in texts if text)


def _text_of(entry: HistoryEntry) -> str:
    return str(entry.data.get("text") or entry.data.get("question") or entry.data.get("reason") or "")


def _said(quotes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What one speaker said has the name beneath; what several said is each begun with theirs."""
    said = [(who, text.strip()) for who, text in quotes if text and text.strip()]
    if not said:
        return {}
    if len({who for who, _text in said}) == 1:
        return {"body": "\n\n".join(text for _who, text in said), "by": said[0][0]}
    return {"body": "\n\n".join(f"{who}:\n{text}" for who, text in said), "by": ""}
