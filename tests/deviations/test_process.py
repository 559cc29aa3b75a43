"""Process measures and control moments: begun, changed with a reason, written, ended; and who may."""

import datetime

import pytest
from django.utils import timezone

from deviations import clock
from deviations.diary import verify
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import ControlMoment, DiaryEntry, ProcessMeasure
from deviations.services import controls, planning, process
from deviations.services.indicators import follow_indicators, share_in
from orgs.permissions import grant
from orgs.profiles import loader
from tests.cast import body, person, unit

DAY = datetime.date(2026, 5, 20)
APRIL = datetime.date(2026, 4, 1)
JANUARY = datetime.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def may():
    with clock.at(datetime.datetime(2026, 5, 20, 12, tzinfo=timezone.get_current_timezone())):
        yield


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


@pytest.fixture
def waiting(group, bo):
    """First assessment within thirty days, written in each tertial."""
    return process.begin_measure(
        group, name="Första bedömning inom 30 dagar", target=80, target_by="Nämnden §12", statutory_limit=100,
        guarantee="Alla inom 30 dagar", owner=unit("blekinge", "rb-bup"), by=bo,
    )  # fmt: skip


def steps():
    return list(DiaryEntry.objects.order_by("pk").values_list("step", flat=True))


def write(measure, value, by, **given):
    given = {"first_month": JANUARY, "last_month": APRIL, "source": "Väntetider i vården", **given}
    return process.write_value(measure, value=value, by=by, **given)


# ── the measure ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_met_target_does_not_hide_a_breach(waiting, bo):
    value = write(waiting, 82, bo)
    assert process.judged_value(waiting, value).words == "Lagens gräns bryts, fast målet nås."


def test_everything_stands_once_in_the_diary(waiting, group, bo):
    write(waiting, 82, bo)
    process.change_measure(waiting, target=85, statutory_limit=100, reason="Nytt mål i budgeten.", by=bo)
    process.end_measure(waiting, reason="Ersätts.", by=bo)
    assert steps() == ["begin_measure", "write_value", "change_measure", "end_measure"]
    changed = DiaryEntry.objects.get(step="change_measure").data
    assert (changed["before"]["target"], changed["now"]["target"]) == (80, 85)
    assert verify(group) is None


def test_a_value_written_again_takes_the_earlier_ones_place_and_both_are_kept(waiting, bo):
    write(waiting, 82, bo)
    write(waiting, 79, bo)
    kept = [(value.value, value.replaced_at is None) for value in waiting.values.order_by("pk")]
    assert kept == [(82, False), (79, True)]
    [measure] = process.readable_measures(bo).filter(pk=waiting.pk)
    assert [value.value for value in measure.current] == [79]


def test_a_value_is_of_a_period_that_has_ended(waiting, bo):
    for first, last in ((datetime.date(2026, 5, 1), datetime.date(2026, 8, 1)), (JANUARY, JANUARY)):
        with pytest.raises(Invalid) as refused:
            write(waiting, 82, bo, first_month=first, last_month=last)
        assert list(refused.value.fields) == ["period"]


@pytest.mark.parametrize(("given", "field"), [({"value": 101}, "value"), ({"statutory_value": -1}, "statutory_value")])
def test_a_share_lies_between_nought_and_a_hundred(waiting, bo, given, field):
    with pytest.raises(Invalid) as refused:
        write(waiting, **{"value": 50, "by": bo, **given})
    assert list(refused.value.fields) == [field]


def test_a_value_says_where_it_is_from(waiting, bo):
    with pytest.raises(Invalid) as refused:
        write(waiting, 82, bo, source=" ")
    assert list(refused.value.fields) == ["source"]


def test_what_is_counted_is_not_written_by_hand(waiting, bo):
    ProcessMeasure.objects.filter(pk=waiting.pk).update(formula="answer_in_time")
    with pytest.raises(WrongState):
        write(waiting, 82, bo)


def test_an_ended_measure_is_changed_no_more(waiting, bo):
    process.end_measure(waiting, reason="Ersätts.", by=bo)
    with pytest.raises(WrongState):
        write(waiting, 82, bo)
    with pytest.raises(WrongState):
        process.end_measure(waiting, reason="Igen.", by=bo)


def test_a_change_needs_a_reason(waiting, bo):
    with pytest.raises(Invalid) as refused:
        process.change_measure(waiting, target=10, reason="", by=bo)
    assert list(refused.value.fields) == ["reason"]


def test_one_name_one_measure(waiting, group, bo):
    with pytest.raises(Invalid) as refused:
        process.begin_measure(group, name=waiting.name.upper(), by=bo)
    assert list(refused.value.fields) == ["name"]


def test_a_measure_follows_an_activity_of_the_bodys_plan(group, bo):
    plan = planning.start_plan(group, title="Plan", from_year=2026, by=bo)
    activity = planning.write_activity(plan, title="SIP-utbildning", due_on=DAY, by=bo)
    measure = process.begin_measure(group, name="SIP", goal="Trygg samverkan", activity=activity, by=bo)
    assert (measure.goal, measure.activity) == ("Trygg samverkan", activity)
    with pytest.raises(Invalid) as refused:
        process.begin_measure(group, name="Annat", owner=unit("varmland", "rv-bup"), by=bo)
    assert list(refused.value.fields) == ["owner"]


def test_identity_is_stopped(group, bo):
    with pytest.raises(Invalid):
        process.begin_measure(group, name="Om 19121212-1212", by=bo)


def test_only_the_bodys_own_handle_it_and_only_they_and_those_above_read(waiting, cast):
    lars = person("lars", "Lars Larsson")
    grant(lars, "member", body("blekinge", "lsvo"), by=None)
    people = {**vars(cast), "lars": lars}
    reads = {name for name, who in people.items() if process.readable_measures(who).filter(pk=waiting.pk).exists()}
    assert reads == {"bo", "lars"}
    for name in set(people) - {"bo"}:
        with pytest.raises(NotYours):
            write(waiting, 82, people[name])


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def spans(**given):
    measure = ProcessMeasure(**given)
    return [span.words for span in process.ended_spans(measure, today=DAY)][:4]


def test_periods_follow_the_cadence():
    assert spans(cadence="month") == ["april 2026", "mars 2026", "februari 2026", "januari 2026"]
    assert spans(cadence="tertial") == [
        "januari–april 2026", "september–december 2025", "maj–augusti 2025", "januari–april 2025",
    ]  # fmt: skip
    assert spans(cadence="year") == ["2025", "2024", "2023", "2022"]


def test_what_is_counted_is_counted_from_the_beginning_of_the_year():
    assert spans(cadence="tertial", formula="answer_in_time") == [
        "januari–april 2026", "2025", "januari–augusti 2025", "januari–april 2025",
    ]  # fmt: skip


# ── from the profile ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_countys_indicators_are_followed_by_its_steering_body(county_varmland):
    found = ProcessMeasure.objects.filter(body__county=county_varmland).order_by("pk")
    assert {measure.body.key for measure in found} == {"beredningsgrupp"}
    assert list(found.values_list("key", "target", "statutory_limit", "guarantee")) == [
        ("bup_forsta_bedomning", 80, 100, "Alla inom 30 dagar"),
        ("bup_utredning", 75, 100, "Alla inom ytterligare 30 dagar"),
        ("bup_behandling", 75, 100, "Alla inom ytterligare 30 dagar"),
        ("fl_besok", 90, None, ""),
    ]
    told = found[0].values.order_by("first_month").values_list("first_month__year", "value")
    assert list(told) == [(2022, 18), (2023, 34)]


def test_following_again_changes_nothing_and_keeps_the_bodys_own_target(county_varmland):
    ProcessMeasure.objects.filter(key="fl_besok").update(target=95)
    profile = loader.shipped("varmland")
    assert follow_indicators(county_varmland, profile) == 0
    assert ProcessMeasure.objects.get(key="fl_besok").target == 95


def test_an_indicator_that_the_profile_no_longer_has_ends_and_can_come_back(county_varmland):
    profile = loader.shipped("varmland")
    fewer = profile.model_copy(update={"indicators": profile.indicators[:-1]})
    assert follow_indicators(county_varmland, fewer) == 1
    assert ProcessMeasure.objects.get(key="fl_besok").ended_on == DAY
    follow_indicators(county_varmland, profile)
    assert ProcessMeasure.objects.get(key="fl_besok").ended_on is None


@pytest.mark.parametrize(
    ("text", "share"), [("80 %", 80), ("Alla inom 30 dagar", 100), ("12,5 %", 12.5), ("Minst två", None), (None, None)]
)
def test_a_share_is_read_from_the_profiles_words(text, share):
    assert share_in(text) == share


# ── control moments ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_control_moment_is_planned_and_done_once(group, bo, waiting):
    control = controls.plan_control(
        group, question="Följdes rutinen för kallelse till SIP?", planned_on=DAY, measure=waiting, by=bo
    )
    controls.do_control(control, sample=20, followed=14, finding="Kallelsen gick ut för sent.", by=bo)
    with pytest.raises(WrongState):
        controls.do_control(control, sample=20, followed=20, by=bo)
    assert steps() == ["begin_measure", "plan_control", "do_control"]
    control = ControlMoment.objects.get()
    assert (control.sample, control.followed, control.done_on) == (20, 14, DAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"sample": 4, "followed": 2}, "sample"), ({"sample": 20, "followed": 21}, "followed")],
)
def test_a_sample_is_large_enough_and_its_numbers_add_up(group, bo, given, field):
    control = controls.plan_control(group, question="Följdes rutinen?", planned_on=DAY, by=bo)
    with pytest.raises(Invalid) as refused:
        controls.do_control(control, **given, by=bo)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("sample", "followed", "words"),
    [
        (20, 14, "14 av 20 följde rutinen."),
        (20, 20, "Alla 20 följde rutinen."),
        (20, 0, "Ingen av 20 följde rutinen."),
        (20, 18, "Fler än 15 av 20 följde rutinen."),
        (20, 2, "Färre än 5 av 20 följde rutinen."),
        (6, 3, "Av 6 följde några rutinen, andra inte."),
    ],
)
def test_few_are_never_told_exactly(sample, followed, words):
    control = ControlMoment(sample=sample, followed=followed, done_on=DAY)
    assert controls.in_words(control, threshold=5) == words


def test_a_control_is_the_bodys_own(group, cast):
    for who in (cast.lena, cast.cecilia, cast.anna):
        with pytest.raises(NotYours):
            controls.plan_control(group, question="Följdes rutinen?", planned_on=DAY, by=who)
        assert not controls.readable_controls(who).exists()
