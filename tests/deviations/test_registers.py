"""Agreements and what still rests on them, who knows them, and how units are reached."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation
from deviations.services import profiles, registers
from deviations.services.filing import file
from orgs.models import Agreement, ContactRoute, FailedContact
from orgs.permissions import end, grant
from orgs.profiles import loader
from orgs.profiles.schema import Profile
from tests.cast import body, person, unit


@pytest.fixture
def county(county_blekinge):
    return county_blekinge


def state(county, user, key="lansavtal"):
    return next(each for each in registers.agreements_of(county, user) if each.agreement.key == key)


# ── agreements ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_has_run_out_stands_first(county, bo):
    found = registers.agreements_of(county, bo)
    assert [(each.agreement.key, each.status) for each in found[:2]] == [
        ("lansavtal", "expired"),
        ("pv_bup", "in_force"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [(None, None, "unknown"), (-9, None, "in_force"), (-9, -1, "expired"), (-9, 0, "expiring"), (-9, 183, "expiring"),
     (-9, 184, "in_force")],
)  # fmt: skip
def test_an_agreement_expires_within_half_a_year_or_has_expired(first, last, status):
    today = timezone.localdate()
    days = [None if d is None else today + datetime.timedelta(days=d) for d in (first, last)]
    assert registers.agreement_status(Agreement(valid_from=days[0], valid_to=days[1]), today) == status


def test_what_still_rests_on_an_expired_one_is_counted_for_those_who_see_it(county, cast, filing):
    file(filing(), by=cast.anna)  # its category rests on the expired agreement
    file(filing(clause="lansavtal/sip"), by=cast.anna)
    file(filing(clause="pv_bup"), by=cast.anna)
    file(filing(occurred_on=datetime.date(2020, 12, 31)), by=cast.anna)  # its last day
    assert state(county, cast.bo).cited_after == 2
    lars = person("lars", "Lars Larsson")
    grant(lars, "member", body("blekinge", "sg_aldre"), by=None)
    assert state(county, lars).cited_after == 0


def test_who_reads_no_deviation_is_not_told_a_small_number(county, cast, filing):
    file(filing(), by=cast.anna)
    assert (state(county, cast.ada).cited_after, state(county, cast.ada).few) == (None, True)
    for _n in range(4):
        file(filing(), by=cast.anna)
    assert (state(county, cast.ada).cited_after, state(county, cast.ada).few) == (5, False)
    assert (state(county, cast.anna).cited_after, state(county, cast.anna).few) == (None, False)


def test_the_list_costs_the_same_however_many_there_are(county, bo):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            registers.agreements_of(county, bo)
        return len(captured)

    registers.agreements_of(county, bo)
    before = cost()
    Agreement.objects.bulk_create(
        Agreement(county=county, key=f"k{n}", name=f"Avtal {n}", valid_to=datetime.date(2020, 1, 1)) for n in range(30)
    )
    assert cost() == before


# ── who knows them ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def agreement(county):
    return Agreement.objects.get(county=county, key="lansavtal")


ALL = {"known": True, "accepted": True, "applied": True}


def test_the_units_manager_answers_and_the_newest_answer_counts(agreement, maria):
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    only_known = {**ALL, "applied": False, "comment": "Vi behöver en utbildning."}
    registers.acknowledge(agreement, unit=elevhalsan, **only_known, by=maria)
    registers.acknowledge(agreement, unit=elevhalsan, **ALL, by=maria)
    [newest] = registers.newest_answers([agreement], [elevhalsan]).values()
    assert (newest.applied, agreement.acknowledgements.count()) == (True, 2)
    karlskrona = next(
        row for row in registers.answered_by_principal(agreement) if row.principal.name == "Karlskrona kommun"
    )
    assert (karlskrona.answered, karlskrona.known, karlskrona.applied) == (1, 1, 1)


@pytest.mark.parametrize("name", ["anna", "bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_nobody_else_answers_for_the_unit(agreement, cast, name):
    with pytest.raises(NotYours, match="enhetens chef"):
        registers.acknowledge(agreement, unit=unit("blekinge", "1080-elevhalsan"), **ALL, by=getattr(cast, name))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"known": False, "accepted": True, "applied": False, "comment": "Nja."}, "known"),
        ({**ALL, "applied": False}, "comment"),
        ({**ALL, "applied": False, "comment": "Ring 070-123 45 67."}, "comment"),
    ],
)
def test_an_answer_hangs_together_and_says_what_is_needed(agreement, maria, given, field):
    with pytest.raises(Invalid) as refused:
        registers.acknowledge(agreement, unit=unit("blekinge", "1080-elevhalsan"), **given, by=maria)
    assert list(refused.value.fields) == [field]


def test_another_countys_agreement_is_not_answered_about(maria, county_varmland):
    other = Agreement.objects.filter(county=county_varmland).first()
    with pytest.raises(Invalid):
        registers.acknowledge(other, unit=unit("blekinge", "1080-elevhalsan"), **ALL, by=maria)


# ── contact routes ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def route(maria):
    return registers.write_route(
        unit("blekinge", "1080-elevhalsan"), name="Elevhälsans telefon", hours="Vardagar 8–9", by=maria
    )


def test_the_profile_brings_its_routes(county_varmland):
    [found] = registers.routes_of(county_varmland)
    assert (found.name, found.hours, found.from_profile) == ("Vårdgrannetelefonen", "Vardagar kl. 8–9", True)


def test_what_the_unit_has_written_stands_when_the_profile_changes(county_varmland):
    [old] = registers.routes_of(county_varmland)
    manager = person("mona", "Mona Malm")
    grant(manager, "unit_manager", old.organisation, by=None)
    new = registers.write_route(old.organisation, route=old, name=old.name, hours="Vardagar 13–14", by=manager)
    source = loader.to_json(loader.shipped("varmland"))
    source["routine"]["version"] = "9"
    changed = loader.to_yaml(Profile.model_validate(source))
    profiles.activate(county_varmland, changed, from_date=timezone.localdate(), by=None)
    assert [(r.pk, r.hours) for r in registers.routes_of(county_varmland)] == [(new.pk, "Vardagar 13–14")]
    assert ContactRoute.objects.filter(ended_at__isnull=False).count() == 1


def test_one_click_notes_that_nobody_answered_and_says_nothing_more(route, berit, county):
    registers.log_failed_contact(route, unit=unit("blekinge", "rb-bup"), by=berit)
    registers.log_failed_contact(route, unit=unit("blekinge", "rb-bup"), by=berit)  # the same click
    [found] = registers.routes_of(county)
    assert (found.failed, FailedContact.objects.get().tried_by_unit.key) == (1, "rb-bup")


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "lena", "cecilia", "disa", "ada"])
def test_it_is_noted_from_a_unit_where_one_works(route, cast, name):
    with pytest.raises(NotYours):
        registers.log_failed_contact(route, unit=unit("blekinge", "rb-bup"), by=getattr(cast, name))


def test_a_route_of_another_county_or_one_that_has_ended_is_not_noted(route, berit, maria, county_varmland):
    bup = unit("blekinge", "rb-bup")
    with pytest.raises(Invalid):
        registers.log_failed_contact(registers.routes_of(county_varmland).get(), unit=bup, by=berit)
    registers.end_route(route, by=maria)
    with pytest.raises(WrongState):
        registers.log_failed_contact(route, unit=bup, by=berit)


@pytest.mark.parametrize("name", ["anna", "bo", "berit", "cecilia", "ada"])
def test_only_the_units_manager_promises_how_it_is_reached(route, cast, name):
    with pytest.raises(NotYours):
        registers.write_route(route.organisation, name="Annan", by=getattr(cast, name))
    with pytest.raises(NotYours):
        registers.end_route(route, by=getattr(cast, name))


def test_two_routes_of_a_unit_have_different_names(route, maria):
    with pytest.raises(Invalid, match="redan en kontaktväg"):
        registers.write_route(route.organisation, name=route.name, by=maria)
    again = registers.write_route(route.organisation, name=route.name, hours="Vardagar 9–10", route=route, by=maria)
    assert again.pk != route.pk


def test_the_count_is_for_the_unit_and_for_the_bodies(route, cast, county):
    def sees(user):
        keys = registers.keys_of(user)
        return registers.sees_failures(keys, route, of_county=registers.counts_for(keys, county))

    assert [sees(u) for u in (cast.anna, cast.maria, cast.bo, cast.ada)] == [True] * 4
    assert [sees(u) for u in (cast.berit, cast.cecilia, cast.disa)] == [False] * 3


def test_who_no_longer_works_there_notes_nothing(route, berit):
    from orgs.models import OrganisationMembership

    end(OrganisationMembership.objects.get(user=berit), by=None)
    with pytest.raises(NotYours):
        registers.log_failed_contact(route, unit=unit("blekinge", "rb-bup"), by=berit)
    assert Deviation.objects.count() == 0
