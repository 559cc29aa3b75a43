"""All measures of one's bodies and units: what is late first, what is to be checked, and what was found (I02, I03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, DateField, F, Q, QuerySet, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Deviation, Measure
from deviations.workflow import KEPT
from frontend import day_marks
from frontend.components import Tone
from orgs.models import User

PAGE = 50
ANSWERED = (Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED)
OPEN = Q(carried_out_at__isnull=True)
TO_CHECK = Q(carried_out_at__isnull=False) & ~Q(effect__in=ANSWERED)


@dataclass(frozen=True)
class View:
    key: str
    label: str | Promise
    where: Q


VIEWS: Mapping[str, View] = {
    view.key: view
    for view in (
        View("pagar", gettext_lazy("Pågår"), OPEN | TO_CHECK),
        View("kontrollera", gettext_lazy("Effekt att kontrollera"), TO_CHECK),
        View("bekraftade", gettext_lazy("Effekt bekräftad"), Q(effect=Measure.Effect.VERIFIED)),
        View("utan-effekt", gettext_lazy("Ingen effekt"), Q(effect=Measure.Effect.NOT_VERIFIED)),
    )
}


@dataclass(frozen=True)
class Row:
    """`day`: the next day that counts. `flag` says what is wrong or what is waited for."""

    measure: Measure
    day: date
    flag: str
    tone: Tone
    late: bool


def measures_of(user: User, where: Q) -> QuerySet[Measure]:
    """Of every deviation that the person sees, by the next day that counts: the latest first."""
    visible = Deviation.objects.visible_to(user).filter(state__in=list(KEPT))
    return (
        Measure.objects.filter(where, visible.holding())
        .annotate(next_on=Case(When(OPEN, then=F("due_on")), default=F("check_on"), output_field=DateField()))
        .select_related("deviation__accountable_body", "owner__principal")
        .order_by("next_on", "pk")
    )


def listed(user: User, view: View, after: str) -> dict[str, Any]:
    """One page by keyset, and where the next begins."""
    found = measures_of(user, view.where)
    if after:
        found = found.filter(day_marks.after(after, "next_on"))
    measures = list(found[: PAGE + 1])
    more = ""
    if len(measures) > PAGE:
        last = measures[PAGE - 1]
        place = day_marks.written(_next_on(last), last.pk)
        more = f"{reverse('measures')}?{urlencode({'vy': view.key, 'efter': place})}"
    return {
        "rows": [_row(measure) for measure in measures[:PAGE]],
        "more": more,
        "first": f"{reverse('measures')}?vy={view.key}" if after else "",
    }


def views(chosen: View) -> list[dict[str, Any]]:
    return [
        {"label": view.label, "url": f"{reverse('measures')}?vy={view.key}", "current": view is chosen}
        for view in VIEWS.values()
    ]


def _next_on(measure: Measure) -> date:
    return measure.due_on if measure.carried_out_at is None else measure.check_on


def _row(measure: Measure) -> Row:
    day, today = _next_on(measure), clock.today()
    late = day < today and measure.effect not in ANSWERED
    flag, tone = _flag(measure, late)
    return Row(measure, day, flag, tone, late)


def _flag(measure: Measure, late: bool) -> tuple[str, Tone]:
    if measure.effect == Measure.Effect.VERIFIED:
        return _("Effekt bekräftad"), "moss"
    if measure.effect == Measure.Effect.NOT_VERIFIED:
        return _("Ingen effekt"), "brick"
    if late and measure.stalled_at is not None:
        return _("Står still"), "brick"
    if measure.carried_out_at is None:
        return (_("Försenad"), "brick") if late else (_("Pågår"), "teal")
    if measure.effect == Measure.Effect.TOO_EARLY:
        return _("För tidigt att säga"), "ochre"
    return (_("Kontrollen är försenad"), "brick") if late else (_("Effekt att kontrollera"), "ochre")
