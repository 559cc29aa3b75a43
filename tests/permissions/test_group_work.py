"""What the groups' work must not tell: to those who read beside it, above it, below it, or in another county."""

import datetime
import json

import pytest
from django.test import Client
from django.utils import timezone

from deviations.errors import Invalid, WrongState
from deviations.models import Decision, Escalation
from deviations.services import (
    adopting,
    agenda,
    bodies,
    desk,
    escalating,
    handling,
    meetings,
    merging,
    minutes,
    planning,
    receivers,
    registers,
    working_groups,
)
from orgs.models import Agreement
from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.deviations import meeting_world
from tests.deviations.steering import received

SECRET = "Berguven skriver till LSVO."


@pytest.fixture
def lars(cast):
    """Coordinates LSVO."""
    user = person("lars", "Lars Larsson")
    grant(user, "coordinator", body("blekinge", "lsvo"), by=None)
    return user


@pytest.fixture
def lifted(cast, filing, lars):
    deviation = received(filing, cast)
    escalating.escalate(deviation, reason=SECRET, by=cast.bo)
    return now(deviation)


def now(row):
    return type(row).objects.get(pk=row.pk)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def page(user, deviation):
    return as_(user).get(f"/avvikelse/{deviation.public_id}/").content.decode()


def history(user, deviation):
    return as_(user).get(f"/api/v1/deviations/{deviation.public_id}/history/").json()["results"]


def post(user, address, **given):
    return as_(user).post(address, json.dumps(given), content_type="application/json")


# ── what the bodies write to each other ──────────────────────────────────────────────────────────────────────────────
def test_what_a_group_wrote_to_its_steering_body_stays_between_them(cast, lifted, lars):
    assert {who: SECRET in page(getattr(cast, who), lifted) for who in ("anna", "maria", "berit", "bo")} == {
        "anna": False, "maria": False, "berit": False, "bo": True,
    }  # fmt: skip
    told = {user.name: SECRET in str(history(user, lifted)) for user in (cast.anna, cast.maria, cast.berit, lars)}
    assert told == {"Anna Andersson": False, "Maria Mattsson": False, "Berit Bengtsson": False, "Lars Larsson": True}


def test_whoever_reads_a_bodys_reports_reads_nothing_of_what_it_writes_to_others(cast, lifted):
    grant(cast.anna, "body_reader", body("blekinge", "sg_barn_unga"), by=None)
    grant(cast.anna, "body_reader", body("blekinge", "lsvo"), by=None)
    assert SECRET not in page(cast.anna, lifted)
    assert SECRET not in str(history(cast.anna, lifted))


def test_why_a_principal_says_no_is_read_by_the_principals_and_in_the_bodies(cast, lifted, lars):
    karin = person("karin", "Karin Kull")
    principal = unit("blekinge", "1080-elevhalsan").principal
    grant(karin, "unit_manager", principal, by=None)
    [decision] = escalating.decide_escalation(Escalation.objects.get(), text="En gemensam rutin.", by=lars)
    [adoption] = adopting.ask_adoption(decision, principals=[principal], by=lars)
    adopting.answer_adoption(adoption, answer="declined", reason="Berguven saknar budget.", by=karin)
    told = [[e["data"] for e in history(user, lifted) if e["step"] == "answer_adoption"] for user in (lars, cast.berit)]
    assert ["reason" in data for [data] in told] == [True, False]
    pages = {
        user.name: "Berguven saknar budget." in page(user, lifted) for user in (lars, cast.bo, cast.berit, cast.anna)
    }
    assert pages == {"Lars Larsson": True, "Bo Berg": True, "Berit Bengtsson": False, "Anna Andersson": False}


def test_a_note_is_told_to_nobody_outside_the_body_that_has_it(cast, filed):
    handling.note(filed, text="Ring chefen.", by=cast.bo)
    said = {who: "anteckning" in page(getattr(cast, who), filed).casefold() for who in ("anna", "maria", "berit")}
    assert said == {"anna": False, "maria": False, "berit": False}
    assert "Nyss: Skrev en intern anteckning" in page(cast.bo, filed)


def test_who_stands_in_reads_its_own_notes_and_not_those_of_the_body_that_rests(cast, filed, lars):
    handling.note(filed, text="Gruppens egen.", by=cast.bo)
    bodies.rest(body("blekinge", "sg_barn_unga"), reason="Ingen samordnare i vår.", by=lars)
    receivers.attend_to_stand_ins()
    handling.note(filed, text="LSVO:s egen.", by=lars)
    notes = f"/api/v1/deviations/{filed.public_id}/notes/"
    found = {user.name: [n["text"] for n in as_(user).get(notes).json()] for user in (lars, cast.bo)}
    assert found == {"Lars Larsson": ["LSVO:s egen."], "Bo Berg": ["Gruppens egen."]}
    assert ("Gruppens egen." in page(lars, filed), "LSVO:s egen." in page(lars, filed)) == (False, True)
    receivers.take_back(filed, by=cast.bo)
    assert as_(lars).get(notes).status_code == 403


# ── other deviations ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_number_of_a_linked_one_is_told_to_those_who_read_that_one_too(cast, filing):
    vera = person("vera", "Vera Vik")
    grant(vera, "coordinator", body("blekinge", "sg_vuxna"), by=None)
    one, other = received(filing, cast), received(filing, cast)
    merging.link(one, other=other, reason="Samma mottagning.", by=cast.bo)
    linked = {"number": other.reference, "reason": "Samma mottagning."}
    assert [e["data"] for e in history(cast.bo, one) if e["step"] == "link"] == [linked]
    handling.hand_over(now(one), to=body("blekinge", "sg_vuxna"), reason="Vuxen.", by=cast.bo)
    for user in (vera, cast.anna, cast.berit):
        assert [e["data"] for e in history(user, one) if e["step"] == "link"] == [{}]
    assert other.reference not in page(vera, one)


def test_the_number_of_one_that_was_parted_is_still_told_to_those_who_read_it(cast, filing):
    one, other = received(filing, cast), received(filing, cast)
    merging.merge(one, into=other, by=cast.bo)
    merging.separate(now(one), by=cast.bo)
    parted = [e["data"] for e in history(cast.bo, other) if e["step"] in {"merged_here", "parted"}]
    assert parted == [{"number": one.reference}] * 2


# ── who handles what ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_which_person_handles_it_is_told_to_colleagues_only(cast, lifted, lars):
    desk.assign(lifted, to=cast.bo, by=cast.bo)
    member = person("moa", "Moa Malm")
    grant(member, "member", body("blekinge", "sg_barn_unga"), by=None)
    places = {cast.bo: "sg_barn_unga", member: "sg_barn_unga", lars: "lsvo"}
    for user, key in places.items():
        listed = as_(user).get(f"/arbetsbord/lista/?organ={key}").content.decode()
        assert lifted.reference in listed
        assert ("Bo<" in listed or "Bo\n" in listed or ">Bo" in listed) == (user == cast.bo), user
        narrowed = as_(user).get(f"/arbetsbord/lista/?organ={key}&tilldelad={cast.bo.pk}").content.decode()
        assert (lifted.reference in narrowed) == (user == cast.bo), user
    assert "Bo Berg" not in as_(member).get("/arbetsbord/?organ=sg_barn_unga").content.decode()


# ── the bodies' own work ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_draft_of_a_plan_is_its_own_bodys(cast, lars):
    group = body("blekinge", "sg_barn_unga")
    plan = planning.start_plan(group, title="Berguvens plan", from_year=timezone.localdate().year, by=cast.bo)
    planning.write_activity(plan, title="Uggleveckan", due_on=timezone.localdate(), by=cast.bo)

    def reads(user):
        seen = as_(user).get(f"/organ/blekinge/{group.key}/").content.decode()
        api = as_(user).get("/api/v1/plans/").json()
        return (
            as_(user).get(f"/plan/{plan.pk}/").status_code, as_(user).get(f"/api/v1/plans/{plan.pk}/").status_code,
            "Berguven" in seen, "Uggleveckan" in seen, len(api),
        )  # fmt: skip

    assert reads(cast.bo) == (200, 200, True, True, 1)
    assert reads(lars) == reads(cast.ada) == (404, 404, False, False, 0)
    planning.adopt_plan(plan, by=cast.bo)
    assert reads(lars)[:2] == (200, 200)


def test_what_is_lifted_is_answered_once_and_no_group_is_set_up_for_an_old_answer(cast, lifted, lars):
    first = Escalation.objects.get()
    escalating.return_escalated(first, text="Pröva själva.", by=lars)
    escalating.escalate(now(lifted), reason="Det gick inte.", by=cast.bo)
    ahead = timezone.localdate() + datetime.timedelta(days=90)
    with pytest.raises(WrongState, match="redan besvarat"):
        working_groups.set_up_group(now(first), name="G", task="En rutin.", members=["BUP"], due_on=ahead, by=lars)
    assert [now(first).status, first.working_groups.count()] == ["returned", 0]


def test_minutes_are_approved_though_what_was_lifted_has_been_answered_since(cast, lifted, lars):
    meeting = meeting_world.planned(lars, 0, body("blekinge", "lsvo"))
    agenda.build_agenda(meeting, by=lars)
    meetings.start_meeting(now(meeting), by=lars)
    item = meeting_world.item_of(meeting, lifted)
    minutes.record_decision(item, verb="decides", text="En gemensam rutin.", by=lars)
    meetings.end_meeting(now(meeting), by=lars)
    escalating.decide_escalation(Escalation.objects.get(), text="Brådskade.", by=lars)
    with pytest.raises(Invalid, match="redan besvarat") as refused:
        minutes.approve_minutes(now(meeting), by=lars)
    assert list(refused.value.fields) == ["leave_out"]
    approved = minutes.approve_minutes(now(meeting), leave_out=True, by=lars)
    left_out = [missed["reason"] for point in approved.minutes["items"] for missed in point["left_out"]]
    assert left_out == ["Ärendet är redan besvarat."]
    assert list(Decision.objects.values_list("text", flat=True)) == ["Brådskade."]


def test_minutes_that_are_fetched_as_a_file_are_kept_by_no_browser(cast):
    meeting = meeting_world.planned(cast.bo)
    for ending in ("docx", "pdf"):
        assert as_(cast.bo).get(f"/moten/{meeting.public_id}/protokoll.{ending}")["Cache-Control"] == "no-store"


# ── what is written ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("phone", ["20120314-2389", "120314-2389", "anna.andersson@example.se"])
def test_a_contact_route_has_no_persons_number_for_a_telephone(maria, phone):
    with pytest.raises(Invalid) as refused:
        registers.write_route(unit("blekinge", "1080-elevhalsan"), name="Telefonen", phone=phone, by=maria)
    assert list(refused.value.fields) == ["phone"]


@pytest.mark.parametrize(
    "phone", ["0455-30 30 00", "+46 455 30 30 00", "010-101 23 44", "1177", "0455-30 30 00, val 2"]
)
def test_a_telephone_number_is_one(maria, phone):
    assert registers.write_route(unit("blekinge", "1080-elevhalsan"), name="Telefonen", phone=phone, by=maria).pk


def test_a_saved_view_keeps_no_identity_in_what_was_searched_for(bo):
    group = body("blekinge", "sg_barn_unga")
    with pytest.raises(Invalid):
        desk.save_view(body=group, name="Min", query="organ=sg_barn_unga&q=20120314-2389", shared=True, by=bo)
    assert desk.save_view(body=group, name="Min", query="organ=sg_barn_unga&q=SIP", shared=True, by=bo).pk


def test_taking_a_step_for_none_is_refused_whatever_is_sent_with_it(bo):
    given = {"step": "assign", "deviations": [], "given": {"to": "bo@example.se"}}
    assert post(bo, "/api/v1/deviations/bulk/", **given).status_code == 400


def test_another_countys_agreement_is_as_unknown_as_none(maria):
    theirs = Agreement.objects.filter(county__slug="varmland").first()
    given = {"organisation": unit("blekinge", "1080-elevhalsan").pk, "known": True, "accepted": True, "applied": True}
    answers = [
        post(maria, f"/api/v1/agreements/{pk}/acknowledge/", **given).status_code for pk in (theirs.pk, 987_654_321)
    ]
    assert answers == [404, 404]
