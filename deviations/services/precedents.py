"""What a decided dispute teaches is written anew for the county, and taken back when something else holds (L01)."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation, Dispute, Precedent
from deviations.precedents import matter_of, searchable
from deviations.services.begin import begin, done
from deviations.services.form import guard
from orgs.models import User
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of
from orgs.roles import Ability

RECOGNISED_FROM = 40  # characters of one sentence that stands in the account of what happened
TITLE = 160


@transaction.atomic
def publish_precedent(
    deviation: Deviation, *, title: str, situation: str, outcome: str, by: User, seen: int | None = None
) -> Precedent:
    """Let a decided dispute guide the whole county, in words written for that.

    Nothing of the deviation goes along but codes of the profile and the units' kinds; a sentence taken over from the
    account of what happened is refused. Raises `Invalid`.
    """
    deviation, acting = begin(deviation, "publish_precedent", by=by, seen=seen)
    texts = {"title": title.strip(), "situation": situation.strip(), "outcome": outcome.strip()}
    _check(texts, deviation)
    body = acting.party.body
    assert body is not None  # noqa: S101  # only bodies publish
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    dispute = deviation.disputes.filter(status=Dispute.Status.DECIDED, precedent__isnull=True).latest("decided_at")
    matter = matter_of(deviation, profile_of(deviation.profile_version_id))
    clause = dispute.clause_key or matter.clause
    precedent = Precedent.objects.create(
        county_id=deviation.county_id, dispute=dispute, body=body, **texts, category=matter.category,
        clause_key=clause, problem_area=matter.problem_area, kinds=sorted(matter.kinds),
        search_stems=searchable(*texts.values()), published_at=clock.now(), published_by=by,
    )  # fmt: skip
    done(deviation, "publish_precedent", by, acting, title=precedent.title, precedent=str(precedent.public_id))
    return precedent


@transaction.atomic
def withdraw_precedent(precedent: Precedent, *, reason: str, by: User) -> Precedent:
    """A later agreement or decision holds instead. It stays to be read, with the reason, and is proposed to nobody.

    Written in the diary of the body that published it. Raises `NotYours`, `WrongState`, `Invalid`.
    """
    precedent = Precedent.objects.select_for_update(of=("self",)).select_related("body").get(pk=precedent.pk)
    require_may_withdraw(by, precedent)
    if precedent.withdrawn_at is not None:
        raise WrongState(_("Avgörandet är redan återkallat."))
    if not reason.strip():
        raise Invalid({"reason": [("required", _("Skriv vad som gäller i stället."))]})
    guard("reason", reason)
    precedent.withdrawn_at, precedent.withdrawn_reason = clock.now(), reason.strip()
    precedent.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    enter(
        precedent.body, "withdraw_precedent", by=by,
        data={"precedent": str(precedent.public_id), "title": precedent.title, "reason": precedent.withdrawn_reason},
    )  # fmt: skip
    return precedent


def may_withdraw(user: User, precedent: Precedent) -> bool:
    """Those who handle in the body that published it, or in the one that steers it. Reads `body`."""
    keys = keys_of(user)
    bodies = (precedent.body_id, precedent.body.steering_body_id)
    return any(body is not None and keys.on_body(Ability.HANDLE, body) for body in bodies)


def require_may_withdraw(user: User, precedent: Precedent) -> None:
    """Raises `NotYours`."""
    if not may_withdraw(user, precedent):
        raise NotYours(_("Bara det organ som har publicerat avgörandet kan återkalla det."))


def _check(texts: dict[str, str], deviation: Deviation) -> None:
    needed = {
        "title": _("Skriv vad avgörandet handlar om."),
        "situation": _("Beskriv situationen i allmänna ord."),
        "outcome": _("Skriv vad som gäller."),
    }
    faults = {name: [("required", needed[name])] for name, text in texts.items() if not text}
    if len(texts["title"]) > TITLE:
        faults["title"] = [("too_long", _("Skriv högst 160 tecken."))]
    for name, text in texts.items():
        if text and _taken_over(text, deviation):
            faults[name] = [
                ("taken_over", _("En mening är densamma som i anmälan. Skriv om den, så att ingen känns igen."))
            ]
    if faults:
        raise Invalid(faults)
    for name, text in texts.items():
        guard(name, text)


def _taken_over(text: str, deviation: Deviation) -> bool:
    told = _plain(text)
    sentences = re.split(r"[.!?\n]", f"{deviation.happened}\n{deviation.comment}\n{deviation.suggestion}")
    return any(len(plain) >= RECOGNISED_FROM and plain in told for sentence in sentences if (plain := _plain(sentence)))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
