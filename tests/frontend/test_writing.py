"""Writing a report, page by page: begun, its words beside the preview, approved with what was read, revised."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock
from deviations.models import LearningReport, Snapshot
from deviations.reports import making
from deviations.services import learning_reports
from tests.cast import body
from tests.frontend.pages import text
from tests.reports.year import AFTER, YEAR, begun, people, year

__all__ = ["people", "year"]
GROUP = ("blekinge", "sg_barn_unga")


@pytest.fixture(autouse=True)
def in_january(cast):
    with clock.at(AFTER):
        yield


@pytest.fixture
def draft(year, bo):
    return begun(bo)


def page(client, who, view, *args, **data):
    client.force_login(who)
    return client.get(reverse(view, args=args), data)


def send(client, who, view, *args, **data):
    client.force_login(who)
    return client.post(reverse(view, args=args), data)


def now(report):
    return LearningReport.objects.get(pk=report.pk)


def test_what_is_due_stands_first_and_leads_to_the_page_that_begins_it(client, year, bo):
    said = text(page(client, bo, "writing"))
    assert "Att göra" in said
    assert "Gruppens årsrapport 2025" in said
    assert "Senast 1 mars" in said
    form = page(client, bo, "begin_report", *GROUP, rapport="group_year:2025").content.decode()
    assert '<option value="group_year:2025" selected>' in form


def test_a_begun_report_shows_how_far_the_counting_has_come_and_can_be_left(client, year, bo):
    answered = send(client, bo, "begin_report", *GROUP, place="group_year:2025")
    report = LearningReport.objects.get()
    assert answered.url == reverse("write_report", args=[report.public_id])
    assert "Siffrorna räknas, underlag S-2025-BL-01" in text(page(client, bo, "write_report", report.public_id))
    waiting = page(client, bo, "report_progress", report.public_id)
    assert (waiting.headers.get("HX-Refresh"), 'value="0"' in waiting.content.decode()) == (None, True)
    assert waiting.content.decode().strip() in page(client, bo, "write_report", report.public_id).content.decode()
    making.make_due()
    assert page(client, bo, "report_progress", report.public_id).headers["HX-Refresh"] == "true"


def test_numbers_that_could_not_be_made_can_be_asked_for_again(client, draft, bo):
    learning_reports.recount(draft, by=bo)
    draft = now(draft)
    Snapshot.objects.filter(pk=draft.snapshot_id).update(status="failed")
    assert "Räkna igen" in text(page(client, bo, "write_report", draft.public_id))
    assert send(client, bo, "recount_report", draft.public_id).status_code == 302
    assert now(draft).snapshot_id != draft.snapshot_id


def test_the_words_stand_in_the_preview_once_they_are_saved(client, draft, bo):
    send(client, bo, "write_report", draft.public_id, title="Vårt år", comment="Kallelserna når fram.")
    said = text(page(client, bo, "write_report", draft.public_id))
    assert "24 brister och avvikelser" in said
    assert "<p>Kallelserna når fram.</p>" in said


def test_a_persons_number_is_refused_at_its_field_and_what_was_written_is_kept(client, draft, bo):
    answered = send(client, bo, "write_report", draft.public_id, title="Året", comment="Ring 20100314-2383.")
    assert answered.status_code == 422
    assert 'id="id_comment"' in answered.content.decode()
    assert "Ring 20100314-2383." in answered.content.decode()
    assert now(draft).text == {}


def test_approving_asks_first_and_says_to_whom_it_goes(client, draft, bo):
    said = page(client, bo, "approve_report", draft.public_id)
    assert "Ledningssamverkan Vård och Omsorg" in text(said)
    seen = learning_reports.preview(draft).checksum()
    assert f'value="{seen}"' in said.content.decode()
    answered = send(client, bo, "approve_report", draft.public_id, seen=seen)
    assert answered.url == reverse("published", args=[draft.public_id])
    assert now(draft).status == "approved"
    assert page(client, bo, "published", draft.public_id).status_code == 200


def test_what_was_changed_after_it_was_read_is_not_approved(client, draft, bo):
    answered = send(client, bo, "approve_report", draft.public_id, seen="9" * 64)
    assert (answered.status_code, now(draft).status) == (409, "draft")


def test_what_nobody_has_read_is_not_approved(client, draft, bo):
    answered = send(client, bo, "approve_report", draft.public_id)
    assert (answered.status_code, now(draft).status) == (409, "draft")


def test_a_revision_is_begun_with_its_reason(client, draft, bo):
    learning_reports.approve(draft, by=bo)
    assert send(client, bo, "revise_report", draft.public_id, reason="").status_code == 422
    answered = send(client, bo, "revise_report", draft.public_id, reason="Fel namn.")
    revised = LearningReport.objects.get(revises=draft)
    assert answered.url == reverse("write_report", args=[revised.public_id])
    assert "Rättelse, utgåva 2: Fel namn." in text(page(client, bo, "write_report", revised.public_id))


def test_a_draft_is_thrown_away(client, draft, bo):
    assert send(client, bo, "discard_report", draft.public_id).url == reverse("writing")
    assert page(client, bo, "write_report", draft.public_id).status_code == 404


def test_nobody_else_finds_it(client, draft, people, lena, cecilia, ada):
    for stranger in (people.linnea, people.rut, lena, cecilia, ada):
        for view in ("write_report", "report_progress", "approve_report", "revise_report"):
            assert page(client, stranger, view, draft.public_id).status_code == 404


def test_the_list_costs_as_much_with_many_reports(client, draft, bo):
    def cost():
        client.force_login(bo)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse("writing"))
        return len(asked)

    cost()
    one = cost()
    for number in range(30):
        LearningReport.objects.create(
            body=body(*GROUP), template="apt", title=f"Blad {number}", first_month=YEAR.first, last_month=YEAR.last,
            snapshot=draft.snapshot, status="replaced", checksum="9" * 64, created_at=AFTER, approved_at=AFTER,
        )  # fmt: skip
    assert cost() == one
