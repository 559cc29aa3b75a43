"""Lifting to the steering body, and its answer: it decides or recommends, gives back, or lifts further (B03, B05, B07).

An escalation holds one deviation, several, or a pattern. What is done with it is done with all of them at once: each
gets its own history entry, in one transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock, deadlines
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import record
from deviations.models import AgendaItem, Decision, Delivery, Deviation, Escalation, Party
from deviations.rights import Acting
from deviations.services.begin import begin, done
from deviations.services.decision import write_decision
from deviations.services.form import require
from deviations.services.receivers import deliver
from deviations.workflow import OPEN, State
from orgs.live import send_to_people
from orgs.models import Body, User
from orgs.permissions import holders, keys_of
from orgs.profiles.active import profile_of
from orgs.roles import Ability

AT_MOST = 50  # deviations in one escalation
UNANSWERED = (Escalation.Status.WAITING, Escalation.Status.WORKING_GROUP)
LONGEST_TITLE = 160


def readable_by(user: User) -> models.QuerySet[Escalation]:
    """Those lifted to or from a body where the person reads. Whether they read its deviations is asked of each."""
    bodies = keys_of(user).bodies.get(Ability.READ, frozenset())
    found = Escalation.objects.filter(Q(to_body__in=bodies) | Q(from_body__in=bodies))
    return found.select_related("to_body__county", "to_body__steering_body", "from_body")


def waiting_for(user: User) -> models.QuerySet[Escalation]:
    """Those that wait for an answer of a body where the person handles."""
    bodies = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    return Escalation.objects.filter(to_body__in=bodies, status__in=UNANSWERED)


def open_escalation(deviation: Deviation) -> Escalation | None:
    """The one that waits for an answer, or for its working group."""
    return deviation.escalations.filter(status__in=UNANSWERED).order_by("-pk").first()


def see(escalation: Escalation, *, by: User) -> None:
    """A person who handles at the steering body has opened it: all of it has arrived. Not a step."""
    if keys_of(by).on_body(Ability.HANDLE, escalation.to_body_id):
        waiting = Delivery.objects.filter(deviation__escalations=escalation, body=escalation.to_body)
        waiting.filter(seen_at__isnull=True, ended_at__isnull=True).update(seen_at=clock.now(), seen_by=by)


# ── lifting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def escalate(deviation: Deviation, *, reason: str, title: str = "", by: User, seen: int | None = None) -> Escalation:
    """Lift one to the steering body, which then reads it and may decide. The group stays accountable (B03)."""
    deviation, acting = begin(deviation, "escalate", by=by, seen=seen)
    require("reason", reason, _("Skriv vad det styrande organet behöver ta ställning till."))
    _require_title(title or deviation.title)
    return _lift(
        [(deviation, acting)], kind=Escalation.Kind.SINGLE, title=title or deviation.title, summary=reason, by=by
    )


@transaction.atomic
def escalate_several(
    deviations: Iterable[Deviation], *, title: str, summary: str, kind: str = Escalation.Kind.BUNDLE, by: User
) -> Escalation:
    """Lift several together, or as a recurring pattern: one matter at the steering body, one entry in each history.

    All are visible to `by` and have the same accountable body. Raises the first refusal with the deviation's number;
    nothing is lifted then.
    """
    asked = sorted({d.pk: d for d in deviations}.values(), key=lambda d: d.pk)  # locked in one order by everyone
    visible = Deviation.objects.visible_to(by).filter(pk__in=[d.pk for d in asked])
    bodies = list(visible.values_list("accountable_body", flat=True))
    if not asked or len(bodies) < len(asked) or len(asked) > AT_MOST:
        raise Invalid({"deviations": [("unknown", _("Välj en till femtio avvikelser som gruppen ansvarar för."))]})
    if len(set(bodies)) > 1:
        raise Invalid({"deviations": [("several_bodies", _("Avvikelserna har olika ansvariga organ."))]})
    if kind not in {Escalation.Kind.BUNDLE, Escalation.Kind.PATTERN}:
        raise Invalid({"kind": [("unknown", _("Välj om det är flera avvikelser eller ett mönster."))]})
    begun = [_begin_one_of(deviation, "escalate", by) for deviation in asked]
    _require_title(title)
    require("summary", summary, _("Skriv vad det styrande organet behöver ta ställning till."))
    return _lift(begun, kind=kind, title=title, summary=summary, by=by)


@transaction.atomic
def escalate_bounced(deviation: Deviation, *, reason: str, by: User | None) -> Escalation | None:
    """Nobody takes responsibility: it goes to the steering body by itself, as Samsyn's own entry (`by` is not shown).

    The caller holds the deviation's row lock and passes that same row. Once lifted it stays lifted: the open escalation
    is returned then. None when no body is above the accountable one.
    """
    if (already := open_escalation(deviation)) is not None:
        return already
    body = deviation.accountable_body
    if body is None or body.steering_body is None:
        return None
    return _lift([(deviation, None)], kind=Escalation.Kind.BOUNCED, title=deviation.title, summary=reason, by=by)


def _lift(
    begun: Sequence[tuple[Deviation, Acting | None]], *, kind: str, title: str, summary: str, by: User | None
) -> Escalation:
    """One row for all, and for each a party, a delivery and an entry. Without an acting party it is Samsyn's own."""
    first = begun[0][0]
    body = first.accountable_body
    assert body is not None and body.steering_body is not None  # noqa: S101, PT018  # may() has seen to it
    escalation = _made(
        begun, from_body=body, to_body=body.steering_body, kind=kind, title=title, summary=summary, by=by
    )
    for deviation, acting in begun:
        _let_in(deviation, escalation.to_body)
        facts = _facts(escalation)
        if acting is None or by is None:
            record(deviation, "escalate", by=None, data=facts)
        else:
            done(deviation, "escalate", by, acting, **facts)
    return escalation


def _made(
    begun: Sequence[tuple[Deviation, Acting | None]], *, from_body: Body, to_body: Body, kind: str, title: str,
    summary: str, by: User | None,
) -> Escalation:  # fmt: skip
    first = begun[0][0]
    assert first.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    last_day = deadlines.due_on(clock.today(), profile_of(first.profile_version_id).limits.escalation)
    escalation = Escalation.objects.create(
        from_body=from_body, to_body=to_body, kind=kind, title=title.strip()[:LONGEST_TITLE] or first.reference,
        summary=summary, sent_at=clock.now(), sent_by=by, due_on=last_day,
    )  # fmt: skip
    escalation.deviations.set([deviation for deviation, _acting in begun])
    tell_lists(escalation)
    return escalation


def _let_in(deviation: Deviation, above: Body) -> None:
    assert deviation.filed_at is not None  # noqa: S101  # submitted
    instead = (Party.Role.INFORMED, Party.Role.FORMER, Party.Role.STEERING)
    Party.objects.filter(deviation=deviation, body=above, role__in=instead).delete()
    Party.objects.create(
        deviation=deviation, role=Party.Role.STEERING, body=above, shown_as=above.name, filed_at=deviation.filed_at
    )
    deliver(deviation, above)


def _facts(escalation: Escalation) -> dict[str, object]:
    return {
        "to": escalation.to_body.key,
        "shown_as": escalation.to_body.name,
        "reason": escalation.summary,
        "kind": escalation.kind,
        "escalation": str(escalation.public_id),
    }


# ── the steering body's answer ───────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def decide_escalation(
    escalation: Escalation, *, text: str, by: User, binding: bool = True, item: AgendaItem | None = None
) -> list[Decision]:
    """One decision over all of it, or a recommendation where the body may only recommend (B05).

    `item` and `binding` as in `deciding.decide`, for what is decided at a meeting.
    Deviations that have been closed or withdrawn meanwhile are left as they are. The group stays accountable for what
    follows.
    """
    begun = begin_each(escalation, "decide", by=by, states=OPEN)
    require("text", text, _("Skriv vad ni har beslutat."))
    escalation = take_unanswered(escalation)
    one_by_one = set(escalation.decisions.values_list("deviation", flat=True))
    begun = [(deviation, acting) for deviation, acting in begun if deviation.pk not in one_by_one]
    made = [
        write_decision(deviation, acting, text=text, by=by, binding=binding, item=item, escalation=escalation)
        for deviation, acting in begun
    ]
    _answer(escalation, Escalation.Status.DECIDED, text, by)
    return made


def open_to(deviation: Deviation, acting: Acting) -> Escalation | None:
    """The escalation that the acting party is asked to answer; None for the group itself."""
    if acting.party.role != Party.Role.STEERING:
        return None
    return deviation.escalations.filter(status__in=UNANSWERED, to_body=acting.party.body_id).order_by("-pk").first()


def decide_one(
    escalation: Escalation, deviation: Deviation, acting: Acting, *, text: str, by: User, binding: bool = True,
    item: AgendaItem | None = None,
) -> Decision:  # fmt: skip
    """`decide`, taken by the steering body on one deviation's page. The last one of a bundle answers the whole."""
    escalation = take_unanswered(escalation)
    decision = write_decision(deviation, acting, text=text, by=by, binding=binding, item=item, escalation=escalation)
    waiting = escalation.deviations.filter(state__in=list(OPEN)).exclude(decisions__escalation=escalation)
    if not waiting.exists():
        _answer(escalation, Escalation.Status.DECIDED, text, by)
    return decision


@transaction.atomic
def return_escalated(escalation: Escalation, *, text: str, by: User) -> Escalation:
    """Give it back to the group with an answer. The steering body goes on reading what it has answered."""
    begun = begin_each(escalation, "return_escalated", by=by, states=OPEN)
    require("text", text, _("Skriv varför ni lämnar tillbaka det, och vad gruppen kan göra."))
    escalation = take_unanswered(escalation)
    for deviation, acting in begun:
        Party.objects.filter(deviation=deviation, body=escalation.to_body, role=Party.Role.FORMER).delete()
        Party.objects.filter(deviation=deviation, body=escalation.to_body, role=Party.Role.STEERING).update(
            role=Party.Role.FORMER
        )
        done(deviation, "return_escalated", by, acting, text=text, escalation=str(escalation.public_id))
    return _answer(escalation, Escalation.Status.RETURNED, text, by)


@transaction.atomic
def escalate_further(escalation: Escalation, *, text: str, by: User) -> Escalation:
    """Lift it to the body above the steering body, with its own words. Returns the new escalation; the old one is
    answered by it, and the steering body reads on (B07)."""
    begun = begin_each(escalation, "escalate_further", by=by, states=OPEN)
    require("text", text, _("Skriv vad det styrande organet behöver ta ställning till."))
    escalation = take_unanswered(escalation)
    below, above = escalation.to_body, escalation.to_body.steering_body
    if above is None:
        raise WrongState(_("Det finns inget styrande organ över ert."))
    further = _made(
        begun, from_body=below, to_body=above, kind=escalation.kind, title=escalation.title, summary=text, by=by
    )
    for deviation, acting in begun:
        Party.objects.filter(deviation=deviation, body=below, role=Party.Role.FORMER).delete()
        Party.objects.filter(deviation=deviation, body=below, role=Party.Role.STEERING).update(role=Party.Role.FORMER)
        _let_in(deviation, above)
        done(deviation, "escalate_further", by, acting, **_facts(further))
    _answer(escalation, Escalation.Status.RAISED, text, by)
    return further


def through(service: Callable[..., Any], step: str) -> Callable[..., Any]:
    """The same answer, given on the page of one of the deviations: it answers the whole escalation."""

    def act(deviation: Deviation, *, by: User, seen: int | None = None, **given: Any) -> Any:
        with transaction.atomic():  # lets go of the row: the service takes all of them, in the order of their ids
            begin(deviation, step, by=by, seen=seen)
            escalation = open_escalation(deviation)
        assert escalation is not None  # noqa: S101  # begin() has seen to it
        return service(escalation, by=by, **given)

    act.__doc__ = service.__doc__
    return act


# ── how each of them begins and ends ─────────────────────────────────────────────────────────────────────────────────
def begin_each(
    escalation: Escalation, step: str, *, by: User, states: Iterable[State]
) -> list[tuple[Deviation, Acting]]:
    """Its deviations in those states, locked in the order of their ids, and the steering body that acts for each.

    Raises as `begin` does, with the deviation's number first, and `NotYours` for whoever does not handle there.
    """
    body = escalation.to_body
    if not keys_of(by).on_body(Ability.HANDLE, body.pk):
        raise NotYours(_("Bara det styrande organ som ärendet lyfts till kan göra det här."))
    begun = [
        _begin_one_of(deviation, step, by)
        for deviation in escalation.deviations.filter(state__in=list(states)).order_by("pk")
    ]
    if not begun:
        raise WrongState(_("Ingen av avvikelserna är öppen längre."))
    see(escalation, by=by)
    return [(deviation, _as_body(deviation, acting, body)) for deviation, acting in begun]


def _begin_one_of(deviation: Deviation, step: str, by: User) -> tuple[Deviation, Acting]:
    try:
        return begin(deviation, step, by=by)
    except WrongState as refused:
        raise WrongState(f"{deviation.reference}: {refused.reason}") from refused


def _as_body(deviation: Deviation, acting: Acting, body: Body) -> Acting:
    """In the steering body's name, also when the person handles in the accountable one too."""
    for party in deviation.parties.all():
        if party.role == Party.Role.STEERING and party.body_id == body.pk:
            return Acting(party)
    return acting


def take_unanswered(escalation: Escalation) -> Escalation:
    """The row, locked after its deviations. Raises `WrongState` when it has been answered."""
    taken = (
        Escalation.objects.select_for_update(of=("self",))
        .select_related("to_body__steering_body", "from_body")
        .get(pk=escalation.pk)
    )
    if taken.status not in UNANSWERED:
        raise WrongState(_("Ärendet är redan besvarat."))
    return taken


def _answer(escalation: Escalation, status: str, text: str, by: User) -> Escalation:
    escalation.status, escalation.answer = status, text
    escalation.answered_at, escalation.answered_by = clock.now(), by
    escalation.save(update_fields=["status", "answer", "answered_at", "answered_by"])
    tell_lists(escalation)
    return escalation


def tell_lists(escalation: Escalation) -> None:
    """The lists of the people at both bodies have changed."""
    bodies = [escalation.to_body_id, escalation.from_body_id]
    transaction.on_commit(
        lambda: send_to_people(holders(Ability.READ, bodies=bodies), {"type": "lists.changed"}), robust=True
    )


def _require_title(title: str) -> None:
    if len(title) > LONGEST_TITLE:
        raise Invalid({"title": [("too_long", _("Rubriken får ha högst 160 tecken."))]})
    require("title", title, _("Skriv en rubrik."))
