"""Training in SIP and SIP-samordnare: counts per unit and year, by hand or from a file, told by principal."""

import datetime

import pytest
from django.utils import timezone

from deviations.errors import Invalid, NotYours
from deviations.learning.period import of_year
from deviations.learning.protect import protect
from deviations.learning.sip_counts import sip_counts
from deviations.models import SipTraining
from deviations.reports.sections.sip_trained import trained
from deviations.services import sip_training as service
from deviations.services.sip_training import Trained
from tests.cast import body, unit
from tests.deviations.test_sip_report import basis

HEADING = "Enhet;Medarbetare;Utbildade;SIP-samordnare\n"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
    monkeypatch.setattr("deviations.clock.now", lambda: moment)


@pytest.fixture
def karlskrona(cast):
    return unit("blekinge", "karlskrona")


@pytest.fixture
def elevhalsan(cast):
    return unit("blekinge", "1080-elevhalsan")


def enter(principal, *rows, by, year=2026):
    return service.enter_training(principal, year, [Trained(*row) for row in rows], by=by)


def read(principal, lines, *, by, year=2026):
    return service.import_training(
        f"{HEADING}{lines}".encode(), file_name="utbildning.csv", principal=principal, year=year, by=by
    )


def faults(refused):
    return [text for several in refused.value.fields.values() for _code, text in several]


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_correction_is_a_new_row_and_the_same_again_is_none(karlskrona, elevhalsan, maria):
    assert enter(karlskrona, (elevhalsan, 12, 5, False), by=maria) == 1
    assert enter(karlskrona, (elevhalsan, 12, 5, False), by=maria) == 0
    assert enter(karlskrona, (elevhalsan, 12, 7, True), by=maria) == 1
    rows = SipTraining.objects.order_by("pk")
    assert [(row.trained, row.coordinator, row.replaced_at is None) for row in rows] == [
        (5, False, False), (7, True, True),
    ]  # fmt: skip
    assert service.standing(karlskrona, 2026)[elevhalsan.pk].trained == 7


def test_each_year_has_its_own(karlskrona, elevhalsan, maria):
    enter(karlskrona, (elevhalsan, 12, 5, False), by=maria, year=2025)
    assert service.standing(karlskrona, 2026) == {}


@pytest.mark.parametrize(
    ("row", "year", "field"),
    [((12, 13, False), 2026, "trained"), ((-1, 0, False), 2026, "staff"), ((12, 5, False), 2027, "year")],
)
def test_what_cannot_be_is_refused_at_its_field(karlskrona, elevhalsan, maria, row, year, field):
    with pytest.raises(Invalid) as refused:
        enter(karlskrona, (elevhalsan, *row), by=maria, year=year)
    assert list(refused.value.fields) == [field]
    assert not SipTraining.objects.exists()


def test_another_principals_unit_is_refused(karlskrona, maria):
    with pytest.raises(Invalid) as refused:
        enter(karlskrona, (unit("blekinge", "rb-bup"), 12, 5, False), by=maria)
    assert list(refused.value.fields) == ["unit"]


@pytest.mark.parametrize("name", ["bo", "berit", "lena", "cecilia", "disa", "ada"])
def test_only_those_who_answer_at_the_principal_may_enter(cast, karlskrona, elevhalsan, name):
    with pytest.raises(NotYours):
        enter(karlskrona, (elevhalsan, 12, 5, False), by=getattr(cast, name))


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_is_read_in_whole_and_again_changes_nothing(karlskrona, elevhalsan, maria):
    assert read(karlskrona, "Elevhälsan;12;5;ja\n", by=maria) == 1
    assert read(karlskrona, "elevhälsan;12;5;JA\n", by=maria) == 0
    row = service.standing(karlskrona, 2026)[elevhalsan.pk]
    assert (row.staff, row.trained, row.coordinator) == (12, 5, True)


def test_every_fault_is_told_by_its_row_and_nothing_is_read(karlskrona, maria):
    lines = "Elevhälsan;12;5;ja\nFinns inte;1;1;nej\nElevhälsan;3;2;nej\nElevhälsan;tolv;5;ja\n"
    with pytest.raises(Invalid) as refused:
        read(karlskrona, lines, by=maria)
    assert faults(refused) == [
        "Rad 3: enheten finns inte hos huvudmannen.",
        "Rad 4: enheten står redan i filen.",
        "Rad 5: skriv hela tal.",
    ]
    assert not SipTraining.objects.exists()


def test_a_file_that_may_point_at_a_person_is_refused_whole(karlskrona, maria):
    with pytest.raises(Invalid) as refused:
        read(karlskrona, "Elevhälsan;12;5;ja;070-123 45 67\n", by=maria)
    [told] = faults(refused)
    assert "070" not in told
    assert "Filen är inte läst" in told


def test_the_template_can_be_filled_in_and_read(karlskrona, maria):
    [heading, first, *_rest] = service.template(karlskrona)
    assert heading == HEADING.strip().split(";")
    assert read(karlskrona, f"{first[0]};8;8;nej\n", by=maria) == 1


# ── in the report ────────────────────────────────────────────────────────────────────────────────────────────────────
def told(cast, *rows):
    lsvo = body("blekinge", "lsvo")
    for principal, by, entered in rows:
        enter(unit("blekinge", principal), *entered, by=by)
    return trained(basis(period=of_year(2026), shown=protect(sip_counts(lsvo.county, lsvo, of_year(2026)), 5)))


def test_the_report_tells_it_by_principal_with_units_that_answered(cast, karlskrona, elevhalsan):
    table = told(
        cast,
        ("karlskrona", cast.maria, [(elevhalsan, 40, 22, True)]),
        ("region-blekinge", cast.berit, [(unit("blekinge", "rb-bup"), 60, 30, False)]),
    )
    assert table.title == "52 av 100 är utbildade i SIP"
    assert [[cell.text for cell in row[1:]] for row in (*table.rows, table.foot)] == [
        ["40", "22", "55\u00a0%", "1", "1"], ["60", "30", "50\u00a0%", "1", "0"], ["100", "52", "52\u00a0%", "2", "1"],
    ]  # fmt: skip


def test_few_trained_are_hidden_and_cannot_be_subtracted(cast, karlskrona, elevhalsan):
    table = told(
        cast,
        ("karlskrona", cast.maria, [(elevhalsan, 40, 2, True)]),
        ("region-blekinge", cast.berit, [(unit("blekinge", "rb-bup"), 60, 30, False)]),
    )
    shown = [row[2] for row in (*table.rows, table.foot)]
    assert shown[0].value is None
    assert sum(cell.value is None for cell in shown) >= 2


def test_nothing_stands_in_the_report_when_nobody_has_entered_any(cast):
    assert told(cast).rows == ()
