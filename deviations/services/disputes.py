"""Tvist: a question about responsibility is opened, both sides are heard, somebody acts meanwhile, and it is decided.

Requirement L01. What a decided dispute teaches the county is `deviations.precedents`.
"""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from deviations import clock
from deviations.deadlines import due_on
from deviations.errors import Invalid
from deviations.models import Deviation, Dispute, DisputeView, Escalation, Party
from deviations.rights import Acting
from deviations.services.begin import begin, done
from deviations.services.escalating import escalate_bounced
from deviations.services.form import require
from deviations.visibility import abilities_at
from deviations.workflow import STEPS, UNDECIDED
from orgs.models import Organisation, User
from orgs.permissions import Keys, keys_of
from orgs.profiles.active import profile_of
from orgs.roles import Ability

SIDES = frozenset({Party.Role.REPORTING.value, Party.Role.RECEIVING.value})


@transaction.atomic
def open_dispute(
    deviation: Deviation, *, question: str, clause: str = "", by: User, seen: int | None = None
) -> Dispute:
    """Ask who is responsible, with a last day from the profile. Until that is answered the deviation is not decided.

    `clause`: "agreement" or "agreement/clause"; without it the one that the deviation cites, or that its category
    rests on. Raises `Invalid`.
    """
    deviation, acting = begin(deviation, "open_dispute", by=by, seen=seen)
    require("question", question, _("Skriv vad ni är oense om."))
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    profile = profile_of(deviation.profile_version_id)
    if clause:
        try:
            profile.cited(clause)
        except KeyError:
            raise Invalid({"clause": [("unknown", _("Överenskommelsen finns inte i länets profil."))]}) from None
    dispute = Dispute.objects.create(
        deviation=deviation, question=question, clause_key=clause or resting_on(deviation), opened_at=clock.now(),
        opened_by=by, opened_for=acting.shown_as, due_on=due_on(clock.today(), profile.limits.dispute),
    )  # fmt: skip
    done(deviation, "open_dispute", by, acting, question=question, due_on=dispute.due_on.isoformat())
    return dispute


@transaction.atomic
def give_view(
    deviation: Deviation, *, text: str, organisation: Organisation | None = None, by: User, seen: int | None = None
) -> DisputeView:
    """How one side reads it. A side may write again: the newest is shown, and every earlier version stays.

    `organisation` is needed of those who answer for several of the units concerned. Raises `Invalid`.
    """
    deviation, _acting = begin(deviation, "give_view", by=by, seen=seen)
    require("text", text, _("Skriv hur ni ser på saken."))
    sides = sides_of(deviation, keys_of(by))
    if organisation is not None:
        sides = [party for party in sides if party.organisation_id == organisation.pk]
    if len(sides) != 1:
        raise Invalid({"organisation": [("unknown", _("Välj vilken av era verksamheter ni svarar för."))]})
    side = sides[0]
    assert side.organisation is not None  # noqa: S101  # a side is a unit
    view = DisputeView.objects.create(
        dispute=_open(deviation), organisation=side.organisation, text=text, at=clock.now(), by=by
    )
    done(deviation, "give_view", by, Acting(side), text=text)
    return view


@transaction.atomic
def set_interim(
    deviation: Deviation, *, responsible: Organisation, reason: str, by: User, seen: int | None = None
) -> Dispute:
    """Say who acts now, med barnets bästa i fokus. It holds at once and until the dispute is answered; all parties and
    the reporter read it first of all on the deviation's page. May be said anew. Raises `Invalid`."""
    deviation, acting = begin(deviation, "set_interim", by=by, seen=seen)
    _require_concerned(deviation, responsible)
    require("reason", reason, _("Skriv varför, så att alla vet vad som gäller nu."))
    dispute = _open(deviation)
    dispute.interim_responsible, dispute.interim_reason, dispute.interim_from = responsible, reason, clock.now()
    dispute.save(update_fields=["interim_responsible", "interim_reason", "interim_from"])
    done(deviation, "set_interim", by, acting, responsible=responsible.full_name, reason=reason)
    return dispute


@transaction.atomic
def decide_dispute(
    deviation: Deviation, *, responsible: Organisation, text: str, agreed: bool = False, by: User,
    seen: int | None = None,
) -> Dispute:  # fmt: skip
    """Answer who is responsible. `agreed`: the parties have come to terms themselves, and the body writes it down.

    A body that may only recommend recommends here too (B05): `binding` tells which, and what the parties have agreed
    on binds them. Raises `Invalid`.
    """
    deviation, acting = begin(deviation, "decide_dispute", by=by, seen=seen)
    _require_concerned(deviation, responsible)
    require("text", text, _("Skriv vad som gäller, och varför."))
    body = acting.party.body
    assert body is not None  # noqa: S101  # only bodies decide
    dispute = _open(deviation)
    dispute.status = Dispute.Status.SETTLED if agreed else Dispute.Status.DECIDED
    dispute.responsible, dispute.decision = responsible, text
    dispute.binding = agreed or body.may_decide
    dispute.decided_at, dispute.decided_by, dispute.decided_by_body = clock.now(), by, body
    dispute.save()
    done(
        deviation, "decide_dispute", by, acting,
        responsible=responsible.full_name, text=text, agreed=agreed, binding=dispute.binding,
    )  # fmt: skip
    return dispute


def sides_of(deviation: Deviation, keys: Keys) -> list[Party]:
    """The units concerned for which the person answers, the reporting one first. One that reported and was asked in its
    turn is one side. Reads `parties`."""
    sides = [p for p in deviation.parties.all() if p.role in SIDES and Ability.ANSWER in abilities_at(p, keys)]
    first = {Party.Role.REPORTING.value: 0}
    found: dict[int | None, Party] = {}
    for party in sorted(sides, key=lambda party: (first.get(party.role, 1), party.pk)):
        found.setdefault(party.organisation_id, party)
    return list(found.values())


def waiting_for_view() -> QuerySet[Party]:
    """The units that have said nothing yet in an open dispute, with its last day as `due_on`."""
    disputes = Dispute.objects.filter(deviation=OuterRef("deviation"), status=Dispute.Status.OPEN)
    said = DisputeView.objects.filter(
        dispute__deviation=OuterRef("deviation"), dispute__status=Dispute.Status.OPEN,
        organisation=OuterRef("organisation"),
    )  # fmt: skip
    units = Party.objects.filter(role__in=SIDES, deviation__state__in=UNDECIDED, deviation__disputes__status="open")
    return units.exclude(Exists(said)).annotate(due_on=Subquery(disputes.values("due_on")[:1]))


def concerned(deviation: Deviation) -> list[int]:
    """Ids of the organisations that may be said to be responsible: the units concerned and their principals."""
    sides = [party for party in deviation.parties.all() if party.role in SIDES]
    ids = [pk for party in sides for pk in (party.organisation_id, party.principal_id) if pk is not None]
    return list(dict.fromkeys(ids))


def resting_on(deviation: Deviation) -> str:
    """The clause that the deviation cites, or the one that its category rests on; empty when there is none."""
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    if deviation.clause_key:
        return deviation.clause_key
    return profile_of(deviation.profile_version_id).category(deviation.category).default_clause or ""


def whole() -> Prefetch[Any]:
    """Everything that is shown of a deviation's disputes, newest first: fetched with the deviation."""
    views = Prefetch("views", DisputeView.objects.select_related("organisation__principal"))
    found = Dispute.objects.select_related(
        "interim_responsible__principal", "responsible__principal", "decided_by_body", "precedent"
    )
    return Prefetch("disputes", found.prefetch_related(views).order_by("-pk"))


# ── past its last day ────────────────────────────────────────────────────────────────────────────────────────────────
AT_ONCE = 100  # so that the other jobs get their turn


def lift_overdue() -> int:
    """Disputes past their last day go to the steering body by themselves; returns how many. Where there is no steering
    body, or it has the matter already, the dispute stays where it is and shows as late."""
    due = list(_overdue().order_by("due_on", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_lift(pk) for pk in due)


def _overdue() -> QuerySet[Dispute]:
    has_it = Party.objects.filter(deviation=OuterRef("deviation"), role=Party.Role.STEERING)
    had_it = Escalation.objects.filter(deviations=OuterRef("deviation"), sent_at__gte=OuterRef("opened_at"))
    return Dispute.objects.filter(
        status=Dispute.Status.OPEN,
        due_on__lt=clock.today(),
        deviation__state__in=STEPS["decide_dispute"].frm,
        deviation__accountable_body__steering_body__isnull=False,
    ).exclude(Exists(has_it) | Exists(had_it))


@transaction.atomic
def _lift(pk: int) -> bool:
    """False when another worker, or a person, has the deviation just now: it comes back if it is still due."""
    free = Deviation.objects.select_for_update(of=("self",), skip_locked=True)
    deviation = free.filter(disputes=pk).first()
    dispute = _overdue().filter(pk=pk).first()
    if deviation is None or dispute is None:
        return False
    reason = _("Tvisten är inte avgjord i tid. Frågan är: %(question)s") % {"question": dispute.question}
    return escalate_bounced(deviation, reason=reason, by=None) is not None


def _open(deviation: Deviation) -> Dispute:
    return deviation.disputes.get(status=Dispute.Status.OPEN)


def _require_concerned(deviation: Deviation, organisation: Organisation) -> None:
    if organisation.pk not in concerned(deviation):
        raise Invalid({"responsible": [("unknown", _("Välj en av de verksamheter som avvikelsen berör."))]})
