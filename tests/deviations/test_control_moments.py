"""What a control moment says of its sample: few on either side are never told exactly."""

from collections import defaultdict

import pytest

from deviations.models import ControlMoment
from deviations.services.controls import in_words


def said(sample, followed):
    return in_words(ControlMoment(sample=sample, followed=followed), threshold=5)


@pytest.mark.parametrize("sample", range(2, 25))
def test_few_may_be_any_number_below_the_threshold(sample):
    same = defaultdict(list)
    for followed in range(1, sample):
        same[said(sample, followed)].append(followed)
    for possible in same.values():
        if any(0 < followed < 5 or 0 < sample - followed < 5 for followed in possible):
            assert len(possible) >= min(4, sample - 1)


def test_what_is_many_on_both_sides_is_told():
    assert said(20, 12) == "12 av 20 följde rutinen."
    assert said(9, 3) == "Färre än 5 av 9 följde rutinen."
    assert said(8, 4) == said(8, 1) == "Av 8 följde några rutinen, andra inte."
