"""manage.py route: every situation of a file, nothing filed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from deviations.models import Deviation
from tests.cases import CASES, FILE

pytestmark = pytest.mark.django_db


def run(path, *options, capsys):
    """What it wrote: standard output, standard error, and the message it failed with."""
    capsys.readouterr()
    failure = ""
    try:
        call_command("route", str(path), *options)
    except CommandError as error:
        failure = str(error)
    written = capsys.readouterr()
    return written.out, written.err, failure


@pytest.fixture
def route(tmp_path, capsys):
    """`route({...}, {...})` → the decisions as JSON, and the failure."""

    def decide(*situations):
        file = tmp_path / "lagen.yaml"
        file.write_text(yaml.safe_dump({"cases": list(situations)}, allow_unicode=True), encoding="utf-8")
        out, _, failure = run(file, "--json", capsys=capsys)
        return json.loads(out), failure

    return decide


@pytest.fixture
def situation():
    def describe(**changes):
        return {
            "id": "A",
            "county": "blekinge",
            "occurred": "2022-03-14",
            "reporting": ["Karlskrona kommun", "Elevhälsan"],
            "receiving": ["Region Blekinge", "BUP"],
            "age": 14,
            "category": "SIP / called party absent",
            "happened": "BUP kom inte till mötet.",
            **changes,
        }

    return describe


def test_every_situation_from_the_audits_is_decided_as_expected(capsys):
    out, err, failure = run(FILE, "--json", capsys=capsys)
    decisions = {decision["id"]: decision for decision in json.loads(out)}
    assert (err, failure) == ("", "")
    assert list(decisions) == [case["id"] for case in CASES]
    for case in CASES:
        expect, got = case["expect"], decisions[case["id"]]
        if expect["accountable"] == "default":
            assert (got["accountable"], got["default"]) == ("lsvo", True)
        else:
            assert got["accountable"] == expect["accountable"]
        assert set(got["flags"]) >= set(expect.get("flags", ()))
        for key in ("informed", "lookup", "refused", "warned"):
            assert got[key] == expect.get(key, []), (case["id"], key)
        assert got["shown_as"] == expect.get("shown_as", got["shown_as"])


def test_the_page_of_text_says_everything_for_a_person(capsys):
    out, _, _ = run(FILE, capsys=capsys)
    first = out.split("\n\n")[0]
    assert "Går till Samverkansgrupp Barn och unga, svar senast 13 maj 2022, därför att personen är 14 år" in first
    assert "Tidsgräns: tas emot senast 16 mars 2022; svar inom 60 dagar" in first
    assert "Märks: agreement_expired." in first
    assert "Inte Vuxna [vuxna]: Gäller bara vuxna 19–64 år, men personen är 14 år." in first
    assert "Går till L-IFO (nu SamReKo)" in out
    assert "Stoppas: personal_identity_number" in out


def test_nothing_is_filed(capsys):
    before = Deviation.objects.count()
    run(FILE, capsys=capsys)
    assert Deviation.objects.count() == before


def test_expect_and_assumed_make_no_difference(route, situation):
    [plain], _ = route(situation())
    [told], _ = route(situation(expect={"accountable": "sg_aldre", "flags": ["x"]}, assumed="något", note="n"))
    assert plain == told


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"county": "skane"}, "county", "länet ”skane” har ingen profil"),
        ({"county": None}, "county", "saknas"),
        ({"category": "Trolleri"}, "category", "slaget ”Trolleri” finns inte i profilen för Blekinge län"),
        ({"category": None}, "category", "saknas"),
        ({"age": "fjorton"}, "age", "ska vara ett heltal, inte 'fjorton'"),
        ({"age": 140}, "age", "åldern 140 finns inte"),
        ({"age": True}, "age", "ska vara ett heltal"),
        ({"age": None, "target_group": "ungdom"}, "target_group", "målgruppen ”ungdom” finns inte"),
        ({"occurred": "i våras"}, "occurred", "ska vara ett datum som 2022-03-14"),
        ({"reporting": "Elevhälsan"}, "reporting", "ska vara [huvudman, enhet]"),
        ({"reporting": None}, "reporting", "ska vara [huvudman, enhet]"),
        ({"receiving": ["Region Blekinge", ""]}, "receiving", "ska vara [huvudman, enhet]"),
        ({"happened": " "}, "happened", "saknas"),
        ({"clause": "samv_rutin"}, "clause", "”samv_rutin” finns inte"),
        ({"problem_area": "halsont"}, "problem_area", "problemområdet ”halsont” finns inte"),
        ({"kind": "olycka"}, "kind", "ska vara något av risk, near_miss, event, good_example"),
        ({"tags": "dyslexi"}, "tags", "ska vara en lista med ord"),
        ({"solved_on_the_spot": "ja"}, "solved_on_the_spot", "ska vara true eller false"),
    ],
)
def test_what_cannot_be_decided_is_said_and_the_others_are_decided(route, situation, changes, field, words):
    decisions, failure = route(situation(id="B", **changes), situation(id="C"))
    assert failure.startswith(f"B, {field}: ")
    assert words in failure
    assert decisions[0]["error"]["field"] == field
    assert decisions[1]["accountable"] == "sg_barn_unga"


def test_a_unit_outside_the_profile_is_routed_by_what_its_principal_is_called(route, situation):
    decisions, failure = route(
        situation(receiving=["Region Kalmar", "BUP"]),
        situation(reporting=["Emmaboda kommun", "Elevhälsan"]),
        situation(receiving=["Utredarna AB", "Utredning"]),
        situation(receiving=["Region Blekinge", "Smärtmottagningen"]),
    )
    assert failure == ""
    assert [decision["accountable"] for decision in decisions] == ["sg_barn_unga"] * 4
    assert "Gäller: BUP, Region Kalmar (region)." in decisions[0]["facts"]
    assert "Rapporterar: Elevhälsan, Emmaboda kommun (kommun)." in decisions[1]["facts"]
    assert "private_provider" in decisions[2]["flags"]
    assert any(
        "Smärtmottagningen, Region Blekinge finns inte i länets profil" in fact for fact in decisions[3]["facts"]
    )


def test_several_receivers_can_be_given(route, situation):
    [decision], _ = route(situation(receiving=[["Region Blekinge", "BUP"], ["Ronneby kommun", "Elevhälsan"]]))
    assert [line for line in decision["facts"] if line.startswith("Gäller")] == [
        "Gäller: BUP, Region Blekinge (region).",
        "Gäller: Elevhälsan, Ronneby kommun (kommun).",
    ]


def test_the_limits_count_from_the_day_of_filing(route, situation):
    [decision], _ = route(situation(filed="2022-04-01"))
    assert decision["answer_due_on"] == "2022-05-31"


def test_a_text_that_names_an_identity_number_reaches_nobody(route, situation):
    [decision], failure = route(situation(happened="Ring om 20121212-1212."))
    assert failure == ""
    assert (decision["accountable"], decision["accountable_body"], decision["refused"]) == (
        "none_until_corrected",
        None,
        ["personal_identity_number"],
    )


def test_a_misspelt_field_is_told(tmp_path, capsys, situation):
    file = tmp_path / "lagen.yaml"
    file.write_text(yaml.safe_dump([situation(alder=14)], allow_unicode=True), encoding="utf-8")
    _, err, _ = run(file, capsys=capsys)
    assert "A, alder: okänd uppgift, används inte." in err


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"cases: [", "YAML"), (b"cases: 3", "lista"), (b"- bara text", "lista"), ("å".encode("latin-1"), "läsa")],
)
def test_a_file_that_is_no_list_of_situations_is_refused(tmp_path, capsys, content, words):
    file = tmp_path / "fel.yaml"
    file.write_bytes(content)
    _, _, failure = run(file, capsys=capsys)
    assert words in failure


def test_a_missing_file_is_refused(tmp_path, capsys):
    _, _, failure = run(tmp_path / "finns-inte.yaml", capsys=capsys)
    assert "finns inte." in failure


def test_it_works_before_there_is_a_database_and_makes_none(tmp_path):
    home = Path(__file__).parents[2]
    environment = {**os.environ, "SAMSYN_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "deploy.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "route", str(FILE), "--json"],
        cwd=home, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)) == len(CASES)
    assert not list(tmp_path.rglob("*sqlite*"))
