"""Who reads what through the API, and how much asking costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deviations.models import AccessLogEntry, Delivery, Deviation
from deviations.services import handling, statements
from deviations.services.filing import file
from orgs.models import User
from orgs.permissions import grant
from tests.cast import body, unit

DEVIATIONS = "/api/v1/deviations/"


@pytest.fixture
def address(filed):
    return f"{DEVIATIONS}{filed.public_id}/"


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit"])
def test_those_concerned_find_it_in_the_list_the_count_and_the_exports_and_read_it(as_, cast, filed, address, name):
    client = as_(getattr(cast, name))
    listed = client.get(DEVIATIONS).json()
    assert ([d["public_id"] for d in listed["results"]], listed["count"]) == ([str(filed.public_id)], 1)
    assert client.get(address).status_code == 200
    assert str(filed.public_id) in client.get(f"{DEVIATIONS}export.csv").getvalue().decode()
    assert str(filed.public_id) in client.get(f"{DEVIATIONS}export.json").getvalue().decode()


@pytest.mark.parametrize("name", ["cecilia", "disa", "lena", "ada"])
def test_strangers_find_it_nowhere_and_cannot_tell_that_it_exists(as_, cast, filed, address, name):
    client = as_(getattr(cast, name))
    listed = client.get(DEVIATIONS, {"q": "sip"}).json()
    assert (listed["results"], listed["count"]) == ([], 0)
    assert client.get(f"{DEVIATIONS}export.csv").getvalue().decode().count("\n") == 1
    assert client.get(f"{DEVIATIONS}export.json").getvalue() == b"[]"
    nonexistent = "00000000-0000-4000-8000-000000000000"
    for part in ("", "history/", "notes/", "parts/reporter/", "parts/local_reference/"):
        hidden = client.get(address + part)
        assert hidden.status_code == 404
        assert hidden.content == client.get(f"{DEVIATIONS}{nonexistent}/{part}").content
    hidden = client.post(f"{address}receive/", {})
    assert hidden.status_code == 404
    assert hidden.content == client.post(f"{DEVIATIONS}{nonexistent}/receive/", {}).content


def test_nobody_is_asked_to_log_in_with_a_problem_document(as_, filed, address):
    answer = as_().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("name", "reporter", "local_reference"),
    [("anna", 200, 200), ("maria", 200, 200), ("bo", 403, 403), ("berit", 403, 403)],
)
def test_who_reported_and_the_local_reference_are_read_at_home_only(
    as_, cast, address, name, reporter, local_reference
):
    client = as_(getattr(cast, name))
    assert client.get(f"{address}parts/reporter/").status_code == reporter
    assert client.get(f"{address}parts/local_reference/").status_code == local_reference


def test_a_document_carries_neither_reporter_nor_local_reference(as_, cast, address):
    for name in ("anna", "maria", "bo", "berit"):
        for part in ("", "history/"):
            text = as_(getattr(cast, name)).get(address + part).content.decode()
            assert "Anna Andersson" not in text
            assert "EH-17" not in text


def test_reading_a_part_that_points_at_a_person_is_logged_and_a_refused_reading_is_not(as_, maria, bo, filed, address):
    answer = as_(maria).get(f"{address}parts/local_reference/")
    assert answer.json() == {"part": "local_reference", "value": "EH-17"}
    as_(bo).get(f"{address}parts/local_reference/")
    logged = AccessLogEntry.objects.values_list("deviation_id", "user_id", "part", "channel")
    assert list(logged) == [(filed.pk, maria.pk, "local_reference", "api")]


def test_every_step_is_listed_with_the_reason_for_each_refusal(as_, anna, bo, address):
    mine = {s["step"]: s for s in as_(anna).get(address).json()["steps"]}
    his = {s["step"]: s for s in as_(bo).get(address).json()["steps"]}
    assert his["receive"] == {"step": "receive", "label": "Ta emot", "possible": True, "code": "", "reason": ""}
    assert (mine["receive"]["possible"], mine["receive"]["code"], mine["receive"]["reason"]) == (
        False,
        "not_allowed",
        "Bara samordnaren i det ansvariga organet kan göra det här.",
    )
    assert (his["decide"]["code"], his["decide"]["reason"]) == (
        "wrong_state",
        "Det går att besluta när gruppen har tagit emot avvikelsen, och en gång.",
    )
    assert mine["withdraw"]["possible"]


def test_internal_notes_are_for_the_accountable_body(as_, anna, bo, berit, filed, address):
    handling.receive(filed, by=bo)
    handling.note(filed, text="Ta upp med BUP:s chef.", by=bo)
    assert [n["text"] for n in as_(bo).get(f"{address}notes/").json()] == ["Ta upp med BUP:s chef."]
    for other in (anna, berit):
        assert as_(other).get(f"{address}notes/").status_code == 403
        history = as_(other).get(f"{address}history/").json()["results"]
        assert [e["step"] for e in history] == ["submit", "receive"]
    assert [e["step"] for e in as_(bo).get(f"{address}history/").json()["results"]] == ["submit", "receive", "note"]


def test_the_actor_is_named_only_to_those_at_the_same_place(as_, anna, bo, filed, address):
    handling.receive(filed, by=bo)
    seen = {e["step"]: (e["acting_for"], e["by"]) for e in as_(bo).get(f"{address}history/").json()["results"]}
    assert seen == {
        "submit": ("Elevhälsan, Karlskrona kommun", None),
        "receive": ("Samverkansgrupp Barn och unga", "Bo Berg"),
    }
    assert [e["by"] for e in as_(anna).get(f"{address}history/").json()["results"]] == [None, None]


def test_what_a_unit_was_asked_is_not_shown_to_the_reporter(as_, anna, bo, berit, filed, address):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="Varför kom ni inte?", by=bo)
    for who, question in ((anna, None), (bo, "Varför kom ni inte?"), (berit, "Varför kom ni inte?")):
        assert as_(who).get(address).json()["statements"][0]["question"] == question
        asked = as_(who).get(f"{address}history/").json()["results"][-1]
        assert asked["data"].get("question") == question


def test_opening_it_at_the_body_counts_as_delivered_but_a_systems_reading_does_not(as_, bo, filed, address, system):
    assert system("read").client.get(address).status_code == 200
    assert Delivery.objects.get(deviation=filed).seen_at is None
    as_(bo).get(address)
    assert Delivery.objects.get(deviation=filed).seen_by == bo


def test_reading_again_writes_nothing(as_, anna, bo, filed, address):
    as_(bo).get(address)
    for who in (anna, bo):
        client = as_(who)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert [q["sql"] for q in captured if not q["sql"].lstrip().startswith("SELECT")] == []


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def many(cast, filing):
    """Twelve, of which the first four are about the phone line."""
    return [
        file(filing(age=14, category="contact/phone_line" if n < 4 else "sip", local_reference=""), by=cast.anna)
        for n in range(12)
    ]


def test_pages_follow_each_other_without_gap_or_repeat(as_, bo, many):
    client, found, address = as_(bo), [], f"{DEVIATIONS}?size=5"
    counts = []
    while address:
        page = client.get(address).json()
        found += [d["public_id"] for d in page["results"]]
        counts.append(page["count"])
        address = page["next"]
    assert found == [str(d.public_id) for d in reversed(many)]
    assert counts == [12, None, None]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "contact"}, 4),
        ({"category": "contact/phone_line"}, 4),
        ({"state": ["submitted", "closed"]}, 12),
        ({"state": "closed"}, 0),
        ({"kind": "risk"}, 0),
        ({"q": "KALLELSE elevhälsan"}, 12),
        ({"q": "kallelse zebra"}, 0),
        ({"filed_from": "2199-01-01"}, 0),
        ({"filed_to": "2199-01-01"}, 12),
    ],
)
def test_filters_narrow_list_count_and_exports_alike(as_, bo, many, query, expected):
    client = as_(bo)
    listed = client.get(DEVIATIONS, query).json()
    assert (len(listed["results"]), listed["count"]) == (expected, expected)
    assert len(client.get(f"{DEVIATIONS}export.csv", query).getvalue().decode().splitlines()) == expected + 1


def test_filters_by_body_and_principal(as_, bo, many, cast):
    client, body = as_(bo), many[0].accountable_body_id
    assert client.get(DEVIATIONS, {"accountable_body": body}).json()["count"] == 12
    assert client.get(DEVIATIONS, {"accountable_body": body + 1}).json()["count"] == 0
    principal = many[0].reporting_principal_id
    assert client.get(DEVIATIONS, {"reporting_principal": principal}).json()["count"] == 12
    assert client.get(DEVIATIONS, {"receiving_principal": principal}).json()["count"] == 0


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"stat": "closed"}, "stat", "unknown_field"),
        ({"state": "draft"}, "state", "invalid_choice"),
        ({"filed_from": "0001-01-01"}, "filed_from", "out_of_range"),
        ({"cursor": "påhittad"}, "cursor", "bad_cursor"),
        ({"size": 0}, "size", "min_value"),
        ({"accountable_body": 10**30}, "accountable_body", "max_value"),
    ],
)
def test_a_filter_that_is_not_understood_is_refused_and_not_ignored(as_, bo, many, query, field, code):
    answer = as_(bo).get(DEVIATIONS, query)
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_list_costs_the_same_queries_for_one_and_for_thirty(as_, bo, anna, filing):
    for _one in range(30):
        file(filing(), by=anna)
    client = as_(bo)
    assert queries(client, f"{DEVIATIONS}?size=1") == queries(client, f"{DEVIATIONS}?size=30") <= 7


def test_a_document_costs_the_same_queries_with_one_and_many_statements(as_, bo, filing, cast):
    one, two = unit("blekinge", "rb-bup"), unit("blekinge", "rb-bum")
    few = file(filing(), by=cast.anna)
    many = file(filing(receiving_units=(one, two, unit("blekinge", "rb-logopedi"))), by=cast.anna)
    for deviation, units in ((few, [one]), (many, [one, two])):
        handling.receive(deviation, by=bo)
        statements.request_statement(deviation, of=units, question="Hur såg det ut hos er?", by=bo)
    client = as_(bo)
    cost = [queries(client, f"{DEVIATIONS}{d.public_id}/") for d in (few, many)]
    assert cost[0] == cost[1]


# ── exports ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_cell_never_begins_a_formula(as_, anna, bo, filing):
    file(filing(happened='=HYPERLINK("http://x")', comment=" +1", suggestion="-2", tags=("@sum",)), by=anna)
    import csv
    import io

    text = as_(bo).get(f"{DEVIATIONS}export.csv").getvalue().decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert (row["happened"], row["comment"], row["suggestion"]) == ('\'=HYPERLINK("http://x")', "' +1", "'-2")


def test_an_export_carries_the_whole_list_across_pages_and_no_part_that_points_at_a_person(as_, bo, many, monkeypatch):
    monkeypatch.setattr("api.exports.PAGE", 7)
    answer = as_(bo).get(f"{DEVIATIONS}export.json")
    import json

    rows = json.loads(answer.getvalue())
    assert [r["public_id"] for r in rows] == [str(d.public_id) for d in reversed(many)]
    assert not {"reporter", "local_reference", "filed_by"} & set(rows[0])


def test_changes_since_a_position_are_ids_that_the_caller_may_see(as_, bo, cecilia, filed):
    start = as_(bo).get("/api/v1/changes/").json()
    assert start["changes"] == []
    handling.receive(filed, by=bo)
    seen = as_(bo).get("/api/v1/changes/", {"after": 0}).json()
    assert [(c["deviation"], c["sequence"]) for c in seen["changes"]] == [(str(filed.public_id), 2)]
    assert as_(cecilia).get("/api/v1/changes/", {"after": 0}).json()["changes"] == []
    assert Deviation.objects.count() == 1


def test_notes_of_the_body_before_are_not_read_by_the_next(as_, bo, filed, address):
    handling.note(filed, text="Ta upp med BUP:s chef.", by=bo)
    vera = User.objects.create_user("vera@example.se", "x", name="Vera")
    grant(vera, "coordinator", body("blekinge", "sg_vuxna"), by=None)
    handling.hand_over(filed, to=body("blekinge", "sg_vuxna"), reason="Gäller vuxna.", by=bo)
    handling.note(Deviation.objects.get(pk=filed.pk), text="Ring vuxenpsykiatrin.", by=vera)
    assert [n["text"] for n in as_(vera).get(f"{address}notes/").json()] == ["Ring vuxenpsykiatrin."]
    assert as_(bo).get(f"{address}notes/").status_code == 403


def test_why_somebody_was_invited_is_for_those_who_handle_it(as_, anna, bo, maria, filed, address):
    handling.invite(filed, user=maria, reason="Är rektor på skolan.", by=bo)

    def told(who):
        return [e["data"] for e in as_(who).get(f"{address}history/").json()["results"] if e["step"] == "invite"]

    assert told(bo) == [{"reason": "Är rektor på skolan."}]
    assert (told(anna), told(maria)) == ([{}], [{}])
