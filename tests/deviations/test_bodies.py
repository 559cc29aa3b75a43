"""A body rests and works again, says what it lacks, and shows what lies with it."""

import datetime

import pytest
from django.utils import timezone

from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import DiaryEntry, Meeting
from deviations.services import bodies, handling, receivers
from deviations.services.filing import file
from orgs.models import Mandate
from orgs.permissions import grant
from tests.cast import body, person


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


def test_whoever_administers_the_county_says_that_it_rests_and_the_diary_says_why(group, ada, filed):
    bodies.rest(group, reason="Samordnaren har slutat.", by=ada)
    group.refresh_from_db()
    assert group.dormant_since == timezone.localdate()
    with pytest.raises(WrongState, match="vilar redan"):
        bodies.rest(group, reason="Igen.", by=ada)
    bodies.resume(group, reason="En ny är på plats.", by=ada)
    with pytest.raises(WrongState, match="vilar inte"):
        bodies.resume(group, reason="Igen.", by=ada)
    assert list(DiaryEntry.objects.values_list("step", "data__reason")) == [
        ("rest", "Samordnaren har slutat."),
        ("resume", "En ny är på plats."),
    ]


def test_whoever_handles_in_the_body_above_says_it_too(group, cast):
    lars = person("lars", "Lars Larsson")
    grant(lars, "coordinator", body("blekinge", "lsvo"), by=None)
    bodies.rest(group, reason="Gruppen görs om.", by=lars)
    assert receivers.why_not(body("blekinge", "sg_barn_unga")) == "är vilande just nu"


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit", "lena", "cecilia", "disa"])
def test_nobody_else_says_it(group, cast, name):
    with pytest.raises(NotYours, match="styrande organet"):
        bodies.rest(group, reason="Vi orkar inte.", by=getattr(cast, name))


@pytest.mark.parametrize("reason", ["", "Ring 070-123 45 67."])
def test_it_needs_a_reason_without_identities(group, ada, reason):
    with pytest.raises(Invalid) as refused:
        bodies.rest(group, reason=reason, by=ada)
    assert list(refused.value.fields) == ["reason"]


def test_the_checklist_says_what_is_there_and_what_is_missing(group):
    assert [(c.name, c.done, c.words) for c in bodies.checklist(group)] == [
        ("members", True, "Någon kan ta emot avvikelser"),
        ("mandate", True, "Uppdraget gäller"),
        ("planned", False, "Inget kommande möte är planerat"),
        ("held", False, "Inget möte är hållet än"),
    ]
    now = timezone.now()
    Meeting.objects.create(body=group, starts_at=now + datetime.timedelta(days=7))
    Meeting.objects.create(body=group, starts_at=now - datetime.timedelta(days=7), status="held")
    assert [c.done for c in bodies.checklist(group)] == [True] * 4
    assert bodies.checklist(body("blekinge", "lsvo"))[0].words == "Organet saknar samordnare just nu"


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"status": "valid"}, None),
        ({"status": "missing"}, "saknas"),
        ({"status": "under_revision"}, "är under revidering"),
        ({"status": "valid", "valid_to": datetime.date(2020, 12, 31)}, "har gått ut"),
        ({"status": "valid", "valid_to": datetime.date(2199, 12, 31)}, None),
    ],
)
def test_what_a_mandate_lacks(fields, lacks):
    assert bodies.mandate_lacks(Mandate(**fields), timezone.localdate()) == lacks


def test_the_backlog_counts_what_is_open_and_what_another_receives(group, cast, filing):
    grant(person("lars", "Lars Larsson"), "coordinator", body("blekinge", "lsvo"), by=None)
    handling.receive(file(filing(), by=cast.anna), by=cast.bo)
    file(filing(), by=cast.anna)
    assert bodies.backlog(group) == bodies.Backlog(open=2, to_receive=1, late=0, stood_in=0)
    bodies.rest(group, reason="Vilar.", by=cast.ada)
    receivers.attend_to_stand_ins()
    assert bodies.backlog(group).stood_in == 2


@pytest.mark.parametrize(
    ("name", "sees"), [("bo", True), ("ada", True), ("anna", False), ("lena", False), ("cecilia", False)]
)
def test_a_bodys_work_is_read_by_its_members_those_above_and_administrators(group, cast, name, sees):
    assert (group in bodies.readable_bodies(getattr(cast, name))) == sees
