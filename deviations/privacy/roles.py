"""What to call someone instead: the role in its definite form, which is what the deviation is about."""

import re
from datetime import date

# Indefinite form -> definite form. A longer word that ends like one of these keeps its beginning: skolkurator,
# skolkuratorn.
_ENDINGS = {
    "sköterska": "sköterskan",
    "läkare": "läkaren",
    "kurator": "kuratorn",
    "psykolog": "psykologen",
    "rektor": "rektorn",
    "lärare": "läraren",
    "pedagog": "pedagogen",
    "chef": "chefen",
    "handläggare": "handläggaren",
    "sekreterare": "sekreteraren",
    "assistent": "assistenten",
    "terapeut": "terapeuten",
    "logoped": "logopeden",
    "mentor": "mentorn",
    "samordnare": "samordnaren",
    "koordinator": "koordinatorn",
    "utredare": "utredaren",
    "behandlare": "behandlaren",
    "konsulent": "konsulenten",
    "barnmorska": "barnmorskan",
    "ledare": "ledaren",
    "vikarie": "vikarien",
    "specialist": "specialisten",
    "dietist": "dietisten",
    "psykiater": "psykiatern",
    "professor": "professorn",
    "kontaktperson": "kontaktpersonen",
    "vårdnadshavare": "vårdnadshavaren",
    "förälder": "föräldern",
    "medarbetare": "medarbetaren",
    "kollega": "kollegan",
    "fröken": "läraren",
    "magister": "läraren",
    "patient": "patienten",
    "brukare": "brukaren",
    "klient": "klienten",
}
_WHOLE_WORDS = {
    "sköterska": "sjuksköterskan",
    "ssk": "sjuksköterskan",
    "syster": "sjuksköterskan",
    "doktor": "läkaren",
    "doktorn": "läkaren",
    "dr": "läkaren",
    "fysio": "fysioterapeuten",
    "elev": "eleven",
    "barnet": "barnet",
    "pojke": "pojken",
    "flicka": "flickan",
    "kvinnan": "kvinnan",
    "mannen": "mannen",
    "killen": "killen",
    "tjejen": "tjejen",
    "mamma": "mamman",
    "pappa": "pappan",
    "modern": "modern",
    "fadern": "fadern",
    "mormor": "mormodern",
    "farmor": "farmodern",
    "sonen": "sonen",
    "dottern": "dottern",
    "systern": "systern",
    "brodern": "brodern",
    "maken": "maken",
    "hustrun": "hustrun",
    "familjen": "familjen",
    "herr": "personen",
    "hr": "personen",
    "fru": "personen",
}
_CONCERNED = (
    (re.compile(r"\b(?:elev(?:en|ens|er)?|elevhälsan?|skolan?)\b", re.I), "eleven"),
    (re.compile(r"\bpatient(?:en|ens)?\b", re.I), "patienten"),
    (re.compile(r"\bbrukare(?:n|ns)?\b", re.I), "brukaren"),
    (re.compile(r"\bbarn(?:et|ets)?\b", re.I), "barnet"),
)


def role_of(word: str) -> str | None:
    """The role a title names ("Skolkurator" -> "skolkuratorn"), or None when the word is no title."""
    low = word.casefold()
    if low in _WHOLE_WORDS:
        return _WHOLE_WORDS[low]
    if (low.endswith("n") and low[:-1] in _WHOLE_WORDS) or (low.endswith("en") and low[:-2] in _WHOLE_WORDS):
        return _WHOLE_WORDS[low[:-1] if low[:-1] in _WHOLE_WORDS else low[:-2]]
    for plain, definite in _ENDINGS.items():
        if low.endswith(definite):
            return low
        if low.endswith(plain):
            return low[: -len(plain)] + definite
    return None


def concerned(text: str) -> str:
    """What the text itself calls the person it is about ("patienten"), or "" when it does not say."""
    return next((role for pattern, role in _CONCERNED if pattern.search(text)), "")


def by_birth(year: str) -> str:
    """The word for someone born in `year` (two digits, four, or none): of school age a pupil, otherwise a person.
    Depends on today's date for that reason only."""
    today = date.today()  # noqa: DTZ011  # an age in years; a day off at midnight does not matter
    born = today.year - (today.year - int(year)) % 100 if len(year) == 2 else int(year or 0)
    return "eleven" if 6 <= today.year - born <= 19 else "personen"


def genitive(role: str) -> str:
    return role + "s"
