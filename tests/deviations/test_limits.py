"""A met target never hides a breach of the law."""

import pytest

from deviations.limits import judged, told


@pytest.mark.parametrize(
    ("value", "target", "limit", "words", "tone"),
    [
        (82, 80, 100, "Lagens gräns bryts, fast målet nås.", "late"),
        (100, 80, 100, "Målet nås och lagens gräns hålls.", "good"),
        (34, 80, 100, "Lagens gräns bryts och målet nås inte.", "late"),
        (75, 80, 70, "Målet nås inte. Lagens gräns hålls.", "going"),
        (91, 90, None, "Målet nås.", "good"),
        (89, 90, None, "Målet nås inte.", "going"),
        (91, None, 100, "Lagens gräns bryts. Inget mål är satt.", "late"),
        (91, None, None, "Inget mål är satt.", ""),
        (None, 90, 100, "För få för att visas.", ""),
    ],
)
def test_a_value_is_judged_against_both_and_the_breach_stands_first(value, target, limit, words, tone):
    found = judged(value, target=target, limit=limit)
    assert (found.words, found.tone) == (words, tone)


def test_the_law_may_count_another_number_than_the_board():
    """81 per cent within thirty days meets the target; the law counts sixty days, where 93 per cent is a breach."""
    found = judged(81, target=80, limit=100, lawful_value=93)
    assert (found.meets, found.lawful) == (True, False)


def test_fewer_days_can_be_better():
    assert judged(20, target=30, limit=60, higher_is_better=False).meets is True
    assert judged(70, target=30, limit=60, higher_is_better=False).lawful is False


@pytest.mark.parametrize(
    ("value", "text"), [(82.5, "82,5\xa0%"), (80.0, "80\xa0%"), (None, "··"), (33.333, "33,3\xa0%")]
)
def test_a_value_is_told_as_swedish_writes_it(value, text):
    assert told(value, "%") == text
