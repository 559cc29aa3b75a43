"""The bodies' own work: yearly wheels with something late, plans on the way, agreements that units have answered about,
a phone that nobody answers, and a body without a coordinator."""

from collections.abc import Iterator
from datetime import date, timedelta

from deviations import clock
from deviations.demo.people import Cast, email_of
from deviations.models import ActionPlan, Duty
from deviations.services import duties, planning, registers
from deviations.services.receivers import attend_to_stand_ins
from orgs.models import Agreement, Body, BodyMembership, ContactRoute, County, Organisation, User
from orgs.permissions import end, grant

LATE = ("sg_barn_unga", Duty.Kind.REPORT)  # the audit found that it was missing
VACANT = "sg_aldre"
LEADERS = (
    # key of the organisation whose units are answered for, what its head says of the agreement
    ("1080-elevhalsan", True, True, ""),
    ("rb-nara-vard", True, True, ""),
    ("rb-specialiserad", True, False, "Vi behöver en gemensam genomgång för alla mottagningar."),
    ("ronneby", False, False, "Överenskommelsen är inte känd hos våra enheter."),
)
ACTIVITIES = (
    # what, for what, who, how many days from now, indicator, target, now, status, how it goes
    ("Gemensam utbildning om SIP", "Alla som kallar och kallas vet hur en SIP går till", "region-blekinge", 120,
     "Deltagare", "120", "46", "started", "Två tillfällen av fem är hållna."),
    ("Bevakad adress för kallelser", "Ingen kallelse till SIP missas", "rb-bup", -20,
     "Andel kallelser som bekräftas inom två dagar", "95 %", "71 %", "started",
     "Adressen finns. Bevakningen saknas på fredagar."),
    ("Ny överenskommelse för länet", "Länsavtalet ersätts", "region-blekinge", 300,
     "Antagen av alla huvudmän", "6 av 6", "2 av 6", "started", "På remiss till huvudmännen."),
    ("Kontaktvägar för alla elevhälsor", "Vården når rätt person samma dag", "karlskrona", 60,
     "Kommuner med bemannad kontaktväg", "5 av 5", "5 av 5", "done", "Klart i samtliga kommuner."),
)  # fmt: skip


def tell_governance(counties: list[County], cast: Cast) -> None:
    blekinge = next(county for county in counties if county.slug == "blekinge")
    for county in counties:
        duties.make_duties(county, clock.today().year)
    _plan(blekinge, cast)
    _finish_what_is_due(cast)
    _answer_about_agreements(blekinge)
    _nobody_answers(counties, cast)
    _leave_vacant(blekinge)


def _finish_what_is_due(cast: Cast) -> None:
    for duty in Duty.objects.filter(due_on__lt=clock.today()).select_related("body"):
        if (duty.body.key, duty.kind) != LATE:
            by = cast.coordinators[duty.body_id]
            duties.finish_duty(
                duty, done_on=duty.due_on, evidence=f"Dnr {duty.due_on.year}/{duty.pk}, behandlad på möte.", by=by
            )


def _plan(blekinge: County, cast: Cast) -> None:
    year = clock.today().year
    lsvo, group = (Body.objects.get(county=blekinge, key=key) for key in ("lsvo", "sg_barn_unga"))
    lars, bo = cast.coordinators[lsvo.pk], cast.coordinators[group.pk]
    with clock.at(clock.now() - timedelta(days=90)):
        above = planning.start_plan(lsvo, title="Länets handlingsplan för vård och omsorg", from_year=year, by=lars)
        planning.write_activity(above, title="Färre brister vid SIP", due_on=date(year + 1, 12, 31), by=lars)
        planning.adopt_plan(above, by=lars)
        plan = planning.start_plan(group, title="Handlingsplan för barn och unga", from_year=year, parent=above, by=bo)
        for what, goal, owner, days, indicator, target, *_rest in ACTIVITIES:
            planning.write_activity(
                plan, title=what, goal=goal, owner=Organisation.objects.get(county=blekinge, key=owner),
                due_on=clock.today() + timedelta(days=90 + days), indicator=indicator, indicator_target=target, by=bo,
            )  # fmt: skip
        planning.adopt_plan(plan, by=bo)
    _report(plan, bo)


def _report(plan: ActionPlan, by: User) -> None:
    reported = {what: rest for what, _goal, _owner, _days, _indicator, _target, *rest in ACTIVITIES}
    for activity in plan.activities.all():
        now, status, progress = reported[activity.title]
        planning.report_activity(activity, status=status, progress=progress, indicator_now=now, by=by)
    planning.report_plan(
        plan, text="Planen följs. Bevakningen av kallelser är försenad och tas upp på nästa möte.", by=by
    )


def _answer_about_agreements(blekinge: County) -> None:
    agreement = Agreement.objects.get(county=blekinge, key="lansavtal")
    for key, known, applied, comment in LEADERS:
        place = Organisation.objects.get(county=blekinge, key=key)
        leader, made = User.objects.get_or_create(
            email=email_of(f"chef.{key}"), defaults={"name": f"Chef {place.name}", "password": "!"}
        )
        if made:
            grant(leader, "unit_manager", place, by=None)
        for unit in _units_below(place):
            registers.acknowledge(
                agreement, unit=unit, known=known, accepted=known, applied=applied, comment=comment, by=leader
            )


def _units_below(place: Organisation) -> Iterator[Organisation]:
    units = Organisation.objects.filter(path__startswith=place.path, parent__isnull=False)
    yield from units.exclude(unit_kind="administration").select_related("principal")


def _nobody_answers(counties: list[County], cast: Cast) -> None:
    """Vårdgrannetelefonen in Värmland: four have tried in vain within a month."""
    route = ContactRoute.objects.get(organisation__county__slug="varmland", name="Vårdgrannetelefonen")
    units = Organisation.objects.filter(county__slug="varmland", unit_kind="school_health", pk__in=cast.reporters)
    assert route.organisation.county in counties  # noqa: S101  # it is one of the shipped counties
    for days, unit in zip((26, 19, 11, 3), units.order_by("pk")[:4], strict=False):
        with clock.at(clock.now() - timedelta(days=days)):
            registers.log_failed_contact(route, unit=unit, by=cast.reporters[unit.pk])


def _leave_vacant(blekinge: County) -> None:
    """Samverkansgrupp Äldre has lost its coordinator; LSVO receives in its place."""
    held = BodyMembership.objects.filter(
        content_object__county=blekinge, content_object__key=VACANT, ended_at__isnull=True
    )
    for membership in held.select_related("user", "content_object"):
        end(membership, by=None)
    while attend_to_stand_ins():
        pass
