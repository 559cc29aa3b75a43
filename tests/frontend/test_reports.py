"""Reports as pages: read by those who may, found by nobody else, and leading to no deviation."""

import csv
import io
import re

import pytest
from django.urls import reverse

from deviations.learning.csv_file import BOM, safe
from deviations.services.filing import file, withdraw

LSVO = ["blekinge", "lsvo"]
CHILDREN = ["blekinge", "sg_barn_unga"]
VIEWS = ("report", "report_chart", "report_csv")


@pytest.fixture
def nine(anna, filing):
    """Seven in one category and two in another."""
    return [
        file(filing(category="sip/called_party_absent" if n < 7 else "referral/returned"), by=anna) for n in range(9)
    ]


def get(client, user, view, args, **query):
    client.force_login(user)
    return client.get(reverse(view, args=args), query)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_lsvos_reader_finds_the_report_counts_what_was_filed_and_cannot_open_it(client, lena, nine):
    listed = get(client, lena, "reports", []).content.decode()
    assert reverse("report", args=LSVO) in listed
    page = get(client, lena, "report", LSVO)
    assert "9 avvikelser kom in" in text(page)
    content = page.content.decode()
    assert [d for d in nine if str(d.public_id) in content or d.reference in content or d.happened in content] == []
    assert client.get(reverse("deviation", args=[nine[0].public_id])).status_code == 404


def test_a_change_is_in_the_numbers_at_once(client, lena, anna, nine):
    assert "9 avvikelser kom in" in text(get(client, lena, "report", LSVO))
    withdraw(nine[0], by=anna)
    assert "8 avvikelser kom in" in text(get(client, lena, "report", LSVO))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["cecilia", "anna", "disa", "ada", "berit"])
def test_nobody_else_finds_it(client, cast, nine, view, name):
    assert get(client, getattr(cast, name), view, LSVO).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_a_coordinator_reads_their_own_body_and_not_the_one_above(client, bo, nine, view):
    assert get(client, bo, view, CHILDREN).status_code == 200
    assert get(client, bo, view, LSVO).status_code == 404


@pytest.mark.parametrize("view", ["reports", *VIEWS])
def test_whoever_is_not_logged_in_is_asked_to(client, cast, view):
    assert client.get(reverse(view, args=LSVO if view != "reports" else [])).status_code == 302


def test_a_county_that_is_not_the_bodys_is_not_found(client, lena, nine):
    assert get(client, lena, "report", ["varmland", "lsvo"]).status_code == 404


@pytest.mark.parametrize("year", ["2099", "1999", "x", "2026-01"])
def test_a_period_that_is_not_offered_is_not_found(client, lena, nine, year):
    assert get(client, lena, "report", LSVO, ar=year).status_code == 404


def test_the_chart_is_an_image_that_runs_nothing(client, lena, nine):
    response = get(client, lena, "report_chart", LSVO)
    assert response["Content-Type"] == "image/svg+xml"
    svg = response.content.decode()
    assert "<title>9 avvikelser kom in, 0 har fått svar</title>" in svg
    assert re.findall(r"<script|\son[a-z]+=|style=|<foreignObject", svg) == []


def test_under_the_chart_stands_why_no_pattern_is_told_of_hidden_or_few_months(client, lena, nine):
    words = text(get(client, lena, "report", LSVO))
    assert "För få månader för att säga något om mönster." in words


def test_a_body_with_few_has_a_page_without_numbers_and_no_chart(client, lena, filed):
    assert "Inga tal visas" in text(get(client, lena, "report", LSVO))
    assert get(client, lena, "report_chart", LSVO).status_code == 404


def test_the_file_opens_in_a_swedish_spreadsheet_and_holds_what_the_page_holds(client, lena, nine):
    response = get(client, lena, "report_csv", LSVO)
    content = response.content.decode()
    assert content.startswith(BOM)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="samsyn-blekinge-lsvo-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"]
    )
    rows = list(csv.reader(io.StringIO(content.removeprefix(BOM)), delimiter=";"))
    assert ["Mottagna", "9", "", "Inskickade under perioden. Återtagna ingår inte."] in rows
    assert ["Remiss: återsänd", "··"] in rows
    assert ["SIP: kallad part kom inte", "··"] in rows
    assert any(row[:1] == ["Dolda tal."] for row in rows)
    assert any(row[:1] == ["Räknat"] for row in rows)


@pytest.mark.parametrize(
    ("given", "written"),
    [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-2", "'-2"), ("+46", "'+46"), ("1\u202f234", "1234"), ("å", "å")],
)
def test_no_cell_can_run_as_a_formula(given, written):
    assert safe(given) == written


def test_the_page_says_that_it_counts_reporting_and_how_each_number_is_made(client, lena, nine):
    words = text(get(client, lena, "report", LSVO))
    assert "Talen visar anmälningar, inte förekomst." in words
    assert "Inskickade under perioden. Återtagna ingår inte." in words


def test_one_who_reads_no_report_is_told_how_to_come_to(client, anna):
    assert "Du läser inga rapporter än" in text(get(client, anna, "reports", []))
