"""The pages of process measures and control moments."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock
from deviations.models import ControlMoment, ProcessMeasure, ProcessValue
from deviations.services import controls, process
from orgs.permissions import grant
from tests.cast import body, person
from tests.frontend.pages import text

GROUP = ("blekinge", "sg_barn_unga")


@pytest.fixture
def post(client):
    def of(who, view, /, *args, **given):
        client.force_login(who)
        return client.post(reverse(view, args=args), given)

    return of


def begin(by, name="Första bedömning inom 30 dagar", **given):
    given = {"target": 80, "statutory_limit": 100, "guarantee": "Alla inom 30 dagar", **given}
    return process.begin_measure(body(*GROUP), name=name, by=by, **given)


def write(measure, by, *values):
    spans = reversed(process.ended_spans(measure, today=clock.today())[: len(values)])
    for span, value in zip(spans, values, strict=True):
        process.write_value(
            measure, first_month=span.first, last_month=span.last, value=value, source="Väntetider", by=by
        )


@pytest.fixture
def waiting(bo):
    measure = begin(bo)
    write(measure, bo, 64, 71, 82)
    return measure


def test_target_and_law_stand_side_by_side_and_the_breach_is_said_in_words(get, bo, waiting):
    page = text(get(bo, "process_measures"))
    for words in ("82\xa0%", "80\xa0%", "100\xa0%", "Alla inom 30 dagar", "Lagens gräns bryts, fast målet nås."):
        assert words in page
    assert "Lagens gräns bryts i ett mått." in page


def test_one_measure_has_its_chart_its_table_and_the_rule(get, bo, waiting):
    page = text(get(bo, "process_measure", waiting.public_id))
    assert "<svg" in page
    assert "Inga mönster påstås: 2 värden räknas, och Anhøjs regler behöver minst 10." in page
    assert page.count("Lagens gräns bryts och målet nås inte.") == 2
    assert "Väntetider" in page


def test_a_measure_is_begun_with_a_decimal_comma(post, bo):
    done = post(
        bo, "begin_measure", *GROUP, name="SIP inom tid", kind="process", unit="%", better="higher", cadence="year",
        target="82,5", goal="Trygg samverkan",
    )  # fmt: skip
    assert done.status_code == 302
    measure = ProcessMeasure.objects.get(body=body(*GROUP))
    assert (measure.name, measure.target, measure.goal) == ("SIP inom tid", 82.5, "Trygg samverkan")


def test_a_value_is_written_for_a_period_that_has_ended(post, bo, waiting):
    span = process.ended_spans(waiting, today=clock.today())[0]
    done = post(bo, "write_value", waiting.public_id, period=span.key, value="79,5", source="Egen räkning")
    assert done.status_code == 302
    assert ProcessValue.objects.get(replaced_at=None, last_month=span.last).value == 79.5


def test_what_is_at_fault_is_said_at_the_field(post, bo, waiting):
    span = process.ended_spans(waiting, today=clock.today())[0]
    page = post(bo, "write_value", waiting.public_id, period=span.key, value="101", source="")
    assert page.status_code == 422
    assert "Skriv en andel mellan 0 och 100." in text(page)
    assert "Skriv ett tal, till exempel 82,5." in text(
        post(bo, "write_value", waiting.public_id, period=span.key, value="många", source="x")
    )


def test_target_and_limit_are_changed_with_a_reason(get, post, bo, waiting):
    assert 'value="80"' in text(get(bo, "change_measure", waiting.public_id))
    done = post(bo, "change_measure", waiting.public_id, target="85", statutory_limit="100", reason="Ny budget.")
    assert done.status_code == 302
    assert ProcessMeasure.objects.get(pk=waiting.pk).target == 85
    assert "Ändrade måttet" in text(get(bo, "body", *GROUP))


def test_a_measure_ends_and_stays_to_be_read(get, post, bo, waiting):
    post(bo, "end_measure", waiting.public_id, reason="Ersätts av ett annat.")
    assert "Följs inte sedan" in text(get(bo, "process_measure", waiting.public_id))
    assert post(bo, "end_measure", waiting.public_id, reason="Igen.").status_code == 409


def test_a_control_is_planned_done_and_told_without_small_numbers(get, post, bo, waiting):
    later = clock.today() + datetime.timedelta(days=3)
    assert post(
        bo, "plan_control", *GROUP, question="Kallades alla?", planned_on=later.isoformat(), measure=waiting.pk
    ).status_code == 302  # fmt: skip
    control = ControlMoment.objects.get()
    assert (
        post(bo, "do_control", control.pk, sample="20", followed="18", finding="En adress saknades.").status_code == 302
    )
    for page in (text(get(bo, "process_measures")), text(get(bo, "process_measure", waiting.public_id))):
        assert "Fler än 15 av 20 följde rutinen. En adress saknades." in page
        assert "18 av 20" not in page


def test_the_file_for_plan_tools_has_goal_activity_measure_and_every_value(get, bo, waiting):
    answer = get(bo, "process_export")
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0].split(";")[:4] == ["Organ", "Mål i verksamhetsplanen", "Aktivitet", "Mått"]
    assert len([line for line in lines if "Första bedömning" in line]) == 3
    assert ";82;;" in lines[3]


def test_a_formula_in_a_name_is_text_in_the_file(get, bo):
    begin(bo, name="=1+1")
    assert ";'=1+1;" in get(bo, "process_export").content.decode()


def test_a_measure_of_another_body_is_not_found(get, post, cast, waiting):
    for who in (cast.cecilia, cast.anna, cast.lena, cast.ada):
        assert get(who, "process_measure", waiting.public_id).status_code == 404
        assert post(who, "end_measure", waiting.public_id, reason="Nej.").status_code == 404


def test_whoever_steers_reads_and_does_not_write(get, post, waiting, cast):
    lars = person("lars", "Lars Larsson")
    grant(lars, "coordinator", body("blekinge", "lsvo"), by=None)
    assert get(lars, "process_measure", waiting.public_id).status_code == 200
    assert post(lars, "end_measure", waiting.public_id, reason="Nej.").status_code == 403


def test_statements_do_not_grow_with_the_rows(get, bo, waiting):
    def counted():
        with CaptureQueriesContext(connection) as found:
            assert get(bo, "process_measures").status_code == 200
        return len(found)

    later = clock.today() + datetime.timedelta(days=3)
    controls.plan_control(body(*GROUP), question="Följdes rutinen?", planned_on=later, by=bo)
    counted()  # the first visit starts the session
    one = counted()
    for number in range(29):
        write(begin(bo, name=f"Mått {number}"), bo, 70, 80)
        controls.plan_control(body(*GROUP), question=f"Fråga {number}?", planned_on=later, by=bo)
    assert counted() == one
