"""A unit's year as its manager sees it: reports per month, silence, silent units below, and new reporters (A04).

Silence is shown as plainly as reports are: a unit that reports nothing has not necessarily nothing to report.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations import clock
from deviations.models import Deviation
from deviations.units.small import shown, threshold_of
from deviations.visible import DeviationQuerySet
from deviations.workflow import State
from orgs.models import Organisation, User

MONTHS = 12
SILENT_MONTHS = 6
SILENT_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    filed: int


@dataclass(frozen=True, slots=True)
class Below:
    """A unit below: how much it and its own have filed in the year, and when last (None: never)."""

    unit: Organisation
    filed: int
    last_on: date | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Quarter:
    name: str
    new_reporters: str


@dataclass(frozen=True, slots=True)
class Overview:
    unit: Organisation
    months: list[Month]
    silence: str
    """A sentence when nothing has been filed for long; otherwise empty."""
    below: list[Below]
    reporters: list[Quarter]

    @property
    def filed(self) -> int:
        return sum(month.filed for month in self.months)

    @property
    def most(self) -> int:
        return max(month.filed for month in self.months)

    @property
    def silent_below(self) -> list[Below]:
        return [each for each in self.below if each.silent]


def overview(unit: Organisation, *, user: User) -> Overview:
    """As far as the person may see. The number of statements does not follow the number of units or deviations."""
    filed = filed_from(unit, user)
    first = months_back(clock.today().replace(day=1), MONTHS - 1)
    latest = dict(filed.values_list("reporting_unit").annotate(Max("filed_at")).order_by())
    return Overview(
        unit=unit,
        months=_months(filed, first),
        silence=_silence(max(latest.values(), default=None)),
        below=_below(unit, filed, first, latest),
        reporters=_reporters(filed, threshold_of(unit.county)),
    )


def filed_from(unit: Organisation, user: User) -> DeviationQuerySet:
    """What the unit and those below it have filed and not taken back, as far as the person may see."""
    visible = Deviation.objects.visible_to(user).submitted().exclude(state=State.WITHDRAWN)
    return visible.filter(reporting_unit__path__startswith=unit.path)


def months_back(month: date, count: int) -> date:
    """The first day of the month that many months before."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _months(filed: DeviationQuerySet, first: date) -> list[Month]:
    counted = filed.filter(filed_at__date__gte=first).annotate(month=TruncMonth("filed_at"))
    by_month = {
        timezone.localdate(month): number
        for month, number in counted.values_list("month").annotate(Count("pk")).order_by()
    }
    firsts = [months_back(clock.today().replace(day=1), ago) for ago in range(MONTHS - 1, -1, -1)]
    return [Month(each, by_month.get(each, 0)) for each in firsts]


def _silence(last: datetime | None) -> str:
    if last is None:
        return _("Ingen har anmält någon avvikelse härifrån än.")
    today, last_on = clock.today(), timezone.localdate(last)
    whole = (today.year - last_on.year) * 12 + today.month - last_on.month - (today.day < last_on.day)
    if whole < SILENT_MONTHS:
        return ""
    return ngettext("Ingen har anmält på %(months)d månad.", "Ingen har anmält på %(months)d månader.", whole) % {
        "months": whole
    }


def _below(
    unit: Organisation, filed: DeviationQuerySet, first: date, latest: Mapping[int | None, datetime | None]
) -> list[Below]:
    """The units straight below, each with its own: the silent ones first."""
    today = clock.today()
    counted = filed.filter(filed_at__date__gte=first).values_list("reporting_unit").annotate(Count("pk")).order_by()
    numbers: Counter[int | None] = Counter(dict(counted))
    inside = Organisation.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk).order_by("name")
    in_force = [each for each in inside if each.valid_to is None or each.valid_to >= today]
    silent_since = months_back(today, SILENT_MONTHS).replace(day=1)
    found = []
    for child in (each for each in in_force if each.parent_id == unit.pk):
        own = [each.pk for each in in_force if each.path.startswith(child.path)]
        last = _latest(own, latest)
        found.append(Below(child, sum(numbers[pk] for pk in own), last, last is None or last < silent_since))
    return sorted(found, key=lambda each: not each.silent)


def _latest(units: Iterable[int], latest: Mapping[int | None, datetime | None]) -> date | None:
    moments = [at for pk in units if (at := latest.get(pk)) is not None]
    return timezone.localdate(max(moments)) if moments else None


def _reporters(filed: DeviationQuerySet, threshold: int) -> list[Quarter]:
    """How many filed from here for the first time, in this quarter and the three before it. Few are not told apart."""
    firsts = filed.values_list("filed_by").annotate(Min("filed_at")).order_by()
    begun = Counter(quarter_of(timezone.localdate(at)) for _person, at in firsts if at is not None)
    year, number = quarter_of(clock.today())
    quarters = []
    for ago in range(3, -1, -1):
        index = year * 4 + number - 1 - ago
        each = (index // 4, index % 4 + 1)
        quarters.append(Quarter(quarter_name(*each), shown(begun[each], threshold)))
    return quarters


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 + 1


def quarter_name(year: int, number: int) -> str:
    return _("kvartal %(number)d %(year)d") % {"number": number, "year": year}
