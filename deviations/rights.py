"""May this person take this step? Answered from the workflow table, the parties and the person's keys, with the reason.

The same answer greys the button, refuses the service and fills the API's list of possible steps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations.models import Adoption, Deviation, Dispute, Escalation, Measure, Party, Statement
from deviations.visibility import abilities_at
from deviations.workflow import STEERING, STEPS, Standing, State, Step
from orgs.models import Organisation
from orgs.permissions import Denied, Keys, keys_of


class WrongStateDenied(Denied):
    """Allowed in itself, but not from where the deviation is now."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Acting:
    """The party whose right is used. What others read of the step is the party's name, never the person's."""

    party: Party

    @property
    def shown_as(self) -> str:
        return self.party.shown_as


def _feedback_given(deviation: Deviation) -> str | None:
    if deviation.fed_back_at is None:
        return _("Kan avslutas när rapportören har fått svar.")
    return None


def _effects_checked(deviation: Deviation) -> str | None:
    unchecked = [
        m for m in deviation.measures.all() if m.effect not in {Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED}
    ]
    return _("Kan avslutas när varje åtgärds effekt är kontrollerad.") if unchecked else None


def _scored_again(deviation: Deviation) -> str | None:
    """Severity × likelihood before and after. Of a good example there is no risk to estimate."""
    if deviation.kind == Deviation.Kind.GOOD_EXAMPLE:
        return None
    if deviation.severity is None:
        return _("Skatta risken innan ni avslutar.")
    return _("Skatta risken igen innan ni avslutar.") if deviation.closing_severity is None else None


def _nothing_merged(deviation: Deviation) -> str | None:
    return _("Dela upp det som är fört hit först.") if deviation.merged.exists() else None


def _has_steering_body(deviation: Deviation) -> str | None:
    body = deviation.accountable_body
    if body is None or body.steering_body_id is None:
        return _("Det finns inget styrande organ över det ansvariga organet.")
    if any(p.role == Party.Role.STEERING for p in deviation.parties.all()):
        return _("Avvikelsen är redan lyft till det styrande organet.")
    return None


def _statement_waits(deviation: Deviation) -> str | None:
    waiting = any(s.status == Statement.Status.REQUESTED for s in deviation.statements.all())
    return None if waiting else _("Inget yttrande är begärt just nu.")


def _not_accepted(deviation: Deviation) -> str | None:
    waiting = [s for s in deviation.statements.all() if s.status == Statement.Status.REQUESTED]
    if waiting and all(s.accepted_at is not None for s in waiting):
        return _("Ni har redan sagt att det är ert ansvar.")
    return _statement_waits(deviation)


def _measure_waits(deviation: Deviation) -> str | None:
    waiting = any(m.carried_out_at is None for m in deviation.measures.all())
    return None if waiting else _("Alla åtgärder är redan gjorda.")


def _measure_done(deviation: Deviation) -> str | None:
    done = any(m.carried_out_at is not None for m in deviation.measures.all())
    return None if done else _("Ingen åtgärd är gjord än.")


def _answered(deviation: Deviation) -> str | None:
    return None if deviation.fed_back_at else _("Frågan ställs när du har fått svar.")


_HAS_IT = (Party.Role.ACCOUNTABLE, Party.Role.STAND_IN)


def _declines_in_time(acting: Acting, deviation: Deviation) -> str | None:
    """A body declines what has just come; a unit declines a statement that is asked of it."""
    if acting.party.role in _HAS_IT and deviation.state != State.SUBMITTED:
        return _("Det som gruppen har tagit emot kan lämnas över, men inte avböjas.")
    if acting.party.role == Party.Role.RECEIVING:
        return _statement_waits(deviation)
    return None


def _deciding(acting: Acting, deviation: Deviation, keys: Keys) -> Acting | WrongStateDenied:
    """The group decides what it prepares, once. The steering body also answers later, while it is asked."""
    if deviation.state in {State.RECEIVED, State.AWAITING_STATEMENT, State.ON_AGENDA}:
        return acting
    party = _holds(STEERING, deviation, keys)
    if party is not None and _open_escalation(deviation, party.body_id):
        return Acting(party)
    return WrongStateDenied(str(STEPS["decide"].wrong_state))


def _lifted(deviation: Deviation) -> str | None:
    return None if _open_escalation(deviation) else _("Ärendet är redan besvarat.")


def _open_escalation(deviation: Deviation, body_id: int | None = None) -> bool:
    to = {} if body_id is None else {"to_body": body_id}
    waits = (Escalation.Status.WAITING, Escalation.Status.WORKING_GROUP)
    return deviation.escalations.filter(status__in=waits, **to).exists()


def _someone_unasked(deviation: Deviation) -> str | None:
    """Of the newest decision, and those taken together with it."""
    newest = deviation.decisions.order_by("-pk").first()
    if newest is None:
        return None
    together = Q(decision=newest) | Q(decision__escalation=newest.escalation_id, decision__escalation__isnull=False)
    asked = Adoption.objects.filter(together).values("principal")
    left = Organisation.objects.filter(county=deviation.county_id, parent__isnull=True)
    return None if left.exclude(pk__in=asked).exists() else _("Huvudmännen har redan fått frågan.")


def _has_body_above(deviation: Deviation) -> str | None:
    above = any(
        p.role == Party.Role.STEERING and p.body is not None and p.body.steering_body_id is not None
        for p in deviation.parties.all()
    )
    return None if above else _("Det finns inget styrande organ över ert.")


def _not_received_before(deviation: Deviation) -> str | None:
    """Handed over since: another body waits to receive it, but a group has already worked with it."""
    return str(STEPS["withdraw"].wrong_state) if deviation.received_at is not None else None


def _dispute_open(deviation: Deviation) -> str | None:
    return None if _open_dispute(deviation) else _("Ingen tvist pågår.")


def _no_dispute_open(deviation: Deviation) -> str | None:
    return _("En tvist pågår redan.") if _open_dispute(deviation) else None


def _dispute_settled(deviation: Deviation) -> str | None:
    return _("Tvisten avgörs först.") if _open_dispute(deviation) else None


def _open_dispute(deviation: Deviation) -> bool:
    return any(dispute.status == Dispute.Status.OPEN for dispute in deviation.disputes.all())


def _has_decided_dispute(deviation: Deviation) -> str | None:
    ready = any(
        dispute.status == Dispute.Status.DECIDED and not hasattr(dispute, "precedent")
        for dispute in deviation.disputes.all()
    )
    return None if ready else _("Det finns ingen avgjord tvist att göra vägledande.")


def _decided_once(deviation: Deviation) -> str | None:
    return None if deviation.decisions.exists() else _("Det finns inget beslut att svara på.")


CONDITIONS: Mapping[str, tuple[Callable[[Deviation], str | None], ...]] = {
    "close": (_feedback_given, _effects_checked, _scored_again),
    "hand_over": (_nothing_merged,),
    "escalate": (_has_steering_body,),
    "give_statement": (_statement_waits,),
    "carry_out": (_measure_waits,),
    "check_effect": (_measure_done,),
    "answer_helped": (_answered,),
    "withdraw": (_not_received_before, _dispute_settled),
    "merge": (_dispute_settled,),
    "extend_statement": (_statement_waits,),
    "accept": (_not_accepted,),
    "pass_on": (_statement_waits,),
    "open_dispute": (_no_dispute_open,),
    "give_view": (_dispute_open,),
    "set_interim": (_dispute_open,),
    "decide_dispute": (_dispute_open,),
    "decide": (_dispute_settled,),
    "publish_precedent": (_has_decided_dispute,),
    "ask_adoption": (_decided_once, _someone_unasked),
    "return_escalated": (_lifted,),
    "escalate_further": (_lifted, _has_body_above),
    "set_up_group": (_lifted,),
    "postpone_measure": (_measure_waits,),
}


def may(
    user: AbstractBaseUser | AnonymousUser, step: str, deviation: Deviation, *, keys: Keys | None = None
) -> Acting | Denied:
    """The party through which the person may take the step now, or the reason why not.

    Reads `deviation.parties` (prefetch them in lists); `keys` saves reading the rights again.
    """
    rule = STEPS[step]
    keys = keys or keys_of(user)
    acting = _standing(rule, deviation, keys)
    if isinstance(acting, Denied):
        return acting
    if State(deviation.state) not in rule.frm:
        return WrongStateDenied(str(rule.wrong_state))
    for condition in CONDITIONS.get(step, ()):
        if reason := condition(deviation):
            return WrongStateDenied(reason)
    if step == "decline" and (reason := _declines_in_time(acting, deviation)):
        return WrongStateDenied(reason)
    return _deciding(acting, deviation, keys) if step == "decide" else acting


def _standing(rule: Step, deviation: Deviation, keys: Keys) -> Acting | Denied:
    for standing in rule.who:
        if (party := _holds(standing, deviation, keys)) is not None:
            return Acting(party)
    return Denied(" ".join(dict.fromkeys(str(s.refusal) for s in rule.who)))


def _holds(standing: Standing, deviation: Deviation, keys: Keys) -> Party | None:
    if "reporter" in standing.party_roles and keys.user_id is not None and deviation.filed_by_id == keys.user_id:
        return reporting_party(deviation)
    for party in deviation.parties.all():
        if party.role in standing.party_roles and standing.ability in abilities_at(party, keys):
            return party
    return None


def reporting_party(deviation: Deviation) -> Party:
    """The reporting unit, in whose name the reporter acts. A draft has no rows yet."""
    for party in deviation.parties.all():
        if party.role == Party.Role.REPORTING:
            return party
    unit = deviation.reporting_unit
    return Party(
        deviation=deviation,
        role=Party.Role.REPORTING,
        organisation=unit,
        principal=deviation.reporting_principal,
        shown_as=unit.full_name if unit else "",
    )


def possible_steps(user: AbstractBaseUser | AnonymousUser, deviation: Deviation) -> dict[str, Acting | Denied]:
    """Every step with its answer, for buttons and for the API. Steps of other standings than the person's are left out
    by the caller when they only clutter."""
    keys = keys_of(user)
    return {name: may(user, name, deviation, keys=keys) for name in STEPS}
