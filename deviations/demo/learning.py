"""What recurs in Blekinge, and what others may learn of it, for the demo: two patterns that are proposed, one theme and
one that was dismissed; three learning cases that are shared and one that waits for Maria's answer."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from deviations import clock
from deviations.demo.people import Cast
from deviations.errors import Refused
from deviations.learning.pattern_search import search
from deviations.models import Deviation, LearningCase, Pattern
from deviations.services import handling, learning_cases, patterns
from deviations.services.filing import file
from deviations.services.form import Filing
from deviations.workflow import State
from orgs.models import Body, County, Organisation, User
from orgs.permissions import holders
from orgs.roles import Ability

GROUP = "sg_barn_unga"
SCHOOLS = ("Karlskrona kommun", "Ronneby kommun", "Karlshamns kommun", "Sölvesborgs kommun", "Olofströms kommun")


@dataclass(frozen=True)
class Recurring:
    """The same thing, told in these words, so many days ago, about this unit."""

    receiving: str
    categories: tuple[str, ...]
    days_ago: tuple[int, ...]
    texts: tuple[str, ...]


INTERPRETER = Recurring(
    "rb-buh", ("information/missing", "responsibility/between_chairs", "follow_up/bought_in"),
    (74, 66, 57, 49, 40, 31, 22, 12, 4),
    (
        "Tolk var inte bokad till bedömningen. Barnets syskon fick tolka åt föräldrarna.",
        "Ingen tolk bokades till mötet, så föräldrarna förstod inte vad bedömningen visade.",
        "Föräldrarna behövde tolk. Bedömningen gjordes ändå, och ett syskon fick tolka.",
        "Tolken var obokad igen. Mötet om bedömningen fick göras om med föräldrarna.",
    ),
)  # fmt: skip
MOVED = Recurring(
    "rb-bup", ("transition/placement",), (72, 66, 60, 53, 47, 41, 33, 27, 20, 13, 6),
    (
        "Kontakten avslutades vid flytten till familjehemmet innan någon ny var ordnad.",
        "När barnet placerades upphörde behandlingen samma vecka. Ingen överlämning gjordes.",
        "Placeringen var känd i god tid, men ingen tog över kontakten.",
    ),
)  # fmt: skip
DYSLEXIA = Recurring(
    "rb-logopedi", ("responsibility/dispute", "referral/returned"), (168, 160, 152, 145, 139, 131, 126, 122),
    (
        "Skolan bad om en dyslexiutredning hos logoped och fick den tillbaka med hänvisning till skolan.",
        "Logopeden utreder inte dyslexi utan pedagogisk utredning, och skolan har ingen som gör den.",
        "Dyslexiutredningen blir liggande mellan skolan och logopeden.",
    ),
)  # fmt: skip
SUMMER = Recurring(
    "rb-um", ("contact/phone_line",), (118, 117, 115, 114, 112, 111),
    (
        "Telefonen på mottagningen var stängd hela veckan och hänvisade ingenstans.",
        "Stängd telefon igen, och ingen hänvisning till någon annan mottagning.",
    ),
)  # fmt: skip
ALL = (INTERPRETER, MOVED, DYSLEXIA, SUMMER)
FILED = sum(len(each.days_ago) for each in ALL)

CASES = (
    # kinds of deviation, title, what happened, what others can learn
    ("sip/", "Mötet där ingen fick besluta",
     "En familj hade samlat alla runt bordet för en samordnad plan. Den som skulle svara för behandlingen var sjuk och "
     "hade ingen ersättare. Alla gick hem med en ny tid och utan plan.",
     "Varje kallad part utser en ersättare som får besluta, och skriver namnet på rollen redan i svaret på kallelsen."),
    ("referral/", "Pappret som åkte fram och tillbaka",
     "Två verksamheter skickade samma remiss mellan sig under en vår. Var och en hade rätt enligt sin egen rutin. "
     "Barnet träffade ingen av dem.",
     "Ring innan en remiss skickas tillbaka. Ett samtal på tio minuter ersatte tre brev, och den som ringde löste"
     " det."),
    ("information/", "Avslutet som ingen berättade om",
     "En behandling tog slut i tysthet. De som mötte barnet i vardagen trodde att hjälpen fortsatte och väntade med "
     "sina egna insatser.",
     "Den som avslutar en kontakt säger till den som möter barnet i vardagen, samma dag och i klartext."),
)  # fmt: skip
WAITING = (
    "Tre som väntade på varandra",
    "Skolan, vården och socialtjänsten hade alla en del av ansvaret. Var och en väntade på att någon annan skulle "
    "börja, och terminen gick.",
    "Den som ser behovet kallar. Vem som betalar och vem som leder kan avgöras vid bordet, men någon måste bjuda in.",
)


def tell_learning(counties: Sequence[County], cast: Cast) -> None:
    """At the days when it happened, through the search and the services."""
    blekinge = next(county for county in counties if county.slug == "blekinge")
    group = Body.objects.select_related("county", "steering_body").get(county=blekinge, key=GROUP)
    bo = cast.coordinators[group.pk]
    told = {id(each): _filed(each, blekinge, cast) for each in ALL}
    with _days_ago(121):
        search(group)
        for pattern in _about(told[id(DYSLEXIA)], group):
            patterns.name_theme(
                pattern, theme="dyslexi och logopedi", title="Vem utreder läs- och skrivsvårigheter?", by=bo
            )
    with _days_ago(108):
        search(group)
        for pattern in _about(told[id(SUMMER)], group):
            patterns.dismiss(
                pattern, reason="Mottagningen hade semesterstängt. De hänvisar rätt från och med nu.", by=bo
            )
    search(group)
    _share_cases(group, bo)
    _ask_maria(group, bo)


# ── what recurs ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _filed(told: Recurring, county: County, cast: Cast) -> list[int]:
    units = Organisation.objects.select_related("principal", "county").filter(county=county)
    schools = [units.filter(principal__name=name, unit_kind="school_health").order_by("pk")[0] for name in SCHOOLS]
    receiving, made = units.get(key=told.receiving), []
    for number, days in enumerate(told.days_ago):
        reporting = schools[number % len(schools)]
        with _days_ago(days):
            filing = Filing(
                reporting_unit=reporting, receiving_units=(receiving,), age=7 + number,
                happened=told.texts[number % len(told.texts)], occurred_on=clock.today() - timedelta(days=2),
                category=told.categories[number % len(told.categories)],
            )  # fmt: skip
            deviation = file(filing, by=cast.reporters[reporting.pk])
        assert deviation.accountable_body_id is not None  # noqa: S101  # submitted
        with _days_ago(max(days - 2, 1)):
            handling.receive(deviation, by=cast.coordinators[deviation.accountable_body_id])
        made.append(deviation.pk)
    return made


def _about(deviations: Sequence[int], group: Body) -> list[Pattern]:
    """Those proposed that are mostly about these."""
    proposed = Pattern.objects.filter(body=group, status=Pattern.Status.PROPOSED).order_by("pk")
    return [one for one in proposed if one.deviations.filter(pk__in=deviations).count() * 2 > one.deviations.count()]


# ── what others may learn ────────────────────────────────────────────────────────────────────────────────────────────
def _share_cases(group: Body, bo: User) -> None:
    """Of last year's closed ones where there are such, so that they stand in last year's report."""
    used: set[int] = set()
    for kind, *texts in CASES:
        for deviation in _closed(group, kind, used):
            approver = _home(deviation, bo)
            if approver is None:
                continue
            case = _written(deviation, texts, bo, _last(deviation) + timedelta(days=3))
            if case is None:
                continue
            with clock.at(_last(deviation) + timedelta(days=4)):
                learning_cases.approve_case(case, by=approver)
            used.add(deviation.pk)
            break


def _closed(group: Body, kind: str, but: set[int]) -> Iterator[Deviation]:
    closed = Deviation.objects.filter(
        accountable_body=group, state=State.CLOSED, category__startswith=kind, learning_cases__isnull=True,
        closed_at__lt=clock.now() - timedelta(days=14),
    ).exclude(pk__in=but)  # fmt: skip
    ended = timezone.localtime(clock.now()).replace(month=1, day=1, hour=0) - timedelta(days=14)
    rows = closed.select_related("reporting_unit", "accountable_body").order_by("-closed_at", "-pk")
    yield from rows.filter(closed_at__lt=ended)[:20]
    yield from rows.filter(closed_at__gte=ended)[:20]


def _ask_maria(group: Body, bo: User) -> None:
    own = Deviation.objects.filter(
        accountable_body=group, reporting_unit__key="1080-elevhalsan", learning_cases__isnull=True,
        state__in=[State.CLOSED, State.DECIDED, State.MEASURE, State.EFFECT, State.RECEIVED],
    )  # fmt: skip
    for deviation in own.select_related("reporting_unit").order_by("-fed_back_at", "-pk")[:10]:
        if _home(deviation, bo) and _written(deviation, list(WAITING), bo, clock.now() - timedelta(days=4)):
            return


def _written(deviation: Deviation, texts: Sequence[str], bo: User, moment: datetime) -> LearningCase | None:
    """Written and asked. None for a deviation whose words or units it would show."""
    title, happened, learning = texts
    with clock.at(max(moment, _last(deviation))):
        try:
            case = learning_cases.write_case(deviation, title=title, happened=happened, learning=learning, by=bo)
            return learning_cases.ask_case(case, by=bo)
        except Refused:
            return None


def _home(deviation: Deviation, bo: User) -> User | None:
    unit = deviation.reporting_unit
    assert unit is not None  # noqa: S101  # submitted
    return (
        User.objects.filter(pk__in=holders(Ability.READ_REPORTER, paths=[unit.path]) - {bo.pk}).order_by("pk").first()
    )


def _last(deviation: Deviation) -> datetime:
    """When it was last changed, according to its own history."""
    return deviation.history.order_by("-sequence").values_list("at", flat=True)[0]


def _days_ago(days: int) -> AbstractContextManager[None]:
    moment = timezone.localtime(timezone.now() - timedelta(days=days)).replace(hour=9, minute=40)
    return clock.at(moment)
