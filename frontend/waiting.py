"""What waits for a person first, for the home page: for their bodies, their units, their principal and themselves.

Each line is a number and where one goes on from. Counts start at `visible_to`; the number of statements is constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deviations import clock
from deviations.mail import failed
from deviations.models import Adoption, Deviation, Measure, Meeting, Statement
from deviations.services import adopting, delivery, escalating, learning_cases, patterns
from deviations.services.disputes import waiting_for_view
from deviations.services.duties import late_for
from deviations.visible import COUNT_CAP
from deviations.workflow import OPEN, UNDECIDED, State
from frontend.dates import day, local_date, moment
from frontend.rows import YOUR_TURN
from orgs.models import User
from orgs.permissions import Keys
from orgs.roles import Ability

DUE_SOON = timedelta(days=14)


@dataclass(frozen=True)
class Waiting:
    """One line. `late`: past its day, told in words and colour."""

    label: str
    number: str
    url: str
    late: bool = False


def for_bodies(user: User, keys: Keys) -> list[Waiting]:
    """What a coordinator meets: what is lifted, what is new, what is late, and the meeting that comes next."""
    visible = Deviation.objects.visible_to(user)
    yours = Q(accountable_body__in=keys.bodies.get(Ability.HANDLE, frozenset()))
    new = visible.count_capped(where=yours & Q(state=State.SUBMITTED))
    late = visible.count_capped(
        where=yours & Q(state__in=OPEN, fed_back_at__isnull=True, answer_due_on__lt=clock.today())
    )
    lines = [*_meeting_today(keys)]
    if lifted := escalating.waiting_for(user).count():
        lines.append(Waiting(_("Lyft till er"), str(lifted), reverse("steering")))
    lines.append(Waiting(_("Nya att ta emot"), capped(new), f"{reverse('desk')}?vy=nya"))
    lines.append(Waiting(_("Svaret är försenat"), capped(late), f"{reverse('desk')}?vy=forsenade", bool(late)))
    if proposed := patterns.to_judge(user).count():
        lines.append(Waiting(_("Mönster att ta ställning till"), str(proposed), reverse("patterns")))
    if duties := late_for(user).count():
        lines.append(Waiting(_("Försenat i årshjulet"), str(duties), reverse("bodies"), late=True))
    return lines


def for_units(user: User, keys: Keys) -> list[Waiting]:
    """Statements and views that the person's units are asked for, late ones told apart. Nothing when none wait."""
    theirs = _answered_by("organisation", keys)
    visible = Deviation.objects.visible_to(user)
    asked = Statement.objects.filter(
        theirs, visible.holding(), status=Statement.Status.REQUESTED, deviation__state__in=UNDECIDED
    )
    found = asked.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today())))
    views = waiting_for_view().filter(theirs, visible.holding()).count()
    where = reverse("to_answer")
    lines = [
        Waiting(_("Försenade yttranden"), str(found["late"]), where, late=True),
        Waiting(_("Yttranden att lämna"), str(found["all"] - found["late"]), where),
        Waiting(_("Syn på en tvist"), str(views), where),
    ]
    return [line for line in lines if line.number != "0"]


def measures_due(user: User, keys: Keys) -> list[Waiting]:
    """Measures that the person's units own and that are to be done within two weeks, or should have been (I02)."""
    today = clock.today()
    owned = Measure.objects.filter(
        _answered_by("owner", keys), Deviation.objects.visible_to(user).holding(), carried_out_at__isnull=True,
        due_on__lte=today + DUE_SOON, deviation__state=State.MEASURE,
    )  # fmt: skip
    counts = owned.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    where = reverse("measures")
    lines = [
        Waiting(_("Försenade åtgärder hos er"), str(counts["late"]), where, late=True),
        Waiting(_("Åtgärder att göra klara inom två veckor"), str(counts["all"] - counts["late"]), where),
    ]
    return [line for line in lines if line.number != "0"]


def for_principals(user: User, keys: Keys) -> list[Waiting]:
    """Decisions that the person's principal has not answered."""
    if not keys.principals.get(Ability.ANSWER):
        return []
    found = adopting.readable_by(user).filter(answer=Adoption.Answer.WAITING)
    counts = found.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today())))
    where = reverse("adoptions")
    lines = [
        Waiting(_("Beslut att svara på, försenade"), str(counts["late"]), where, late=True),
        Waiting(_("Beslut att svara på"), str(counts["all"] - counts["late"]), where),
    ]
    return [line for line in lines if line.number != "0"]


def for_home(user: User, keys: Keys) -> list[Waiting]:
    """Learning cases that wait for a yes or no from those who may know who reported."""
    if not keys.organisations.get(Ability.READ_REPORTER):
        return []
    cases = learning_cases.to_answer(user).count()
    return [Waiting(_("Lärfall att läsa och svara på"), str(cases), reverse("cases"))] if cases else []


def for_administrators(user: User, keys: Keys) -> list[Waiting]:
    """What nobody has opened in time, and letters that could not be sent. Nothing when all is well."""
    if not keys.counties.get(Ability.MANAGE_MEMBERS):
        return []
    unopened, unsent = delivery.stuck(user).count(), failed.failed_for(user).count()
    lines = [
        Waiting(_("Ingen har öppnat i tid"), str(unopened), reverse("stuck"), late=True),
        Waiting(_("Brev som inte kom fram"), str(unsent), reverse("failed_letters"), late=True),
    ]
    return [line for line in lines if line.number != "0"]


def for_reporter(user: User, keys: Keys) -> list[Waiting]:
    """Questions to the person about what they filed themselves."""
    turn = Deviation.objects.visible_to(user).submitted().filter(YOUR_TURN, filed_by=user).count()
    return [Waiting(_("Frågor till dig"), str(turn), reverse("mine"))] if turn else []


def _meeting_today(keys: Keys) -> list[Waiting]:
    """Today's meeting, or the next one planned, of a body that the person reads for."""
    midnight = timezone.make_aware(datetime.combine(clock.today(), time.min))
    bodies = keys.bodies.get(Ability.READ, frozenset())
    comes = Meeting.objects.filter(body__in=bodies, status__in=(Meeting.Status.PLANNED, Meeting.Status.RUNNING))
    meeting = comes.filter(starts_at__gte=midnight).order_by("starts_at", "pk").first()
    if meeting is None:
        return []
    where = reverse("meeting", args=[meeting.public_id])
    if local_date(meeting.starts_at) == clock.today():
        return [Waiting(_("Möte i dag"), _("kl. %(time)s") % {"time": moment(meeting.starts_at, "clock")}, where)]
    return [Waiting(_("Nästa möte"), day(meeting.starts_at), where)]


def _answered_by(unit: str, keys: Keys) -> Q:
    """Units where the person answers, themselves or through their principal."""
    units = keys.organisations.get(Ability.ANSWER, frozenset())
    principals = keys.principals.get(Ability.ANSWER, frozenset())
    return Q(**{f"{unit}__in": units}) | Q(**{f"{unit}__principal__in": principals})


def capped(count: int) -> str:
    return _("fler än 1 000") if count >= COUNT_CAP else str(count)
