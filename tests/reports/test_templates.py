"""Which report a body owes whom is the profile's; every template's sections exist, and its words fit its fields."""

import pytest

from deviations.learning.period import of_year, until
from deviations.proof import prove
from deviations.reports.due import of_body
from deviations.reports.sections import SECTIONS
from deviations.reports.templates import TEMPLATES, template_of
from orgs.profiles import loader
from orgs.profiles.places import ReportDuty
from tests.cast import body

BLEKINGE = loader.shipped("blekinge")


def chosen(what, every, sender, receiver, **more):
    duty = ReportDuty(to=receiver, what=what, every=every, **more)
    return template_of(duty, BLEKINGE.body(sender), BLEKINGE.body(receiver)).id


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.id)
def test_every_section_of_every_template_is_written_by_somebody(template):
    assert [name for name in template.sections if name not in SECTIONS] == []
    assert len(set(template.sections)) == len(template.sections)


def test_the_groups_yearly_report_has_exactly_what_the_steering_body_has_asked_for():
    asked = ["sip_year", "number", "activities"]  # SIP new and conducted, number of deviations, the plan's activities
    assert [name for name in TEMPLATES["group_year"].sections if name not in {"comment", "definitions"}] == asked


@pytest.mark.parametrize(
    ("what", "every", "sender", "receiver", "template"),
    [
        ("Årsrapport", "year", "sg_barn_unga", "lsvo", "group_year"),
        ("Årsrapport", "year", "lsvo", "regionchefsgruppen", "steering_year"),
        ("Årsredovisning", "year", "sg_vuxna", "psvo", "board_year"),
        ("Delårsrapport", "half_year", "lsvo", "psvo", "board_half_year"),
        ("Tertialrapport", "four_months", "lsvo", "psvo", "board_tertial"),
        ("Månadsrapport", "month", "lsvo", "psvo", "board_month"),
        ("Underlag till patientsäkerhetsberättelsen", "year", "lsvo", "regionchefsgruppen", "patient_safety"),
        ("Uppföljning av samverkansavtalet", "year", "lsvo", "psvo", "agreement_year"),
    ],
)
def test_a_political_body_in_the_profile_gets_its_reports_without_code(what, every, sender, receiver, template):
    assert chosen(what, every, sender, receiver) == template


def test_the_profile_may_name_the_template_itself_and_a_wrong_name_is_refused_when_it_is_loaded():
    assert chosen("Rapport", "year", "lsvo", "psvo", template="patient_safety") == "patient_safety"
    duty = ReportDuty(to="psvo", what="Rapport", template="arsbok")
    lsvo = BLEKINGE.body("lsvo").model_copy(update={"reports": (duty,)})
    bodies = tuple(lsvo if each.id == "lsvo" else each for each in BLEKINGE.bodies)
    faults = [str(fault) for fault in prove(BLEKINGE.model_copy(update={"bodies": bodies})).errors]
    assert len(faults) == 1
    assert faults[0].startswith("bodies/lsvo/reports: rapporten arsbok finns inte")


def test_each_report_of_a_rhythm_tells_of_the_period_that_has_ended(cast):
    lsvo = BLEKINGE.body("lsvo").model_copy(
        update={
            "reports": tuple(
                ReportDuty(to="psvo", what=what, every=every)
                for what, every in (("Delår", "half_year"), ("Tertial", "four_months"), ("Månad", "month"))
            )
        }
    )
    bodies = tuple(lsvo if each.id == "lsvo" else each for each in BLEKINGE.bodies)
    found = of_body(body("blekinge", "lsvo"), 2026, BLEKINGE.model_copy(update={"bodies": bodies}))
    told = {one.template.id: [] for one in found}
    for one in found:
        told[one.template.id].append((one.period, f"{one.due_on:%m-%d}"))
    assert told["board_half_year"] == [(of_year(2025), "03-01"), (until(2026, 6), "09-01")]
    assert told["board_tertial"] == [(of_year(2025), "01-31"), (until(2026, 4), "05-31"), (until(2026, 8), "09-30")]
    assert told["board_month"][:2] == [(of_year(2025), "01-31"), (until(2026, 1), "02-28")]
    assert len(told["board_month"]) == 12
