"""A dispute from its opening to what it teaches, as other systems take it and read it."""

import json

import pytest
from django.test import Client

from deviations.models import Precedent
from deviations.services import handling
from tests.cast import unit
from tests.deviations.test_disputes import QUESTION, WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def send():
    def as_(who, address, **body):
        client = Client()
        client.force_login(who)
        if not body:
            return client.get(f"/api/v1/{address}")
        return client.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json")

    return as_


@pytest.fixture
def through(send, filed, bo, berit, maria):
    """Every step of it through the API; returns the deviation's document."""
    handling.receive(filed, by=bo)
    bup = unit("blekinge", "rb-bup").pk
    steps = [
        (maria, "open_dispute", {"question": QUESTION, "clause": "lansavtal/ansvar"}),
        (maria, "give_view", {"text": "Bedömningen är gjord."}),
        (berit, "give_view", {"text": "Elevhälsan ska göra mer."}),
        (bo, "set_interim", {"responsible": bup, "reason": "Barnet väntar."}),
        (bo, "decide_dispute", {"responsible": bup, "text": "BUP tar emot."}),
        (bo, "publish_precedent", WORDS),
    ]
    for who, step, body in steps:
        response = send(who, f"deviations/{filed.public_id}/{step}/", **body)
        assert (step, response.status_code) == (step, 200)
    return response.json()


def test_the_parties_read_the_dispute_with_the_deviation(through):
    [dispute] = through["disputes"]
    views = [(view["organisation"], view["text"]) for view in dispute["views"]]
    assert views == [
        ("Elevhälsan, Karlskrona kommun", "Bedömningen är gjord."),
        ("BUP, Region Blekinge", "Elevhälsan ska göra mer."),
    ]
    told = {name: dispute[name] for name in ("status", "question", "clause", "opened_for", "decision", "binding")}
    assert told == {
        "status": "decided", "question": QUESTION, "clause": "lansavtal/ansvar", "decision": "BUP tar emot.",
        "opened_for": "Elevhälsan, Karlskrona kommun", "binding": True,
    }  # fmt: skip
    assert (dispute["interim_responsible"]["name"], dispute["responsible"]["name"]) == ("BUP", "BUP")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1),
        ("?county=blekinge&q=remisser", 1),
        ("?category=sip&clause=lansavtal", 1),
        ("?county=varmland", 0),
        ("?q=läkemedel", 0),
        ("?problem_area=oro_angest", 0),
        ("?category=si", 0),
    ],
)
def test_the_library_is_asked_for_by_county_and_by_what_it_is_about(through, send, anna, query, number):
    found = send(anna, f"precedents/{query}").json()
    assert (len(found["results"]), found["more"]) == (number, False)


def test_a_misspelt_filter_is_refused(send, anna):
    assert send(anna, "precedents/?lan=blekinge").status_code == 400


def test_one_is_read_by_the_county_and_by_no_other(through, send, lena, cecilia):
    precedent = Precedent.objects.get()
    shown = send(lena, f"precedents/{precedent.public_id}/").json()
    assert {name: shown[name] for name in WORDS} == WORDS
    assert send(cecilia, f"precedents/{precedent.public_id}/").status_code == 404
    assert send(cecilia, "precedents/").json()["results"] == []


def test_it_is_taken_back_with_a_reason(through, send, bo, anna):
    address = f"precedents/{Precedent.objects.get().public_id}/withdraw/"
    assert send(anna, address, reason="Nej.").status_code == 403
    assert send(bo, address, reason="").json()["errors"] == [
        {"field": "reason", "code": "required", "message": "Skriv vad som gäller i stället."}
    ]
    assert send(bo, address, reason="Ny överenskommelse.").json()["withdrawn_reason"] == "Ny överenskommelse."
    assert send(bo, address, reason="Igen.").status_code == 409
