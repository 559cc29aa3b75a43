"""A column's percentages: as printed tables have them, or adding up to exactly 100."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.learning.shares import Rounding, apportioned, percentages

# The Swedish Election Authority's final result of the election to the Riksdag 2018: votes, and per cent as printed,
# each rounded by itself (they add up to 99.99).
RIKSDAG = {
    "S": (1_830_386, "28.26"), "M": (1_284_698, "19.84"), "SD": (1_135_627, "17.53"), "C": (557_500, "8.61"),
    "V": (518_454, "8.00"), "KD": (409_478, "6.32"), "L": (355_546, "5.49"), "MP": (285_899, "4.41"),
    "FI": (29_665, "0.46"), "övriga": (69_472, "1.07"),
}  # fmt: skip
VOTES = [votes for votes, _printed in RIKSDAG.values()]
# The textbook table of largest remainders: 100,000 votes and ten seats by Hare's quota.
SEATS = {47_000: 5, 16_000: 2, 15_900: 1, 12_000: 1, 6_000: 1, 3_100: 0}

columns = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)


def test_a_published_table_comes_out_as_printed():
    found = percentages(VOTES, rounding=Rounding.PLAIN, decimals=2)
    assert [str(share) for share in found] == [printed for _votes, printed in RIKSDAG.values()]
    assert sum(found) == Decimal("99.99")


def test_the_same_table_adds_up_to_100_by_largest_remainders():
    found = percentages(VOTES, rounding=Rounding.LARGEST_REMAINDER, decimals=2)
    printed = [Decimal(text) for _votes, text in RIKSDAG.values()]
    assert sum(found) == 100
    # 518,454 of 6,476,725 are 8.00488 per cent: the largest remainder that plain rounding throws away
    changed = {party: share for party, share, before in zip(RIKSDAG, found, printed, strict=True) if share != before}
    assert changed == {"V": Decimal("8.01")}


def test_the_textbook_table_of_largest_remainders_comes_out_as_printed():
    assert apportioned(list(SEATS), 10) == list(SEATS.values())


@given(columns, st.integers(0, 2))
def test_largest_remainders_add_up_and_no_share_moves_a_whole_step(counts, decimals):
    found = percentages(counts, decimals=decimals)
    step = Decimal(1).scaleb(-decimals)
    assert sum(found) == 100
    assert all(abs(share - Decimal(100 * n) / sum(counts)) < step for share, n in zip(found, counts, strict=True))
    assert [share for share, n in zip(found, counts, strict=True) if n == 0 and share] == []


@given(columns)
def test_a_larger_count_never_has_a_smaller_share(counts):
    for rounding in Rounding:
        pairs = sorted(zip(counts, percentages(counts, rounding=rounding), strict=True))
        assert [share for _n, share in pairs] == sorted(share for _n, share in pairs)


def test_a_half_is_rounded_upwards():
    assert percentages([1, 7], rounding=Rounding.PLAIN) == [13, 88]
    assert percentages([1, 199], rounding=Rounding.PLAIN) == [1, 100]


def test_three_equal_counts_share_a_hundred():
    assert percentages([1, 1, 1]) == [34, 33, 33]


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_nothing_has_no_shares(counts):
    assert percentages(counts) == []


def test_less_than_none_is_refused():
    with pytest.raises(ValueError, match="below none"):
        percentages([5, -1])
