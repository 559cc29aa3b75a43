"""What is lifted, set up, adopted and done, through the API."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.models import Deviation, Escalation
from deviations.services import adopting, deciding, escalating, working_groups
from orgs.permissions import grant
from tests.cast import body, unit
from tests.deviations.steering import holder, now, received


@pytest.fixture
def lars(cast):
    return holder("lars", "coordinator", body("blekinge", "lsvo"))


@pytest.fixture
def two(cast, filing):
    return [received(filing, cast) for _each in range(2)]


def day(ahead):
    return (timezone.localdate() + datetime.timedelta(days=ahead)).isoformat()


def test_from_a_pattern_to_a_decision_that_is_carried_out(as_, bo, lars, two, cecilia):
    given = {"title": "SIP", "summary": "Återkommer.", "kind": "pattern", "deviations": [str(d.public_id) for d in two]}
    assert as_(cecilia).post("/api/v1/escalations/", given).status_code == 400
    lifted = as_(bo).post("/api/v1/escalations/", given)
    assert lifted.status_code == 201, lifted.content
    address = f"/api/v1/escalations/{lifted.json()['public_id']}/"
    assert as_(cecilia).get(address).status_code == 404
    group = {"name": "SIP-gruppen", "task": "Rutin.", "members": ["BUP"], "due_on": day(60)}
    shown = as_(lars).post(f"{address}set_up_group/", group).json()
    assert (shown["status"], shown["working_groups"][0]["name"]) == ("working_group", "SIP-gruppen")
    told = f"/api/v1/working_groups/{shown['working_groups'][0]['public_id']}/"
    assert as_(lars).post(f"{told}report_group/", {"text": "Så här."}).json()["report"] == "Så här."
    assert as_(bo).post(f"{told}end_group/", {"text": "Klart."}).status_code == 403
    shown = as_(lars).post(f"{address}decide/", {"text": "En reserv finns alltid."}).json()
    assert (shown["status"], shown["answer"], shown["binding"]) == ("decided", "En reserv finns alltid.", True)
    assert as_(lars).post(f"{address}decide/", {"text": "Igen."}).json()["code"] == "wrong_state"
    assert shown["deviations"] == [str(d.public_id) for d in two]
    decision = two[0].decisions.get().pk
    asked = as_(lars).post(f"/api/v1/deviations/{two[0].public_id}/ask_adoption/", {"decision": decision})
    assert asked.status_code == 200, asked.content
    assert len(as_(bo).get(address).json()["adoptions"]) == 6


def test_a_principal_answers_by_a_system_of_its_own(as_, bo, two, system):
    root = unit("blekinge", "1080-elevhalsan").principal
    decision = deciding.decide(two[0], text="En reserv finns alltid.", by=bo)
    adopting.ask_adoption(decision, by=bo)
    answering = system("answer", organisation=root, by=holder("kent", "unit_manager", root))
    grant(answering.token.account, "investigator", root, by=None)
    [asked] = answering.client.get("/api/v1/adoptions/?answer=waiting").json()["results"]
    assert (asked["principal"]["name"], asked["decision"]) == ("Karlskrona kommun", "En reserv finns alltid.")
    address = f"/api/v1/adoptions/{asked['id']}/"
    refused = answering.client.post(f"{address}answer_adoption/", {"answer": "declined"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "reason")
    answer = answering.client.post(f"{address}answer_adoption/", {"answer": "adopted"})
    assert answer.json()["answer"] == "adopted"
    done = answering.client.post(f"{address}carry_out_adoption/", {"carried_out_on": day(0)})
    assert done.json()["carried_out_on"] == day(0)
    assert answering.client.get("/api/v1/measures/").status_code == 403


def test_measures_are_listed_for_those_who_see_the_deviation_a_page_at_a_time(as_, bo, cecilia, two):
    for deviation in two:
        deciding.decide(now(deviation), text="Ja.", by=bo)
        deciding.propose_measure(
            now(deviation), owner=unit("blekinge", "rb-bup"), text="Ny rutin.", sign="De kommer.", by=bo,
            due_on=timezone.localdate(), check_on=timezone.localdate(),
        )  # fmt: skip
    first = as_(bo).get("/api/v1/measures/?size=1&open=true").json()
    rest = as_(bo).get(f"/api/v1/measures/?size=1&before={first['next']}").json()
    assert [page["results"][0]["deviation"] for page in (first, rest)] == [str(d.public_id) for d in reversed(two)]
    assert rest["next"] is None
    assert as_(bo).get("/api/v1/measures/?effect=verified").json()["results"] == []
    assert as_(cecilia).get("/api/v1/measures/").json()["results"] == []
    assert as_(bo).get("/api/v1/measures/?efect=verified").json()["errors"][0]["code"] == "unknown_field"


@pytest.mark.parametrize("name", ["escalations", "measures", "adoptions", "working_groups"])
def test_a_list_costs_the_same_for_one_and_for_thirty(name, as_, bo, lars, cast, filing):
    who = holder("kent", "unit_manager", unit("blekinge", "1080-elevhalsan").principal) if name == "adoptions" else bo
    counts = []
    for many in (1, 29):
        for _each in range(many):
            make(name, received(filing, cast), bo, lars)
        as_(who).get(f"/api/v1/{name}/")
        with CaptureQueriesContext(connection) as captured:
            found = as_(who).get(f"/api/v1/{name}/").json()["results"]
        counts.append(len(captured))
    assert (len(found), counts[0]) == (30, counts[1])


def make(name, deviation, bo, lars):
    if name in ("escalations", "working_groups"):
        lifted = escalating.escalate(deviation, reason="Återkommer.", by=bo)
        if name == "working_groups":
            working_groups.set_up_group(
                lifted, name="G", task="T.", members=["BUP"], due_on=timezone.localdate(), by=lars
            )
        return
    decision = deciding.decide(deviation, text="Ja.", by=bo)
    if name == "adoptions":
        adopting.ask_adoption(decision, principals=[unit("blekinge", "1080-elevhalsan").principal], by=bo)
    else:
        deciding.propose_measure(
            now(deviation), owner=unit("blekinge", "rb-bup"), text="Ny rutin.", sign="De kommer.", by=bo,
            due_on=timezone.localdate(), check_on=timezone.localdate(),
        )  # fmt: skip


def test_one_that_is_not_seen_is_as_one_that_does_not_exist(as_, bo, two):
    unknown = "0e0e0e0e-0000-4000-8000-00000000beef"
    given = {"title": "SIP", "summary": "Ja.", "deviations": [str(two[0].public_id), unknown]}
    answer = as_(bo).post("/api/v1/escalations/", given)
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("deviations", "unknown")]
    assert not Escalation.objects.exists()
    assert Deviation.objects.get(pk=two[0].pk).sequence == 2
