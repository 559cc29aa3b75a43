"""Two years of process measures, of which one meets its target while the law is broken; control moments; three audits.

The values, the controls, the answers and the statuses are invented. What the audits recommended is not.
"""

from datetime import timedelta
from typing import Any

from deviations import clock
from deviations.audits.loading import load_audits
from deviations.demo.people import Cast
from deviations.models import Activity, ProcessMeasure, Recommendation
from deviations.services import audits, controls, process
from orgs.models import Agreement, Body, County, Organisation, User

SOURCE = "Väntetider i vården, egen sammanställning"
FIRST_ASSESSMENT = (
    61, 58, 63, 60, 66, 57, 62, 64, 59, 65, 61, 63,
    70, 74, 72, 77, 75, 79, 76, 80, 78, 83, 81, 82,
)  # fmt: skip
"""Share of children assessed within thirty days, month by month: the level moved when the second year began."""
WAITED = (49, 46, 44, 41, 38, 36)
CONFIRMED = (52, 58, 61, 66, 70, 71)
RIGHT_FIRST_TIME = (64, 68)
COMMENT = "Från hösten bokas första besöket redan när remissen tas emot."


def follow_measures(counties: list[County], cast: Cast) -> None:
    blekinge = next(county for county in counties if county.slug == "blekinge")
    lsvo, group = (Body.objects.get(county=blekinge, key=key) for key in ("lsvo", "sg_barn_unga"))
    lars, bo = cast.coordinators[lsvo.pk], cast.coordinators[group.pk]
    _of_lsvo(blekinge, lsvo, lars)
    confirmed = _of_group(group, bo)
    _controls(blekinge, lsvo, lars)
    for county in counties:
        load_audits(county)
    _follow_up(blekinge, confirmed, lars)


def _of_lsvo(blekinge: County, lsvo: Body, by: User) -> None:
    bup = Organisation.objects.get(county=blekinge, key="rb-bup")
    about: dict[str, Any] = {"owner": bup, "goal": "Barn och unga får hjälp i tid", "by": by}
    first = process.begin_measure(
        lsvo, name="Första bedömning på BUP inom 30 dagar", cadence=process.Cadence.MONTH, target=80,
        target_by="Hälso- och sjukvårdsnämnden", statutory_limit=100, guarantee="Alla inom 30 dagar",
        statute="Förstärkt vårdgaranti för barn och unga", **about,
    )  # fmt: skip
    _tell(first, FIRST_ASSESSMENT, by, comment=COMMENT)
    waited = process.begin_measure(
        lsvo, name="Dagar från remiss till påbörjad utredning, median", unit="dagar",
        better=ProcessMeasure.Better.LOWER, target=35, statutory_limit=60, guarantee="30 + 30 dagar", **about,
    )  # fmt: skip
    _tell(waited, WAITED, by)
    right = process.begin_measure(
        lsvo, name="Barn som kommer till rätt vårdnivå från början", kind=ProcessMeasure.Kind.OUTCOME,
        cadence=process.Cadence.YEAR, target=75, **about,
    )  # fmt: skip
    _tell(right, RIGHT_FIRST_TIME, by)


def _of_group(group: Body, by: User) -> ProcessMeasure:
    activity = Activity.objects.get(plan__body=group, title="Bevakad adress för kallelser")
    confirmed = process.begin_measure(
        group, name="Kallelser till SIP som bekräftas inom två dagar", target=95, activity=activity,
        goal="Ingen kallelse till SIP missas", by=by,
    )  # fmt: skip
    _tell(confirmed, CONFIRMED, by)
    return confirmed


def _tell(measure: ProcessMeasure, values: tuple[int, ...], by: User, comment: str = "") -> None:
    """Oldest first, up to the last period that has ended; that one as a person writes it in."""
    spans = process.ended_spans(measure, today=clock.today())[: len(values)]
    *earlier, newest = zip(reversed(spans), values, strict=True)
    for span, value in earlier:
        process.put_value(measure, span, by=by, value=value, source=SOURCE)
    span, value = newest
    process.write_value(
        measure, first_month=span.first, last_month=span.last, value=value, source=SOURCE, comment=comment, by=by
    )


def _controls(blekinge: County, lsvo: Body, by: User) -> None:
    agreement = Agreement.objects.get(county=blekinge, key="lansavtal")
    done = (
        ("Kallades alla parter till SIP på det sätt som rutinen säger?", 200, 40, 27,
         "Elevhälsan kallades i hälften av fallen genom vårdnadshavaren."),
        ("Skrevs vem som har samordningsansvaret i planen?", 90, 30, 28, "Rutinen är känd."),
    )  # fmt: skip
    for question, days, sample, followed, finding in done:
        with clock.at(clock.now() - timedelta(days=days)):
            planned = controls.plan_control(
                lsvo, question=question, planned_on=clock.today(), agreement=agreement, by=by
            )  # fmt: skip
            controls.do_control(planned, sample=sample, followed=followed, finding=finding, by=by)
    controls.plan_control(
        lsvo, question="Svarar enheterna på yttranden inom den tid som rutinen säger?",
        planned_on=clock.today() + timedelta(days=40), agreement=agreement, by=by,
    )  # fmt: skip


def _follow_up(blekinge: County, confirmed: ProcessMeasure, by: User) -> None:
    known, used, followed = Recommendation.objects.filter(audit__county=blekinge).order_by("pk")
    region = Organisation.objects.get(county=blekinge, key="region-blekinge")
    karlskrona = Organisation.objects.get(county=blekinge, key="karlskrona")
    for board, principal in (("Regionstyrelsen", region), ("Kommunstyrelsen i Karlskrona", karlskrona)):
        audits.add_addressee(known, addressee=board, principal=principal, by=by)
    answer = known.replies.get(principal=region)
    with clock.at(clock.now() - timedelta(days=400)):
        audits.record_reply(
            answer, reply="Avtalet går ut till alla chefer, som svarar för sina enheter i Samsyn.",
            evidence="Regionstyrelsens protokoll § 112", by=by,
        )  # fmt: skip
        audits.set_status(known, status="remains", evidence="Fyra av tio enheter känner till avtalet.", by=by)
        audits.set_status(used, status="partly", evidence="Två av tre kommuner anmäler.", by=by)
    with clock.at(clock.now() - timedelta(days=60)):
        audits.set_status(known, status="partly", evidence="Sju av tio enheter har svarat att avtalet är känt.", by=by)
        audits.set_status(used, status="done", evidence="Alla kommuner anmäler sedan i våras.", by=by)
        audits.set_status(followed, status="partly", evidence="Besluten följs upp vid varje möte.", by=by)
    plan = Activity.objects.filter(plan__body__county=blekinge, title="Ny överenskommelse för länet")
    audits.link(
        known, measures=[confirmed], activities=plan, categories=["agreement/not_followed", "agreement/unknown"], by=by
    )
