"""Rows follow the profile: by stable id, nothing deleted, nothing written twice."""

from datetime import date

import pytest

from orgs.models import Agreement, Body, Clause, County, Mandate, Organisation
from orgs.profiles.loader import shipped
from orgs.profiles.sync import synchronise

DAY = date(2026, 3, 1)
TABLES = (County, Organisation, Body, Mandate, Agreement, Clause)

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile():
    return shipped("jamtland-harjedalen")


@pytest.fixture
def county(profile):
    return synchronise(profile, on=date(2021, 1, 1))[0]


def everything(county):
    """Every row of the county, for comparing before and after."""
    return [
        sorted(table.objects.filter(**{path: county.pk}).values_list())
        for table, path in (
            (County, "pk"), (Organisation, "county"), (Body, "county"), (Mandate, "body__county"),
            (Agreement, "county"), (Clause, "agreement__county"),
        )
    ]  # fmt: skip


def test_units_bodies_and_agreements_become_rows(profile, county):
    assert Organisation.objects.filter(county=county).count() == len(profile.principals) + len(
        list(profile.all_units())
    )
    assert Body.objects.filter(county=county).count() == len(profile.bodies)
    elevhalsan = Organisation.objects.get(county=county, key="2380-elevhalsan")
    assert (elevhalsan.name, elevhalsan.principal.name, elevhalsan.parent.name, elevhalsan.municipality_code) == (
        "Elevhälsan",
        "Östersunds kommun",
        "Utbildningsförvaltningen",
        "2380",
    )
    assert elevhalsan.path == f"/{elevhalsan.principal_id}/{elevhalsan.parent_id}/{elevhalsan.pk}/"
    samreko = Body.objects.get(county=county, key="samreko")
    assert samreko.name_on(date(2021, 9, 30)) == "L-IFO (nu SamReKo)"
    assert samreko.steering_body.key == "svom"
    assert Mandate.objects.get(body__county=county, body__key="barnarenan").status == "missing"
    assert Clause.objects.get(agreement__county=county).key == "oenighet"


def test_a_principal_is_its_own_root(county):
    region = Organisation.objects.get(county=county, key="region-jamtland-harjedalen")
    assert (region.parent, region.principal, region.path) == (None, region, f"/{region.pk}/")


def test_doing_it_again_changes_nothing(profile, county, django_assert_max_num_queries):
    before = everything(county)
    with django_assert_max_num_queries(10):
        _, changes = synchronise(profile, on=DAY)
    assert not changes
    assert everything(county) == before


def test_a_county_is_written_with_few_statements(profile, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        synchronise(profile, on=DAY)


def test_a_renamed_unit_keeps_its_row(profile, county):
    before = Organisation.objects.get(county=county, key="rjh-bup").pk
    region = profile.principals[0]
    psychiatry = region.units[0]
    bup = psychiatry.units[0].model_copy(update={"name": "BUP Jämtland", "former_names": ("BUP",)})
    psychiatry = psychiatry.model_copy(update={"units": (bup, *psychiatry.units[1:])})
    region = region.model_copy(update={"units": (psychiatry, *region.units[1:])})
    _, changes = synchronise(profile.model_copy(update={"principals": (region, *profile.principals[1:])}), on=DAY)
    row = Organisation.objects.get(county=county, key="rjh-bup")
    assert (row.pk, row.name) == (before, "BUP Jämtland")
    assert "BUP" in row.aliases
    assert (changes.made, changes.altered, changes.ended) == (0, 1, 0)


def test_what_a_profile_no_longer_has_gets_its_last_day_and_comes_back_when_it_returns(profile, county):
    without = profile.model_copy(
        update={
            "bodies": tuple(body for body in profile.bodies if body.id != "rsr"),
            "agreements": profile.agreements[1:],
            "principals": profile.principals[1:],
        }
    )
    synchronise(without, on=DAY)
    assert Body.objects.get(county=county, key="rsr").valid_to == date(2026, 2, 28)
    assert Agreement.objects.get(county=county, key="kommunavtal").valid_to == date(2026, 2, 28)
    assert Organisation.objects.get(county=county, key="rjh-bup").valid_to == date(2026, 2, 28)

    synchronise(profile, on=date(2026, 4, 1))
    assert Body.objects.get(county=county, key="rsr").valid_to is None
    assert Organisation.objects.get(county=county, key="rjh-bup").valid_to is None


def test_a_unit_moved_within_its_principal_takes_its_units_along(profile, county):
    region = profile.principals[0]
    psychiatry, primary, hospital = region.units
    primary = primary.model_copy(update={"units": (*primary.units, psychiatry)})
    moved = region.model_copy(update={"units": (primary, hospital)})
    synchronise(profile.model_copy(update={"principals": (moved, *profile.principals[1:])}), on=DAY)
    rows = {row.key: row for row in Organisation.objects.filter(county=county)}
    ids = [rows[key].pk for key in ("region-jamtland-harjedalen", "rjh-nara-vard", "rjh-psykiatri", "rjh-bup")]
    assert rows["rjh-bup"].path == "/" + "".join(f"{pk}/" for pk in ids)


def test_a_version_for_a_later_day_only_makes_what_is_new(profile, county):
    psvo = profile.body("rsr").model_copy(update={"id": "psvo", "name": "PSVO", "steering": ("svom",)})
    renamed = profile.bodies[0].model_copy(update={"name": "Annat namn"})
    later = profile.model_copy(update={"bodies": (renamed, *profile.bodies[1:-1], psvo)})
    synchronise(later, on=date(2030, 1, 1), only_new=True)
    assert Body.objects.get(county=county, key="psvo").steering_body.key == "svom"
    assert Body.objects.get(county=county, key=renamed.id).name == profile.bodies[0].name
    assert Body.objects.get(county=county, key="rsr").valid_to is None
    synchronise(later, on=date(2030, 1, 1))
    assert Body.objects.get(county=county, key=renamed.id).name == "Annat namn"
    assert Body.objects.get(county=county, key="rsr").valid_to == date(2029, 12, 31)


def test_two_counties_do_not_touch_each_other(county):
    before = everything(county)
    synchronise(shipped("blekinge"), on=DAY)
    assert everything(county) == before
