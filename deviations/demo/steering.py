"""What went to the steering bodies, for the demo: a pattern that waits, one given back, a working group, a decision
that is being carried out, and Värmland's recommendation that two of seventeen principals decline."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from deviations import clock
from deviations.demo.people import Cast, make_someone
from deviations.models import Adoption, Decision, Deviation, Escalation
from deviations.services import adopting, deciding, escalating, handling, working_groups
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import Body, County, Organisation, User
from orgs.permissions import grant

ABSENT = "sip/called_party_absent"


@dataclass(frozen=True)
class Told:
    """One deviation on its way up."""

    days_ago: int
    reporting: str  # school health of this municipality
    receiving: str
    category: str
    age: int
    happened: str


PATTERN = (
    Told(
        41,
        "Karlskrona kommun",
        "rb-bup",
        ABSENT,
        11,
        "BUP kom inte till SIP-mötet. Det gick inte att nå någon i stället.",
    ),
    Told(30, "Ronneby kommun", "rb-bup", ABSENT, 13, "Kallelsen var bekräftad, men ingen från BUP kom till mötet."),
    Told(19, "Sölvesborgs kommun", "rb-bup", ABSENT, 15, "Tredje mötet i vår utan BUP. Planen kunde inte göras klar."),
)
GIVEN_BACK = (
    Told(
        70,
        "Karlshamns kommun",
        "rb-um",
        "information/missing",
        16,
        "Vi fick aldrig besked om att kontakten var avslutad.",
    ),
)
GROUP = (
    Told(
        88,
        "Olofströms kommun",
        "rb-logopedi",
        "responsibility/dispute",
        8,
        "Skolan och logopedin hänvisar till varandra.",
    ),
    Told(
        80, "Ronneby kommun", "rb-logopedi", "responsibility/dispute", 9, "Ingen utreder läs- och skrivsvårigheterna."
    ),
)
CARRIED_OUT = (
    Told(
        120,
        "Karlshamns kommun",
        "rb-bup",
        "referral/returned",
        12,
        "Remissen kom tillbaka utan bedömning för andra gången.",
    ),
)
RECOMMENDED = (
    Told(
        95,
        "Karlstads kommun",
        "rv-bup-1",
        ABSENT,
        10,
        "BUP uteblev från SIP-mötet. Familjen hade väntat i två månader.",
    ),
    Told(84, "Hammarö kommun", "rv-bup-1", ABSENT, 11, "Ingen från BUP kom till SIP. Mötet fick göras om."),
    Told(76, "Kils kommun", "rv-bup-1", ABSENT, 12, "BUP lämnade återbud samma morgon och skickade ingen annan."),
)
ALL = (*PATTERN, *GIVEN_BACK, *GROUP, *CARRIED_OUT, *RECOMMENDED)
DECLINE = {
    "Eda kommun": "Vi köper elevhälsa av en annan kommun och kan inte utse egna reserver.",
    "Hagfors kommun": "Vi har redan en egen rutin som fungerar, och vill inte ha två.",
}


def tell_steering(counties: Sequence[County], cast: Cast) -> None:
    """Everything through the services, at the days when it happened."""
    blekinge, varmland = (next(c for c in counties if c.slug == slug) for slug in ("blekinge", "varmland"))
    group, lsvo = _body(blekinge, "sg_barn_unga"), _body(blekinge, "lsvo")
    bo, lars = cast.coordinators[group.pk], cast.coordinators[lsvo.pk]
    _lift(
        _filed(PATTERN, blekinge, cast), 12, "BUP kommer inte till SIP", "pattern",
        "Samma sak i tre kommuner på sex veckor. En reserv behöver alltid utses när kallad person får förhinder.",
        bo,
    )  # fmt: skip
    back = _lift(
        _filed(GIVEN_BACK, blekinge, cast), 52, "Besked när kontakten avslutas", "single",
        "Vem ska säga till skolan när en kontakt avslutas?", bo,
    )  # fmt: skip
    with _days_ago(38):
        text = "Det här löser ni: avtalet säger redan att den som avslutar meddelar. Ta upp det med verksamheten."
        escalating.return_escalated(back, text=text, by=lars)
    _working_group(_filed(GROUP, blekinge, cast), bo, lars)
    _carried_out(_filed(CARRIED_OUT, blekinge, cast), bo, lars, cast)
    _recommended(_filed(RECOMMENDED, varmland, cast), varmland, cast)


def _working_group(deviations: Sequence[Deviation], bo: User, lars: User) -> None:
    lifted = _lift(
        deviations, 66, "Vem utreder dyslexi?", "bundle",
        "Skolan och logopedin läser överenskommelsen olika. Det behöver utredas över gränsen.", bo,
    )  # fmt: skip
    with _days_ago(50):
        group = working_groups.set_up_group(
            lifted, name="Dyslexi och logopedi", by=lars, due_on=timezone.localdate() + timedelta(days=45),
            task="Föreslå vem som utreder, vem som bekostar och hur den andra parten får veta resultatet.",
            members=["Region Blekinge", "Olofströms kommun", "Ronneby kommun"],
        )  # fmt: skip
    with _days_ago(21):
        working_groups.tell_progress(group, text="Två möten. Nuläget i länets fem kommuner är kartlagt.", by=lars)


def _carried_out(deviations: Sequence[Deviation], bo: User, lars: User, cast: Cast) -> None:
    """A binding decision of LSVO, and how far each principal has come."""
    lifted = _lift(
        deviations,
        100,
        "Remisser som studsar",
        "single",
        "Ingen tar ansvar för bedömningen före remiss. Vi behöver ett beslut.",
        bo,
    )
    with _days_ago(80):
        text = "En remiss återsänds aldrig utan samtal. Varje huvudman utser en kontaktperson."
        [decision] = escalating.decide_escalation(lifted, text=text, by=lars)
    with _days_ago(79):
        asked = adopting.ask_adoption(decision, by=lars)
    with _days_ago(75):
        deviation = Deviation.objects.get(pk=deviations[0].pk)
        assert deviation.receiving_unit is not None  # noqa: S101  # as filed
        measure = deciding.propose_measure(
            deviation, owner=deviation.receiving_unit, text="Ring innan en remiss skickas tillbaka.",
            due_on=clock.today() + timedelta(days=20), check_on=clock.today() + timedelta(days=40),
            sign="Högst en av tjugo remisser kommer tillbaka utan samtal.", by=bo,
        )  # fmt: skip
    with _days_ago(68):
        deciding.carry_out(measure, by=cast.answerers[measure.owner_id])
    for number, adoption in enumerate(asked):
        if adoption.principal.name == "Karlskrona kommun":
            continue  # waits for whoever tries the demo
        by = _answers_for(adoption.principal)
        with _days_ago(66 - number * 5):
            adopting.answer_adoption(adoption, answer=Adoption.Answer.ADOPTED, by=by)
            if number % 2 == 0:
                adopting.carry_out_adoption(adoption, carried_out_on=clock.today(), by=by)
    with _days_ago(34):
        deciding.check_effect(
            measure, effect="too_early", comment="Fyra remisser hittills, alla med samtal. För få för att säga säkert.",
            check_again_on=timezone.localdate() + timedelta(days=30), by=bo,
        )  # fmt: skip


def _recommended(deviations: Sequence[Deviation], varmland: County, cast: Cast) -> None:
    """VL-01: recognised as recurring, recommended, and two principals decline with their reasons."""
    barnalivet, above = _body(varmland, "barnalivet"), _body(varmland, "beredningsgrupp")
    by = cast.coordinators[above.pk]
    lifted = _lift(
        deviations, 64, "BUP kommer inte till SIP", "pattern",
        "Tredje gången på ett läsår. Förslag: varje kallad part utser en reserv med mandat att besluta.",
        cast.coordinators[barnalivet.pk],
    )  # fmt: skip
    with _days_ago(48):
        text = "Varje huvudman utser en reserv som kommer till SIP när den kallade får förhinder."
        decision: Decision = escalating.decide_escalation(lifted, text=text, by=by)[0]
    with _days_ago(47):
        asked = adopting.ask_adoption(decision, by=by)
    for number, adoption in enumerate(asked):
        reason = DECLINE.get(adoption.principal.name, "")
        answer = Adoption.Answer.DECLINED if reason else Adoption.Answer.ADOPTED
        with _days_ago(40 - number * 2):
            adopting.answer_adoption(adoption, answer=answer, reason=reason, by=_answers_for(adoption.principal))


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _filed(told: Sequence[Told], county: County, cast: Cast) -> list[Deviation]:
    return [_one(each, county, cast) for each in told]


def _one(told: Told, county: County, cast: Cast) -> Deviation:
    units = Organisation.objects.select_related("principal", "county").filter(county=county)
    reporting = units.filter(principal__name=told.reporting, unit_kind="school_health").order_by("pk")[0]
    with _days_ago(told.days_ago):
        filing = Filing(
            reporting_unit=reporting, receiving_units=(units.get(key=told.receiving),), happened=told.happened,
            occurred_on=clock.today() - timedelta(days=2), category=told.category, age=told.age,
        )  # fmt: skip
        deviation = file(filing, by=cast.reporters[reporting.pk])
    assert deviation.accountable_body_id is not None  # noqa: S101  # submitted
    with _days_ago(told.days_ago - 2):
        handling.receive(deviation, by=cast.coordinators[deviation.accountable_body_id])
    return Deviation.objects.select_related("accountable_body").get(pk=deviation.pk)


def _lift(deviations: Sequence[Deviation], days_ago: int, title: str, kind: str, summary: str, by: User) -> Escalation:
    with _days_ago(days_ago):
        if kind == Escalation.Kind.SINGLE:
            return escalating.escalate(deviations[0], title=title, reason=summary, by=by)
        return escalating.escalate_several(deviations, title=title, summary=summary, kind=kind, by=by)


def _answers_for(principal: Organisation) -> User:
    """Someone who answers for the principal as a whole."""
    email = f"huvudman.{principal.key}"
    found = User.objects.filter(email__startswith=f"{email}@").first()
    if found is None:
        found = make_someone(email, f"Svarar för {principal.name}")
        grant(found, "investigator", principal, by=None)
    return found


def _body(county: County, key: str) -> Body:
    return Body.objects.select_related("county", "steering_body").get(county=county, key=key)


def _days_ago(days: int) -> AbstractContextManager[None]:
    moment = timezone.localtime(timezone.now() - timedelta(days=days)).replace(hour=10, minute=20)
    return clock.at(moment)
