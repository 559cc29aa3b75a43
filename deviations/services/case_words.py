"""Whether a learning case could be recognised: words taken over, names, days and numbers. Each is refused by its words.

Stricter than the guard of other texts, since a case is read by everyone in the county (Build 5: free text never leaves
but rewritten).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from deviations import privacy
from deviations.models import Deviation, LocalReference
from deviations.search import words_of
from orgs.models import Organisation

TAKEN_OVER = 8
"""So many words in a row as the deviation has them are its own text and not a retelling."""
ON_EVERY_HAND = 3
"""A name that so many units in the county bear ("Elevhälsan") says what they are and not which."""
SHORTEST_NAME = 3

Faults = dict[str, list[tuple[str, str]]]

_MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
_DAY = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:[-/]\d{{2,4}})?|(?:den\s+)?\d{{1,2}}(?::?[ae])?\s+(?:{_MONTHS}))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:[A-ZÅÄÖ]{2,3}-)?\d{4}-\d{3,7}\b|\b\d{5,}\b|\b(?:dnr|diarienummer)\b[\s.:]*\S*", re.IGNORECASE
)


def recognised_by(texts: Mapping[str, str], deviation: Deviation) -> Faults:
    """Every fault per field, with the words that it is about. Reads the deviation's texts, its units and the county's.

    Six statements, whatever the texts.
    """
    own, names = _own_texts(deviation), _names(deviation)
    reference = LocalReference.objects.filter(deviation=deviation).values_list("reference", flat=True).first() or ""
    found: Faults = {}
    for field, text in texts.items():
        faults = [
            *((one.code, _("”%(words)s”: %(why)s") % {"words": one.text, "why": one.message}) for one in _people(text)),
            *(("names_a_unit", _unit(name)) for name in names if _stands(name, text)),
            *(("a_day", _day(match[0])) for match in _DAY.finditer(text)),
            *(("a_number", _number(match[0])) for match in _NUMBER.finditer(text) if not _DAY.fullmatch(match[0])),
            *(("taken_over", _taken(words)) for words in _taken_over(text, own)),
        ]
        if len(reference) >= SHORTEST_NAME and _stands(reference, text):
            faults.append(("a_number", _("Den egna referensen får inte stå i ett lärfall.")))
        if faults:
            found[field] = list(dict.fromkeys(faults))
    return found


def _people(text: str) -> list[privacy.Finding]:
    return privacy.scan(text)


def _own_texts(deviation: Deviation) -> list[list[str]]:
    """All that has been told in it: by the reporter, the units and the group's answers."""
    told = [deviation.happened, deviation.comment, deviation.suggestion]
    told += deviation.history.filter(step__in=("complete", "give_feedback")).values_list("data__text", flat=True)
    for statement in deviation.statements.all():
        told += [statement.cause, statement.measures, statement.consequences, statement.follow_up, statement.question]
    return [words_of(text) for text in told if text]


def _taken_over(text: str, own: Iterable[list[str]]) -> list[str]:
    """The longest runs of words that stand in the deviation, as they stand in the text."""
    spans = [(match.start(), match.end()) for match in re.finditer(r"[^\W_]+", text)]
    words = [word for start, end in spans for word in words_of(text[start:end])[:1]]
    runs = {tuple(told[at : at + TAKEN_OVER]) for told in own for at in range(len(told) - TAKEN_OVER + 1)}
    found, at = [], 0
    while at + TAKEN_OVER <= len(words):
        end = at
        while end + TAKEN_OVER <= len(words) and tuple(words[end : end + TAKEN_OVER]) in runs:
            end += 1
        if end > at:
            last = end + TAKEN_OVER - 2
            found.append(" ".join(text[spans[at][0] : spans[last][1]].split()))
            at = last + 1
        else:
            at += 1
    return found


def _names(deviation: Deviation) -> list[str]:
    """Names that say which unit or principal: of the county's principals and of the units that it is about."""
    units = Organisation.objects.filter(county_id=deviation.county_id)
    borne = Counter(name.casefold() for name in units.values_list("name", flat=True))
    principals = list(units.filter(parent__isnull=True).values_list("name", flat=True))
    parties = deviation.parties.filter(organisation__isnull=False).values_list("organisation__name", flat=True)
    places = [name.removesuffix(" kommun").removesuffix("s") for name in principals if name.endswith(" kommun")]
    asked = dict.fromkeys([*principals, *places, *parties])
    return [n for n in asked if len(n) >= SHORTEST_NAME and borne[n.casefold()] < ON_EVERY_HAND]


def _stands(name: str, text: str) -> bool:
    """As a word of its own, in the genitive too."""
    return re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", text, re.IGNORECASE) is not None


def _unit(name: str) -> str:
    return _("”%(name)s” säger vem det gäller. Skriv vad för slags verksamhet det är.") % {"name": name}


def _day(words: str) -> str:
    return _("”%(words)s” är en dag. Skriv hur lång tid det tog, eller låt det vara.") % {"words": words}


def _number(words: str) -> str:
    return _("”%(words)s” ser ut som ett ärendenummer. Ta bort det.") % {"words": words}


def _taken(words: str) -> str:
    return _("”%(words)s” står ordagrant i avvikelsen. Berätta det med egna ord.") % {"words": words}
