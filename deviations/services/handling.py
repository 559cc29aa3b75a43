"""What the accountable body does with what has come: receive, hand over, decline, score, invite, note.

Requirements B01, B03, B04, C01.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import Invalid, WrongState
from deviations.models import Delivery, Deviation, Invitation, Note, Party
from deviations.rights import Acting
from deviations.services.begin import begin, done
from deviations.services.form import guard
from deviations.services.receivers import HAS_IT, deliver, end_stand_ins
from deviations.services.receiving import BOUNCES_BEFORE_STEERING, decline_statement
from deviations.workflow import AFTER_DECISION, State
from orgs.models import Body, Organisation, User
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability


def see(deviation: Deviation, *, by: User) -> None:
    """A person at the accountable body has opened it: the delivery has arrived. Not a step, and told to nobody.

    Called when reading, so it asks before it writes: a reader must not wait for SQLite's one write lock.
    """
    waiting = Delivery.objects.filter(
        deviation=deviation, seen_at__isnull=True, ended_at__isnull=True,
        body__in=keys_of(by).bodies.get(Ability.HANDLE, frozenset()),
    )  # fmt: skip
    if waiting.exists():
        waiting.update(seen_at=clock.now(), seen_by=by)


@transaction.atomic
def receive(deviation: Deviation, *, by: User, seen: int | None = None) -> Deviation:
    """The body takes it on. The reporter sees who has it and when an answer is due."""
    deviation, acting = begin(deviation, "receive", by=by, seen=seen)
    deviation.state = State.RECEIVED
    deviation.received_at = deviation.received_at or clock.now()
    see(deviation, by=by)
    if acting.party.role == Party.Role.STAND_IN:  # then nobody has to look for it at the body that does not work
        Delivery.objects.filter(deviation=deviation, seen_at__isnull=True, ended_at__isnull=True).update(
            ended_at=clock.now()
        )
    done(deviation, "receive", by, acting)
    return deviation


@transaction.atomic
def hand_over(deviation: Deviation, *, to: Body, reason: str, by: User, seen: int | None = None) -> Deviation:
    """Make another body accountable. The reporter and both bodies are told; the old one keeps reading.

    Counts as a bounce: the second one makes the steering body accountable instead, whatever `to` says.
    """
    deviation, acting = begin(deviation, "hand_over", by=by, seen=seen)
    _move(deviation, "hand_over", to=to, reason=reason, code="", by=by, acting=acting)
    return deviation


@transaction.atomic
def decline(
    deviation: Deviation, *, reason: str, comment: str, to: Body | None = None, unit: Organisation | None = None,
    of: Organisation | None = None, by: User, seen: int | None = None,
) -> Deviation:  # fmt: skip
    """ "Not ours", with a fixed reason, a comment, and who it belongs to instead.

    From the accountable body it moves the deviation to `to`, as a bounce. From a unit asked for a statement it answers
    that request (`of`: which unit's, when the person answers for several); a reason that says that somebody else is
    responsible needs `unit`, which is asked next, as a bounce too. `reason` is one of the profile's decline reasons.
    Raises `Invalid` at the field.
    """
    deviation, acting = begin(deviation, "decline", by=by, seen=seen)
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    reasons = {choice.id: choice for choice in profile_of(deviation.profile_version_id).decline_reasons}
    faults: dict[str, list[tuple[str, str]]] = {}
    if reason not in reasons:
        faults["reason"] = [("unknown", _("Välj ett av skälen."))]
    if not comment.strip():
        faults["comment"] = [("required", _("Skriv varför, så att nästa mottagare förstår."))]
    if acting.party.role in HAS_IT and to is None:
        faults["to"] = [("required", _("Ange vem det hör till i stället."))]
    if faults:
        raise Invalid(faults)
    guard("comment", comment)
    if acting.party.role == Party.Role.RECEIVING:
        return decline_statement(deviation, reason=reasons[reason], comment=comment, unit=unit, of=of, by=by)
    if deviation.state != State.SUBMITTED:
        raise WrongState(_("Det som gruppen har tagit emot kan lämnas över, men inte avböjas."))
    assert to is not None  # noqa: S101  # asked for above
    _move(deviation, "decline", to=to, reason=comment, code=reason, by=by, acting=acting)
    return deviation


def _move(deviation: Deviation, step: str, *, to: Body, reason: str, code: str, by: User, acting: Acting) -> None:
    old = deviation.accountable_body
    assert old is not None  # noqa: S101  # the database refuses a submitted deviation without one
    _require_works(deviation, old, to)
    if not reason.strip():
        raise Invalid({"reason": [("required", _("Skriv varför, så att nästa mottagare förstår."))]})
    guard("reason", reason)
    deviation.bounces += 1
    named, to = to, _decided_by_bounces(deviation, old, to)
    now = clock.now()
    Delivery.objects.filter(deviation=deviation, seen_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    end_stand_ins(deviation)
    accountable = Party.objects.get(deviation=deviation, role=Party.Role.ACCOUNTABLE)
    Party.objects.filter(deviation=deviation, body=to).delete()  # it was informed, steering or a former holder
    accountable.role = Party.Role.FORMER
    accountable.save(update_fields=["role"])
    assert deviation.filed_at is not None and deviation.occurred_on is not None  # noqa: S101, PT018  # as above
    shown = to.name_on(deviation.occurred_on)
    Party.objects.create(
        deviation=deviation, role=Party.Role.ACCOUNTABLE, body=to, shown_as=shown, filed_at=deviation.filed_at
    )
    deviation.accountable_body = to
    deviation.accountable_shown = shown
    deviation.state = State.SUBMITTED
    deviation.agenda_on = None
    done(
        deviation, step, by, acting,
        **{"from": old.key, "to": to.key, "shown_as": shown, "named": named.key, "reason": reason, "code": code,
           "bounces": deviation.bounces},
    )  # fmt: skip
    deliver(deviation, to)


def _require_works(deviation: Deviation, old: Body, to: Body) -> None:
    """Another body of the county that works today: what has ended, or is only planned, would never answer."""
    if to.county_id != deviation.county_id or to.pk == old.pk:
        raise Invalid({"to": [("unknown", _("Välj ett annat organ i länet."))]})
    today = clock.today()
    profile = profile_of(version_in_force(to.county, today).pk)
    planned = any(body.planned for body in profile.bodies if body.id == to.key)
    if planned or not to.in_force_on(today):
        raise Invalid({"to": [("not_in_force", _("Organet arbetar inte i dag. Välj ett annat."))]})


def _decided_by_bounces(deviation: Deviation, old: Body, named: Body) -> Body:
    """The body named; from the second bounce on the one above, whose choice among those it steers then stands."""
    if deviation.bounces < BOUNCES_BEFORE_STEERING or named.steering_body_id == old.pk:
        return named
    above = old.steering_body or named.steering_body
    return above if above is not None and above.in_force_on(clock.today()) else named


@transaction.atomic
def score(deviation: Deviation, *, severity: int, likelihood: int, by: User, seen: int | None = None) -> Deviation:
    """Severity and likelihood, 1 to 4 each: at triage, and again as they are when it is about to be closed.

    After the decision it is the later estimate, unless the first was never made: then that comes first.
    """
    deviation, acting = begin(deviation, "score", by=by, seen=seen)
    faults = {
        name: [("out_of_range", _("Välj 1 till 4."))]
        for name, value in (("severity", severity), ("likelihood", likelihood))
        if not 1 <= value <= 4
    }
    if faults:
        raise Invalid(faults)
    closing = scores_closing(deviation)
    if closing:
        deviation.closing_severity, deviation.closing_likelihood = severity, likelihood
    else:
        deviation.severity, deviation.likelihood = severity, likelihood
    done(deviation, "score", by, acting, severity=severity, likelihood=likelihood, closing=closing)
    return deviation


def scores_closing(deviation: Deviation) -> bool:
    """Whether an estimate made now is the one at closing."""
    return deviation.state in AFTER_DECISION and deviation.severity is not None


@transaction.atomic
def invite(deviation: Deviation, *, user: User, reason: str, by: User, seen: int | None = None) -> Invitation:
    """Let one named person read this deviation, and no other. Their name is in the invitation, never in the history."""
    deviation, acting = begin(deviation, "invite", by=by, seen=seen)
    if not reason.strip():
        raise Invalid({"reason": [("required", _("Skriv varför personen behöver läsa."))]})
    guard("reason", reason)
    if Invitation.objects.filter(deviation=deviation, user=user, ended_at__isnull=True).exists():
        raise Invalid({"user": [("already", _("Personen är redan inbjuden."))]})
    assert deviation.filed_at is not None  # noqa: S101  # submitted
    invitation = Invitation.objects.create(deviation=deviation, user=user, reason=reason, invited_by=by)
    Party.objects.create(
        deviation=deviation, role=Party.Role.INVITED, person=user, shown_as="Inbjuden", filed_at=deviation.filed_at
    )
    done(deviation, "invite", by, acting, reason=reason)
    return invitation


@transaction.atomic
def end_invitation(invitation: Invitation, *, by: User) -> None:
    """At once: the next request, and every open socket of the person, is judged without it."""
    from orgs.permissions import announce_rights_changed

    deviation, acting = begin(invitation.deviation, "end_invitation", by=by)
    invitation = Invitation.objects.get(pk=invitation.pk)
    if invitation.ended_at is not None:
        raise WrongState(_("Inbjudan är redan avslutad."))
    Party.objects.filter(deviation=deviation, role=Party.Role.INVITED, person_id=invitation.user_id).delete()
    invitation.ended_at = clock.now()
    invitation.save(update_fields=["ended_at"])
    done(deviation, "end_invitation", by, acting)
    user_id = invitation.user_id
    transaction.on_commit(lambda: announce_rights_changed(user_id), robust=True)


@transaction.atomic
def note(deviation: Deviation, *, text: str, by: User) -> Note:
    """An internal note of the accountable body. The history says that there is one, never what it says."""
    deviation, acting = begin(deviation, "note", by=by)
    if not text.strip():
        raise Invalid({"text": [("required", _("Anteckningen är tom."))]})
    guard("text", text)
    assert acting.party.body is not None  # noqa: S101  # ACCOUNTABLE is a body
    written = Note.objects.create(deviation=deviation, body=acting.party.body, text=text, by=by)
    done(deviation, "note", by, acting)
    return written
