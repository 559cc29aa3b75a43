"""Filing through the API: once, with a key, or by way of a draft."""

import pytest

from deviations.models import Deviation, LocalReference
from tests.cast import unit

KEY = {"HTTP_IDEMPOTENCY_KEY": "b9b6c0de-0001"}
DEVIATIONS = "/api/v1/deviations/"


def test_what_is_filed_reaches_the_accountable_body_and_is_answered_with_its_document(as_, anna, bl_01):
    answer = as_(anna).post(DEVIATIONS, bl_01, **KEY)
    assert answer.status_code == 201
    document = answer.json()
    assert document["accountable_body"]["name"] == "Samverkansgrupp Barn och unga"
    assert document["state"] == "submitted"
    assert document["routing"]["explanation"]["sentence"].startswith("Går till Samverkansgrupp Barn och unga")
    assert LocalReference.objects.get(deviation__public_id=document["public_id"]).reference == "EH-17"


def test_the_same_sent_again_is_stored_once_and_says_so(as_, anna, bl_01):
    client = as_(anna)
    first = client.post(DEVIATIONS, bl_01, **KEY)
    again = client.post(DEVIATIONS, bl_01, **KEY)
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.json()["public_id"] == first.json()["public_id"]
    assert Deviation.objects.filter(filed_by=anna).count() == 1


def test_another_content_under_the_same_key_is_refused(as_, anna, bl_01):
    client = as_(anna)
    client.post(DEVIATIONS, bl_01, **KEY)
    answer = client.post(DEVIATIONS, {**bl_01, "age": 15}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    assert Deviation.objects.filter(filed_by=anna).count() == 1


@pytest.mark.parametrize(("key", "code"), [(None, "required"), ("kort", "invalid"), ("mellan slag här", "invalid")])
def test_a_missing_or_unusable_key_is_refused(as_, anna, bl_01, key, code):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    answer = as_(anna).post(DEVIATIONS, bl_01, **headers)
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("Idempotency-Key", code)]
    assert not Deviation.objects.exists()


def test_every_fault_is_told_at_its_field_and_nothing_is_stored(as_, anna, bl_01):
    wrong = {**bl_01, "category": "finns inte", "occurred_on": None, "happened": "Ring 070-123 45 67."}
    answer = as_(anna).post(DEVIATIONS, wrong, **KEY)
    assert answer.status_code == 400
    assert {(e["field"], e["code"]) for e in answer.json()["errors"]} == {
        ("category", "unknown"),
        ("occurred_on", "required"),
        ("happened", "phone"),
    }
    assert not Deviation.objects.exists()


def test_a_unit_where_one_does_not_work_is_refused(as_, anna, bl_01):
    answer = as_(anna).post(DEVIATIONS, {**bl_01, "reporting_unit": unit("blekinge", "rb-bup").pk}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert answer.json()["detail"] == "Du kan bara anmäla från en enhet där du arbetar."


def test_a_preview_shows_the_way_and_the_guards_words_and_stores_nothing(as_, anna, bl_01):
    answer = as_(anna).post(f"{DEVIATIONS}preview/", {**bl_01, "happened": "Anna Svensson ringde 070-123 45 67."})
    assert answer.status_code == 200
    seen = answer.json()
    assert seen["routing"]["accountable"] == "sg_barn_unga"
    assert {(f["field"], f["code"], f["blocks"]) for f in seen["findings"]} == {
        ("happened", "names_a_person", False),
        ("happened", "phone", True),
    }
    assert [e["code"] for e in seen["errors"]] == ["phone"]
    assert not Deviation.objects.exists()


def test_a_preview_from_another_unit_is_refused(as_, cecilia, bl_01):
    assert as_(cecilia).post(f"{DEVIATIONS}preview/", bl_01).status_code == 403


def test_a_draft_is_kept_changed_and_submitted(as_, anna, bl_01):
    client = as_(anna)
    kept = client.post("/api/v1/drafts/", {"reporting_unit": bl_01["reporting_unit"], "happened": "Kallelse gick ut."})
    assert (kept.status_code, kept.json()["state"]) == (201, "draft")
    address = f"/api/v1/drafts/{kept.json()['public_id']}/"
    rest = {name: bl_01[name] for name in ("receiving_units", "occurred_on", "category", "age")}
    changed = client.patch(address, rest)
    assert (changed.status_code, changed.json()["happened"]) == (200, "Kallelse gick ut.")
    assert [d["public_id"] for d in client.get("/api/v1/drafts/").json()["results"]] == [kept.json()["public_id"]]
    sent = client.post(f"{DEVIATIONS}{kept.json()['public_id']}/submit/", {})
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    assert client.get("/api/v1/drafts/").json()["results"] == []


def test_a_draft_is_its_authors_alone(as_, anna, maria, bl_01):
    kept = as_(anna).post("/api/v1/drafts/", {"reporting_unit": bl_01["reporting_unit"]}).json()["public_id"]
    client = as_(maria)
    assert client.get("/api/v1/drafts/").json()["results"] == []
    assert client.patch(f"/api/v1/drafts/{kept}/", {"happened": "x"}).status_code == 404
    assert client.get(f"{DEVIATIONS}{kept}/").status_code == 404


def test_a_discarded_draft_is_gone(as_, anna, bl_01):
    client = as_(anna)
    kept = client.post("/api/v1/drafts/", {"reporting_unit": bl_01["reporting_unit"]}).json()["public_id"]
    assert client.post(f"{DEVIATIONS}{kept}/discard/", {}).status_code == 204
    assert client.get(f"{DEVIATIONS}{kept}/").status_code == 404
