"""The action plan: what the body has promised, and how far each activity has come (D03, I01)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.models import ActionPlan, Activity
from deviations.reports.basis import Basis
from deviations.reports.content import Section, Table
from deviations.reports.printing import text
from deviations.services.planning import is_late


def activities(basis: Basis) -> Section:
    plans = list(
        ActionPlan.objects.filter(
            body=basis.body, from_year__lte=basis.period.first.year, to_year__gte=basis.period.first.year
        )
        .exclude(status=ActionPlan.Status.DRAFT)
        .prefetch_related("activities__owner")
        .order_by("from_year", "pk")
    )
    every = [activity for plan in plans for activity in plan.activities.all()]
    return Section(
        id="activities",
        title=_title(basis, every),
        deck=_("Aktiviteterna i handlingsplanen, så som organet själv har rapporterat dem."),
        blocks=tuple(_table(basis, plan) for plan in plans) or (_none(),),
    )


def _title(basis: Basis, every: list[Activity]) -> str:
    if not every:
        return _("Ingen handlingsplan är antagen")
    done = sum(activity.status == Activity.Status.DONE for activity in every)
    late = sum(is_late(activity, basis.period_end) for activity in every)
    words = ngettext(
        "%(done)d av %(n)d aktivitet är genomförd", "%(done)d av %(n)d aktiviteter är genomförda", len(every)
    ) % {"done": done, "n": len(every)}  # fmt: skip
    if not late:
        return words
    return _("%(words)s, %(late)s") % {
        "words": words,
        "late": ngettext("%(n)d är försenad", "%(n)d är försenade", late) % {"n": late},
    }


def _table(basis: Basis, plan: ActionPlan) -> Table:
    rows = tuple(
        (
            text(activity.title),
            text(date_format(activity.due_on, "j F Y")),
            text(_state(basis, activity)),
            text(_indicator(activity)),
            text(activity.progress or "–"),
        )
        for activity in plan.activities.all()
    )
    return Table(
        id=f"plan.{plan.from_year}.{plan.pk}", title=plan.title, measures=("activities",), wide=True,
        head=(_("Aktivitet"), _("Klar senast"), _("Läge"), _("Indikator"), _("Så går det")), rows=rows,
        note="" if rows else _("Planen har inga aktiviteter."),
    )  # fmt: skip


def _state(basis: Basis, activity: Activity) -> str:
    words = activity.get_status_display()
    words = words[:1].upper() + words[1:]
    return _("%(state)s, försenad") % {"state": words} if is_late(activity, basis.period_end) else words


def _indicator(activity: Activity) -> str:
    if not activity.indicator:
        return "–"
    now = [
        _("mål %(target)s") % {"target": activity.indicator_target} if activity.indicator_target else "",
        _("nu %(now)s") % {"now": activity.indicator_now} if activity.indicator_now else "",
    ]
    beside = ", ".join(filter(None, now))
    return f"{activity.indicator}: {beside}" if beside else activity.indicator


def _none() -> Table:
    return Table(
        id="plan", title=_("Handlingsplan"), head=(_("Aktivitet"),), rows=(),
        note=_("När organet antar en plan för året står dess aktiviteter här."),
    )  # fmt: skip
