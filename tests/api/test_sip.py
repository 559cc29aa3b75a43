"""SIP counts through the API: written, corrected, read from a file, and never anything about a person."""

import base64
import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.models import SipCount
from deviations.services import sip
from tests.cast import unit

FILE = "Månad;Målgrupp;Nya;Genomförda möten\n2026-03;Barn och unga;10;12\n2026-04;Barn och unga;9;9\n"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def march(cast):
    return {
        "principal": unit("blekinge", "karlskrona").pk, "month": "2026-03", "target_group": "barn_unga", "new": 10,
        "called": 13, "absent": 3, "conducted": 12, "days_to_start": 190,
        "attendance": [{"party": unit("blekinge", "rb-bup").pk, "called": 12, "came": 9}],
        "quality": [{"point": "goal", "met": 8, "of": 10}],
    }  # fmt: skip


def as_file(cast, text=FILE, **changes):
    content = base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()
    karlskrona = unit("blekinge", "karlskrona").pk
    return {"principal": karlskrona, "source": "Treserva", "file_name": "sip.csv", "content": content, **changes}


def test_a_months_counts_are_written_and_read_back(as_, maria, march):
    answer = as_(maria).post("/api/v1/sip_counts/", march)
    assert answer.status_code == 201
    [listed] = as_(maria).get("/api/v1/sip_counts/").json()
    assert listed == answer.json()
    assert {name: listed[name] for name in ("month", "new", "absent", "days_to_start", "source")} == {
        "month": "2026-03", "new": 10, "absent": 3, "days_to_start": 190, "source": "",
    }  # fmt: skip
    assert [(each["party"]["id"], each["called"], each["came"]) for each in listed["attendance"]] == [
        (unit("blekinge", "rb-bup").pk, 12, 9)
    ]


def test_a_correction_replaces_and_the_same_again_changes_nothing(as_, maria, march):
    first = as_(maria).post("/api/v1/sip_counts/", march).json()
    assert as_(maria).post("/api/v1/sip_counts/", march).json()["id"] == first["id"]
    assert as_(maria).post("/api/v1/sip_counts/", {**march, "new": 11}).json()["id"] != first["id"]
    assert [row["new"] for row in as_(maria).get("/api/v1/sip_counts/").json()] == [11]


def test_every_fault_is_told_at_its_field(as_, maria, march):
    answer = as_(maria).post("/api/v1/sip_counts/", {**march, "absent": 14, "target_group": "ingen"})
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json()["errors"]} == {"absent", "target_group"}


def test_a_field_about_a_person_is_not_known(as_, maria, march):
    answer = as_(maria).post("/api/v1/sip_counts/", {**march, "personnummer": "191212121212"})
    assert answer.status_code == 400
    assert "191212121212" not in answer.content.decode()


def test_a_file_is_looked_over_and_then_read(as_, maria, cast):
    dry = as_(maria).post("/api/v1/sip_counts/import/", as_file(cast, dry_run=True))
    assert (dry.status_code, dry.json()["changes"], SipCount.objects.count()) == (200, 2, 0)
    read = as_(maria).post("/api/v1/sip_counts/import/", as_file(cast))
    assert (read.status_code, read.json()["rows"], SipCount.objects.count()) == (201, 2, 2)
    again = as_(maria).post("/api/v1/sip_counts/import/", as_file(cast)).json()
    assert (again["earlier"], again["changes"], again["same"], SipCount.objects.count()) == (True, 0, 2, 2)


def test_a_file_with_faults_is_refused_whole_with_each_of_them(as_, maria, cast):
    answer = as_(maria).post("/api/v1/sip_counts/import/", as_file(cast, FILE + "2026-13;ingen;1;1\n"))
    assert answer.status_code == 400
    assert [each["message"] for each in answer.json()["errors"]] == [
        "Rad 4, Månad: skriv månaden som 2026-03.",
        "Rad 4, Målgrupp: målgruppen finns inte i länets profil.",
    ]
    assert SipCount.objects.count() == 0


def test_a_file_that_points_at_a_person_is_refused_and_not_repeated(as_, maria, cast):
    answer = as_(maria).post("/api/v1/sip_counts/import/", as_file(cast, FILE + "2026-05;19121212-1212;1;1\n"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "identity")
    assert "1212-1212" not in answer.content.decode()


def test_what_is_not_base64_is_refused(as_, maria, cast):
    answer = as_(maria).post("/api/v1/sip_counts/import/", {**as_file(cast), "content": "inte base64!"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_base64")


def test_a_system_writes_where_its_organisation_answers_and_nowhere_else(system, march):
    writes = system("answer").client
    assert writes.post("/api/v1/sip_counts/", march).status_code == 201
    region = unit("blekinge", "region-blekinge").pk
    assert writes.post("/api/v1/sip_counts/", {**march, "principal": region}).status_code == 403
    assert system("read").client.post("/api/v1/sip_counts/", march).status_code == 403
    assert len(system("read").client.get("/api/v1/sip_counts/").json()) == 1


def test_the_overview_says_who_has_counted_and_hides_what_is_small(as_, maria, bo, march):
    as_(maria).post("/api/v1/sip_counts/", march)
    mine = as_(maria).get("/api/v1/sip_counts/overview/", {"county": "blekinge"}).json()
    [row] = mine["rows"]
    assert [month["month"] for month in row["months"] if month["counted"]] == ["2026-03"]
    assert mine["totals"] == []
    theirs = as_(bo).get("/api/v1/sip_counts/overview/", {"county": "blekinge"}).json()
    assert len(theirs["rows"]) == 6
    assert theirs["totals"][2] == {"month": "2026-03", "new": None, "conducted": None, "called": None, "absent": None}


def test_as_many_questions_for_one_row_as_for_thirty(as_, maria, march):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert as_(maria).get("/api/v1/sip_counts/").status_code == 200
        return len(captured)

    as_(maria).post("/api/v1/sip_counts/", march)
    cost()
    one = cost()
    for group in ("barn_unga", "vuxna", "aldre"):
        for month in range(1, 11):
            as_(maria).post("/api/v1/sip_counts/", {**march, "target_group": group, "month": f"2026-{month:02}"})
    assert sip.visible_counts(maria).count() == 30
    assert cost() == one
