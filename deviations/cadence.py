"""How often a body has met, against what its profile says: "3 av minst 8 i år" (F03)."""

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations.models import Meeting
from orgs.models import Body

IN_PERIOD: Mapping[str, str | Promise] = {
    "year": gettext_lazy("i år"),
    "term": gettext_lazy("den här terminen"),
    "month": gettext_lazy("den här månaden"),
    "week": gettext_lazy("den här veckan"),
}
MET = (Meeting.Status.RUNNING, Meeting.Status.HELD, Meeting.Status.APPROVED)


@dataclass(frozen=True, slots=True)
class Kept:
    """Meetings of one period; `least` is None when the profile says nothing of how often."""

    held: int
    planned: int
    least: int | None
    most: int | None
    per: str
    first: date
    last: date

    @property
    def short_of(self) -> int:
        """How many are missing even when all that are planned are held."""
        return max(0, (self.least or 0) - self.held - self.planned)

    def in_words(self) -> str:
        """ "3 av minst 8 i år", "1 i år" where nothing is said."""
        period = str(IN_PERIOD[self.per])
        if self.least is None:
            return _("%(held)d %(period)s") % {"held": self.held, "period": period}
        return _("%(held)d av minst %(least)d %(period)s") % {
            "held": self.held,
            "least": self.least,
            "period": period,
        }


def period_of(per: str, on: date) -> tuple[date, date]:
    """First and last day of the year, term (half-year), month or week (from Monday) around the day."""
    if per == "week":
        monday = on - timedelta(days=on.weekday())
        return monday, monday + timedelta(days=6)
    if per == "month":
        return on.replace(day=1), on.replace(day=calendar.monthrange(on.year, on.month)[1])
    if per == "term":
        return (
            (date(on.year, 1, 1), date(on.year, 6, 30))
            if on.month <= 6
            else (date(on.year, 7, 1), date(on.year, 12, 31))
        )
    return date(on.year, 1, 1), date(on.year, 12, 31)


def per_year(cadence: Mapping[str, Any]) -> int | None:
    """At least how many meetings a year; None when the profile says nothing."""
    least = cadence.get("min")
    return None if least is None else int(least) * {"year": 1, "term": 2, "month": 12, "week": 52}[_per(cadence)]


def kept(bodies: Iterable[Body], on: date) -> dict[int, Kept]:
    """For each body the period around the day, by primary key. One statement."""
    periods = {body.pk: (body, period_of(_per(body.cadence), on)) for body in bodies}
    near = Meeting.objects.filter(body__in=periods).exclude(status=Meeting.Status.CANCELLED)
    within = near.filter(_around(on)).values_list("body_id", "status", "starts_at")
    held: Counter[int] = Counter()
    planned: Counter[int] = Counter()
    for body_id, status, starts_at in within:
        _body, (first, last) = periods[body_id]
        if first <= timezone.localdate(starts_at) <= last:
            (held if status in MET else planned)[body_id] += 1
    return {
        pk: Kept(
            held[pk], planned[pk], body.cadence.get("min"), body.cadence.get("max"), _per(body.cadence), first, last
        )
        for pk, (body, (first, last)) in periods.items()
    }  # fmt: skip


def _per(cadence: Mapping[str, Any]) -> str:
    return str(cadence.get("per") or "year")


def _around(on: date) -> Q:
    """A little more than the longest period; the exact days are judged in Sweden's time."""
    return Q(starts_at__year__gte=on.year - 1, starts_at__year__lte=on.year + 1)
