"""What is lifted to the steering body, alone or together, and every answer it can give."""

import datetime

import pytest

from deviations import clock, deadlines
from deviations.errors import Invalid, NotYours, Refused, WrongState
from deviations.history import verify
from deviations.models import Deviation, Escalation, HistoryEntry
from deviations.rights import may
from deviations.services import deciding, escalating, handling
from orgs.models import Body
from orgs.profiles.active import profile_of
from tests.cast import body
from tests.deviations.steering import holder, lars, now, parties, received, steps_of

WHY = "Samma sak händer i hela länet."


@pytest.fixture
def steering(cast):
    return lars()


@pytest.fixture
def three(cast, filing):
    return [received(filing, cast) for _each in range(3)]


def lifted(three, bo, **changes):
    return escalating.escalate_several(
        three, **{"title": "BUP kommer inte till SIP", "summary": WHY, "kind": "bundle", "by": bo, **changes}
    )


# ── lifting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_is_lifted_with_a_last_day_and_the_steering_body_reads_it(cast, filing, steering, bo):
    deviation = received(filing, cast)
    assert not Deviation.objects.visible_to(steering).filter(pk=deviation.pk).exists()
    escalation = escalating.escalate(deviation, reason=WHY, by=bo)
    limit = profile_of(deviation.profile_version_id).limits.escalation
    assert (escalation.kind, escalation.status, escalation.title, escalation.summary) == (
        "single", "waiting", deviation.title, WHY,
    )  # fmt: skip
    assert (escalation.from_body.key, escalation.to_body.key) == ("sg_barn_unga", "lsvo")
    assert escalation.due_on == deadlines.due_on(clock.today(), limit)
    assert Deviation.objects.visible_to(steering).filter(pk=deviation.pk).exists()
    assert now(deviation).accountable_body.key == "sg_barn_unga"
    assert deviation.deliveries.filter(body=escalation.to_body, ended_at=None).exists()


def test_several_are_lifted_as_one_matter_with_one_entry_in_each_history(three, bo, steering):
    escalation = lifted(three, bo, kind="pattern")
    assert (escalation.kind, escalation.deviations.count(), Escalation.objects.count()) == ("pattern", 3, 1)
    for deviation in three:
        assert steps_of(deviation) == ["submit", "receive", "escalate"]
        assert verify(now(deviation)) is None
        assert ("steering", "lsvo") in parties(deviation)


def test_all_are_lifted_or_none(three, bo, filed):
    with pytest.raises(WrongState, match=f"{filed.reference}: Det går när gruppen har tagit emot"):
        lifted([*three, filed], bo)
    assert not Escalation.objects.exists()
    assert steps_of(three[0]) == ["submit", "receive"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": " "}, "title", "required"),
        ({"title": "x" * 161}, "title", "too_long"),
        ({"summary": ""}, "summary", "required"),
        ({"summary": "Ring 070-123 45 67"}, "summary", "phone"),
        ({"title": "20121212-1212 kom inte"}, "title", "personal_identity_number"),
        ({"kind": "single"}, "kind", "unknown"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes, field, code, three, bo):
    with pytest.raises(Invalid) as refused:
        lifted(three, bo, **changes)
    assert [c for c, _text in refused.value.fields[field]] == [code]
    assert not Escalation.objects.exists()


def test_what_one_cannot_see_is_as_if_it_did_not_exist(three, cecilia):
    with pytest.raises(Invalid) as refused:
        lifted(three, cecilia)
    assert list(refused.value.fields) == ["deviations"]


def test_groups_lift_their_own(three, bo):
    other = now(three[0])
    handling.hand_over(other, to=body("blekinge", "sg_vuxna"), reason="Hör dit.", by=bo)
    with pytest.raises(Invalid) as refused:
        lifted(three, bo)
    assert [code for code, _text in refused.value.fields["deviations"]] == ["several_bodies"]


def test_what_bounced_goes_up_by_itself_once_as_samsyns_own_entry(cast, filing, steering):
    deviation = received(filing, cast)
    first = escalating.escalate_bounced(deviation, reason="Ingen tar ansvar.", by=None)
    again = escalating.escalate_bounced(deviation, reason="Ingen tar ansvar.", by=None)
    assert (first.pk, first.kind, first.sent_by) == (again.pk, "bounced", None)
    entry = deviation.history.get(step="escalate")
    assert (entry.by, entry.acting_for, entry.data["shown_as"]) == (None, "Samsyn", first.to_body.name)
    assert verify(now(deviation)) is None
    assert Deviation.objects.visible_to(steering).filter(pk=deviation.pk).exists()


def test_what_bounced_stays_when_nobody_is_above(cast, filing):
    Body.objects.update(steering_body=None)
    deviation = received(filing, cast)
    assert escalating.escalate_bounced(deviation, reason="Ingen tar ansvar.", by=None) is None
    assert steps_of(deviation) == ["submit", "receive"]


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_decision_covers_the_whole_bundle(three, bo, steering):
    escalation = lifted(three, bo)
    deciding.decide(now(three[0]), text="Gruppen tar en del.", by=bo)
    decisions = escalating.decide_escalation(escalation, text="BUP utser en reserv.", by=steering)
    escalation.refresh_from_db()
    assert (escalation.status, escalation.answer, escalation.answered_by) == (
        "decided",
        "BUP utser en reserv.",
        steering,
    )
    assert {(d.deviation_id, d.body.key, d.binding, d.escalation_id) for d in decisions} == {
        (d.pk, "lsvo", True, escalation.pk) for d in three
    }
    for deviation in three:
        assert (now(deviation).state, now(deviation).accountable_body.key) == ("decided", "sg_barn_unga")
        assert verify(now(deviation)) is None
        assert deviation.history.order_by("-sequence").first().acting_for == escalation.to_body.name


def test_a_measure_under_way_goes_on_when_the_steering_body_decides(three, bo, steering):
    from tests.cast import unit

    escalation = lifted(three[:1], bo)
    deciding.decide(now(three[0]), text="Ja.", by=bo)
    days = {"due_on": clock.today(), "check_on": clock.today()}
    deciding.propose_measure(now(three[0]), owner=unit("blekinge", "rb-bup"), text="Gör.", sign="Ses.", by=bo, **days)
    escalating.decide_escalation(escalation, text="Bra.", by=steering)
    assert now(three[0]).state == "measure"
    assert three[0].decisions.count() == 2


def test_what_has_been_withdrawn_from_the_bundle_is_left_alone(three, bo, steering):
    escalation = lifted(three, bo)
    Deviation.objects.filter(pk=three[0].pk).update(state="closed")
    assert len(escalating.decide_escalation(escalation, text="Ja.", by=steering)) == 2
    assert steps_of(three[0]) == ["submit", "receive", "escalate"]


def test_deciding_on_the_last_ones_page_answers_the_whole(three, bo, steering):
    escalation = lifted(three[:2], bo)
    deciding.decide(now(three[0]), text="Ja.", by=steering)
    escalation.refresh_from_db()
    assert escalation.status == "waiting"
    deciding.decide(now(three[1]), text="Också ja.", by=steering)
    escalation.refresh_from_db()
    assert (escalation.status, escalation.answer) == ("decided", "Också ja.")


def test_nobody_decides_twice(three, bo, steering):
    escalation = lifted(three[:1], bo)
    escalating.decide_escalation(escalation, text="Ja.", by=steering)
    for again in (
        lambda: escalating.decide_escalation(escalation, text="Nej.", by=steering),
        lambda: escalating.return_escalated(escalation, text="Nej.", by=steering),
        lambda: deciding.decide(now(three[0]), text="Nej.", by=steering),
    ):
        with pytest.raises(WrongState):
            again()
    assert three[0].decisions.count() == 1


def test_a_body_without_mandate_recommends(cast, county_varmland):
    from deviations.services.filing import file
    from tests.cast import unit
    from tests.permissions.world import filing as varmlands

    vera = holder("vera", "reporter", unit("varmland", "1780-elevhalsan"))
    gunnar = holder("gunnar", "coordinator", body("varmland", "beredningsgrupp"))
    deviation = file(varmlands("varmland", "1780-elevhalsan", "rv-bup-1", age=10, happened="Kom inte."), by=vera)
    handling.receive(deviation, by=cast.cecilia)
    escalation = escalating.escalate(now(deviation), reason=WHY, by=cast.cecilia)
    [decision] = escalating.decide_escalation(escalation, text="En gemensam rutin.", by=gunnar)
    assert (decision.binding, decision.body.key) == (False, "beredningsgrupp")
    assert deviation.history.get(step="decide").data["binding"] is False


def test_given_back_it_is_still_read_by_the_one_who_answered_and_can_be_lifted_again(three, bo, steering):
    escalation = lifted(three, bo)
    escalating.return_escalated(escalation, text="Lös det med BUP:s chef först.", by=steering)
    escalation.refresh_from_db()
    assert (escalation.status, escalation.answer) == ("returned", "Lös det med BUP:s chef först.")
    assert parties(three[0]) == [("accountable", "sg_barn_unga"), ("former", "lsvo")]
    assert Deviation.objects.visible_to(steering).filter(pk=three[0].pk).exists()
    assert not may(steering, "decide", now(three[0]))
    lifted(three, bo)
    assert parties(three[0]) == [("accountable", "sg_barn_unga"), ("steering", "lsvo")]


def test_lifted_further_it_is_the_next_bodys_matter(three, bo, steering):
    chief = holder("karin", "coordinator", body("blekinge", "regionchefsgruppen"))
    escalation = lifted(three, bo)
    further = escalating.escalate_further(escalation, text="Kräver pengar.", by=steering)
    escalation.refresh_from_db()
    assert (escalation.status, further.status, further.from_body.key, further.to_body.key) == (
        "raised", "waiting", "lsvo", "regionchefsgruppen",
    )  # fmt: skip
    assert parties(three[0]) == [
        ("accountable", "sg_barn_unga"), ("former", "lsvo"), ("steering", "regionchefsgruppen"),
    ]  # fmt: skip
    with pytest.raises(NotYours):
        escalating.decide_escalation(further, text="Ja.", by=steering)
    escalating.decide_escalation(further, text="Ja.", by=chief)
    assert now(three[0]).state == "decided"


@pytest.mark.parametrize("who", ["anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_nobody_but_the_steering_body_answers(who, cast, three):
    escalation = lifted(three, cast.bo)
    by = getattr(cast, who)
    before = HistoryEntry.objects.count()
    for answer in (
        lambda: escalating.decide_escalation(escalation, text="Ja.", by=by),
        lambda: escalating.return_escalated(escalation, text="Nej.", by=by),
        lambda: escalating.escalate_further(escalation, text="Upp.", by=by),
    ):
        with pytest.raises(NotYours, match="Bara det styrande organ") as refused:
            answer()
        assert isinstance(refused.value, Refused)
    escalation.refresh_from_db()
    assert (escalation.status, HistoryEntry.objects.count()) == ("waiting", before)


def test_an_answer_says_why_and_names_nobody(three, bo, steering):
    escalation = lifted(three, bo)
    for answer in (escalating.decide_escalation, escalating.return_escalated, escalating.escalate_further):
        for text, code in (("", "required"), ("Ring 070-123 45 67", "phone")):
            with pytest.raises(Invalid) as refused:
                answer(escalation, text=text, by=steering)
            assert [c for c, _text in refused.value.fields["text"]] == [code]
    escalation.refresh_from_db()
    assert escalation.status == "waiting"


def test_only_those_who_read_at_either_body_find_it(three, cast, steering):
    escalation = lifted(three, cast.bo)
    member = holder("mats", "member", body("blekinge", "lsvo"))
    readers = {
        name for name in ("anna", "maria", "bo", "berit", "lena", "cecilia", "disa", "ada")
        if escalating.readable_by(getattr(cast, name)).filter(pk=escalation.pk).exists()
    }  # fmt: skip
    assert readers == {"bo"}
    assert list(escalating.readable_by(member)) == list(escalating.readable_by(steering)) == [escalation]


def test_a_double_role_answers_in_the_steering_bodys_name(three, bo, steering):
    from orgs.permissions import grant

    grant(bo, "coordinator", body("blekinge", "lsvo"), by=None)
    escalation = lifted(three[:1], bo)
    [decision] = escalating.decide_escalation(escalation, text="Ja.", by=bo)
    assert decision.body.key == "lsvo"


def test_opening_or_answering_it_is_what_makes_it_arrive(three, bo, steering):
    escalation = lifted(three, bo)
    arrived = three[0].deliveries.get(body=escalation.to_body)
    escalating.see(escalation, by=bo)
    arrived.refresh_from_db()
    assert arrived.seen_at is None
    escalating.see(escalation, by=steering)
    arrived.refresh_from_db()
    assert arrived.seen_by == steering


def test_the_people_of_both_bodies_hear_that_their_lists_changed(
    three, bo, steering, cecilia, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(escalating, "send_to_people", lambda people, message: told.append((people, message)))
    with django_capture_on_commit_callbacks(execute=True):
        escalation = lifted(three, bo)
    with django_capture_on_commit_callbacks(execute=True):
        escalating.return_escalated(escalation, text="Nej.", by=steering)
    assert [(bo.pk in people, steering.pk in people, cecilia.pk in people) for people, _message in told] == [
        (True, True, False),
        (True, True, False),
    ]
    assert {message["type"] for _people, message in told} == {"lists.changed"}


# ── measures ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def measure(three, bo):
    from tests.cast import unit

    deciding.decide(now(three[0]), text="Ja.", by=bo)
    return deciding.propose_measure(
        now(three[0]), owner=unit("blekinge", "rb-bup"), text="Ny rutin.", due_on=in_days(10), check_on=in_days(40),
        sign="De kommer.", by=bo,
    )  # fmt: skip


def in_days(days):
    return clock.today() + datetime.timedelta(days=days)


def test_a_later_last_day_moves_the_check_and_says_why(measure, bo):
    from django.utils import timezone

    type(measure).objects.update(stalled_at=timezone.now())
    moved = deciding.postpone_measure(measure, due_on=in_days(20), reason="Rekrytering.", by=bo)
    assert (moved.due_on, moved.check_on, moved.postponed_reason, moved.stalled_at) == (
        in_days(20), in_days(50), "Rekrytering.", None,
    )  # fmt: skip
    assert now(measure.deviation).history.get(step="postpone_measure").data["before"] == in_days(10).isoformat()


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(10, "Rekrytering.", "due_on"), (5, "Rekrytering.", "due_on"), (20, " ", "reason")]
)
def test_a_day_that_is_no_later_or_without_reason_is_refused(days, reason, field, measure, bo):
    with pytest.raises(Invalid) as refused:
        deciding.postpone_measure(measure, due_on=in_days(days), reason=reason, by=bo)
    assert list(refused.value.fields) == [field]


def test_too_early_to_say_needs_a_day_to_look_again(measure, bo):
    deciding.carry_out(measure, by=bo)
    for day in (None, clock.today()):
        with pytest.raises(Invalid) as refused:
            deciding.check_effect(measure, effect="too_early", comment="Två möten.", check_again_on=day, by=bo)
        assert list(refused.value.fields) == ["check_again_on"]
    checked = deciding.check_effect(
        measure, effect="too_early", comment="Två möten.", check_again_on=in_days(90), by=bo
    )
    assert (checked.effect, checked.check_on, now(measure.deviation).state) == ("too_early", in_days(90), "measure")
