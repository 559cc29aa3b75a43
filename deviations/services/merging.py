"""Deviations about the same thing: put beside each other (link), or handled together as one (merge, separate).

A merged deviation keeps its parties, its history and its reporter, who follows it on their own page. What the group
decides, answers and closes for the one it is merged into is written in its history as well. Requirement B02.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import Invalid, WrongState
from deviations.models import Deviation, Link, Statement
from deviations.services.begin import begin, done
from deviations.services.form import guard
from deviations.services.together import lock_surviving, part, tell_other
from deviations.workflow import OPEN, State
from orgs.models import User

LONGEST_REASON = 200


@transaction.atomic
def link(deviation: Deviation, *, other: Deviation, reason: str = "", by: User, seen: int | None = None) -> Link:
    """Put two deviations beside each other. Both histories say so; neither changes who may read the other."""
    _lock_both(deviation, other)
    deviation, acting = begin(deviation, "link", by=by, seen=seen)
    other = _visible_other(deviation, other, "other", by)
    guard("reason", reason)
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [("too_long", _("Skriv kortare, högst 200 tecken."))]})
    if (
        Link.objects.filter(deviation=deviation, other=other).exists()
        or deviation.linked_from.filter(deviation=other).exists()
    ):
        raise Invalid({"other": [("already", _("De är redan ihopkopplade."))]})
    made = Link.objects.create(deviation=deviation, other=other, reason=reason, at=clock.now(), by=by)
    done(deviation, "link", by, acting, number=other.reference, reason=reason)
    tell_other(other, "linked", by, acting, number=deviation.reference)
    return made


@transaction.atomic
def unlink(deviation: Deviation, *, other: Deviation, by: User, seen: int | None = None) -> None:
    """They no longer lie beside each other. Both histories say so, as they said that they did."""
    _lock_both(deviation, other)
    deviation, acting = begin(deviation, "link", by=by, seen=seen)
    gone, _each = Link.objects.filter(deviation=deviation, other=other).delete()
    if not gone:
        raise WrongState(_("De är inte ihopkopplade."))
    done(deviation, "unlink", by, acting, number=other.reference)
    tell_other(other, "unlinked", by, acting, number=deviation.reference)


@transaction.atomic
def merge(deviation: Deviation, *, into: Deviation, by: User, seen: int | None = None) -> Deviation:
    """Handle it together with `into`, which must be the same body's, open and not answered yet.

    It leaves the queue and is not counted as one more. Raises `Invalid` at `into` with the reason.
    """
    _lock_both(deviation, into)
    deviation, acting = begin(deviation, "merge", by=by, seen=seen)
    into = _visible_other(deviation, into, "into", by)
    if fault := _unfit(deviation, into):
        raise Invalid({"into": [fault]})
    if deviation.merged.exists():
        raise WrongState(_("Andra är förda hit. För samman åt andra hållet, eller dela upp dem först."))
    if deviation.statements.filter(status=Statement.Status.REQUESTED).exists():
        raise WrongState(_("Ett yttrande är begärt och inte lämnat. Vänta in det, eller koppla ihop dem i stället."))
    now = clock.now()
    deviation.merged_into = into
    deviation.state = State.MERGED
    deviation.agenda_on = None
    deviation.received_at = deviation.received_at or now
    deviation.deliveries.filter(seen_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    done(deviation, "merge", by, acting, number=into.reference)
    tell_other(into, "merged_here", by, acting, number=deviation.reference)
    return deviation


@transaction.atomic
def separate(deviation: Deviation, *, reason: str = "", by: User, seen: int | None = None) -> Deviation:
    """Undo a merge: it is handled for itself again, and needs its own decision and answer."""
    lock_surviving(deviation)
    deviation, acting = begin(deviation, "separate", by=by, seen=seen)
    guard("reason", reason)
    into = deviation.merged_into
    part(deviation)
    done(deviation, "separate", by, acting, reason=reason)
    assert into is not None  # noqa: S101  # a merged one has it
    tell_other(into, "parted", by, acting, number=deviation.reference)
    return deviation


def _lock_both(one: Deviation, other: Deviation) -> None:
    """In the order of their keys, so that two people who join them from either end wait for each other; and one that is
    merged into another after that one, as whoever decides for both takes them."""
    both = Deviation.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk, other.pk])
    list(both.order_by(F("merged_into").asc(nulls_first=True), "pk").values_list("pk", flat=True))


def _visible_other(deviation: Deviation, other: Deviation, field: str, by: User) -> Deviation:
    """As it is now. What the person may not see is as unknown as what does not exist."""
    found = Deviation.objects.visible_to(by).submitted().filter(pk=other.pk, county=deviation.county_id).first()
    if found is None:
        raise Invalid({field: [("unknown", _("Det finns ingen avvikelse med det numret bland dem du får läsa."))]})
    if found.pk == deviation.pk:
        raise Invalid({field: [("itself", _("Det är samma avvikelse. Ange en annan."))]})
    return found


def _unfit(deviation: Deviation, into: Deviation) -> tuple[str, str] | None:
    if into.accountable_body_id != deviation.accountable_body_id:
        return "other_body", _("Den hör till ett annat organ. Koppla ihop dem i stället.")
    if into.state == State.MERGED:
        return "merged", _("Den är själv förd samman med en annan. Ange den som handläggs.")
    if into.state == State.SUBMITTED:
        return "not_received", _("Ta emot den först.")
    if into.state not in OPEN or into.fed_back_at is not None:
        return "answered", _("Den har redan fått sitt svar. Koppla ihop dem i stället.")
    return None
