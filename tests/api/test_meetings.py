"""Meetings in the API: read by those who read in the body, changed by those who handle there."""

import datetime
import json

import pytest

from deviations.models import AgendaItem, Decision, Meeting
from deviations.services import minutes
from tests.cast import unit
from tests.deviations.meeting_world import at, group, held, item_of, now, planned, running

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/meetings/"


@pytest.fixture
def send(client):
    def of(who, address, /, **body):
        client.force_login(who)
        return client.post(f"{ADDRESS}{address}", json.dumps(body, default=str), content_type="application/json")

    return of


@pytest.fixture
def read(client):
    def of(who, address="", **query):
        client.force_login(who)
        return client.get(f"{ADDRESS}{address}", query)

    return of


def test_those_of_the_body_list_and_read_its_meetings_and_nobody_else(read, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    assert [row["public_id"] for row in read(bo).json()] == [str(meeting.public_id)]
    found = read(bo, f"{meeting.public_id}/").json()
    assert [item["deviations"] for item in found["items"]] == [[], [str(deviation.public_id)], []]
    for name in ("anna", "berit", "cecilia", "lena", "disa", "ada"):
        assert read(getattr(cast, name)).json() == []
        assert read(getattr(cast, name), f"{meeting.public_id}/").status_code == 404


def test_the_list_is_narrowed_by_body_and_year(read, bo):
    meeting = planned(bo, 0)
    year = at(0).year
    assert [len(read(bo, **query).json()) for query in ({"body": group().pk}, {"body": 1}, {"year": year - 3})] == [
        1,
        0,
        0,
    ]
    assert read(bo, year="snart").status_code == 400
    assert now(meeting).status == "planned"


def test_a_meeting_from_planned_to_approved(send, cast, filing, bo):
    answer = send(bo, "", body=group().pk, starts_at=at(0).isoformat(), place="Rum 4")
    assert answer.status_code == 201
    meeting = Meeting.objects.get()
    item = send(bo, f"{meeting.public_id}/add_item/", title="Läget").json()["items"][0]
    assert send(bo, f"{meeting.public_id}/build_agenda/").status_code == 200
    assert send(bo, f"{meeting.public_id}/start_meeting/").json()["status"] == "running"
    said = send(bo, f"{meeting.public_id}/items/{item['id']}/record_decision/", verb="notes", text="Bra läge.")
    assert said.status_code == 200
    assert send(bo, f"{meeting.public_id}/end_meeting/").json()["status"] == "held"
    assert send(bo, f"{meeting.public_id}/approve_minutes/", diary_number="7").json()["diary_number"] == "7"


def test_a_decision_with_measures_is_recorded_and_a_stale_one_refused(send, cast, filing, bo):
    meeting, [deviation] = running(cast, filing)
    item = item_of(meeting, deviation)
    measure = {
        "owner": unit("blekinge", "rb-bup").pk, "text": "Adress", "sign": "De kommer",
        "due_on": at(30).date(), "check_on": at(60).date(),
    }  # fmt: skip
    address = f"{meeting.public_id}/items/{item.pk}/record_decision/"
    seen = item.sequence
    assert send(bo, address, verb="decides", text="Ja.", measures=[measure], seen=seen).status_code == 200
    assert AgendaItem.objects.get(pk=item.pk).measures[0]["text"] == "Adress"
    again = send(bo, address, verb="tables", seen=seen)
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    early = {**measure, "check_on": datetime.date(2020, 1, 1)}
    refused = send(bo, address, verb="decides", text="Ja.", measures=[early])
    assert [(fault["field"], fault["code"]) for fault in refused.json()["errors"]] == [
        ("measures.1.check_on", "too_early")
    ]


def test_the_minutes_are_a_draft_until_they_are_frozen(read, cast, filing, bo):
    meeting, deviation = held(cast, filing)
    draft = read(bo, f"{meeting.public_id}/minutes/").json()
    assert (draft["checksum"], draft["minutes"]["items"][1]["deviations"]) == ("", [deviation.reference])
    approved = minutes.approve_minutes(meeting, by=bo)
    frozen = read(bo, f"{meeting.public_id}/minutes/").json()
    assert frozen["checksum"] == minutes.checksum_of(frozen["minutes"]) == approved.checksum
    assert Decision.objects.count() == 1
