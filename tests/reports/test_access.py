"""Who reads a report, and who sees a body's numbers as they are now."""

import pytest
from django.contrib.auth.models import AnonymousUser

from deviations.reports.access import copies_to, explorable_bodies, readable_reports
from orgs.models import BodyMembership
from orgs.permissions import end, grant
from tests.cast import body, person, unit
from tests.reports.shelf import copy, put


def titles(user):
    return [report.title for report in readable_reports(user)]


@pytest.fixture
def lsvo(cast):
    return body("blekinge", "lsvo")


def test_a_body_reader_reads_what_the_body_has_published_newest_first(lena, lsvo):
    old, new = put(lsvo, year=2024), put(lsvo, year=2025)
    assert list(readable_reports(lena)) == [new, old]


@pytest.mark.parametrize("status", ["draft", "discarded"])
def test_nobody_reads_what_is_not_published(cast, lsvo, status):
    put(lsvo, status=status)
    grant(cast.bo, "coordinator", lsvo, by=None)
    assert (titles(cast.lena), titles(cast.bo)) == ([], [])


def test_a_revised_report_stays_after_its_revision(lena, lsvo):
    first = put(lsvo, status="replaced")
    second = put(lsvo, revision=2, revises=first, revision_reason="Ett avtal var felräknat.")
    assert list(readable_reports(lena)) == [second, first]


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "ada", "disa", "cecilia", "bo"])
def test_nobody_else_finds_it(cast, lsvo, name):
    put(lsvo)
    assert titles(getattr(cast, name)) == []


def test_whoever_is_not_logged_in_finds_nothing(cast, lsvo):
    put(lsvo)
    assert titles(AnonymousUser()) == []


def test_a_board_reads_what_is_addressed_to_its_principal_and_no_other_report(cast, lsvo):
    reader = person("nora", "Nora Norén")
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    grant(reader, "board_reader", karlskrona, by=None)
    sent, kept = put(lsvo, year=2025), put(lsvo, year=2024)
    copy(sent, to_principal=karlskrona, board="Nämnden för barn och unga")
    copy(kept, to_principal=unit("blekinge", "rb-bup").principal, board="Regionstyrelsen")
    assert list(readable_reports(reader)) == [sent]
    assert [found.board for found in copies_to(reader)] == ["Nämnden för barn och unga"]


def test_a_report_with_several_copies_to_one_reader_stands_once(cast, lsvo):
    reader = person("nora", "Nora Norén")
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    grant(reader, "board_reader", karlskrona, by=None)
    report = put(lsvo)
    for board in ("Äldrenämnden", "Nämnden för barn och unga"):
        copy(report, to_principal=karlskrona, board=board)
    assert list(readable_reports(reader)) == [report]


def test_a_draft_that_is_addressed_to_a_board_is_not_read(cast, lsvo):
    reader = person("nora", "Nora Norén")
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    grant(reader, "board_reader", karlskrona, by=None)
    copy(put(lsvo, status="draft"), to_principal=karlskrona)
    assert titles(reader) == []


def test_the_body_above_reads_what_a_group_has_sent_it_and_nothing_more(lena, lsvo):
    group = body("blekinge", "sg_barn_unga")
    sent = put(group, template="group_year", year=2025)
    put(group, template="group_year", year=2024)
    copy(sent, to_body=lsvo)
    assert list(readable_reports(lena)) == [sent]


def test_when_the_role_ends_the_reports_are_gone(lena, lsvo):
    put(lsvo)
    end(BodyMembership.objects.get(user=lena), by=None)
    assert titles(lena) == []


def test_a_list_of_reports_costs_the_same_for_one_and_for_many(lena, lsvo, django_assert_num_queries):
    for year in range(2000, 2001):
        put(lsvo, year=year)
    with django_assert_num_queries(2):
        [(r.body.county.slug, r.snapshot.code) for r in readable_reports(lena)]
    for year in range(2001, 2030):
        put(lsvo, year=year)
    with django_assert_num_queries(2):
        assert len([(r.body.county.slug, r.snapshot.code) for r in readable_reports(lena)]) == 30


# ── numbers as they are now ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("role", ["coordinator", "chair", "member"])
def test_a_bodys_own_people_see_its_numbers_and_those_of_the_bodies_it_steers(cast, lsvo, role):
    nora = person("nora", "Nora Norén")
    grant(nora, role, lsvo, by=None)
    keys = [found.key for found in explorable_bodies(nora)]
    assert keys[0] == "lsvo"
    assert "sg_barn_unga" in keys


def test_a_group_sees_its_own_and_not_the_one_above_or_beside(bo):
    assert [found.key for found in explorable_bodies(bo)] == ["sg_barn_unga"]


@pytest.mark.parametrize("name", ["lena", "anna", "maria", "berit", "ada", "disa"])
def test_readers_of_reports_and_others_see_no_numbers_as_they_are_now(cast, name):
    assert explorable_bodies(getattr(cast, name)) == []


def test_a_stranger_sees_the_numbers_of_the_other_county_only(cecilia):
    assert {found.county.slug for found in explorable_bodies(cecilia)} == {"varmland"}
