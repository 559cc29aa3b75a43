"""The report that a body reads about itself and, when it steers others, about all of them.

Its rows come from the counts by month and not from `visible_to`, which is right because READ_REPORTS is a right to
aggregates: whoever asks has been let in by `access`, nothing here leads to a deviation, and every number has passed
`tables`, where small ones are hidden for the whole tree of bodies at once. Counts measure reporting, not incidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from deviations import clock
from deviations.learning import facts, sections
from deviations.learning.period import Period, overlapping
from deviations.learning.printed import Report
from deviations.learning.tables import Cell, Scope, Shown, Tree, by_body, directions, totals
from deviations.models import FactMonth
from orgs.models import Body, Organisation
from orgs.profiles.active import profile_of, version_in_force

D = FactMonth.Dimension


@dataclass(frozen=True)
class Protected:
    """Every number of the tree that may be told, by scope."""

    tree: Tree
    threshold: int
    filed: Mapping[Scope, Cell]
    withdrawn: Mapping[Scope, Cell]
    merged: Mapping[Scope, Cell]
    times: Mapping[Scope, int | None]
    answers: Mapping[Scope, Shown]
    timely: Mapping[Scope, Shown]
    endings: Mapping[Scope, Shown]
    ages: Mapping[Scope, Shown]
    feedback: Mapping[Scope, Shown]
    direction: Mapping[Scope, Shown]
    category: Mapping[Scope, Shown]
    target_group: Mapping[Scope, Shown]
    months_filed: Mapping[Scope, Shown]
    months_answered: Mapping[Scope, Shown]


def report_for(body: Body, period: Period) -> Report:
    """Whoever asks has been let in by `access.readable_bodies`. Six statements, whatever the size."""
    today = clock.today()
    bodies = {other.pk: other for other in Body.objects.filter(county=body.county_id)}
    profile = profile_of(version_in_force(body.county, today).pk)
    tree = facts.tree_of(body, bodies)
    both = overlapping(period, today)
    reach = Period(both[0].first, both[1].last, "") if both else period
    read = facts.read(tree, body.county, period, reach)
    shown = protect_all(tree, read, period, both, profile.suppression.threshold, today)
    scope = tree.scope(body.pk)
    histograms = {name: read.histogram(tree.members(scope), name) for name in ("answer_days", "closing_days")}
    principals = list(Organisation.objects.filter(county=body.county_id, parent__isnull=True).order_by("kind", "name"))
    return Report(
        body=body,
        scope=_scope_in_words(tree, scope),
        period=period,
        counted_at=clock.now(),
        threshold=shown.threshold,
        standfirst=sections.standfirst(shown, scope, period),
        figures=sections.figures(shown, scope, histograms),
        tables=sections.tables(shown, scope, profile, principals, bodies),
        series=sections.time_series(shown, scope, period, facts.first_month(body.county), today),
        definitions=sections.definitions(shown.threshold),
    )


def protect_all(
    tree: Tree, read: facts.Facts, period: Period, both: tuple[Period, Period] | None, threshold: int, today: date
) -> Protected:
    """Hide small numbers in everything that any report of the tree prints about the period."""
    sums = read.totals(period)
    filed = totals(tree, {body: row["filed"] for body, row in sums.items()}, threshold)

    def split(columns: facts.Own) -> dict[Scope, Shown]:
        return by_body(tree, columns, filed, threshold)

    def of_those(whole: Mapping[Scope, Shown], key: str, columns: facts.Own) -> dict[Scope, Shown]:
        totals_ = {scope: Cell(shown.value(key)) for scope, shown in whole.items()}
        return by_body(tree, columns, totals_, threshold)

    answers = split(_halves(sums, "answered"))
    endings = split(_halves(sums, "closed"))
    in_time = {
        b: {"in_time": r["answered_in_time"], "late": r["answered"] - r["answered_in_time"]} for b, r in sums.items()
    }
    return Protected(
        tree=tree,
        threshold=threshold,
        filed=filed,
        withdrawn=totals(tree, {body: row["withdrawn"] for body, row in sums.items()}, threshold),
        merged=totals(tree, {body: row["merged"] for body, row in sums.items()}, threshold),
        times=sections.times_of(tree, filed, sums),
        answers=answers,
        timely=of_those(answers, "answered", in_time),
        endings=endings,
        ages=of_those(endings, "other", sections.ages_of_open(read.in_period(period), today)),
        feedback=split(_halves(sums, "fed_back")),
        direction=directions(tree, read.by_key(D.DIRECTION), filed, threshold),
        category=split(read.by_key(D.CATEGORY)),
        target_group=split(read.by_key(D.TARGET_GROUP)),
        months_filed=_months(tree, read, period, both, threshold, "filed"),
        months_answered=_months(tree, read, period, both, threshold, "answered"),
    )


def _halves(sums: Mapping[int, Mapping[str, int]], key: str) -> facts.Own:
    """What was filed, split in two."""
    return {body: {key: row[key], "other": row["filed"] - row[key]} for body, row in sums.items()}


def _months(
    tree: Tree, read: facts.Facts, period: Period, both: tuple[Period, Period] | None, threshold: int, column: str
) -> Mapping[Scope, Shown]:
    """The series of one column. Two periods that share months hide the same of them, whichever report is read first."""
    periods = both or (period,)
    hidden: dict[Scope, set[str]] = {scope: set() for scope in tree.scopes()}
    while True:
        found = {}
        for one in periods:
            sums = read.totals(one)
            filed = totals(tree, {body: row["filed"] for body, row in sums.items()}, threshold)
            if column == "answered":
                answers = by_body(tree, _halves(sums, "answered"), filed, threshold)
                filed = {scope: Cell(shown.value("answered")) for scope, shown in answers.items()}
            found[one] = by_body(tree, sections.by_month(read.in_period(one), column), filed, threshold, hidden)
        now = {scope: _hidden_in([shown[scope] for shown in found.values()]) for scope in hidden}
        if now == hidden:
            return found[period]
        hidden = now


def _hidden_in(several: list[Shown]) -> set[str]:
    return {str(key) for shown in several for key, cell in shown.cells.items() if cell.value is None}


def _scope_in_words(tree: Tree, scope: Scope) -> str:
    if scope[0] == "all":
        return _("Avvikelser som organet och de organ det styr ansvarar för")
    return _("Avvikelser som organet ansvarar för")
