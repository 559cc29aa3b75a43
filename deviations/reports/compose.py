"""One body's report, from frozen numbers or from those of today. The same numbers give the same content."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from deviations import clock
from deviations.language import RECORD
from deviations.learning.period import Period
from deviations.models import LearningReport, Snapshot
from deviations.reports import due, snapshots
from deviations.reports.basis import Basis
from deviations.reports.content import Chart, Content, Definition, Figures, Revision, Section, Table
from deviations.reports.live_numbers import live_numbers
from deviations.reports.names import names_of
from deviations.reports.printing import cell, listed
from deviations.reports.sections import SECTIONS
from deviations.reports.sections.first_page import standfirst
from deviations.reports.templates import TEMPLATES, Template
from orgs.models import Body
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile

LIVE = "steering_year"
"""Sections of a dashboard are those of the whole report."""
REASONS = (("withdrawn", "återtagna"), ("merged", "dubbletter"), ("test", "prov"))


def compose(report: LearningReport, snapshot: Snapshot) -> Content:
    """Everything that the report says, with its author's text as it is now. The snapshot must be ready."""
    period = snapshots.period_of(report.first_month, report.last_month)
    numbers = snapshots.numbers_of(snapshot)
    basis = basis_of(report.body, snapshots.root_of(report.body), period, numbers, report.text)
    template = TEMPLATES[report.template]
    return content(basis, template, numbers, title=report.title, snapshot=snapshot.code, revisions=revisions_of(report))


def live(body: Body, period: Period) -> Content:
    """As the numbers are now, small ones hidden. Whoever asks has been let in (EXPLORE). Raises `WrongState` for a
    period whose numbers of today would tell what frozen ones hide, and until they have been worked out."""
    root = snapshots.root_of(body)
    return as_of_now(body, root, period, live_numbers(root, period))


def as_of_now(body: Body, root: Body, period: Period, numbers: "snapshots.Numbers") -> Content:
    """The whole report of numbers that nobody has frozen. `root`: the top of the body's tree."""
    basis = basis_of(body, root, period, numbers, {})
    title = _("%(body)s %(period)s") % {"body": body.name, "period": period.name}
    return content(basis, TEMPLATES[LIVE], numbers, title=title)


def content(
    basis: Basis, template: Template, numbers: "snapshots.Numbers", *, title: str, snapshot: str = "",
    revisions: Sequence[Revision] = (),
) -> Content:  # fmt: skip
    """Written in Swedish, whoever asks: an approved report has one wording."""
    with override(RECORD):
        written = [SECTIONS[name](basis) for name in template.sections]
        sections = tuple(section for section in written if section is not None)
        return Content(
            template=template.id,
            title=title,
            subtitle=subtitle(basis, template),
            standfirst=standfirst(basis),
            county=basis.body.county.name,
            body=basis.body.name,
            first=basis.period.first,
            last=basis.period_end,
            period=basis.period.name,
            cut_off=numbers.cut_off,
            snapshot=snapshot,
            threshold=numbers.shown.threshold,
            demo=settings.SAMSYN_DEMO,
            sections=sections,
            definitions=used(sections, numbers.definitions),
            excluded=_excluded(basis),
            revisions=tuple(revisions),
        )


def used(sections: Iterable[Section], definitions: Iterable[Mapping[str, str]]) -> tuple[Definition, ...]:
    """Those that the report's numbers follow, in the order in which they come. Raises KeyError for an unknown one."""
    known = {one["id"]: Definition(**one) for one in definitions}
    wanted: dict[str, None] = {}
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                wanted |= dict.fromkeys(figure.measure for figure in block.figures)
            elif isinstance(block, Table | Chart):
                table = block.table if isinstance(block, Chart) else block
                wanted |= dict.fromkeys(table.measures)
    return tuple(known[id] for id in wanted)


def basis_of(body: Body, root: Body, period: Period, numbers: "snapshots.Numbers", text: Mapping[str, Any]) -> Basis:
    """The body's part: with what it steers when it steers any."""
    profile = profile_of(version_in_force(body.county, clock.today()).pk)
    same, whole = snapshots.year_before_of(root, period)
    found = Basis(
        body=body,
        scope=snapshots.scope_of(body),
        period=period,
        numbers=numbers.shown,
        spreads=numbers.spreads,
        names=names_of(body.county, profile),
        profile=profile,
        cut_off=numbers.cut_off,
        text=text,
    )
    if same is not None:
        found = replace(found, before=same.shown)
    return found if whole is None else replace(found, earlier=whole.shown)


def subtitle(basis: Basis, template: Template) -> str:
    """Whose it is, and to whom."""
    receivers = due.behind(basis.body, template.id, basis.period)
    name = str(template.name)
    if not receivers:
        return _("%(name)s från %(body)s") % {"name": name, "body": basis.body.name}
    to = sorted({_receiver(basis.profile, one.to) for one in receivers})
    if any(one.boards for one in receivers):
        to.append(_("huvudmännens nämnder"))
    return _("%(name)s från %(body)s till %(to)s") % {"name": name, "body": basis.body.name, "to": listed(to)}


def _receiver(profile: Profile, key: str) -> str:
    body = profile.body(key)
    return body.short_name or body.name


def _excluded(basis: Basis) -> str:
    """What was left out, and how much: hidden when few."""
    threshold, told = basis.numbers.threshold, []
    for reason, word in REASONS:
        told.append(f"{word} ({cell(basis.count('excluded', reason), threshold).text})")
    return _("Räknas inte någon annanstans: %(reasons)s. Utkast räknas aldrig.") % {"reasons": listed(told)}


def title_of(template: Template, body: Body, period: Period) -> str:
    """As proposed to the author."""
    with override(RECORD):
        county = body.county.name.removesuffix(" län")
        return str(template.title) % {"county": county, "period": period.name, "body": body.name}


def revisions_of(report: LearningReport) -> tuple[Revision, ...]:
    """From the first one to this; one that is not approved yet is dated today."""
    found: list[Revision] = []
    at: LearningReport | None = report
    while at is not None:
        on = clock.today() if at.approved_at is None else snapshots.day_of(at.approved_at)
        found.append(Revision(number=at.revision, on=on, reason=at.revision_reason))
        at = at.revises
    return tuple(reversed(found))
