"""Personal identity numbers, coordination numbers and reserve numbers, however they are written.

The usual shapes (YYMMDD or YYYYMMDD in one piece or in its three parts, then four digits) count whatever their
checksum: a mistyped number still points at a person. The less a string looks like one, the more its checksum must say:
digits in any other grouping, and a dated moment such as "2022-03-14 1530", count only when the checksum holds.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from personnummer import personnummer

PERSONAL = "personal_identity_number"
COORDINATION = "coordination_number"


class Match(NamedTuple):
    """A number found in plain text; `year` is the year of birth as far as it is written (two or four digits)."""

    code: str
    start: int
    end: int
    year: str


class _Candidate(NamedTuple):
    """Ten or twelve digits standing together, with what stands between them."""

    text: str
    digits: str
    between: tuple[str, ...]
    start: int
    end: int

    @property
    def date_length(self) -> int:
        return len(self.digits) - 4

    @property
    def gap(self) -> str:
        """What separates the date of birth from the last four."""
        return self.between[self.date_length - 1]

    def before(self, length: int) -> str:
        return self.text[max(0, self.start - length) : self.start]

    def after(self, length: int) -> str:
        return self.text[self.end : self.end + length]


_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
_AMOUNT_FOLLOWS = re.compile(r"\s?(?:kr\b|kronor|sek\b|:-|%|procent|st\b|tkr\b|mnkr\b|personer|timmar|meter)", re.I)
REGISTER_WORD = re.compile(
    r"(?:dnr|diarie(?:nr|nummer)|registreringsnummer|reg\.?nr|ärende(?:nr|nummer)?)[.:]?\s{0,2}$", re.I
)
_NUMBER_WORD = r"(?:personn(?:ummer|r)|pers\.?nr|pnr|samordningsn(?:ummer|r))"
_IDENTITY_WORD = re.compile(rf"(?:{_NUMBER_WORD}|född)[a-z]{{0,2}}[.:]?\s{{0,2}}$", re.I)
_PHONE_WORD = re.compile(r"(?:tel|tfn|mobil|ring|sms|nås?)[a-zåäö]{0,10}[.:]?(?: på)?\s{0,2}$", re.I)
_DAY_OF_RANGE = re.compile(r"[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])")

# Letters in the last four: a reserve number, or a number with its end covered.
_RESERVE = re.compile(
    r"(?<![0-9])(?:(?P<long>(?:18|19|20)[0-9]{6})[ ]?[-+]?[ ]?|(?P<short>[0-9]{6})[ ]?[-+][ ]?"
    r"|(?P<parts>(?:18|19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})-)"
    r"(?:[A-ZÅÄÖ][0-9]{3}|[A-ZÅÄÖ]{2}[0-9]{2}|(?<=[-+ ])(?:[0-9]{3}[A-ZÅÄÖ]|[0-9]{2}[A-ZÅÄÖ]{2})|[XN]{4}|\*{4}|#{4})"
    r"(?![\w*#])",
    re.I,
)
_MONTHS = "jan(?:uari)?|feb(?:ruari)?|mars?|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|sept?(?:ember)?|okt(?:ober)?"
_MONTHS += "|nov(?:ember)?|dec(?:ember)?"
_WRITTEN_DATE = re.compile(
    rf"(?<![0-9])(?:(?P<iso>(?:18|19|20)?[0-9]{{2}}(?P<s>[-./]?)[0-9]{{2}}(?P=s)[0-9]{{2}})"
    rf"|(?P<day>[0-9]{{1,2}})(?:\s?[./-]\s?(?P<month>[0-9]{{1,2}})|\.?\s(?:{_MONTHS})\.?)"
    r"[ ./-]{1,2}(?P<year>(?:19|20)[0-9]{2}))"
    r"(?![0-9])",
    re.I,
)
_LAST_FOUR = re.compile(r"(?P<gap>\s?[-+]\s?)(?P<last>[0-9]{4})(?![0-9])")
_LAST_FOUR_AFTER_BIRTH = re.compile(r"[,;:]?\s\(?(?P<last>[0-9]{4})(?![0-9])")
_LAST_FOUR_SAID = re.compile(
    r"[^0-9\n]{0,30}?\b(?:sista|fyra|siffr|kontrollsiffr|slutsiffr|personn)[^0-9\n]{0,30}(?P<last>[0-9]{2}\s?[0-9]{2})(?![0-9])",
    re.I,
)
_LAST_FOUR_ALONE = re.compile(
    r"\b(?:(?:fyra|4) sista|sista (?:fyra|4))(?: siffror(?:na)?)?(?: i personnumret)?(?: är)?:? ?"
    r"(?P<last>[0-9]{4})(?![0-9:])",
    re.I,
)
_STATED = re.compile(
    rf"\b{_NUMBER_WORD}[a-z]{{0,2}}[.:]?\s{{0,2}}(?:är\s)?(?P<number>[0-9](?:[-+ ]{{0,3}}[0-9]){{5,12}})(?![0-9])",
    re.I,
)

# What is always an identity number, whatever stands around it: for a browser that cannot ask (see `offline`).
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"
_ENDS = r"(?![0-9])(?!\s?[-/:.]\s?[0-9])"
SURE = (
    re.compile(rf"(?<![0-9])(?:18|19|20)[0-9]{{2}}{_MONTH}{_DAY}[ ]?[-+]?[ ]?[0-9]{{4}}{_ENDS}"),
    re.compile(rf"(?<![0-9])[0-9]{{2}}{_MONTH}{_DAY}[ ]?[-+][ ]?[0-9]{{4}}{_ENDS}"),
    re.compile(rf"(?<![0-9])[1-9][0-9]{_MONTH}{_DAY}[0-9]{{4}}{_ENDS}"),
    re.compile(rf"(?<![0-9])(?:18|19|20)[0-9]{{2}}-{_MONTH}-{_DAY}[ ]?[-+][ ]?[0-9]{{4}}{_ENDS}"),
    _LAST_FOUR_ALONE,
)


def find(text: str) -> Iterator[Match]:
    """Matches in no particular order, and possibly overlapping: the caller keeps the first that covers a place.

    Every candidate is at most twelve digits and their gaps, looked at once from each place a number may begin, and
    every pattern has a bounded length, so the work grows with the text and no faster."""
    yield from _digit_numbers(text)
    for match in _RESERVE.finditer(text):
        digits = match["long"] or match["short"] or match["parts"].replace("-", "")
        if _is_date(digits):
            yield Match(_code(digits), match.start(), match.end(), digits[:-4])
    yield from _spoken_numbers(text)


def _digit_numbers(text: str) -> Iterator[Match]:
    places = [match.start() for match in re.finditer("[0-9]", text)]
    index = 0
    while index < len(places):
        starts = index == 0 or places[index - 1] != places[index] - 1
        found = _at(text, places, index) if starts else None
        if found is None:
            index += 1
            continue
        digits = found.digits[: found.date_length]
        bracket = "(" in found.gap and found.after(1) == ")"
        yield Match(_code(digits), found.start, found.end + bracket, digits[:-4])
        index += len(found.digits)


def _at(text: str, places: list[int], index: int) -> _Candidate | None:
    """The identity number that begins at this digit; with its century first, since that reading is the fuller one."""
    for count in (12, 10):
        chosen = places[index : index + count]
        if len(chosen) < count or chosen[-1] - chosen[0] > count + 14:
            continue
        if text[chosen[-1] + 1 : chosen[-1] + 2] in set("0123456789"):
            continue
        between = tuple(text[a + 1 : b] for a, b in pairwise(chosen))
        digits = "".join(text[place] for place in chosen)
        candidate = _Candidate(text, digits, between, chosen[0], chosen[-1] + 1)
        if _is_date(digits[:-4]) and _is_identity(candidate):
            return candidate
    return None


def _is_date(digits: str) -> bool:
    """Month and day that a number can carry; the day plus sixty in a coordination number. 31 February passes: whoever
    mistypes a day has still written about a person."""
    if len(digits) == 8 and digits[:2] not in ("18", "19", "20"):
        return False
    month, day = int(digits[-4:-2]), int(digits[-2:])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _code(date_digits: str) -> str:
    return COORDINATION if int(date_digits[-2:]) > 60 else PERSONAL


def _checksum_holds(digits: str) -> bool:
    return bool(personnummer.valid(digits[-10:]))


def _is_identity(number: _Candidate) -> bool:
    if not _usual_shape(number):
        return _odd_but_certain(number)
    if _is_other_known_number(number):
        return False
    if _may_be_moment(number):
        return _checksum_holds(number.digits)
    return True


def _usual_shape(number: _Candidate) -> bool:
    inside = number.between[: number.date_length - 1]
    tail = number.between[number.date_length :]
    if {*inside, *tail} == {" "}:  # 2 0 1 2 1 2 1 2 - 1 2 1 2
        return number.gap.strip(" -+") == ""
    if not _is_gap(number.gap):
        return False
    if re.search("[-+]", number.gap):  # a line may break anywhere; the hyphen still says what it is
        inside = tuple("" if re.fullmatch(r" ?\n ?", part) else part for part in inside)
        tail = tuple("" if re.fullmatch(r" ?\n ?", part) else part for part in tail)
    together = not any(inside)
    if any(tail) and not (together and number.gap and tail in (("", " ", ""), ("", "\n", ""))):
        return False
    return together or (number.gap != "" and _date_in_parts(inside))


def _is_gap(gap: str) -> bool:
    """Spaces and line breaks with at most one sign between; a comma, colon or full stop only when it stands close,
    since after a space it divides two things in a list."""
    sign = gap.strip()
    if len(gap) > 6 or len(sign) > 1:
        return sign in ("--", "-\n-") and len(gap) <= 6
    return sign == "" or sign in "-+" or (not sign.isalnum() and (sign not in ",;:." or gap == sign))


def _date_in_parts(inside: tuple[str, ...]) -> bool:
    """True when the date is divided only between century, year, month and day, in one manner."""
    if any(part for place, part in enumerate(inside) if place % 2 == 0):
        return False
    parts = inside[1::2]
    if all(len(part) <= 3 and not part.strip() for part in parts):
        return True
    century, year, month = parts if len(parts) == 3 else ("", *parts)
    sign = year.strip()
    return (
        (year == month and sign in ("-", ".", "/") and len(year) <= 3 and not century)
        or (not year and not month and century.strip() == "-")
        or (not century and not month and sign == "-" and len(parts) == 3)
    )


def _odd_but_certain(number: _Candidate) -> bool:
    """Any other grouping by spaces: only with a right checksum, and not as a piece of something longer."""
    loose = [part for place, part in enumerate(number.between, start=1) if place != number.date_length]
    if (
        any(part.strip() or len(part) > 3 for part in loose)
        or number.gap.strip() not in ("", "-")
        or len(number.gap) > 3
    ):
        return False
    longer = re.search(r"[0-9][ -]$", number.before(2)) or re.match(r"[ -][0-9]", number.after(2))
    listed = number.digits.startswith("0") or REGISTER_WORD.search(number.before(30))
    return not longer and not listed and _checksum_holds(number.digits)


def _is_other_known_number(number: _Candidate) -> bool:
    """Registration numbers, ranges of dates or times, and telephone numbers, where the text says so itself."""
    spaced = not number.gap.strip()
    last = number.digits[-4:]
    if last[:2] in ("19", "20") and _DAY_OF_RANGE.match(number.after(8)):
        return True  # 2022-03-14 - 2022-03-20
    if number.gap and spaced and re.match(r"\s?[-/:]\s?[0-9]", number.after(4)):
        return True  # 2022-03-14 1530-1600, 2022-03-14 0455-123 45
    if not any(number.between) and len(number.digits) == 10 and not _checksum_holds(number.digits):
        if re.match("07[02369]", number.digits) and not _IDENTITY_WORD.search(number.before(25)):
            return True  # 0701234567
        if number.digits.startswith("0") and _PHONE_WORD.search(number.before(25)):
            return True
    in_parts = any(number.between[: number.date_length - 1])
    written_plainly = not in_parts and (number.gap.strip() != "" or len(number.digits) == 12)
    return bool(REGISTER_WORD.search(number.before(30))) and not written_plainly and not _checksum_holds(number.digits)


def _may_be_moment(number: _Candidate) -> bool:
    """A date with signs in it, then a space and four digits: a time of day, a sum of money, or a new line of a list."""
    signs = "".join(number.between[: number.date_length - 1]).strip()
    if not signs or re.search("[-+]", number.gap):
        return False
    return bool(_CLOCK.fullmatch(number.digits[-4:]) or "\n" in number.gap or _AMOUNT_FOLLOWS.match(number.after(12)))


def _spoken_numbers(text: str) -> Iterator[Match]:
    """A date of birth with the last four told apart from it, and numbers that the text itself calls personnummer."""
    for match in _WRITTEN_DATE.finditer(text):
        window = text[match.end() : match.end() + 80]
        last = _LAST_FOUR_SAID.match(window)
        if last is None and match["day"]:
            last = _LAST_FOUR.match(window)
            if last and 1900 <= int(last["last"]) <= 2099:
                continue  # 14 mars 2021 - 2022
        if last is None and _IDENTITY_WORD.search(text[max(0, match.start() - 25) : match.start()]):
            last = _LAST_FOUR_AFTER_BIRTH.match(window)
        month = (match["month"] or "01") if match["day"] else re.sub("[^0-9]", "", match["iso"])[-4:-2]
        day = match["day"] or match["iso"][-2:]
        if last and _is_date(f"00{int(month):02}{int(day):02}"):
            year = match["year"] or re.sub("[^0-9]", "", match["iso"])[:-4]
            code = COORDINATION if int(day) > 60 else PERSONAL
            yield Match(code, match.start(), match.end() + last.end(), year)
    for match in _LAST_FOUR_ALONE.finditer(text):
        yield Match(PERSONAL, match.start("last"), match.end("last"), "")
    for match in _STATED.finditer(text):
        digits = re.sub("[^0-9]", "", match["number"])
        length = 8 if digits[:2] in ("18", "19", "20") and len(digits) >= 8 else 6
        if _is_date(digits[:length]):
            yield Match(_code(digits[:length]), match.start("number"), match.end("number"), digits[: length - 4])
