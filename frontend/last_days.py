"""Last days that only the history knows: what is waited for, from whom, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from deviations import clock
from deviations.models import HistoryEntry

_ABOUT_STATEMENTS = frozenset({"request_statement", "extend_statement", "give_statement", "decline", "pass_on"})


def round_begins(history: Sequence[HistoryEntry]) -> int:
    """Where the present round begins: 0, or the entry with which it was opened again last."""
    begins = 0
    for number, entry in enumerate(history):
        if entry.step == "reopen" or (entry.step == "answer_helped" and entry.data.get("helped") is False):
            begins = number
    return begins


def of_this_round(history: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """Without earlier rounds, and without what has been undone."""
    undone = {entry.data.get("undone") for entry in history}
    return [entry for entry in history[round_begins(history) :] if entry.sequence not in undone]


def asked_until(history: Sequence[HistoryEntry]) -> date | None:
    """The last day of the newest question to the one who reported; those asked before there was one have none."""
    asked = [entry for entry in history if entry.step == "request_completion"]
    return day_in(asked[-1], "due_on") if asked and "due_on" in asked[-1].data else None


def waited_for(entries: Sequence[HistoryEntry]) -> list[tuple[str, date]]:
    """Units asked for a statement that have not answered, with the last day of each. `entries`: of this round."""
    asked: dict[str, date] = {}
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        if entry.step not in _ABOUT_STATEMENTS:
            continue
        if entry.step == "request_statement":
            asked.update((name, day_in(entry, "due_on")) for name in entry.data.get("of", ()))
        elif entry.step == "extend_statement":
            asked[entry.data["unit"]] = day_in(entry, "due_on")
        elif entry.step in {"give_statement", "pass_on"} or entry.data.get("statement"):
            asked.pop(entry.acting_for, None)
            if entry.data.get("asked"):
                asked[entry.data["to"]] = day_in(entry, "due_on")
    return list(asked.items())


def measures_waited_for(entries: Sequence[HistoryEntry]) -> tuple[list[tuple[date, str]], list[date]]:
    """Measures that are not done, by their last day and with their owner; and the days when effects are checked."""
    due: dict[int, tuple[date, str]] = {}
    check: dict[int, date] = {}
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        if entry.step in {"propose_measure", "postpone_measure"} and "measure" in entry.data:
            due[entry.data["measure"]] = day_in(entry, "due_on"), entry.data["owner"]
        if "measure" in entry.data and "check_on" in entry.data:  # also when it was too early to tell
            check[entry.data["measure"]] = day_in(entry, "check_on")
        if entry.step == "carry_out":
            due.pop(entry.data.get("measure", 0), None)
    return sorted(due.values()), sorted(check.values())


def day_in(entry: HistoryEntry, name: str) -> date:
    return date.fromisoformat(entry.data[name])


def is_past(last_day: date | None) -> bool:
    return last_day is not None and last_day < clock.today()
