"""Looking up who there is, what is agreed and who answers for what."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import body, unit


@pytest.mark.parametrize("q", ["bup", "BARN- OCH UNGDOMSPSYK", "psykiatrin"])
def test_a_unit_is_found_by_three_letters_of_name_or_alias(as_, anna, q):
    found = as_(anna).get("/api/v1/organisations/", {"q": q, "county": "blekinge"}).json()["results"]
    assert unit("blekinge", "rb-bup").pk in {o["id"] for o in found}


def test_swedish_letters_are_found_whatever_their_case(as_, anna):
    found = as_(anna).get("/api/v1/organisations/", {"q": "ÄTSTÖRN"}).json()["results"]
    assert "Ätstörningsenheten" in {o["name"] for o in found}


def test_two_letters_are_too_few(as_, anna):
    answer = as_(anna).get("/api/v1/organisations/", {"q": "bu"})
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("q", "min_length")]


def test_a_unit_shows_where_it_belongs(as_, anna):
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    shown = as_(anna).get(f"/api/v1/organisations/{elevhalsan.pk}/").json()
    assert (shown["full_name"], shown["municipality_code"], shown["county"]) == (
        "Elevhälsan, Karlskrona kommun",
        "1080",
        "blekinge",
    )
    assert (shown["principal"], shown["parent"]) == (elevhalsan.principal_id, elevhalsan.parent_id)
    children = as_(anna).get("/api/v1/organisations/", {"parent": elevhalsan.parent_id}).json()["results"]
    assert "1080-elevhalsan" in {o["key"] for o in children}


def test_bodies_show_level_mandate_and_what_steers_them(as_, anna):
    found = as_(anna).get("/api/v1/bodies/", {"county": "blekinge"}).json()
    shown = next(b for b in found if b["key"] == "sg_barn_unga")
    assert (shown["name"], shown["may_decide"]) == ("Samverkansgrupp Barn och unga", True)
    assert shown["steering_body"] == body("blekinge", "lsvo").pk
    assert as_(anna).get(f"/api/v1/bodies/{shown['id']}/").json() == shown


def test_agreements_show_validity_and_clauses(as_, anna):
    found = as_(anna).get("/api/v1/agreements/", {"county": "blekinge"}).json()
    assert {a["county"] for a in found} == {"blekinge"}
    assert any(a["clauses"] for a in found)


def test_categories_and_choices_come_from_the_profile_in_force(as_, anna):
    categories = as_(anna).get("/api/v1/counties/blekinge/categories/").json()
    assert "sip/called_party_absent" in {c["code"] for c in categories}
    choices = as_(anna).get("/api/v1/counties/blekinge/choices/").json()
    assert {g["id"]: (g["youngest"], g["oldest"]) for g in choices["target_groups"]}["barn_unga"] == (0, 18)
    assert "not_ours" in {c["id"] for c in choices["decline_reasons"]}


def test_who_answers_for_a_condition_at_a_level_of_care(as_, anna):
    shown = as_(anna).get("/api/v1/counties/blekinge/responsibility/", {"q": "ätpro", "level": 3}).json()
    assert [(a["id"], [level["answers"] for level in a["levels"]]) for a in shown["areas"]] == [
        ("atproblematik", [["BUP", "Ätstörningsenheten", "Barn- och ungdomsmedicin"]])
    ]


@pytest.mark.parametrize(
    "address", ["organisations/?q=skola", "bodies/", "agreements/", "counties/", "counties/blekinge/categories/"]
)
def test_a_look_up_costs_few_queries_however_much_it_finds(as_, anna, address):
    client = as_(anna)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/v1/{address}").status_code == 200
    assert len(captured) <= 5
