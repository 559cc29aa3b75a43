"""A county profile is read whole or refused whole, with every fault in Swedish and where it is."""

import json

import pytest
from pydantic import ValidationError

from orgs.profiles.loader import (
    FOLDER,
    ProfileError,
    checksum,
    from_json,
    load,
    load_file,
    shipped,
    shipped_slugs,
    to_json,
    to_yaml,
)
from orgs.profiles.parts import AgeRange, Limit
from tests.cases import CASES

MUNICIPALITIES = {
    "blekinge": {"1060", "1080", "1081", "1082", "1083"},
    "jamtland-harjedalen": {"2303", "2305", "2309", "2313", "2321", "2326", "2361", "2380"},
    "varmland": {
        "1715", "1730", "1737", "1760", "1761", "1762", "1763", "1764", "1765", "1766", "1780", "1781", "1782", "1783",
        "1784", "1785",
    },
}  # fmt: skip


def source(slug="blekinge"):
    return (FOLDER / f"{slug}.yaml").read_text(encoding="utf-8")


def faults_of(text):
    with pytest.raises(ProfileError) as refused:
        load(text)
    return [(fault.path, fault.message) for fault in refused.value.faults]


def changed(old, new):
    text = source()
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def test_three_counties_are_shipped():
    assert shipped_slugs() == ("blekinge", "jamtland-harjedalen", "varmland")


@pytest.mark.parametrize("slug", shipped_slugs())
def test_every_municipality_is_there_with_its_scb_code(slug):
    municipalities = [each for each in shipped(slug).principals if each.kind == "municipality"]
    assert {each.municipality_code for each in municipalities} == MUNICIPALITIES[slug]
    assert all(each.units for each in municipalities)


@pytest.mark.parametrize("slug", shipped_slugs())
def test_a_profile_is_complete_and_loads_again_from_what_it_exports(slug):
    profile = shipped(slug)
    exported = to_yaml(profile)
    assert "extends" not in exported
    assert load(exported) == profile
    assert from_json(json.loads(json.dumps(to_json(profile)))) == profile
    assert checksum(load(exported)) == checksum(profile)


@pytest.mark.parametrize("slug", shipped_slugs())
def test_every_county_has_the_fifteen_categories(slug):
    assert {category.number for category in shipped(slug).categories} == set(range(1, 16))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_units_and_categories_of_every_situation_are_in_the_profile(case):
    profile = shipped(case["county"])
    for principal, unit in (case["reporting"], case["receiving"]):
        assert profile.find_unit(principal, unit).name == unit
    assert profile.category(case["category"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SIP / called party absent", "sip/called_party_absent"),
        ("sip/called_party_absent", "sip/called_party_absent"),
        ("  Referral /  WRONG level of care ", "referral/wrong_level"),
        ("Agreement or routine not followed or unknown", "agreement"),
        ("Gott exempel", "good_example"),
    ],
)
def test_a_category_is_found_by_code_name_and_alias(text, code):
    assert shipped("blekinge").category(text).code == code


def test_a_unit_is_found_by_alias_and_its_own_name_goes_before_anothers_alias():
    profile = shipped("blekinge")
    assert profile.find_unit("Karlskrona", "elevhälsa").name == "Elevhälsan"
    assert profile.find_unit("Region Blekinge", "Barn- och ungdomspsykiatrin").id == "rb-bup"
    assert profile.find_unit("Region Blekinge", "Elevhälsan") is None
    assert profile.find_unit("Okänd kommun", "Elevhälsan") is None


def test_a_body_keeps_its_id_through_a_change_of_name():
    profile = shipped("jamtland-harjedalen")
    assert profile.body("l-ifo") is profile.body("samreko")


def test_what_the_audits_leave_open_is_marked():
    profile = shipped("blekinge")
    assert profile.default_body_assumed
    assert [area.id for area in profile.responsibility.areas if area.uncertain] == [
        "tanker_kommunicerar_annorlunda",
        "atproblematik",
        "riskbruk_missbruk",
    ]


def test_a_county_can_retire_and_add_a_category():
    text = changed(
        "categories:\n",
        "categories:\n  - {code: climate, retired: true}\n"
        "  - {code: digital, number: 16, name: Digitala möten, short: Tekniken bröt mötet}\n",
    )
    profile = load(text)
    assert profile.category("climate").retired
    assert profile.category("climate").name == "Samarbetsklimat"
    assert profile.category("Digitala möten").code == "digital"
    assert len(profile.categories) == len(shipped("blekinge").categories) + 1


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("may_decide: true", "may_decide: kanske", "bodies/regionchefsgruppen/may_decide", "ska vara true eller false"),
        ("level: 1\n", "nivå: 1\n", "bodies/regionchefsgruppen/nivå", "okänd uppgift"),
        ('code: "10", ', "", "county/code", "uppgiften saknas"),
        ("ages: 0-18", "ages: barn", "target_groups/barn_unga/ages", "åldrar skrivs som 0-18 eller 65+, inte 'barn'"),
        ("ages: 0-18", "ages: 0-17", "target_groups", "åldern 18 år hör inte till någon målgrupp"),
        ("ages: 0-18", "ages: 0-19", "target_groups",
         "åldern 19 år hör till flera målgrupper: Barn och unga och Vuxna"),
        ("answer: {days: 60,", "answer: {days: 60, working_days: 40,", "limits/answer",
         "ange antingen days (dagar) eller working_days (arbetsdagar)"),
        ("decided_on: 2021-03-05}", "decided_on: i våras}", "steering_document/decided_on",
         "ska vara ett datum, till exempel 2022-03-14"),
        ("default_body: lsvo", "default_body: ingen", "default_body", "organet ingen finns inte"),
        ("steering: [regionchefsgruppen]", "steering: [sg_aldre]", "bodies/lsvo/steering",
         "Ledningssamverkan Vård och Omsorg står över sig självt"),
        ("accountable: sg_aldre", "accountable: sg_barn", "rules/aldre/accountable",
         "regeln ”Äldre” pekar på organet sg_barn, som inte finns"),
        ("target_group: [aldre]", "target_group: [gamla]", "rules/aldre/when/target_group",
         "målgruppen gamla finns inte"),
        ("target_group: [aldre]", "target_group: {in: [aldre], not: [vuxna]}", "rules/aldre/when/target_group",
         "ange antingen in (något av) eller not (inget av)"),
        ("default_clause: lansavtal/sip", "default_clause: lansavtal/saknas", "categories/sip/default_clause",
         "lansavtal/saknas finns inte bland överenskommelserna"),
        ("valid_to: 2020-12-31", "valid_to: 2017-12-31", "agreements/lansavtal/valid_to",
         "slutar att gälla innan den börjar"),
        ("3: [BUP, Beroendeenheten]", "3: [BUP, Ingenstans]", "responsibility/areas/riskbruk_missbruk/levels",
         "ingen enhet heter Ingenstans"),
        ("id: karlskrona,", "id: ronneby,", "principals/ronneby", "ronneby finns två gånger"),
        ("extends: common", "extends: annat", "extends", "'annat' finns inte; skriv common eller ta bort raden"),
    ],
)  # fmt: skip
def test_each_fault_is_said_with_its_place(old, new, path, message):
    assert (path, message) in faults_of(changed(old, new))


def test_every_fault_is_said_at_once():
    text = changed("may_decide: true", "may_decide: kanske").replace("number_prefix: BL", 'number_prefix: "1"')
    assert {path for path, _ in faults_of(text)} == {"bodies/regionchefsgruppen/may_decide", "county/number_prefix"}


def test_a_fault_names_the_line_of_the_file():
    text = changed("may_decide: true", "may_decide: kanske")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "kanske" in line)
    with pytest.raises(ProfileError) as refused:
        load(text)
    assert str(refused.value) == f"rad {line}, bodies/regionchefsgruppen/may_decide: ska vara true eller false"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "en länsprofil är YAML med namngivna delar: county, bodies, rules …"),
        ("- en\n- lista", "en länsprofil är YAML med namngivna delar: county, bodies, rules …"),
        ("county: [oavslutad", "går inte att läsa som YAML"),
        ("county: 1\ncounty: 2", "county står två gånger i samma stycke"),
        ("!!python/object/apply:os.system ['true']", "går inte att läsa som YAML"),
        ("a: &a [x]\nb: [*a, *a]", "alias (*) används inte"),
        ("a: " + "[" * 300_000, "för många nivåer"),
        ("municipalities: Karlskrona", "ska vara en lista"),
        ("municipalities: [{name: Karlskrona kommun}]", "saknar code"),
        ("county: {? [a, b] : c}", "går inte att läsa som YAML"),
        ("datum: 2022-13-45", "går inte att läsa som YAML"),
    ],
)
def test_a_document_that_is_no_profile_is_refused_in_swedish(text, message):
    assert any(message in fault for _, fault in faults_of(text))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "lan.yaml"
    file.write_bytes("county: {name: Värmland}".encode("latin-1"))
    with pytest.raises(ProfileError, match="inte UTF-8"):
        load_file(file)


def test_an_unknown_county_is_not_shipped():
    with pytest.raises(KeyError):
        shipped("common")


@pytest.mark.parametrize("text", ["18-0", "0-200", "-5", "åtta", ""])
def test_impossible_ages_are_refused(text):
    with pytest.raises(ValidationError):
        AgeRange.model_validate(text)


def test_limits_and_ages_are_said_in_swedish():
    assert [str(Limit(days=60)), str(Limit(working_days=1))] == ["60 dagar", "1 arbetsdag"]
    assert [str(AgeRange.model_validate(text)) for text in ("0-18", "65+")] == ["0–18 år", "från 65 år"]


# ── the checklist of SIP ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("slug", shipped_slugs())
def test_every_county_has_the_laws_points_of_a_sip_with_their_source(slug):
    points = shipped(slug).sip_checklist
    by_law = [point.id for point in points if point.source.startswith("HSL 16 kap. 4 §")]
    assert {"consent", "efforts", "who_does_what", "who_leads"} <= set(by_law)
    assert all(point.assumed for point in points if point.id not in by_law)


def test_a_county_changes_a_point_of_the_checklist_and_adds_its_own():
    own = """sip_checklist:
  - {id: goal, text: "Målen är skrivna av den enskilde", source: Länsavtal 2026}
  - {id: sent, text: "Planen är skickad till alla", source: Länsavtal 2026}
"""
    points = {point.id: point for point in load(source() + own).sip_checklist}
    assert (points["goal"].text, points["sent"].source) == ("Målen är skrivna av den enskilde", "Länsavtal 2026")
    assert len(points) == len(shipped("blekinge").sip_checklist) + 1


def test_a_point_of_the_checklist_is_there_once_and_says_where_it_comes_from():
    twice = """sip_checklist:
  - {id: sent, text: Skickad, source: Länsavtal}
  - {id: sent, text: Skickad igen, source: Länsavtal}
"""
    assert ("sip_checklist/sent", "sent finns två gånger") in faults_of(source() + twice)
    assert faults_of(source() + "sip_checklist:\n  - {id: sent, text: Skickad}\n")
