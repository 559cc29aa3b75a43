"""What the pages of process measures and control moments are drawn from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from deviations import clock
from deviations.language import RECORD
from deviations.limits import Judged, told
from deviations.models import ControlMoment, ProcessMeasure
from deviations.reports import charts
from deviations.reports.measure_chart import in_words, measure_chart, values_table
from deviations.services import bodies, controls, process
from deviations.spreadsheet import as_text
from frontend.requests import Request
from orgs.models import Body, Organisation
from orgs.permissions import keys_of
from orgs.roles import Ability

TONES = {"good": "moss", "going": "ochre", "late": "brick", "": ""}


def listed(request: Request) -> dict[str, Any]:
    """Measures and control moments by body. As many statements for one as for thirty. 404 for who follows none."""
    held = keys_of(request.user).bodies.get(Ability.EXPLORE, frozenset())
    if not held:
        raise Http404
    measures, moments = list(process.readable_measures(request.user)), list(controls.readable_controls(request.user))
    followed = {measure.body_id for measure in measures} | {moment.body_id for moment in moments}
    of = Body.objects.filter(Q(pk__in=held) | Q(pk__in=followed))
    shown = control_rows(moments)
    groups: list[dict[str, Any]] = [
        {
            "body": body,
            "rows": [measure_row(m) for m in measures if m.body_id == body.pk and m.ended_on is None],
            "ended": [m for m in measures if m.body_id == body.pk and m.ended_on is not None],
            "controls": [row for row in shown if row["control"].body_id == body.pk],
            "may_work": bool(bodies.may_work_for(request.user, body)),
        }
        for body in of.select_related("county").order_by("county", "level", "name")
    ]
    broken = sum(bool(row["judged"]) and row["judged"].lawful is False for group in groups for row in group["rows"])
    return {"groups": groups, "broken": broken, "measures": bool(measures)}


def measure_row(measure: ProcessMeasure) -> dict[str, Any]:
    """The newest value against target and law. Reads `current`."""
    newest = measure.current[-1] if measure.current else None  # type: ignore[attr-defined]  # by readable_measures
    judged: Judged | None = process.judged_value(measure, newest)
    return {
        "measure": measure,
        "value": told(newest.value, measure.unit) if newest else "",
        "against_law": told(newest.statutory_value, measure.unit)
        if newest and newest.statutory_value is not None
        else "",
        "period": in_words(newest) if newest else "",
        "target": "" if measure.target is None else told(measure.target, measure.unit),
        "limit": "" if measure.statutory_limit is None else told(measure.statutory_limit, measure.unit),
        "judged": judged,
        "tone": TONES[judged.tone] if judged else "",
    }


def control_rows(found: Iterable[ControlMoment]) -> list[dict[str, Any]]:
    """Few are told as few. One statement per county."""
    rows, least = [], {}
    for control in found:
        county = control.body.county_id
        if county not in least:
            least[county] = controls.threshold_of(control.body)
        late = control.done_on is None and control.planned_on < clock.today()
        rows.append({"control": control, "seen": controls.in_words(control, threshold=least[county]), "late": late})
    return rows


def measure_page(request: Request, measure: ProcessMeasure) -> dict[str, Any]:
    values = measure.current  # type: ignore[attr-defined]  # by readable_measures
    chart = measure_chart(measure, values)
    moments = controls.readable_controls(request.user).filter(measure=measure)
    return {
        **measure_row(measure),
        "chart": chart,
        "svg": mark_safe(charts.themed(chart)) if chart else "",  # noqa: S308  # drawn here, words escaped
        "table": values_table(measure, values) if values else None,
        "values": list(reversed(values)),
        "controls": control_rows(moments),
        "recommendations": measure.recommendations.select_related("audit").order_by("pk"),
        "may_work": bool(bodies.may_work_for(request.user, measure.body)),
    }


def owners(body: Body) -> QuerySet[Organisation]:
    """Organisations of the county that are in force."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    return Organisation.objects.filter(in_force, county=body.county).select_related("principal").order_by("path")


# ── for plan tools ───────────────────────────────────────────────────────────────────────────────────────────────────
@override(RECORD)
def csv_of(measures: Sequence[ProcessMeasure]) -> str:
    """One row for each value, goal and activity beside it, as Stratsys and the like read it (H02).

    Semicolons and a byte order mark, as Swedish spreadsheets expect; decimals with a comma, hidden values empty.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([
        pgettext("ett", "Organ"), _("Mål i verksamhetsplanen"), _("Aktivitet"), _("Mått"), _("Slag"), _("Ägare"),
        _("Enhet"),
        _("Nämndens mål"), _("Lagens gräns"), _("Det lagen lovar"), _("Period från"), _("Period till"), _("Värde"),
        _("Värde mot lagens gräns"), _("Läge"), _("Källa"), _("Id"),
    ])  # fmt: skip
    for measure in measures:
        for row in _csv_rows(measure):
            writer.writerow([as_text(text) for text in row])
    return "\ufeff" + out.getvalue()


def _csv_rows(measure: ProcessMeasure) -> Iterable[list[str]]:
    """One without a period for a measure that has no value yet."""
    about = [
        measure.body.name, measure.goal, measure.activity.title if measure.activity else "", measure.name,
        measure.get_kind_display(), measure.owner.full_name if measure.owner else "", measure.unit,
        _decimal(measure.target), _decimal(measure.statutory_limit), measure.guarantee,
    ]  # fmt: skip
    values = measure.current  # type: ignore[attr-defined]  # by readable_measures
    for value in values:
        judged = process.judged_value(measure, value)
        yield [
            *about, f"{value.first_month:%Y-%m}", f"{value.last_month:%Y-%m}", _decimal(value.value),
            _decimal(value.statutory_value), judged.words if judged else "", value.source, str(measure.public_id),
        ]  # fmt: skip
    if not values:
        yield [*about, "", "", "", "", "", "", str(measure.public_id)]


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")
