"""Vägen: where a deviation stands, small in a list and in full with what was said."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations import clock
from deviations.models import Deviation
from deviations.services import agenda, deciding, escalating, handling, meetings, minutes, statements
from deviations.workflow import State
from frontend import way
from frontend.components import way_in_words
from frontend.dates import day
from frontend.next_up import next_up
from orgs.permissions import grant
from tests.cast import body, unit
from tests.deviations.meeting_world import at, item_of, now
from tests.frontend.pages import fresh
from tests.frontend.test_follow import answered, shapes, stations_of


def test_what_those_above_decide_at_their_meeting_stood_on_that_agenda(anna, bo, lena, filed):
    above = body("blekinge", "lsvo")
    grant(lena, "coordinator", above, by=None)
    handling.receive(filed, by=bo)
    escalating.escalate(filed, reason="Gäller hela länet.", by=bo)
    meeting = meetings.plan_meeting(above, starts_at=at(0), by=lena)
    agenda.build_agenda(meeting, by=lena)
    meetings.start_meeting(meeting, by=lena)
    minutes.record_decision(item_of(meeting, filed), verb="decides", text="Ny rutin.", by=lena)
    meetings.end_meeting(meeting, by=lena)
    minutes.approve_minutes(now(meeting), by=lena)
    assert stations_of(filed, anna)[way.AGENDA]["label"] == f"På dagordning {day(at(0))}"


def test_a_refuted_effect_is_not_drawn_as_a_confirmed_one(anna, bo, filed):
    answered(filed, bo)
    day, bup = filed.answer_due_on, unit("blekinge", "rb-bup")
    measure = deciding.propose_measure(
        filed, owner=bup, text="Ny adress.", due_on=day, check_on=day, sign="Färre.", by=bo
    )
    deciding.carry_out(measure, by=bo)
    deciding.check_effect(measure, effect="not_verified", comment="Lika många.", by=bo)
    assert shapes(filed, anna)[way.EFFECT] == "here"
    assert way.verified_among([filed]) == set()


def test_the_small_way_stands_where_the_large_one_does(anna, bo, filed):
    for step in (
        lambda: None,
        lambda: handling.receive(filed, by=bo),
        lambda: deciding.decide(filed, text="Ja.", by=bo),
    ):
        step()
        large, small = stations_of(filed, anna), way.mini(fresh(filed))
        assert [s["state"] for s in large] == [s["state"] for s in small]
    assert way_in_words(way.mini(fresh(filed))) == "Station 5 av 7: beslut"


def test_the_small_way_asks_the_database_nothing(filed):
    deviation = fresh(filed)
    with CaptureQueriesContext(connection) as asked:
        way.mini(deviation)
        way.where(deviation)
        next_up(deviation)
    assert len(asked) == 0


def test_a_hand_over_says_why_at_the_station_of_the_new_body(anna, bo, filed):
    to = body("blekinge", "sg_vuxna")
    handling.hand_over(filed, to=to, reason="Personen har fyllt 19.", by=bo)
    station = stations_of(filed, anna)[way.BODY]
    assert station["label"] == f"Hos {to.name}"
    assert (station["body"], station["by"]) == ("Personen har fyllt 19.", "Samverkansgrupp Barn och unga")


@pytest.mark.parametrize("state", [state for state in State if state not in {State.DRAFT, State.DISCARDED}])
def test_every_state_has_a_place_and_words(filed, state):
    filed.state = state
    filed.merged_into = Deviation(state=State.RECEIVED) if state == State.MERGED else None
    assert way.reached(filed)
    assert way.where(filed)
    assert next_up(filed)[0]


def next_words(deviation):
    found = fresh(deviation)
    return next_up(found, history=list(found.history.order_by("sequence")))


def test_what_happens_next_says_who_and_until_when(filed, bo, anna):
    handling.receive(filed, by=bo)
    [asked] = statements.request_statement(
        fresh(filed), of=[unit("blekinge", "rb-bup")], question="Varför?", by=bo
    )  # fmt: skip
    assert next_words(filed)[0] == f"BUP, Region Blekinge lämnar sitt yttrande senast {day(asked.due_on)}."
    with at_noon(asked.due_on + timedelta(days=1)):
        assert next_words(filed)[0] == (
            f"Yttrandet från BUP, Region Blekinge skulle ha kommit senast {day(asked.due_on)}. De har blivit påminda."
        )


def test_a_measure_says_who_does_it_by_when_and_then_when_it_is_checked(filed, bo):
    handling.receive(filed, by=bo)
    deciding.decide(fresh(filed), text="Gemensam brevlåda.", by=bo)
    due_on, check_on = clock.today() + timedelta(days=20), clock.today() + timedelta(days=90)
    measure = deciding.propose_measure(
        fresh(filed), owner=unit("blekinge", "rb-bup"), text="En brevlåda.", due_on=due_on, check_on=check_on,
        sign="Kallelserna kommer fram.", by=bo,
    )  # fmt: skip
    assert next_words(filed)[0] == f"BUP, Region Blekinge gör klart åtgärden senast {day(due_on)}."
    deciding.carry_out(measure, by=bo)
    assert next_words(filed)[0] == f"Åtgärden är gjord. Gruppen kontrollerar {day(check_on)} om den hjälpte."
    again = check_on + timedelta(days=30)
    deciding.check_effect(measure, effect="too_early", comment="En kallelse än.", check_again_on=again, by=bo)
    assert next_words(filed)[0] == f"Åtgärden är gjord. Gruppen kontrollerar {day(again)} om den hjälpte."


def test_a_promised_day_that_has_passed_is_told_as_it_is(filed):
    last_day = filed.answer_due_on
    assert next_words(filed)[1] == f"Du får svar senast {day(last_day)}."
    with at_noon(last_day + timedelta(days=1)):
        assert next_words(filed)[1] == f"Du skulle ha fått svar senast {day(last_day)}. Gruppen har blivit påmind."


def test_a_meeting_is_told_with_its_weekday(filed):
    filed.state, filed.agenda_on = State.ON_AGENDA, date(2035, 4, 4)
    assert next_up(filed)[0] == "Samverkansgrupp Barn och unga tar upp den onsdag 4 april 2035."


def at_noon(on):
    return time_machine.travel(timezone.make_aware(datetime.combine(on, time(12))), tick=False)


def test_a_measure_whose_day_is_moved_shows_the_new_day_and_is_not_late(anna, filed, bo):
    handling.receive(filed, by=bo)
    deciding.decide(fresh(filed), text="Gemensam brevlåda.", by=bo)
    due_on = clock.today() + timedelta(days=20)
    measure = deciding.propose_measure(
        fresh(filed), owner=unit("blekinge", "rb-bup"), text="En brevlåda", due_on=due_on,
        check_on=due_on + timedelta(days=90), sign="Kallelserna kommer fram.", by=bo,
    )  # fmt: skip
    later = due_on + timedelta(days=30)
    deciding.postpone_measure(measure, due_on=later, reason="Upphandling pågår.", by=bo)
    with at_noon(due_on + timedelta(days=1)):
        station = stations_of(filed, anna)[way.MEASURE]
        assert station["body"] == f"En brevlåda\nKlar senast {day(later)}."
        assert station["state"] == "here"
