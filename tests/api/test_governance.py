"""A body's own work and the registers through the API."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.models import Duty
from deviations.services import duties, handling, planning, registers
from deviations.services.filing import file
from orgs.models import Agreement, ContactRoute
from orgs.permissions import grant
from tests.cast import body, person, unit

YEAR = timezone.localdate().year


def get(client, path, **query):
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


def test_the_yearly_wheel_is_read_and_a_duty_finished(as_, bo, group, county_blekinge):
    duties.make_duties(county_blekinge, YEAR)
    found = get(as_(bo), "duties/", body=group.pk)
    assert [(d["kind"], d["done_on"]) for d in found] == [("report", None), ("meeting", None)]
    address = f"/api/v1/duties/{found[0]['id']}/finish/"
    assert as_(bo).post(address, {"evidence": ""}).status_code == 400
    assert as_(bo).post(address, {"evidence": "Dnr 17"}).json()["evidence"] == "Dnr 17"
    assert as_(bo).post(address, {"evidence": "Dnr 17"}).status_code == 409


def test_a_plan_is_read_with_its_activities(as_, bo, group):
    plan = planning.start_plan(group, title="Vår plan", from_year=YEAR, by=bo)
    planning.write_activity(plan, title="SIP-utbildning", due_on=datetime.date(YEAR - 1, 1, 1), by=bo)
    [listed] = get(as_(bo), "plans/")
    assert (listed["title"], listed["standing"]) == ("Vår plan", {"activities": 1, "done": 0, "late": 1})
    [activity] = get(as_(bo), f"plans/{plan.pk}/")["activities"]
    assert (activity["title"], activity["late"]) == ("SIP-utbildning", True)


def test_lists_cost_the_same_for_one_and_for_thirty(as_, bo, group, maria):
    def cost(path, **query):
        with CaptureQueriesContext(connection) as captured:
            get(as_(bo), path, **query)
        return len(captured)

    def one(n):
        plan = planning.start_plan(group, title=f"Plan {n}", from_year=YEAR, by=bo)
        planning.write_activity(plan, title="En", due_on=datetime.date(YEAR, 1, 1), by=bo)
        duties.add_duty(group, title=f"Egen {n}", due_on=datetime.date(YEAR, 5, 1), by=bo)
        registers.write_route(unit("blekinge", "1080-elevhalsan"), name=f"Väg {n}", by=maria)

    lists = (("plans/", {}), ("duties/", {}), ("contact_routes/", {"county": "blekinge"}))
    one(0)
    before = [cost(path, **query) for path, query in lists]
    for n in range(1, 30):
        one(n)
    assert [cost(path, **query) for path, query in lists] == before


def test_agreements_come_with_what_still_rests_on_them(as_, bo, filed):
    first = get(as_(bo), "agreements/states/", county="blekinge")[0]
    assert (first["key"], first["status"], first["cited_after"], first["few"]) == ("lansavtal", "expired", 1, False)


def test_registers_of_another_county_are_not_found(as_, bo):
    for path in ("agreements/states/", "contact_routes/"):
        assert as_(bo).get(f"/api/v1/{path}", {"county": "varmland"}).status_code == 404
        assert as_(bo).get(f"/api/v1/{path}").status_code == 400


def test_a_unit_answers_about_an_agreement(as_, maria, bo):
    agreement = Agreement.objects.get(county__slug="blekinge", key="lansavtal")
    given = {
        "organisation": unit("blekinge", "1080-elevhalsan").pk, "known": True, "accepted": True, "applied": True,
    }  # fmt: skip
    address = f"/api/v1/agreements/{agreement.pk}/acknowledge/"
    assert as_(maria).post(address, given).status_code == 201
    assert as_(bo).post(address, given).status_code == 403


def test_nobody_answered_is_noted_and_counted_for_the_unit(as_, berit, maria):
    route = registers.write_route(unit("blekinge", "1080-elevhalsan"), name="Telefonen", by=maria)
    address = f"/api/v1/contact_routes/{route.pk}/nobody_answered/"
    assert as_(berit).post(address, {"organisation": unit("blekinge", "rb-bup").pk}).status_code == 201
    assert [r["failed"] for r in get(as_(maria), "contact_routes/", county="blekinge")] == [1]
    assert [r["failed"] for r in get(as_(berit), "contact_routes/", county="blekinge")] == [None]
    assert ContactRoute.objects.get(pk=route.pk).failures.count() == 1


def test_a_body_rests_and_works_again(as_, ada, bo, group):
    for step, status in (("rest", 200), ("rest", 409), ("resume", 200)):
        answer = as_(ada).post(f"/api/v1/bodies/{group.pk}/{step}/", {"reason": "Samordnaren har slutat."})
        assert answer.status_code == status
    assert as_(bo).post(f"/api/v1/bodies/{group.pk}/rest/", {"reason": "Vi vilar."}).status_code == 403


def test_what_another_body_receives_is_taken_back(as_, cast, filing):
    deviation = file(filing(age=40), by=cast.anna)
    handling.receive(deviation, by=cast.bo)
    vera = person("vera", "Vera Vik")
    grant(vera, "coordinator", body("blekinge", "sg_vuxna"), by=None)
    address = f"/api/v1/deviations/{deviation.public_id}/take_back/"
    assert as_(cast.bo).post(address).status_code == 403
    assert as_(vera).post(address).json()["state"] == "received"
    assert as_(vera).post(address).status_code == 409
    assert Duty.objects.count() == 0
