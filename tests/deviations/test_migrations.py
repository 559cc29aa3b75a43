"""A database with deviations in it comes from an earlier schema to the newest, and has what is made of them."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from deviations.learning.refresh import refresh
from deviations.models import Deviation, FactMonth, HistoryEntry, LearningReport, TouchedMonth
from deviations.reports.content import Case, Section
from deviations.services import learning_cases
from deviations.services.filing import file
from tests.cast import body
from tests.deviations.steering import received
from tests.reports.shelf import put
from tests.reports_content import content

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name=None):
    """To that migration, or to the newest."""
    executor = MigrationExecutor(connection)
    executor.migrate([("deviations", name)] if name else executor.loader.graph.leaf_nodes("deviations"))


@pytest.fixture
def at():
    """Go back to a migration; the newest again when the test is over, however it went."""
    yield migrate
    migrate()


def test_deviations_filed_before_the_reports_are_counted_again_with_who_was_new(cast, filing, at):
    for _n in range(3):
        file(filing(), by=cast.anna)
    at("0006_full_text_search")
    at()
    assert TouchedMonth.objects.exists()
    refresh()
    told = dict(FactMonth.objects.filter(dimension__in=("filed", "newcomer")).values_list("dimension", "count"))
    assert told == {"filed": 3, "newcomer": 1}
    assert (Deviation.objects.count(), HistoryEntry.objects.count()) == (3, 3)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        HistoryEntry.objects.all().delete()


def test_an_approved_report_is_linked_to_the_learning_case_that_it_tells(cast, filing, at):
    told = {"title": "Mötet", "happened": "Ett barn skulle få en plan.", "learning": "Utse en ersättare."}
    case = learning_cases.write_case(received(filing, cast), **told, by=cast.bo)
    block = Case(id=f"case-{case.public_id}", **told)
    said = content()
    said = said.model_copy(update={"sections": (*said.sections, Section(id="cases", title="Fall", blocks=(block,)))})
    put(body("blekinge", "lsvo"), content=said)
    put(body("blekinge", "lsvo"), content=said, year=2024, status="draft")
    at("0011_news")
    at()
    assert [list(report.cases.all()) for report in LearningReport.objects.order_by("pk")] == [[case], []]
    assert learning_cases.is_published(case)
