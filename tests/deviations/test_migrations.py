"""A database with deviations in it comes from an earlier schema to the newest, and has what is made of them."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from deviations import clock
from deviations.learning.refresh import refresh
from deviations.models import Deviation, FactMonth, HistoryEntry, LearningReport, TouchedMonth
from deviations.reports.content import Case, Section
from deviations.search import matching
from deviations.services import deciding, learning_cases
from deviations.services.filing import file
from tests.cast import body, unit
from tests.deviations.steering import now, received
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


def test_a_deviation_is_found_by_the_words_of_measures_proposed_before_they_were_kept(cast, filing, at, monkeypatch):
    told = ["Ringlistan bevakas.", "Postlådan delas."], ["Kalendern visas."], []
    filed = [received(filing, cast) for _texts in told]
    before = {one.pk: one.search_stems for one in filed}
    when = clock.today() + timedelta(days=10)
    for one, texts in zip(filed, told, strict=True):
        deciding.decide(now(one), text="Gemensam rutin.", by=cast.bo)
        for text in texts:
            deciding.propose_measure(
                now(one), owner=unit("blekinge", "rb-bup"), text=text, due_on=when, check_on=when, sign="Fler kommer",
                by=cast.bo,
            )  # fmt: skip
    kept = {one.pk: one.search_stems for one in Deviation.objects.all()}
    at("0015_sip_training")
    for pk, stems in before.items():
        Deviation.objects.filter(pk=pk).update(search_stems=f"{stems} gemensam rutin")
    assert found(cast.bo, "ringlistor") == set()
    monkeypatch.setattr(import_module("deviations.migrations.0016_words_of_measures"), "CHUNK", 1)
    at()
    assert {one.pk: set(one.search_stems.split()) for one in Deviation.objects.all()} == {
        pk: {*stems.split(), "rutin"} for pk, stems in kept.items()
    }
    asked = ("ringlistor", "postlåda", "kalender", "gemensam")
    assert [found(cast.bo, words) for words in asked] == [{filed[0].pk}, {filed[0].pk}, {filed[1].pk}, set(before)]


def found(user, words):
    return {one.pk for one in Deviation.objects.visible_to(user).newest(where=matching(words)).rows}
