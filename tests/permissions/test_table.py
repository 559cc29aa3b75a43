"""Every address, method and person: the tables beside this file say what comes back, and miss nothing.

What one may not see is answered word for word as what does not exist.
"""

import re

import pytest
import time_machine
from django.db import transaction
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import timezone
from django.utils.html import escape

from api.views.deviations import READABLE_APART
from deviations.reports.files import FORMATS
from deviations.workflow import STEPS
from frontend.steps import PAGES as STEP_PAGES
from orgs.permissions import type_of_place
from tests.permissions import swaps, table
from tests.permissions import world as worlds
from tests.permissions.table import ALL, API, PAGES, Row, filled, outcome, route_of

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = {"404", "405"}
REFUSED_TO_STRANGERS = {*REFUSED, "login", "401"}
SENT_AWAY_FIRST = {"302", "login"}  # some of allauth's pages send on before they look at the method


def routes(resolver, before=""):
    """As `resolve` writes them: the beginning of an inner regular expression is left out."""
    for pattern in resolver.url_patterns:
        inner = str(pattern.pattern)
        route = before + (inner.removeprefix("^") if before else inner)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


EVERY_ROUTE = list(dict.fromkeys(routes(get_resolver())))


# ── the answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("row", ALL, ids=str)
def test_everyone_gets_the_answer_in_the_table(world, row):
    address, body = filled(world, row, world.fill)
    answers = {who: outcome(world.ask(who, row.method, address, body)) for who in row.expected}
    assert answers == row.expected


NAMED = [row for row in ALL if "{" in row.address and "404" in row.expected.values()]


@pytest.mark.parametrize("row", NAMED, ids=str)
def test_what_one_may_not_see_is_answered_as_what_does_not_exist(world, row):
    address, body = filled(world, row, world.fill)
    elsewhere = world.fill(world.fill_with_nothing(row.address))
    for who, expected in row.expected.items():
        if expected == "404":
            there, nowhere = world.ask(who, row.method, address, body), world.ask(who, row.method, elsewhere, body)
            assert (who, *without_the_address(there, address)) == (who, *without_the_address(nowhere, elsewhere))


def without_the_address(response, address):
    headers = {k: v for k, v in response.headers.items() if k not in {"Set-Cookie", "Content-Length", "ETag"}}
    body = response.body.decode().replace(address, "…").replace(escape(address), "…")
    return response.status_code, headers, re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"?\w{64}', r"\1", body)


@pytest.mark.parametrize("row", [row for row in PAGES if row.method == "GET"], ids=str)
def test_an_organisations_token_opens_no_page(world, row):
    address = world.fill(row.address)
    assert outcome(world.ask("read", "GET", address)) == row.expected["anonymous"]


@pytest.mark.parametrize("row", [row for row in ALL if row.method == "GET"], ids=str)
def test_asking_for_the_head_tells_no_more_than_the_page(world, row):
    address = world.fill(row.address)
    for who in ("bo", "cecilia"):
        response = world.ask(who, "HEAD", address)
        assert outcome(response) in {row.expected[who], "405"}
        assert response.body == b""


@pytest.mark.parametrize("row", [row for row in API if "{" in row.address], ids=str)
def test_asking_for_the_options_looks_nothing_up(world, row):
    there = world.ask("cecilia", "OPTIONS", world.fill(row.address))
    nowhere = world.ask("cecilia", "OPTIONS", world.fill(world.fill_with_nothing(row.address)))
    assert (there.status_code, there.body) == (nowhere.status_code, nowhere.body)


# ── nothing is missing ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def listed(world):
    """The rows of each route."""
    found = {}
    for row in ALL:
        found.setdefault(route_of(world, row.address), []).append(row)
    return found


def test_every_address_is_in_the_table(listed):
    assert missing_from(listed) == []


def missing_from(listed):
    return [route for route in EVERY_ROUTE if route not in listed]


@pytest.mark.parametrize("route", EVERY_ROUTE)
def test_a_method_that_is_not_in_the_table_is_refused_for_everyone(world, listed, route):
    address = world.fill(listed[route][0].address)
    sent_away = SENT_AWAY_FIRST if listed[route][0].table == "account" else set()
    for method in set(METHODS) - {row.method for row in listed[route]}:
        assert outcome(world.ask("bo", method, address)) in REFUSED | sent_away, method
        assert outcome(world.ask("anonymous", method, address)) in REFUSED_TO_STRANGERS | sent_away, method


def words_at(rows, route, place):
    """What stands in the tables where the route has a word of its own."""
    at = route.split("/").index(place)
    return {row.address.split("?")[0].strip("/").split("/")[at] for row in rows}


def test_every_step_has_its_page_in_the_table_both_to_read_and_to_send(listed):
    route = "avvikelse/<uuid:public_id>/<slug:step>/"
    for method in ("GET", "POST"):
        rows = [row for row in listed[route] if row.method == method]
        assert words_at(rows, route, "<slug:step>") >= set(STEP_PAGES)


def test_every_step_of_the_workflow_is_in_the_table_of_the_api():
    assert {row.address.strip("/").split("/")[-1] for row in API if row.method == "POST"} >= set(STEPS)


def test_every_part_that_is_read_apart_and_every_kind_of_place_is_in_the_table(listed):
    route = "api/v1/deviations/<uuid:public_id>/parts/<str:part>/"
    assert words_at(listed[route], route, "<str:part>") >= {part.value for part in READABLE_APART}
    route = "administration/roller/<slug:kind>/<int:pk>/"
    assert words_at(listed[route], route, "<slug:kind>") == set(type_of_place)


def test_every_row_answers_for_the_whole_cast():
    people = ("anonymous", *worlds.PEOPLE)
    systems = (*worlds.SCOPES, *worlds.INVALID_TOKENS)
    for row in ALL:
        assert tuple(row.expected) == (people + systems if row.table == "api" else people), str(row)


def test_an_address_that_is_taken_out_of_the_table_is_missed(listed):
    assert missing_from({route: rows for route, rows in listed.items() if route != "mina/"}) == ["mina/"]


def test_a_table_with_an_answer_too_few_is_refused(tmp_path, monkeypatch):
    (tmp_path / "short.txt").write_text("who anna bo\nGET /mina/ 200\n")
    monkeypatch.setattr(table, "HERE", tmp_path)
    with pytest.raises(ValueError, match="zip"):
        table.read("short")


# ── exports ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def export(address, name):
    return pytest.param(address, name, id=address)


REPORT = "samsyn-vad-blekinge-larde-2022-ledningssamverkan-vard-och-omsorg-s-2022-bl-07"
EXPORTS = [
    #       address                                          file name
    export("/api/v1/deviations/export.csv", "avvikelser.csv"),
    export("/api/v1/deviations/export.json", "avvikelser.json"),
    export("/administration/profil/{blekinge}/1/fil/", "blekinge-version-1.yaml"),
    export("/moten/{minutes}/protokoll.docx", "protokoll-sg_barn_unga-{minutes_day}.docx"),
    export("/moten/{minutes}/protokoll.pdf", "protokoll-sg_barn_unga-{minutes_day}.pdf"),
    export("/sip/{karlskrona}/mall.csv", "sip-mall.csv"),
    export("/sip/{karlskrona}/mall.xlsx", "sip-mall.xlsx"),
    export("/sip/{karlskrona}/utbildning/mall.csv", "sip-utbildning.csv"),
    export("/matt/export.csv", "samsyn-matt-{today}.csv"),
    *(
        export(f"{report}/{between}/{key}/", f"{REPORT}{made.suffix}")
        for report, between, keys in (
            ("/rapporter/{lsvo_report}", "fil", FORMATS),
            ("/api/v1/reports/{lsvo_report}", "files", FORMATS),
            ("/rapporter/{group_report}", "fil", ["csv"]),
            ("/api/v1/reports/{group_report}", "files", ["csv"]),
            ("/rapporter/{varmland_report}", "fil", ["csv"]),
            ("/api/v1/reports/{varmland_report}", "files", ["csv"]),
        )
        for key, made in FORMATS.items()
        if key in keys
    ),
]


def file_name(response):
    found = re.search(r'attachment; filename="([^"]+)"', response.headers.get("Content-Disposition", ""))
    return found and found[1]


def test_every_address_that_gives_a_file_is_among_the_exports(world):
    found = {}
    for row in ALL:
        for who in [who for who, answer in row.expected.items() if row.method == "GET" and answer == "200"][:3]:
            if name := file_name(world.ask(who, "GET", world.fill(row.address))):
                found[row.address] = name
    assert found == {address: world.fill(name) for address, name in (entry.values for entry in EXPORTS)}


@pytest.mark.parametrize(("address", "name"), EXPORTS)
def test_an_export_has_its_row_in_the_table_and_gives_a_file_only_with_it(world, address, name):
    row: Row = next(row for row in ALL if (row.method, row.address) == ("GET", address))
    for who, expected in row.expected.items():
        response = world.ask(who, "GET", world.fill(address))
        assert (who, file_name(response)) == (who, world.fill(name) if expected == "200" else None)


# ── what follows along ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_page_that_has_followed_along_while_much_happened_is_as_when_it_is_loaded_anew(world):
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=False):
        pages = list(swaps.following(world, [row for row in PAGES if row.method == "GET"]))
        swaps.let_much_happen(world)
        wrong = [difference for page in pages if (difference := swaps.difference(page))]
        transaction.set_rollback(True)
    assert wrong == [], "\n\n".join(wrong)
    assert len(pages) > 60
