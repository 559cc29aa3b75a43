"""Nothing stops when a body does not work: another one receives until it does (B04).

A body works when it is in force, does not rest, and somebody may handle its matters today. Who stands in is said by
`deviations.stand_in`. Accountability never moves: the body that stands in does the work in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deviations import clock
from deviations.deadlines import end_of
from deviations.errors import NotYours, WrongState
from deviations.history import record
from deviations.models import Delivery, Deviation, Party
from deviations.stand_in import ladder_of, stand_in_for
from deviations.workflow import OPEN, State
from orgs.live import send_to_people
from orgs.models import Body, BodyMembership, County, User
from orgs.permissions import holders, keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability, roles_with

AT_ONCE = 200  # so that the other jobs get their turn
HAS_IT = (Party.Role.ACCOUNTABLE, Party.Role.STAND_IN)


@dataclass(frozen=True, slots=True)
class Working:
    """Which bodies work today, by primary key, and the counties where at least one does."""

    bodies: frozenset[int]
    counties: frozenset[int]
    idle: frozenset[int]  # all the others


def why_not(body: Body) -> str | None:
    """Why the body does not work today, to follow its name in a sentence; None when it works. One statement."""
    return words_for(body, handled=bool(holders(Ability.HANDLE, bodies=[body.pk])))


def words_for(body: Body, *, handled: bool) -> str | None:
    """The same, when it is known whether anybody may handle there. In the words of the record."""
    if not body.in_force_on(clock.today()):
        return gettext_noop("arbetar inte längre")
    if body.dormant_since is not None:
        return gettext_noop("är vilande just nu")
    return None if handled else gettext_noop("saknar samordnare just nu")


def working_bodies(county: County | None = None) -> Working:
    """Two statements, for one county or for all of them."""
    today = clock.today()
    everyone = Body.objects.all() if county is None else Body.objects.filter(county=county)
    rows = list(everyone.only("pk", "county_id", "dormant_since", "valid_from", "valid_to"))
    in_force = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    handled = set(
        BodyMembership.objects.filter(
            in_force, ended_at__isnull=True, valid_from__lte=today, user__is_active=True, content_object__in=rows,
            permission__codename__in=roles_with(Ability.HANDLE, "body"),
        ).values_list("content_object_id", flat=True)
    )  # fmt: skip
    able = [row for row in rows if row.pk in handled and row.dormant_since is None and row.in_force_on(today)]
    working = frozenset(row.pk for row in able)
    return Working(working, frozenset(row.county_id for row in able), frozenset(row.pk for row in rows) - working)


def deliver(deviation: Deviation, body: Body) -> Delivery:
    """Note that the body has something to see; `due_at` is the end of the last day it may wait to be received.

    When the body does not work, another one gets it too, and the history says so.
    """
    delivery = _delivery(deviation, body)
    if (because := why_not(body)) is not None:
        _see_to_receiver(deviation, body, because, delivery)
    return delivery


def _delivery(deviation: Deviation, body: Body) -> Delivery:
    now = clock.now()
    last_day = deviation.triage_due_on or clock.today()
    return Delivery.objects.create(deviation=deviation, body=body, sent_at=now, due_at=max(end_of(last_day), now))


def _see_to_receiver(deviation: Deviation, body: Body, because: str, delivery: Delivery) -> None:
    """The caller holds the deviation's row lock."""
    chosen = _choose(deviation, body)
    if chosen is None:
        _alarm(deviation, body, because, delivery)
        return
    if Party.objects.filter(deviation=deviation, body=chosen, role__in=HAS_IT).exists():
        return
    assert deviation.filed_at is not None  # noqa: S101  # submitted
    Party.objects.create(
        deviation=deviation, role=Party.Role.STAND_IN, body=chosen, shown_as=chosen.name, filed_at=deviation.filed_at
    )
    _delivery(deviation, chosen)
    record(
        deviation, "stand_in", by=None,
        data={"body": body.key, "body_shown": body.name, "because": because, "to": chosen.key,
              "shown_as": chosen.name},
    )  # fmt: skip


def _choose(deviation: Deviation, body: Body) -> Body | None:
    county = body.county
    bodies = {each.key: each for each in Body.objects.filter(county=county)}
    working = working_bodies(county).bodies
    able = {key for key, each in bodies.items() if each.pk in working}
    ladder = ladder_of(profile_of(version_in_force(county, clock.today()).pk), also=able)
    gave_away = Party.objects.filter(deviation=deviation, role=Party.Role.FORMER).values_list("body__key", flat=True)
    key = stand_in_for(body.key, ladder, able, not_first=set(gave_away))
    return bodies[key] if key is not None else None


def _alarm(deviation: Deviation, body: Body, because: str, delivery: Delivery) -> None:
    """Nobody in the county's bodies can receive: its administrators are told at once, and give somebody the role."""
    delivery.alarmed_at = clock.now()
    delivery.save(update_fields=["alarmed_at"])
    record(
        deviation, "nobody_receives", by=None,
        data={"body": body.key, "body_shown": body.name, "because": because},
    )  # fmt: skip
    people = holders(Ability.MANAGE_MEMBERS, counties=[body.county_id])
    transaction.on_commit(lambda: send_to_people(people, {"type": "lists.changed"}), robust=True)


# ── when the body works again ────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def take_back(deviation: Deviation, *, by: User) -> Deviation:
    """The accountable body takes over what another has handled in its place, which keeps reading.

    Not a step of the workflow: the state stays. Raises `NotYours`, `WrongState`.
    """
    deviation = Deviation.objects.select_for_update(of=("self",)).select_related("accountable_body").get(
        pk=deviation.pk
    )  # fmt: skip
    body = deviation.accountable_body
    if body is None or not keys_of(by).on_body(Ability.HANDLE, body.pk):
        raise NotYours(_("Bara samordnaren i det ansvariga organet kan ta över."))
    if deviation.state not in OPEN or not end_stand_ins(deviation):
        raise WrongState(_("Ingen annan tar emot i ert ställe."))
    record(deviation, "take_back", by=by, acting_for=body)
    return deviation


def end_stand_ins(deviation: Deviation, *, keep_reading: bool = True) -> list[Party]:
    """No body stands in any longer; those that did read on, unless they never began. The caller records it."""
    rows = list(Party.objects.select_related("body").filter(deviation=deviation, role=Party.Role.STAND_IN))
    former = set(Party.objects.filter(deviation=deviation, role=Party.Role.FORMER).values_list("body_id", flat=True))
    for row in rows:
        if keep_reading and row.body_id not in former:
            row.role = Party.Role.FORMER
            row.save(update_fields=["role"])
        else:
            row.delete()
    waiting = Delivery.objects.filter(deviation=deviation, seen_at__isnull=True, ended_at__isnull=True)
    waiting.filter(body__in=[row.body_id for row in rows]).update(ended_at=clock.now())
    return rows


# ── by itself ────────────────────────────────────────────────────────────────────────────────────────────────────────
def attend_to_stand_ins() -> int:
    """Give what lies with a body that no longer works to another; give back what nobody has begun to one that works
    again. Returns how many. Several workers may run: each deviation is taken by one."""
    working = working_bodies()
    lost = _without_receiver(working).values_list("pk", flat=True)[:AT_ONCE]
    back = _to_give_back(working).values_list("pk", flat=True)[:AT_ONCE]
    return sum(_attend(pk, working, _find_receiver) for pk in list(lost)) + sum(
        _attend(pk, working, _give_back) for pk in list(back)
    )


def _without_receiver(working: Working) -> models.QuerySet[Deviation]:
    """Open ones of bodies that do not work, which no working body has; where none works, those not alarmed yet."""
    party = Party.objects.filter(deviation=OuterRef("pk"), role=Party.Role.STAND_IN, body__in=working.bodies)
    alarm = Delivery.objects.filter(
        deviation=OuterRef("pk"), alarmed_at__isnull=False, seen_at__isnull=True, ended_at__isnull=True
    )
    there = Q(county__in=working.counties)
    found = Deviation.objects.filter(state__in=OPEN, accountable_body__in=working.idle)
    return found.filter((there & ~Exists(party)) | (~there & ~Exists(alarm)))


def _to_give_back(working: Working) -> models.QuerySet[Deviation]:
    party = Party.objects.filter(deviation=OuterRef("pk"), role=Party.Role.STAND_IN)
    return Deviation.objects.filter(Exists(party), state=State.SUBMITTED, accountable_body__in=working.bodies)


@transaction.atomic
def _attend(pk: int, working: Working, act: Callable[[Deviation, Working], bool]) -> bool:
    """False when another worker, or a person, has the deviation just now: it comes back if it is still so."""
    free = Deviation.objects.select_for_update(of=("self",), skip_locked=True)
    deviation = free.filter(pk=pk).first()
    return deviation is not None and act(deviation, working)


def _find_receiver(deviation: Deviation, working: Working) -> bool:
    body = deviation.accountable_body
    if body is None or deviation.state not in OPEN or (because := why_not(body)) is None:
        return False
    end_stand_ins(deviation)  # those that have stopped working too
    waiting = Delivery.objects.filter(deviation=deviation, body=body, seen_at__isnull=True, ended_at__isnull=True)
    _see_to_receiver(deviation, body, because, waiting.first() or _delivery(deviation, body))
    return True


def _give_back(deviation: Deviation, working: Working) -> bool:
    """What the stand-in has not received is the body's own again, as if it had just come."""
    body = deviation.accountable_body
    if body is None or body.pk not in working.bodies or deviation.state != State.SUBMITTED:
        return False
    if not end_stand_ins(deviation, keep_reading=False):
        return False
    waiting = Delivery.objects.filter(deviation=deviation, body=body, seen_at__isnull=True, ended_at__isnull=True)
    if not waiting.exists():
        _delivery(deviation, body)
    record(deviation, "stand_in_ended", by=None, data={"body": body.key, "shown_as": body.name})
    return True
