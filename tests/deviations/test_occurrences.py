"""What happens often is filed once, with how many times it happened, and counted as one deviation."""

import pytest

from deviations.errors import Invalid
from deviations.learning.refresh import refresh
from deviations.models import Deviation, FactMonth
from deviations.services.filing import file, filing_of, save_draft
from tests.permissions.sending import send


def test_it_is_one_deviation_that_happened_many_times(anna, filing, county_blekinge):
    deviation = file(filing(occurrences=12), by=anna)
    assert Deviation.objects.get(pk=deviation.pk).occurrences == 12
    refresh(county_blekinge)
    counted = dict(FactMonth.objects.filter(dimension__in=("filed", "times")).values_list("dimension", "count"))
    assert counted == {"filed": 1, "times": 12}


@pytest.mark.parametrize("times", [0, -1, 1000])
def test_no_other_number_than_1_to_999_is_taken(anna, filing, times):
    with pytest.raises(Invalid) as refused:
        file(filing(occurrences=times), by=anna)
    assert refused.value.fields == {
        "occurrences": [("out_of_range", "Ange hur många gånger det har hänt, 1 till 999.")]
    }


def test_a_draft_keeps_it(anna, filing):
    assert filing_of(save_draft(filing(occurrences=3), by=anna)).occurrences == 3


def test_the_api_takes_it_and_shows_it(anna, filing):
    told = filing()
    body = {
        "reporting_unit": told.reporting_unit.pk, "receiving_units": [told.receiving_units[0].pk], "age": 14,
        "occurred_on": told.occurred_on.isoformat(), "category": told.category, "happened": "Ingen svarade i telefon.",
        "occurrences": 7,
    }  # fmt: skip
    answer = send(anna, "/api/v1/deviations/", **body)
    assert (answer.status_code, answer.json()["occurrences"]) == (201, 7)
    assert send(anna, "/api/v1/deviations/", **{**body, "occurrences": 0}).status_code == 400
