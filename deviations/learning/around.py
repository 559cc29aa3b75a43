"""What is little, and counted where it stands: how principals carry decisions out, how many units filed nothing or for
the first time, and how many drafts were begun. All but the drafts are about no persons, and never hidden.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Count, Exists, OuterRef, Q

from deviations.learning.counts import Cell, Counts, Protected, key
from deviations.learning.period import Period, moments
from deviations.learning.scopes import Steering
from deviations.models import Adoption, Deviation, Party
from deviations.workflow import State
from orgs.models import County, Organisation


def tables(county: County, tree: Steering, period: Period, principals: Mapping[str, str]) -> list[Counts]:
    """Three statements. `principals`: each one's key, by its row id as text."""
    return [_adoptions(tree, period), *_units(county, tree, period, principals), _drafts(county, tree, period)]


def _adoptions(tree: Steering, period: Period) -> Counts:
    """Answers to the decisions that each scope's bodies took in the period.

    A decision over several deviations is asked about once, of whichever its rows hang on.
    """
    first, after = moments(period)
    rows = (
        Adoption.objects.filter(
            decision__body__in=list(tree.keys), decision__decided_at__gte=first, decision__decided_at__lt=after
        )
        .values_list("decision__body_id", "principal__key", "answer")
        .annotate(Count("pk"))
        .order_by()
    )
    found = list(rows)
    cells: Counter[str] = Counter()
    for scope, body in tree.members():
        for pk, principal, answer, count in found:
            if tree.keys[pk] == body:
                cells[key("adoption", scope, principal, answer)] += count
    return Counts("adoption", dict(sorted(cells.items())), safe=True)


def _units(county: County, tree: Steering, period: Period, principals: Mapping[str, str]) -> list[Counts]:
    """A principal's units at the end of the period, those of them that filed nothing to any body of the county, and
    those that had never filed before it and now have.

    The same for every scope: a unit that has nothing to file to one group is not silent.
    """
    first, after = moments(period)
    filings = Party.objects.filter(organisation=OuterRef("pk"), role=Party.Role.REPORTING)
    filed = filings.filter(filed_at__gte=first, filed_at__lt=after)
    leaves = (
        Organisation.objects.filter(county=county, parent__isnull=False, children__isnull=True)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lt=period.after))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=period.first))
        .annotate(filed=Exists(filed), before=Exists(filings.filter(filed_at__lt=first)))
        .values_list("principal_id", "filed", "before")
        .annotate(Count("pk"))
        .order_by()
    )
    units: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    begun: Counter[str] = Counter()
    for pk, has_filed, had_before, count in leaves:
        principal = principals[str(pk)]
        units[principal] += count
        silent[principal] += 0 if has_filed else count
        begun[principal] += count if has_filed and not had_before else 0
    return [
        Counts(id, {key(id, scope, one): counts[one] for scope in _scopes(tree) for one in sorted(counts)}, safe=True)
        for id, counts in (("units", units), ("silent", silent), ("begun", begun))
    ]


def silence_told(shown: Protected) -> Protected:
    """Without the silent units that would tell how many were filed, and without those that began beside them.

    Each unit that is not silent has filed at least once, so that four of them beside a hidden row of fewer than five
    make it four, and none of them makes it nothing. Told where a row of the principal's that is told says as much.
    """
    scopes = [name.partition("|")[2] for name in shown.cells if name.startswith("filed|")]
    cells = dict(shown.cells)
    rows_of: dict[str, list[int | None]] = {}
    for name in (name for name in shown.cells if name.startswith("silent|")):
        _table, scope, principal = name.split("|")
        if principal not in rows_of:
            rows_of[principal] = [shown.value("direction", one, principal, "Σ") for one in scopes]
        rows = rows_of[principal]
        active = (shown.value("units", scope, principal) or 0) - (shown[name].value or 0)
        if max((row or 0 for row in rows), default=0) < active or (not active and None in rows):
            cells[name] = Cell(None)
            cells[key("begun", scope, principal)] = Cell(None)
    return replace(shown, cells=cells)


def _drafts(county: County, tree: Steering, period: Period) -> Counts:
    """Begun in the period and not sent yet. No body has them: they stand with the widest scope of the tree."""
    first, after = moments(period)
    begun = Deviation.objects.filter(
        county=county, filed_at__isnull=True, state=State.DRAFT, created_at__gte=first, created_at__lt=after
    )
    return Counts("drafts", {key("excluded", tree.scope(tree.root), "draft"): begun.count()})


def _scopes(tree: Steering) -> list[str]:
    return sorted({scope for scope, _body in tree.members()})
