"""Values that are counted: from the frozen numbers that the reports print, so that a measure and a report agree (H01).

A value is made when the snapshot of its period is there, by the same definition that a reader opens beside it. Where
the snapshot hides a count, the value is hidden: None.
"""

from collections.abc import Mapping

from django.db import transaction

from deviations import clock
from deviations.learning.measures import FORMULAS as DEFINED
from deviations.learning.measures import Formula, value_of
from deviations.learning.scopes import root_of
from deviations.models import ProcessMeasure, ProcessValue, Snapshot
from deviations.reports import snapshots
from deviations.services.process import Span, ended_spans, put_value
from orgs.models import Body

FORMULAS: Mapping[str, Formula] = {id: formula for id, formula in DEFINED.items() if formula.countable}
"""Those that give one number; the others explain tables."""


def count_due() -> int:
    """Make the values that a snapshot has come for since last; returns how many. Four statements when none has.

    A snapshot made anew of the same period gives a new value in the old one's place. Several workers may run.
    """
    measures = list(
        ProcessMeasure.objects.exclude(formula="").filter(ended_on__isnull=True).select_related("body__county")
    )
    if not measures:
        return 0
    ready = Snapshot.objects.filter(status=Snapshot.Status.READY, county__in={m.body.county_id for m in measures})
    newest = {
        (row["root"], row["first_month"], row["last_month"]): row
        for row in ready.order_by("pk").values("pk", "code", "root", "first_month", "last_month")
    }
    if not newest:
        return 0
    given = {
        (value.measure_id, value.first_month, value.last_month): value.source
        for value in ProcessValue.objects.filter(measure__in=measures, replaced_at__isnull=True)
    }
    bodies = Body.objects.filter(county__in={measure.body.county_id for measure in measures})
    by_pk = {body.pk: body for body in bodies}
    held: dict[int, snapshots.Numbers] = {}  # each snapshot is read once, however many measures follow it
    made = 0
    for measure in measures:
        root = root_of(by_pk[measure.body_id], by_pk)
        for span in ended_spans(measure, today=clock.today()):
            row = newest.get((root.pk, span.first, span.last))
            if row is not None and given.get((measure.pk, span.first, span.last)) != row["code"]:
                if row["pk"] not in held:
                    held[row["pk"]] = snapshots.numbers_of(Snapshot.objects.defer("counts").get(pk=row["pk"]))
                made += _count(measure, span, row["code"], held[row["pk"]])
    return made


@transaction.atomic
def _count(measure: ProcessMeasure, span: Span, code: str, numbers: snapshots.Numbers) -> int:
    """1, or 0 when another worker was first. `code`: of the snapshot that the numbers are of."""
    ProcessMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    there = measure.values.filter(first_month=span.first, last_month=span.last, replaced_at__isnull=True)
    if there.filter(source=code).exists():
        return 0
    found = value_of(
        FORMULAS[measure.formula], numbers.shown, snapshots.scope_of(measure.body), filters=measure.filters,
        spreads=numbers.spreads,
    )  # fmt: skip
    put_value(
        measure, span, by=None, value=found.value, numerator=found.numerator, denominator=found.denominator,
        source=code,
    )  # fmt: skip
    return 1
