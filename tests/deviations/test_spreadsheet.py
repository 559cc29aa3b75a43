"""No cell of a CSV file is run as a formula."""

import pytest

from deviations.spreadsheet import as_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", " =1+1", "\xa0=1+1", "  @a"])
def test_what_could_begin_a_formula_is_text(text):
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Elevhälsan", "2026-0112", "a=1"])
def test_other_text_is_left_as_it_is(text):
    assert as_text(text) == text
