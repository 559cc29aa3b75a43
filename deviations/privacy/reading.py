"""A text as a reader sees it: invisible characters gone, every digit, dash and space in its plain form."""

import unicodedata
from dataclasses import dataclass

# Dashes and minus signs that Unicode does not file under dashes (category Pd).
_DASHES = frozenset("\u2212\u2043\u02d7\u2796\u00af")


@dataclass(frozen=True, slots=True)
class Reading:
    """`plain` is what the rules read; `origin[i]` says where the character `plain[i]` begins in `source`, and
    `ends[i]` where it ends, so that whatever is found in `plain` can be marked in the words as written."""

    source: str
    plain: str
    origin: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in `source` of the non-empty slice `plain[start:end]`."""
        return self.origin[start], self.ends[end - 1]


def read(source: str) -> Reading:
    """Linear in the length of the text. Text copied from a PDF, a phone or a word processor is full of things that
    look like a digit or a hyphen, or like nothing at all; a guard that reads bytes would let those numbers through."""
    if source.isascii() and source.isprintable():
        return Reading(source, source, range(len(source)), range(1, len(source) + 1))
    plain: list[str] = []
    origin: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(source):
        if char < "\x7f" and char.isprintable():
            seen = char
        elif plain and unicodedata.combining(char):
            # "A" + ring above is how some systems write "Å"; names must be found in that form as well.
            joined = unicodedata.normalize("NFC", plain[-1] + char)
            if len(joined) == 1:
                plain[-1], ends[-1] = joined, index + 1
            continue
        else:
            seen = _as_seen(char)
        if seen:
            plain.append(seen)
            origin.append(index)
            ends.append(index + 1)
    return Reading(source, "".join(plain), tuple(origin), tuple(ends))


def _as_seen(char: str) -> str:
    """One plain character, or nothing for what takes no place on the page."""
    if char.isspace():
        return " " if char == "\t" or unicodedata.category(char) == "Zs" else "\n"
    kind = unicodedata.category(char)
    if kind in ("Cf", "Cc", "Mn", "Me"):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Pd" or char in _DASHES:
        return "-"
    if kind == "No":  # a raised 2 is a footnote or a square metre, not part of a number
        return char
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) != 1:
        return char
    return "-" if folded in _DASHES or unicodedata.category(folded) == "Pd" else folded
