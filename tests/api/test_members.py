"""Rights through the API: seen, given and ended only by those who answer for them."""

import pytest

from orgs.models import BodyMembership, OrganisationMembership
from tests.cast import body, person, unit

MEMBERSHIPS = "/api/v1/memberships/"


@pytest.fixture
def elevhalsan(cast):
    return unit("blekinge", "1080-elevhalsan")


def test_a_unit_manager_sees_who_holds_what_at_the_unit(as_, maria, elevhalsan):
    rows = as_(maria).get(MEMBERSHIPS, {"organisation": elevhalsan.pk}).json()
    assert {(r["user"], r["role"], r["place"]) for r in rows} == {
        ("Anna Andersson", "reporter", "organisation"),
        ("Maria Mattsson", "unit_manager", "organisation"),
    }


def test_a_coordinator_sees_also_who_held_a_role(as_, bo):
    rows = as_(bo).get(MEMBERSHIPS, {"body": body("blekinge", "sg_barn_unga").pk}).json()
    assert [(r["user"], r["ended_at"] is None) for r in rows] == [("Bo Berg", True), ("Disa Dahl", False)]


@pytest.mark.parametrize("name", ["anna", "cecilia", "disa", "lena", "berit"])
def test_others_see_and_change_nothing(as_, cast, elevhalsan, name):
    client = as_(getattr(cast, name))
    assert client.get(MEMBERSHIPS, {"organisation": elevhalsan.pk}).status_code == 403
    given = {"user": cast.lena.email, "role": "reporter", "organisation": elevhalsan.pk}
    answer = client.post(MEMBERSHIPS, given)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Bara den som ansvarar för behörigheter här kan ändra dem.",
    )
    held = OrganisationMembership.objects.get(user=cast.anna)
    assert client.post(f"{MEMBERSHIPS}organisation/{held.pk}/end/").status_code == 404
    held.refresh_from_db()
    assert held.ended_at is None


def test_a_role_given_is_in_force_at_once_and_ended_at_once(as_, maria, elevhalsan):
    new = person("nora", "Nora Nilsson")
    assert as_(new).get("/api/v1/me/").json()["roles"] == []
    given = {"user": new.email, "role": "reporter", "organisation": elevhalsan.pk, "valid_until": "2199-12-31"}
    answer = as_(maria).post(MEMBERSHIPS, given)
    assert (answer.status_code, answer.json()["valid_until"]) == (201, "2199-12-31")
    assert [r["role"] for r in as_(new).get("/api/v1/me/").json()["roles"]] == ["reporter"]
    ended = as_(maria).post(f"{MEMBERSHIPS}organisation/{answer.json()['id']}/end/")
    assert (ended.status_code, ended.json()["ended_at"] is not None) == (200, True)
    assert as_(new).get("/api/v1/me/").json()["roles"] == []


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"role": "coordinator"}, "role", "wrong_place"),
        ({"role": "kung"}, "role", "invalid_choice"),
        ({"user": "ingen@example.se"}, "user", "does_not_exist"),
        ({"county": "blekinge"}, "non_field_errors", "one_place"),
    ],
)
def test_a_role_that_cannot_be_given_is_refused_at_the_field(as_, ada, anna, elevhalsan, given, field, code):
    whole = {"user": anna.email, "role": "reporter", "organisation": elevhalsan.pk, **given}
    answer = as_(ada).post(MEMBERSHIPS, whole)
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


def test_whoever_may_not_give_roles_is_not_told_who_has_an_account(as_, anna, lena, filed, elevhalsan):
    client = as_(anna)
    invite = f"/api/v1/deviations/{filed.public_id}/invite/"
    answers = {
        (
            client.post(MEMBERSHIPS, {"user": who, "role": "reporter", "organisation": elevhalsan.pk}).content,
            client.post(invite, {"user": who, "reason": "x"}).content,
        )
        for who in (lena.email, "ingen@example.se")
    }
    assert len(answers) == 1


def test_an_address_is_recognised_whatever_its_case(as_, maria, lena, elevhalsan):
    given = {"user": "Lena@Example.SE", "role": "reporter", "organisation": elevhalsan.pk}
    assert as_(maria).post(MEMBERSHIPS, given).json()["email"] == lena.email


def test_a_county_administrator_ends_a_role_on_a_body(as_, ada, bo):
    held = BodyMembership.objects.get(user=bo)
    assert as_(ada).post(f"{MEMBERSHIPS}body/{held.pk}/end/").status_code == 200
    assert as_(ada).post(f"{MEMBERSHIPS}okänt/{held.pk}/end/").status_code == 404
    assert as_(bo).get("/api/v1/me/").json()["roles"] == []
