"""Statements and completions: what is asked of a unit or of the reporter, and what they answer."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.deadlines import due_on
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation, Party, Statement
from deviations.rights import Acting
from deviations.services.begin import begin, done
from deviations.services.form import guard
from deviations.workflow import State
from orgs.models import Organisation, User
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of
from orgs.roles import Ability


@transaction.atomic
def request_statement(
    deviation: Deviation, *, of: Sequence[Organisation], question: str, by: User, seen: int | None = None
) -> list[Statement]:
    """Ask one or more receiving units. The last day follows the profile's limit, stored as a date."""
    deviation, acting = begin(deviation, "request_statement", by=by, seen=seen)
    guard("question", question)
    receiving = {p.organisation_id for p in deviation.parties.all() if p.role == Party.Role.RECEIVING}
    if not of or not {unit.pk for unit in of} <= receiving:
        raise Invalid({"of": [("unknown", _("Välj en verksamhet som avvikelsen gäller."))]})
    if len({unit.pk for unit in of}) < len(of):
        raise Invalid({"of": [("twice", _("Samma verksamhet är vald två gånger."))]})
    waiting = deviation.statements.filter(status=Statement.Status.REQUESTED, organisation__in=of)
    if waiting.exists():
        raise Invalid({"of": [("already", _("Ett yttrande är redan begärt därifrån."))]})
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    last_day = due_on(clock.today(), profile_of(deviation.profile_version_id).limits.statement)
    made = [
        Statement.objects.create(
            deviation=deviation, organisation=unit, question=question, requested_at=clock.now(), requested_by=by,
            due_on=last_day,
        )
        for unit in of
    ]  # fmt: skip
    deviation.state = State.AWAITING_STATEMENT
    done(
        deviation, "request_statement", by, acting,
        of=[unit.full_name for unit in of], due_on=last_day.isoformat(), question=question,
    )  # fmt: skip
    return made


@transaction.atomic
def give_statement(
    deviation: Deviation, *, cause: str, measures: str = "", consequences: str = "", follow_up: str = "", by: User,
    seen: int | None = None,
) -> Statement:  # fmt: skip
    """The unit answers what was asked. When no other unit is waited for, it is the group's turn again."""
    deviation, _acting = begin(deviation, "give_statement", by=by, seen=seen)
    texts = {"cause": cause, "measures": measures, "consequences": consequences, "follow_up": follow_up}
    if not cause.strip():
        raise Invalid({"cause": [("required", _("Skriv hur ni ser på vad som hände och varför."))]})
    for field, text in texts.items():
        guard(field, text)
    statement = _waiting_for(deviation, by)
    for field, text in texts.items():
        setattr(statement, field, text)
    statement.status = Statement.Status.GIVEN
    _answered(deviation, statement, by)
    party = _party_of(deviation, statement)
    done(deviation, "give_statement", by, Acting(party), **texts)
    return statement


def decline_statement(deviation: Deviation, acting: Acting, *, reason: str, comment: str, by: User) -> Deviation:
    """The unit's half of `decline`; begun, judged and checked there."""
    statement = _waiting_for(deviation, by)
    statement.status = Statement.Status.DECLINED
    statement.decline_reason, statement.decline_comment = reason, comment
    _answered(deviation, statement, by)
    party = _party_of(deviation, statement)
    done(deviation, "decline", by, Acting(party), code=reason, reason=comment, statement=True)
    return deviation


@transaction.atomic
def request_completion(deviation: Deviation, *, question: str, by: User, seen: int | None = None) -> Deviation:
    """Ask the reporter for more, at their own page."""
    deviation, acting = begin(deviation, "request_completion", by=by, seen=seen)
    if not question.strip():
        raise Invalid({"question": [("required", _("Skriv vad ni behöver veta."))]})
    guard("question", question)
    deviation.state = State.AWAITING_COMPLETION
    done(deviation, "request_completion", by, acting, question=question)
    return deviation


@transaction.atomic
def complete(deviation: Deviation, *, text: str, by: User, seen: int | None = None) -> Deviation:
    """The reporter, or their unit, adds to what was said. When it was asked for, it is the group's turn again."""
    deviation, acting = begin(deviation, "complete", by=by, seen=seen)
    if not text.strip():
        raise Invalid({"text": [("required", _("Skriv det du vill lägga till."))]})
    guard("text", text)
    if deviation.state == State.AWAITING_COMPLETION:
        deviation.state = _after_answer(deviation)
    deviation.search_text = f"{deviation.search_text} {text.casefold()}"
    done(deviation, "complete", by, acting, text=text)
    return deviation


def _waiting_for(deviation: Deviation, by: User) -> Statement:
    """The request that waits for a unit where the person answers."""
    keys = keys_of(by)
    waiting = list(
        deviation.statements.filter(status=Statement.Status.REQUESTED).select_related("organisation").order_by("due_on")
    )
    for statement in waiting:
        unit = statement.organisation
        if keys.on_organisation(Ability.ANSWER, unit.pk, unit.principal_id):
            return statement
    if waiting:
        raise NotYours(_("Yttrandet är begärt av en annan enhet."))
    raise WrongState(_("Inget yttrande är begärt just nu."))


def _answered(deviation: Deviation, statement: Statement, by: User) -> None:
    statement.answered_at = clock.now()
    statement.answered_by = by
    statement.save()
    deviation.first_answer_at = deviation.first_answer_at or statement.answered_at
    if deviation.state == State.AWAITING_STATEMENT:
        deviation.state = _after_answer(deviation)


def _after_answer(deviation: Deviation) -> State:
    still = deviation.statements.filter(status=Statement.Status.REQUESTED).exists()
    if still:
        return State.AWAITING_STATEMENT
    return State.ON_AGENDA if deviation.agenda_on else State.RECEIVED


def _party_of(deviation: Deviation, statement: Statement) -> Party:
    return next(
        p for p in deviation.parties.all()
        if p.role == Party.Role.RECEIVING and p.organisation_id == statement.organisation_id
    )  # fmt: skip
