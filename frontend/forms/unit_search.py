"""How well the letters that somebody typed fit the names of a unit. Pure: no database.

Case, accents (åäö typed as aao) and punctuation do not matter, and a word may hold a slip or two (A01, A02).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

SHORTEST_WITH_A_SLIP = 4
LONG = 8
"""A word from this length on may hold two slips, a shorter one only one."""


def plain(text: str) -> str:
    """The text in the form it is compared in, character by character: as long as the text given."""
    return "".join(_plain_character(character) for character in text)


def words_of(text: str) -> list[str]:
    return plain(text).split()


def rank(typed: Sequence[str], names: Sequence[str], whole: str) -> tuple[int, int] | None:
    """How well, best first: 0 is one of the names, 1 begins one so, 2 they hold the words, 3 together with the
    principal's; then the length of the name that it is, since the shorter one is the more likely.

    `typed`: words as `words_of` gives them. `whole`: the name with its principal. None when they do not fit.
    """
    asked, said = " ".join(typed), [_said(name) for name in names]
    if asked in said:
        return 0, len(asked)
    if begun := [len(name) for name in said if name.startswith(asked)]:
        return 1, min(begun)
    shortest = min(map(len, said))
    if all(any(word in name for name in said) for word in typed):
        return 2, shortest
    return (3, shortest) if all(word in " ".join((*said, _said(whole))) for word in typed) else None


def slips(typed: Sequence[str], names: Sequence[str]) -> int | None:
    """How many slips away the typed words are from the beginnings of words in the names; None when too many."""
    known = {word for name in names for word in words_of(name)}
    least = [min((_slips_in(word, other) for other in known), default=LONG) for word in typed]
    allowed = all(count <= _allowed(word) for count, word in zip(least, typed, strict=True))
    return sum(least) if allowed and typed else None


def with_marks(text: str, typed: Sequence[str]) -> SafeString:
    """The text with the first place of the longest typed word in a `mark`."""
    said = plain(text)
    for word in sorted(typed, key=len, reverse=True):
        if (at := said.find(word)) >= 0:
            end = at + len(word)
            return format_html("{}<mark>{}</mark>{}", text[:at], text[at:end], text[end:])
    return escape(text)


def _plain_character(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[:1].lower()[:1]
    return base if base.isalnum() else " "


def _said(text: str) -> str:
    return " ".join(words_of(text))


def _allowed(word: str) -> int:
    if len(word) < SHORTEST_WITH_A_SLIP or re.fullmatch(r"\d+", word):
        return 0
    return 1 if len(word) < LONG else 2


def _slips_in(typed: str, known: str) -> int:
    """Letters to add, drop, change or swap with the next before `typed` begins `known` (its first letter is right).

    One row of the usual table at a time; the best place to stop in `known` is where the typed word ends.
    """
    if not known or typed[0] != known[0]:
        return LONG
    known = known[: len(typed) + 2]
    before: list[int] = []
    row = list(range(len(known) + 1))
    for at, letter in enumerate(typed, start=1):
        earlier, before, row = before, row, [at]
        for place, other in enumerate(known, start=1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != other))
            if at > 1 and place > 1 and letter == known[place - 2] and typed[at - 2] == other:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return min(row)
