"""How principals carry a decision out: asked one by one, each answering for itself (B05, B06).

A body that may only recommend binds nobody (kommunalt självstyre). For a binding decision the same rows tell how far
each has come. A principal reads the decision, its category and clause; the deviation only if it is a party.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from deviations import clock, deadlines
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import record
from deviations.models import Adoption, Decision, Deviation
from deviations.services.begin import begin, done
from deviations.services.form import guard
from orgs.live import send_to_people
from orgs.models import County, Organisation, User
from orgs.permissions import holders, keys_of
from orgs.profiles.active import profile_of
from orgs.roles import Ability

BY_DEFAULT = (Organisation.Kind.REGION, Organisation.Kind.MUNICIPALITY)
WITH_REASON = (Adoption.Answer.PARTLY, Adoption.Answer.DECLINED)
CARRYING_OUT = (Adoption.Answer.ADOPTED, Adoption.Answer.PARTLY)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the principals have answered: "15 av 17 inför"."""

    asked: int
    adopted: int
    partly: int
    declined: int
    waiting: int
    done: int


def readable_by(user: User) -> models.QuerySet[Adoption]:
    """Those asked of a principal where the person answers or reads for the principal itself."""
    keys = keys_of(user)
    roots = keys.principals.get(Ability.ANSWER, frozenset()) | keys.principals.get(Ability.READ, frozenset())
    return Adoption.objects.filter(principal__in=roots).select_related(
        "principal", "decision__body", "decision__deviation__county", "decision__deviation__clause__agreement"
    )


def of_deviation(deviation: Deviation) -> models.QuerySet[Adoption]:
    """What was asked about its decisions, and about decisions taken together with them."""
    own = deviation.decisions.all()
    together = own.filter(escalation__isnull=False).values("escalation")
    found = Adoption.objects.filter(Q(decision__in=own.values("pk")) | Q(decision__escalation__in=together))
    return found.select_related("principal", "decision__body").order_by("decision", "principal__name")


def tally(adoptions: Sequence[Adoption]) -> Tally:
    answers = [adoption.answer for adoption in adoptions]
    return Tally(
        asked=len(answers),
        adopted=answers.count(Adoption.Answer.ADOPTED),
        partly=answers.count(Adoption.Answer.PARTLY),
        declined=answers.count(Adoption.Answer.DECLINED),
        waiting=answers.count(Adoption.Answer.WAITING),
        done=sum(adoption.carried_out_on is not None for adoption in adoptions),
    )


def principals_of(county: County) -> models.QuerySet[Organisation]:
    """The region and the municipalities of the county that are in force today: those whose own boards decide."""
    return may_be_asked(county).filter(kind__in=BY_DEFAULT)


def may_be_asked(county: County) -> models.QuerySet[Organisation]:
    """Every principal of the county in force today, private providers too; those asked by default come first."""
    today = clock.today()
    first = Case(*(When(kind=kind, then=n) for n, kind in enumerate(BY_DEFAULT)), default=len(BY_DEFAULT))
    return Organisation.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        county=county,
        parent__isnull=True,
    ).order_by(first, "name")


@transaction.atomic
def ask_adoption(
    decision: Decision, *, principals: Sequence[Organisation] = (), by: User, seen: int | None = None
) -> list[Adoption]:
    """Ask each principal, by default the region and the municipalities, for its answer by the profile's limit.

    A decision over a bundle is asked about once. Those already asked are not asked again.
    """
    deviation, acting = begin(decision.deviation, "ask_adoption", by=by, seen=seen)
    asked = list(principals) or list(principals_of(deviation.county))
    if any(root.county_id != deviation.county_id or not root.is_principal for root in asked):
        raise Invalid({"principals": [("unknown", _("Välj bland länets huvudmän."))]})
    before = set(_together(decision).values_list("principal", flat=True))
    asked = [root for root in asked if root.pk not in before]
    if not asked:
        raise Invalid({"principals": [("already", _("De har redan fått frågan."))]})
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    last_day = deadlines.due_on(clock.today(), profile_of(deviation.profile_version_id).limits.adoption)
    made = Adoption.objects.bulk_create(
        Adoption(decision=decision, principal=root, asked_at=clock.now(), due_on=last_day) for root in asked
    )
    done(
        deviation, "ask_adoption", by, acting,
        decision=decision.pk, of=[root.name for root in asked], number=len(asked), due_on=last_day.isoformat(),
    )  # fmt: skip
    _tell_principals(asked)
    return made


@transaction.atomic
def answer_adoption(adoption: Adoption, *, answer: str, reason: str = "", by: User) -> Adoption:
    """The principal's own answer, with its reason when it does not, or only partly. It may answer anew.

    Every deviation that the decision covers tells it, in the principal's name.
    """
    adoption, concerned = _begun(adoption, by)
    if answer not in {Adoption.Answer.ADOPTED, *WITH_REASON}:
        raise Invalid({"answer": [("unknown", _("Välj om ni inför det, inför det delvis eller inte inför det."))]})
    if answer in WITH_REASON and not reason.strip():
        raise Invalid({"reason": [("required", _("Skriv varför, så att de andra huvudmännen förstår."))]})
    guard("reason", reason)
    adoption.answer, adoption.reason = answer, reason
    adoption.answered_at, adoption.answered_by = clock.now(), by
    if answer == Adoption.Answer.DECLINED:
        adoption.carried_out_on = None
    adoption.save(update_fields=["answer", "reason", "answered_at", "answered_by", "carried_out_on"])
    _tell(adoption, concerned, "answer_adoption", by, answer=answer, reason=reason)
    return adoption


@transaction.atomic
def carry_out_adoption(adoption: Adoption, *, carried_out_on: date, by: User) -> Adoption:
    """The principal has carried it out at home, on that day (B06)."""
    adoption, concerned = _begun(adoption, by)
    if adoption.answer not in CARRYING_OUT:
        raise WrongState(_("Svara först att ni inför det."))
    if carried_out_on > clock.today():
        raise Invalid({"carried_out_on": [("in_future", _("Dagen har inte varit än."))]})
    adoption.carried_out_on = carried_out_on
    adoption.save(update_fields=["carried_out_on"])
    _tell(adoption, concerned, "carry_out_adoption", by, carried_out_on=carried_out_on.isoformat())
    return adoption


def may_answer(user: User, adoption: Adoption) -> bool:
    """Whoever answers for the principal itself, not for one of its units."""
    return adoption.principal_id in keys_of(user).principals.get(Ability.ANSWER, frozenset())


def _begun(adoption: Adoption, by: User) -> tuple[Adoption, list[Deviation]]:
    """The row, locked after the deviations that tell of it."""
    if not may_answer(by, adoption):
        raise NotYours(_("Bara den som svarar för huvudmannen själv kan göra det här."))
    decision = adoption.decision
    same = Q(decisions=decision)
    if decision.escalation_id is not None:
        same |= Q(decisions__escalation=decision.escalation_id)
    pks = list(Deviation.objects.filter(same).values_list("pk", flat=True).distinct())
    concerned = list(Deviation.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
    taken = Adoption.objects.select_for_update(of=("self",)).select_related("principal", "decision__body")
    return taken.get(pk=adoption.pk), concerned


def _together(decision: Decision) -> models.QuerySet[Adoption]:
    if decision.escalation_id is None:
        return Adoption.objects.filter(decision=decision)
    return Adoption.objects.filter(decision__escalation=decision.escalation_id)


def _tell(adoption: Adoption, concerned: Sequence[Deviation], step: str, by: User, **facts: object) -> None:
    principal = adoption.principal
    data = {"decision": adoption.decision_id, "binding": adoption.decision.binding, **facts}
    for deviation in concerned:
        record(deviation, step, by=by, acting_for=principal, shown_as=principal.name, data=data)
    _tell_principals([principal])


def _tell_principals(principals: Sequence[Organisation]) -> None:
    """The lists of those who answer for them have changed."""
    paths = [root.path for root in principals]
    transaction.on_commit(
        lambda: send_to_people(holders(Ability.ANSWER, paths=paths), {"type": "lists.changed"}), robust=True
    )
