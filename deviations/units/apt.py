"""The sheet for the workplace meeting (APT): one page, without identities, for a unit and those below it (C03).

What we reported and what came back, what became better, what we have promised, what others reported about us, a
learning case, and three questions to talk about. No reporter, no reference of our own, no day of the event and nothing
in a reporter's words.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from deviations import clock
from deviations.models import Decision, Deviation, LearningCase, Measure, Party
from deviations.units.overview import filed_from, quarter_name, quarter_of
from deviations.units.small import shown, threshold_of
from deviations.workflow import STATE_LABELS, State
from orgs.models import Organisation, User
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile

QUARTERS = 5
LINES = 8  # more do not fit on one page
BETTER = 4
PROMISES = 4


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Line:
    """One of ours: what it was about, where it is, and what was decided."""

    reference: str
    category: str
    state: str
    decision: str


@dataclass(frozen=True, slots=True)
class Better:
    text: str
    seen: str
    """What showed that it helped."""


@dataclass(frozen=True, slots=True)
class Promise:
    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Sheet:
    unit: Organisation
    period: Period
    filed: int
    answered: int
    days: int | None
    """Median days to the answer."""
    lines: list[Line]
    better: list[Better]
    promises: list[Promise]
    others: str
    others_about: list[str]
    case: LearningCase | None
    """Something that happened elsewhere, rewritten and approved."""
    questions: list[str]

    @property
    def question(self) -> str:
        """The first of them."""
        return self.questions[0]

    @property
    def more(self) -> int:
        return self.filed - len(self.lines)


def periods(today: date) -> list[Period]:
    """The last quarter that has ended, those before it, and the one we are in, last."""
    year, number = quarter_of(today)
    index = year * 4 + number - 1
    return [_quarter(index - ago) for ago in (*range(1, QUARTERS), 0)]


def _quarter(index: int) -> Period:
    year, number = index // 4, index % 4 + 1
    first = date(year, number * 3 - 2, 1)
    after = date(year + (number == 4), number % 4 * 3 + 1, 1)
    return Period(first, after - timedelta(days=1), quarter_name(year, number), f"{year}-{number}")


def sheet(unit: Organisation, period: Period, *, user: User) -> Sheet:
    """As far as the person may see. The number of statements does not follow the number of deviations."""
    profile = profile_of(version_in_force(unit.county, clock.today()).pk)
    threshold = threshold_of(unit.county)
    newest = Decision.objects.filter(deviation=OuterRef("pk")).order_by("-decided_at", "-pk")
    ours = list(
        filed_from(unit, user)
        .filter(_within("filed_at", period))
        .only("year", "number", "category", "state", "filed_at", "fed_back_at")
        .annotate(decision_text=Subquery(newest.values("text")[:1]))
        .order_by("-filed_at", "-pk")
    )
    days = [(timezone.localdate(d.fed_back_at) - timezone.localdate(d.filed_at)).days
            for d in ours if d.fed_back_at and d.filed_at]  # fmt: skip
    about_us = _about(unit, user, period)
    most = (Counter(d.category for d in ours) or about_us).most_common(1)
    case = _case(unit, most[0][0] if most else "")
    return Sheet(
        unit=unit, period=period, filed=len(ours), answered=len(days), days=round(median(days)) if days else None,
        lines=[_line(deviation, profile) for deviation in ours[:LINES]],
        better=_better(unit, user, period), promises=_promises(unit, user),
        others=shown(sum(about_us.values()), threshold),
        others_about=[_category(code, profile) for code, count in about_us.most_common() if count >= threshold],
        case=case, questions=questions(_category(most[0][0], profile) if most else "", case=case is not None),
    )  # fmt: skip


def _within(moment: str, period: Period) -> Q:
    return Q(**{f"{moment}__date__range": (period.first, period.last)})


def _line(deviation: Deviation, profile: Profile) -> Line:
    decision: str = getattr(deviation, "decision_text", None) or ""
    state = str(STATE_LABELS[State(deviation.state)])
    return Line(deviation.reference, _category(deviation.category, profile), state, decision)


def _category(code: str, profile: Profile) -> str:
    try:
        return profile.category(code).name
    except KeyError:  # the county has retired it since
        return _("Annat")


def _at(unit: Organisation, *roles: str) -> Q:
    """Deviations in which the unit, or one below it, is a party in one of the roles."""
    parties = Party.objects.filter(role__in=roles, organisation__path__startswith=unit.path)
    return Q(pk__in=parties.values("deviation_id"))


def _about(unit: Organisation, user: User, period: Period) -> Counter[str]:
    """What others have filed about us in the period: how many of each category."""
    visible = Deviation.objects.visible_to(user).submitted().exclude(state=State.WITHDRAWN)
    others = visible.filter(_at(unit, Party.Role.RECEIVING), _within("filed_at", period))
    return Counter(others.exclude(reporting_unit__path__startswith=unit.path).values_list("category", flat=True))


def _better(unit: Organisation, user: User, period: Period) -> list[Better]:
    concerned = Deviation.objects.visible_to(user).filter(_at(unit, Party.Role.REPORTING, Party.Role.RECEIVING))
    verified = Measure.objects.filter(
        _within("effect_checked_at", period), concerned.holding(), effect=Measure.Effect.VERIFIED
    )
    return [Better(m.text, m.effect_comment) for m in verified.order_by("-effect_checked_at", "-pk")[:BETTER]]


def _promises(unit: Organisation, user: User) -> list[Promise]:
    """Measures that we own and that are not done, soonest first."""
    visible = Deviation.objects.visible_to(user).filter(state=State.MEASURE)
    own = Measure.objects.filter(visible.holding(), owner__path__startswith=unit.path, carried_out_at__isnull=True)
    return [Promise(m.text, m.due_on) for m in own.order_by("due_on", "pk")[:PROMISES]]


def _case(unit: Organisation, category: str) -> LearningCase | None:
    """The newest in the county about what concerns us most; otherwise the newest."""
    approved = LearningCase.objects.filter(body__county=unit.county_id, status=LearningCase.Status.APPROVED)
    alike = approved.annotate(alike=ExpressionWrapper(Q(deviation__category=category), BooleanField()))
    return alike.select_related("body").order_by("-alike", "-answered_at", "-pk").first()


def questions(most: str, *, case: bool) -> list[str]:
    """Three to talk about. `most`: what it has been about most, "" for nothing; `case`: whether one stands beside."""
    first = _("Vad hände senast hos oss som vi kunde ha anmält, och vad hindrade oss?")
    if most:
        first = _(
            "Mest har det handlat om ”%(category)s”. Vad kan vi själva göra för att märka det tidigare nästa gång?"
        ) % {"category": most}
    told = _("Kunde det som berättas här ha hänt hos oss? Vad hade då hjälpt?")
    untold = _("Vilken annan verksamhet behöver vi prata med, och vem gör det?")
    return [
        first,
        told if case else untold,
        _("Vad gör vi annorlunda från i morgon, och hur märker vi att det hjälpte?"),
    ]


def better_for(user: User, unit: Organisation | None, limit: int) -> list[Better]:
    """What was verified to have helped, after what the person filed or what their unit did: for the start page."""
    own = Q(filed_by=user) | Q(reporting_unit=unit) if unit is not None else Q(filed_by=user)
    concerned = Deviation.objects.visible_to(user).submitted().filter(own)
    verified = Measure.objects.filter(concerned.holding(), effect=Measure.Effect.VERIFIED)
    newest = verified.order_by("-effect_checked_at", "-pk")[: limit * 4]
    by_text = {m.text: Better(m.text, m.effect_comment) for m in reversed(newest)}  # the same for several is told once
    return list(reversed(by_text.values()))[:limit]
