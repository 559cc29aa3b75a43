import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.routing import Facts, NotProved, PartyFacts, UnknownFact, route
from orgs.profiles.loader import shipped, shipped_slugs
from orgs.profiles.rules import PRINCIPAL_KINDS, UNKNOWN
from tests.cases import BY_ID, CASES

BUP = PartyFacts("BUP", "Region Blekinge", "region")
ANNAS = PartyFacts("Elevhälsan", "Karlskrona kommun", "municipality", "1080")


def party(named, profile):
    principal, unit = named
    owner = profile.find_principal(principal)
    assert profile.find_unit(principal, unit) is not None, named
    return PartyFacts(unit, principal, owner.kind, owner.municipality_code)


def facts_of(case):
    profile = shipped(case["county"])
    return Facts(
        occurred_on=case["occurred"],
        filed_on=case["occurred"],
        category=case["category"],
        kind="event",
        age=case["age"],
        target_group=None,
        reporting=party(case["reporting"], profile),
        receiving=(party(case["receiving"], profile),),
        clause=case.get("clause"),
        tags=tuple(case.get("tags", ())),
        solved_on_the_spot=case.get("solved_on_the_spot", False),
        problem_area=case.get("problem_area"),
        care_level=case.get("care_level"),
        happened=case["happened"],
        earlier_similar=0,
    )


def routed(case_id, **changes):
    case = BY_ID[case_id]
    return route(replace(facts_of(case), **changes), shipped(case["county"]))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_situation_from_the_audits_goes_where_it_must(case):
    expect = case["expect"]
    routing = route(facts_of(case), shipped(case["county"]))

    match expect["accountable"]:
        case "default":
            assert (routing.accountable, routing.default) == (shipped(case["county"]).default_body, True)
        case "none_until_corrected":  # the privacy guard stops it; corrected, it goes by the person's age
            assert routing.accountable == "sg_barn_unga"
        case accountable:
            assert (routing.accountable_key, routing.default) == (accountable, False)
    assert routing.informed == tuple(expect.get("informed", ()))
    assert set(routing.flags) >= set(expect.get("flags", ()))
    assert routing.lookup == tuple(expect.get("lookup", ()))
    assert routing.accountable_shown == expect.get("shown_as", routing.accountable_shown)


def test_the_sentence_says_where_when_and_why():
    assert routed("BL-01").explanation.sentence == (
        "Går till Samverkansgrupp Barn och unga, svar senast 13 maj 2022, därför att personen är 14 år, "
        "och gruppen bereder avvikelser för barn och unga 0–18 år i Blekinge län."
    )


def test_every_other_rule_is_named_with_why_it_lost():
    assert routed("BL-01").explanation.losers == (
        (
            "overgang_barn_vuxen",
            "Övergång från barn till vuxen",
            "Gäller bara ”Övergång: från barn till vuxen”, men slaget är ”SIP: kallad part kom inte”.",
        ),
        ("vuxna", "Vuxna", "Gäller bara vuxna 19–64 år, men personen är 14 år."),
        ("aldre", "Äldre", "Gäller bara äldre från 65 år, men personen är 14 år."),
        ("okand_malgrupp", "Okänd målgrupp", "Gäller bara okänd målgrupp, men personen är 14 år."),
    )


def test_a_rule_that_excludes_the_category_says_so():
    lost = {rule: why for rule, _, why in routed("VL-06").explanation.losers}
    assert lost["ungdom"] == (
        "Gäller inte ”Övergång: från barn till vuxen”, och slaget är ”Övergång: från barn till vuxen”."
    )


def test_the_name_is_the_one_of_the_event_date_with_todays_beside():
    before = routed("JH-04", occurred_on=date(2021, 9, 30))
    after = routed("JH-04", occurred_on=date(2021, 10, 1))
    assert (before.accountable, before.accountable_key, before.accountable_shown) == (
        "samreko",
        "l-ifo",
        "L-IFO (nu SamReKo)",
    )
    assert (after.accountable, after.accountable_key, after.accountable_shown) == ("samreko", "samreko", "SamReKo")


def test_an_agreement_holds_through_its_last_day_and_not_the_day_after():
    assert "agreement_expired" not in routed("VL-09").flags
    assert "agreement_expired" in routed("VL-09", occurred_on=date(2024, 3, 29)).flags


def test_an_agreement_is_judged_by_the_event_date_not_by_the_filing_date():
    assert "agreement_expired" not in routed("VL-09", filed_on=date(2025, 1, 1)).flags


def test_an_agreement_that_did_not_hold_yet_is_said_to_begin_later():
    routing = routed("BL-01", occurred_on=date(2017, 12, 31), filed_on=date(2018, 1, 2))
    assert routing.explanation.flags["agreement_expired"] == (
        "Länsövergripande samverkansavtal gäller från 1 januari 2018, alltså inte än när det hände."
    )


def test_a_successor_in_force_takes_the_place_of_the_agreement_a_category_rests_on():
    profile = shipped("blekinge")
    old = profile.agreement("lansavtal").model_copy(update={"successor": "nytt"})
    new = old.model_copy(
        update={"id": "nytt", "successor": None, "valid_from": date(2021, 1, 1), "valid_to": None, "clauses": ()}
    )
    others = tuple(each for each in profile.agreements if each.id != "lansavtal")
    renewed = profile.model_copy(update={"agreements": (old, new, *others)})
    facts = facts_of(BY_ID["BL-01"])
    assert "agreement_expired" not in route(facts, renewed).flags
    assert "agreement_expired" in route(replace(facts, clause="lansavtal/sip"), renewed).flags


def test_a_required_clause_is_asked_for_until_it_is_given():
    assert "clause_required" in routed("VL-02").flags
    assert "clause_required" not in routed("VL-02", clause="samv_rutin/remiss").flags


@pytest.mark.parametrize(
    ("text", "recurs"),
    [
        ("BUP uteblev för tredje gången under läsåret.", True),
        ("Nu är det fjärde gången i rad.", True),
        ("För 3:e gången kom ingen.", True),
        ("Det är 12 gången.", False),
        ("Remissen återkom för andra gången.", False),
        ("Mötet var på tredje våningen den fjärde april.", False),
        ("Det var 2:a gången.", False),
    ],
)
def test_a_text_that_says_the_third_time_is_recurring(text, recurs):
    assert ("recurring" in routed("BL-05", happened=text).flags) is recurs


@pytest.mark.parametrize(("earlier", "recurs"), [(0, False), (1, False), (2, True), (9, True)])
def test_two_earlier_similar_ones_make_the_third_recurring(earlier, recurs):
    assert ("recurring" in routed("BL-05", earlier_similar=earlier).flags) is recurs


def test_a_theme_is_found_by_tag_and_by_word_but_not_inside_a_word():
    plain = routed("BL-05", happened="Inget särskilt.")
    assert "hotspot_theme" not in plain.flags
    assert "hotspot_theme" in routed("BL-05", tags=("Dyslexi",)).flags
    assert "hotspot_theme" in routed("BL-05", happened="Logopeden svarade inte.").flags
    assert "hotspot_theme" not in routed("BL-05", happened="Speciallogopeden svarade inte.").flags


def test_a_dispute_is_not_offered_for_what_was_solved_on_the_spot():
    assert "dispute_offered" in routed("JH-06", solved_on_the_spot=False).flags
    assert "dispute_offered" not in routed("JH-06").flags


def test_a_party_that_leads_the_body_is_said_to_the_steering_body():
    profile = shipped("blekinge")
    led = profile.body("sg_barn_unga").model_copy(update={"chair_unit": "rb-bup"})
    bodies = tuple(led if body.id == led.id else body for body in profile.bodies)
    routing = route(facts_of(BY_ID["BL-01"]), profile.model_copy(update={"bodies": bodies}))
    assert routing.accountable == "sg_barn_unga"
    assert routing.explanation.flags["conflict_of_interest"] == (
        "BUP, Region Blekinge leder Samverkansgrupp Barn och unga och är part. "
        "Den bereds där ändå, och Ledningssamverkan Vård och Omsorg får veta om jävet."
    )


def test_a_known_principal_with_an_unknown_unit_is_routed_and_said():
    routing = routed("BL-01", receiving=(replace(BUP, unit="Smärtmottagningen"),))
    assert routing.accountable == "sg_barn_unga"
    assert (
        "Smärtmottagningen, Region Blekinge finns inte i länets profil; slaget av huvudman är det som styr."
        in routing.explanation.facts
    )


def test_no_age_but_a_stated_target_group_goes_to_that_group():
    routing = routed("BL-10", target_group="aldre")
    assert (routing.accountable, routing.default, routing.target_group) == ("sg_aldre", False, "aldre")


def test_the_age_goes_before_a_stated_target_group():
    routing = routed("BL-01", target_group="aldre")
    assert routing.accountable == "sg_barn_unga"
    assert "Åldern går före den angivna målgruppen (aldre)." in routing.explanation.facts[0]


def test_the_default_body_has_the_receiving_limit_to_say_who_prepares_it():
    routing = routed("BL-10")
    assert (routing.triage_due_on, routing.target_group, routing.informed) == (date(2022, 4, 13), None, ())
    assert "senast 13 april 2022" in routing.explanation.flags["triage_clock"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "Trolleri"}, "category"),
        ({"age": 121}, "age"),
        ({"age": -1}, "age"),
        ({"age": None, "target_group": "ungdom"}, "target_group"),
        ({"clause": "samv_rutin"}, "clause"),
        ({"problem_area": "halsont"}, "problem_area"),
        ({"problem_area": "atproblematik", "care_level": 7}, "care_level"),
    ],
)
def test_facts_that_the_profile_does_not_know_are_refused_with_their_field(changes, field):
    with pytest.raises(UnknownFact) as refused:
        routed("BL-01", **changes)
    assert refused.value.field == field


def test_a_profile_that_was_never_proved_is_not_guessed_with():
    profile = shipped("blekinge")
    with pytest.raises(NotProved):
        route(facts_of(BY_ID["BL-01"]), profile.model_copy(update={"rules": profile.rules[1:]}))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_decision_is_plain_json(case):
    decision = route(facts_of(case), shipped(case["county"])).as_dict()
    assert json.loads(json.dumps(decision)) == decision


def test_every_flag_comes_with_a_sentence():
    for case in CASES:
        routing = route(facts_of(case), shipped(case["county"]))
        assert tuple(routing.explanation.flags) == routing.flags
        assert all(sentence.endswith(".") for sentence in routing.explanation.flags.values())


PARTIES = st.builds(
    PartyFacts,
    st.text(max_size=20),
    st.sampled_from(["Region Blekinge", "Karlskrona kommun", "Ronneby kommun", "Utredarna AB", ""]),
    st.sampled_from(PRINCIPAL_KINDS),
    st.none(),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(shipped_slugs()), st.data())
def test_whatever_is_filed_reaches_one_body_with_an_explanation(slug, data):
    profile = shipped(slug)
    groups = [None, UNKNOWN, *(group.id for group in profile.target_groups)]
    areas = [None, *(area.id for area in profile.responsibility.areas)]
    days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
    facts = Facts(
        occurred_on=data.draw(days),
        filed_on=data.draw(days),
        category=data.draw(st.sampled_from([category.code for category in profile.categories])),
        kind=data.draw(st.sampled_from(["risk", "near_miss", "event", "good_example"])),
        age=data.draw(st.none() | st.integers(0, 120)),
        target_group=data.draw(st.sampled_from(groups)),
        reporting=data.draw(PARTIES),
        receiving=tuple(data.draw(st.lists(PARTIES, max_size=3))),
        clause=data.draw(st.sampled_from([None, *(agreement.id for agreement in profile.agreements)])),
        tags=tuple(data.draw(st.lists(st.text(max_size=10), max_size=2))),
        solved_on_the_spot=data.draw(st.booleans()),
        problem_area=data.draw(st.sampled_from(areas)),
        care_level=data.draw(st.none() | st.integers(1, 4)),
        happened=data.draw(st.text(max_size=60)),
        earlier_similar=data.draw(st.integers(0, 5)),
    )
    routing = route(facts, profile)
    assert routing.accountable in {body.id for body in profile.bodies}
    assert routing.accountable not in routing.informed
    assert len(routing.explanation.losers) == len(profile.rules) - 1
    assert json.loads(json.dumps(routing.as_dict())) == routing.as_dict()
