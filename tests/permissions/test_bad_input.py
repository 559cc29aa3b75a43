"""What no page would send: refused in words at its field, never an error of ours, and nothing of it is kept."""

import datetime
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from api.models import OrganisationToken
from deviations.models import Deviation, HistoryEntry
from deviations.services.filing import save_draft
from tests.cast import PASSWORD, body, unit
from tests.permissions.sending import codes, logged_in, now, send
from tests.permissions.steps import TEXTS, ready_for

pytestmark = pytest.mark.django_db

PNR = "19121212-1212"
UTC = "%2B00:00"


# ── addresses that no page made ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "address",
    ["/sok/?q=%00", "/mina/?q=a%00", "/arbetsbord/?q=%00", "/arbetsbord/?slag=%00", "/arbetsbord/lista/?kommun=%00"],
)  # fmt: skip
def test_nul_in_an_address_is_refused_in_words(bo, address):
    answer = logged_in(bo).get(address)
    assert answer.status_code == 400
    assert b"<h1" in answer.content


def test_nul_in_the_apis_address_is_a_problem_at_its_field(bo):
    assert codes(logged_in(bo).get("/api/v1/memberships/?county=%00")) == {"county": "does_not_exist"}
    assert codes(logged_in(bo).get("/api/v1/deviations/?q=%00")) == {"q": "null_characters_not_allowed"}


@pytest.mark.parametrize(
    "place",
    ["0001-01-01T00:00:00%2B14:00~1", "9999-12-31T23:59:59-14:00~1", "2026-01-01~5", "2026-01-01T00:00:00~5",
     f"2026-01-01T00:00:00{UTC}~{'9' * 40}", f"2026-01-01T00:00:00{UTC}~{'9' * 5000}", "~", "x~1"],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/sok/?efter=", "/arbetsbord/?vy=avslutade&efter="])
def test_a_place_in_a_list_that_nobody_was_given_is_not_found(filed, bo, address, place):
    assert logged_in(bo).get(address + place).status_code == 404


@pytest.mark.parametrize("digits", [40, 5000])
def test_nor_is_one_of_ones_own(filed, anna, digits):
    assert logged_in(anna).get(f"/mina/?fore={'9' * digits}").status_code == 404


def test_a_search_of_a_thousand_words_is_answered(filed, anna):
    assert logged_in(anna).get(f"/sok/?q={quote('sip ' * 1500)}").status_code == 200


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_logging_in_leads_nowhere_else(anna, to):
    answer = Client().post(f"/konto/login/?next={quote(to)}", {"login": anna.email, "password": PASSWORD, "next": to})
    assert (answer.status_code, answer["Location"]) == (302, "/")


# ── what is filled in ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("age", ["-5", "121", "99999", "9" * 30])
def test_an_age_that_no_one_has_is_said_at_its_field_and_the_draft_stays(anna, filing, age):
    draft = save_draft(filing(age=14), by=anna)
    given = {"reporting_unit": draft.reporting_unit_id, "age": age, "category": draft.category, "next": "1"}
    answer = logged_in(anna).post(f"/anmal/{draft.public_id}/berors/", given)
    assert answer.status_code == 422
    assert answer.content.decode().count("Ange åldern i hela år, 0 till 120.") >= 1
    assert now(draft).age == 14


@pytest.mark.parametrize("add", ["9" * 40, "9" * 5000, "²", "-1", ""])
def test_a_unit_that_is_no_number_adds_nothing(anna, filing, add):
    draft = save_draft(filing(), by=anna)
    given = {"reporting_unit": draft.reporting_unit_id, "add": add}
    assert logged_in(anna).post(f"/anmal/{draft.public_id}/berors/", given).status_code == 302
    assert now(draft).other_receiving == []


def test_the_day_is_of_a_century_that_anybody_remembers(anna, filing):
    draft = save_draft(filing(occurred_on=datetime.date(1800, 1, 1)), by=anna)
    answer = send(anna, f"/api/v1/deviations/{draft.public_id}/submit/")
    assert (answer.status_code, codes(answer)) == (400, {"occurred_on": "out_of_range"})


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("tags", ["dyslexi", PNR], "personal_identity_number"),
        ("consequence_person", PNR, "unknown"),
        ("consequence_organisation", PNR, "unknown"),
        ("problem_area", PNR, "unknown"),
        ("target_group", PNR, "unknown"),
        ("clause", PNR, "unknown"),
        ("category", PNR, "unknown"),
        ("local_reference", PNR, "personal_identity_number"),
        ("happened", f"Gäller {PNR}.", "personal_identity_number"),
        ("comment", PNR, "personal_identity_number"),
        ("suggestion", PNR, "personal_identity_number"),
    ],
)
def test_no_field_of_a_filing_carries_an_identity(anna, filled_in, field, value, code):
    answer = send(anna, "/api/v1/deviations/", **filled_in(**{field: value}))
    assert (answer.status_code, codes(answer)) == (400, {field: code})
    assert not Deviation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"happened": "a\x00b"}, {"happened": "null_characters_not_allowed"}),
        ({"happened": "\ud800"}, {"happened": "surrogate_characters_not_allowed"}),
        ({"tags": ["\x00"]}, {"tags.0": "null_characters_not_allowed"}),
        ({"happened": "x" * 20_001}, {"happened": "max_length"}),
        ({"filed_by": 1}, {"filed_by": "unknown_field"}),
        ({"state": "closed"}, {"state": "unknown_field"}),
        ({"accountable_body": 1, "year": 1}, {"accountable_body": "unknown_field", "year": "unknown_field"}),
    ],
)
def test_text_that_no_database_holds_and_fields_that_nobody_reads_are_refused(anna, filled_in, changes, faults):
    answer = send(anna, "/api/v1/deviations/", **filled_in(**changes))
    assert (answer.status_code, codes(answer)) == (400, faults)


def test_the_same_unit_is_not_receiving_twice_nor_one_of_another_county(anna, filled_in):
    bup = unit("blekinge", "rb-bup").pk
    twice = send(anna, "/api/v1/deviations/", **filled_in(receiving_units=[bup, bup]))
    assert codes(twice) == {"receiving_units": "twice"}
    theirs = unit("varmland", "rv-bup").pk
    for address in ("", "preview/"):
        answer = send(anna, f"/api/v1/deviations/{address}", **filled_in(receiving_units=[theirs]))
        assert [e["code"] for e in answer.json()["errors"] if e["field"] == "receiving_units"] == ["other_county"]


@pytest.mark.parametrize("age", [0, 120])
def test_the_youngest_and_the_oldest_are_filed_and_emoji_are_kept(anna, filled_in, age):
    words = "Ingen kom 👩🏽‍⚕️ <script>alert(1)</script>"
    answer = send(anna, "/api/v1/deviations/", **filled_in(age=age, happened=words))
    assert answer.status_code == 201
    filed = Deviation.objects.get()
    assert (filed.age, filed.happened) == (age, words)
    page = logged_in(anna).get(f"/avvikelse/{filed.public_id}/").content.decode()
    assert "👩🏽‍⚕️" in page
    assert "<script>alert" not in page


# ── every step's free text ────────────────────────────────────────────────────────────────────────────────────────────
FIELDS = [(step, field) for step, given in TEXTS.items() for field, value in given.items() if value == ""]


@pytest.mark.parametrize(("step", "field"), FIELDS)
def test_no_step_carries_an_identity(cast, filing, step, field):
    filed, by = ready_for(step, filing, cast)
    measure = filed.measures.first()
    named = {
        "{vuxna}": body("blekinge", "sg_vuxna").pk, "{measure}": measure.pk if measure else 0,
        "{bup_name}": "BUP",
        "{bup}": unit("blekinge", "rb-bup").pk, "{elevhalsan}": unit("blekinge", "1080-elevhalsan").pk,
        "{other}": str(getattr(Deviation.objects.exclude(pk=filed.pk).first(), "public_id", "")),
        "{statement}": getattr(filed.statements.first(), "pk", 0),
    }  # fmt: skip
    given = {name: "Vi gjorde så." if value == "" else value for name, value in TEXTS[step].items()}
    given = {
        name: [named[v] for v in value] if isinstance(value, list) else named.get(value, value)
        for name, value in given.items()
    }
    before = HistoryEntry.objects.count()
    answer = send(by, f"/api/v1/deviations/{filed.public_id}/{step}/", **{**given, field: f"Det gäller {PNR}."})
    assert (answer.status_code, codes(answer)) == (400, {field: "personal_identity_number"})
    assert HistoryEntry.objects.count() == before
    assert send(by, f"/api/v1/deviations/{filed.public_id}/{step}/", **given).status_code == 200


def test_nor_does_a_tokens_name(maria):
    elevhalsan = unit("blekinge", "1080-elevhalsan").pk
    expires = (timezone.now() + datetime.timedelta(days=9)).isoformat()
    address = f"/api/v1/organisations/{elevhalsan}/tokens/"
    answer = send(maria, address, name=f"System {PNR}", scopes=["read"], expires_at=expires)
    assert (answer.status_code, codes(answer)) == (400, {"name": "personal_identity_number"})
    assert not OrganisationToken.objects.exists()
