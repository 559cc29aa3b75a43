"""The SIP register: counts per month, who may enter them, corrections, and one click to a deviation (G01, G02)."""

import datetime
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import SipCount
from deviations.services import sip, sip_overview
from deviations.services.sip import Attended, Checked, Entered
from deviations.services.sip_overview import Hidden
from orgs.models import BodyMembership
from orgs.permissions import end, grant
from tests.cast import body, person, unit

MARCH = datetime.date(2026, 3, 1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """In November 2026, so that March has been."""
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def entered(cast):
    """Karlskrona's March: `entered(new=9)` for a variation."""
    karlskrona, bup = unit("blekinge", "karlskrona"), unit("blekinge", "rb-bup")

    def of(**changes):
        march = Entered(
            principal=karlskrona, month=MARCH, target_group="barn_unga", initiated=14, new=10, conducted=12, called=13,
            absent=3, followed_up=4, individuals=11, days_to_start=190, attendance=(Attended(bup, 12, 9),),
            quality=(Checked("goal", 8, 10),),
        )  # fmt: skip
        return replace(march, **changes)

    return of


def faults_of(entered, by):
    with pytest.raises(Invalid) as refused:
        sip.enter_counts(entered, by=by)
    return {name: [code for code, _text in several] for name, several in refused.value.fields.items()}


# ── entering and correcting ──────────────────────────────────────────────────────────────────────────────────────────
def test_a_months_counts_are_kept_with_who_came_and_what_was_met(maria, entered):
    count = sip.enter_counts(entered(), by=maria)
    assert sip.values_of(count) == sip.values_given(entered())
    assert (count.county.slug, count.municipality, count.source, count.by) == (
        "blekinge", unit("blekinge", "karlskrona"), "", maria,
    )  # fmt: skip


def test_a_correction_is_a_new_row_and_the_older_one_stays(maria, entered):
    first = sip.enter_counts(entered(), by=maria)
    second = sip.enter_counts(entered(new=11), by=maria)
    first.refresh_from_db()
    assert (first.new, first.replaced_at is not None, second.new, second.replaced_at) == (10, True, 11, None)
    assert list(sip.visible_counts(maria)) == [second]


def test_the_same_counts_again_change_nothing(maria, entered):
    first = sip.enter_counts(entered(), by=maria)
    assert sip.enter_counts(entered(), by=maria) == first
    assert SipCount.objects.count() == 1


def test_months_groups_and_sources_stand_beside_each_other(maria, entered):
    sip.enter_counts(entered(), by=maria)
    sip.enter_counts(entered(month=datetime.date(2026, 4, 1)), by=maria)
    sip.enter_counts(entered(target_group="vuxna"), by=maria)
    sip.enter_counts(entered(source="Treserva"), by=maria)
    assert SipCount.objects.filter(replaced_at__isnull=True).count() == 4


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"month": datetime.date(2026, 3, 2)}, {"month": ["not_first"]}),
        ({"month": datetime.date(2026, 12, 1)}, {"month": ["in_future"]}),
        ({"month": datetime.date(1999, 12, 1)}, {"month": ["out_of_range"]}),
        ({"target_group": "grupp"}, {"target_group": ["unknown"]}),
        ({"new": -1, "days_to_start": None}, {"new": ["out_of_range"]}),
        ({"conducted": 100_000}, {"conducted": ["out_of_range"]}),
        ({"absent": 14}, {"absent": ["more_than_called"]}),
        ({"absent": 2}, {"absent": ["fewer_than_party"]}),
        ({"new": 0}, {"days_to_start": ["none_new"]}),
        ({"quality": (Checked("goal", 2, 1),)}, {"quality": ["more_met"]}),
        ({"quality": (Checked("nothing", 1, 1),)}, {"quality": ["unknown"]}),
        ({"quality": (Checked("goal", 1, 1), Checked("goal", 1, 1))}, {"quality": ["twice"]}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(maria, entered, changes, faults):
    assert faults_of(entered(**changes), maria) == faults
    assert SipCount.objects.count() == 0


def test_attendance_that_cannot_be_is_refused(maria, entered):
    bup, abroad = unit("blekinge", "rb-bup"), unit("varmland", "rv-bup-1")
    assert faults_of(entered(attendance=(Attended(bup, 3, 4),)), maria) == {"attendance": ["more_came"]}
    assert faults_of(entered(attendance=(Attended(bup, 14, 14),)), maria) == {"attendance": ["more_called"]}
    assert faults_of(entered(attendance=(Attended(abroad, 3, 3),)), maria) == {"attendance": ["other_county"]}
    assert faults_of(entered(attendance=(Attended(bup, 3, 3), Attended(bup, 3, 3))), maria) == {"attendance": ["twice"]}


def test_a_municipality_enters_none_of_anothers(maria, entered):
    assert faults_of(entered(municipality=unit("blekinge", "ronneby")), maria) == {"municipality": ["other"]}
    assert faults_of(entered(municipality=unit("varmland", "karlstad")), maria) == {"municipality": ["unknown"]}


def test_the_name_of_the_system_carries_no_identity(maria, entered):
    assert faults_of(entered(source="Ring 070-123 45 67"), maria) == {"source": ["phone"]}


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_those_who_answer_at_a_unit_enter_for_its_principal_and_no_other(maria, berit, entered):
    assert [each.key for each in sip.principals_entered_for(maria)] == ["karlskrona"]
    assert [each.key for each in sip.principals_entered_for(berit)] == ["region-blekinge"]
    with pytest.raises(NotYours, match="där du svarar"):
        sip.enter_counts(entered(), by=berit)


@pytest.mark.parametrize("who", ["anna", "lena", "cecilia", "disa", "ada"])
def test_the_others_enter_nothing_and_see_nothing(cast, entered, who):
    sip.enter_counts(entered(), by=cast.maria)
    with pytest.raises(NotYours):
        sip.enter_counts(entered(), by=getattr(cast, who))
    assert list(sip.visible_counts(getattr(cast, who))) == []
    assert not sip.sees_county(getattr(cast, who), unit("blekinge", "karlskrona").county)


def test_a_coordinator_enters_for_a_municipality_that_has_entered_none(bo, entered):
    count = sip.enter_counts(entered(), by=bo)
    assert (count.source, list(sip.visible_counts(bo))) == (sip.TOGETHER, [count])


def test_what_a_coordinator_entered_is_not_read_once_the_role_has_ended(bo, entered):
    sip.enter_counts(entered(), by=bo)
    end(BodyMembership.objects.get(user=bo), by=None)
    assert list(sip.visible_counts(bo)) == []


def test_a_coordinator_enters_nothing_for_a_region_or_in_another_county(bo, cecilia, entered):
    with pytest.raises(NotYours):
        sip.enter_counts(entered(principal=unit("blekinge", "region-blekinge")), by=bo)
    with pytest.raises(NotYours):
        sip.enter_counts(entered(), by=cecilia)


def test_a_municipalitys_own_counts_stand_against_those_entered_together(maria, bo, entered):
    together = sip.enter_counts(entered(), by=bo)
    own = sip.enter_counts(entered(new=11), by=maria)
    together.refresh_from_db()
    assert together.replaced_at is not None
    with pytest.raises(WrongState, match="Kommunens egna uppgifter gäller"):
        sip.enter_counts(entered(), by=bo)
    assert list(SipCount.objects.filter(replaced_at__isnull=True)) == [own]


def test_reading_takes_as_many_questions_for_one_row_as_for_thirty(maria, entered):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            for count in sip.visible_counts(maria):
                sip.values_of(count)
                str(count)
        return len(queries)

    sip.enter_counts(entered(), by=maria)
    one = asked()
    for year in (2023, 2024, 2025):
        for month in range(1, 11):
            sip.enter_counts(entered(month=datetime.date(year, month, 1)), by=maria)
    assert asked() == one


# ── one click from "part uteblev" ────────────────────────────────────────────────────────────────────────────────────
def test_a_missing_party_becomes_a_draft_with_everything_but_what_happened(maria, anna, entered):
    sip.enter_counts(entered(), by=maria)
    absence = sip.absences_seen(maria).get()
    draft = sip.draft_about_absence(absence, unit=unit("blekinge", "1080-elevhalsan"), by=maria)
    assert (draft.category, draft.receiving_unit.key, draft.occurred_on, draft.target_group, draft.happened) == (
        "sip/called_party_absent", "rb-bup", datetime.date(2026, 3, 31), "barn_unga", "",
    )  # fmt: skip
    assert draft.filed_at is None


def test_the_day_of_a_missing_party_this_month_is_today(maria, entered):
    sip.enter_counts(entered(month=datetime.date(2026, 11, 1)), by=maria)
    draft = sip.draft_about_absence(sip.absences_seen(maria).get(), unit=unit("blekinge", "1080-elevhalsan"), by=maria)
    assert draft.occurred_on == datetime.date(2026, 11, 20)


def test_nobody_else_is_told_of_a_missing_party(maria, berit, bo, anna, entered):
    sip.enter_counts(entered(), by=maria)
    assert [sip.absences_seen(who).count() for who in (maria, berit, bo, anna)] == [1, 0, 0, 0]


def test_a_draft_is_only_made_where_one_files(maria, entered):
    sip.enter_counts(entered(), by=maria)
    with pytest.raises(NotYours):
        sip.draft_about_absence(sip.absences_seen(maria).get(), unit=unit("blekinge", "rb-bup"), by=maria)


def test_a_safety_officer_reads_and_does_not_enter(entered, maria):
    officer = person("mas", "Märta MAS")
    grant(officer, "safety_officer", unit("blekinge", "karlskrona"), by=None)
    count = sip.enter_counts(entered(), by=maria)
    assert list(sip.visible_counts(officer)) == [count]
    assert not sip.source_for(officer, unit("blekinge", "karlskrona"))


# ── the county's sums ────────────────────────────────────────────────────────────────────────────────────────────────
def county_sums(cast, of):
    """What a coordinator is told of 2026, when three principals have entered these (called, absent) by month."""
    for principal in ("karlskrona", "ronneby", "olofstrom"):
        for month, (called, absent) in of.items():
            given = {"called": called, "absent": absent} if principal == "ronneby" else {}
            sip.put(
                Entered(
                    principal=unit("blekinge", principal), municipality=unit("blekinge", principal),
                    month=datetime.date(2026, month, 1), target_group="barn_unga", new=9, **given,
                ),
                by=cast.maria,
            )  # fmt: skip
    found = sip_overview.overview(cast.bo, body("blekinge", "sg_barn_unga").county, 2026)
    return {at: dict(zip(sip_overview.SUMMED, found.totals[at - 1], strict=True)) for at in of}


def test_a_small_month_is_not_what_the_years_sum_leaves_of_the_others(cast):
    told = county_sums(cast, {1: (30, 7), 2: (30, 3), 3: (30, 0)})
    assert [told[month]["absent"] for month in told] == [Hidden(beside=True), Hidden(), 0]
    assert [told[month]["called"] for month in told] == [Hidden(beside=True)] * 3
    assert [told[month]["new"] for month in told] == [27, 27, 27]


def test_few_meetings_with_everyone_there_are_not_the_called_less_the_others(cast):
    told = county_sums(cast, {1: (30, 7), 2: (10, 7)})
    assert [told[month]["absent"] for month in told] == [Hidden(beside=True)] * 2
    assert [told[month]["called"] for month in told] == [Hidden(beside=True)] * 2


def test_sums_of_months_that_are_all_large_are_told(cast):
    told = county_sums(cast, {1: (30, 7), 2: (30, 8)})
    assert [told[month]["absent"] for month in told] == [7, 8]
    assert [told[month]["called"] for month in told] == [30, 30]
