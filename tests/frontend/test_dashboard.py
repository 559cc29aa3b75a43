"""Läget: numbers as they are now, for a body's own people, leading as far as their right goes and no further."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock
from deviations.models import TouchedMonth
from deviations.services.filing import file, withdraw
from orgs.permissions import grant
from tests.cast import body, count_now, person

CHILDREN = ["blekinge", "sg_barn_unga"]
LSVO = ["blekinge", "lsvo"]
SIP, RETURNED = "sip/called_party_absent", "referral/returned"


@pytest.fixture
def nine(anna, filing):
    """Seven in one category and two in another, counted."""
    filed = [file(filing(category=SIP if n < 7 else RETURNED), by=anna) for n in range(9)]
    count_now()
    return filed


def said(response):
    shown = re.sub(r'<span aria-hidden="true">[^<]*</span>', " ", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def links(response):
    """Every number that leads on: (what it counts, address)."""
    found = re.findall(r'<a href="([^"]+)" aria-label="(\d+), ([^"]+): visa', response.content.decode())
    return [(name, int(n), address.replace("&amp;", "&")) for address, n, name in found]


def rows_at(client, address):
    """How many deviations the desk lists there."""
    return len(set(re.findall(r'data-live-deviation="([^"]+)"', client.get(address).content.decode())))


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_coordinator_sees_their_own_body_and_not_the_one_above_or_beside(get, bo, nine):
    assert get(bo, "dashboard", *CHILDREN).status_code == 200
    assert get(bo, "dashboard", *LSVO).status_code == 404
    assert get(bo, "dashboard", "blekinge", "sg_vuxna").status_code == 404


@pytest.mark.parametrize("name", ["lena", "anna", "maria", "berit", "ada", "disa", "cecilia"])
@pytest.mark.parametrize("place", [CHILDREN, LSVO])
def test_nobody_else_finds_it(get, cast, nine, name, place):
    assert get(getattr(cast, name), "dashboard", *place).status_code == 404


def test_a_reader_of_published_reports_is_offered_no_numbers_of_today(get, lena, nine):
    assert "Läget just nu" not in said(get(lena, "reports"))


def test_a_coordinator_finds_it_from_the_reports(get, bo, nine):
    assert reverse("dashboard", args=CHILDREN) in get(bo, "reports").content.decode()


def test_a_county_that_is_not_the_bodys_is_not_found(get, bo, nine):
    assert get(bo, "dashboard", "varmland", "sg_barn_unga").status_code == 404


# ── how far a number leads ───────────────────────────────────────────────────────────────────────────────────────────
def test_every_number_leads_to_exactly_as_many_deviations(client, get, bo, nine):
    found = links(get(bo, "dashboard", *CHILDREN))
    assert ("SIP: kallad part kom inte", 7) in [(name, n) for name, n, _address in found]
    assert [(name, n, rows_at(client, address)) for name, n, address in found] == [
        (name, n, n) for name, n, _a in found
    ]


def test_a_small_number_is_shown_to_those_who_may_open_what_it_counts(get, bo, nine):
    assert 2 in [n for _name, n, _address in links(get(bo, "dashboard", *CHILDREN))]


def test_the_rest_of_the_page_hides_small_numbers_and_leads_nowhere(get, bo, nine):
    page = get(bo, "dashboard", *CHILDREN)
    content = page.content.decode()
    rest = content[content.index("</section>", content.index("behind")) :]
    assert "arbetsbord" not in rest
    words = said(page)[said(page).index("Kategorier") :]  # seven and two: with the two, the seven would say it
    assert words.startswith("Kategorier Tabellen visas inte.")


def test_the_steering_body_sees_a_groups_numbers_hidden_and_without_links(get, cast, nine):
    chair = person("lars", "Lars Lund")
    grant(chair, "chair", body("blekinge", "lsvo"), by=None)
    page = get(chair, "dashboard", *CHILDREN)
    assert page.status_code == 200
    assert links(page) == []
    assert "Bakom talen" not in said(page)
    assert [d for d in nine if d.reference in page.content.decode()] == []


def test_whoever_reads_in_both_bodies_has_a_column_for_each(client, get, bo, nine):
    grant(bo, "coordinator", body("blekinge", "lsvo"), by=None)
    page = get(bo, "dashboard", *LSVO)
    totals = {(name, n) for name, n, _address in links(page)}
    assert (body("blekinge", "sg_barn_unga").name, 9) in totals
    assert [n for _name, n, address in links(page) if rows_at(client, address) != n] == []


def test_what_was_withdrawn_is_in_no_number_and_behind_none(client, get, bo, anna, nine):
    withdraw(nine[0], by=anna)
    found = {name: n for name, n, _address in links(get(bo, "dashboard", *CHILDREN))}
    assert found["SIP: kallad part kom inte"] == 6


def test_the_other_county_sees_nothing_of_it(get, cecilia, nine):
    page = get(cecilia, "dashboard", "varmland", "barnalivet")
    assert links(page) == []
    assert "0 avvikelser" in said(page) or "Ingen avvikelse" in said(page) or "Inga avvikelser" in said(page)


# ── fresh, and written by nobody ─────────────────────────────────────────────────────────────────────────────────────
def test_opening_it_writes_nothing_and_a_change_is_there_when_the_job_has_run(get, bo, anna, filing, nine):
    file(filing(category=SIP), by=anna)
    waiting = TouchedMonth.objects.count()
    assert waiting > 0
    get(bo, "dashboard", *CHILDREN)
    assert TouchedMonth.objects.count() == waiting
    count_now()
    assert "10" in said(get(bo, "dashboard", *CHILDREN))


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_this_year_so_far_comes_first_and_years_that_have_ended_can_be_chosen(get, bo, anna, filing):
    with clock.at(dt.datetime(2025, 5, 3, 9, tzinfo=dt.UTC)):
        file(filing(category=SIP, occurred_on=dt.date(2025, 5, 2)), by=anna)
    count_now()
    page = get(bo, "dashboard", *CHILDREN)
    assert 'href="?period=2025"' in page.content.decode()
    assert links(page) == []
    chosen = get(bo, "dashboard", *CHILDREN, period="2025")
    assert ("SIP: kallad part kom inte", 1) in [(name, n) for name, n, _address in links(chosen)]


@pytest.mark.parametrize("period", ["2099", "1999", "x", "2026-01", "2024-12-31", "%00"])
def test_a_period_that_is_not_offered_is_not_found(get, bo, nine, period):
    assert get(bo, "dashboard", *CHILDREN, period=period).status_code == 404


def test_it_costs_the_same_for_one_deviation_and_for_thirty(get, bo, anna, filing):
    file(filing(category=SIP), by=anna)
    count_now()
    get(bo, "dashboard", *CHILDREN)
    with CaptureQueriesContext(connection) as one:
        get(bo, "dashboard", *CHILDREN)
    for _n in range(29):
        file(filing(category=SIP), by=anna)
    count_now()
    with CaptureQueriesContext(connection) as thirty:
        get(bo, "dashboard", *CHILDREN)
    assert len(one) == len(thirty)
