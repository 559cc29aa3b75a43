"""A05 without contact: the browser's patterns find the usual forms, and nothing that the server would let through."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.privacy import blocks, contacts, identity, offline
from deviations.privacy.reading import read
from tests.deviations.test_privacy import LINES, SITUATIONS

SURE = [
    *((pattern, identity.REGISTER_WORD) for pattern in identity.SURE),
    *((pattern, None) for pattern in contacts.SURE_EMAIL),
    *((pattern, contacts.REGISTER_WORD) for pattern in contacts.SURE_PHONE),
]


def held_back(text):
    plain = read(text).plain
    return any(
        not (unless and unless.search(plain[: hit.start()]))
        for pattern, unless in SURE
        for hit in re.compile(pattern.pattern, pattern.flags | re.I).finditer(plain)
    )


@pytest.mark.parametrize("text", [line for name in sorted(LINES) for line in LINES[name]] + sorted(SITUATIONS.values()))
def test_nothing_is_held_back_that_the_server_would_let_through(text):
    assert blocks(text) or not held_back(text)


PIECE = st.text("0123456789", min_size=1, max_size=8)
SIGN = st.sampled_from(["", "-", " ", ".", "/", " - ", "+", ": ", ", "])
DATE = st.dates().flatmap(
    lambda on: st.sampled_from([f"{on:%Y%m%d}", f"{on:%y%m%d}", f"{on:%Y-%m-%d}", f"{on:%d/%m %Y}"])
)
AREA = st.sampled_from(["08", "070", "0455", "031", "+46 70", "(0455)", "0701"])
NUMBER_LIKE = st.one_of(
    st.text("0123456789 -+./:()@aå\n", min_size=6, max_size=24),
    st.tuples(st.one_of(DATE, AREA, PIECE), SIGN, PIECE, SIGN, PIECE, SIGN, PIECE).map("".join),
)


@settings(deadline=None)
@given(NUMBER_LIKE, st.sampled_from(["", "tel ", "dnr ", "kl. ", "den ", "född ", "från "]))
def test_no_more_is_held_back_in_any_row_of_digits_and_signs(text, before):
    assert blocks(before + text) or not held_back(before + text)


@pytest.mark.parametrize(
    "text",
    [
        "20121212-1212", "201212121212", "20121212 1212", "121212-1212", "121212+1212", "1212121212", "121272-1212",
        "2012-12-12-1212", "sista fyra: 1212", "0701-23 45 67", "0701234567", "070 123 45 67", "0455-12 34 56",
        "+46 70 123 45 67", "0046701234567", "anna.berg@kommun.se", "anna (at) kommun.se", "２０１２１２１２-１２１２",
    ],
)  # fmt: skip
def test_the_usual_forms_are_held_back_at_once(text):
    assert held_back(f"Vi fick {text} av dem.")


def test_most_of_what_the_server_blocks_is_held_back_at_once():
    for name in ("phones", "emails"):
        assert sum(map(held_back, LINES[name])) / len(LINES[name]) > 0.85, name


def test_each_pattern_tells_why():
    assert [pattern.why for pattern in offline.patterns() if not pattern.why.startswith("Det ser ut som e")] == []


@pytest.mark.parametrize(
    ("python", "javascript"),
    [
        (r"\w+", r"[\p{L}\p{N}_]+"),
        (r"[\w.]", r"[\p{L}\p{N}_.]"),
        (r"[^\W\d_]{2}", r"\p{L}{2}"),
        (r"\bfyra", r"(?<![\p{L}\p{N}_])fyra"),
        (r"(?P<s>-)(?P=s)", r"(?<s>-)\k<s>"),
        (r"\[\w", r"\[[\p{L}\p{N}_]"),
    ],
)
def test_a_pattern_is_written_as_javascript_reads_it(python, javascript):
    assert offline.for_browsers(python) == javascript


@pytest.mark.parametrize("pattern", [r"a\b", r"\D", r"(?i:a)", r"\S", r"\Z"])
def test_what_has_no_counterpart_is_refused(pattern):
    with pytest.raises(ValueError, match="no counterpart"):
        offline.for_browsers(pattern)
