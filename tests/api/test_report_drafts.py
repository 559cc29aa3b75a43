"""Writing learning reports through the API: the same services as the pages, and what was read is what is approved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations import clock
from deviations.models import LearningReport
from deviations.reports import making
from orgs.permissions import grant
from tests.cast import body
from tests.reports.shelf import put
from tests.reports.year import AFTER, year

__all__ = ["year"]

DRAFTS = "/api/v1/report_drafts/"


@pytest.fixture(autouse=True)
def in_january(cast):
    with clock.at(AFTER):
        yield


@pytest.fixture
def begun(as_, bo):
    group = body("blekinge", "sg_barn_unga")
    answer = as_(bo).post(f"/api/v1/bodies/{group.pk}/report_drafts/", {"template": "group_year", "period": "2025"})
    assert answer.status_code == 201
    return answer.json()


def of(draft, step=""):
    return f"{DRAFTS}{draft['public_id']}/{step}"


def test_a_report_is_begun_counted_written_read_and_approved(as_, bo, year, begun):
    client = as_(bo)
    assert (begun["status"], begun["numbers"], begun["preview"]) == ("draft", "waiting", None)
    making.make_due()
    written = client.post(of(begun, "write_report/"), {"title": "Vårt år", "text": {"comment": "Ett bra år."}}).json()
    assert (written["numbers"], written["progress"], written["text"]) == ("ready", 100, {"comment": "Ett bra år."})
    assert written["preview"]["title"] == "Vårt år"
    refused = client.post(of(begun, "approve_report/"), {"seen": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    approved = client.post(of(begun, "approve_report/"), {"seen": written["checksum"]}).json()
    assert (approved["status"], approved["checksum"], approved["preview"]) == ("approved", written["checksum"], None)
    assert [(copy["to"], copy["opened_at"]) for copy in approved["copies"]] == [
        ("Ledningssamverkan Vård och Omsorg", None)
    ]
    revised = client.post(of(begun, "revise_report/"), {"reason": "Ett tal var fel."}).json()
    assert (revised["revision"], revised["status"]) == (2, "draft")
    assert client.post(of(revised, "discard_report/")).json()["status"] == "discarded"


def test_the_author_sees_when_a_copy_was_opened_and_not_by_whom(as_, bo, lena, year, begun):
    making.make_due()
    read = as_(bo).get(of(begun)).json()
    as_(bo).post(of(begun, "approve_report/"), {"seen": read["checksum"]})
    as_(bo).get(f"/api/v1/reports/{begun['public_id']}/")  # the author's own reading is none
    assert as_(bo).get(of(begun)).json()["copies"][0]["opened_at"] is None
    as_(lena).get(f"/api/v1/reports/{begun['public_id']}/")
    [copy] = as_(bo).get(of(begun)).json()["copies"]
    assert (copy["opened_at"][:10], set(copy)) == ("2026-01-12", {"to", "opened_at", "diary_number"})
    with clock.at(AFTER.replace(day=20)):
        as_(lena).get(f"/api/v1/reports/{begun['public_id']}/")
    assert as_(bo).get(of(begun)).json()["copies"] == [copy]


@pytest.mark.parametrize("address", ["", "files/json/", "files/pdf/"])
def test_a_system_that_fetches_the_copy_has_not_opened_it_and_a_person_who_does_has(
    as_, bo, lena, cast, system, year, begun, address
):
    making.make_due()
    as_(bo).post(of(begun, "approve_report/"), {"seen": as_(bo).get(of(begun)).json()["checksum"]})
    fetching = system("reports")
    grant(fetching.token.account, "body_reader", body("blekinge", "lsvo"), by=None)
    wanted = f"/api/v1/reports/{begun['public_id']}/{address}"
    assert fetching.client.get(wanted).status_code == 200
    assert [copy["opened_at"] for copy in as_(bo).get(of(begun)).json()["copies"]] == [None]
    assert as_(lena).get(wanted).status_code == 200
    assert [copy["opened_at"] is None for copy in as_(bo).get(of(begun)).json()["copies"]] == [False]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ({"comment": "Ring 070-123 45 67."}, "comment"),
        ({"summary": "Den här mallen har ingen sammanfattning."}, "summary"),
        ({"annat": "?"}, "annat"),
    ],
)
def test_words_that_point_at_a_person_or_that_the_report_has_no_place_for_are_refused(as_, bo, begun, text, field):
    refused = as_(bo).post(of(begun, "write_report/"), {"title": "Året", "text": text})
    assert refused.status_code == 400
    assert field in str(refused.json())
    assert LearningReport.objects.get().text == {}


@pytest.mark.parametrize("period", ["2026", "2025-04", "0000", "2025-13"])
def test_a_period_that_is_not_the_reports_is_refused(as_, bo, period):
    group = body("blekinge", "sg_barn_unga")
    given = {"template": "group_year", "period": period}
    assert as_(bo).post(f"/api/v1/bodies/{group.pk}/report_drafts/", given).status_code == 400


def test_many_drafts_cost_as_much_as_one(as_, bo):
    group, client = body("blekinge", "sg_barn_unga"), as_(bo)
    put(group, year=1990)
    client.get(DRAFTS)
    with CaptureQueriesContext(connection) as one:
        client.get(DRAFTS)
    for number in range(1991, 2020):
        put(group, year=number)
    with CaptureQueriesContext(connection) as thirty:
        assert len(client.get(DRAFTS).json()) == 30
    assert len(one) == len(thirty)
