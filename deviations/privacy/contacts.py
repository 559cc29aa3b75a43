"""Telephone numbers and e-mail addresses, as people in Sweden write them."""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_SEPARATOR = r"(?:[ .\-/]|[ ]?-[ ]?)"

# A country code and seven to eleven more digits; (0) is often kept in brackets. After 00 only codes from 20 on: what
# begins 00 and a month is a date or an identity number of someone born in 2000.
_ABROAD = re.compile(
    rf"(?<![0-9+])(?:\+[ ]?(?:46|47|45|358|354|[1-9][0-9]{{0,2}})|00[ ]?(?:46|47|45|358|354|[2-9][0-9]{{1,2}}))"
    rf"(?=[ .\-/(0-9]){_SEPARATOR}?(?:\(0\){_SEPARATOR}?)?(?P<rest>[0-9](?:{_SEPARATOR}?[0-9]){{6,10}})(?![0-9])"
)
# An area code that may exist: 08, three digits for the larger towns and mobiles, four for the rest.
_CODE = r"0(?:8|1[013-9]|2[01346]|3[1356]|4[0246]|54|6[03]|7[02-9]|90|[1-69][0-9]{2}|7[0-9]{2})"
_AREA = rf"(?:\({_CODE}\)|{_CODE})"
_AT_HOME = re.compile(
    rf"(?<![0-9])(?<![0-9][-./:])(?P<area>{_AREA})(?:[ ]?[-/.][ ]?|[ ]{{0,2}})"
    rf"(?P<rest>[0-9]{{2,8}}(?:(?P<s>[ .\-])[0-9]{{2,4}}(?:(?P=s)[0-9]{{2,3}}){{0,2}})?)(?![0-9])"
)
# A word that announces a number, for numbers without their area code.
_ANNOUNCED = re.compile(
    r"(?<!\w)(?:tel|tfn|tel\.|tfn\.|mobil|telefon:|(?:telefon|mobil|direkt)(?:nr|nummer)(?:et)?)[.:]?\s{0,2}(?:är )?"
    r"(?P<number>[1-9][0-9]{0,5}(?:[ -][0-9]{2,4}){0,4})(?![0-9])(?![-/:][0-9])",
    re.I,
)
REGISTER_WORD = re.compile(r"(?:dnr|diarie(?:nr|nummer)|ärende(?:nr|nummer)?|rev/)[.:]?\s?$", re.I)
_CLOCK_RANGE = re.compile(r"[0-2][0-9][.:]?[0-5][0-9]\s?-\s?[0-2][0-9][.:]?[0-5][0-9](?![0-9])")
_DATE = re.compile(r"(?:19|20)?[0-9]{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12][0-9]|3[01])")

_SIGN = r"[ ]?[(\[{<][ ]?(?:at|a|@|snabel-?a)[ ]?[)\]}>][ ]?|[ ](?:snabel-?a|at|@)[ ]|[ ]@|@[ ]|@"
_AT = re.compile(_SIGN, re.I)
_LOCAL = re.compile(r"[\w+%'](?:[\w.+%'-]|[ ]?[(\[](?:dot|punkt|\.)[)\]][ ]?){0,63}$", re.I)
_DOT = r"(?:\.|[ ]?[(\[{](?:dot|punkt|\.)[)\]}][ ]?|[ ](?:dot|punkt)[ ])"
_DOMAIN = re.compile(rf"[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,5}}", re.I)
_FULL_DOMAIN = re.compile(rf"(?:[\w-]{{1,63}}{_DOT}){{1,5}}[^\W\d_]{{2,24}}(?![\w-])", re.I)

# What is always a number or an address, whatever stands around it: for a browser that cannot ask (see `offline`).
# Digits of the area code, with the groups that make up a Swedish length after it.
_GROUPS = {2: ("7,8", "3 2 2", "3 3 2"), 3: ("6,7", "2 2 2", "3 2 2", "3 3"), 4: ("5,6", "2 2 2", "3 2", "3 3")}


def _sure(area: int, groups: str) -> re.Pattern[str]:
    code = rf"(?=\(?[0-9]{{{area}}}\)?[^0-9]){_AREA}(?:[ ]?[-/.][ ]?|[ ]{{1,2}})"
    first, *others = (rf"[0-9]{{{length}}}" for length in groups.split())
    between = rf"(?P<s>[ .\-]){r'(?P=s)'.join(others)}" if others else ""
    return re.compile(rf"(?<![0-9])(?<![0-9][-./:]){code}{first}{between}(?![0-9])(?![ .\-]?[0-9])")


SURE_PHONE = (
    _ABROAD,
    re.compile(r"(?<![0-9])(?<![0-9][-./:])07[02369][0-9]{7}(?![0-9])(?!\s?[ .:/\-]?\s?[0-9])"),
    *(_sure(area, groups) for area, each in _GROUPS.items() for groups in each),
)
SURE_EMAIL = (re.compile(rf"[\w+%'][\w.+%'-]{{0,63}}(?:{_SIGN}){_FULL_DOMAIN.pattern}", re.I),)


def emails(text: str) -> Iterator[Span]:
    """Addresses, also half-hidden ones such as "anna (at) kommun (punkt) se". Looks a bounded way in each direction
    from every sign that may stand for @, so that a long text without any costs nothing."""
    for sign in _AT.finditer(text):
        before = text[max(0, sign.start() - 64) : sign.start()]
        local = _LOCAL.search(_last_word(before))
        window = text[sign.end() : sign.end() + 200]
        domain = _FULL_DOMAIN.match(window)
        if domain is None and sign[0] == "@":
            domain = _DOMAIN.match(window)
            if domain and not any(part.isalpha() for part in domain[0]):
                domain = None
        if local and domain:
            yield sign.start() - len(local[0]), sign.end() + domain.end()


def _last_word(text: str) -> str:
    """The run without spaces that the text ends with, bracketed full stops kept whole."""
    match = re.search(r"(?:[^\s()\[\]<>,;:]|[ ]?[(\[](?:dot|punkt|\.)[)\]][ ]?){1,64}$", text, re.I)
    return match[0].lstrip() if match else ""


def phones_abroad(text: str) -> Iterator[Span]:
    """Numbers with a country code. Found before identity numbers, which their digits may look like."""
    for match in _ABROAD.finditer(text):
        yield match.span()


def phones_at_home(text: str) -> Iterator[Span]:
    """Numbers with a Swedish area code, or announced by a word such as "tel". Found after identity numbers."""
    position = 0
    while match := _AT_HOME.search(text, position):
        position = match.start() + 1
        if end := _home_number_end(match):
            before = text[max(0, match.start() - 25) : match.start()]
            if not REGISTER_WORD.search(before):
                yield match.start(), end
                position = end
    for match in _ANNOUNCED.finditer(text):
        number = match["number"]
        if 6 <= sum(char.isdigit() for char in number) <= 10 and not _DATE.fullmatch(number):
            yield match.span("number")


def _home_number_end(match: re.Match[str]) -> int | None:
    """Where the number ends: the longest run of whole groups that makes a number of Swedish length."""
    if _CLOCK_RANGE.match(match.string, match.start()):
        return None
    area = re.sub("[^0-9]", "", match["area"])
    groups = list(re.finditer("[0-9]+", match["rest"]))
    for count in range(len(groups), 0, -1):
        taken = groups[:count]
        lengths = [len(group[0]) for group in taken]
        total = len(area) + sum(lengths)
        longest = 11 if area.startswith("07") and count == 1 else 10  # one digit too many is still a number
        if not (8 if area == "08" else 9) <= total <= longest:
            continue
        if len(lengths) > 1 and max(lengths) > 3 and not (len(area) == 3 and lengths in ([3, 4], [4, 3])):
            continue
        return match.start("rest") + taken[-1].end()
    return None
