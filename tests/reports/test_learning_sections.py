"""Learning cases, confirmed patterns and the sheet for the workplace meeting, as they stand in a report."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from deviations import clock
from deviations.learning import period
from deviations.learning.counts import Cell, Protected
from deviations.models import LearningCase, Pattern
from deviations.reports.sections.apt import apt
from deviations.reports.sections.cases import cases
from deviations.reports.sections.patterns import how_many, patterns
from deviations.services import learning_cases
from tests.cast import body
from tests.deviations.steering import received

TODAY = timezone.localdate()
TOLD = {"title": "Mötet", "happened": "Ett barn skulle få en plan.", "learning": "Utse en ersättare."}


@pytest.fixture
def lsvo(cast):
    return basis(body("blekinge", "lsvo"), "all:lsvo")


def basis(of, scope, *, cells=None, text=None, at=None):
    at = at or period.until(TODAY.year, TODAY.month)
    numbers = Protected(5, {key: Cell(value) for key, value in (cells or {}).items()})
    made = SimpleNamespace(
        body=of, scope=scope, period=at, numbers=numbers, cut_off=timezone.now() + datetime.timedelta(hours=1),
        period_end=at.after - datetime.timedelta(days=1), text=text or {}, name=lambda kind, id: f"{kind} {id}",
        tells=lambda table: True, count=lambda table, *rest: numbers["|".join((table, scope, *rest))],
        rows=lambda table: {
            key.split("|")[2]: numbers[key] for key in numbers.cells if key.startswith(f"{table}|{scope}|")
        },
    )  # fmt: skip
    return made


def case(cast, filing, *, status="approved", title="Mötet"):
    made = learning_cases.write_case(received(filing, cast), **{**TOLD, "title": title}, by=cast.bo)
    if status in ("asked", "approved"):
        learning_cases.ask_case(made, by=cast.bo)
    if status == "approved":
        learning_cases.approve_case(made, by=cast.maria)
    return made


def pattern(**changes):
    facts = {
        "body": body("blekinge", "sg_barn_unga"), "signature": f"{Pattern.objects.count():064d}", "title": "SIP",
        "found_at": clock.now(), "judged_at": clock.now(), "status": "accepted",
    }  # fmt: skip
    return Pattern.objects.create(**{**facts, **changes})


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_at_most_three_approved_cases_of_the_bodies_below_are_told(cast, filing, lsvo):
    for number in range(4):
        case(cast, filing, title=f"Fall nummer {number}")
    section = cases(lsvo)
    assert [block.title for block in section.blocks] == ["Fall nummer 3", "Fall nummer 2", "Fall nummer 1"]
    assert section.title == "3 fall att lära av"


@pytest.mark.parametrize("status", ["draft", "asked"])
def test_what_nobody_has_approved_is_in_no_report(cast, filing, lsvo, status):
    case(cast, filing, status=status)
    assert cases(lsvo) is None


def test_another_scope_and_another_period_tell_others(cast, filing, lsvo):
    case(cast, filing)
    assert cases(basis(body("blekinge", "lsvo"), "own:lsvo")) is None
    assert cases(basis(body("varmland", "barnalivet"), "all:barnalivet")) is None
    assert cases(basis(lsvo.body, lsvo.scope, at=period.of_year(TODAY.year - 1))) is None


def test_a_case_in_an_approved_report_is_found_by_its_block(cast, filing, lsvo):
    made = case(cast, filing)
    assert str(made.public_id) in cases(lsvo).blocks[0].id
    assert LearningCase.objects.count() == 1


# ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_what_the_group_has_confirmed_is_told_in_its_own_words(lsvo):
    pattern(status="proposed", judged_at=None)
    pattern(status="dismissed", reason="Nej.")
    assert patterns(lsvo) is None
    pattern(title="Sjukresor som ingen beställer")
    pattern(status="theme", title="Kallad part uteblev, BUP", theme="dyslexi och logopedi")
    [lines] = patterns(lsvo).blocks
    assert {line.lead for line in lines.lines} == {"Sjukresor som ingen beställer", "Dyslexi och logopedi"}
    assert all("flera avvikelser" in line.text for line in lines.lines)
    assert "BUP" not in str(lines)


@pytest.mark.parametrize(
    ("number", "threshold", "words"),
    [
        (1, 5, "flera avvikelser"),
        (9, 5, "flera avvikelser"),
        (10, 5, "minst 10 avvikelser"),
        (24, 5, "minst 10 avvikelser"),
        (25, 5, "minst 25 avvikelser"),
        (11, 6, "flera avvikelser"),
        (12, 6, "flera avvikelser"),
        (130, 5, "minst 100 avvikelser"),
    ],
)
def test_how_many_is_never_the_number_itself(number, threshold, words):
    assert how_many(number, threshold) == words


# ── the workplace meeting ────────────────────────────────────────────────────────────────────────────────────────────
def test_the_sheet_asks_three_questions_about_what_is_most(lsvo):
    cells = {"category|all:lsvo|sip": 12, "category|all:lsvo|remiss": 9, "filed|all:lsvo": 21}
    section = apt(basis(lsvo.body, lsvo.scope, cells=cells))
    questions = [line.text for line in section.blocks[1].lines]
    assert len(questions) == 3
    assert "category sip" in questions[0]


def test_the_authors_own_questions_stand_instead(lsvo):
    section = apt(basis(lsvo.body, lsvo.scope, text={"talk": "Vem ringer?\n\nNär då?"}))
    assert [line.text for line in section.blocks[1].lines] == ["Vem ringer?", "När då?"]
