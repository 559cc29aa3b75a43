"""Finding a unit by what people really type."""

import pytest

from frontend.forms.unit_search import plain, rank, slips, with_marks, words_of

BUP = (["BUP", "Barn- och ungdomspsykiatrin"], "BUP, Region Blekinge")


def place(typed, unit=BUP):
    found = rank(words_of(typed), *unit)
    return found and found[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bup", 0),
        (" BUP ", 0),
        ("bu", 1),
        ("barn och ungdomspsykiatrin", 0),
        ("barn och ungdomspsyk", 1),
        ("Barn- och", 1),
        ("ungdomspsyk", 2),
        ("ungdom barn", 2),
        ("bup blekinge", 3),
        ("soc", None),
    ],
)
def test_a_name_comes_before_its_beginning_and_that_before_its_place(typed, expected):
    assert place(typed) == expected


@pytest.mark.parametrize("typed", ["ätstörning", "atstorning", "ÄTSTÖRNING", "Ätstorning"])
def test_å_ä_and_ö_can_be_typed_as_a_and_o(typed):
    assert place(typed, (["Ätstörningsenheten"], "Ätstörningsenheten, Region Blekinge")) == 1


def test_of_two_that_begin_so_the_shorter_is_the_likely_one():
    slutenvard = (["Barn- och ungdomspsykiatrin, slutenvård", "BUP slutenvård"], "BUP slutenvård, Region Blekinge")
    asked = words_of("barn och ungdomspsyk")
    assert rank(asked, *BUP) < rank(asked, *slutenvard)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("psykiatri", 0),
        ("psykatri", 1),  # one letter left out
        ("pyskiatri", 1),  # two in the wrong order
        ("psykkiatri", 1),  # one too many
        ("psykeatri", 1),  # another letter
        ("psikeatri", 2),
        ("sykiatri", None),  # the first letter is right
        ("bub", None),  # three letters have no room for a slip
        ("1080", None),
        ("psykologi", None),
        ("", None),
    ],
)
def test_a_slip_or_two_lie_between_what_is_typed_and_a_name(typed, count):
    assert slips(words_of(typed), ["Psykiatrin 1081"]) == count


def test_the_letters_typed_are_marked_as_the_name_writes_them():
    assert with_marks("Ätstörningsenheten", words_of("atstor")) == "<mark>Ätstör</mark>ningsenheten"
    assert with_marks("Barn <& unga>", words_of("unga")) == "Barn &lt;&amp; <mark>unga</mark>&gt;"


@pytest.mark.parametrize("text", ["ß", "ﬁ", "İstanbul", "🙂 Å", "1½", ""])
def test_a_text_is_as_long_when_it_is_compared(text):
    assert len(plain(text)) == len(text)
