"""Likely names of people. A warning, never a refusal: nothing here can know that Maria is not a clinic.

Evidence, from strong to weak: a title before ("sköterskan Anna"), a given name beside a surname, an initial beside a
surname, a given name or a frequent surname alone. Words that are also something else need the stronger kinds."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from deviations.privacy.roles import role_of


class Person(NamedTuple):
    """`role` is the title before the name in its definite form, or "" when there is none."""

    start: int
    end: int
    role: str
    genitive: bool
    relative_follows: bool


class _Word(NamedTuple):
    text: str
    low: str
    start: int
    end: int


@cache
def _names() -> dict[str, frozenset[str]]:
    sections: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            section.update(line.split())
    return {name: frozenset(words) for name, words in sections.items()}


_KINDS_OF_NAME = ("given", "given, also words", "surnames", "surnames, also words")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COMPOUND = re.compile(
    r"(?:ahl|alm|back|berg|björk|blom|brand|ceder|dahl|ek|eng|fager|fors|fri|frö|gran|grön|gyllen|hag|hall|hammar|hed|hell"
    r"|hög|holm|hult|hägg|häll|kjell|klint|kron|lager|land|lilje|lind|ljung|lund|löf|löv|malm|mell|mo|nor|nord|ny|näs"
    r"|palm|ram|ros|rosen|ryd|rönn|sand|sel|silver|sjö|skog|sol|sten|stjern|strand|ström|stål|sund|sved|söder|thor|torn"
    r"|törn|wahl|wall|wenner|vester|wester|väster|wik|vik|zetter|åker|ås|äng|öd|öst|öster)s?"
    r"(?:bergh?|blad|blom|borg|dahl|ell|feldt|fors|gren|hielm|hjelm|holm|kvist|qvist|quist|lind|lund|man|mark|sköld|skiöld"
    r"|stedt|strandh?|ström|wall)"
)
_PATTERN = re.compile(r"[^\W\d_]{2,}s?sson|[^\W\d_]{3,}sdotter|[^\W\d_]{2,}(?:ović|ovic|ević|evic|owsk[ia]|ewsk[ia])")
_ORGANISATION = re.compile(
    r".*(?:sjukhuset|mottagning(?:en)?|centralen?|hälsan?|tjänsten?|vården?|skolan?|kommun(?:en)?|regionen?|kassan|nämnden"
    r"|gruppen?|rådet|verket|linjen|enheten?|boendet|hemmet|kliniken?|psykiatrin?|teamet|stödet|styrelsen|gymnasiet"
    r"|förvaltning(?:en)?|avdelning(?:en)?|samverkan|perspektiv|link|hab|bup|ifo|sip|lss|lvu)s?"
)
_SAINT = re.compile(r"(?<!\w)(?:s:ta?|st:?a?\.?|s:t)\s$", re.I)


def _forms(word: str) -> tuple[str, ...]:
    """The word, and the word without a genitive s."""
    return (word, word[:-1].rstrip("'’")) if word.endswith("s") and len(word) > 2 else (word,)


def _among(word: str, *sections: str) -> bool:
    return any(form in _names()[section] for form in _forms(word) for section in sections)


def _is_given(word: str) -> bool:
    return _among(word, "given") or ("-" in word and all(_may_be_given(part) for part in word.split("-")))


def _may_be_given(word: str) -> bool:
    return _among(word, "given", "given, also words")


def _is_surname(word: str) -> bool:
    """A surname that is nothing else."""
    if "-" in word:
        return any(_is_surname(part) for part in word.split("-"))
    return _among(word, "surnames") or any(_PATTERN.fullmatch(form) for form in _forms(word))


def _may_be_surname(word: str) -> bool:
    return _is_surname(word) or _among(word, "surnames, also words") or any(map(_COMPOUND.fullmatch, _forms(word)))


def _is_capital(word: _Word) -> bool:
    return word.text[0].isupper()


def _is_initial(word: _Word) -> bool:
    return len(word.text) == 1 and _is_capital(word) and word.low not in ("i", "å", "ö")


def _is_something_else(word: _Word) -> bool:
    """A place, an organisation, an abbreviation or an ordinary word: never an unknown part of a name."""
    return (
        _among(word.low, "places")
        or word.low in _names()["ordinary words"]
        or role_of(word.text) is not None
        or (word.text.isupper() and len(word.text) <= 6)
        or _ORGANISATION.fullmatch(word.low) is not None
    )


def find(text: str) -> Iterator[Person]:
    """Names from left to right, without overlaps. Looks at most five words ahead and two behind from each word."""
    words = [_Word(match[0], match[0].casefold(), *match.span()) for match in _WORD.finditer(text)]
    joined = [_joined(text, one, two) for one, two in pairwise(words)] + [False]
    index = 0
    while index < len(words):
        role = role_of(words[index - 1].text) if index and joined[index - 1] else None
        count = _length(words, joined, index, role)
        if count and not _names_a_place(text, words, joined, index, count):
            yield _person(words, joined, index, count, role)
        index += count or 1


def _joined(text: str, one: _Word, two: _Word) -> bool:
    """True when nothing but a space, or the full stop of an abbreviation, stands between two words."""
    between = text[one.end : two.start]
    if between in (" ", "  ", "\n"):
        return True
    abbreviation = _is_initial(one) or one.low in ("dr", "doc", "prof", "leg", "ssk", "fr", "hr")
    return abbreviation and between in (".", ". ", ".  ")


def _length(words: list[_Word], joined: list[bool], index: int, role: str | None) -> int:
    """How many words of a name begin here; 0 when none does."""
    word = words[index]
    following = words[index + 1] if joined[index] else None
    if not _is_capital(word):
        return _length_in_lower_case(word, following, role)
    more = _further(words, joined, index)
    last = words[index + more]
    if _is_initial(word):
        named = more and len(last.text) > 1 and (role is not None or _may_be_surname(last.low))
        return more + 1 if named else 0
    if role is not None:
        return more + 1 if _fits_after_title(word, role) else 0
    alone = _is_given(word.low) or (_is_surname(word.low) and not _among(word.low, "places"))
    if alone:
        return more + 1 if more or not word.text.isupper() else 0
    if following is None:
        return 0
    if _may_be_given(word.low):
        genitive = word.low.endswith("s") and word.low[:-1] in _names()["given, also words"]
        name = _may_be_surname(following.low) or _is_initial(following) or _is_given(following.low)
        return (
            more + 1 if name and _is_capital(following) else int(genitive and following.low in _names()["of a person"])
        )
    unknown = _is_capital(following) and not _is_something_else(word) and not _among(following.low, "places")
    return more + 1 if unknown and (_is_surname(following.low) or _COMPOUND.fullmatch(following.low)) else 0


def _length_in_lower_case(word: _Word, following: _Word | None, role: str | None) -> int:
    """Names typed in haste, without capitals: only where nothing else is likely."""
    surname = following is not None and _may_be_given(word.low) and _PATTERN.fullmatch(_forms(following.low)[-1])
    if surname:
        return 2
    return int(role is not None and word.low in _names()["given"])


def _fits_after_title(word: _Word, role: str) -> bool:
    if _may_be_given(word.low) or _may_be_surname(word.low):
        return not (_among(word.low, "places") and word.low.endswith("s") and not _is_given(word.low))
    if _is_something_else(word) or len(word.text) < 3:
        return False
    return role in ("läkaren", "personen") or not re.search(r"(?:en|et|an|in|na|ns|ing|ska|ade|ades)$", word.low)


def _further(words: list[_Word], joined: list[bool], index: int) -> int:
    """How many of the following words continue the name: second names, initials, "von", a surname known or not."""
    count = 0
    while count < 4 and index + count + 1 < len(words) and joined[index + count]:
        word = words[index + count + 1]
        if word.low in _names()["particles"] and not _is_capital(word):
            after = words[index + count + 2] if index + count + 2 < len(words) and joined[index + count + 1] else None
            if after is None or not _is_capital(after) or word.low == "av" or _is_something_else(after):
                break
            count += 2
            continue
        if not _is_capital(word):
            break
        known = _may_be_given(word.low) or _may_be_surname(word.low) or _is_initial(word)
        if not known and (_is_something_else(word) or words[index + count].low.endswith("s")):
            break
        count += 1
    return count


def _names_a_place(text: str, words: list[_Word], joined: list[bool], index: int, count: int) -> bool:
    """Sankta Annas sjukhus, Lex Maria, avdelning Alma, Erik Dahlbergs gata."""
    first = words[index]
    before = words[index - 1].low if index and joined[index - 1] else ""
    last = index + count - 1
    after = words[last + 1].low if joined[last] else ""
    if _SAINT.search(text[max(0, first.start - 5) : first.start]) or before in ("lex", "sankt", "sankta", "santa"):
        return True
    if count == 1 and before in _names()["before a place"]:
        return True
    if count == 1 and not _is_given(first.low) and after in ("kommun", "kommuns", "skola", "län", "stad"):
        return True
    nouns = _names()["after a place"] | (_names()["after a place, two names"] if count > 1 else frozenset())
    return after in nouns or (count > 1 and words[last].low in nouns)


def _person(words: list[_Word], joined: list[bool], index: int, count: int, role: str | None) -> Person:
    first, last = words[index], words[index + count - 1]
    follower = words[index + count].low if joined[index + count - 1] else ""
    relatives = _names()["of a person"]
    is_name = any(last.low in _names()[section] for section in _KINDS_OF_NAME)
    genitive = len(last.low) > 3 and last.low.endswith("s") and (not is_name or follower in relatives)
    return Person(first.start, last.end, role or "", genitive, follower in relatives)
