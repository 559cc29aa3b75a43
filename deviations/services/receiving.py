"""What a receiving unit says besides its statement: it is ours, it belongs to somebody else, it is not ours.

Nothing ends with a no: whoever says that another unit is responsible names it, and Samsyn asks that unit at once. The
second time, counted over units and bodies together, the steering body gets it instead (B03).
"""

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import Invalid
from deviations.models import Deviation, Party, Statement
from deviations.rights import Acting
from deviations.services.begin import begin, done
from deviations.services.escalating import escalate_bounced
from deviations.services.form import guard
from deviations.services.statements import answered, ask, last_day_for, party_of, waiting_for
from orgs.models import Organisation, User
from orgs.profiles.schema import DeclineReason

BOUNCES_BEFORE_STEERING = 2


@transaction.atomic
def accept(deviation: Deviation, *, of: Organisation | None = None, by: User, seen: int | None = None) -> Statement:
    """ "Det är vårt": the unit takes the responsibility at once. Its statement is still waited for, by the same day."""
    deviation, _acting = begin(deviation, "accept", by=by, seen=seen)
    statement = waiting_for(deviation, by, of)
    if statement.accepted_at is not None:
        raise Invalid({"of": [("already", _("Ni har redan sagt att det är ert ansvar."))]})
    statement.accepted_at = clock.now()
    statement.save(update_fields=["accepted_at"])
    done(deviation, "accept", by, Acting(party_of(deviation, statement)))
    return statement


@transaction.atomic
def pass_on(
    deviation: Deviation, *, unit: Organisation | None, reason: str, of: Organisation | None = None, by: User,
    seen: int | None = None,
) -> Statement:  # fmt: skip
    """Hand the request to the unit that it belongs to, in the own principal or in another; a bounce.

    That unit becomes a receiving party with the same question and a limit of its own, counted from today. From the
    second bounce on nobody more is asked: the steering body gets it. Returns the request as it ended.
    """
    deviation, _acting = begin(deviation, "pass_on", by=by, seen=seen)
    statement = waiting_for(deviation, by, of)
    faults = _faults_of(deviation, statement, unit)
    if not reason.strip():
        faults["reason"] = [("required", _("Skriv varför, så att nästa mottagare förstår."))]
    if faults or unit is None:
        raise Invalid(faults)
    guard("reason", reason)
    statement.status = Statement.Status.PASSED_ON
    statement.decline_comment = reason
    _bounce(deviation, "pass_on", statement, unit, by=by, reason=reason)
    return statement


def decline_statement(
    deviation: Deviation, *, reason: DeclineReason, comment: str, unit: Organisation | None,
    of: Organisation | None, by: User,
) -> Deviation:  # fmt: skip
    """The unit's half of `decline`; begun, judged and checked there. With `unit` it is a bounce, as `pass_on` is."""
    statement = waiting_for(deviation, by, of)
    statement.status = Statement.Status.DECLINED
    statement.decline_reason, statement.decline_comment = reason.id, comment
    if unit is not None or reason.names_other:
        faults = _faults_of(deviation, statement, unit)
        if faults or unit is None:
            raise Invalid(faults)
        _bounce(deviation, "decline", statement, unit, by=by, reason=comment, code=reason.id, statement=True)
        return deviation
    answered(deviation, statement, by)
    done(
        deviation, "decline", by, Acting(party_of(deviation, statement)),
        code=reason.id, reason=comment, statement=True,
    )  # fmt: skip
    return deviation


def _faults_of(
    deviation: Deviation, statement: Statement, unit: Organisation | None
) -> dict[str, list[tuple[str, str]]]:
    """Why this unit cannot be asked instead."""
    if unit is None:
        return {"unit": [("required", _("Ange vilken verksamhet det hör till i stället."))]}
    if unit.county_id != deviation.county_id or not _in_force(unit):
        return {"unit": [("unknown", _("Välj en verksamhet i länet som finns i dag."))]}
    if unit.pk == statement.organisation_id:
        return {"unit": [("same", _("Välj en annan verksamhet än er egen."))]}
    if deviation.statements.filter(status=Statement.Status.REQUESTED, organisation=unit).exists():
        return {"unit": [("already", _("Ett yttrande är redan begärt därifrån."))]}
    return {}


def _in_force(unit: Organisation) -> bool:
    today = clock.today()
    return (unit.valid_from is None or unit.valid_from <= today) and (unit.valid_to is None or unit.valid_to >= today)


def _bounce(
    deviation: Deviation, step: str, asked: Statement, unit: Organisation, *, by: User, reason: str, **data: object
) -> None:
    """End the request, ask the one named or lift it, and write the unit's entry. Lifting adds Samsyn's own after it."""
    deviation.bounces += 1
    asked.passed_to = unit
    lifts = deviation.bounces >= BOUNCES_BEFORE_STEERING and _has_one_above(deviation)
    facts: dict[str, object] = {
        **data, "reason": reason, "to": unit.full_name, "bounces": deviation.bounces, "asked": not lifts,
    }  # fmt: skip
    if not lifts:
        due_on = last_day_for(deviation)
        _make_party(deviation, unit)
        ask(deviation, unit, question=asked.question, due_on=due_on, by=by)
        facts["due_on"] = due_on.isoformat()
    acting = Acting(party_of(deviation, asked))
    answered(deviation, asked, by, asked_next=True)
    done(deviation, step, by, acting, **facts)
    if lifts:
        sentence = _("%(unit)s är den andra som säger att det hör till någon annan.")
        escalate_bounced(deviation, reason=sentence % {"unit": acting.shown_as}, by=None)


def _has_one_above(deviation: Deviation) -> bool:
    above = deviation.accountable_body.steering_body if deviation.accountable_body else None
    return above is not None and above.in_force_on(clock.today())


def _make_party(deviation: Deviation, unit: Organisation) -> None:
    if deviation.parties.filter(role=Party.Role.RECEIVING, organisation=unit).exists():
        return
    assert deviation.filed_at is not None  # noqa: S101  # submitted
    Party.objects.create(
        deviation=deviation, role=Party.Role.RECEIVING, organisation=unit, principal_id=unit.principal_id,
        shown_as=unit.full_name, filed_at=deviation.filed_at,
    )  # fmt: skip
