"""Statements and completions: what is asked of a unit or of the reporter, and what they answer.

What a unit may say besides a statement is in `receiving`. Requirements B02, B03.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.deadlines import ONE_DAY
from deviations.deadlines import due_on as last_day_of
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation, HistoryEntry, Party, Statement
from deviations.rights import Acting
from deviations.search import with_more
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
    last_day = last_day_for(deviation)
    made = [ask(deviation, unit, question=question, due_on=last_day, by=by) for unit in of]
    deviation.state = State.AWAITING_STATEMENT
    done(
        deviation, "request_statement", by, acting,
        of=[unit.full_name for unit in of], due_on=last_day.isoformat(), question=question,
    )  # fmt: skip
    return made


def last_day_for(deviation: Deviation) -> date:
    """The last day of a statement asked for today, after the profile that the deviation was filed under."""
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    return last_day_of(clock.today(), profile_of(deviation.profile_version_id).limits.statement)


def ask(deviation: Deviation, unit: Organisation, *, question: str, due_on: date, by: User) -> Statement:
    """The request alone, for the steps that make one."""
    return Statement.objects.create(
        deviation=deviation, organisation=unit, question=question, requested_at=clock.now(), requested_by=by,
        due_on=due_on,
    )  # fmt: skip


@transaction.atomic
def give_statement(
    deviation: Deviation, *, cause: str, measures: str = "", consequences: str = "", follow_up: str = "",
    of: Organisation | None = None, by: User, seen: int | None = None,
) -> Statement:  # fmt: skip
    """The unit answers what was asked. When no other unit is waited for, it is the group's turn again.

    `of` is which unit answers, needed when the person answers for several that are asked.
    """
    deviation, _acting = begin(deviation, "give_statement", by=by, seen=seen)
    texts = {"cause": cause, "measures": measures, "consequences": consequences, "follow_up": follow_up}
    if not cause.strip():
        raise Invalid({"cause": [("required", _("Skriv hur ni ser på vad som hände och varför."))]})
    for field, text in texts.items():
        guard(field, text)
    statement = waiting_for(deviation, by, of)
    for field, text in texts.items():
        setattr(statement, field, text)
    statement.status = Statement.Status.GIVEN
    answered(deviation, statement, by)
    deviation.search_stems = with_more(deviation.search_stems, *texts.values())
    party = party_of(deviation, statement)
    done(deviation, "give_statement", by, Acting(party), **texts)
    return statement


@transaction.atomic
def extend_statement(
    statement: Statement, *, due_on: date, reason: str, by: User, seen: int | None = None
) -> Statement:
    """Give the unit a later last day, with the reason. The first last day is kept beside it, for the overdue lists."""
    deviation, acting = begin(statement.deviation, "extend_statement", by=by, seen=seen)
    statement = Statement.objects.select_related("organisation__principal").get(pk=statement.pk)
    if statement.status != Statement.Status.REQUESTED:
        raise WrongState(_("Yttrandet väntar inte längre på svar."))
    faults: dict[str, list[tuple[str, str]]] = {}
    if due_on <= max(statement.due_on, clock.today() - ONE_DAY):
        faults["due_on"] = [("too_early", _("Välj en dag som kommer, och som är senare än den sista dag som gäller."))]
    if not reason.strip():
        faults["reason"] = [("required", _("Skriv varför enheten får längre tid."))]
    if faults:
        raise Invalid(faults)
    guard("reason", reason)
    before = statement.due_on
    statement.first_due_on = statement.first_due_on or before
    statement.due_on, statement.extension_reason = due_on, reason
    statement.save(update_fields=["first_due_on", "due_on", "extension_reason"])
    done(
        deviation, "extend_statement", by, acting,
        unit=statement.organisation.full_name, due_on=due_on.isoformat(), before=before.isoformat(), reason=reason,
    )  # fmt: skip
    return statement


@transaction.atomic
def request_completion(deviation: Deviation, *, question: str, by: User, seen: int | None = None) -> Deviation:
    """Ask the reporter for more, at their own page. The last day follows the limit of a statement and is kept in the
    history, with the question."""
    deviation, acting = begin(deviation, "request_completion", by=by, seen=seen)
    if not question.strip():
        raise Invalid({"question": [("required", _("Skriv vad ni behöver veta."))]})
    guard("question", question)
    deviation.state = State.AWAITING_COMPLETION
    done(
        deviation, "request_completion", by, acting,
        question=question, due_on=last_day_for(deviation).isoformat(),
    )  # fmt: skip
    return deviation


def open_question(deviation: Deviation) -> HistoryEntry | None:
    """The newest question to the reporter, while its answer is waited for. `data["due_on"]` is its last day; questions
    asked before there was one have none."""
    if deviation.state != State.AWAITING_COMPLETION:
        return None
    return deviation.history.filter(step="request_completion").order_by("sequence").last()


@transaction.atomic
def complete(deviation: Deviation, *, text: str, by: User, seen: int | None = None) -> Deviation:
    """The reporter, or their unit, adds to what was said. When it was asked for, it is the group's turn again."""
    deviation, acting = begin(deviation, "complete", by=by, seen=seen)
    if not text.strip():
        raise Invalid({"text": [("required", _("Skriv det du vill lägga till."))]})
    guard("text", text)
    if deviation.state == State.AWAITING_COMPLETION:
        deviation.state = after_answer(deviation)
    deviation.search_stems = with_more(deviation.search_stems, text)
    done(deviation, "complete", by, acting, text=text)
    return deviation


def waiting_for(deviation: Deviation, by: User, of: Organisation | None = None) -> Statement:
    """What waits for the person's unit, `of` when several do. Raises `Invalid`, `NotYours`, `WrongState`."""
    keys = keys_of(by)
    waiting = list(
        deviation.statements.filter(status=Statement.Status.REQUESTED)
        .select_related("organisation__principal")
        .order_by("due_on", "pk")
    )
    own = [s for s in waiting if keys.on_organisation(Ability.ANSWER, s.organisation_id, s.organisation.principal_id)]
    if not waiting:
        raise WrongState(_("Inget yttrande är begärt just nu."))
    if not own:
        raise NotYours(_("Yttrandet är begärt av en annan enhet."))
    if of is None and len(own) > 1:
        raise Invalid({"of": [("required", _("Välj vilken enhet ni svarar för."))]})
    found = next((s for s in own if of is None or s.organisation_id == of.pk), None)
    if found is None:
        raise Invalid({"of": [("unknown", _("Det väntar inget yttrande från den enheten."))]})
    return found


def answered(deviation: Deviation, statement: Statement, by: User, *, asked_next: bool = False) -> None:
    """Save the request as answered. When nobody else is waited for it is the group's turn again.

    `asked_next`: another unit was asked in its place, so nobody has said anything about the matter yet.
    """
    statement.answered_at = clock.now()
    statement.answered_by = by
    statement.save()
    if not asked_next:
        deviation.first_answer_at = deviation.first_answer_at or statement.answered_at
    if deviation.state == State.AWAITING_STATEMENT:
        deviation.state = after_answer(deviation)


def after_answer(deviation: Deviation) -> State:
    """Where it stands when what was asked has been answered, or is not asked any more."""
    still = deviation.statements.filter(status=Statement.Status.REQUESTED).exists()
    if still:
        return State.AWAITING_STATEMENT
    return State.ON_AGENDA if deviation.agenda_on else State.RECEIVED


def party_of(deviation: Deviation, statement: Statement) -> Party:
    """The receiving party that the request was put to, in whose name its answer is given."""
    return next(
        p for p in deviation.parties.all()
        if p.role == Party.Role.RECEIVING and p.organisation_id == statement.organisation_id
    )  # fmt: skip
