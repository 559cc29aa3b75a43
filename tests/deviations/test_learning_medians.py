"""A median's interval is the published one, and holds as often as it says."""

from collections import Counter
from itertools import product

import pytest

from deviations.learning.dataset import HIDDEN, Spread, spread_of
from deviations.learning.medians import ranks

# M. J. Campbell and M. J. Gardner (1988), 95 per cent: n → rank from each end. The level is 1 - 2·P(B < rank) for B of
# Binomial(n, 0.5): n = 10, rank 2: 1 - 2·(1 + 10)/1024 = 0.978515625.
PUBLISHED = {6: 1, 8: 1, 9: 2, 10: 2, 12: 3, 15: 4, 20: 6, 25: 8, 30: 10, 50: 18, 100: 40}


@pytest.mark.parametrize(("n", "rank"), PUBLISHED.items())
def test_the_ranks_are_the_published_ones(n, rank):
    found, level = ranks(n, 0.95)
    assert found == rank
    assert level >= 0.95


def test_the_interval_stands_between_two_of_the_values_with_the_level_it_holds():
    days = [3, 30, 5, 8, 13, 2, 21, 1, 9, 14]
    assert spread_of(Counter(days), 5) == Spread(10, 8.5, 2, 21, 21, 0.9785)


def test_five_values_have_a_median_and_no_interval():
    assert spread_of(Counter([5, 1, 2, 4, 3]), 5) == Spread(5, 3.0, None, None, None)
    assert [ranks(5, 0.95), ranks(5, 0.9)] == [(0, 0.0), (1, 0.9375)]


def test_the_level_is_how_often_the_interval_holds_the_median():
    """Every way in which seven values can lie below (0) or above (1) the true median, all as likely."""
    rank, level = ranks(7, 0.95)
    held = [rank <= sum(sides) <= 7 - rank for sides in product((0, 1), repeat=7)]
    assert sum(held) / len(held) == pytest.approx(level)


def test_fewer_than_the_threshold_have_no_median():
    assert spread_of(Counter([5, 1, 2, 4]), 5) == HIDDEN
