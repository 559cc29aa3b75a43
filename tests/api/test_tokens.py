"""Organisation tokens: shown once, expiring, revocable, and never more than their account and their scopes."""

import datetime
import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from api import tokens
from api.models import OrganisationToken
from deviations.errors import Invalid
from orgs.permissions import NotAllowed, grant, keys_of
from tests.cast import body, unit

DEVIATIONS = "/api/v1/deviations/"


def with_header(value):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=value)
    return client.get("/api/v1/me/")


def issue(client, **changes):
    elevhalsan = unit("blekinge", "1080-elevhalsan").pk
    expires = (timezone.now() + datetime.timedelta(days=90)).isoformat()
    given = {"name": "Elevjournalen", "scopes": ["read", "file"], "expires_at": expires, **changes}
    return client.post(f"/api/v1/organisations/{elevhalsan}/tokens/", given)


@pytest.mark.parametrize("name", ["maria", "ada"])
def test_whoever_answers_for_rights_issues_a_token_that_is_shown_once(as_, cast, name):
    client = as_(getattr(cast, name))
    answer = issue(client)
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    written = answer.json()["token"]
    listed = client.get(f"/api/v1/organisations/{unit('blekinge', '1080-elevhalsan').pk}/tokens/")
    assert written.rpartition("_")[2] not in listed.content.decode()
    stored = OrganisationToken.objects.get()
    assert stored.secret_hash == hashlib.sha256(written.split("_", 2)[2].encode()).hexdigest()
    assert written.startswith(f"samsyn_{stored.prefix}_")


@pytest.mark.parametrize("name", ["anna", "bo", "cecilia", "lena"])
def test_nobody_else_issues_lists_or_revokes(as_, cast, system, name):
    token = system("read").token
    client = as_(getattr(cast, name))
    assert issue(client).status_code == 403
    assert client.get(f"/api/v1/organisations/{token.organisation_id}/tokens/").status_code == 403
    assert client.post(f"/api/v1/tokens/{token.prefix}/revoke/").status_code == 404
    with pytest.raises(NotAllowed):
        tokens.revoke(token, by=getattr(cast, name))
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2199-01-01T00:00:00Z"}, "expires_at"),
    ],
)
def test_a_token_has_a_name_scopes_and_an_end(as_, maria, changes, field):
    answer = issue(as_(maria), **changes)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, [field])
    assert not OrganisationToken.objects.exists()


def test_scopes_that_do_not_exist_are_refused_by_the_service_too(maria):
    with pytest.raises(Invalid):
        tokens.issue(
            unit("blekinge", "1080-elevhalsan"),
            name="X",
            scopes={"everything"},
            expires_at=timezone.now() + datetime.timedelta(days=1),
            by=maria,
        )


def test_a_token_acts_as_its_own_account_with_its_organisations_roles(system):
    made = system("read", "file")
    me = made.client.get("/api/v1/me/").json()
    assert me["name"] == "Elevjournalen, Elevhälsan, Karlskrona kommun"
    assert me["scopes"] == ["file", "read"]
    assert {(r["role"], r["name"]) for r in me["roles"]} == {("investigator", "Elevhälsan"), ("reporter", "Elevhälsan")}


def test_a_system_files_reads_and_sees_only_its_own_organisations(system, filed, bl_01, as_, cast, filing):
    client = system("read", "file").client
    assert [d["public_id"] for d in client.get(DEVIATIONS).json()["results"]] == [str(filed.public_id)]
    answer = client.post(DEVIATIONS, bl_01, HTTP_IDEMPOTENCY_KEY="system-0001")
    assert answer.status_code == 201
    stranger = system("read", organisation=unit("varmland", cast_unit_of_varmland()), by=None or varmland_admin())
    assert stranger.client.get(DEVIATIONS).json()["results"] == []
    assert stranger.client.get(f"{DEVIATIONS}{filed.public_id}/").status_code == 404


def cast_unit_of_varmland():
    from orgs.models import Organisation

    return Organisation.objects.filter(county__slug="varmland", parent__isnull=False).earliest("pk").key


def varmland_admin():
    from orgs.models import County
    from tests.cast import person

    admin = person("vera", "Vera Vik")
    grant(admin, "county_administrator", County.objects.get(slug="varmland"), by=None)
    return admin


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("read", {"list", "read", "changes", "organisations"}),
        ("file", {"file", "preview", "drafts", "organisations"}),
        ("answer", {"organisations"}),
        ("handle", {"organisations"}),
        ("reports", {"organisations"}),
        ("members", {"memberships", "organisations"}),
    ],
)
def test_a_scope_reaches_what_it_names_and_nothing_else(system, filed, bl_01, scope, allowed):
    made = system(scope)
    grant(made.token.account, "unit_manager", made.token.organisation, by=None)
    client, one = made.client, f"{DEVIATIONS}{filed.public_id}/"
    place = {"organisation": made.token.organisation_id}
    answers = {
        "list": client.get(DEVIATIONS),
        "read": client.get(one),
        "changes": client.get("/api/v1/changes/"),
        "file": client.post(DEVIATIONS, bl_01, HTTP_IDEMPOTENCY_KEY="system-0001"),
        "preview": client.post(f"{DEVIATIONS}preview/", bl_01),
        "drafts": client.get("/api/v1/drafts/"),
        "memberships": client.get("/api/v1/memberships/", place),
        "organisations": client.get("/api/v1/organisations/"),
        "tokens": client.get(f"/api/v1/organisations/{made.token.organisation_id}/tokens/"),
        "receive": client.post(f"{one}receive/", {}),
    }
    reached = {name for name, answer in answers.items() if answer.status_code < 400}
    assert reached == allowed
    codes = {answer.json()["code"] for name, answer in answers.items() if name not in reached}
    assert codes <= {"outside_scope", "people_only", "not_allowed"}


def test_a_scope_gives_no_right_that_the_account_lacks(system, filed, bo):
    made = system("handle")
    one = f"{DEVIATIONS}{filed.public_id}/"
    assert made.client.post(f"{one}receive/", {}).status_code == 404
    grant(made.token.account, "coordinator", body("blekinge", "sg_barn_unga"), by=bo)
    assert made.client.post(f"{one}receive/", {}).status_code == 200


@pytest.mark.parametrize("written", ["", "x", "samsyn_", "samsyn_0123456789ab_" + "a" * 43, "sam\xe5", "a" * 5000])
def test_a_token_that_is_not_one_is_401(db, written):
    answer = with_header(f"Bearer {written}")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_token_with_another_secret_is_401(system):
    made = system("read")
    assert with_header(f"Bearer {made.written}").status_code == 200
    assert with_header(f"Bearer {made.written[:-3]}AAA").status_code == 401


def test_an_expired_token_is_401(system, time_machine):
    made = system("read", days=30)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=29, hours=23))
    assert made.client.get("/api/v1/me/").status_code == 200
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=2))
    assert made.client.get("/api/v1/me/").status_code == 401


def test_a_revoked_token_is_401_at_once_and_its_roles_have_ended(as_, maria, system):
    made = system("read", "file")
    answer = as_(maria).post(f"/api/v1/tokens/{made.token.prefix}/revoke/")
    assert (answer.status_code, answer.json()["revoked_at"] is not None) == (200, True)
    assert made.client.get("/api/v1/me/").status_code == 401
    made.token.account.refresh_from_db()
    made.token.account.is_active = True
    assert keys_of(made.token.account).roles == ()


def test_recognising_a_token_is_one_query_and_one_more_on_its_first_use_a_day(system):
    made = system("read")
    costs = []
    for _use in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert tokens.token_for(made.written)
        costs.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    assert costs == [2, 1]
    assert OrganisationToken.objects.get().last_used_on == timezone.localdate()
