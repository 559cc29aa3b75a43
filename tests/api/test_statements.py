"""Statements through the API: what waits, who is late, and the unit's other answers."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations import clock
from deviations.models import Statement
from deviations.services import handling, statements
from deviations.services.filing import file
from tests.cast import unit


@pytest.fixture
def asked(filed, bo):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    return filed


def late(days=4):
    Statement.objects.update(due_on=clock.today() - datetime.timedelta(days=days))


def ids(answer):
    assert answer.status_code == 200, answer.content.decode()
    return [row["deviation"] for row in answer.json()["results"]]


def test_the_units_other_answers_are_actions(as_, asked, berit, bo):
    where = f"/api/v1/deviations/{asked.public_id}"
    assert as_(berit).post(f"{where}/accept/", {}).status_code == 200
    waiting = as_(berit).get("/api/v1/statements/").json()["results"][0]
    later = (datetime.date.fromisoformat(waiting["due_on"]) + datetime.timedelta(days=7)).isoformat()
    extended = as_(bo).post(
        f"{where}/extend_statement/", {"statement": waiting["id"], "due_on": later, "reason": "Semester."}
    )
    [shown] = extended.json()["statements"]
    assert (shown["due_on"], shown["first_due_on"], shown["extension_reason"]) == (
        later,
        waiting["due_on"],
        "Semester.",
    )
    assert shown["accepted_at"] is not None
    centre = unit("blekinge", "rb-vardcentral")
    passed = as_(berit).post(f"{where}/pass_on/", {"unit": centre.pk, "reason": "Gäller första linjen."}).json()
    assert [(s["status"], s["passed_to"]) for s in passed["statements"]] == [
        ("passed_on", centre.full_name), ("requested", None),
    ]  # fmt: skip


def test_not_ours_without_saying_whose_is_told_at_its_field(as_, asked, berit):
    answer = as_(berit).post(
        f"/api/v1/deviations/{asked.public_id}/decline/", {"reason": "not_ours", "comment": "Gäller första linjen."}
    )
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("unit", "required")]


def test_the_list_of_reasons_says_which_need_somebody_named(as_, berit):
    reasons = as_(berit).get("/api/v1/counties/blekinge/choices/").json()["decline_reasons"]
    assert {r["id"] for r in reasons if r["names_other"]} == {"not_ours"}


def test_what_waits_is_read_by_those_who_see_it(as_, asked, bo, berit, anna, cecilia):
    for who in (bo, berit, anna):
        assert ids(as_(who).get("/api/v1/statements/")) == [str(asked.public_id)]
    assert ids(as_(cecilia).get("/api/v1/statements/")) == []


def test_what_waits_is_narrowed(as_, asked, bo):
    bup = unit("blekinge", "rb-bup")
    at = as_(bo)
    assert ids(at.get("/api/v1/statements/", {"overdue": "true"})) == []
    assert ids(at.get("/api/v1/statements/", {"overdue": "false", "organisation": bup.pk})) == [str(asked.public_id)]
    late()
    assert ids(at.get("/api/v1/statements/", {"overdue": "true", "principal": bup.principal_id})) == [
        str(asked.public_id)
    ]
    assert ids(at.get("/api/v1/statements/", {"principal": unit("blekinge", "1080-elevhalsan").principal_id})) == []
    assert at.get("/api/v1/statements/", {"oversdue": "true"}).status_code == 400


def test_late_is_counted_per_principal_for_bodies_and_for_units(as_, asked, bo, berit, cecilia):
    late(4)
    owed = {"principal": "Region Blekinge", "count": 1, "days_late": 4}
    for who, mine in ((bo, "to_bodies"), (berit, "by_units")):
        found = as_(who).get("/api/v1/statements/late/").json()
        assert [{**owed, "principal": row["principal"]["name"]} for row in found[mine]] == [owed]
        assert [row["days_late"] for row in found[mine]] == [4]
    assert as_(cecilia).get("/api/v1/statements/late/").json() == {"to_bodies": [], "by_units": []}


def test_thirty_cost_as_much_as_one(as_, anna, bo, filing):
    counts = []
    for more in (1, 29):
        for _number in range(more):
            deviation = file(filing(), by=anna)
            handling.receive(deviation, by=bo)
            statements.request_statement(deviation, of=[unit("blekinge", "rb-bup")], question="", by=bo)
        late()
        for address in ("/api/v1/statements/", "/api/v1/statements/late/"):
            with CaptureQueriesContext(connection) as queries:
                as_(bo).get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
