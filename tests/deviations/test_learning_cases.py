"""A deviation told anew: nothing of its own text, approved at home with the reporter, withdrawn until published."""

import pytest
from django.utils import timezone

from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import verify
from deviations.models import DiaryEntry, LearningCase, LearningReport, LocalReference, Mail
from deviations.services import learning_cases as service
from deviations.services import statements
from orgs.permissions import grant
from tests.cast import body, unit
from tests.deviations.steering import holder, now, received, steps_of

TOLD = {
    "title": "Mötet som ingen ledde",
    "happened": "Ett barn skulle få en plan, men den som hade behövts för att göra den var inte där.",
    "learning": "Utse alltid en ersättare som får besluta, och säg vem det är redan i inbjudan.",
}


@pytest.fixture
def deviation(cast, filing):
    return received(filing, cast)


@pytest.fixture
def written(deviation, bo):
    return service.write_case(deviation, **TOLD, by=bo)


@pytest.fixture
def asked(written, bo):
    return service.ask_case(written, by=bo)


@pytest.fixture
def approved(asked, maria):
    return service.approve_case(asked, by=maria)


def status():
    return LearningCase.objects.get().status


# ── the way of a case ────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_group_writes_it_and_nobody_else_knows(written, deviation, maria, anna):
    assert status() == "draft"
    assert steps_of(deviation) == ["submit", "receive"]
    assert DiaryEntry.objects.get(body=written.body).step == "write_case"
    assert not service.readable_by(maria).exists()
    assert not service.readable_by(anna).exists()


def test_the_reporters_side_is_asked_by_a_letter_without_content(asked, deviation, maria):
    assert steps_of(deviation)[-1] == "ask_case"
    letter = Mail.objects.get(template="case_asked")
    assert letter.to == maria
    assert TOLD["title"] not in str(letter.facts)
    assert list(service.to_answer(maria)) == [asked]


def test_the_units_manager_approves_and_everyone_in_the_county_reads_it(approved, deviation, cast):
    assert status() == "approved"
    assert steps_of(deviation)[-1] == "approve_case"
    assert verify(now(deviation)) is None
    assert now(deviation).history.last().acting_for == unit("blekinge", "1080-elevhalsan").full_name
    readers = [p for p in (cast.anna, cast.berit, cast.lena, cast.ada) if service.readable_by(p).exists()]
    assert readers == [cast.anna, cast.berit, cast.lena, cast.ada]
    assert not service.readable_by(cast.cecilia).exists()
    assert not service.readable_by(cast.disa).exists()


def test_no_is_said_with_a_reason_and_the_group_may_write_another(asked, deviation, maria, bo):
    with pytest.raises(Invalid):
        service.decline_case(asked, reason="", by=maria)
    service.decline_case(asked, reason="Den känns igen ändå.", by=maria)
    assert (LearningCase.objects.get().answer, status()) == ("Den känns igen ändå.", "declined")
    service.write_case(deviation, **TOLD, by=bo)
    assert LearningCase.objects.count() == 2


def test_yes_can_become_no_until_it_is_published(approved, maria):
    service.decline_case(approved, reason="Vi blev igenkända.", by=maria)
    assert status() == "declined"


def test_the_group_takes_it_back_and_the_reporter_sees_it(asked, deviation, bo):
    service.withdraw_case(asked, by=bo)
    assert status() == "withdrawn"
    assert steps_of(deviation)[-1] == "withdraw_case"


def test_a_draft_is_taken_back_without_a_trace_in_the_deviation(written, deviation, bo):
    service.withdraw_case(written, by=bo)
    assert steps_of(deviation) == ["submit", "receive"]


def test_what_stands_in_an_approved_report_is_not_taken_back(approved, bo, maria):
    report = LearningReport.objects.create(
        body=body("blekinge", "lsvo"), template="year", title="År", first_month=timezone.localdate().replace(day=1),
        last_month=timezone.localdate().replace(day=1), status="approved", checksum="x", approved_at=timezone.now(),
        created_at=timezone.now(),
    )  # fmt: skip
    report.cases.add(approved)
    with pytest.raises(WrongState, match="fastställd rapport"):
        service.withdraw_case(approved, by=bo)
    with pytest.raises(WrongState, match="fastställd rapport"):
        service.decline_case(approved, reason="Nej.", by=maria)


def test_it_is_changed_until_somebody_is_asked(written, bo):
    service.change_case(written, **{**TOLD, "title": "Annan rubrik"}, by=bo)
    assert LearningCase.objects.get().title == "Annan rubrik"
    service.ask_case(written, by=bo)
    with pytest.raises(WrongState):
        service.change_case(written, **TOLD, by=bo)


def test_one_at_a_time_of_a_deviation(written, deviation, bo):
    with pytest.raises(WrongState, match="redan ett lärfall"):
        service.write_case(deviation, **TOLD, by=bo)


def test_what_the_group_has_not_received_is_no_case(filed, bo):
    with pytest.raises(WrongState, match="tagit emot"):
        service.write_case(filed, **TOLD, by=bo)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_those_who_handle_in_the_accountable_body_write(deviation, cast):
    member = holder("mona", "member", body("blekinge", "sg_barn_unga"))
    for who in (member, cast.anna, cast.maria, cast.berit, cast.cecilia, cast.lena, cast.disa):
        with pytest.raises(NotYours):
            service.write_case(deviation, **TOLD, by=who)


def test_only_those_who_may_know_the_reporter_answer(asked, cast):
    for who in (cast.anna, cast.bo, cast.berit, cast.cecilia, cast.lena, cast.disa):
        with pytest.raises(NotYours):
            service.approve_case(asked, by=who)
        with pytest.raises(NotYours):
            service.decline_case(asked, reason="Nej.", by=who)
    officer = holder("sara", "safety_officer", unit("blekinge", "1080-elevhalsan").principal)
    service.approve_case(asked, by=officer)
    assert status() == "approved"


def test_whoever_wrote_it_does_not_approve_it(asked, bo):
    grant(bo, "unit_manager", unit("blekinge", "1080-elevhalsan"), by=None)
    with pytest.raises(NotYours, match="Be någon annan"):
        service.approve_case(asked, by=bo)


def test_where_nobody_could_answer_nobody_is_asked(written, bo, maria):
    maria.is_active = False
    maria.save()
    with pytest.raises(WrongState, match="finns ingen chef"):
        service.ask_case(written, by=bo)
    assert status() == "draft"


def test_the_reporter_sees_it_from_when_it_was_asked(asked, anna):
    assert list(service.readable_by(anna)) == [asked]


# ── what it may not say ──────────────────────────────────────────────────────────────────────────────────────────────
def codes(bo, deviation, **changes):
    with pytest.raises(Invalid) as refused:
        service.write_case(deviation, **{**TOLD, **changes}, by=bo)
    return {name: [code for code, _text in faults] for name, faults in refused.value.fields.items()}


def test_eight_words_in_a_row_are_the_deviations_own_and_are_marked(cast, filing, bo):
    own = "Flickan hade väntat i korridoren sedan klockan åtta på morgonen utan att någon kom."
    deviation = received(filing, cast, happened=own)
    told = f"Så här: väntat i korridoren sedan klockan ÅTTA på morgonen. {own[-9:]}"
    with pytest.raises(Invalid) as refused:
        service.write_case(deviation, **{**TOLD, "happened": told}, by=bo)
    [(code, sentence)] = refused.value.fields["happened"]
    assert code == "taken_over"
    assert "”väntat i korridoren sedan klockan ÅTTA på morgonen”" in sentence


def test_seven_are_not(cast, filing, bo):
    deviation = received(filing, cast, happened="Flickan hade väntat i korridoren sedan klockan åtta på morgonen.")
    told = "Barnet satt och hade väntat i korridoren sedan klockan åtta innan mötet."
    assert service.write_case(deviation, **{**TOLD, "happened": told}, by=bo).pk


def test_what_was_added_and_answered_is_its_text_too(deviation, bo, anna, berit):
    words = "Vi ringde sju gånger under en vecka men fick aldrig tala med någon"
    statements.complete(deviation, text=words, by=anna)
    assert codes(bo, deviation, learning=f"{words}.") == {"learning": ["taken_over"]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I Karlskrona är det vanligt.", "names_a_unit"),
        ("Karlskrona kommuns rutin.", "names_a_unit"),
        ("Det gäller Region Blekinge.", "names_a_unit"),
        ("Det hände den 14 maj.", "a_day"),
        ("Det hände 2026-05-14.", "a_day"),
        ("Det hände 14/5.", "a_day"),
        ("Se 2026-0112.", "a_number"),
        ("Se dnr RB/17.", "a_number"),
        ("Ärende 123456.", "a_number"),
        ("Hans referens är EH-17.", "a_number"),
        ("Ring 070-123 45 67.", "phone"),
    ],
)
def test_names_of_places_days_and_numbers_are_refused(deviation, bo, text, code):
    assert code in codes(bo, deviation, happened=text)["happened"]


def test_a_persons_name_is_refused_and_not_only_warned_of(deviation, bo):
    assert codes(bo, deviation, happened="Anna Svensson kom inte.") == {"happened": ["names_a_person"]}


def test_what_many_units_are_called_says_nothing_of_which(deviation, bo):
    assert LocalReference.objects.filter(deviation=deviation).exists()
    assert service.write_case(deviation, **{**TOLD, "happened": "Elevhälsan bjöd in till ett möte."}, by=bo).pk


@pytest.mark.parametrize("field", ["title", "happened", "learning"])
def test_every_text_is_needed(deviation, bo, field):
    assert codes(bo, deviation, **{field: " "}) == {field: ["required"]}
