"""Training in SIP through the API: written, corrected, read from a file, and never anything about a person."""

import base64
import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.models import SipTraining
from deviations.services import sip_training
from deviations.services.sip_training import Trained
from tests.cast import unit

TRAINING = "/api/v1/sip_training/"
FILE = "Enhet;Medarbetare;Utbildade;SIP-samordnare\nElevhälsan;12;5;ja\nSkola;40;6;nej\n"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def elevhalsan(cast):
    return unit("blekinge", "1080-elevhalsan")


@pytest.fixture
def given(elevhalsan):
    return {"unit": elevhalsan.pk, "year": 2026, "staff": 12, "trained": 5, "coordinator": True}


def as_file(text=FILE, **changes):
    content = base64.b64encode(text.encode()).decode()
    sent = {"principal": unit("blekinge", "karlskrona").pk, "year": 2026, "file_name": "utbildning.csv"}
    return {**sent, "content": content, **changes}


def test_a_units_year_is_written_and_read_back(as_, maria, given, elevhalsan):
    answer = as_(maria).post(TRAINING, given)
    assert answer.status_code == 201
    [listed] = as_(maria).get(TRAINING).json()
    assert listed == answer.json()
    karlskrona = {"id": elevhalsan.principal_id, "name": "Karlskrona kommun"}
    assert (listed["unit"], listed["principal"]) == ({"id": elevhalsan.pk, "name": "Elevhälsan"}, karlskrona)
    told = {name: listed[name] for name in ("year", "staff", "trained", "coordinator")}
    assert told == {"year": 2026, "staff": 12, "trained": 5, "coordinator": True}


def test_a_correction_replaces_and_the_same_again_changes_nothing(as_, maria, given):
    first = as_(maria).post(TRAINING, given).json()
    assert as_(maria).post(TRAINING, given).json()["id"] == first["id"]
    assert as_(maria).post(TRAINING, {**given, "trained": 7}).json()["id"] != first["id"]
    assert [row["trained"] for row in as_(maria).get(TRAINING).json()] == [7]


def test_a_year_or_a_principal_is_asked_for(as_, maria, given, elevhalsan):
    as_(maria).post(TRAINING, given)
    found = [
        len(as_(maria).get(TRAINING, query).json())
        for query in ({"year": 2025}, {"principal": elevhalsan.principal_id}, {"principal": elevhalsan.pk})
    ]
    assert found == [0, 1, 0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"trained": 13}, "trained"), ({"year": 2027}, "year"), ({"year": 2014}, "year"), ({"staff": -1}, "staff")],
)
def test_what_cannot_be_is_told_at_its_field(as_, maria, given, changes, field):
    answer = as_(maria).post(TRAINING, {**given, **changes})
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json()["errors"]} == {field}


def test_a_principal_is_no_unit(as_, maria, given):
    answer = as_(maria).post(TRAINING, {**given, "unit": unit("blekinge", "karlskrona").pk})
    assert {each["field"] for each in answer.json()["errors"]} == {"unit"}


def test_a_field_about_a_person_is_not_known(as_, maria, given):
    answer = as_(maria).post(TRAINING, {**given, "coordinator_name": "Sara Svensson"})
    assert answer.status_code == 400
    assert "Svensson" not in answer.content.decode()


@pytest.mark.parametrize("name", ["anna", "bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_who_does_not_answer_at_the_principal_neither_writes_nor_reads(as_, cast, given, name):
    assert as_(cast.maria).post(TRAINING, given).status_code == 201
    client = as_(getattr(cast, name))
    assert client.post(TRAINING, {**given, "trained": 6}).status_code == 403
    assert client.post(f"{TRAINING}import/", as_file()).status_code == 403
    assert client.get(TRAINING).json() == []


def test_a_system_writes_with_answer_and_reads_with_read(system, given):
    writes, reads = system("answer").client, system("read").client
    assert writes.post(TRAINING, given).status_code == 201
    assert reads.post(TRAINING, given).status_code == 403
    assert [row["trained"] for row in reads.get(TRAINING).json()] == [5]


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_is_read_whole_and_again_changes_nothing(as_, maria):
    assert as_(maria).post(f"{TRAINING}import/", as_file()).json() == {"changes": 2}
    assert as_(maria).post(f"{TRAINING}import/", as_file()).json() == {"changes": 0}
    assert SipTraining.objects.count() == 2


def test_a_file_with_faults_is_refused_whole_with_each_of_them(as_, maria):
    answer = as_(maria).post(f"{TRAINING}import/", as_file(FILE + "Finns inte;1;1;nej\nFörskola;tolv;5;ja\n"))
    assert answer.status_code == 400
    assert [each["message"] for each in answer.json()["errors"]] == [
        "Rad 4: enheten finns inte hos huvudmannen.",
        "Rad 5: skriv hela tal.",
    ]
    assert not SipTraining.objects.exists()


def test_a_file_about_a_person_is_refused_without_its_words(as_, maria):
    answer = as_(maria).post(f"{TRAINING}import/", as_file(FILE + "Förskola;9;5;ja;070-123 45 67\n"))
    assert answer.status_code == 400
    assert "070-123" not in answer.content.decode()


def test_what_is_not_base64_is_refused(as_, maria):
    answer = as_(maria).post(f"{TRAINING}import/", as_file(content="%%%"))
    assert {each["field"] for each in answer.json()["errors"]} == {"content"}


def test_many_units_cost_as_much_as_one(as_, maria, given, elevhalsan):
    client = as_(maria)
    client.post(TRAINING, given)
    client.get(TRAINING)
    with CaptureQueriesContext(connection) as one:
        client.get(TRAINING)
    units = sip_training.units_of(elevhalsan.principal)
    sip_training.enter_training(elevhalsan.principal, 2026, [Trained(each, 9, 5, False) for each in units], by=maria)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(TRAINING).json()) == units.count() > 10
    assert len(one) == len(many)
