"""Who has counted SIP which month, and the county's sums (G01, G04). Small sums are hidden, and sums of too few."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from deviations import clock
from deviations.models import SipCount
from deviations.services import sip
from orgs.models import County, Organisation, User

FEWEST = 3
"""Principals that a sum must be made of: of two, each would read the other's number from it."""
SUMMED = ("new", "conducted", "called", "absent")


@dataclass(frozen=True, slots=True)
class Month:
    """One principal's month. `opens`: the reader may see its counts. `enters`: may write them."""

    month: date
    counted: bool
    opens: bool
    enters: bool


@dataclass(frozen=True, slots=True)
class Row:
    principal: Organisation
    months: tuple[Month, ...]

    @property
    def missing(self) -> int:
        return sum(not month.counted for month in self.months)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A sum that may not be told: below the threshold, of too few principals (`few`), or beside a small one
    (`beside`), which the year's sum in a report less the other months would tell."""

    few: bool = False
    beside: bool = False


Cell = int | Hidden | None
"""None: nobody has counted the month."""
Counted = dict[tuple[int, date], tuple[int, ...]]
"""By principal and month, the sums by `SUMMED`."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`totals`: per month the sums by `SUMMED`; empty for those who read in no body of the county."""

    year: int
    months: tuple[date, ...]
    rows: tuple[Row, ...]
    totals: tuple[tuple[Cell, ...], ...]


def overview(user: User, county: County, year: int) -> Overview:
    """The year's months up to the one we are in. The same number of statements for one principal as for thirty.

    A principal's own people get its row; those who read in a body get every region and municipality.
    """
    months = tuple(m for m in (date(year, n, 1) for n in range(1, 13)) if m <= clock.today())
    counted = _counted(county, year)
    own = {each.pk: each for each in sip.principals_read(user).filter(county=county)}
    enters = {each.pk for each in sip.principals_entered_for(user).filter(county=county)}
    together = {each.pk for each in sip.municipalities_entered_for(user, county)}
    sees = sip.sees_county(user, county)
    shown = {**own, **{each.pk: each for each in _expected(county)}} if sees else own
    rows = tuple(
        Row(
            each,
            tuple(
                Month(
                    month=month,
                    counted=(each.pk, month) in counted,
                    opens=each.pk in own and (each.pk, month) in counted,
                    enters=each.pk in enters or (each.pk in together and (each.pk, month) not in counted),
                )
                for month in months
            ),
        )
        for each in sorted(shown.values(), key=lambda each: (each.kind != Organisation.Kind.REGION, each.name))
    )
    totals = _totals(counted, months, _threshold(county)) if sees else ()
    return Overview(year, months, rows, totals)


def _expected(county: County) -> list[Organisation]:
    """Regions and municipalities: those that the law tells to make the plans."""
    kinds = (Organisation.Kind.REGION, Organisation.Kind.MUNICIPALITY)
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    return list(Organisation.objects.filter(in_force, county=county, parent=None, kind__in=kinds))


def _counted(county: County, year: int) -> Counted:
    found = (
        SipCount.objects.filter(county=county, month__year=year, replaced_at__isnull=True)
        .values_list("principal_id", "month")
        .annotate(*(Sum(name) for name in SUMMED))
        .order_by()
    )
    return {(principal, month): tuple(numbers) for principal, month, *numbers in found}


def _totals(counted: Counted, months: tuple[date, ...], threshold: int) -> tuple[tuple[Cell, ...], ...]:
    """A row of the table of which any month is small tells no other month but those of nothing.

    So do both that are of the meetings called to, when few of them had everyone there: one from the other tells it.
    """
    sums = [_sums(counted, month) for month in months]
    small = {at for each in sums if each for at, number in enumerate(each) if 0 < number < threshold}
    called, absent = SUMMED.index("called"), SUMMED.index("absent")
    if {called, absent} & small or any(0 < each[called] - each[absent] < threshold for each in sums if each):
        small |= {called, absent}
    return tuple(
        _told(each, _principals(counted, month), small, threshold) for month, each in zip(months, sums, strict=True)
    )


def _sums(counted: Counted, wanted: date) -> tuple[int, ...]:
    """Empty when nobody has counted the month."""
    given = [numbers for (_principal, month), numbers in counted.items() if month == wanted]
    return tuple(map(sum, zip(*given, strict=True)))


def _principals(counted: Counted, wanted: date) -> int:
    return sum(month == wanted for _principal, month in counted)


def _told(sums: tuple[int, ...], principals: int, small: set[int], threshold: int) -> tuple[Cell, ...]:
    if not sums:
        return (None,) * len(SUMMED)
    if principals < FEWEST:
        return (Hidden(few=True),) * len(SUMMED)
    return tuple(
        Hidden(beside=number >= threshold) if at in small and number else number for at, number in enumerate(sums)
    )


def _threshold(county: County) -> int:
    return sip.profile_of_county(county).suppression.threshold
