"""The situations through the real pipeline: filed by a person of the unit, routed and stored."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from deviations import clock
from deviations.errors import Invalid
from deviations.models import Deviation, HistoryEntry, Party
from deviations.services.filing import file
from deviations.services.form import Filing, preview
from deviations.services.profiles import activate
from orgs.models import Organisation, User
from orgs.permissions import grant
from orgs.profiles import loader
from tests.cases import CASES

pytestmark = pytest.mark.django_db


@pytest.fixture
def jamtland(cast):
    """The third county, beside the two of the cast."""
    text = (loader.FOLDER / "jamtland-harjedalen.yaml").read_text(encoding="utf-8")
    activate(None, text, from_date=date(2021, 1, 1), by=None)


def unit_named(county, principal, name):
    return Organisation.objects.select_related("principal", "county").get(
        county__slug=county, principal__name=principal, name=name
    )


def filing_of(case):
    return Filing(
        reporting_unit=unit_named(case["county"], *case["reporting"]),
        receiving_units=(unit_named(case["county"], *case["receiving"]),),
        occurred_on=case["occurred"],
        age=case["age"],
        category=case["category"],
        happened=case["happened"],
        comment=case.get("comment", ""),
        clause=case.get("clause", ""),
        tags=tuple(case.get("tags", ())),
        solved_on_the_spot=case.get("solved_on_the_spot", False),
        problem_area=case.get("problem_area", ""),
        care_level=case.get("care_level"),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_situation_filed_by_a_person_of_the_unit_is_handled_as_expected(request, cast, case):
    if case["county"] == "jamtland-harjedalen":
        request.getfixturevalue("jamtland")
    expect = case["expect"]
    filing = filing_of(case)
    reporter = User.objects.create_user("rapportor@example.se", name="Rut Rapportör")
    grant(reporter, "reporter", filing.reporting_unit, by=None, valid_from=case["occurred"])
    with clock.at(timezone.make_aware(datetime.combine(case["occurred"], datetime.min.time().replace(hour=12)))):
        if "refused" in expect:
            with pytest.raises(Invalid) as refused:
                file(filing, by=reporter)
            assert [code for code, _ in refused.value.fields["happened"]] == expect["refused"]
            assert not Deviation.objects.submitted().exists()
            return
        deviation = file(filing, by=reporter)

    deviation = Deviation.objects.get(pk=deviation.pk)
    if expect["accountable"] == "default":
        assert deviation.routing["default"]
    else:
        assert deviation.routing["accountable_key"] == expect["accountable"]
    assert deviation.accountable_body.key == deviation.routing["accountable"]
    assert set(deviation.flags) >= set(expect.get("flags", ()))
    assert deviation.accountable_shown == expect.get("shown_as", deviation.accountable_shown)
    assert deviation.routing["explanation"]["lookup"] == expect.get("lookup", [])
    informed = Party.objects.filter(deviation=deviation, role=Party.Role.INFORMED)
    assert [party.body.key for party in informed] == expect.get("informed", [])
    assert HistoryEntry.objects.filter(deviation=deviation, step="submit").count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("problem_area", "halsont"), ("care_level", 9), ("clause", "saknas"), ("age", 130)]
)
def test_what_the_profile_does_not_know_is_said_at_its_field_and_nothing_is_routed(filing, field, value):
    shown = preview(filing(**{field: value}))
    assert list(shown.errors) == [field]
    assert shown.routing is None
