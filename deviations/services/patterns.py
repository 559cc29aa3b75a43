"""What the group makes of a pattern that Samsyn proposes: confirm, name as theme, lift, or dismiss (B03, A16).

A pattern is the body's own: each judgement is one entry in its diary. A theme also becomes a tag of its deviations, and
lifting goes the way of every escalation, with an entry in the history of each.
"""

from collections.abc import Callable, Mapping

from django.db import models, transaction
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import Invalid, NotYours, WrongState
from deviations.history import record
from deviations.models import Deviation, Escalation, Pattern
from deviations.services.escalating import AT_MOST, escalate_several
from deviations.services.form import guard, require
from deviations.workflow import STEPS, State
from orgs.models import User
from orgs.permissions import Denied, keys_of
from orgs.roles import Ability

LONGEST_TITLE = 160
LONGEST_THEME = 60
S = Pattern.Status
FROM: Mapping[str, frozenset[str]] = {
    "accept": frozenset({S.PROPOSED, S.DISMISSED}),
    "name_theme": frozenset({S.PROPOSED, S.ACCEPTED, S.THEME, S.DISMISSED}),
    "escalate_pattern": frozenset({S.PROPOSED, S.ACCEPTED, S.THEME}),
    "dismiss": frozenset({S.PROPOSED, S.ACCEPTED, S.THEME}),
}
"""What has been dismissed by mistake can be taken up again, by the group and never by Samsyn."""


def readable_by(user: User) -> models.QuerySet[Pattern]:
    """Those of the bodies where the person reads deviations, newest first. Nobody else's."""
    bodies = keys_of(user).bodies.get(Ability.READ, frozenset())
    found = Pattern.objects.filter(body__in=bodies).select_related("body__county", "body__steering_body", "escalation")
    return found.order_by("-found_at", "-pk")


def to_judge(user: User) -> models.QuerySet[Pattern]:
    """Proposed to a body where the person handles."""
    bodies = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    return Pattern.objects.filter(body__in=bodies, status=S.PROPOSED)


def may_judge(user: User, pattern: Pattern) -> bool | Denied:
    held = keys_of(user).on_body(Ability.HANDLE, pattern.body_id)
    return held or Denied(_("Bara gruppens samordnare och ordförande kan ta ställning till ett mönster."))


def refusal(pattern: Pattern, step: str) -> str:
    """Why the step cannot be taken from where the pattern is now; "" when it can."""
    if pattern.status not in FROM[step]:
        return _("Gruppen har redan tagit ställning: %(status)s.") % {"status": pattern.get_status_display()}
    if step == "escalate_pattern" and pattern.body.steering_body_id is None:
        return _("Det finns inget styrande organ över gruppen.")
    return ""


def can_be_lifted(pattern: Pattern, user: User) -> list[Deviation]:
    """Its deviations that the person may lift now: open, seen by the person and not lifted already, the newest."""
    found = (
        Deviation.objects.visible_to(user)
        .filter(patterns=pattern, accountable_body=pattern.body_id, state__in=list(STEPS["escalate"].frm))
        .exclude(parties__role="steering")
        .order_by("-filed_at", "-pk")
    )
    return list(found[:AT_MOST])


@transaction.atomic
def accept(pattern: Pattern, *, title: str, by: User) -> Pattern:
    """It is a pattern, and this is what the group calls it."""
    pattern = _begin(pattern, "accept", by)
    pattern.title = _title(title)
    return _judged(pattern, S.ACCEPTED, "accept_pattern", by)


@transaction.atomic
def name_theme(pattern: Pattern, *, theme: str, title: str = "", by: User) -> Pattern:
    """A theme that the group follows. It becomes a tag of the deviations, the newest fifty (A16)."""
    pattern = _begin(pattern, "name_theme", by)
    theme = " ".join(theme.split())
    require("theme", theme, _("Skriv vad temat heter, till exempel ”dyslexi och logopedi”."))
    if len(theme) > LONGEST_THEME:
        raise Invalid({"theme": [("too_long", _("Temat får ha högst 60 tecken."))]})
    if title.strip():
        pattern.title = _title(title)
    _tag(pattern, theme, by)
    pattern.theme = theme
    return _judged(pattern, S.THEME, "name_theme", by, theme=theme)


@transaction.atomic
def escalate_pattern(
    pattern: Pattern, *, title: str, summary: str, working_group: bool = False, by: User
) -> Escalation:
    """Lift it to the steering body with those of its deviations that are open. `working_group`: with the question
    whether a working group is needed (A16). `summary` carries nobody's identity and no text of a deviation."""
    pattern = _begin(pattern, "escalate_pattern", by)
    require("title", title, _("Skriv en rubrik."))
    require("summary", summary, _("Skriv vad det styrande organet behöver ta ställning till."))
    deviations = can_be_lifted(pattern, by)
    if not deviations:
        raise WrongState(_("Ingen av mönstrets avvikelser är öppen. Det som är avslutat kan inte lyftas."))
    if working_group:
        asked = _("Gruppen föreslår att en arbetsgrupp tillsätts.")
        summary = f"{summary.rstrip()}\n\n{asked}"
    pattern.escalation = escalate_several(deviations, title=title, summary=summary, kind=Escalation.Kind.PATTERN, by=by)
    pattern.title = _title(title)
    escalation = pattern.escalation
    _judged(pattern, S.ESCALATED, "escalate_pattern", by, escalation=str(escalation.public_id))
    return escalation


@transaction.atomic
def dismiss(pattern: Pattern, *, reason: str, by: User) -> Pattern:
    """It means nothing, for a reason. Samsyn does not propose it again; how it grows is seen among the dismissed."""
    pattern = _begin(pattern, "dismiss", by)
    require("reason", reason, _("Skriv varför det inte är ett mönster att arbeta med."))
    pattern.reason = reason.strip()
    return _judged(pattern, S.DISMISSED, "dismiss_pattern", by, reason=pattern.reason)


JUDGEMENTS: Mapping[str, Callable[..., object]] = {
    "accept": accept,
    "name_theme": name_theme,
    "escalate_pattern": escalate_pattern,
    "dismiss": dismiss,
}


# ── how each of them begins and ends ─────────────────────────────────────────────────────────────────────────────────
def _begin(pattern: Pattern, step: str, by: User) -> Pattern:
    """The row, locked. Raises `NotYours` or `WrongState`."""
    found = Pattern.objects.select_related("body__steering_body", "body__county")
    taken = found.select_for_update(of=("self",)).get(pk=pattern.pk)
    if isinstance(allowed := may_judge(by, taken), Denied):
        raise NotYours(allowed.reason)
    if reason := refusal(taken, step):
        raise WrongState(reason)
    return taken


def _judged(pattern: Pattern, status: str, step: str, by: User, **facts: str) -> Pattern:
    pattern.status, pattern.judged_at, pattern.judged_by = status, clock.now(), by
    pattern.judged_count = pattern.deviations.count()
    if status != S.DISMISSED:
        pattern.reason = ""
    pattern.save()
    enter(pattern.body, step, by=by, data={"pattern": str(pattern.public_id), "title": pattern.title, **facts})
    return pattern


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Invalid({"title": [("required", _("Skriv vad gruppen kallar mönstret."))]})
    if len(title) > LONGEST_TITLE:
        raise Invalid({"title": [("too_long", _("Rubriken får ha högst 160 tecken."))]})
    guard("title", title)
    return title


def _tag(pattern: Pattern, theme: str, by: User) -> None:
    """The tag and one entry in the history of each that does not have it; the name it had before is replaced."""
    newest = (
        Deviation.objects.visible_to(by)
        .filter(patterns=pattern, accountable_body=pattern.body_id)
        .exclude(state__in=[State.WITHDRAWN, State.MERGED])
        .order_by("-filed_at", "-pk")
    )
    ids = list(newest.values_list("pk", flat=True)[:AT_MOST])
    for deviation in Deviation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        tags = [tag for tag in deviation.tags if tag != pattern.theme]
        if theme in tags:
            continue
        deviation.tags = [*tags, theme]
        record(deviation, "name_theme", by=by, acting_for=pattern.body, data={"theme": theme})
