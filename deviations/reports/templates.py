"""Every kind of report: from whom, to whom, over which period, what it says in which order, and what its author writes.

Which body sends which of them to whom is the profile's (`bodies/<id>/reports`), so that a political body that is added
later needs no code (D10).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.profiles.parts import name_key
from orgs.profiles.places import Body, ReportDuty
from orgs.profiles.references import Fault
from orgs.profiles.schema import Profile

Every = Literal["month", "tertial", "half_year", "year"]
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """What the author writes. "lines": one point on each line; "decisions": which decisions, and in which words."""

    id: str
    label: Words
    help: Words
    kind: Literal["text", "lines", "decisions"] = "text"


@dataclass(frozen=True, slots=True)
class Template:
    """`title` is written with %(county)s and %(period)s, `name` as in "Årsrapport 2026".

    `source`: where it is asked for. `months`: the last month of each period of a year.
    """

    id: str
    name: Words
    title: Words
    every: Every
    sections: tuple[str, ...]
    fields: tuple[Field, ...]
    source: str

    @property
    def months(self) -> tuple[int, ...]:
        return LAST_MONTHS[self.every]


LAST_MONTHS: Mapping[Every, tuple[int, ...]] = {
    "month": tuple(range(1, 13)),
    "tertial": (4, 8, 12),
    "half_year": (6, 12),
    "year": (12,),
}

SUMMARY = Field(
    "summary", _("Organets egna ord"), _("Några meningar om perioden. De står efter första sidan, före siffrorna.")
)
DECIDED = Field(
    "decided", _("Det som beslutats"), _("Välj de beslut som läsaren behöver känna till. Läget fylls i av Samsyn."),
    "decisions",
)  # fmt: skip
ASKS = Field("asks", _("Det ni ber mottagaren om"), _("En sak per rad: vad som ska beslutas, och varför."), "lines")
COMMENT = Field("comment", _("Kommentar"), _("Det som läsaren behöver veta för att förstå siffrorna."))
SPOKEN = Field("talk", _("Prata om på mötet"), _("En fråga per rad, för arbetsplatsträffen."), "lines")

WHOLE = (
    "first_page", "summary", "way", "feedback", "flow", "directions", "series", "agreements", "sip", "breakdown",
    "measures", "process", "recommendations", "silent", "patterns", "activities", "cases", "definitions",
)  # fmt: skip
OVERVIEW = (
    "first_page",
    "summary",
    "way",
    "feedback",
    "flow",
    "directions",
    "series",
    "sip",
    "measures",
    "definitions",
)

_TABLE = (
    Template(
        "group_year", _("Gruppens årsrapport"), _("%(body)s %(period)s"), "year",
        ("sip_year", "number", "activities", "comment", "definitions"), (COMMENT,),
        "Region Blekinge, granskning 2022, 4.2.2 (D03, D04)",
    ),
    Template(
        "steering_year", _("Årsrapport"), _("Vad %(county)s lärde %(period)s"), "year", WHOLE,
        (SUMMARY, DECIDED, ASKS), "Region Blekinge, granskning 2022, 4.1.2 (D01, D02, D04)",
    ),
    Template(
        "board_year", _("Årsredovisning till nämnden"), _("Samverkan i %(county)s %(period)s"), "year", WHOLE,
        (SUMMARY, DECIDED, ASKS), "Region Blekinge, granskning 2022, 4.5–4.7 (D01, D02, D05, D06)",
    ),
    Template(
        "board_half_year", _("Delårsrapport"), _("Samverkan i %(county)s %(period)s"), "half_year",
        (*OVERVIEW[:-1], "breakdown", "definitions"), (SUMMARY, DECIDED, ASKS),
        "Region Blekinge, granskning 2022, 4.5 (D05)",
    ),
    Template(
        "board_tertial", _("Tertialrapport"), _("Samverkan i %(county)s %(period)s"), "tertial", OVERVIEW,
        (SUMMARY, DECIDED, ASKS), "Region Blekinge, granskning 2022, 4.5; Region Värmland 2024, 3.1.1 (D05)",
    ),
    Template(
        "board_month", _("Månadsrapport"), _("Samverkan i %(county)s %(period)s"), "month",
        ("first_page", "summary", "flow", "series", "measures", "definitions"), (SUMMARY, ASKS),
        "Region Blekinge, granskning 2022, 4.5 (D05)",
    ),
    Template(
        "patient_safety", _("Underlag till patientsäkerhetsberättelsen"), _("Samverkan och patientsäkerhet %(period)s"),
        "year", ("safety", "number", "feedback", "measures", "comment", "definitions"), (COMMENT,),
        "SOSFS 2011:9; Region Värmland 2024, 3.2.5.4 (D08, D09)",
    ),
    Template(
        "agreement_year", _("Uppföljning av överenskommelserna"), _("Så följdes överenskommelserna %(period)s"), "year",
        ("agreements", "acknowledged", "activities", "process", "comment", "definitions"), (COMMENT,),
        "Region Jämtland Härjedalen, granskning av samverkansavtalet (D07, E02–E06)",
    ),
    Template(
        "apt", _("Blad till arbetsplatsträffen"), _("Att prata om på arbetsplatsträffen, %(period)s"), "half_year",
        ("apt", "cases"), (SPOKEN,), "Region Blekinge, granskning 2022, 4.7 (C03)",
    ),
)  # fmt: skip

TEMPLATES: Mapping[str, Template] = {template.id: template for template in _TABLE}

_BY_RHYTHM: Mapping[str, str] = {"month": "board_month", "four_months": "board_tertial", "half_year": "board_half_year"}
_BY_WORD: tuple[tuple[str, str], ...] = (
    ("patientsäkerhet", "patient_safety"), ("arbetsplatsträff", "apt"), ("apt", "apt"),
    ("uppföljning av", "agreement_year"),
)  # fmt: skip


def unknown_templates(profile: Profile) -> Iterator[Fault]:
    """Kinds of report that the profile asks for and that are none."""
    for body in profile.bodies:
        for duty in body.reports:
            if duty.template is not None and duty.template not in TEMPLATES:
                known = ", ".join(TEMPLATES)
                yield Fault(f"bodies/{body.id}/reports", f"rapporten {duty.template} finns inte; välj bland {known}")


def template_of(duty: ReportDuty, sender: Body, receiver: Body) -> Template:
    """The one that the profile names; else by what it is called, how often it comes, and who sends it to whom.

    Raises KeyError for a name that is no template's.
    """
    if duty.template is not None:
        return TEMPLATES[duty.template]
    what = name_key(duty.what)
    for word, template in _BY_WORD:
        if name_key(word) in what:
            return TEMPLATES[template]
    if duty.every != "year":
        return TEMPLATES[_BY_RHYTHM[duty.every]]
    if receiver.kind == "political" or duty.boards:
        return TEMPLATES["steering_year" if sender.kind == "officials" else "board_year"]
    return TEMPLATES["group_year" if sender.kind == "collaboration_group" else "steering_year"]
