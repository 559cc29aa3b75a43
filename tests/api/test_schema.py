"""The OpenAPI document: valid, complete, and true. What the API answers is held against it by generated calls."""

import io
import json
from collections import Counter
from contextlib import contextmanager
from uuid import UUID

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.throttling import CallerRateThrottle
from deploy.wsgi import application
from orgs.permissions import grant
from tests.cast import body, unit


def document():
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_the_document_is_valid_openapi_3_1_and_made_without_a_warning(db):
    call_command("spectacular", validate=True, fail_on_warn=True, file=None, stdout=io.StringIO())
    found = document()
    assert found["openapi"].startswith("3.1")
    validate_schema(found)


def test_every_address_is_in_the_document(db):
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/")
    hidden = {"schema", "docs", "nowhere"}
    names = {p.name for p in api.url_patterns} - hidden
    assert len(document()["paths"]) == len(names)


def test_every_operation_is_described_and_may_answer_with_a_problem(db):
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), (path, method)
            assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}


def test_the_viewer_needs_no_inline_code(client):
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<script src=") == text.count("<script")
    assert "<style" not in text
    assert "style=" not in text
    assert "script-src 'self'" in page["Content-Security-Policy"]
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode()


@contextmanager
def one_connection():
    """Calls through WSGI would otherwise close the connection that the test's transaction is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 5  # per operation


@pytest.fixture
def logged_in(cast, as_):
    """Anna's session, with every kind of role there is: what is generated should get as far in as it can."""
    grant(cast.anna, "unit_manager", unit("blekinge", "1080-elevhalsan"), by=None)
    grant(cast.anna, "investigator", unit("blekinge", "rb-bup"), by=None)
    grant(cast.anna, "coordinator", body("blekinge", "sg_barn_unga"), by=None)
    grant(cast.anna, "county_administrator", unit("blekinge", "rb-bup").county, by=None)
    session = as_(cast.anna).cookies["sessionid"].value
    headers = {"X-CSRFToken": "a" * 32, "Accept-Encoding": "identity"}  # without a network nobody unpacks the answer
    return {"cookies": {"sessionid": session, "csrftoken": "a" * 32}, "headers": headers}


def test_no_generated_call_fails_inside_and_every_answer_is_as_described(filed, logged_in, monkeypatch):
    monkeypatch.setattr(CallerRateThrottle, "THROTTLE_RATES", {"caller": "100000/min"})
    described = document()
    for operations in described["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)  # else made-up credentials take the place of the session
    schema = schemathesis.openapi.from_dict(described)
    schema.app = application
    calls = Counter()
    with one_connection():
        for found in schema.get_all_operations():
            generated_calls(found.ok(), filed, logged_in, calls)
    assert sum(calls.values()) > 200
    assert calls[401] == 0
    assert calls[200] > 50


def generated_calls(operation, filed, logged_in, calls):
    """Some calls of one operation, half of them at the deviation that is there; each undone afterwards."""
    reporting, receiving = filed.reporting_unit_id, filed.receiving_unit_id
    real = {"reporting_unit": reporting, "receiving_units": [receiving], "of": [receiving], "owner": receiving}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case):
        if "public_id" in case.path_parameters and UUID(str(case.path_parameters["public_id"])).int % 2:
            case.path_parameters["public_id"] = str(filed.public_id)
        if isinstance(case.body, dict):
            case.body.update({name: real[name] for name in real if name in case.body})
        with transaction.atomic():
            answer = case.call_and_validate(**logged_in, checks=CHECKS)
            transaction.set_rollback(True)
        calls[answer.status_code] += 1

    call()
