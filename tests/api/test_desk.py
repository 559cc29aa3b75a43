"""The desk through the API: assign, link, merge, separate, one step for many, and the filters."""

import pytest

from deviations.models import Deviation
from deviations.services import handling
from deviations.services.filing import file
from tests.permissions.sending import codes, logged_in, now, send


@pytest.fixture
def two(anna, bo, filing):
    return handling.receive(file(filing(), by=anna), by=bo), file(filing(), by=anna)


def at(deviation, step):
    return f"/api/v1/deviations/{deviation.public_id}/{step}/"


def test_it_is_assigned_linked_merged_and_separated(bo, anna, two):
    first, second = two
    assert send(bo, at(first, "assign"), to="bo@example.se").status_code == 200
    assert now(first).assigned_to == bo
    assert send(bo, at(first, "assign"), to=None).status_code == 200
    assert now(first).assigned_to is None
    assert codes(send(bo, at(first, "assign"), to="anna@example.se")) == {"to": "unknown"}
    assert send(bo, at(second, "link"), other=str(first.public_id), reason="Samma möte.").status_code == 200
    merged = send(bo, at(second, "merge"), into=str(first.public_id))
    assert (merged.status_code, merged.json()["state"], merged.json()["merged"]) == (200, "merged", True)
    history = logged_in(anna).get(at(second, "history")).json()["results"]
    assert [(e["step"], e["data"]) for e in history[1:]] == [("link", {}), ("merge", {})]
    inside = logged_in(bo).get(at(second, "history")).json()["results"]
    assert inside[-1]["data"] == {"number": first.reference}
    assert send(bo, at(second, "separate"), reason="Två händelser.").json()["state"] == "received"


def test_what_one_may_not_see_does_not_exist(bo, cecilia, two, filed):
    first, _second = two
    nothing = "0e0e0e0e-0000-4000-8000-00000000beef"
    for other in (nothing, "x"):
        answer = send(bo, at(first, "link"), other=other)
        assert (answer.status_code, codes(answer)) == (400, {"other": "does_not_exist"})
    answer = send(cecilia, "/api/v1/deviations/bulk/", step="receive", deviations=[str(filed.public_id)])
    assert answer.status_code == 400


def test_one_step_for_many_answers_for_each(bo, two):
    first, second = two
    ids = [str(first.public_id), str(second.public_id)]
    answer = send(bo, "/api/v1/deviations/bulk/", step="receive", deviations=ids, given={})
    assert [(row["done"], row["reason"]) for row in answer.json()["results"]] == [
        (False, "Avvikelsen är redan mottagen."), (True, "")
    ]  # fmt: skip
    given = {"severity": 3, "likelihood": 4}
    answer = send(bo, "/api/v1/deviations/bulk/", step="score", deviations=ids, given=given)
    assert [row["done"] for row in answer.json()["results"]] == [True, True]
    assert send(bo, "/api/v1/deviations/bulk/", step="score", deviations=ids, given={"x": 1}).status_code == 400
    assert send(bo, "/api/v1/deviations/bulk/", step="decide", deviations=ids).status_code == 400
    assert codes(send(bo, "/api/v1/deviations/bulk/", step="receive", deviations=[])) == {"deviations": "how_many"}


def test_the_list_is_narrowed(bo, two):
    first, second = two
    handling.score(now(first), severity=4, likelihood=2, by=bo)
    Deviation.objects.filter(pk=first.pk).update(assigned_to=bo, flags=["recurring"], target_group="barn")
    Deviation.objects.filter(pk=second.pk).update(flags=[], target_group="vuxna")

    def listed(**query):
        found = logged_in(bo).get("/api/v1/deviations/", query).json()["results"]
        return [row["public_id"] for row in found]

    one, other = [str(first.public_id)], [str(second.public_id)]
    assert listed(risk="high") == listed(assigned_to_me="true") == listed(flag="recurring") == one
    assert listed(target_group="vuxna") == listed(risk="none") == other
    assert listed(q="kallelserna sip") == [*other, *one]
    assert logged_in(bo).get("/api/v1/deviations/", {"risk": "x"}).status_code == 400
