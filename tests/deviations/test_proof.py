"""The proof finds what is planted, with an example that is really at fault."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deviations.proof import every_point, prove
from deviations.routing import accountable_of, matching
from orgs.profiles.loader import shipped, shipped_slugs
from orgs.profiles.rules import PRINCIPAL_KINDS, RECEIVING_KINDS, UNKNOWN, Rule

COUNTIES = shipped_slugs()
RULES = [(slug, rule.id) for slug in COUNTIES for rule in shipped(slug).rules]
LIMITS = [
    (slug, group.id, end, step)
    for slug in COUNTIES
    for group in shipped(slug).target_groups
    for end in ("first", "last")
    for step in (-1, 1)
    if 0 <= getattr(group.ages, end) + step <= 120
]
TARGETS = [
    (slug, rule.id, body)
    for slug in COUNTIES
    for rule in shipped(slug).rules
    for body in (accountable_of(rule, shipped(slug)), *rule.inform)
]


@pytest.mark.parametrize("slug", COUNTIES)
def test_the_shipped_profiles_are_proved(slug):
    proof = prove(shipped(slug))
    assert proof.sentences() == []
    assert proof.ok
    assert proof.points == sum(1 for _ in every_point(shipped(slug))) == sum(proof.per_rule.values())


@pytest.mark.parametrize(("slug", "rule_id"), RULES)
def test_a_removed_rule_leaves_a_hole(slug, rule_id):
    profile = shipped(slug)
    lost = next(rule for rule in profile.rules if rule.id == rule_id)
    damaged = profile.model_copy(update={"rules": tuple(rule for rule in profile.rules if rule.id != rule_id)})

    proof = prove(damaged)

    assert not proof.ok
    assert sum(hole.points for hole in proof.holes) == prove(profile).per_rule[rule_id]
    for hole in proof.holes:
        assert matching(damaged, hole.point) == []
        assert [rule for _, rule in matching(profile, hole.point)] == [lost]
        assert hole.sentence.startswith("Ingen regel tar emot: ")


@pytest.mark.parametrize(("slug", "rule_id"), RULES)
def test_a_duplicated_rule_ties(slug, rule_id):
    profile = shipped(slug)
    twin = next(rule for rule in profile.rules if rule.id == rule_id).model_copy(update={"id": "tvilling"})
    damaged = profile.model_copy(update={"rules": (*profile.rules, twin)})

    proof = prove(damaged)

    assert not proof.ok
    assert [set(tie.rules) for tie in proof.ties] == [{rule_id, "tvilling"}]
    assert {rule.id for _, rule in matching(damaged, proof.ties[0].point)} == {rule_id, "tvilling"}


@pytest.mark.parametrize(("slug", "group_id", "end", "step"), LIMITS)
def test_a_shifted_age_limit_is_found(slug, group_id, end, step):
    profile = shipped(slug)

    def shifted(group):
        if group.id != group_id:
            return group
        return group.model_copy(update={"ages": group.ages.model_copy(update={end: getattr(group.ages, end) + step})})

    damaged = profile.model_copy(update={"target_groups": tuple(map(shifted, profile.target_groups))})
    grows = (end == "last") == (step == 1)

    proof = prove(damaged)

    assert not proof.ok
    assert bool(proof.ties) is grows
    assert bool(proof.holes) is not grows
    for example in (*proof.holes, *proof.ties):
        assert len(matching(damaged, example.point)) == (2 if grows else 0)
        assert len(damaged.groups_at(example.point.age)) == (2 if grows else 0)
        assert f"{example.point.age} år" in example.sentence or "under 1 år" in example.sentence


@pytest.mark.parametrize(("slug", "rule_id", "body_id"), TARGETS)
def test_a_removed_body_is_found_with_a_deviation_that_would_go_there(slug, rule_id, body_id):
    profile = shipped(slug)
    damaged = profile.model_copy(update={"bodies": tuple(body for body in profile.bodies if body.id != body_id)})

    proof = prove(damaged)

    assert not proof.ok
    example = next(example for example in proof.dangling if example.rules == (rule_id,))
    [(_, rule)] = matching(damaged, example.point)
    assert body_id in (accountable_of(rule, damaged), *rule.inform)
    assert body_id not in {body.id for body in damaged.bodies}


def test_a_rule_that_never_applies_is_found():
    profile = shipped("blekinge")
    dead = Rule.model_validate(
        {
            "id": "aldrig",
            "title": "Aldrig",
            "when": {"target_group": ["aldre"], "age": ["0-10"]},
            "accountable": "sg_aldre",
        }
    )
    proof = prove(profile.model_copy(update={"rules": (*profile.rules, dead)}))
    assert not proof.ok
    assert [rule.id for rule in proof.dead] == ["aldrig"]
    assert proof.sentences() == ["Regeln ”Aldrig” (aldrig) gäller aldrig."]


def _subset(values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


def _condition(values):
    return st.one_of(
        st.none(), st.fixed_dictionaries({"in": _subset(values)}), st.fixed_dictionaries({"not": _subset(values)})
    )


SMALL = shipped("varmland").model_copy(
    update={
        "categories": tuple(
            each
            for each in shipped("varmland").categories
            if each.code in ("sip", "sip/never_held", "other", "transition", "transition/child_to_adult")
        )
    }
)
WHEN = st.fixed_dictionaries(
    {
        "target_group": _condition(["barn", "ungdom", "vuxen", "aldre", UNKNOWN]),
        "age": _condition(["0-5", "10-20", "18+", "64-66", UNKNOWN]),
        "category": _condition(["sip", "sip/never_held", "transition", "other"]),
        "reporting_kind": _condition(list(PRINCIPAL_KINDS)),
        "receiving_kind": _condition(list(RECEIVING_KINDS)),
        "within_one_principal": st.sampled_from([None, None, True, False]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WHEN, min_size=1, max_size=4))
def test_asking_about_classes_finds_exactly_what_asking_about_every_point_finds(whens):
    rules = tuple(
        Rule.model_validate({"id": f"r{n}", "title": f"R{n}", "when": when, "accountable": "barnalivet"})
        for n, when in enumerate(whens)
    )
    profile = SMALL.model_copy(update={"rules": rules})
    points = holes = tied = 0
    per_rule: Counter[str] = Counter()
    for point in every_point(profile):
        hits = matching(profile, point)
        points += 1
        holes += not hits
        tied += len(hits) > 1
        per_rule.update(rule.id for _, rule in hits)

    proof = prove(profile)

    assert proof.points == points
    assert proof.hole_points == holes
    assert proof.tied_points == tied
    assert proof.per_rule == dict(per_rule)
    assert {rule.id for rule in proof.dead} == {rule.id for rule in rules} - set(per_rule)
