"""Lärfall: a deviation told anew for others to learn from. The only way in which any of its text leaves the parties.

The accountable group writes; those who know who reported, at home with the reporter, say yes or no. Every step after
the writing stands in the deviation's history, so that the reporter sees it (C03, D02).
"""

from collections.abc import Callable, Mapping

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import record
from deviations.models import Deviation, LearningCase
from deviations.precedents import counties_of
from deviations.services.case_words import recognised_by
from deviations.services.form import require
from deviations.workflow import KEPT, State
from orgs.models import User
from orgs.permissions import Denied, holders, keys_of
from orgs.roles import Ability

LONGEST_TITLE = 120
LONGEST_TEXT = 2000
S = LearningCase.Status
WRITTEN_OF = KEPT - {State.SUBMITTED}


# ── who may read and act ─────────────────────────────────────────────────────────────────────────────────────────────
def readable_by(user: User) -> models.QuerySet[LearningCase]:
    """Approved ones: everyone with a role in the county. Others: the group, and from when they were asked the
    reporter and those who answer at home. Nothing about the deviation follows from it."""
    keys = keys_of(user)
    own = Q(body__in=keys.bodies.get(Ability.READ, frozenset()))
    approved = Q(status=S.APPROVED, body__county__in=counties_of(keys))
    asked = Q(deviation__filed_by=user.pk) | _at_home(user)
    found = LearningCase.objects.filter(own | approved | (asked & Q(asked_at__isnull=False)))
    return found.select_related("body__county", "deviation").order_by("-written_at", "-pk")


def to_answer(user: User) -> models.QuerySet[LearningCase]:
    """Those that wait for the person's yes or no."""
    found = LearningCase.objects.filter(_at_home(user), status=S.ASKED).exclude(written_by=user.pk)
    return found.select_related("body__county", "deviation").order_by("asked_at", "pk")


def _at_home(user: User) -> Q:
    keys = keys_of(user)
    units = keys.organisations.get(Ability.READ_REPORTER, frozenset())
    principals = keys.principals.get(Ability.READ_REPORTER, frozenset())
    return Q(deviation__reporting_unit__in=units) | Q(deviation__reporting_principal__in=principals)


def may_write(user: User, deviation: Deviation) -> bool | Denied:
    held = keys_of(user).on_body(Ability.HANDLE, deviation.accountable_body_id)
    return held or Denied(_("Bara samordnaren i det ansvariga organet kan skriva ett lärfall."))


def may_handle(user: User, case: LearningCase) -> bool | Denied:
    held = keys_of(user).on_body(Ability.HANDLE, case.body_id)
    return held or Denied(_("Bara gruppen som har skrivit lärfallet kan göra det här."))


def may_answer(user: User, case: LearningCase) -> bool | Denied:
    """Reads `deviation`. Two people it takes: whoever wrote it does not approve it."""
    deviation, keys = case.deviation, keys_of(user)
    if not keys.on_organisation(
        Ability.READ_REPORTER, deviation.reporting_unit_id, deviation.reporting_principal_id
    ):  # fmt: skip
        return Denied(_("Bara chefen eller MAS, SAS eller chefläkare hos den som anmälde kan svara."))
    if case.written_by_id == user.pk:
        return Denied(_("Den som har skrivit lärfallet kan inte godkänna det. Be någon annan hos er."))
    return True


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def write_case(deviation: Deviation, *, title: str, happened: str, learning: str, by: User) -> LearningCase:
    """Tell it anew. Nothing leaves before the reporter's side says yes. Raises `Invalid` with the words at fault."""
    deviation = _locked(deviation)
    if isinstance(allowed := may_write(by, deviation), Denied):
        raise NotYours(allowed.reason)
    if deviation.state not in WRITTEN_OF:
        raise WrongState(_("Ett lärfall skrivs om det som gruppen har tagit emot."))
    if deviation.learning_cases.exclude(status__in=(S.DECLINED, S.WITHDRAWN)).exists():
        raise WrongState(_("Det finns redan ett lärfall om avvikelsen."))
    texts = _checked(deviation, title=title, happened=happened, learning=learning)
    assert deviation.accountable_body is not None  # noqa: S101  # received
    case = LearningCase.objects.create(
        body=deviation.accountable_body, deviation=deviation, written_at=clock.now(), written_by=by, **texts
    )
    enter(case.body, "write_case", by=by, data={"case": str(case.public_id), "title": case.title})
    return case


@transaction.atomic
def change_case(case: LearningCase, *, title: str, happened: str, learning: str, by: User) -> LearningCase:
    """Before anyone is asked."""
    case = _begin(case, {S.DRAFT}, may_handle, by)
    texts = _checked(case.deviation, title=title, happened=happened, learning=learning)
    case.title, case.happened, case.learning = texts["title"], texts["happened"], texts["learning"]
    case.written_at, case.written_by = clock.now(), by
    case.save()
    enter(case.body, "change_case", by=by, data={"case": str(case.public_id), "title": case.title})
    return case


@transaction.atomic
def ask_case(case: LearningCase, *, by: User) -> LearningCase:
    """Ask the reporter's side. They get a letter without content, and the reporter sees that it was asked."""
    case = _begin(case, {S.DRAFT}, may_handle, by)
    unit = case.deviation.reporting_unit
    assert unit is not None  # noqa: S101  # submitted
    if not holders(Ability.READ_REPORTER, paths=[unit.path]) - {case.written_by_id}:
        raise WrongState(_("Hos den som anmälde finns ingen chef, MAS, SAS eller chefläkare som kan svara."))
    case.status, case.asked_at = S.ASKED, clock.now()
    case.save(update_fields=["status", "asked_at"])
    return _told(case, "ask_case", by)


# ── the answer of the reporter's side ────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def approve_case(case: LearningCase, *, by: User) -> LearningCase:
    """Nobody can be known by it: others may learn from it."""
    case = _begin(case, {S.ASKED}, may_answer, by)
    return _answered(case, S.APPROVED, "approve_case", "", by)


@transaction.atomic
def decline_case(case: LearningCase, *, reason: str, by: User) -> LearningCase:
    """No, for a reason that the group reads. Also later, until it stands in an approved report."""
    case = _begin(case, {S.ASKED, S.APPROVED}, may_answer, by)
    _require_not_published(case)
    require("reason", reason, _("Skriv vad som behöver ändras, eller varför det inte kan delas."))
    return _answered(case, S.DECLINED, "decline_case", reason.strip(), by)


@transaction.atomic
def withdraw_case(case: LearningCase, *, by: User) -> LearningCase:
    """The group takes it back, until it stands in an approved report. What is published cannot be called back."""
    case = _begin(case, {S.DRAFT, S.ASKED, S.APPROVED}, may_handle, by)
    _require_not_published(case)
    asked = case.asked_at is not None
    case.status = S.WITHDRAWN
    case.save(update_fields=["status"])
    if asked:
        return _told(case, "withdraw_case", by)
    enter(case.body, "withdraw_case", by=by, data={"case": str(case.public_id), "title": case.title})
    return case


def is_published(case: LearningCase) -> bool:
    """Whether it stands in a report that has been approved, also one that was revised since."""
    return case.reports.exists()


STEPS: Mapping[str, Callable[..., LearningCase]] = {
    "change_case": change_case,
    "ask_case": ask_case,
    "approve_case": approve_case,
    "decline_case": decline_case,
    "withdraw_case": withdraw_case,
}


# ── how each of them begins and ends ─────────────────────────────────────────────────────────────────────────────────
def _locked(deviation: Deviation) -> Deviation:
    found = Deviation.objects.select_related("accountable_body", "reporting_unit", "reporting_principal")
    return found.select_for_update(of=("self",)).get(pk=deviation.pk)


def _begin(
    case: LearningCase, from_: set[LearningCase.Status], may: Callable[[User, LearningCase], bool | Denied], by: User
) -> LearningCase:
    """The deviation's row and then the case's, locked. Raises `NotYours` or `WrongState`."""
    deviation = _locked(case.deviation)
    case = LearningCase.objects.select_related("body").select_for_update(of=("self",)).get(pk=case.pk)
    case.deviation = deviation
    if isinstance(allowed := may(by, case), Denied):
        raise NotYours(allowed.reason)
    if case.status not in from_:
        raise WrongState(_("Lärfallet: %(status)s. Det går inte nu.") % {"status": case.get_status_display()})
    return case


def _checked(deviation: Deviation, *, title: str, happened: str, learning: str) -> dict[str, str]:
    texts = {"title": " ".join(title.split()), "happened": happened.strip(), "learning": learning.strip()}
    needed = {
        "title": _("Skriv en rubrik."),
        "happened": _("Berätta vad som hände, i allmänna ord."),
        "learning": _("Skriv vad andra kan lära av det."),
    }
    faults = {name: [("required", needed[name])] for name, text in texts.items() if not text}
    for name, text in texts.items():
        longest = LONGEST_TITLE if name == "title" else LONGEST_TEXT
        if len(text) > longest:
            faults[name] = [("too_long", _("Skriv högst %(longest)d tecken.") % {"longest": longest})]
    faults |= {name: found for name, found in recognised_by(texts, deviation).items() if name not in faults}
    if faults:
        raise Invalid(faults)
    return texts


def _require_not_published(case: LearningCase) -> None:
    if is_published(case):
        raise WrongState(_("Lärfallet står i en fastställd rapport och kan inte tas tillbaka."))


def _answered(case: LearningCase, status: str, step: str, answer: str, by: User) -> LearningCase:
    case.status, case.answer = status, answer
    case.answered_at, case.answered_by = clock.now(), by
    case.save(update_fields=["status", "answer", "answered_at", "answered_by"])
    return _told(case, step, by)


def _told(case: LearningCase, step: str, by: User) -> LearningCase:
    """One entry in the deviation's history, in the name of the group or of the reporter's unit."""
    at_home = step in ("approve_case", "decline_case")
    acting_for = case.deviation.reporting_unit if at_home else case.body
    record(case.deviation, step, by=by, acting_for=acting_for, data={"case": str(case.public_id)})
    return case
