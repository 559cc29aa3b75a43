"""Exemplar: one to each body that a report is addressed to and to each principal's boards, registered there (D06)."""

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import LearningReport, ReportCopy
from deviations.reports import due, snapshots
from deviations.reports.access import copies_to
from deviations.services.form import guard, require
from orgs.models import Body, Organisation, User
from orgs.profiles.active import profile_of, version_in_force

LONGEST = 60


def send(report: LearningReport) -> list[ReportCopy]:
    """To those whom the profile names; to the body above when it names none. Each in the receiving body's diary.

    Belongs in the transaction of the approval.
    """
    period = snapshots.period_of(report.first_month, report.last_month)
    wanted = due.behind(report.body, report.template, period)
    bodies = {body.key: body for body in Body.objects.filter(county=report.body.county_id)}
    to = sorted({bodies[one.to].pk for one in wanted if one.to in bodies})
    if not to and report.body.steering_body_id is not None:
        to = [report.body.steering_body_id]
    now = clock.now()
    copies = [ReportCopy(report=report, to_body_id=pk, sent_at=now) for pk in to]
    if any(one.boards for one in wanted):
        copies += _to_boards(report)
    ReportCopy.objects.bulk_create(copies)
    for body in sorted((each for each in bodies.values() if each.pk in to), key=lambda each: each.pk):
        data = {"report": str(report.public_id), "title": report.title, "from": report.body.key}
        enter(body, "report_received", by=report.approved_by, data={**data, "shown_as": report.body.name})
    return sent(report)


def _to_boards(report: LearningReport) -> list[ReportCopy]:
    profile = profile_of(version_in_force(report.body.county, clock.today()).pk)
    rows = Organisation.objects.filter(county=report.body.county_id, parent__isnull=True)
    principals = {row.key: row for row in rows}
    return [
        ReportCopy(report=report, to_principal=principals[principal.id], board=board[:160], sent_at=clock.now())
        for principal in profile.principals
        if principal.id in principals
        for board in principal.boards
    ]


def sent(report: LearningReport) -> list[ReportCopy]:
    """Those of an approved report with whom they went to. One statement."""
    return list(ReportCopy.objects.filter(report=report).select_related("to_body", "to_principal").order_by("pk"))


def open_copies(report: LearningReport, *, by: User) -> int:
    """Note that the copies addressed to the reader's own body or board have been opened; only the first time.

    Not who: the author sees that it has arrived (D05). A system that fetches the report with a token is nobody's
    reading, and brings none of its requests here: a copy that lies in another register has not been opened. Returns
    how many were opened now, and writes nothing when none was. Belongs to the answer that shows the report, which is
    why it is done on a GET.
    """
    mine = copies_to(by).filter(report=report, first_read_at__isnull=True)
    opened = list(mine.values_list("pk", flat=True))
    return (
        ReportCopy.objects.filter(pk__in=opened, first_read_at__isnull=True).update(first_read_at=clock.now())
        if opened
        else 0
    )


@transaction.atomic
def register_copy(copy: ReportCopy, *, diary_number: str, by: User) -> ReportCopy:
    """The board's reader writes in the number under which it was registered; it can be corrected there.

    In the diary of the receiving body; for a principal's board in that of the body whose report it is.
    """
    copy = ReportCopy.objects.select_for_update(of=("self",)).select_related("report__body", "to_body").get(pk=copy.pk)
    if not copies_to(by).filter(pk=copy.pk).exists():
        raise NotYours(_("Bara den som läser för nämnden kan skriva in diarienumret."))
    if copy.report.status == LearningReport.Status.DRAFT:
        raise WrongState(_("Rapporten är inte fastställd."))
    require("diary_number", diary_number, _("Skriv diarienumret."))
    if len(diary_number.strip()) > LONGEST:
        raise Invalid({"diary_number": [("too_long", _("Skriv högst %(n)d tecken.") % {"n": LONGEST})]})
    guard("diary_number", diary_number)
    copy.diary_number, copy.registered_at, copy.registered_by = diary_number.strip(), clock.now(), by
    copy.save(update_fields=["diary_number", "registered_at", "registered_by"])
    data = {"report": str(copy.report.public_id), "board": copy.board, "diary_number": copy.diary_number}
    enter(copy.to_body or copy.report.body, "register_copy", by=by, data=data)
    return copy
