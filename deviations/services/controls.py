"""Kontrollmoment: was the routine followed? A sample is drawn, so many of it followed the routine (D11)."""

from datetime import date

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, WrongState
from deviations.models import ControlMoment, ProcessMeasure
from deviations.services.bodies import require_work_for
from deviations.services.form import guard, require
from orgs.models import Agreement, Body, Organisation, User
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability


def readable_controls(user: User) -> models.QuerySet[ControlMoment]:
    """Of bodies whose numbers the person explores, and of those below them; what waits first, then newest first."""
    held = keys_of(user).bodies.get(Ability.EXPLORE, frozenset())
    return (
        ControlMoment.objects.filter(Q(body__in=held) | Q(body__steering_body__in=held))
        .select_related("body__county", "agreement", "unit__principal", "measure")
        .order_by(models.F("done_on").desc(nulls_first=True), "planned_on", "pk")
    )


@transaction.atomic
def plan_control(
    body: Body, *, question: str, planned_on: date, agreement: Agreement | None = None,
    unit: Organisation | None = None, measure: ProcessMeasure | None = None, by: User,
) -> ControlMoment:  # fmt: skip
    """What is to be looked at, by when, and which routine it is about."""
    require_work_for(by, body)
    require("question", question, _("Skriv frågan: följdes vad?"))
    faults: dict[str, list[tuple[str, str]]] = {}
    for name, other in (("agreement", agreement), ("unit", unit)):
        if other is not None and other.county_id != body.county_id:
            faults[name] = [("unknown", _("Välj något i länet."))]
    if measure is not None and measure.body_id != body.pk:
        faults["measure"] = [("unknown", _("Välj bland organets egna mått."))]
    if planned_on < clock.today():
        faults["planned_on"] = [("past", _("Välj en dag från och med i dag."))]
    if faults:
        raise Invalid(faults)
    made = ControlMoment.objects.create(
        body=body, question=question, planned_on=planned_on, agreement=agreement, unit=unit, measure=measure, by=by
    )
    enter(body, "plan_control", by=by, data={"control": made.pk, "title": question, "on": planned_on.isoformat()})
    return made


@transaction.atomic
def do_control(
    control: ControlMoment, *, sample: int, followed: int, finding: str = "", done_on: date | None = None, by: User
) -> ControlMoment:
    """How many were looked at and how many followed the routine. Once: a new look is a new control moment.

    A sample so small that a person could be recognised is told in words only, so it must be at least as large as the
    county's threshold. Raises `NotYours`, `WrongState`, `Invalid`.
    """
    control = ControlMoment.objects.select_for_update(of=("self",)).select_related("body__county").get(pk=control.pk)
    require_work_for(by, control.body)
    if control.done_on is not None:
        raise WrongState(_("Kontrollen är redan gjord. Planera en ny."))
    on = done_on or clock.today()
    faults: dict[str, list[tuple[str, str]]] = {}
    if sample < (least := threshold_of(control.body)):
        faults["sample"] = [("too_few", _("Granska minst %(n)d, så att ingen kan kännas igen.") % {"n": least})]
    if not 0 <= followed <= sample:
        faults["followed"] = [("out_of_range", _("Högst så många som granskades."))]
    if on > clock.today():
        faults["done_on"] = [("future", _("Dagen har inte varit än."))]
    if faults:
        raise Invalid(faults)
    guard("finding", finding)
    control.sample, control.followed, control.finding, control.done_on = sample, followed, finding, on
    control.save(update_fields=["sample", "followed", "finding", "done_on"])
    data = {"control": control.pk, "title": control.question, "sample": sample, "followed": followed}
    enter(control.body, "do_control", by=by, data=data)
    return control


def threshold_of(body: Body) -> int:
    """Cells smaller than this are hidden in the county."""
    return profile_of(version_in_force(body.county, clock.today()).pk).suppression.threshold


def in_words(control: ControlMoment, *, threshold: int) -> str:
    """What was seen, as a sentence. Fewer than the threshold on either side are told as few, never exactly.

    Of so small a sample that both sides could be few, only that there were some on each: of 8, fewer than 5 on both
    sides would be 4. Empty before it has been done.
    """
    if control.sample is None or control.followed is None:
        return ""
    sample, followed = control.sample, control.followed
    few, few_not = 0 < followed < threshold, 0 < sample - followed < threshold
    if 0 < followed < sample < 2 * threshold - 1:
        return _("Av %(n)d följde några rutinen, andra inte.") % {"n": sample}
    if few:
        return _("Färre än %(few)d av %(n)d följde rutinen.") % {"few": threshold, "n": sample}
    if few_not:
        return _("Fler än %(most)d av %(n)d följde rutinen.") % {"most": sample - threshold, "n": sample}
    if followed == sample:
        return _("Alla %(n)d följde rutinen.") % {"n": sample}
    if followed == 0:
        return _("Ingen av %(n)d följde rutinen.") % {"n": sample}
    return _("%(followed)d av %(n)d följde rutinen.") % {"followed": followed, "n": sample}
