"""Deviations about the same thing: linked, merged into one, and separated again."""

import pytest

from deviations.errors import Invalid, WrongState
from deviations.history import verify
from deviations.models import Deviation, Link
from deviations.services import deciding, desk, handling, merging, statements
from deviations.services.filing import file
from deviations.workflow import State
from orgs.permissions import grant
from tests.cast import body, person, unit


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def steps(deviation):
    assert verify(now(deviation)) is None
    return list(deviation.history.order_by("sequence").values_list("step", flat=True))


@pytest.fixture
def two(anna, bo, filing):
    """The one that is handled, and one more about the same."""
    first = handling.receive(file(filing(), by=anna), by=bo)
    return first, file(filing(happened="Samma möte, och ingen kom."), by=anna)


def test_linking_is_told_in_both_histories_and_done_once(bo, two):
    first, second = two
    merging.link(second, other=first, reason="Samma möte.", by=bo)
    assert (steps(first)[-1], steps(second)[-1]) == ("linked", "link")
    assert (now(first).state, now(second).state) == (State.RECEIVED, State.SUBMITTED)
    for one, other in ((first, second), (second, first)):
        with pytest.raises(Invalid, match="redan ihopkopplade"):
            merging.link(now(one), other=other, by=bo)
    assert Link.objects.count() == 1


def test_a_deviation_is_not_put_beside_itself_or_beside_what_one_may_not_see(bo, cecilia, two, filing):
    first, second = two
    with pytest.raises(Invalid, match="samma avvikelse"):
        merging.link(first, other=now(first), by=bo)
    vera = person("vera", "Vera Vik")
    grant(vera, "reporter", unit("varmland", "fsk-elevhalsan"), by=None)
    units = {"reporting_unit": unit("varmland", "fsk-elevhalsan"), "receiving_units": (unit("varmland", "rv-bup-1"),)}
    elsewhere = file(filing(**units, age=10), by=vera)
    for attempt in (
        lambda: merging.link(first, other=elsewhere, by=bo),
        lambda: merging.merge(second, into=elsewhere, by=bo),
    ):
        with pytest.raises(Invalid, match="bland dem du får läsa"):
            attempt()
    assert (len(steps(first)), len(steps(elsewhere))) == (2, 1)


def test_the_merged_one_leaves_the_queue_and_keeps_its_reporter(bo, anna, maria, two):
    first, second = two
    merging.merge(second, into=first, by=bo)
    second = now(second)
    assert (second.state, second.merged_into, steps(first)[-1]) == (State.MERGED, first, "merged_here")
    assert second in Deviation.objects.visible_to(anna)
    assert not second.deliveries.filter(seen_at__isnull=True, ended_at__isnull=True).exists()


def test_what_the_group_answers_reaches_both_reporters(bo, anna, two):
    first, second = two
    merging.merge(second, into=first, by=bo)
    handling.score(first, severity=3, likelihood=3, by=bo)
    deciding.decide(now(first), text="BUP bevakar brevlådan.", by=bo)
    assert now(second).decided_at is not None
    assert now(second).history.get(step="decide").data == {"binding": True, "together": True}
    deciding.give_feedback(now(first), text="Tack, nu bevakas den.", by=bo)
    assert now(second).fed_back_at is not None
    assert now(second).history.get(step="give_feedback").data == {"text": "Tack, nu bevakas den.", "together": True}
    handling.score(now(first), severity=3, likelihood=1, by=bo)
    deciding.close(now(first), by=bo)
    assert (now(second).state, now(second).closed_at is not None) == (State.MERGED, True)
    assert steps(second) == ["submit", "merge", "decide", "give_feedback", "close"]
    deciding.answer_helped(now(second), helped=True, by=anna)
    assert (now(second).helped, now(second).state) == (True, State.MERGED)


def test_no_it_did_not_help_separates_it_again(bo, anna, two):
    first, second = two
    merging.merge(second, into=first, by=bo)
    deciding.decide(now(first), text="BUP bevakar brevlådan.", by=bo)
    deciding.give_feedback(now(first), text="Tack.", by=bo)
    deciding.answer_helped(now(second), helped=False, comment="Det hände igen.", by=anna)
    second = now(second)
    assert (second.state, second.merged_into, second.fed_back_at) == (State.RECEIVED, None, None)
    assert (steps(second)[-1], steps(first)[-1]) == ("answer_helped", "parted")
    deciding.decide(second, text="En egen rutin.", by=bo)
    assert now(second).state == State.DECIDED


def test_separating_undoes_it(bo, two):
    first, second = two
    merging.merge(second, into=first, by=bo)
    merging.separate(now(second), by=bo)
    assert (now(second).state, now(second).merged_into) == (State.RECEIVED, None)
    assert (steps(second)[-1], steps(first)[-1]) == ("separate", "parted")
    deciding.decide(now(first), text="BUP bevakar brevlådan.", by=bo)
    assert now(second).decided_at is None


def test_it_cannot_be_merged_into_what_has_been_answered_or_is_another_bodys(bo, anna, two, filing):
    first, second = two
    waiting = file(filing(), by=anna)
    with pytest.raises(Invalid, match="Ta emot den först"):
        merging.merge(second, into=waiting, by=bo)
    deciding.decide(first, text="Beslutat.", by=bo)
    deciding.give_feedback(now(first), text="Tack.", by=bo)
    with pytest.raises(Invalid, match="redan fått sitt svar"):
        merging.merge(second, into=now(first), by=bo)
    handling.hand_over(waiting, to=body("blekinge", "sg_vuxna"), reason="Vuxna.", by=bo)
    with pytest.raises(Invalid, match="annat organ"):
        merging.merge(now(second), into=now(waiting), by=bo)


def test_what_waits_for_a_statement_or_has_others_in_it_is_not_merged(bo, anna, two, filing):
    first, second = two
    merging.merge(second, into=first, by=bo)
    third = handling.receive(file(filing(), by=anna), by=bo)
    with pytest.raises(WrongState, match="åt andra hållet"):
        merging.merge(now(first), into=third, by=bo)
    with pytest.raises(WrongState, match="Dela upp det som är fört hit"):
        handling.hand_over(now(first), to=body("blekinge", "sg_vuxna"), reason="Vuxna.", by=bo)
    statements.request_statement(now(third), of=[unit("blekinge", "rb-bup")], question="", by=bo)
    with pytest.raises(WrongState, match="Ett yttrande är begärt"):
        merging.merge(now(third), into=now(first), by=bo)


def test_duplicates_are_counted_apart(bo, two, county_blekinge):
    from deviations.learning.refresh import refresh
    from deviations.models import FactMonth

    first, second = two
    merging.merge(second, into=first, by=bo)
    refresh(county_blekinge)
    counted = FactMonth.objects.filter(dimension__in=("filed", "excluded")).values_list("dimension", "key", "count")
    assert sorted(counted) == [("excluded", "merged", 1), ("filed", "", 1)]


# ── who handles it ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_assigned_to_somebody_who_handles_in_the_body(bo, anna, filed):
    assert desk.assign(filed, to=bo, by=bo).assigned_to == bo
    assert filed.history.get(step="assign").data == {"someone": True}
    with pytest.raises(Invalid, match="någon som handlägger"):
        desk.assign(now(filed), to=anna, by=bo)
    assert desk.assign(now(filed), to=None, by=bo).assigned_to is None


# ── the estimate at closing ──────────────────────────────────────────────────────────────────────────────────────────
def test_risk_is_estimated_before_and_after(bo, filed):
    handling.receive(filed, by=bo)
    handling.score(now(filed), severity=3, likelihood=4, by=bo)
    handling.score(now(filed), severity=4, likelihood=4, by=bo)
    deciding.decide(now(filed), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(filed), text="Tack.", by=bo)
    with pytest.raises(WrongState, match="Skatta risken igen innan ni avslutar"):
        deciding.close(now(filed), by=bo)
    handling.score(now(filed), severity=4, likelihood=1, by=bo)
    deviation = deciding.close(now(filed), by=bo)
    assert (deviation.severity, deviation.likelihood) == (4, 4)
    assert (deviation.closing_severity, deviation.closing_likelihood) == (4, 1)
    deciding.reopen(deviation, reason="Det hände igen.", by=bo)
    assert (now(filed).severity, now(filed).closing_severity) == (4, None)


def test_a_risk_never_estimated_is_estimated_first_also_after_the_decision(bo, filed):
    handling.receive(filed, by=bo)
    deciding.decide(now(filed), text="Ny rutin.", by=bo)
    deciding.give_feedback(now(filed), text="Tack.", by=bo)
    with pytest.raises(WrongState, match=r"Skatta risken innan ni avslutar\."):
        deciding.close(now(filed), by=bo)
    handling.score(now(filed), severity=2, likelihood=2, by=bo)
    assert (now(filed).severity, now(filed).closing_severity) == (2, None)
    handling.score(now(filed), severity=1, likelihood=1, by=bo)
    assert deciding.close(now(filed), by=bo).closing_severity == 1


def test_of_a_good_example_there_is_no_risk(bo, anna, filing):
    good = file(filing(category="good_example"), by=anna)
    handling.receive(good, by=bo)
    deciding.decide(now(good), text="Sprids.", by=bo)
    deciding.give_feedback(now(good), text="Tack.", by=bo)
    assert deciding.close(now(good), by=bo).state == State.CLOSED
