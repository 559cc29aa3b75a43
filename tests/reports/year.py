"""A year of deviations in Blekinge that reports can be written from, and the people who write and read them."""

import datetime as dt
from types import SimpleNamespace

import pytest

from deviations import clock
from deviations.learning.period import of_year
from deviations.models import Deviation
from deviations.reports import making
from deviations.services import deciding, handling, learning_reports, statements
from deviations.services.filing import file
from orgs.permissions import grant
from tests.cast import body, person, unit

AFTER = dt.datetime(2026, 1, 12, 9, tzinfo=dt.UTC)
YEAR = of_year(2025)
CATEGORIES = ("sip/called_party_absent", "referral/returned", "information/missing")


def now(deviation):
    return Deviation.objects.get(pk=deviation.pk)


@pytest.fixture
def year(cast, filing):
    """24 about children, two a month; 12 about older people. Half of the first are answered, some decided and done."""
    made = []
    for n in range(24):
        with clock.at(dt.datetime(2025, 1 + n // 2, 5, 10, tzinfo=dt.UTC)):
            given = filing(age=10, occurred_on=clock.today(), category=CATEGORIES[n % 3])
            made.append(file(given, by=cast.anna))
    for n in range(12):
        with clock.at(dt.datetime(2025, 1 + n, 7, 10, tzinfo=dt.UTC)):
            file(filing(age=80, occurred_on=clock.today(), category="referral/rejected"), by=cast.anna)
    for n, deviation in enumerate(made[:14]):
        with clock.at(now(deviation).filed_at + dt.timedelta(days=5)):
            handling.receive(now(deviation), by=cast.bo)
            statements.request_statement(now(deviation), of=[unit("blekinge", "rb-bup")], question="Hur?", by=cast.bo)
        with clock.at(now(deviation).filed_at + dt.timedelta(days=9 + n % 4)):
            statements.give_statement(now(deviation), cause="Kallelsen låg kvar.", by=cast.berit)
    for n, deviation in enumerate(made[:8]):
        with clock.at(now(deviation).filed_at + dt.timedelta(days=20)):
            deciding.decide(now(deviation), text="Bevakad adress.", by=cast.bo)
            deciding.give_feedback(now(deviation), text="Bevakad adress.", by=cast.bo)
            day = clock.today()
            measure = deciding.propose_measure(
                now(deviation), owner=unit("blekinge", "rb-bup"), text="Adressen bevakas.", due_on=day,
                check_on=day, sign="Fler kommer.", by=cast.bo,
            )  # fmt: skip
        with clock.at(now(deviation).filed_at + dt.timedelta(days=25)):
            if n < 6:
                deciding.carry_out(measure, by=cast.bo)
    return made


@pytest.fixture
def people(cast):
    """Linnea coordinates LSVO; Rut reads for the region's boards, Ragna for the regionchefsgruppen."""
    with clock.at(AFTER):
        found = {}
        for first, role, place in (
            ("linnea", "coordinator", body("blekinge", "lsvo")),
            ("rut", "board_reader", unit("blekinge", "region-blekinge")),
            ("ragna", "body_reader", body("blekinge", "regionchefsgruppen")),
        ):
            found[first] = person(first, first.title())
            grant(found[first], role, place, by=None)
    return SimpleNamespace(**found)


def begun(by, *, of="sg_barn_unga", template="group_year", period=YEAR):
    """A draft whose numbers are there."""
    report = learning_reports.begin_report(body("blekinge", of), template=template, period=period, by=by)
    making.make_due()
    return learning_reports.written_reports(by).get(pk=report.pk)
