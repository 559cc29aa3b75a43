"""History, diary, ready snapshots and approved reports stay: the database itself refuses to delete or replace them."""

import pytest
from django.db import DatabaseError, connection, transaction

from deviations import clock
from deviations.models import DiaryEntry, HistoryEntry, LearningReport, Snapshot
from deviations.services import learning_reports
from tests.cast import body
from tests.reports.year import AFTER, YEAR, begun, year

__all__ = ["year"]


@pytest.fixture
def approved(year, bo):
    with clock.at(AFTER):
        yield learning_reports.approve(begun(bo), by=bo)


FROZEN = [
    ("history", HistoryEntry),
    ("diary", DiaryEntry),
    ("ready snapshot", Snapshot),
    ("approved report", LearningReport),
]


def test_none_of_them_is_deleted(approved):
    approved.copies.all().delete()
    for words, model in FROZEN:
        rows = model.objects.filter(status="ready") if model is Snapshot else model.objects.all()
        pk = rows.order_by("pk").values_list("pk", flat=True)[0]
        with pytest.raises(DatabaseError, match=f"{words}.* never deleted"), transaction.atomic():
            model._base_manager.filter(pk=pk)._raw_delete(using="default")
        assert model.objects.filter(pk=pk).exists()


def test_none_of_them_is_put_over_by_another_row(approved):
    """SQLite alone can; PostgreSQL's ON CONFLICT is an update, which is refused already."""
    if connection.vendor != "sqlite":
        return
    for words, model in FROZEN:
        rows = model.objects.filter(status="ready") if model is Snapshot else model.objects.all()
        pk, table = rows.order_by("pk").values_list("pk", flat=True)[0], model._meta.db_table
        with pytest.raises(DatabaseError, match=f"{words}.* never deleted"), transaction.atomic():
            connection.cursor().execute(f"REPLACE INTO {table} SELECT * FROM {table} WHERE id = {pk}")


def test_a_draft_and_numbers_that_are_not_ready_may_go(year, bo):
    with clock.at(AFTER):
        learning_reports.begin_report(body("blekinge", "sg_barn_unga"), template="group_year", period=YEAR, by=bo)
    LearningReport.objects.all().delete()
    Snapshot.objects.exclude(status="ready").delete()
    assert (LearningReport.objects.count(), Snapshot.objects.count()) == (0, 0)
