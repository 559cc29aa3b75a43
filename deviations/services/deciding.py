"""From the agenda to a verified effect, and back to the one who reported.

Requirements B02, B05, C01, C02, C04, I02.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import Invalid, NotYours
from deviations.models import Decision, Deviation, Measure, Party
from deviations.search import with_more
from deviations.services.begin import begin, done
from deviations.services.form import guard
from deviations.workflow import State
from orgs.models import Organisation, User
from orgs.permissions import keys_of
from orgs.roles import Ability


@transaction.atomic
def put_on_agenda(deviation: Deviation, *, meeting_on: date, by: User, seen: int | None = None) -> Deviation:
    """Take it up at the body's meeting on that day."""
    deviation, acting = begin(deviation, "put_on_agenda", by=by, seen=seen)
    if meeting_on < clock.today():
        raise Invalid({"meeting_on": [("in_past", _("Välj ett kommande möte."))]})
    deviation.state = State.ON_AGENDA
    deviation.agenda_on = meeting_on
    done(deviation, "put_on_agenda", by, acting, meeting_on=meeting_on.isoformat())
    return deviation


@transaction.atomic
def decide(deviation: Deviation, *, text: str, by: User, seen: int | None = None) -> Decision:
    """Decide, or recommend where the body's mandate says so (B05): the stored decision and the history tell which."""
    deviation, acting = begin(deviation, "decide", by=by, seen=seen)
    _required("text", text, _("Skriv vad ni har beslutat."))
    body = acting.party.body
    assert body is not None  # noqa: S101  # only bodies decide
    decision = Decision.objects.create(
        deviation=deviation, body=body, text=text, binding=body.may_decide, decided_at=clock.now(), decided_by=by
    )
    deviation.state = State.DECIDED
    deviation.search_stems = with_more(deviation.search_stems, text)
    deviation.decided_at = decision.decided_at
    deviation.first_answer_at = deviation.first_answer_at or decision.decided_at
    done(deviation, "decide", by, acting, text=text, binding=body.may_decide)
    return decision


@transaction.atomic
def propose_measure(
    deviation: Deviation, *, owner: Organisation, text: str, due_on: date, check_on: date, sign: str, by: User,
    seen: int | None = None,
) -> Measure:  # fmt: skip
    """A measure has an owner, a last day, a day when its effect is checked, and the sign that it helped (I02)."""
    deviation, acting = begin(deviation, "propose_measure", by=by, seen=seen)
    _required("text", text, _("Skriv vad som ska göras."))
    _required("sign", sign, _("Skriv vad som skulle visa att det hjälpte."))
    if due_on < clock.today():
        raise Invalid({"due_on": [("in_past", _("Välj en kommande dag."))]})
    if check_on < due_on:
        raise Invalid({"check_on": [("too_early", _("Effekten kontrolleras när åtgärden är gjord."))]})
    if owner.county_id != deviation.county_id:
        raise Invalid({"owner": [("other_county", _("Ägaren finns inte i länet."))]})
    measure = Measure.objects.create(
        deviation=deviation, owner=owner, text=text, due_on=due_on, check_on=check_on, sign=sign
    )
    deviation.state = State.MEASURE
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
def check_effect(measure: Measure, *, effect: str, comment: str, by: User, seen: int | None = None) -> Measure:
    """Verified, not verified, or too early to say. When all measures have an answer it is past its effect."""
    deviation, acting = begin(measure.deviation, "check_effect", by=by, seen=seen)
    measure = Measure.objects.get(pk=measure.pk)
    if effect not in Measure.Effect.values:
        raise Invalid({"effect": [("unknown", _("Välj om det hjälpte, inte hjälpte eller är för tidigt att säga."))]})
    if measure.carried_out_at is None:
        raise Invalid({"measure": [("not_done", _("Åtgärden är inte gjord än."))]})
    _required("comment", comment, _("Skriv vad ni har sett."))
    measure.effect, measure.effect_comment, measure.effect_checked_at = effect, comment, clock.now()
    measure.save(update_fields=["effect", "effect_comment", "effect_checked_at"])
    open_effects = deviation.measures.exclude(
        effect__in=[Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED]
    ).exists()
    deviation.state = State.MEASURE if open_effects else State.EFFECT
    done(deviation, "check_effect", by, acting, measure=measure.pk, effect=effect, text=comment)
    return measure


@transaction.atomic
def give_feedback(deviation: Deviation, *, text: str, by: User, seen: int | None = None) -> Deviation:
    """Tell the reporter what was found and done. Without it nothing can be closed (C02)."""
    deviation, acting = begin(deviation, "give_feedback", by=by, seen=seen)
    _required("text", text, _("Skriv ett svar till den som anmälde."))
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
    """The reporter's answer to "did it help?". "No" says why, and opens the question again."""
    deviation, acting = begin(deviation, "answer_helped", by=by, seen=seen)
    if not helped:
        _required("comment", comment, _("Skriv vad som fortfarande inte fungerar."))
    guard("comment", comment)
    deviation.helped = helped
    if not helped:
        _open_again(deviation)
    done(deviation, "answer_helped", by, acting, helped=helped, text=comment)
    return deviation


@transaction.atomic
def reopen(deviation: Deviation, *, reason: str, by: User, seen: int | None = None) -> Deviation:
    """Open a closed deviation. It needs a new decision and a new answer to the reporter before it closes again."""
    deviation, acting = begin(deviation, "reopen", by=by, seen=seen)
    _required("reason", reason, _("Skriv varför den öppnas igen."))
    _open_again(deviation)
    done(deviation, "reopen", by, acting, reason=reason)
    return deviation


def _open_again(deviation: Deviation) -> None:
    deviation.state = State.RECEIVED
    deviation.closed_at = None
    deviation.fed_back_at = None
    deviation.decided_at = None
    deviation.agenda_on = None


def _required(field: str, text: str, sentence: str) -> None:
    if not text.strip():
        raise Invalid({field: [("required", sentence)]})
    guard(field, text)
