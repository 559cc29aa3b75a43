"""Learning reports through the API: for those with the right, in numbers that point at nobody."""

import pytest

from deviations import clock
from deviations.learning.refresh import refresh
from deviations.services.filing import file
from tests.cast import body

REPORTS = "/api/v1/reports/"


@pytest.fixture
def counted(cast, filing):
    """Seven about SIP and one about a phone line, counted."""
    for n in range(8):
        file(filing(category="contact/phone_line" if n == 7 else "sip", local_reference=""), by=cast.anna)
    refresh()


def test_lsvos_reader_finds_the_reports_of_lsvo_and_of_what_it_steers(as_, lena, counted):
    found = as_(lena).get(REPORTS).json()
    assert {"Ledningssamverkan Vård och Omsorg", "Samverkansgrupp Barn och unga"} <= {r["body"]["name"] for r in found}
    assert all(r["periods"][0]["year"] is None for r in found)


def test_the_report_counts_what_was_filed_and_hides_what_is_few(as_, lena, counted):
    report = as_(lena).get(f"{REPORTS}{body('blekinge', 'lsvo').pk}/")
    assert report.status_code == 200
    assert (report.json()["threshold"], report.json()["figures"][0]["number"]) == (5, "8")
    tables = {table["id"]: table for table in report.json()["tables"]}
    assert (tables["kategorier"]["rows"], tables["kategorier"]["withheld"] != "") == ([], True)
    cells = [cell for table in tables.values() for row in table["rows"] for cell in row]
    assert {cell["text"] for cell in cells if cell["mark"] == "number"} == {"0", "8"}


def test_the_series_has_its_median_and_what_the_rule_says_of_it(as_, lena, counted):
    series = as_(lena).get(f"{REPORTS}{body('blekinge', 'lsvo').pk}/").json()["series"]
    assert (series["median"], series["pattern"]) == (None, "För få månader för att säga något om mönster.")


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "disa", "ada"])
def test_who_has_no_right_to_reports_finds_none(as_, cast, counted, name):
    client = as_(getattr(cast, name))
    assert client.get(REPORTS).json() == []
    assert client.get(f"{REPORTS}{body('blekinge', 'lsvo').pk}/").status_code == 404


def test_cecilia_reads_no_report_of_another_county(as_, cecilia, counted):
    assert {r["body"]["name"] for r in as_(cecilia).get(REPORTS).json()} == {"Samverkansgrupp Barnalivet"}
    assert as_(cecilia).get(f"{REPORTS}{body('blekinge', 'sg_barn_unga').pk}/").status_code == 404


def test_a_year_that_has_not_ended_is_not_found(as_, lena, counted):
    address = f"{REPORTS}{body('blekinge', 'lsvo').pk}/"
    assert as_(lena).get(address, {"year": clock.today().year}).status_code == 404
    assert as_(lena).get(address, {"year": "förra"}).status_code == 400
