"""Learning reports through the API: for those with the right, in numbers that point at nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations.services.filing import file
from orgs.permissions import grant
from tests.cast import body, count_now, person
from tests.reports.shelf import put
from tests.reports_content import content

REPORTS = "/api/v1/reports/"


@pytest.fixture
def report(cast):
    return put(body("blekinge", "lsvo"), content=content(), year=2022, code="S-2022-BL-07")


@pytest.fixture
def counted(cast, filing):
    """Seven about SIP and two about a referral, counted."""
    for n in range(9):
        file(filing(category="sip/called_party_absent" if n < 7 else "referral/returned"), by=cast.anna)
    count_now()


def numbers(key, county="blekinge"):
    return f"/api/v1/bodies/{body(county, key).pk}/numbers/"


def test_lsvos_reader_finds_the_published_report_and_reads_all_that_it_says(as_, lena, report):
    (listed,) = as_(lena).get(REPORTS).json()
    assert (listed["public_id"], listed["snapshot"]) == (str(report.public_id), "S-2022-BL-07")
    assert (listed["body"]["name"], listed["status"]) == ("Ledningssamverkan Vård och Omsorg", "approved")
    assert "content" not in listed
    read = as_(lena).get(f"{REPORTS}{report.public_id}/").json()
    assert read["content"] == content().data()
    assert read["checksum"] == content().checksum()


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit", "disa", "ada", "cecilia"])
def test_who_has_no_right_to_the_report_finds_none(as_, cast, report, name):
    client = as_(getattr(cast, name))
    assert client.get(REPORTS).json() == []
    assert client.get(f"{REPORTS}{report.public_id}/").status_code == 404


def test_a_draft_is_not_found(as_, lena, cast):
    draft = put(body("blekinge", "lsvo"), content=content(), status="draft")
    assert as_(lena).get(REPORTS).json() == []
    assert as_(lena).get(f"{REPORTS}{draft.public_id}/").status_code == 404


def test_many_reports_cost_as_much_as_one(as_, lena, report):
    client = as_(lena)
    client.get(REPORTS)
    with CaptureQueriesContext(connection) as one:
        client.get(REPORTS)
    for year in range(1990, 2019):
        put(body("blekinge", "lsvo"), year=year)
    with CaptureQueriesContext(connection) as thirty:
        assert len(client.get(REPORTS).json()) == 30
    assert len(one) == len(thirty)


def test_numbers_of_today_count_what_was_filed_and_hide_what_is_few(as_, bo, counted):
    found = as_(bo).get(numbers("sg_barn_unga")).json()
    assert (found["threshold"], found["body"]["name"]) == (5, "Samverkansgrupp Barn och unga")
    blocks = {block["id"]: block for section in found["content"]["sections"] for block in section["blocks"]}
    assert found["content"]["standfirst"].startswith("9 avvikelser")
    tables = [block.get("table", block) for block in blocks.values() if "Kategori" in block.get("title", "")]
    assert [(table["rows"], table["withheld"] != "") for table in tables] == [([], True)]
    assert found["content"]["snapshot"] == ""


@pytest.mark.parametrize("name", ["lena", "anna", "maria", "berit", "disa", "ada", "cecilia"])
def test_numbers_of_today_are_for_the_bodys_own_people(as_, cast, counted, name):
    assert as_(getattr(cast, name)).get(numbers("sg_barn_unga")).status_code == 404


def test_the_steering_bodys_people_see_a_groups_numbers_and_not_the_other_way(as_, bo, counted):
    chair = person("lars", "Lars Lund")
    grant(chair, "chair", body("blekinge", "lsvo"), by=None)
    assert as_(chair).get(numbers("sg_barn_unga")).status_code == 200
    assert as_(bo).get(numbers("lsvo")).status_code == 404


@pytest.mark.parametrize(("period", "status"), [("1999", 404), ("2026-01", 404), ("förra", 400), ("2026-1", 400)])
def test_a_period_that_is_not_offered_is_refused(as_, bo, counted, period, status):
    assert as_(bo).get(numbers("sg_barn_unga"), {"period": period}).status_code == status
