"""A body's queue: which deviations, by time left or newest first, and what each row says. Everything starts at
`visible_to`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Least
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deviations import clock
from deviations.models import Deviation, Dispute, Measure, Party, Statement
from deviations.visible import COUNT_CAP, PAGE_SIZE
from deviations.workflow import AFTER_DECISION, OPEN, STEPS, State
from frontend import desk_filters, steps, way
from frontend.components import Station
from frontend.dates import day
from frontend.views.mine import cursor_of
from orgs.models import Body, User
from orgs.permissions import Keys
from orgs.roles import Ability

FAR = date(9999, 12, 31)  # no last day: sorts last
MINE = (Party.Role.ACCOUNTABLE, Party.Role.STAND_IN, Party.Role.STEERING)
ANSWERED = (Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED)


@dataclass(frozen=True)
class View:
    """`newest`: ordered by when it was filed, without the groups of time left. `roles`: what the body is in them."""

    key: str
    label: str | Promise
    where: Q
    newest: bool = False
    roles: Sequence[str] = MINE


ENDED = (State.CLOSED, State.WITHDRAWN, State.MERGED)
COUNTED = ~Q(state__in=(State.WITHDRAWN, State.MERGED))  # as the numbers of a body count
NOT_ANSWERED = Q(fed_back_at__isnull=True, state__in=AFTER_DECISION)
VIEWS: Mapping[str, View] = {
    view.key: view
    for view in (
        View("oppna", gettext_lazy("Alla öppna"), Q(state__in=OPEN)),
        View("nya", gettext_lazy("Nya att ta emot"), Q(state=State.SUBMITTED)),
        View("yttrande", gettext_lazy("Väntar på yttrande"), Q(state=State.AWAITING_STATEMENT)),
        View("forsenade", gettext_lazy("Försenade"), Q(state__in=OPEN)),
        View("aterkoppling", gettext_lazy("Återkoppling kvar"), NOT_ANSWERED),
        View("atgard", gettext_lazy("Åtgärd pågår"), Q(state=State.MEASURE)),
        View("avslutade", gettext_lazy("Avslutade"), Q(state__in=ENDED), newest=True),
        View("alla", gettext_lazy("Alla vi ansvarar för"), COUNTED, newest=True, roles=(Party.Role.ACCOUNTABLE,)),
        View(
            "kannedom", gettext_lazy("Till kännedom"), Q(), newest=True, roles=(Party.Role.INFORMED, Party.Role.FORMER)
        ),
    )
}
LATE, NEW = "forsenade", "nya"


@dataclass(frozen=True)
class Asked:
    """What the address bar asks for. `given`: the filters that are filled in, see `frontend.desk_filters`."""

    body: Body
    view: View
    user: User
    given: Mapping[str, str] = field(default_factory=dict)
    after: str = ""

    @cached_property
    def where(self) -> Q:
        return desk_filters.condition(self.given, self.user)

    def query(self, **changes: str) -> str:
        values = {"organ": self.body.key, "vy": self.view.key, **self.given, "efter": self.after, **changes}
        return urlencode({name: value for name, value in values.items() if value})

    def address(self, name: str = "desk", **changes: str) -> str:
        return f"{reverse(name)}?{self.query(**changes)}"


@dataclass(frozen=True)
class Group:
    label: str
    count: int | str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Listed:
    groups: list[Group]
    count: str
    next: str = ""  # the cursor of the page after this one


def bodies_of(keys: Keys) -> list[Body]:
    """Those that the person reads in, the highest level last: one's own group comes first. One statement."""
    readable = keys.bodies.get(Ability.READ, frozenset())
    return list(Body.objects.filter(pk__in=readable).select_related("county").order_by("-level", "name"))


def views_with_counts(asked: Asked, user: User) -> list[dict[str, Any]]:
    """The views of the rail. Open ones are counted together, in one statement."""
    today = clock.today()
    counted = {v.key: v.where & Q(last_day__lt=today) if v.key == LATE else v.where for v in VIEWS.values()}
    open_views = {key: where for key, where in counted.items() if not VIEWS[key].newest}
    counts = _with_last_day(_of_body(user, asked.body, MINE).filter(state__in=OPEN)).aggregate(
        **{key: Count("pk", filter=where) for key, where in open_views.items()}
    )
    return [
        {
            "label": view.label,
            "url": asked.address(vy=view.key, efter=""),
            "current": view == asked.view,
            "count": counts.get(view.key),
            "late": view.key == LATE and bool(counts[LATE]),
            "new": view.key == NEW,
        }
        for view in VIEWS.values()
    ]


def listed(asked: Asked, user: User, keys: Keys) -> Listed:
    """One page of the view."""
    if asked.view.newest:
        return _newest(asked, user, keys)
    found = _with_last_day(_of_body(user, asked.body, asked.view.roles).filter(asked.view.where & asked.where))
    if asked.view.key == LATE:
        found = found.filter(last_day__lt=clock.today())
    counts = found.aggregate(**{name: Count("pk", filter=where) for name, where in _spans().items()})
    page = list(
        found.filter(_after(asked.after))
        .select_related("reporting_unit", "reporting_principal", "receiving_unit", "accountable_body", "assigned_to")
        .prefetch_related("statements__organisation", "measures__owner")
        .order_by("last_day", "pk")[: PAGE_SIZE + 1]
    )
    rows, more = page[:PAGE_SIZE], len(page) > PAGE_SIZE
    drawn = _rows(rows, asked.body, keys)
    labels = {"late": _("Försenade"), "week": _("Inom en vecka"), "later": _("Senare")}
    groups = [
        Group(labels[name], counts[name], [row for row in drawn if row["span"] == name])
        for name in labels
        if any(row["span"] == name for row in drawn)
    ]
    last = f"{rows[-1].last_day.isoformat()}~{rows[-1].pk}" if more else ""
    return Listed(groups, str(sum(counts.values())), last)


def _of_body(user: User, body: Body, roles: Sequence[str]) -> QuerySet[Deviation]:
    """Open ones. The body's own come from the index `desk_of_body`, the others from its party rows."""
    own = Deviation.objects.filter(accountable_body=body, state__in=OPEN).order_by().values("pk")
    others = _party(body, [role for role in roles if role != Party.Role.ACCOUNTABLE])
    return Deviation.objects.visible_to(user).submitted().filter(pk__in=own.union(others, all=True))


def _party(body: Body, roles: Sequence[str]) -> QuerySet[Party, Any]:
    return Party.objects.filter(body=body, role__in=roles).values("deviation")


def _newest(asked: Asked, user: User, keys: Keys) -> Listed:
    where = Q(pk__in=_party(asked.body, asked.view.roles)) & asked.view.where & asked.where
    visible = Deviation.objects.visible_to(user)
    page = visible.newest(where=where, after=cursor_of(asked.after))
    count = visible.count_capped(where=where)
    prefetch_related_objects(page.rows, "assigned_to")
    rows = [{**row, "due_on": None} for row in _rows(page.rows, asked.body, keys)]
    counted = _("fler än 1 000") if count >= COUNT_CAP else str(count)
    groups = [Group(str(asked.view.label), counted, rows)] if rows else []
    return Listed(groups, counted, f"{page.next.filed_at.isoformat()}~{page.next.id}" if page.next else "")


def _with_last_day(found: QuerySet[Deviation]) -> Any:
    """The next day that something has promised, as `last_day`; FAR where nothing has."""
    far = Value(FAR, output_field=DateField())
    statement = Statement.objects.filter(deviation=OuterRef("pk"), status=Statement.Status.REQUESTED).order_by("due_on")
    waits = Case(When(carried_out_at__isnull=True, then=F("due_on")), default=F("check_on"))
    measure = (
        Measure.objects.filter(deviation=OuterRef("pk"))
        .exclude(effect__in=ANSWERED)
        .annotate(day=waits)
        .order_by("day")
    )
    answer = Case(When(fed_back_at__isnull=True, then=Coalesce("answer_due_on", far)), default=far)
    return found.annotate(
        last_day=Case(
            When(state=State.SUBMITTED, then=Coalesce("triage_due_on", "answer_due_on", far)),
            When(
                state=State.AWAITING_STATEMENT,
                then=Least(Coalesce(Subquery(statement.values("due_on")[:1]), far), answer),
            ),
            When(state=State.MEASURE, then=Least(Coalesce(Subquery(measure.values("day")[:1]), far), answer)),
            default=answer,
            output_field=DateField(),
        )
    )


def _spans() -> dict[str, Q]:
    today = clock.today()
    soon = _in_a_week()
    return {
        "late": Q(last_day__lt=today),
        "week": Q(last_day__gte=today, last_day__lte=soon),
        "later": Q(last_day__gt=soon),
    }


def _span(last_day: date) -> str:
    if last_day < clock.today():
        return "late"
    return "week" if last_day <= _in_a_week() else "later"


def _in_a_week() -> date:
    return clock.today() + timedelta(days=7)


def _after(cursor: str) -> Q:
    """Where the page before ended. An address that nobody was given is not found."""
    if not cursor:
        return Q()
    at, _tilde, pk = cursor.partition("~")
    try:
        last_day, number = date.fromisoformat(at), int(pk)
    except ValueError:
        raise Http404 from None
    return Q(last_day__gt=last_day) | Q(last_day=last_day, pk__gt=number)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _rows(deviations: Sequence[Deviation], body: Body, keys: Keys) -> list[dict[str, Any]]:
    verified = way.verified_among(deviations)
    ids = [deviation.pk for deviation in deviations]
    open_ones = Dispute.objects.filter(deviation__in=ids, status=Dispute.Status.OPEN)
    disputed = set(open_ones.values_list("deviation_id", flat=True))
    handled = set()
    if keys.on_body(Ability.HANDLE, body.pk):
        stands_in = Party.objects.filter(deviation__in=ids, body=body, role=Party.Role.STAND_IN)
        handled = {d.pk for d in deviations if d.accountable_body_id == body.pk}
        handled.update(stands_in.values_list("deviation_id", flat=True))
    return [{**_row(d, d.pk in handled, d.pk in verified), "disputed": d.pk in disputed} for d in deviations]


def _row(deviation: Deviation, handled: bool, verified: bool) -> dict[str, Any]:
    """`handled`: by the body whose queue it is."""
    last_day = getattr(deviation, "last_day", FAR)
    waits_for, turn = waiting_for(deviation)
    yours = turn and handled
    return {
        "public_id": str(deviation.public_id),
        "sequence": deviation.sequence,
        "number": deviation.reference,
        "url": reverse("deviation", args=[deviation.public_id]),
        "title": deviation.title,
        "sub": _parties(deviation),
        "remark": _("avtalet hade gått ut") if "agreement_expired" in deviation.flags else "",
        "stations": _late_if(last_day < clock.today(), way.mini(deviation, verified=verified)),
        "waits_for": waits_for if yours or not turn else deviation.accountable_shown,
        "yours": yours,
        "due_on": last_day if last_day < FAR else None,
        "new": yours and deviation.state == State.SUBMITTED,
        "risk": deviation.risk,
        "peek": reverse("deviation_peek", args=[deviation.public_id]),
        "assigned": deviation.assigned_to.get_short_name() if handled and deviation.assigned_to else "",
        "pick": handled,
        "span": _span(last_day),
    }


def _parties(deviation: Deviation) -> str:
    unit, principal, about = deviation.reporting_unit, deviation.reporting_principal, deviation.receiving_unit
    sent_by = unit.name if unit else ""
    if unit and principal and unit.pk != principal.pk:
        sent_by = f"{unit.name}, {principal.name}"
    return f"{sent_by} › {about.name}" if about else sent_by


def _late_if(late: bool, stations: list[Station]) -> list[Station]:
    if not late:
        return stations
    return [{**s, "state": "late"} if s["state"] in {"here", "waiting"} else s for s in stations]


def waiting_for(deviation: Deviation) -> tuple[str, bool]:
    """Whom or what it waits for, and whether it is the accountable body's turn; then the words say what to do.

    Reads `statements` and `measures` (prefetch them with their units).
    """
    if deviation.state == State.AWAITING_STATEMENT:
        waiting = [s.organisation.name for s in deviation.statements.all() if s.status == Statement.Status.REQUESTED]
        return ", ".join(waiting), False
    if deviation.state == State.AWAITING_COMPLETION:
        return deviation.reporting_unit.name if deviation.reporting_unit else "", False
    if deviation.state == State.MEASURE:
        undone = [m.owner.name for m in deviation.measures.all() if m.carried_out_at is None]
        if undone:
            return _("Åtgärd: %(owner)s") % {"owner": ", ".join(dict.fromkeys(undone))}, False
    if deviation.state == State.ON_AGENDA and deviation.agenda_on and deviation.agenda_on > clock.today():
        return _("Möte %(day)s") % {"day": day(deviation.agenda_on)}, False
    if deviation.state not in OPEN:
        return "–", False
    label = str(STEPS[steps.likely(deviation)].label)
    return label[:1].lower() + label[1:], True
