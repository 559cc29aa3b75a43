"""From the agenda to a verified effect, and back to the one who reported.

Requirements B02, B05, C01, C02, C04, I02.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import Invalid, NotYours
from deviations.models import AgendaItem, Decision, Deviation, Measure, Meeting, Party, Statement
from deviations.search import with_more
from deviations.services import escalating
from deviations.services.agenda_items import day_of, tie_to, untie
from deviations.services.agenda_items import meeting_on as meeting_on_day
from deviations.services.begin import begin, done
from deviations.services.decision import write_decision
from deviations.services.form import guard, require
from deviations.services.together import lock_surviving, tell_other
from deviations.workflow import State
from orgs.models import Organisation, User
from orgs.permissions import keys_of
from orgs.roles import Ability


@transaction.atomic
def put_on_agenda(
    deviation: Deviation, *, meeting_on: date | None = None, meeting: Meeting | None = None, by: User,
    seen: int | None = None,
) -> Deviation:  # fmt: skip
    """Take it up at a meeting of the body: one that is planned, or the one on that day, planned or not yet.

    At a planned meeting it gets an item of its own on the agenda.
    """
    deviation, acting = begin(deviation, "put_on_agenda", by=by, seen=seen)
    body = acting.party.body
    assert body is not None  # noqa: S101  # only bodies have meetings
    if meeting is None and meeting_on is not None:
        meeting = meeting_on_day(body, meeting_on)
    day = day_of(meeting) if meeting is not None else meeting_on
    if day is None:
        raise Invalid({"meeting_on": [("required", _("Välj ett kommande möte."))]})
    if day < clock.today():
        raise Invalid({"meeting_on": [("in_past", _("Välj ett kommande möte."))]})
    deviation.state = State.ON_AGENDA
    deviation.agenda_on = day
    done(deviation, "put_on_agenda", by, acting, meeting_on=day.isoformat())
    if meeting is not None:
        tie_to(meeting, deviation, by=by)
    return deviation


@transaction.atomic
def take_off_agenda(deviation: Deviation, *, reason: str, by: User, seen: int | None = None) -> Deviation:
    """Back to the group's preparation, off every agenda where nobody has decided on it yet."""
    deviation, acting = begin(deviation, "take_off_agenda", by=by, seen=seen)
    require("reason", reason, _("Skriv varför den inte tas upp."))
    waiting = deviation.statements.filter(status=Statement.Status.REQUESTED).exists()
    deviation.state = State.AWAITING_STATEMENT if waiting else State.RECEIVED
    deviation.agenda_on = None
    done(deviation, "take_off_agenda", by, acting, reason=reason)
    untie(deviation, by=by)
    return deviation


@transaction.atomic
def decide(
    deviation: Deviation, *, text: str, by: User, seen: int | None = None, item: AgendaItem | None = None,
    binding: bool = True,
) -> Decision:  # fmt: skip
    """Decide, or recommend where the body's mandate says so (B05): the stored decision and the history tell which.

    `item`: the point of a meeting whose minutes say so. `binding` False: the body stands behind it without deciding.
    """
    deviation, acting = begin(deviation, "decide", by=by, seen=seen)
    require("text", text, _("Skriv vad ni har beslutat."))
    if (lifted := escalating.open_to(deviation, acting)) is not None:
        return escalating.decide_one(lifted, deviation, acting, text=text, by=by, binding=binding, item=item)
    return write_decision(deviation, acting, text=text, by=by, binding=binding, item=item)


@transaction.atomic
def propose_measure(
    deviation: Deviation, *, owner: Organisation, text: str, due_on: date, check_on: date, sign: str, by: User,
    seen: int | None = None, agreed_on: date | None = None,
) -> Measure:  # fmt: skip
    """A measure has an owner, a last day, a day when its effect is checked, and the sign that it helped (I02).

    `agreed_on`: the day of the meeting that agreed on it; its last day may have come before the minutes were approved.
    """
    deviation, acting = begin(deviation, "propose_measure", by=by, seen=seen)
    require("text", text, _("Skriv vad som ska göras."))
    require("sign", sign, _("Skriv vad som skulle visa att det hjälpte."))
    if due_on < (agreed_on or clock.today()):
        raise Invalid({"due_on": [("in_past", _("Välj en kommande dag."))]})
    if check_on < due_on:
        raise Invalid({"check_on": [("too_early", _("Effekten kontrolleras när åtgärden är gjord."))]})
    if owner.county_id != deviation.county_id:
        raise Invalid({"owner": [("other_county", _("Ägaren finns inte i länet."))]})
    measure = Measure.objects.create(
        deviation=deviation, owner=owner, text=text, due_on=due_on, check_on=check_on, sign=sign
    )
    deviation.state = State.MEASURE
    deviation.search_stems = with_more(deviation.search_stems, text)
    done(
        deviation, "propose_measure", by, acting,
        measure=measure.pk, owner=owner.full_name, text=text, due_on=due_on.isoformat(), check_on=check_on.isoformat(),
    )  # fmt: skip
    return measure


@transaction.atomic
def carry_out(measure: Measure, *, by: User, seen: int | None = None) -> Measure:
    """The measure is done. Whether it helped is another question: `check_effect`."""
    deviation, acting = begin(measure.deviation, "carry_out", by=by, seen=seen)
    measure = Measure.objects.select_related("owner").get(pk=measure.pk)
    if acting.party.role == Party.Role.RECEIVING:
        _require_owner(measure, deviation, by)
    if measure.carried_out_at is not None:
        raise Invalid({"measure": [("already", _("Åtgärden är redan gjord."))]})
    measure.carried_out_at = clock.now()
    measure.save(update_fields=["carried_out_at"])
    done(deviation, "carry_out", by, acting, measure=measure.pk, text=measure.text)
    return measure


def _require_owner(measure: Measure, deviation: Deviation, by: User) -> None:
    """A unit says so of its own measures, and of those that its principal has taken on."""
    keys, owner = keys_of(by), measure.owner
    if keys.on_organisation(Ability.ANSWER, owner.pk, owner.principal_id):
        return
    for party in deviation.parties.select_related("organisation").filter(role=Party.Role.RECEIVING):
        unit = party.organisation
        answers = unit is not None and keys.on_organisation(Ability.ANSWER, unit.pk, party.principal_id)
        if unit is not None and answers and unit.path.startswith(owner.path):
            return
    raise NotYours(_("Åtgärden ägs av en annan verksamhet."))


@transaction.atomic
def check_effect(
    measure: Measure, *, effect: str, comment: str, check_again_on: date | None = None, by: User,
    seen: int | None = None,
) -> Measure:  # fmt: skip
    """Verified, not verified, or too early to say: then with the day to look again (I02).

    When all measures have an answer it is past its effect.
    """
    deviation, acting = begin(measure.deviation, "check_effect", by=by, seen=seen)
    measure = Measure.objects.get(pk=measure.pk)
    if effect not in Measure.Effect.values:
        raise Invalid({"effect": [("unknown", _("Välj om det hjälpte, inte hjälpte eller är för tidigt att säga."))]})
    if measure.carried_out_at is None:
        raise Invalid({"measure": [("not_done", _("Åtgärden är inte gjord än."))]})
    require("comment", comment, _("Skriv vad ni har sett."))
    again = _again_on(effect, check_again_on)
    measure.effect, measure.effect_comment, measure.effect_checked_at = effect, comment, clock.now()
    if again is not None:
        measure.check_on, measure.stalled_at = again, None
    measure.save(update_fields=["effect", "effect_comment", "effect_checked_at", "check_on", "stalled_at"])
    open_effects = deviation.measures.exclude(
        effect__in=[Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED]
    ).exists()
    deviation.state = State.MEASURE if open_effects else State.EFFECT
    facts = {"check_on": again.isoformat()} if again is not None else {}
    done(deviation, "check_effect", by, acting, measure=measure.pk, effect=effect, text=comment, **facts)
    return measure


def _again_on(effect: str, day: date | None) -> date | None:
    """Too early to say needs a new day; an answer needs none, and a day given with it is forgotten."""
    if effect != Measure.Effect.TOO_EARLY:
        return None
    if day is None:
        raise Invalid({"check_again_on": [("required", _("Välj en dag att titta igen."))]})
    if day <= clock.today():
        raise Invalid({"check_again_on": [("in_past", _("Välj en kommande dag."))]})
    return day


@transaction.atomic
def postpone_measure(measure: Measure, *, due_on: date, reason: str, by: User, seen: int | None = None) -> Measure:
    """A later last day, with its reason. The effect check moves as many days, and the alarm may go again (I03)."""
    deviation, acting = begin(measure.deviation, "postpone_measure", by=by, seen=seen)
    measure = Measure.objects.select_related("owner__principal").get(pk=measure.pk)
    if measure.carried_out_at is not None:
        raise Invalid({"measure": [("already", _("Åtgärden är redan gjord."))]})
    if due_on <= max(measure.due_on, clock.today()):
        raise Invalid({"due_on": [("not_later", _("Välj en dag efter den förra, och efter i dag."))]})
    require("reason", reason, _("Skriv varför dagen flyttas."))
    before, moved = measure.due_on, due_on - measure.due_on
    measure.due_on, measure.check_on = due_on, measure.check_on + moved
    measure.postponed_reason, measure.stalled_at = reason, None
    measure.save(update_fields=["due_on", "check_on", "postponed_reason", "stalled_at"])
    done(
        deviation, "postpone_measure", by, acting,
        measure=measure.pk, owner=measure.owner.full_name, due_on=due_on.isoformat(), before=before.isoformat(),
        check_on=measure.check_on.isoformat(), reason=reason,
    )  # fmt: skip
    return measure


@transaction.atomic
def give_feedback(deviation: Deviation, *, text: str, by: User, seen: int | None = None) -> Deviation:
    """Tell the reporter what was found and done. Without it nothing can be closed (C02)."""
    deviation, acting = begin(deviation, "give_feedback", by=by, seen=seen)
    require("text", text, _("Skriv ett svar till den som anmälde."))
    now = clock.now()
    if deviation.fed_back_at is None:
        deviation.helped = None  # opened again since it was answered: the question is asked anew
    deviation.fed_back_at = now
    deviation.first_answer_at = deviation.first_answer_at or now
    done(deviation, "give_feedback", by, acting, text=text)
    return deviation


@transaction.atomic
def close(deviation: Deviation, *, by: User, seen: int | None = None) -> Deviation:
    """Close what is decided, fed back and checked. The reporter is asked whether it helped."""
    deviation, acting = begin(deviation, "close", by=by, seen=seen)
    deviation.state = State.CLOSED
    deviation.closed_at = clock.now()
    done(deviation, "close", by, acting)
    return deviation


@transaction.atomic
def answer_helped(
    deviation: Deviation, *, helped: bool, comment: str = "", by: User, seen: int | None = None
) -> Deviation:
    """The reporter's answer to "did it help?". "No" says why, and opens the question again: for itself, if it was
    merged into another."""
    lock_surviving(deviation)
    deviation, acting = begin(deviation, "answer_helped", by=by, seen=seen)
    if not helped:
        require("comment", comment, _("Skriv vad som fortfarande inte fungerar."))
    guard("comment", comment)
    deviation.helped = helped
    was_with = deviation.merged_into
    if not helped:
        _open_again(deviation)
    done(deviation, "answer_helped", by, acting, helped=helped, text=comment)
    if was_with is not None and not helped:
        tell_other(was_with, "parted", by, acting, number=deviation.reference)
    return deviation


@transaction.atomic
def reopen(deviation: Deviation, *, reason: str, by: User, seen: int | None = None) -> Deviation:
    """Open a closed deviation. It needs a new decision and a new answer to the reporter before it closes again."""
    deviation, acting = begin(deviation, "reopen", by=by, seen=seen)
    require("reason", reason, _("Skriv varför den öppnas igen."))
    _open_again(deviation)
    done(deviation, "reopen", by, acting, reason=reason)
    return deviation


def _open_again(deviation: Deviation) -> None:
    deviation.state = State.RECEIVED
    deviation.merged_into = None
    deviation.closed_at = None
    deviation.closing_severity = deviation.closing_likelihood = None
    deviation.fed_back_at = None
    deviation.decided_at = None
    deviation.agenda_on = None
