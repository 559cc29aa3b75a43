"""Letters about learning reports: that one is to be written, and that one is approved. Nothing of what they say."""

from collections.abc import Sequence

from deviations import clock
from deviations.mail.letters import LETTERS
from deviations.mail.outbox import write
from deviations.models import LearningReport, ReportCopy, ReportSubscription
from orgs.permissions import holders
from orgs.roles import Ability


def tell_begun(report: LearningReport) -> int:
    """To those who write the body's reports."""
    return _write("report_begun", report, holders(Ability.HANDLE, bodies=[report.body_id]))


def tell_approved(report: LearningReport, copies: Sequence[ReportCopy]) -> int:
    """To those who read the copies, and to subscribers who may read the body's reports; not to who approved it."""
    bodies = [copy.to_body_id for copy in copies if copy.to_body_id is not None]
    paths = [copy.to_principal.path for copy in copies if copy.to_principal is not None]
    wanted = ReportSubscription.objects.filter(body=report.body_id, template__in=["", report.template])
    subscribers = set(wanted.values_list("user_id", flat=True))
    people = holders(Ability.READ_REPORTS, bodies=bodies, paths=paths)
    people |= holders(Ability.READ_REPORTS, bodies=[report.body_id]) & subscribers
    return _write("report_approved", report, people - {report.approved_by_id or 0})


def _write(name: str, report: LearningReport, people: set[int]) -> int:
    if clock.is_told():  # a past that is told afterwards is news to nobody
        return 0
    key = f"{name}:{report.public_id}"
    return write(name, LETTERS[name], people, key=key, facts={"report": str(report.public_id)})
