"""What the group makes of a pattern: confirmed, a theme, lifted or dismissed, each with one entry in its diary."""

import pytest

from deviations import clock
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.models import Deviation, DiaryEntry, Escalation, Pattern
from deviations.services import handling
from deviations.services import patterns as service
from tests.cast import body
from tests.deviations.steering import holder, now, received, steps_of

SUMMARY = "Det återkommer hos flera. En gemensam rutin behövs."


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


@pytest.fixture
def three(cast, filing):
    return [received(filing, cast) for _each in range(3)]


@pytest.fixture
def pattern(group, three):
    made = Pattern.objects.create(
        body=group, signature="a" * 64, title="Kallad part uteblev, BUP", found_at=clock.now(),
        evidence={"rule": "rise", "observed": 3, "expected": 0.4, "p": 0.004, "months": 3, "tried": 20, "alike": 3},
    )  # fmt: skip
    made.deviations.set(three)
    return made


def diary(group):
    return list(DiaryEntry.objects.filter(body=group).order_by("sequence").values_list("step", flat=True))


def test_the_group_confirms_it_with_a_name_of_its_own(pattern, bo, group):
    service.accept(pattern, title="Ingen  kommer till SIP", by=bo)
    pattern.refresh_from_db()
    assert (pattern.status, pattern.title, pattern.judged_by, pattern.judged_count) == (
        "accepted", "Ingen kommer till SIP", bo, 3,
    )  # fmt: skip
    assert diary(group) == ["accept_pattern"]


def test_a_theme_becomes_a_tag_of_its_deviations_with_an_entry_in_each(pattern, bo, three, group):
    service.name_theme(pattern, theme="dyslexi och logopedi", by=bo)
    for deviation in three:
        assert now(deviation).tags == ["dyslexi och logopedi"]
        assert steps_of(deviation)[-1] == "name_theme"
        assert verify(now(deviation)) is None
    assert diary(group) == ["name_theme"]


def test_a_theme_that_gets_another_name_leaves_one_tag(pattern, bo, three):
    service.name_theme(pattern, theme="dyslexi", by=bo)
    service.name_theme(pattern, theme="dyslexi och logopedi", by=bo)
    assert now(three[0]).tags == ["dyslexi och logopedi"]


def test_it_is_lifted_as_a_pattern_with_its_open_deviations(pattern, bo, three, group):
    handling.hand_over(three[0], to=body("blekinge", "sg_vuxna"), reason="Vuxen.", by=bo)
    escalation = service.escalate_pattern(pattern, title="SIP utan BUP", summary=SUMMARY, by=bo)
    assert (escalation.kind, escalation.deviations.count()) == (Escalation.Kind.PATTERN, 2)
    pattern.refresh_from_db()
    assert (pattern.status, pattern.escalation) == ("escalated", escalation)
    assert diary(group) == ["escalate_pattern"]


def test_a_theme_can_ask_for_a_working_group(pattern, bo):
    escalation = service.escalate_pattern(pattern, title="Dyslexi", summary=SUMMARY, working_group=True, by=bo)
    assert escalation.summary == f"{SUMMARY}\n\nGruppen föreslår att en arbetsgrupp tillsätts."


def test_what_is_all_closed_is_not_lifted(pattern, bo):
    Deviation.objects.update(state="closed")
    with pytest.raises(WrongState, match="Ingen av mönstrets avvikelser är öppen"):
        service.escalate_pattern(pattern, title="SIP", summary=SUMMARY, by=bo)


def test_it_is_dismissed_with_a_reason_and_not_without(pattern, bo, group):
    with pytest.raises(Invalid):
        service.dismiss(pattern, reason=" ", by=bo)
    service.dismiss(pattern, reason="Vi känner till det, och det är redan löst.", by=bo)
    pattern.refresh_from_db()
    assert (pattern.status, pattern.reason) == ("dismissed", "Vi känner till det, och det är redan löst.")
    assert diary(group) == ["dismiss_pattern"]


def test_the_group_can_take_up_again_what_it_dismissed(pattern, bo):
    service.dismiss(pattern, reason="Löst.", by=bo)
    service.accept(pattern, title="Ändå inte löst", by=bo)
    pattern.refresh_from_db()
    assert (pattern.status, pattern.reason) == ("accepted", "")


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("accept", {"title": "Igen"}),
        ("name_theme", {"theme": "tema"}),
        ("dismiss", {"reason": "Nej."}),
        ("escalate_pattern", {"title": "Igen", "summary": SUMMARY}),
    ],
)
def test_what_is_lifted_is_judged(pattern, bo, step, given):
    service.escalate_pattern(pattern, title="SIP", summary=SUMMARY, by=bo)
    with pytest.raises(WrongState, match="redan tagit ställning"):
        service.JUDGEMENTS[step](pattern, by=bo, **given)


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("accept", {"title": "X"}),
        ("name_theme", {"theme": "X"}),
        ("dismiss", {"reason": "X"}),
        ("escalate_pattern", {"title": "X", "summary": "X"}),
    ],
)
def test_only_those_who_handle_in_the_body_judge(pattern, cast, group, step, given):
    member = holder("mona", "member", group)
    for who in (member, cast.anna, cast.cecilia, cast.disa, cast.lena):
        with pytest.raises(NotYours):
            service.JUDGEMENTS[step](pattern, by=who, **given)
    assert Pattern.objects.get().status == "proposed"


@pytest.mark.parametrize(
    ("step", "given", "field"),
    [
        ("accept", {"title": "Ring 070-123 45 67"}, "title"),
        ("accept", {"title": ""}, "title"),
        ("accept", {"title": "x" * 161}, "title"),
        ("name_theme", {"theme": "20121231-1230"}, "theme"),
        ("name_theme", {"theme": "x" * 61}, "theme"),
        ("dismiss", {"reason": "Ring 070-123 45 67"}, "reason"),
        ("escalate_pattern", {"title": "SIP", "summary": "Ring 070-123 45 67"}, "summary"),
    ],
)
def test_what_points_at_a_person_or_is_missing_is_said_at_its_field(pattern, bo, step, given, field):
    with pytest.raises(Invalid) as refused:
        service.JUDGEMENTS[step](pattern, by=bo, **given)
    assert set(refused.value.fields) == {field}
    assert Pattern.objects.get().status == "proposed"


def test_who_reads_in_the_body_reads_its_patterns_and_nobody_else(pattern, cast, group):
    member = holder("mona", "member", group)
    assert [p for p in (cast.bo, member) if service.readable_by(p).exists()] == [cast.bo, member]
    for who in (cast.anna, cast.maria, cast.lena, cast.cecilia, cast.disa, cast.ada):
        assert not service.readable_by(who).exists()
    assert service.to_judge(cast.bo).count() == 1
    assert not service.to_judge(member).exists()
