"""The SIP register as counts of one period: per municipality and target group, per month, per called party and point.

Individuals are counted per month: a person with meetings in two months is counted in both, since nobody's identity is
kept that could tell. What stands in the register when the numbers are taken is what counts (G01–G04, D02, D03).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Count, Q, QuerySet, Sum

from deviations import clock
from deviations.learning.counts import Counts, Key, key
from deviations.learning.counts import Sum as Total
from deviations.learning.period import Period
from deviations.models import SipAttendance, SipCount, SipQuality, SipTraining
from orgs.models import Body, County
from orgs.profiles.active import profile_of, version_in_force

ALL, NOWHERE = "Σ", "-"
WHAT = ("initiated", "new", "conducted", "followed_up", "individuals")


def sip_counts(county: County, root: Body, period: Period) -> list[Counts]:
    """Every table of the register. The same for each body of the county: five statements whatever the size."""
    rows = SipCount.objects.filter(
        county=county, month__gte=period.first, month__lt=period.after, replaced_at__isnull=True
    )
    found = list(
        rows.values("municipality__key", "target_group", "month")
        .annotate(
            **{f"sum_{name}": Sum(name) for name in (*WHAT, "called", "absent")},
            days=Sum("days_to_start"),
            timed=Sum("new", filter=Q(days_to_start__isnull=False)),
        )
        .order_by()
    )
    threshold = profile_of(version_in_force(county, clock.today()).pk).suppression.threshold
    return [
        _by_place(found),
        _by_month(found, period),
        _attendance(rows),
        _quality(rows),
        _days(found, threshold),
        *_training(county, period),
    ]


def _by_place(found: Iterable[Mapping[str, object]]) -> Counts:
    """Municipality × target group, with both sums."""
    cells: Counter[Key] = Counter({key("sip", ALL, ALL, what): 0 for what in WHAT})
    places, groups = set(), set()
    for row in found:
        where, group = _place(row), str(row["target_group"])
        places.add(where)
        groups.add(group)
        for what in WHAT:
            for a, b in ((where, group), (where, ALL), (ALL, group), (ALL, ALL)):
                cells[key("sip", a, b, what)] += _number(row[f"sum_{what}"])
    for where in places:  # a group that a municipality has nothing of is none, and stands there for the sums
        for group in groups:
            for what in WHAT:
                cells[key("sip", where, group, what)] += 0
    sums = [
        *(_total("sip", (a, ALL), [(a, group) for group in sorted(groups)]) for a in (*sorted(places), ALL)),
        *(_total("sip", (ALL, b), [(where, b) for where in sorted(places)]) for b in (*sorted(groups), ALL)),
    ]
    return Counts("sip", dict(sorted(cells.items())), tuple(each for several in sums for each in several))


def _total(table: str, total: tuple[str, ...], parts: list[tuple[str, ...]]) -> list[Total]:
    if not parts:
        return []
    return [Total(key(table, *total, what), tuple(key(table, *part, what) for part in parts)) for what in WHAT]


def _by_month(found: Iterable[Mapping[str, object]], period: Period) -> Counts:
    """Meetings held, meetings called to, and those where a called party was missing. Tied to the year's total."""
    cells: Counter[Key] = Counter()
    months = [f"{month:%Y-%m}" for month in period.months]
    for month in (*months, ALL):
        for what in ("conducted", "called", "absent", "whole"):
            cells[key("sip_month", month, what)] = 0
    for row in found:
        called, absent = _number(row["sum_called"]), _number(row["sum_absent"])
        for month in (f"{row['month']:%Y-%m}", ALL):
            cells[key("sip_month", month, "conducted")] += _number(row["sum_conducted"])
            cells[key("sip_month", month, "called")] += called
            cells[key("sip_month", month, "absent")] += absent
            cells[key("sip_month", month, "whole")] += called - absent
    whole_year = key("sip", ALL, ALL, "conducted")
    cells[whole_year] = cells[key("sip_month", ALL, "conducted")]
    sums = [Total(whole_year, (key("sip_month", ALL, "conducted"),))]
    for what in ("conducted", "called", "absent", "whole"):
        sums.append(Total(key("sip_month", ALL, what), tuple(key("sip_month", month, what) for month in months)))
    for month in (*months, ALL):
        parts = key("sip_month", month, "absent"), key("sip_month", month, "whole")
        sums.append(Total(key("sip_month", month, "called"), parts))
    latent = frozenset(name for name in cells if name.endswith("|whole"))
    return Counts("sip_month", dict(sorted(cells.items())), tuple(sums), latent)


def _attendance(rows: QuerySet[SipCount]) -> Counts:
    """Each party that was called: to how many meetings, and how many it came to (G02)."""
    found = (
        SipAttendance.objects.filter(count__in=rows)
        .values_list("party__key")
        .annotate(Sum("called"), Sum("came"))
        .order_by("party__key")
    )
    cells: dict[Key, int] = {}
    sums: list[Total] = []
    for party, called, came in found:
        parts = key("sip_called", party, "came"), key("sip_called", party, "absent")
        cells |= {key("sip_called", party, "called"): called, parts[0]: came, parts[1]: called - came}
        sums.append(Total(key("sip_called", party, "called"), parts))
    return Counts("sip_called", cells, tuple(sums))


def _quality(rows: QuerySet[SipCount]) -> Counts:
    """Each point of the checklist: how many plans were read, and how many met it (G03)."""
    found = (
        SipQuality.objects.filter(count__in=rows)
        .values_list("point")
        .annotate(Sum("met"), Sum("of"))
        .order_by("point")
    )  # fmt: skip
    cells: dict[Key, int] = {}
    sums: list[Total] = []
    for point, met, of in found:
        parts = key("sip_quality", point, "met"), key("sip_quality", point, "lacked")
        cells |= {key("sip_quality", point, "of"): of, parts[0]: met, parts[1]: of - met}
        sums.append(Total(key("sip_quality", point, "of"), parts))
    return Counts("sip_quality", cells, tuple(sums), frozenset(name for name in cells if name.endswith("|lacked")))


def _days(found: Iterable[Mapping[str, object]], threshold: int) -> Counts:
    """Mean days from need to meeting, in whole days (G04). Of fewer plans than the threshold there is none."""
    days: Counter[str] = Counter()
    timed: Counter[str] = Counter()
    for row in found:
        for where in (_place(row), ALL):
            days[where] += _number(row["days"])
            timed[where] += _number(row["timed"])
    means = {where: round(days[where] / of) for where, of in sorted(timed.items()) if of >= threshold}
    return Counts("sip_days", {key("sip_days", where, "mean"): mean for where, mean in means.items()}, safe=True)


def _training(county: County, period: Period) -> list[Counts]:
    """Staff, and those of them who are trained; units, and those with a SIP-samordnare, which are no persons (G04)."""
    rows = SipTraining.objects.filter(county=county, year=period.first.year, replaced_at__isnull=True)
    found = list(
        rows.values_list("unit__principal__key")
        .annotate(Sum("staff"), Sum("trained"), Count("pk"), coordinated=Count("pk", filter=Q(coordinator=True)))
        .order_by("unit__principal__key")
    )
    if not found:
        return []
    trained: dict[Key, int] = {}
    units: dict[Key, int] = {}
    sums: list[Total] = []
    for principal, staff, of_them, several, coordinated in found:
        counts = {"staff": staff, "trained": of_them, "untrained": staff - of_them}
        for where in (principal, ALL):
            for what, count in counts.items():
                name = key("sip_trained", where, what)
                trained[name] = trained.get(name, 0) + count
            for what, count in (("answered", several), ("coordinator", coordinated)):
                name = key("sip_units", where, what)
                units[name] = units.get(name, 0) + count
    for where in (*(row[0] for row in found), ALL):
        parts = key("sip_trained", where, "trained"), key("sip_trained", where, "untrained")
        sums.append(Total(key("sip_trained", where, "staff"), parts))
    for what in ("staff", "trained", "untrained"):
        places = tuple(key("sip_trained", row[0], what) for row in found)
        sums.append(Total(key("sip_trained", ALL, what), places))
    latent = frozenset(name for name in trained if name.endswith("|untrained"))
    return [Counts("sip_trained", trained, tuple(sums), latent), Counts("sip_units", units, safe=True)]


def _place(row: Mapping[str, object]) -> str:
    return str(row["municipality__key"] or NOWHERE)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
