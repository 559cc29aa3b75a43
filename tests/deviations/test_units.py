"""A unit's year and its sheet: what was filed, silence, and small numbers about others hidden."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations import clock
from deviations.models import Deviation
from deviations.services import deciding, handling
from deviations.services.filing import file, withdraw
from deviations.units import apt
from deviations.units.access import own_units, readable_unit
from deviations.units.overview import months_back, overview
from deviations.units.small import shown
from orgs.models import User
from orgs.permissions import grant
from tests.cast import unit

pytestmark = pytest.mark.django_db


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


def on(day):
    return time_machine.travel(timezone.make_aware(datetime.combine(day, time(12))), tick=False)


def school():
    return unit("blekinge", "1080-elevhalsan")


def bup():
    return unit("blekinge", "rb-bup")


@pytest.fixture
def improved(filed, bo):
    """Filed, decided and measured, and the measure has helped."""
    handling.receive(now(filed), by=bo)
    deciding.decide(now(filed), text="Gemensam brevlåda för kallelser.", by=bo)
    today = timezone.localdate()
    measure = deciding.propose_measure(
        now(filed), owner=bup(), text="En brevlåda för kallelser.", due_on=today, check_on=today, sign="De kommer.",
        by=bo,
    )  # fmt: skip
    deciding.carry_out(measure, by=bo)
    deciding.check_effect(measure, effect="verified", comment="Alla kom på fyra möten.", by=bo)
    deciding.give_feedback(now(filed), text="Så blev det.", by=bo)
    return filed


def this_quarter():
    return apt.periods(clock.today())[-1]


# ── whose ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_who_leads_a_unit_reads_its_year_and_nobody_else_does(maria, anna, bo, berit, ada, cecilia):
    readable = {
        who.get_short_name() for who in (maria, anna, bo, berit, ada, cecilia) if readable_unit(who, school().pk)
    }
    assert readable == {"Maria"}


def test_a_unit_that_does_not_exist_is_nobodys(maria):
    assert readable_unit(maria, 987_654_321) is None


def test_own_units_are_those_on_which_a_role_is_held_not_all_below(maria):
    grant(maria, "unit_manager", school().principal, by=None)
    assert {each.key for each in own_units(maria)} == {"1080-elevhalsan", school().principal.key}


# ── the year ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_month_has_its_number_and_this_one_comes_last(filed, filing, anna, maria):
    file(filing(), by=anna)
    year = overview(school(), user=maria)
    assert (len(year.months), year.months[-1].filed, year.filed) == (12, 2, 2)
    assert year.months[0].first == months_back(clock.today().replace(day=1), 11)


def test_what_was_taken_back_does_not_count(filed, anna, maria):
    withdraw(now(filed), reason="Fel verksamhet.", by=anna)
    assert overview(school(), user=maria).filed == 0


def test_a_unit_that_never_filed_is_told_plainly(berit):
    assert overview(bup(), user=berit).silence == "Ingen har anmält någon avvikelse härifrån än."


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, ""), (170, ""), (190, "Ingen har anmält på 6 månader."), (400, "Ingen har anmält på 13 månader.")],
)
def test_silence_is_told_from_six_months_on(filed, maria, days, said):
    with on(timezone.localdate(now(filed).filed_at) + timedelta(days=days)):
        assert overview(school(), user=maria).silence == said


def test_units_below_are_counted_with_their_own_and_the_silent_come_first(filed, maria):
    principal = school().principal
    grant(maria, "unit_manager", principal, by=None)
    year = overview(principal, user=maria)
    assert [each.filed for each in year.below if not each.silent] == [1]
    assert year.below[-1].silent is False
    assert all(each.last_on is None for each in year.silent_below)


def test_few_new_reporters_are_not_told_apart(filing, maria, anna):
    file(filing(), by=anna)
    assert overview(school(), user=maria).reporters[-1].new_reporters == "färre än 5"
    for number in range(4):
        colleague = User.objects.create_user(f"kollega{number}@example.se", name=f"Kollega {number}")
        grant(colleague, "reporter", school(), by=None)
        file(filing(), by=colleague)
    assert [quarter.new_reporters for quarter in overview(school(), user=maria).reporters] == ["0", "0", "0", "5"]


def test_a_manager_of_another_unit_sees_nothing_of_it(filed, berit):
    grant(berit, "unit_manager", unit("blekinge", "1081-elevhalsan"), by=None)
    assert overview(unit("blekinge", "1081-elevhalsan"), user=berit).filed == 0


def test_the_year_and_the_sheet_cost_the_same_for_one_and_for_thirty(filing, anna, maria):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            overview(school(), user=maria)
            apt.sheet(school(), this_quarter(), user=maria)
        return len(captured)

    file(filing(), by=anna)
    cost()  # the profile is read once
    for_one = cost()
    for _each in range(29):
        file(filing(), by=anna)
    assert cost() == for_one


# ── the sheet ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_sheet_says_what_we_filed_and_what_came_back(improved, maria):
    sheet = apt.sheet(school(), this_quarter(), user=maria)
    assert (sheet.filed, sheet.answered, sheet.days) == (1, 1, 0)
    (line,) = sheet.lines
    assert (line.category, line.decision) == ("SIP: kallad part kom inte", "Gemensam brevlåda för kallelser.")
    assert sheet.better == [apt.Better("En brevlåda för kallelser.", "Alla kom på fyra möten.")]


def test_the_sheet_has_no_identities_and_nothing_in_the_reporters_words(improved, maria):
    said = str(apt.sheet(school(), this_quarter(), user=maria))
    for secret in ("Anna", "EH-17", "tre veckor i förväg"):
        assert secret not in said


def test_the_last_quarter_that_has_ended_is_the_first_choice(cast):
    with on(datetime(2026, 4, 2)):
        periods = apt.periods(clock.today())
    assert [(p.key, p.first.isoformat(), p.last.isoformat()) for p in periods[:2]] == [
        ("2026-1", "2026-01-01", "2026-03-31"), ("2025-4", "2025-10-01", "2025-12-31"),
    ]  # fmt: skip
    assert (periods[-1].key, len(periods)) == ("2026-2", 5)


def test_what_others_filed_about_us_is_hidden_while_it_is_little(filed, filing, anna, berit):
    def about_us():
        sheet = apt.sheet(bup(), this_quarter(), user=berit)
        return sheet.others, sheet.others_about

    assert about_us() == ("färre än 5", [])
    for _each in range(4):
        file(filing(), by=anna)
    assert about_us() == ("5", ["SIP: kallad part kom inte"])


def test_the_sheet_says_what_we_have_promised(filed, bo, berit):
    handling.receive(now(filed), by=bo)
    deciding.decide(now(filed), text="Ny rutin.", by=bo)
    day = timezone.localdate() + timedelta(days=30)
    deciding.propose_measure(now(filed), owner=bup(), text="Rutin", due_on=day, check_on=day, sign="De kommer", by=bo)
    assert apt.sheet(bup(), this_quarter(), user=berit).promises == [apt.Promise("Rutin", day)]


def test_there_is_always_something_to_talk_about(filed, maria, berit):
    assert apt.sheet(school(), this_quarter(), user=maria).question.startswith("Mest har det handlat om ”")
    earlier = apt.periods(clock.today())[1]
    assert apt.sheet(school(), earlier, user=maria).question.startswith("Vad hände senast hos oss")


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (1, "färre än 5"), (4, "färre än 5"), (5, "5")])
def test_small_numbers(count, said):
    assert shown(count, 5) == said


def test_what_became_better_is_told_to_who_reported_and_not_to_a_stranger(improved, anna, cecilia):
    assert apt.better_for(anna, school(), 3) == [apt.Better("En brevlåda för kallelser.", "Alla kom på fyra möten.")]
    assert apt.better_for(cecilia, None, 3) == []
