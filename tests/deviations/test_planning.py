"""A plan is written, adopted, revised with a reason, reported on and reported back."""

import datetime

import pytest

from deviations.diary import verify
from deviations.errors import Invalid, NotYours, Refused, WrongState
from deviations.models import Activity, DiaryEntry
from deviations.services import planning
from orgs.permissions import grant
from tests.cast import body, person, unit

DAY = datetime.date(2099, 6, 1)


@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


@pytest.fixture
def plan(group, bo):
    return planning.start_plan(group, title="Handlingsplan 2026–2027", from_year=2026, by=bo)


@pytest.fixture
def adopted(plan, bo):
    planning.write_activity(plan, title="Gemensam SIP-utbildning", due_on=DAY, owner=unit("blekinge", "rb-bup"), by=bo)
    return planning.adopt_plan(plan, by=bo)


def steps():
    return list(DiaryEntry.objects.order_by("pk").values_list("step", flat=True))


def test_a_plan_is_for_two_years(plan):
    assert (plan.from_year, plan.to_year, plan.status, plan.revision) == (2026, 2027, "draft", 1)


def test_the_whole_way_stands_in_the_diary(group, adopted, bo):
    activity = adopted.activities.get()
    planning.report_activity(activity, status="started", progress="Två tillfällen.", indicator_now="40 av 120", by=bo)
    planning.report_plan(adopted, text="Vi är på väg.", by=bo)
    planning.end_plan(adopted, by=bo)
    assert steps() == [
        "start_plan", "write_activity", "adopt_plan", "report_activity", "report_plan", "plan_reported", "end_plan",
    ]  # fmt: skip
    assert verify(group) is None
    assert verify(body("blekinge", "lsvo")) is None
    [told] = planning.reports_of(adopted)
    assert (told["text"], told["activities"], told["done"], told["late"]) == ("Vi är på väg.", 1, 0, 0)


def test_an_adopted_plan_is_changed_with_a_reason_and_counts_up(adopted, bo):
    with pytest.raises(Invalid) as refused:
        planning.write_activity(adopted, title="En till", due_on=DAY, by=bo)
    assert list(refused.value.fields) == ["reason"]
    planning.write_activity(
        adopted, activity=adopted.activities.get(), title="SIP-utbildning, två dagar", due_on=DAY, reason="Fler vill.",
        by=bo,
    )  # fmt: skip
    adopted.refresh_from_db()
    assert (adopted.revision, adopted.activities.get().title) == (2, "SIP-utbildning, två dagar")
    assert steps()[-1] == "revise_plan"


@pytest.mark.parametrize(
    "step",
    [
        lambda plan, by: planning.adopt_plan(plan, by=by),
        lambda plan, by: planning.end_plan(plan, by=by),
        lambda plan, by: planning.write_activity(plan, title="Ny", due_on=DAY, reason="Så.", by=by),
        lambda plan, by: planning.report_activity(plan.activities.get(), status="done", by=by),
        lambda plan, by: planning.report_plan(plan, text="Det går.", by=by),
        lambda plan, by: planning.start_plan(plan.body, title="Ny", from_year=2026, by=by),
    ],
)
@pytest.mark.parametrize("name", ["anna", "maria", "berit", "lena", "cecilia", "disa", "ada", "member"])
def test_only_those_who_handle_in_the_body_write_in_it(adopted, cast, name, step):
    member = person("member", "En Ledamot")
    grant(member, "member", adopted.body, by=None)
    before = (steps(), list(Activity.objects.values()))
    with pytest.raises(NotYours, match="samordnare och ordförande"):
        step(adopted, member if name == "member" else getattr(cast, name))
    assert (steps(), list(Activity.objects.values())) == before


def test_what_does_not_lead_from_where_the_plan_is_is_refused(plan, bo):
    for refused in (
        lambda: planning.adopt_plan(plan, by=bo),  # without activities
        lambda: planning.end_plan(plan, by=bo),
        lambda: planning.report_plan(plan, text="Det går.", by=bo),
    ):
        with pytest.raises(WrongState):
            refused()
    planning.write_activity(plan, title="En", due_on=DAY, by=bo)
    planning.adopt_plan(plan, by=bo)
    with pytest.raises(WrongState):
        planning.adopt_plan(plan, by=bo)
    planning.end_plan(plan, by=bo)
    with pytest.raises(WrongState):
        planning.write_activity(plan, title="En till", due_on=DAY, reason="Så.", by=bo)


@pytest.mark.parametrize(
    "given",
    [
        {"title": " "},
        {"title": "Ring 070-123 45 67"},
        {"from_year": 26},
        {"to_year": 2025},
        {"to_year": 2040},
    ],
)
def test_a_plan_that_cannot_be_is_not_started(group, bo, given):
    with pytest.raises(Invalid):
        planning.start_plan(group, **{"title": "Plan", "from_year": 2026, **given}, by=bo)


def test_a_plan_carries_out_the_plan_of_the_body_above_and_no_other(group, bo, plan, cecilia):
    lars = person("lars", "Lars Larsson")
    grant(lars, "coordinator", body("blekinge", "lsvo"), by=None)
    above = planning.start_plan(body("blekinge", "lsvo"), title="Länets plan", from_year=2026, by=lars)
    made = planning.start_plan(group, title="Vår del", from_year=2026, parent=above, by=bo)
    assert list(above.carried_by.all()) == [made]
    with pytest.raises(Invalid):
        planning.start_plan(group, title="Vår del", from_year=2026, parent=plan, by=bo)


def test_the_owner_is_of_the_county(plan, bo):
    with pytest.raises(Invalid):
        planning.write_activity(plan, title="En", due_on=DAY, owner=unit("varmland", "rv-bup-1"), by=bo)


def test_what_is_stopped_says_why(adopted, bo):
    with pytest.raises(Invalid):
        planning.report_activity(adopted.activities.get(), status="stopped", by=bo)


def test_no_text_carries_an_identity(adopted, bo):
    bad = "Ring 070-123 45 67."
    for refused in (
        lambda: planning.write_activity(adopted, title=bad, due_on=DAY, reason="Så.", by=bo),
        lambda: planning.write_activity(adopted, title="En", goal=bad, due_on=DAY, reason="Så.", by=bo),
        lambda: planning.write_activity(adopted, title="En", due_on=DAY, reason=bad, by=bo),
        lambda: planning.report_activity(adopted.activities.get(), status="done", progress=bad, by=bo),
        lambda: planning.report_plan(adopted, text=bad, by=bo),
    ):
        with pytest.raises(Refused):
            refused()


def test_late_is_what_should_have_been_done(adopted):
    activity = adopted.activities.get()
    assert planning.is_late(activity, DAY + datetime.timedelta(days=1))
    assert not planning.is_late(activity, DAY)
