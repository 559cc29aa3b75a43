"""The guard's surest patterns, for a browser without contact with the server.

They are made from the same patterns that `scan` reads with, and hold only what it always blocks: a page that cannot ask
must never stop a text that the server would take. Everything else is judged when the device is back.
"""

import re
from dataclasses import dataclass

from deviations.privacy import EMAIL, PERSONAL_NUMBER, PHONE, contacts, identity, message_for


@dataclass(frozen=True, slots=True)
class Pattern:
    """A JavaScript pattern for the flags `giu`. What stands before a match must not end with `unless`, if any."""

    pattern: str
    unless: str
    why: str


def patterns() -> list[Pattern]:
    return [
        *(_pattern(sure, PERSONAL_NUMBER, identity.REGISTER_WORD) for sure in identity.SURE),
        *(_pattern(sure, EMAIL) for sure in contacts.SURE_EMAIL),
        *(_pattern(sure, PHONE, contacts.REGISTER_WORD) for sure in contacts.SURE_PHONE),
    ]


def _pattern(sure: re.Pattern[str], code: str, unless: re.Pattern[str] | None = None) -> Pattern:
    return Pattern(for_browsers(sure.pattern), for_browsers(unless.pattern) if unless else "", message_for(code))


def for_browsers(pattern: str) -> str:
    """The same pattern as JavaScript reads it with the flag u, where a letter is any letter as in Python.

    Raises ValueError for what has no simple counterpart, so that a pattern changed later is never read in another way.
    """
    if found := re.search(r"(?<!\\)\\[BDSWAZ]|\(\?[aiLmsux(]|.\\b", pattern.replace(r"[^\W\d_]", "")):
        raise ValueError(f"no counterpart in JavaScript: {found[0]}")
    pattern = pattern.replace(r"[^\W\d_]", r"\p{L}").replace("(?P<", "(?<").replace("(?P=s)", r"\k<s>")
    if pattern.startswith(r"\b"):
        pattern = rf"(?<![\p{{L}}\p{{N}}_]){pattern[2:]}"
    written, inside = [], False
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        inside = part == "[" or (inside and part != "]")
        written.append((r"\p{L}\p{N}_" if inside else r"[\p{L}\p{N}_]") if part == r"\w" else part)
    return "".join(written)
