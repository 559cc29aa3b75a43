"""Meetings that have been held, with approved minutes, and the ones that are planned next (F03).

Samverkansgrupp Barn och unga has met three times this year, of at least eight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from deviations import clock
from deviations.demo.people import Cast
from deviations.models import AgendaItem, Attendance, Deviation, Meeting
from deviations.services import agenda, attendance, deciding, handling, meetings, minutes, statements
from deviations.services.agenda_items import day_of
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import Body, County, Organisation, User


@dataclass(frozen=True)
class Matter:
    """One deviation that was taken up at a meeting, and what the meeting said. `measure`: what, and its sign."""

    category: str
    happened: str
    cause: str
    verb: str
    text: str
    measure: tuple[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """Where they come from, who takes part, and each past meeting with how much of the year had gone."""

    county: str
    body: str
    reporting: str
    receiving: str
    seats: tuple[str, ...]
    past: tuple[tuple[float, tuple[Matter, ...]], ...]


SUMMONS = Matter(
    "sip/called_party_absent",
    "Kallelsen till SIP-mötet gick ut tre veckor i förväg. Mottagningen kom inte och hade inte hört av sig.",
    "Kallelsen gick till en brevlåda som inte bevakas sedan omorganisationen.",
    AgendaItem.Verb.DECIDES,
    "Varje mottagning har en bevakad adress för SIP-kallelser. En kallelse räknas som mottagen när den är bekräftad.",
    ("Bevakad adress och bekräftelse", "Högst var tionde kallad part uteblir."),
)
REFERRAL = Matter(
    "referral/returned",
    "Remissen återsändes för andra gången med hänvisning till att underlag saknades, trots att alla bilagor var med.",
    "Bilagorna syntes inte i vårt system. Vi har inte haft rutin för att höra av oss innan vi återsänder.",
    AgendaItem.Verb.DECIDES,
    "Den som saknar underlag ringer avsändaren innan en remiss återsänds.",
)
ROUTE = Matter(
    "contact/phone_line",
    "Telefonlinjen för samverkanspartner svarade inte på fyra försök under två veckor.",
    "Linjen har varit obemannad under sommaren.",
    AgendaItem.Verb.NOTES,
    "Mottagningen bemannar linjen varje förmiddag igen.",
)
PLAN = Matter(
    "information/missing",
    "Skolan fick ingen återkoppling efter utredningen och visste inte vilka anpassningar som föreslogs.",
    "Återkopplingen skickades till vårdnadshavaren med förhoppningen att den skulle nå skolan.",
    AgendaItem.Verb.RECOMMENDS,
    "Gruppen ställer sig bakom att återkoppling efter utredning ges i ett gemensamt möte med skolan.",
)

GROUPS = (
    Group(
        "blekinge", "sg_barn_unga", "1080-elevhalsan", "rb-bup",
        ("1080-elevhalsan", "rb-bup", "rb-vardcentral"),
        ((0.2, (SUMMONS,)), (0.5, (REFERRAL, ROUTE)), (0.8, (PLAN,))),
    ),
    Group("varmland", "barnalivet", "fsk-elevhalsan", "rv-bup-1", ("fsk-elevhalsan", "rv-bup-1"), ((0.6, (PLAN,)),)),
    Group(
        "jamtland-harjedalen", "jamtbus", "fsk-elevhalsan", "rjh-bup", ("fsk-elevhalsan", "rjh-bup"), ((0.7, (PLAN,)),)
    ),
)  # fmt: skip
ALL = tuple(matter for group in GROUPS for _when, matters in group.past for matter in matters)


def hold_meetings(counties: list[County], cast: Cast) -> None:
    """Each group's past meetings from filing to approved minutes, and its next one in a fortnight with an agenda."""
    for group in GROUPS:
        county = next(county for county in counties if county.slug == group.county)
        body = Body.objects.select_related("county", "steering_body").get(county=county, key=group.body)
        by = cast.coordinators[body.pk]
        for gone, matters in group.past:
            _hold(group, body, matters, _day_in(gone), cast, by)
        soon = meetings.plan_meeting(
            body, starts_at=_at_nine(clock.now() + timedelta(days=14)), place="Regionhuset", by=by
        )
        agenda.build_agenda(soon, by=by)
        attendance.fill_attendance(Meeting.objects.get(pk=soon.pk), by=by)


def _hold(group: Group, body: Body, matters: tuple[Matter, ...], day: datetime, cast: Cast, by: User) -> None:
    with clock.at(day - timedelta(days=40)):
        meeting = meetings.plan_meeting(body, starts_at=day, place="Regionhuset", by=by)
        agenda.add_item(meeting, title="Närvaro, jäv och föregående protokoll", by=by)
    _seat(meeting, group, day - timedelta(days=6), by)
    filed = [_prepare(group, body, matter, day, cast, by) for matter in matters]
    with clock.at(day - timedelta(days=5)):
        for deviation in filed:
            deciding.put_on_agenda(_now(deviation), meeting=meeting, by=by)
    with clock.at(day):
        meetings.start_meeting(meeting, by=by)
    for matter, deviation in zip(matters, filed, strict=True):
        with clock.at(day + timedelta(minutes=30)):
            _record(meeting, matter, deviation, by)
    with clock.at(day + timedelta(hours=2)):
        meetings.end_meeting(meeting, by=by)
    with clock.at(day + timedelta(days=4)):
        minutes.approve_minutes(meeting, diary_number=f"{day.year}/{day.month:02d}{day.day:02d}", by=by)
        for deviation in filed:
            deciding.give_feedback(_now(deviation), text="Gruppen har tagit upp det ni anmälde. Tack.", by=by)


def _prepare(group: Group, body: Body, matter: Matter, day: datetime, cast: Cast, by: User) -> Deviation:
    """Filed six weeks before, received, asked about and answered."""
    reporting, receiving = (_unit(body, key) for key in (group.reporting, group.receiving))
    steps: list[tuple[int, Callable[[Deviation], object]]] = [
        (40, lambda deviation: handling.receive(deviation, by=by)),
        (39, lambda deviation: statements.request_statement(
            deviation, of=[receiving], question="Vad hände hos er, och varför?", by=by)),
        (20, lambda deviation: statements.give_statement(
            deviation, cause=matter.cause, by=cast.answerers[receiving.pk])),
    ]  # fmt: skip
    filed_at = day - timedelta(days=42)
    with clock.at(filed_at):
        deviation = file(
            Filing(
                reporting_unit=reporting, receiving_units=(receiving,), happened=matter.happened,
                occurred_on=timezone.localdate(filed_at - timedelta(days=3)), category=matter.category, age=10,
            ),
            by=cast.reporters[reporting.pk],
        )  # fmt: skip
    for days, step in steps:
        with clock.at(day - timedelta(days=days)):
            step(_now(deviation))
    return deviation


def _seat(meeting: Meeting, group: Group, at: datetime, by: User) -> None:
    with clock.at(at):
        for number, key in enumerate(group.seats):
            duty = "Ordförande" if number == 0 else ""
            attendance.add_seat(meeting, organisation=_unit(meeting.body, key), duty=duty, by=by)
        last = meeting.attendance.order_by("-pk").first()
        if last is not None:
            attendance.set_presence(last, presence=Attendance.Presence.REMOTE, by=by)


def _record(meeting: Meeting, matter: Matter, deviation: Deviation, by: User) -> None:
    item = AgendaItem.objects.select_related("meeting").get(meeting=meeting, deviations=deviation)
    for suggestion in attendance.suggested_conflicts(meeting, [item]):
        attendance.mark_conflict(item, seat=suggestion.seat, by=by)
    verb = (
        matter.verb if meeting.body.may_decide or matter.verb != AgendaItem.Verb.DECIDES else AgendaItem.Verb.RECOMMENDS
    )
    agreed = []
    if matter.measure is not None and deviation.receiving_unit is not None:
        what, sign = matter.measure
        day = day_of(meeting)
        agreed = [
            minutes.Agreed(
                owner=_unit(meeting.body, deviation.receiving_unit.key), text=what, sign=sign,
                due_on=day + timedelta(days=30), check_on=day + timedelta(days=120),
            )
        ]  # fmt: skip
    minutes.record_decision(item, verb=verb, text=matter.text, measures=agreed, by=by)


def _unit(body: Body, key: str) -> Organisation:
    return Organisation.objects.select_related("principal", "county").get(county=body.county, key=key)


def _now(deviation: Deviation) -> Deviation:
    return Deviation.objects.get(pk=deviation.pk)


def _day_in(gone: float) -> datetime:
    """That far into the year so far, at nine on a weekday; early in the year, into the last ninety days instead."""
    now = timezone.localtime(clock.now())
    year_began = now.replace(month=1, day=1, hour=9, minute=0, second=0, microsecond=0)
    length = max(now - year_began, timedelta(days=90))
    return _at_nine(now - length * (1 - gone) - timedelta(days=6 if gone < 1 else 0))


def _at_nine(moment: datetime) -> datetime:
    local = timezone.localtime(moment).replace(hour=9, minute=0, second=0, microsecond=0)
    return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)
