"""What the pages of report writing are drawn from: what is due, what lies begun, and to whom a report goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from deviations import clock
from deviations.learning.period import Period, until
from deviations.models import LearningReport, ReportCopy
from deviations.reports import due, snapshots
from deviations.reports.due import DueReport
from deviations.reports.templates import TEMPLATES
from deviations.services import learning_reports
from orgs.models import Body, User
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability

Status = LearningReport.Status
YEARS_BACK = 2


@dataclass(frozen=True)
class Desk:
    """One body's: `waiting` is due and not begun, with what to choose on the page that begins it."""

    body: Body
    waiting: list[tuple[DueReport, str]]
    drafts: list[LearningReport]
    approved: list[LearningReport]


def desks(user: User) -> list[Desk]:
    """Four statements and two for each body."""
    held = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    copies = ReportCopy.objects.select_related("to_body", "to_principal").order_by("pk")
    bodies = Body.objects.filter(pk__in=held).select_related("county").order_by("county", "level", "name")
    reports = list(
        learning_reports.written_reports(user).defer("content", "text").prefetch_related(Prefetch("copies", copies))
    )
    return [_desk(body, [report for report in reports if report.body_id == body.pk]) for body in bodies]


def _desk(body: Body, reports: list[LearningReport]) -> Desk:
    today = clock.today()
    there = {(report.template, report.first_month, report.last_month) for report in reports}
    waiting = [
        (one, f"{one.template.id}:{one.period.key}")
        for year in (today.year, today.year + 1)
        for one in due.of_body(body, year)
        if one.period.after <= today and (one.template.id, one.period.first, one.period.last) not in there
    ]
    return Desk(
        body,
        waiting,
        [report for report in reports if report.status == Status.DRAFT],
        [report for report in reports if report.status != Status.DRAFT],
    )


def places(body: Body) -> list[tuple[str, Period]]:
    """Every report that can be begun: the profile's own first, then by template and newest period first.

    As many statements whatever has been begun and frozen.
    """
    today, root = clock.today(), snapshots.root_of(body)
    taken = LearningReport.objects.filter(body=body, status__in=(Status.DRAFT, Status.APPROVED))
    there = set(taken.values_list("template", "last_month"))
    owed = {
        (one.template.id, one.period): None
        for year in (today.year, today.year + 1)
        for one in due.of_body(body, year)
    }  # fmt: skip
    free = {
        (template.id, until(year, month)): None
        for template in TEMPLATES.values()
        for year in range(today.year, today.year - YEARS_BACK - 1, -1)
        for month in reversed(template.months)
    }
    open_ones = {period for _template, period in [*owed, *free] if period.after <= today}
    countable = snapshots.countable(root, open_ones)
    return [
        (template, period)
        for template, period in {**owed, **free}
        if period in countable and (template, period.last) not in there
    ]


def receivers(report: LearningReport) -> list[str]:
    """In words, as the copies will be made."""
    period = snapshots.period_of(report.first_month, report.last_month)
    wanted = due.behind(report.body, report.template, period)
    profile = profile_of(version_in_force(report.body.county, clock.today()).pk)
    names = sorted({profile.body(one.to).name for one in wanted})
    if not names and report.body.steering_body is not None:
        names = [report.body.steering_body.name]
    if any(one.boards for one in wanted):
        names += [f"{board}, {principal.name}" for principal in profile.principals for board in principal.boards]
    return names or [_("Bara organets egna läsare")]
