"""The yearly wheel: made once from the profile, done with evidence, and late where those above can see it."""

import datetime

import pytest

from deviations import clock
from deviations.diary import verify
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import DiaryEntry, Duty
from deviations.services import duties
from orgs.permissions import grant
from orgs.profiles import loader
from tests.cast import body, person

NOON = datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)


@pytest.fixture
def in_may():
    with clock.at(NOON):
        yield


def due_of(slug, key, year=2026):
    profile = loader.shipped(slug)
    return [(d.title, d.due_on.isoformat()) for d in duties.duties_in(profile, profile.body(key), year)]


def test_a_group_in_blekinge_reports_on_the_first_of_march_and_meets_eight_to_ten_times():
    assert due_of("blekinge", "sg_barn_unga") == [
        ("Årsrapport för 2025 till LSVO", "2026-03-01"),
        ("Håll möten enligt uppdraget: 8–10 om året", "2026-12-31"),
    ]


def test_what_no_body_is_named_for_is_followed_up_by_the_one_that_sees_the_whole_county_also_when_it_has_run_out():
    assert due_of("blekinge", "lsvo") == [
        ("Årsrapport för 2025 till Regionchefsgruppen", "2026-03-01"),
        ("Håll möten enligt uppdraget: 8–10 om året", "2026-12-31"),
        ("Följ upp Länsövergripande samverkansavtal, som har gått ut", "2026-12-31"),
        ("Följ upp Samverkansavtal primärvård–BUP", "2026-12-31"),
    ]


def test_a_mandate_that_is_missing_is_to_be_looked_over():
    titles = [title for title, _day in due_of("jamtland-harjedalen", "barnarenan")]
    assert "Se över uppdraget, som saknas" in titles


@pytest.mark.parametrize("slug", ["blekinge", "varmland", "jamtland-harjedalen"])
@pytest.mark.parametrize("year", [2024, 2026, 2028])
def test_every_duty_of_a_year_has_a_key_of_its_own_and_a_day_in_it(slug, year):
    profile = loader.shipped(slug)
    for each in profile.bodies:
        found = list(duties.duties_in(profile, each, year))
        assert len({due.key for due in found}) == len(found)
        assert {due.due_on.year for due in found} <= {year}


def test_the_wheel_is_made_once_however_often_it_is_looked_through(county_blekinge, in_may):
    made = duties.make_duties(county_blekinge, 2026)
    assert (made > 0, duties.make_duties(county_blekinge, 2026), Duty.objects.count()) == (True, 0, made)
    assert duties.make_due_duties() > 0  # Värmland
    assert duties.make_due_duties() == 0


@pytest.fixture
def report(county_blekinge, in_may):
    duties.make_duties(county_blekinge, 2026)
    return Duty.objects.get(body__key="sg_barn_unga", kind=Duty.Kind.REPORT)


def test_it_is_marked_as_done_with_what_shows_it(report, bo):
    duties.finish_duty(report, evidence="Dnr 2026/17, behandlad av LSVO.", by=bo)
    report.refresh_from_db()
    assert (report.done_on, report.done_by, report.evidence) == (
        datetime.date(2026, 5, 4), bo, "Dnr 2026/17, behandlad av LSVO.",
    )  # fmt: skip
    assert list(DiaryEntry.objects.values_list("step", flat=True)) == ["finish_duty"]
    assert verify(report.body) is None
    with pytest.raises(WrongState, match="redan markerad"):
        duties.finish_duty(report, evidence="Igen.", by=bo)


@pytest.mark.parametrize("name", ["anna", "maria", "lena", "cecilia", "disa", "ada"])
def test_nobody_else_marks_it(report, cast, name):
    with pytest.raises(NotYours, match="samordnare och ordförande"):
        duties.finish_duty(report, evidence="Dnr 17.", by=getattr(cast, name))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"evidence": "  "}, "evidence"),
        ({"evidence": "Ring 070-123 45 67."}, "evidence"),
        ({"evidence": "Dnr 17.", "done_on": datetime.date(2026, 6, 1)}, "done_on"),
    ],
)
def test_without_evidence_on_a_day_that_has_been_it_is_not_done(report, bo, given, field):
    with pytest.raises(Invalid) as refused:
        duties.finish_duty(report, **given, by=bo)
    assert list(refused.value.fields) == [field]


def test_what_is_late_is_seen_by_the_body_and_by_those_above_it(report, bo, cecilia):
    lars = person("lars", "Lars Larsson")
    grant(lars, "coordinator", body("blekinge", "lsvo"), by=None)
    assert list(duties.late_for(bo)) == [report]
    assert report in duties.late_for(lars)
    assert list(duties.late_for(cecilia)) == []
    duties.finish_duty(report, evidence="Dnr 17.", by=bo)
    assert list(duties.late_for(bo)) == []


def test_a_body_adds_what_is_its_own(bo, in_may):
    group = body("blekinge", "sg_barn_unga")
    made = duties.add_duty(group, title="Temadag om SIP", due_on=datetime.date(2026, 9, 15), by=bo)
    again = duties.add_duty(group, title="Temadag om SIP", due_on=datetime.date(2026, 9, 15), by=bo)
    assert (made.kind, made.key != again.key) == ("other", True)
    with pytest.raises(Invalid):
        duties.add_duty(group, title=" ", due_on=datetime.date(2026, 9, 15), by=bo)


def test_what_was_left_undone_last_year_is_still_in_the_wheel(report, in_may):
    with clock.at(NOON.replace(year=2027)):
        assert report in duties.duties_of([report.body], 2027)
