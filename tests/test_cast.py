"""The cast itself: who is who, and that a filed deviation reaches those it should."""

import pytest

from deviations.models import Deviation


def test_the_people_who_should_see_the_filed_deviation_see_it(cast, filed):
    seeing = {
        name for name, user in vars(cast).items() if Deviation.objects.visible_to(user).filter(pk=filed.pk).exists()
    }
    assert seeing == {"anna", "maria", "bo", "berit"}
    assert filed.accountable_body.key == "sg_barn_unga"


@pytest.mark.django_db(transaction=True)
def test_the_cast_is_there_after_a_test_that_flushed_the_database(cast, filed):
    assert cast.anna.name == "Anna Andersson"


@pytest.mark.django_db(transaction=True)
def test_and_again(cast, filed):
    assert filed.filed_by == cast.anna
