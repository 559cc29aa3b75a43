"""Refusals: always a problem document, always Swedish, never a trace of what went wrong inside."""

import json

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from api.throttling import CallerRateThrottle

DEVIATIONS = "/api/v1/deviations/"


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert set(document) == {"type", "title", "status", "detail", "code", "errors"}
    assert (document["type"], document["status"]) == ("about:blank", answer.status_code)
    return document["status"], document["code"], document["detail"]


def test_an_address_that_is_not_there(as_, anna):
    assert problem(as_(anna).get("/api/v1/finns/inte")) == (
        404,
        "not_found",
        "Det finns inget på den här adressen som du kan se.",
    )
    assert problem(as_(anna).delete("/api/v1/finns/inte"))[0] == 404
    assert problem(as_().get("/api/v1/finns/inte"))[0] == 401


def test_a_method_that_is_not_taken(as_, anna):
    assert problem(as_(anna).delete(DEVIATIONS)) == (405, "method_not_allowed", "Adressen tar inte emot den metoden.")


def test_a_format_that_is_not_offered(as_, anna):
    assert problem(as_(anna).get(DEVIATIONS, HTTP_ACCEPT="text/html"))[:2] == (406, "not_acceptable")


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"age": NaN}', b"[" * 100_000, b'"bara text"', b"[1]", b"null", b""]
)
def test_what_is_not_a_json_object_is_400(as_, anna, body):
    answer = as_(anna).post(DEVIATIONS, data=body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="12345678")
    assert problem(answer)[0] == 400


def test_another_content_type_is_415(as_, anna):
    answer = as_(anna).post(f"{DEVIATIONS}preview/", data="a=1", content_type="application/x-www-form-urlencoded")
    assert problem(answer) == (415, "unsupported_media_type", "Skicka application/json.")


def test_too_much_is_413(as_, anna, bl_01):
    answer = as_(anna).post(f"{DEVIATIONS}preview/", {**bl_01, "happened": "å" * 2_500_000})
    assert problem(answer) == (413, "too_large", "Innehållet är större än 2,5 MB.")


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_characters_that_no_database_takes_are_refused(as_, anna, bl_01, text):
    body = json.dumps({**bl_01, "happened": text})
    answer = as_(anna).post(f"{DEVIATIONS}preview/", data=body, content_type="application/json")
    assert problem(answer)[:2] == (400, "invalid")
    assert answer.json()["errors"][0]["field"] == "happened"


def test_a_session_without_the_csrf_token_may_read_and_not_write(anna, bl_01):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(anna)
    assert client.get(DEVIATIONS).status_code == 200
    assert problem(client.post(f"{DEVIATIONS}preview/", bl_01, format="json"))[:2] == (403, "csrf")


def test_a_token_needs_no_csrf_token(system, bl_01):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {system('file').written}")
    assert client.post(f"{DEVIATIONS}preview/", bl_01, format="json").status_code == 200


def test_too_many_calls_wait_and_are_counted_per_caller(as_, anna, bo, monkeypatch):
    monkeypatch.setattr(CallerRateThrottle, "THROTTLE_RATES", {"caller": "2/min"})
    cache.clear()
    client = as_(anna)
    assert [client.get("/api/v1/me/").status_code for _ in range(2)] == [200, 200]
    third = client.get("/api/v1/me/")
    assert problem(third)[:2] == (429, "throttled")
    assert 0 < int(third["Retry-After"]) <= 61
    assert as_(bo).get("/api/v1/me/").status_code == 200


def test_a_fault_of_ours_is_500_without_any_detail_of_it(as_, anna, monkeypatch, caplog):
    def broken(*args):
        raise RuntimeError("hemlig sökväg /srv/x")

    monkeypatch.setattr("api.views.members._roles_of", broken)
    client = as_(anna)
    client.raise_request_exception = False
    answer = client.get("/api/v1/me/")
    assert problem(answer) == (500, "internal", "Något gick fel hos oss. Inget sparades till hälften.")
    assert "hemlig" in caplog.text
    assert "hemlig" not in answer.content.decode()


def test_a_county_without_a_profile_in_force_is_409(as_, anna):
    from orgs.models import County

    County.objects.create(code="99", slug="tomt", name="Tomt län")
    assert problem(as_(anna).get("/api/v1/counties/tomt/categories/"))[:2] == (409, "no_profile_in_force")
    assert problem(as_(anna).get("/api/v1/counties/inget/categories/"))[:2] == (404, "not_found")
