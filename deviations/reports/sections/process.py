"""Process measures with target and law side by side, and whether the routines were followed (H01, H04, D11)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.limits import Judged, told
from deviations.models import ControlMoment, ProcessMeasure, ProcessValue
from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Section, Table
from deviations.reports.measure_chart import in_words as period_of
from deviations.reports.printing import text
from deviations.services.controls import in_words
from deviations.services.process import judged_value

Row = tuple[ProcessMeasure, ProcessValue | None, Judged | None]


def process(basis: Basis) -> Section | None:
    """Of the body itself, as it stood when the period ended. The values were made safe when they were written."""
    rows = _rows(basis)
    controls = _controls(basis)
    if not rows and not controls:
        return None
    blocks = tuple(table for table in (_measures(rows), _followed(basis, controls)) if table is not None)
    return Section(
        id="process",
        title=_title(rows),
        deck=_("Nämndens mål och lagens gräns bredvid varandra. Ett mål som nås kan ändå dölja att lagen bryts."),
        blocks=blocks,
    )


def _rows(basis: Basis) -> list[Row]:
    end = basis.period_end
    measures = ProcessMeasure.objects.filter(body=basis.body).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=basis.period.first)
    )
    newest: dict[int, ProcessValue] = {}
    values = ProcessValue.objects.filter(measure__in=measures, replaced_at__isnull=True, last_month__lte=end)
    for value in values.order_by("last_month", "-first_month"):
        newest[value.measure_id] = value
    return [
        (measure, newest.get(measure.pk), judged_value(measure, newest.get(measure.pk)))
        for measure in measures.select_related("owner", "activity").order_by("pk")
    ]


def _title(rows: Sequence[Row]) -> str:
    """A breach is what must be seen; then how many targets are met."""
    judged = [found for _measure, _value, found in rows if found is not None]
    broken = sum(found.lawful is False for found in judged)
    if broken:
        return ngettext(
            "Lagens gräns bryts i ett mått", "Lagens gräns bryts i %(n)d mått", broken
        ) % {"n": broken}  # fmt: skip
    targets = [found for found in judged if found.meets is not None]
    if targets:
        met = sum(found.meets is True for found in targets)
        return _("%(met)d av %(n)d mål nås") % {"met": met, "n": len(targets)}
    return _("Processmått och kontrollmoment")


def _measures(rows: Sequence[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        id="process.measures", title=_("Mått"),
        head=(_("Mått"), _("Period"), _("Värde"), _("Nämndens mål"), _("Lagens gräns"), _("Läge")),
        rows=tuple(_measure(*row) for row in rows), wide=True,
    )  # fmt: skip


def _measure(measure: ProcessMeasure, value: ProcessValue | None, judged: Judged | None) -> tuple[Cell, ...]:
    law = "–" if measure.statutory_limit is None else told(measure.statutory_limit, measure.unit)
    if measure.guarantee:
        law = f"{law} ({measure.guarantee})"
    if value is None:
        shown = text("–")
    elif value.value is None:
        shown = Cell(text="··", mark="hidden")
    else:
        shown = Cell(text=told(value.value, measure.unit), value=value.value, mark="number")
    return (
        text(measure.name if not measure.goal else f"{measure.name} ({measure.goal})"),
        text(period_of(value) if value else "–"),
        shown,
        text("–" if measure.target is None else told(measure.target, measure.unit)),
        text(law),
        text(judged.words if judged else _("Inget värde än.")),
    )


def _controls(basis: Basis) -> list[ControlMoment]:
    first, end = basis.period.first, basis.period_end
    found = ControlMoment.objects.filter(body=basis.body).filter(
        Q(done_on__range=(first, end)) | Q(done_on__isnull=True, planned_on__lte=end)
    )
    return list(found.select_related("agreement", "unit").order_by("planned_on", "pk"))


def _followed(basis: Basis, controls: Sequence[ControlMoment]) -> Table | None:
    if not controls:
        return None
    return Table(
        id="process.controls", title=_("Följdes rutinen?"),
        head=(_("Fråga"), _("Rutin"), _("När"), _("Det vi såg")),
        rows=tuple(_control(basis, control) for control in controls), wide=True,
        note=_("Ett stickprov säger något om rutinen och inget om den enskilde."),
    )  # fmt: skip


def _control(basis: Basis, control: ControlMoment) -> tuple[Cell, ...]:
    if control.done_on is None:
        when, seen = _("skulle göras %(day)s") % {"day": _day(control.planned_on)}, _("Inte gjord än.")
    else:
        when = _day(control.done_on)
        seen = f"{in_words(control, threshold=basis.numbers.threshold)} {control.finding}".strip()
    return (text(control.question), text(control.agreement.name if control.agreement else "–"), text(when), text(seen))


def _day(day: date) -> str:
    return date_format(day, "j F Y")
