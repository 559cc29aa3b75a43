"""A05: telephone numbers and e-mail addresses are found however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deviations.test_privacy import LINES, found


@pytest.mark.parametrize(
    "number",
    LINES["phones"],
)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("Ring ", "."), ("(", ")"), ("tel:", ", tack"), ("Nås på ", "\n12 barn väntar")]
)
def test_a_telephone_number_blocks(number, before, after):
    number = number.removeprefix("(") if before == "(" and number.startswith("(") and ") " not in number else number
    assert found(before + number + after) == [("phone", number)]


def test_an_announced_number_without_its_area_code_blocks():
    assert found("Tel: 123 45 67") == [("phone", "123 45 67")]
    assert found("telefonnummer 30 30 30") == [("phone", "30 30 30")]


@given(
    st.from_regex(r"\A07[02369][0-9]{7}\Z"),
    st.sampled_from([(3, 3, 2, 2), (3, 2, 2, 3), (3, 7), (4, 2, 2, 2)]),
    st.sampled_from(["-", " ", "–"]),
)
def test_any_mobile_number_blocks(digits, groups, first):
    parts, place = [], 0
    for size in groups:
        parts.append(digits[place : place + size])
        place += size
    number = parts[0] + first + " ".join(parts[1:])
    assert found(f"Ring {number} i dag")[0] == ("phone", number)


@pytest.mark.parametrize(
    "address",
    LINES["emails"],
)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("Mejla ", "."), ("<", ">"), ("e-post:", ", tack"), ("(", ")")]
)
def test_an_email_address_blocks(address, before, after):
    assert found(before + address + after) == [("email", address)]
