"""A report is begun, written, approved once and for all, revised with a reason, and its copies are registered."""

import copy
import datetime as dt
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from deviations import clock
from deviations.errors import ChangedMeanwhile, Invalid, NotYours, WrongState
from deviations.learning.period import until
from deviations.models import Duty, LearningReport, Mail, ReportCopy
from deviations.reports import due, verify
from deviations.reports.access import readable_reports
from deviations.reports.content import Content
from deviations.services import duties, learning_reports, report_copies
from orgs.models import Body
from tests import frozen
from tests.cast import body, unit
from tests.reports.year import AFTER, YEAR, begun, people, year

__all__ = ["people", "year"]


@pytest.fixture(autouse=True)
def in_january(cast):
    with clock.at(AFTER):
        yield


@pytest.fixture
def draft(year, bo):
    return begun(bo)


def group():
    return body("blekinge", "sg_barn_unga")


def steps(of=None):
    return list((of or group()).diary.order_by("sequence").values_list("step", flat=True))


# ── begun ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_draft_has_the_templates_title_and_the_trees_numbers(draft):
    assert (draft.title, draft.status, draft.snapshot.code) == (
        "Samverkansgrupp Barn och unga 2025", "draft", "S-2025-BL-01",
    )  # fmt: skip
    assert steps() == ["ask_snapshot", "begin_report"]


def test_the_same_report_is_begun_once(draft, bo):
    with pytest.raises(WrongState, match="redan påbörjad"):
        begun(bo)
    assert LearningReport.objects.count() == 1


@pytest.mark.parametrize(
    ("template", "period", "field"),
    [
        ("nothing", YEAR, "template"),
        ("group_year", until(2025, 6), "period"),
        ("board_month", until(2026, 1), "period"),
    ],
)
def test_only_a_known_report_of_a_period_that_has_ended_is_begun(year, bo, template, period, field):
    with pytest.raises(Invalid) as refused:
        learning_reports.begin_report(group(), template=template, period=period, by=bo)
    assert list(refused.value.fields) == [field]
    assert not LearningReport.objects.exists()


def test_strangers_readers_and_those_above_cannot_begin_write_or_approve(draft, lena, cecilia, disa, people):
    for stranger in (lena, cecilia, disa, people.linnea, people.rut):
        for step in (
            lambda by: learning_reports.begin_report(group(), template="group_year", period=YEAR, by=by),
            lambda by: learning_reports.write_text(draft, title="Året", text={}, by=by),
            lambda by: learning_reports.recount(draft, by=by),
            lambda by: learning_reports.approve(draft, by=by),
            lambda by: learning_reports.discard(draft, by=by),
        ):
            with pytest.raises(NotYours):
                step(stranger)
    assert learning_reports.written_reports(people.linnea).count() == 0


# ── written ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_authors_words_stand_in_the_report(draft, bo):
    learning_reports.write_text(draft, title="Vårt år", text={"comment": "Kallelserna når fram."}, by=bo)
    content = learning_reports.preview(LearningReport.objects.get(pk=draft.pk))
    section = next(section for section in content.sections if section.id == "comment")
    assert (content.title, section.blocks[0].paragraphs, section.blocks[0].author) == (
        "Vårt år", ("Kallelserna når fram.",), True,
    )  # fmt: skip


def test_no_person_may_be_known_by_the_words(draft, bo):
    for text, field in (({"comment": "Ring 20100314-2383."}, "comment"), ({}, "title")):
        title = "Året" if text else "Om 20100314-2383"
        with pytest.raises(Invalid) as refused:
            learning_reports.write_text(draft, title=title, text=text, by=bo)
        assert list(refused.value.fields) == [field]
    assert LearningReport.objects.get(pk=draft.pk).text == {}


def test_words_for_a_field_that_the_template_lacks_are_left_out(draft, bo):
    learning_reports.write_text(draft, title="Året", text={"summary": "Hej"}, by=bo)
    assert LearningReport.objects.get(pk=draft.pk).text == {"comment": ""}


def test_only_the_bodys_own_decisions_can_be_chosen(year, people, bo):
    report = begun(people.linnea, of="lsvo", template="steering_year")
    row = {"of": f"decision:{year[0].decisions.get().pk}", "lead": "Bevakad adress.", "text": ""}
    with pytest.raises(Invalid) as refused:
        learning_reports.write_text(report, title="Året", text={"decided": [row]}, by=people.linnea)
    assert list(refused.value.fields) == ["decided"]


# ── approved ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_approving_freezes_what_was_read(draft, bo):
    read = learning_reports.preview(draft)
    approved = learning_reports.approve(draft, seen=read.checksum(), by=bo)
    assert (approved.status, approved.approved_by, approved.checksum) == ("approved", bo, read.checksum())
    stored = LearningReport.objects.get(pk=draft.pk)
    assert Content.model_validate(stored.content) == read
    assert Content.model_validate(stored.content).checksum() == stored.checksum


def test_what_has_changed_since_it_was_read_is_not_approved(draft, bo):
    read = learning_reports.preview(draft).checksum()
    learning_reports.write_text(draft, title="Ett annat namn", text={}, by=bo)
    with pytest.raises(ChangedMeanwhile):
        learning_reports.approve(draft, seen=read, by=bo)
    assert LearningReport.objects.get(pk=draft.pk).status == "draft"


def test_nothing_is_approved_before_the_numbers_are_there(year, bo):
    report = learning_reports.begin_report(group(), template="group_year", period=YEAR, by=bo)
    with pytest.raises(WrongState, match="räknas fortfarande"):
        learning_reports.approve(report, by=bo)


def test_the_duty_is_done_with_the_report_as_what_shows_it(draft, bo):
    duties.make_duties(group().county, 2026)
    approved = learning_reports.approve(draft, by=bo)
    duty = Duty.objects.get(body=group(), key="report:lsvo:årsrapport:2026:1")
    assert (duty.done_by, duty.done_on) == (bo, dt.date(2026, 1, 12))
    assert duty.evidence == (
        f"Samverkansgrupp Barn och unga 2025, underlag S-2025-BL-01, kontrollsumma {approved.checksum[:16]}."
    )
    assert steps()[-1] == "approve_report"


def test_the_receiving_body_has_its_copy_and_it_stands_in_its_diary(draft, bo, lena):
    approved = learning_reports.approve(draft, by=bo)
    copy = ReportCopy.objects.get(report=approved)
    assert copy.to_body.key == "lsvo"
    assert steps(body("blekinge", "lsvo")) == ["report_received"]
    assert list(readable_reports(lena)) == [approved]


def test_an_approved_report_is_neither_written_discarded_nor_approved_again(draft, bo):
    learning_reports.approve(draft, by=bo)
    for step in (
        lambda: learning_reports.write_text(draft, title="Året", text={}, by=bo),
        lambda: learning_reports.discard(draft, by=bo),
        lambda: learning_reports.recount(draft, by=bo),
        lambda: learning_reports.approve(draft, by=bo),
        lambda: begun(bo),
    ):
        with pytest.raises(WrongState):
            step()


@pytest.mark.parametrize(
    "change",
    [{"content": {}}, {"checksum": "b" * 64}, {"title": "Ett annat"}, {"status": "draft"}, {"public_id": UUID(int=7)}],
)
def test_the_database_refuses_to_change_an_approved_one(draft, bo, change):
    approved = learning_reports.approve(draft, by=bo)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        LearningReport.objects.filter(pk=approved.pk).update(**change)


# ── revised and discarded ────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_changed_behind_the_database_is_found(draft, bo):
    approved = learning_reports.approve(draft, by=bo)
    assert verify.report_faults(approved) == []
    other, emptied = copy.copy(approved), copy.copy(approved)
    other.content = {**approved.content, "title": "En annan rubrik"}
    other.checksum = Content.model_validate(other.content).checksum()
    assert verify.report_faults(other) == ["Organets dagbok säger inte att just detta fastställdes."]
    emptied.content = {}
    assert verify.report_faults(emptied) == ["Rapportens kontrollsumma stämmer inte med dess innehåll."]


def test_a_report_that_was_taken_away_is_missed(draft, bo):
    approved = learning_reports.approve(draft, by=bo)
    assert verify.diary_faults(approved.body) == []
    approved.copies.all().delete()
    frozen.let_go()
    LearningReport.objects.filter(pk=approved.pk).delete()
    assert verify.diary_faults(approved.body) == [
        f"{approved.title} är fastställd enligt dagboken, men finns inte."
    ]  # fmt: skip


def test_a_revision_says_why_and_replaces_the_first_when_it_is_approved(draft, bo):
    first = learning_reports.approve(draft, by=bo)
    second = learning_reports.revise(first, reason="Karlshamns namn var felskrivet.", by=bo)
    assert LearningReport.objects.get(pk=first.pk).status == "approved"
    second = learning_reports.approve(second, by=bo)
    assert (LearningReport.objects.get(pk=first.pk).status, second.revision) == ("replaced", 2)
    said = [(r.number, r.reason) for r in Content.model_validate(second.content).revisions]
    assert said == [(1, ""), (2, "Karlshamns namn var felskrivet.")]
    assert LearningReport.objects.get(pk=first.pk).checksum == first.checksum


def test_a_report_is_revised_with_a_reason_and_once_at_a_time(draft, bo):
    with pytest.raises(WrongState):
        learning_reports.revise(draft, reason="Fel.", by=bo)
    first = learning_reports.approve(draft, by=bo)
    with pytest.raises(Invalid):
        learning_reports.revise(first, reason=" ", by=bo)
    learning_reports.revise(first, reason="Fel namn.", by=bo)
    with pytest.raises(WrongState):
        learning_reports.revise(first, reason="Igen.", by=bo)


def test_a_discarded_draft_is_gone_from_the_list_and_can_be_begun_anew(draft, bo):
    learning_reports.discard(draft, by=bo)
    assert list(learning_reports.written_reports(bo)) == []
    assert begun(bo).status == "draft"


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_board_registers_its_own_copy_under_its_own_number(year, people, bo):
    report = learning_reports.approve(begun(people.linnea, of="lsvo", template="steering_year"), by=people.linnea)
    copies = ReportCopy.objects.filter(report=report, to_principal=unit("blekinge", "region-blekinge"))
    assert sorted(copies.values_list("board", flat=True)) == [
        "Hälso- och sjukvårdsnämnden", "Närsjukvårdsberedningen", "Slutenvårdsberedningen",
    ]  # fmt: skip
    copy = report_copies.register_copy(copies.order_by("pk")[0], diary_number="HSN 2026/118", by=people.rut)
    assert (copy.diary_number, copy.registered_by) == ("HSN 2026/118", people.rut)
    assert steps(body("blekinge", "lsvo"))[-1] == "register_copy"
    for stranger in (bo, people.ragna):
        with pytest.raises(NotYours):
            report_copies.register_copy(copy, diary_number="X 1", by=stranger)
    with pytest.raises(Invalid):
        report_copies.register_copy(copy, diary_number=" ", by=people.rut)


# ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def letters():
    return sorted(Mail.objects.values_list("template", "to__email"))


def test_readers_of_the_copies_and_subscribers_have_a_letter_without_content(draft, bo, lena, cecilia):
    with pytest.raises(NotYours):
        learning_reports.subscribe(group(), by=cecilia)
    learning_reports.subscribe(group(), by=bo)
    said = clock._fixed.set(None)
    learning_reports.approve(draft, by=bo)
    clock._fixed.reset(said)
    assert letters() == [("report_approved", "lena@example.se")]
    assert Mail.objects.get().facts == {"report": str(draft.public_id)}


def test_a_subscription_ends(bo):
    learning_reports.subscribe(group(), by=bo)
    learning_reports.unsubscribe(group(), by=bo)
    assert bo.report_subscriptions.count() == 0


# ── begun by themselves ──────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_due_is_begun_on_its_day_and_only_once(year, bo):
    Body.objects.exclude(county__slug="blekinge").update(dormant_since="2020-01-01")
    with clock.at(dt.datetime(2025, 12, 31, 9, tzinfo=dt.UTC)):
        assert learning_reports.begin_due() == 0
    assert learning_reports.begin_due() == 4
    begun_by_itself = sorted(LearningReport.objects.values_list("body__key", "template", "created_by"))
    assert begun_by_itself == [
        ("lsvo", "steering_year", None), ("sg_aldre", "group_year", None), ("sg_barn_unga", "group_year", None),
        ("sg_vuxna", "group_year", None),
    ]  # fmt: skip
    learning_reports.discard(LearningReport.objects.get(body=group()), by=bo)
    assert learning_reports.begin_due() == 0


def test_after_its_last_day_nothing_is_begun_by_itself(year):
    Body.objects.exclude(county__slug="blekinge").update(dormant_since="2020-01-01")
    with clock.at(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)):
        assert learning_reports.begin_due() == 0


def test_what_is_due_follows_the_profiles_rhythm():
    found = [(one.template.id, one.period.key, str(one.due_on)) for one in due.of_body(body("blekinge", "lsvo"), 2026)]
    assert ("steering_year", "2025", "2026-03-01") in found
