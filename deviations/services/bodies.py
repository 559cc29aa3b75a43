"""The body itself: does it work, what does it lack, and what lies with it (B04, F01, F03)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation, Meeting, Party
from deviations.services.form import guard
from deviations.services.receivers import why_not, words_for, working_bodies
from deviations.workflow import OPEN, State
from orgs.models import Body, Mandate, User
from orgs.permissions import Denied, keys_of
from orgs.roles import Ability

SOON = timedelta(days=183)
"""How long before its last day a mandate or an agreement is said to run out: half a year."""

MANDATE_LACKS = {
    "missing": gettext_noop("saknas"),
    "outdated": gettext_noop("är inaktuellt"),
    "under_revision": gettext_noop("är under revidering"),
    "unknown": gettext_noop("är okänt"),
}
"""Status of a mandate in a profile, in the words of the record; `valid` is not among them."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the onboarding checklist. `words` says what is so, or what is missing."""

    name: str
    done: bool
    words: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open deviations that the body answers for. `stood_in`: of them, those that another body receives."""

    open: int
    to_receive: int
    late: int
    stood_in: int


def readable_bodies(user: User) -> models.QuerySet[Body]:
    """Bodies whose own work the person may read: as member there or in the body above, or as county administrator.

    Nothing about any deviation follows from it.
    """
    keys = keys_of(user)
    own = keys.bodies.get(Ability.READ, frozenset())
    counties = keys.counties.get(Ability.MANAGE_MEMBERS, frozenset())
    return (
        Body.objects.filter(Q(pk__in=own) | Q(steering_body__in=own) | Q(county__in=counties))
        .select_related("county", "steering_body")
        .order_by("county", "level", "name")
    )


def may_work_for(user: User, body: Body) -> bool | Denied:
    """Whether the person may write in the body's plan and yearly wheel."""
    held = keys_of(user).on_body(Ability.HANDLE, body.pk)
    return held or Denied(_("Bara organets samordnare och ordförande kan ändra här."))


def require_work_for(user: User, body: Body) -> None:
    """Raises `NotYours`."""
    if isinstance(allowed := may_work_for(user, body), Denied):
        raise NotYours(allowed.reason)


# ── resting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def may_rest(user: User, body: Body) -> bool | Denied:
    """Said by people above the body, never guessed: whoever handles in its steering body, or administers the county."""
    keys = keys_of(user)
    above = keys.on_body(Ability.HANDLE, body.steering_body_id) if body.steering_body_id else False
    held = above or keys.on_county(Ability.MANAGE_MEMBERS, body.county_id)
    return held or Denied(_("Bara det styrande organet och länets administratör kan säga att organet vilar."))


def require_may_rest(user: User, body: Body) -> None:
    """Raises `NotYours`."""
    if isinstance(allowed := may_rest(user, body), Denied):
        raise NotYours(allowed.reason)


@transaction.atomic
def rest(body: Body, *, reason: str, by: User) -> Body:
    """From today another body receives what comes here, until `resume`. Accountability stays."""
    body = _begun(body, reason, by)
    if body.dormant_since is not None:
        raise WrongState(_("Organet vilar redan."))
    body.dormant_since = clock.today()
    body.save(update_fields=["dormant_since"])
    enter(body, "rest", by=by, data={"reason": reason})
    return body


@transaction.atomic
def resume(body: Body, *, reason: str, by: User) -> Body:
    """The body works again, and gets back what nobody has begun in its place."""
    body = _begun(body, reason, by)
    if body.dormant_since is None:
        raise WrongState(_("Organet vilar inte."))
    since, body.dormant_since = body.dormant_since, None
    body.save(update_fields=["dormant_since"])
    enter(body, "resume", by=by, data={"reason": reason, "since": since.isoformat()})
    return body


def _begun(body: Body, reason: str, by: User) -> Body:
    body = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    require_may_rest(by, body)
    if not reason.strip():
        raise Invalid({"reason": [("required", _("Skriv varför, så att de som anmäler förstår."))]})
    guard("reason", reason)
    return body


# ── what it lacks ────────────────────────────────────────────────────────────────────────────────────────────────────
def mandate_of(body: Body) -> Mandate | None:
    """The one that holds now or was decided last. Reads `mandates` (prefetch them in lists)."""
    found = sorted(body.mandates.all(), key=lambda m: (m.valid_to is None, m.decided_on or date.min, m.version))
    return found[-1] if found else None


def mandate_lacks(mandate: Mandate | None, on: date) -> str | None:
    """What is wrong with a mandate, to follow "Uppdraget"; None when it is in force (F01)."""
    if mandate is None:
        return _("saknas")
    if mandate.valid_to is not None and mandate.valid_to < on:
        return _("har gått ut")
    lacks = MANDATE_LACKS.get(mandate.status)
    return _(lacks) if lacks else None


def checklist(body: Body) -> list[Check]:
    """What a new body needs before it works: somebody who receives, a mandate, a meeting planned and one held."""
    lacks = mandate_lacks(mandate_of(body), clock.today())
    idle = why_not(body)
    planned = Meeting.objects.filter(body=body, status=Meeting.Status.PLANNED, starts_at__gte=clock.now()).exists()
    held = Meeting.objects.filter(body=body, status__in=(Meeting.Status.HELD, Meeting.Status.APPROVED)).exists()
    return [
        Check(
            "members", idle is None,
            _("Någon kan ta emot avvikelser") if idle is None else _("Organet %(because)s") % {"because": _(idle)},
        ),
        Check(
            "mandate", lacks is None,
            _("Uppdraget gäller") if lacks is None else _("Uppdraget %(lacks)s") % {"lacks": lacks},
        ),
        Check("planned", planned, _("Nästa möte är planerat") if planned else _("Inget kommande möte är planerat")),
        Check("held", held, _("Det första mötet är hållet") if held else _("Inget möte är hållet än")),
    ]  # fmt: skip


def backlog(body: Body) -> Backlog:
    """Counts only: they open nothing. One statement."""
    stand_in = Party.objects.filter(deviation=OuterRef("pk"), role=Party.Role.STAND_IN)
    late = Q(answer_due_on__lt=clock.today(), fed_back_at__isnull=True)
    found = (
        Deviation.objects.filter(accountable_body=body, state__in=OPEN)
        .annotate(elsewhere=Exists(stand_in))
        .aggregate(
            open=Count("pk"),
            to_receive=Count("pk", filter=Q(state=State.SUBMITTED)),
            late=Count("pk", filter=late),
            stood_in=Count("pk", filter=Q(elsewhere=True)),
        )
    )
    return Backlog(**found)


def idle_with_open(user: User) -> list[tuple[Body, str, int]]:
    """Bodies that do not work though open deviations lie with them: the body, why, and how many. For whoever handles
    there or above, and for county administrators. As many statements however many there are."""
    keys = keys_of(user)
    handled = keys.bodies.get(Ability.HANDLE, frozenset())
    counties = keys.counties.get(Ability.MANAGE_MEMBERS, frozenset())
    answered = Q(pk__in=handled) | Q(steering_body__in=handled) | Q(county__in=counties)
    working = working_bodies().bodies
    is_open = Q(accountable_for__state__in=OPEN)
    found = (
        Body.objects.filter(answered)
        .exclude(pk__in=working)
        .annotate(waiting=Count("accountable_for", filter=is_open))
        .filter(waiting__gt=0)
        .select_related("county")
        .order_by("county", "level", "name")
    )
    return [(body, _(words_for(body, handled=False) or "-"), body.waiting) for body in found]


def held_this_year(body: Body) -> int:
    """Meetings held so far this year, against the cadence of the mandate (F03)."""
    held = (Meeting.Status.HELD, Meeting.Status.APPROVED)
    return Meeting.objects.filter(body=body, status__in=held, starts_at__year=clock.today().year).count()
