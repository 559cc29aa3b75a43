"""Processmått: what a body follows, against its board's target and against the law (H01, H02, H04).

The body's own people write; they, and those of the body above, read the numbers as they stand. Boards read them in the
reports that are sent to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from deviations import clock
from deviations.deadlines import MONTHS
from deviations.diary import enter
from deviations.errors import Invalid, WrongState
from deviations.language import RECORD
from deviations.learning.measures import FORMULAS
from deviations.limits import Judged, judged
from deviations.models import Activity, ProcessMeasure, ProcessValue
from deviations.services.bodies import require_work_for
from deviations.services.form import guard, require
from orgs.models import Agreement, Body, County, Organisation, User
from orgs.permissions import keys_of
from orgs.roles import Ability

Faults = dict[str, list[tuple[str, str]]]
Cadence = ProcessMeasure.Cadence
MONTHS_IN: Mapping[str, int] = {Cadence.MONTH: 1, Cadence.TERTIAL: 4, Cadence.YEAR: 12}
YEARS_BACK = 5


# ── who may read ─────────────────────────────────────────────────────────────────────────────────────────────────────
def readable_measures(user: User) -> models.QuerySet[ProcessMeasure]:
    """Of bodies whose numbers the person explores, and of those below them. Values come along, oldest first."""
    held = keys_of(user).bodies.get(Ability.EXPLORE, frozenset())
    current = ProcessValue.objects.filter(replaced_at__isnull=True).order_by("first_month", "last_month")
    return (
        ProcessMeasure.objects.filter(Q(body__in=held) | Q(body__steering_body__in=held))
        .select_related("body__county", "owner__principal", "activity__plan", "agreement")
        .prefetch_related(Prefetch("values", current, to_attr="current"))
        .order_by("body__county", "body__level", "body__name", "pk")
    )


def steering_home(county: County) -> Body:
    """The body that steers most others: there the county's own measures and its audits are followed up.

    Of several, the one with most below it in all. Raises Body.DoesNotExist for a county without bodies.
    """
    bodies = list(Body.objects.filter(county=county).order_by("level", "pk"))
    if not bodies:
        raise Body.DoesNotExist(county.name)
    below: dict[int, list[Body]] = {body.pk: [] for body in bodies}
    for body in bodies:
        if body.steering_body_id in below:
            below[body.steering_body_id].append(body)

    def in_all(body: Body) -> int:
        return sum(1 + in_all(each) for each in below[body.pk])

    return max(bodies, key=lambda body: (len(below[body.pk]), in_all(body)))


@override(RECORD)
def unit_of(formula: str | None) -> str:
    """Beside a number. What is written in by hand is a share until somebody says otherwise. KeyError for no formula."""
    found = FORMULAS[formula] if formula else None
    return "%" if found is None or found.among else str(found.unit)


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Span:
    """First days of the first and last month."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """ "2026-01:2026-04"."""
        return f"{self.first:%Y-%m}:{self.last:%Y-%m}"

    @property
    def words(self) -> str:
        """ "2026", "april 2026", "januari–april 2026"."""
        year, first, last = self.last.year, self.first.month, self.last.month
        if (first, last) == (1, 12):
            return str(year)
        if first == last:
            return f"{MONTHS[first - 1]} {year}"
        return f"{MONTHS[first - 1]}–{MONTHS[last - 1]} {year}"


def ended_spans(measure: ProcessMeasure, *, today: date) -> list[Span]:
    """The periods of its cadence that have ended, newest first, five years back.

    What is counted from deviations is counted from the beginning of the year, as the reports are: their periods lie
    within each other, so that nobody can subtract one from another further than the reports allow.
    """
    step = MONTHS_IN[measure.cadence]
    found = []
    for year in range(today.year, today.year - YEARS_BACK, -1):
        for last in range(12, 0, -step):
            if (year, last) < (today.year, today.month):
                first = 1 if measure.formula else last - step + 1
                found.append(Span(date(year, first, 1), date(year, last, 1)))
    return found


# ── the measure ──────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def begin_measure(
    body: Body, *, name: str, kind: str = ProcessMeasure.Kind.PROCESS, cadence: str = Cadence.TERTIAL,
    unit: str = "%", better: str = ProcessMeasure.Better.HIGHER, formula: str = "",
    filters: Mapping[str, Any] | None = None, goal: str = "", target: float | None = None, target_by: str = "",
    statutory_limit: float | None = None, statute: str = "", guarantee: str = "",
    owner: Organisation | None = None, activity: Activity | None = None, agreement: Agreement | None = None, by: User,
) -> ProcessMeasure:  # fmt: skip
    """The body begins to follow a number. With a `formula` it is counted, in its unit; without one it is written in."""
    require_work_for(by, body)
    require("name", name, _("Ge måttet ett namn."))
    unit = unit_of(formula) if formula in FORMULAS else unit
    texts = {"goal": goal, "target_by": target_by, "statute": statute, "guarantee": guarantee, "unit": unit}
    _guarded(texts)
    faults = _out_of_place(body, owner, activity, agreement)
    if formula and not can_count(formula, filters or {}):
        faults["formula"] = [("unknown", _("Välj bland formlerna."))]
    followed = ProcessMeasure.objects.filter(body=body, ended_on__isnull=True).values_list("name", flat=True)
    if name.strip().casefold() in {other.casefold() for other in followed}:
        faults["name"] = [("twice", _("Organet följer redan ett mått med det namnet."))]
    if faults:
        raise Invalid(faults)
    measure = ProcessMeasure.objects.create(
        body=body, name=name.strip(), kind=kind, cadence=cadence, better=better, formula=formula,
        filters=dict(filters or {}), target=target, statutory_limit=statutory_limit, owner=owner, activity=activity,
        agreement=agreement, **texts,
    )  # fmt: skip
    _told(measure, "begin_measure", by=by)
    return measure


@transaction.atomic
def change_measure(
    measure: ProcessMeasure, *, target: float | None = None, target_by: str = "", statutory_limit: float | None = None,
    statute: str = "", guarantee: str = "", goal: str = "", owner: Organisation | None = None,
    activity: Activity | None = None, reason: str, by: User,
) -> ProcessMeasure:  # fmt: skip
    """Another target, limit, owner, goal or activity, with why. What it was before stands in the body's diary."""
    measure = _begun(measure, by)
    require("reason", reason, _("Skriv varför, till exempel vilket beslut som ändrar målet."))
    texts = {"goal": goal, "target_by": target_by, "statute": statute, "guarantee": guarantee}
    _guarded(texts)
    if faults := _out_of_place(measure.body, owner, activity, None):
        raise Invalid(faults)
    before = {"target": measure.target, "statutory_limit": measure.statutory_limit}
    wanted = {**texts, "target": target, "statutory_limit": statutory_limit, "owner": owner, "activity": activity}
    for name, value in wanted.items():
        setattr(measure, name, value)
    measure.save(update_fields=list(wanted))
    now = {"target": target, "statutory_limit": statutory_limit}
    _told(measure, "change_measure", by=by, reason=reason, before=before, now=now)
    return measure


@transaction.atomic
def end_measure(measure: ProcessMeasure, *, reason: str, by: User) -> ProcessMeasure:
    """It is no longer followed. Its values stay to be read."""
    measure = _begun(measure, by)
    require("reason", reason, _("Skriv varför måttet inte följs längre."))
    measure.ended_on = clock.today()
    measure.save(update_fields=["ended_on"])
    _told(measure, "end_measure", by=by, reason=reason)
    return measure


@transaction.atomic
def write_value(
    measure: ProcessMeasure, *, first_month: date, last_month: date, value: float,
    statutory_value: float | None = None, comment: str = "", source: str, by: User,
) -> ProcessValue:  # fmt: skip
    """A value from elsewhere, with where it is from. Written again it takes the earlier one's place, which is kept.

    Raises `WrongState` for a measure that is counted from the deviations: nobody writes in those.
    """
    measure = _begun(measure, by)
    if measure.formula:
        raise WrongState(_("Måttet räknas ur avvikelserna. Det går inte att skriva in för hand."))
    faults: Faults = {}
    if Span(first_month, last_month) not in ended_spans(measure, today=clock.today()):
        faults["period"] = [("unknown", _("Välj en period som har tagit slut."))]
    if measure.unit == "%":
        for name, given in (("value", value), ("statutory_value", statutory_value)):
            if given is not None and not 0 <= given <= 100:
                faults[name] = [("out_of_range", _("Skriv en andel mellan 0 och 100."))]
    if faults:
        raise Invalid(faults)
    require("source", source, _("Skriv var värdet kommer ifrån."))
    guard("comment", comment)
    made = put_value(
        measure, Span(first_month, last_month), by=by, value=value, statutory_value=statutory_value, comment=comment,
        source=source,
    )  # fmt: skip
    words = Span(first_month, last_month).words
    _told(measure, "write_value", by=by, period=words, value=value, statutory_value=statutory_value)
    return made


def put_value(measure: ProcessMeasure, span: Span, *, by: User | None, **written: Any) -> ProcessValue:
    """The value of the period from now on. In the transaction of whoever calls; who may is asked there."""
    now = clock.now()
    ProcessValue.objects.filter(
        measure=measure, first_month=span.first, last_month=span.last, replaced_at__isnull=True
    ).update(replaced_at=now)
    return ProcessValue.objects.create(
        measure=measure, first_month=span.first, last_month=span.last, at=now, by=by, **written
    )


def judged_value(measure: ProcessMeasure, value: ProcessValue | None) -> Judged | None:
    """The value against target and law, in words; None before there is one."""
    if value is None:
        return None
    return judged(
        value.value,
        target=measure.target,
        limit=measure.statutory_limit,
        higher_is_better=measure.better == ProcessMeasure.Better.HIGHER,
        lawful_value=value.statutory_value,
    )


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def can_count(formula: str, filters: Mapping[str, Any]) -> bool:
    """Whether there is such a formula and everything that it needs is chosen."""
    found = FORMULAS.get(formula)
    return found is not None and found.countable and all(filters.get(name) for name in found.filters)


def _begun(measure: ProcessMeasure, by: User) -> ProcessMeasure:
    """Locked. Raises `NotYours`, and `WrongState` for one that has ended."""
    found = ProcessMeasure.objects.select_for_update(of=("self",)).select_related("body__county").get(pk=measure.pk)
    require_work_for(by, found.body)
    if found.ended_on is not None:
        raise WrongState(_("Måttet följs inte längre."))
    return found


def _out_of_place(
    body: Body, owner: Organisation | None, activity: Activity | None, agreement: Agreement | None
) -> Faults:
    faults: Faults = {}
    if owner is not None and owner.county_id != body.county_id:
        faults["owner"] = [("unknown", _("Välj en verksamhet i länet."))]
    if activity is not None and activity.plan.body_id not in {body.pk, body.steering_body_id}:
        faults["activity"] = [("unknown", _("Välj en aktivitet i organets egen plan eller i planen ovanför."))]
    if agreement is not None and agreement.county_id != body.county_id:
        faults["agreement"] = [("unknown", _("Överenskommelsen finns inte i länet."))]
    return faults


def _guarded(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        guard(name, text)


def _told(measure: ProcessMeasure, step: str, *, by: User, **data: Any) -> None:
    enter(measure.body, step, by=by, data={"measure": str(measure.public_id), "title": measure.name, **data})
