"""Årshjulet: what each body has to do this year, by its profile, and what shows that it was done (F03, D04, E03).

The duties of a year are written once, by themselves; nothing that has been marked as done is ever changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, WrongState
from deviations.models import ActionPlan, Duty
from deviations.services.bodies import MANDATE_LACKS, require_work_for
from deviations.services.form import guard
from orgs.models import Body, County, User
from orgs.permissions import keys_of
from orgs.profiles import places
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.parts import Cadence, name_key
from orgs.profiles.schema import Agreement, Profile
from orgs.roles import Ability

REPORTS_DUE = (3, 1)  # the first of March, for the year before
EVERY: Mapping[str, tuple[tuple[int, int], ...]] = {
    "year": (REPORTS_DUE,),
    "half_year": (REPORTS_DUE, (9, 1)),
    "four_months": ((1, 31), (5, 31), (9, 30)),
    "month": ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30),
              (12, 31)),
}  # fmt: skip
HALF_YEAR, WHOLE_YEAR = (6, 30), (12, 31)
PER = {"year": "om året", "term": "per termin", "month": "i månaden", "week": "i veckan"}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do, before it is stored. `key` is the same however often the year is looked through."""

    key: str
    kind: Duty.Kind
    title: str
    due_on: date


# ── what the profile asks for ────────────────────────────────────────────────────────────────────────────────────────
def duties_in(profile: Profile, body: places.Body, year: int) -> Iterator[Due]:
    """What the body has to do that year. Pure. Titles are kept as written, so they are Swedish whatever the page is."""
    yield from _reports(profile, body, year)
    yield from _mandate(body, year)
    if body.cadence is not None:
        yield from _meetings(body.cadence, year)
    for agreement in profile.agreements:
        if agreement.follow_up is not None and _follows_up(profile, agreement) == body.id:
            yield from _follow_up(agreement, year)


def _reports(profile: Profile, body: places.Body, year: int) -> Iterator[Due]:
    for report in body.reports:
        days = EVERY[report.every]
        to = profile.body(report.to)
        for number, (month, day) in enumerate(days, start=1):
            of = f" för {year - 1}" if len(days) == 1 else f" {number} av {len(days)}"
            yield Due(
                report_key(report, year, number), Duty.Kind.REPORT,
                f"{report.what}{of} till {to.short_name or to.name}", date(year, month, day),
            )  # fmt: skip


def report_key(report: places.ReportDuty, year: int, number: int) -> str:
    """Of the number-th report of that kind which is due that year."""
    return f"report:{report.to}:{name_key(report.what)}:{year}:{number}"[:160]


def _mandate(body: places.Body, year: int) -> Iterator[Due]:
    if (lacks := MANDATE_LACKS.get(body.mandate.status)) is not None:
        title = f"Se över uppdraget, som {lacks}"
        yield Due(f"mandate:{year}", Duty.Kind.MANDATE, title, date(year, *HALF_YEAR))


def _meetings(cadence: Cadence, year: int) -> Iterator[Due]:
    days = (HALF_YEAR, WHOLE_YEAR) if cadence.per == "term" else (WHOLE_YEAR,)
    most = f"–{cadence.max}" if cadence.max and cadence.max != cadence.min else ""
    for number, (month, day) in enumerate(days, start=1):
        title = f"Håll möten enligt uppdraget: {cadence.min}{most} {PER[cadence.per]}"
        yield Due(f"meeting:{year}:{number}", Duty.Kind.MEETING, title, date(year, month, day))


def _follow_up(agreement: Agreement, year: int) -> Iterator[Due]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    if (agreement.valid_from or first) > last:
        return
    every = agreement.follow_up.every if agreement.follow_up else "year"
    for number, (month, day) in enumerate((HALF_YEAR, WHOLE_YEAR) if every == "half_year" else (WHOLE_YEAR,), start=1):
        title = f"Följ upp {agreement.name}"
        if agreement.valid_to is not None and agreement.valid_to < first:  # evaluate before it is revised (E03)
            title += ", som har gått ut"
        yield Due(f"agreement:{agreement.id}:{year}:{number}", Duty.Kind.AGREEMENT, title[:200], date(year, month, day))


def _follows_up(profile: Profile, agreement: Agreement) -> str:
    """The body that the agreement names as its follower or owner; else the one that has the whole county in view."""
    for name in (agreement.follow_up.by if agreement.follow_up else None, agreement.owner):
        for body in profile.bodies:
            if name and name_key(name) in map(name_key, (body.name, body.short_name or body.name)):
                return body.id
    return profile.default_body


# ── writing them ─────────────────────────────────────────────────────────────────────────────────────────────────────
def make_duties(county: County, year: int) -> int:
    """Store the year's duties of every working body that lack a row; returns how many. Again changes nothing."""
    profile = profile_of(version_in_force(county, clock.today()).pk)
    rows = {body.key: body for body in Body.objects.filter(county=county)}
    wanted = [
        Duty(body=rows[each.id], key=due.key, kind=due.kind, title=due.title[:200], due_on=due.due_on)
        for each in profile.bodies
        if not each.planned and each.id in rows and rows[each.id].in_force_on(date(year, 12, 31))
        for due in (*duties_in(profile, each, year), *_of_plans(rows[each.id], year))
    ]
    known = set(Duty.objects.filter(body__county=county, due_on__year=year).values_list("body_id", "key"))
    new = [duty for duty in wanted if (duty.body_id, duty.key) not in known]
    Duty.objects.bulk_create(new, ignore_conflicts=True)  # another worker may be doing the same
    return len(new)


def _of_plans(body: Body, year: int) -> Iterator[Due]:
    """The plan is reported back each year that it holds, and the year after (I01)."""
    plans = ActionPlan.objects.filter(body=body, from_year__lt=year, to_year__gte=year - 1)
    for plan in plans.exclude(status=ActionPlan.Status.DRAFT):
        title = f"Återrapportera {plan.title} för {year - 1}"
        yield Due(f"plan:{plan.pk}:{year}", Duty.Kind.PLAN, title[:200], date(year, *REPORTS_DUE))


def make_due_duties() -> int:
    """For the worker, once a day: the wheel of this year in every county; returns how many duties were made.

    What is there already is not made again, so a new profile or plan shows the day after.
    """
    today = clock.today()
    with_profile = County.objects.filter(profile_versions__active_from__lte=today).distinct()
    return sum(make_duties(county, today.year) for county in with_profile)


# ── reading and doing ────────────────────────────────────────────────────────────────────────────────────────────────
def duties_of(bodies: Iterable[Body], year: int) -> models.QuerySet[Duty]:
    """The year's wheel, by day, with what is left undone from before."""
    return (
        Duty.objects.filter(body__in=list(bodies))
        .filter(Q(due_on__year=year) | Q(due_on__lt=date(year, 1, 1), done_on__isnull=True))
        .select_related("body__county", "done_by")
        .order_by("due_on", "body__level", "pk")
    )


def late_for(user: User) -> models.QuerySet[Duty]:
    """Undone after their day, in the bodies where the person handles and those that they steer."""
    handled = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    return (
        Duty.objects.filter(Q(body__in=handled) | Q(body__steering_body__in=handled))
        .filter(done_on__isnull=True, due_on__lt=clock.today())
        .select_related("body__county")
        .order_by("due_on", "pk")
    )


def late_counts(bodies: Iterable[Body]) -> dict[int, int]:
    """How many are late in each body that has any. One statement."""
    late = Duty.objects.filter(body__in=list(bodies), done_on__isnull=True, due_on__lt=clock.today())
    return dict(late.order_by().values_list("body").annotate(models.Count("pk")))


@transaction.atomic
def finish_duty(duty: Duty, *, done_on: date | None = None, evidence: str, by: User) -> Duty:
    """Say when it was done and what shows it, which auditors ask for (E03).

    Raises `NotYours`, `WrongState`, `Invalid`.
    """
    duty = Duty.objects.select_for_update(of=("self",)).select_related("body").get(pk=duty.pk)
    require_work_for(by, duty.body)
    if duty.done_on is not None:
        raise WrongState(_("Uppgiften är redan markerad som klar."))
    day = done_on or clock.today()
    faults: dict[str, list[tuple[str, str]]] = {}
    if not evidence.strip():
        faults["evidence"] = [("required", _("Skriv vad som visar att det är gjort, till exempel ett diarienummer."))]
    if day > clock.today():
        faults["done_on"] = [("in_future", _("Dagen har inte varit än."))]
    if faults:
        raise Invalid(faults)
    guard("evidence", evidence)
    duty.done_on, duty.done_by, duty.evidence = day, by, evidence
    duty.save(update_fields=["done_on", "done_by", "evidence"])
    enter(duty.body, "finish_duty", by=by, data={"duty": duty.key, "title": duty.title, "done_on": day.isoformat()})
    return duty


@transaction.atomic
def add_duty(body: Body, *, title: str, due_on: date, by: User) -> Duty:
    """Something of the body's own in its yearly wheel."""
    require_work_for(by, body)
    if not title.strip():
        raise Invalid({"title": [("required", _("Skriv vad som ska göras."))]})
    guard("title", title)
    number = Duty.objects.filter(body=body, kind=Duty.Kind.OTHER).count() + 1
    entry = enter(body, "add_duty", by=by, data={"title": title, "due_on": due_on.isoformat()})
    key = f"own:{entry.sequence}:{number}"
    return Duty.objects.create(body=body, key=key, kind=Duty.Kind.OTHER, title=title, due_on=due_on)
