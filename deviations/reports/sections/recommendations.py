"""What audits have recommended, how far each has come and what shows it (J02, J04)."""

from collections.abc import Sequence

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations.models import Recommendation, RecommendationStatus
from deviations.reports.basis import Basis
from deviations.reports.content import Cell, Line, Lines, Section, Table
from deviations.reports.printing import text
from deviations.services.audits import findings_of, status_now

Status = RecommendationStatus.Status


def recommendations(basis: Basis) -> Section | None:
    """Those that the body follows up, as they stood on the period's last day. Audits are public."""
    found = _found(basis)
    if not found:
        return None
    return Section(
        id="recommendations",
        title=_title(found),
        deck=_("Revisionernas rekommendationer, läget som det senast bedömdes och underlaget för bedömningen."),
        blocks=(_table(found), *_disagreements(found)),
    )


def _found(basis: Basis) -> list[Recommendation]:
    until = RecommendationStatus.objects.filter(judged_on__lte=basis.period_end).order_by("judged_on", "pk")
    return list(
        Recommendation.objects.filter(body=basis.body, audit__year__lte=basis.period_end.year)
        .select_related("audit")
        .prefetch_related("replies", "measures", "activities", Prefetch("statuses", until))
        .order_by("-audit__year", "pk")
    )


def _title(found: Sequence[Recommendation]) -> str:
    now = [status_now(each) for each in found]
    done = sum(status is not None and status.status == Status.DONE for status in now)
    return ngettext(
        "%(done)d av %(n)d rekommendation är åtgärdad", "%(done)d av %(n)d rekommendationer är åtgärdade", len(found)
    ) % {"done": done, "n": len(found)}  # fmt: skip


def _table(found: Sequence[Recommendation]) -> Table:
    return Table(
        id="recommendations", title=_("Rekommendationer"), wide=True,
        head=(_("Revision"), _("Rekommendation"), _("Läge"), _("Underlag"), _("Följs med")),
        rows=tuple(_row(each) for each in found),
        note=_("Texterna är återgivna med andra ord. Revisionens egna ord står i revisionsrapporten."),
    )  # fmt: skip


def _row(each: Recommendation) -> tuple[Cell, ...]:
    status = status_now(each)
    ties = [measure.name for measure in each.measures.all()] + [activity.title for activity in each.activities.all()]
    return (
        text(each.full_name),
        text(each.text),
        text(_state(status)),
        text((status.evidence or status.said_in) if status else "–"),
        text("; ".join(ties) if ties else "–"),
    )


def _state(status: RecommendationStatus | None) -> str:
    if status is None:
        return _("Inte bedömd")
    words = status.get_status_display()
    words = words[:1].upper() + words[1:]
    if status.by_id is None:
        return _("%(state)s enligt revisionen") % {"state": words}
    return _("%(state)s, bedömd %(day)s") % {"state": words, "day": date_format(status.judged_on, "j F Y")}


def _disagreements(found: Sequence[Recommendation]) -> tuple[Lines, ...]:
    """What does not agree in an audit, when the body follows up all of it."""
    lines = []
    for audit in dict.fromkeys(each.audit for each in found):
        own = [each for each in found if each.audit_id == audit.pk]
        if len(own) == audit.recommendations.count():
            names = {each.number: each.full_name for each in own}
            for finding in findings_of(audit, own):
                lead = names.get(finding.number, f"{audit.title} {audit.year}")
                lines.append(Line(lead=lead, text=finding.words))
    if not lines:
        return ()
    return (Lines(id="recommendations.checks", title=_("Stämmer inte, eller väntar på svar"), lines=tuple(lines)),)
