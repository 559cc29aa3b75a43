"""Nothing stops when a body does not work: who stands in, until when, and that accountability stays."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from deviations import stand_in
from deviations.errors import NotYours, WrongState
from deviations.history import verify
from deviations.models import Delivery, Deviation, Party
from deviations.services import handling, receivers
from deviations.services.delivery import stuck
from deviations.services.filing import file
from deviations.stand_in import Ladder, stand_in_for
from orgs.models import Body, BodyMembership
from orgs.permissions import end, grant
from orgs.profiles import loader, references
from tests.cast import body, person

KEYS = ["a", "b", "c", "d", "e", "f"]
bodies = st.sampled_from(KEYS)
ladders = st.builds(Ladder, st.dictionaries(bodies, st.lists(bodies, max_size=3)), st.permutations(KEYS))


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@given(bodies, ladders, st.sets(bodies), st.sets(bodies))
def test_there_is_a_stand_in_exactly_when_another_body_works(asked, ladder, working, not_first):
    found = stand_in_for(asked, ladder, working, not_first=not_first)
    others = working - {asked}
    assert (found is None) == (not others)
    assert found is None or found in others


@given(bodies, ladders, st.sets(bodies, min_size=1), st.sets(bodies))
def test_who_has_given_it_away_is_asked_last(asked, ladder, working, gave_away):
    found = stand_in_for(asked, ladder, working, not_first=gave_away)
    assert found not in gave_away or working - {asked} <= gave_away


@given(bodies, ladders)
def test_every_other_body_is_asked_once_also_when_they_point_at_each_other(asked, ladder):
    assert sorted(ladder.after(asked)) == sorted(set(KEYS) - {asked})


@pytest.mark.parametrize("slug", ["blekinge", "varmland", "jamtland-harjedalen"])
def test_in_every_county_the_body_above_stands_in_when_the_profile_says_nothing(slug):
    profile = loader.shipped(slug)
    ladder = stand_in.ladder_of(profile)
    everyone = {each.id for each in profile.bodies}
    for each in profile.bodies:
        expected = each.fallback or (each.steering[0] if each.steering else None)
        if expected:
            assert stand_in_for(each.id, ladder, everyone) == expected


def test_the_county_may_name_another_one():
    profile = loader.shipped("blekinge")
    named = [b.model_copy(update={"fallback": "sg_vuxna"}) if b.id == "sg_aldre" else b for b in profile.bodies]
    ladder = stand_in.ladder_of(profile.model_copy(update={"bodies": tuple(named)}))
    assert stand_in_for("sg_aldre", ladder, {"lsvo", "sg_vuxna"}) == "sg_vuxna"


@pytest.mark.parametrize("fallback", ["finns_inte", "sg_aldre"])
def test_a_profile_that_names_a_body_that_cannot_is_refused(fallback):
    profile = loader.shipped("blekinge")
    named = [b.model_copy(update={"fallback": fallback}) if b.id == "sg_aldre" else b for b in profile.bodies]
    [fault] = references.check(profile.model_copy(update={"bodies": tuple(named)}))
    assert str(fault) == f"bodies/sg_aldre/fallback: {fallback} kan inte ta emot i stället för Samverkansgrupp Äldre"


# ── when it comes ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def lars(cast):
    """Coordinates LSVO."""
    user = person("lars", "Lars Larsson")
    grant(user, "coordinator", body("blekinge", "lsvo"), by=None)
    return user


@pytest.fixture
def for_adults(cast, lars, filing):
    """Samverkansgrupp Vuxna has no coordinator: LSVO receives."""
    return file(filing(age=40), by=cast.anna)


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def roles(deviation):
    """Which bodies, in which role."""
    return {(p.role, p.body.key) for p in deviation.parties.exclude(body=None).select_related("body")}


def told(deviation):
    return list(deviation.history.order_by("sequence").values_list("step", flat=True))


def test_a_vacant_body_stays_accountable_and_the_body_above_receives(for_adults, lars):
    assert roles(for_adults) == {("accountable", "sg_vuxna"), ("stand_in", "lsvo")}
    assert now(for_adults).accountable_body.key == "sg_vuxna"
    assert told(for_adults) == ["submit", "stand_in"]
    assert for_adults.history.get(step="stand_in").data == {
        "body": "sg_vuxna",
        "body_shown": "Samverkansgrupp Vuxna",
        "because": "saknar samordnare just nu",
        "to": "lsvo",
        "shown_as": "Ledningssamverkan Vård och Omsorg",
    }
    assert set(for_adults.deliveries.values_list("body__key", flat=True)) == {"sg_vuxna", "lsvo"}
    handling.receive(for_adults, by=lars)
    assert now(for_adults).state == "received"
    assert not Delivery.objects.filter(deviation=for_adults, seen_at=None, ended_at=None).exists()
    assert verify(now(for_adults)) is None


def test_a_working_body_needs_no_one(filed, lars):
    assert roles(filed) == {("accountable", "sg_barn_unga")}
    assert told(filed) == ["submit"]


def test_a_resting_body_gets_a_stand_in_though_it_has_a_coordinator(cast, lars, filing):
    Body.objects.filter(key="sg_barn_unga").update(dormant_since="2026-01-01")
    deviation = file(filing(), by=cast.anna)
    assert roles(deviation) == {("accountable", "sg_barn_unga"), ("stand_in", "lsvo")}
    assert deviation.history.get(step="stand_in").data["because"] == "är vilande just nu"


def test_what_is_handed_over_to_a_vacant_body_does_not_come_back_while_another_works(cast, lars, filed):
    handling.hand_over(filed, to=body("blekinge", "sg_vuxna"), reason="Personen har fyllt 19.", by=cast.bo)
    assert roles(filed) == {("former", "sg_barn_unga"), ("accountable", "sg_vuxna"), ("stand_in", "lsvo")}
    assert told(filed) == ["submit", "hand_over", "stand_in"]


def test_who_stands_in_may_hand_over_too_and_reads_on(cast, lars, for_adults):
    handling.decline(
        for_adults, reason="not_ours", comment="Hör till barn och unga.", to=body("blekinge", "sg_barn_unga"), by=lars
    )
    assert roles(for_adults) == {("former", "sg_vuxna"), ("former", "lsvo"), ("accountable", "sg_barn_unga")}


def test_who_stands_in_says_whom_it_belongs_to_when_declining(for_adults, lars):
    with pytest.raises(Exception, match="Ange vem det hör till"):
        handling.decline(for_adults, reason="not_ours", comment="Inte vårt.", by=lars)


def test_nobody_works_in_the_county_and_its_administrator_is_alarmed_at_once(cast, filing):
    end(BodyMembership.objects.get(user=cast.bo), by=None)
    deviation = file(filing(age=40), by=cast.anna)
    assert told(deviation) == ["submit", "nobody_receives"]
    assert [d.deviation_id for d in stuck(cast.ada)] == [deviation.pk]
    assert receivers.attend_to_stand_ins() == 0


@pytest.mark.parametrize("age", [None, 14, 40, 80])
def test_no_deviation_is_without_someone_who_can_receive_it(cast, filing, age):
    """Only Bo's group works; everything in the county is received by somebody all the same."""
    deviation = file(filing(age=age), by=cast.anna)
    handling.receive(deviation, by=cast.bo)
    assert now(deviation).state == "received"


# ── when it changes ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def vera(cast):
    """About to coordinate Samverkansgrupp Vuxna."""
    return person("vera", "Vera Vik")


def begins(user):
    return grant(user, "coordinator", body("blekinge", "sg_vuxna"), by=None)


def test_what_nobody_has_begun_goes_back_when_the_body_works_again(for_adults, vera):
    begins(vera)
    assert receivers.attend_to_stand_ins() == 1
    assert receivers.attend_to_stand_ins() == 0
    assert roles(for_adults) == {("accountable", "sg_vuxna")}
    assert told(for_adults)[-1] == "stand_in_ended"
    handling.receive(for_adults, by=vera)


def test_what_has_begun_stays_until_the_body_takes_over(for_adults, lars, vera, cast):
    handling.receive(for_adults, by=lars)
    with pytest.raises(NotYours):
        receivers.take_back(for_adults, by=lars)
    begins(vera)
    assert receivers.attend_to_stand_ins() == 0
    receivers.take_back(for_adults, by=vera)
    assert roles(for_adults) == {("accountable", "sg_vuxna"), ("former", "lsvo")}
    assert (told(for_adults)[-1], now(for_adults).state) == ("take_back", "received")
    with pytest.raises(WrongState):
        receivers.take_back(for_adults, by=vera)


def test_a_body_that_loses_its_coordinator_gets_a_stand_in_for_what_is_open(filed, cast, lars):
    handling.receive(filed, by=cast.bo)
    end(BodyMembership.objects.get(user=cast.bo), by=None)
    assert receivers.attend_to_stand_ins() == 1
    assert receivers.attend_to_stand_ins() == 0
    assert roles(filed) == {("accountable", "sg_barn_unga"), ("stand_in", "lsvo")}


def test_a_stand_in_that_stops_working_is_followed_by_another(for_adults, cast, lars):
    end(BodyMembership.objects.get(user=lars), by=None)
    assert receivers.attend_to_stand_ins() == 1
    assert roles(for_adults) == {("accountable", "sg_vuxna"), ("former", "lsvo"), ("stand_in", "sg_barn_unga")}


def test_with_nothing_to_do_the_job_looks_four_times_whatever_there_is(cast, filing):
    for _n in range(5):
        file(filing(), by=cast.anna)
    with CaptureQueriesContext(connection) as captured:
        assert receivers.attend_to_stand_ins() == 0
    assert len(captured) == 4


def test_the_party_row_reads_as_the_table_of_roles_says(for_adults, lars):
    row = for_adults.parties.get(role=Party.Role.STAND_IN)
    assert (row.shown_as, row.filed_at) == ("Ledningssamverkan Vård och Omsorg", for_adults.filed_at)
    assert list(Deviation.objects.visible_to(lars)) == [for_adults]
