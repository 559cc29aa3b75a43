"""Process measures and recommendations through the API."""

import pytest

from deviations import clock
from deviations.audits.loading import load_audits
from deviations.models import Recommendation
from deviations.services import process
from orgs.permissions import grant
from tests.cast import body, person


@pytest.fixture
def measure(bo):
    return process.begin_measure(
        body("blekinge", "sg_barn_unga"), name="Bedömning i tid", target=80, statutory_limit=100, by=bo
    )


@pytest.fixture
def given(measure):
    span = process.ended_spans(measure, today=clock.today())[0]
    return {"first_month": span.first.isoformat(), "last_month": span.last.isoformat(), "source": "Stratsys"}


def post(client, who, address, sent):
    client.force_login(who)
    return client.post(f"/api/v1/{address}", sent, content_type="application/json")


def test_a_value_is_written_and_read_with_target_and_law(client, bo, measure, given):
    answer = post(client, bo, f"process_measures/{measure.public_id}/values/", {**given, "value": 82})
    assert answer.status_code == 200
    [read] = client.get("/api/v1/process_measures/").json()
    [value] = read["values"]
    assert (read["target"], read["statutory_limit"]) == (80, 100)
    assert (value["value"], value["meets_target"], value["within_law"]) == (82, True, False)
    assert value["words"] == "Lagens gräns bryts, fast målet nås."


def test_a_refusal_names_the_field(client, bo, measure, given):
    answer = post(client, bo, f"process_measures/{measure.public_id}/values/", {**given, "value": 120})
    assert answer.status_code == 400
    assert "Skriv en andel mellan 0 och 100." in answer.content.decode()


def test_a_status_is_added(client, county_blekinge):
    load_audits(county_blekinge)
    lars = person("lars", "Lars Larsson")
    grant(lars, "coordinator", body("blekinge", "lsvo"), by=None)
    second = Recommendation.objects.get(number="2")
    address = f"recommendations/{second.public_id}/statuses/"
    answer = post(client, lars, address, {"status": "partly", "evidence": "Dnr 7"})
    assert (answer.status_code, answer.json()["status"]) == (200, "partly")
    found = client.get("/api/v1/recommendations/").json()
    assert [(each["number"], each["status"], each["wording"]) for each in found] == [
        ("2", "partly", "summarised"), ("§5 a", None, "summarised"), ("§5 b", None, "summarised"),
    ]  # fmt: skip
