"""The privacy guard (A05): says what in a text may point at a person, before anything leaves the writer.

Identity and coordination numbers, telephone numbers and e-mail addresses block; likely names warn. It knows nothing of
deviations or the database, so that a form, the API, an import and the command line say the same of the same words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from deviations.privacy import contacts, identity, people
from deviations.privacy.reading import read
from deviations.privacy.roles import by_birth, concerned, genitive, role_of

__all__ = ["Finding", "Replacement", "blocks", "replaced", "replacement", "scan"]

PERSONAL_NUMBER = identity.PERSONAL
COORDINATION_NUMBER = identity.COORDINATION
PHONE = "phone"
EMAIL = "email"
NAME = "names_a_person"


@dataclass(frozen=True, slots=True)
class Finding:
    """Words to remove (`blocks`) or to think over. `start` and `end` count characters of the text given, and
    `text` is exactly what stands there, line breaks and invisible characters included. `suggestion` is what to write
    instead, or "" when the words should simply go; put it in with `replaced`, which also keeps titles from doubling."""

    code: str
    blocks: bool
    start: int
    end: int
    text: str
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """`words` in place of the characters from `start` to `end`. Wider than the finding where grammar asks for it."""

    start: int
    end: int
    words: str


def scan(text: str) -> list[Finding]:
    """Everything found, in the order it stands and without overlaps. Work grows linearly with the text."""
    reading = read(text)
    taken = bytearray(len(reading.plain))
    found: list[Finding] = []
    for code, start, end, suggestion in _candidates(reading.plain):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\x01" * (end - start)
        begin, stop = reading.span(start, end)
        found.append(Finding(code, code != NAME, begin, stop, text[begin:stop], message_for(code), suggestion))
    return sorted(found, key=lambda finding: finding.start)


def blocks(text: str) -> bool:
    """True when the text may not be submitted as it stands."""
    return any(finding.blocks for finding in scan(text))


def replacement(text: str, finding: Finding) -> Replacement:
    """How to put the suggestion in so that the sentence still reads well: a title before the name goes with it
    ("Sköterskan Anna Svensson" -> "Sjuksköterskan"), and nothing leaves two spaces or a space before a full stop."""
    start, end = finding.start, finding.end
    if not finding.suggestion:
        if text[:start].endswith(" ") and (end == len(text) or text[end] in " .,;:!?"):
            start -= 1
        return Replacement(start, end, "")
    title = _TITLE_BEFORE.search(text[max(0, start - 40) : start]) if finding.code == NAME else None
    if title is None or role_of(title[1]) not in (finding.suggestion.casefold(), finding.suggestion[:-1].casefold()):
        return Replacement(start, end, finding.suggestion)
    start -= len(title[0])
    words = finding.suggestion
    return Replacement(start, end, words[0].upper() + words[1:] if title[1][0].isupper() else words)


def replaced(text: str, finding: Finding) -> str:
    """The text with the finding's suggestion put in. Scan again afterwards: offsets have moved."""
    change = replacement(text, finding)
    return text[: change.start] + change.words + text[change.end :]


_TITLE_BEFORE = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)\.?\s{1,2}$")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:]\s+|\n\s*|[–-]\s)[\"”»'(]?$")


def _candidates(plain: str) -> Iterator[tuple[str, int, int, str]]:
    """Code, place and suggestion, the surest kind first: what comes later yields where it overlaps."""
    about = concerned(plain)
    for start, end in contacts.phones_abroad(plain):
        yield PHONE, start, end, ""
    for number in sorted(identity.find(plain), key=lambda number: (number.start, -number.end)):
        words = about or by_birth(number.year)
        yield number.code, number.start, number.end, _capital(plain, number.start, words)
    for start, end in contacts.emails(plain):
        yield EMAIL, start, end, ""
    for start, end in contacts.phones_at_home(plain):
        yield PHONE, start, end, ""
    for person in people.find(plain):
        yield NAME, person.start, person.end, _role_instead(plain, person, about)


def _role_instead(plain: str, person: people.Person, about: str) -> str:
    role = person.role or (about if person.relative_follows else "") or "personen"
    words = genitive(role) if person.genitive else role
    return words if person.role else _capital(plain, person.start, words)


def _capital(plain: str, start: int, words: str) -> str:
    begins = _SENTENCE_BEGINS.search(plain[max(0, start - 6) : start]) if start else True
    return words[0].upper() + words[1:] if begins else words


def message_for(code: str) -> str:
    """Why the words should go, in one or two sentences."""
    if code == PERSONAL_NUMBER:
        return _(
            "Det ser ut som ett personnummer. Sådana lämnar aldrig er verksamhet. "
            "Er egen referens kan du skriva i sista steget."
        )
    if code == COORDINATION_NUMBER:
        return _(
            "Det ser ut som ett samordningsnummer. Sådana lämnar aldrig er verksamhet. "
            "Er egen referens kan du skriva i sista steget."
        )
    if code == PHONE:
        return _(
            "Det ser ut som ett telefonnummer. Det kan leda till en enskild person, så ta bort det. Enheten räcker."
        )
    if code == EMAIL:
        return _("Det ser ut som en e-postadress. Den kan leda till en enskild person, så ta bort den. Enheten räcker.")
    return _("Det ser ut som ett namn. Rollen räcker, så handlar det om vad som hände.")
