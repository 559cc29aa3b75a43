"""Which reports a body owes whom, for which period and by when: by the profile, as in its årshjul (D04, D05)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from deviations import clock
from deviations.learning.period import Period, until
from deviations.reports.templates import Template, template_of
from deviations.services.duties import EVERY, report_key
from orgs.models import Body
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.places import ReportDuty
from orgs.profiles.schema import Profile

COVERS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "year": ((-1, 12),),
    "half_year": ((-1, 12), (0, 6)),
    "four_months": ((-1, 12), (0, 4), (0, 8)),
    "month": ((-1, 12), *((0, month) for month in range(1, 12))),
}
"""For each of a year's days in `duties.EVERY`: of which year, and up to which month, the report then due tells."""


@dataclass(frozen=True, slots=True)
class DueReport:
    """`key` is its duty's in the årshjul. It can be begun when its period has ended, and is due on `due_on`."""

    template: Template
    to: str
    boards: bool
    period: Period
    due_on: date
    key: str

    def is_on(self, day: date) -> bool:
        """Whether its time to be written has come and has not passed."""
        return self.period.after <= day <= self.due_on


def of_body(body: Body, year: int, profile: Profile | None = None) -> list[DueReport]:
    """What is due during that year, by day. Nothing for a body that the profile in force does not know."""
    profile = profile or profile_of(version_in_force(body.county, clock.today()).pk)
    try:
        sender = profile.body(body.key)
    except KeyError:
        return []
    found = [due for duty in sender.reports for due in _of_duty(profile, sender.id, duty, year)]
    return sorted(found, key=lambda due: (due.due_on, due.template.id, due.to))


def _of_duty(profile: Profile, sender: str, duty: ReportDuty, year: int) -> Iterator[DueReport]:
    template = template_of(duty, profile.body(sender), profile.body(duty.to))
    for number, ((month, day), (years, last)) in enumerate(zip(EVERY[duty.every], COVERS[duty.every], strict=True), 1):
        yield DueReport(
            template, duty.to, duty.boards, until(year + years, last), date(year, month, day),
            report_key(duty, year, number),
        )  # fmt: skip


def behind(body: Body, template: str, period: Period) -> list[DueReport]:
    """The ones that a report of that template and period answers: each of its receivers."""
    years = {period.last.year, period.after.year}
    profile = profile_of(version_in_force(body.county, clock.today()).pk)
    return [
        due
        for year in sorted(years)
        for due in of_body(body, year, profile)
        if due.template.id == template and due.period == period
    ]
