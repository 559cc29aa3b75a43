"""What the page of a deviation is drawn from, for the bodies that handle or read it and for the units it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from deviations.history import verify
from deviations.models import Delivery, Deviation, Dispute, HistoryEntry, Mail, Party, Statement
from deviations.presence import others_looking
from deviations.rights import may
from deviations.visibility import Part, note_bodies, open_parts
from deviations.workflow import OPEN, State
from frontend import follow_page, steps, told, way
from frontend.components import Step, risk_level
from frontend.dates import day
from frontend.panels import panels_of
from frontend.requests import Request
from orgs.permissions import Keys
from orgs.profiles.active import profile_of
from orgs.profiles.schema import Choice, Profile
from orgs.roles import Ability

MOST_FLAGS = 4
MOST_STEPS = 4


@dataclass(frozen=True)
class Cited:
    """An agreement as it stood on the day of the event."""

    name: str
    clause: str
    validity: str
    flag: str
    tone: str


def desk(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    """All of the body's page: everything on it may change when the deviation does."""
    return {
        **common(request, deviation, keys),
        "steps": steps.offered(request, deviation, (*steps.HANDLING, *steps.REPORTING), keys),
        "side": _side(request, deviation, keys),
        "unseen": unseen(deviation, keys),
        "extend_url": _extending(request, deviation, keys),
        **panels_of(request, deviation, keys, "desk"),
    }


def peek(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    """What one needs to know to go on with the next, and the steps."""
    parts = common(request, deviation, keys)
    given = [s for s in parts["statements"] if s.status == Statement.Status.GIVEN]
    return {
        **parts,
        "steps": steps.offered(request, deviation, steps.HANDLING, keys)[:MOST_STEPS],
        "given": given[-1:],
        "looking": others_looking(deviation, keys),
        **_risk(deviation),
    }


def answer(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    """The unit's page, except its form."""
    common_parts = common(request, deviation, keys)
    asked = [s for s in common_parts["statements"] if _theirs(s, keys)]
    waiting = any(s.status == Statement.Status.REQUESTED for s in asked)
    may_answer = waiting and bool(may(request.user, "give_statement", deviation, keys=keys))
    names = ("carry_out",) if may_answer or not waiting else steps.ANSWERING  # the form has the others
    offered = steps.offered(request, deviation, (*names, "give_view", *steps.REPORTING), keys)
    return {
        **common_parts,
        "asked": asked,
        "waiting": may_answer,
        "steps": [step for step in offered if step["name"] != "give_statement" and not step.get("refused")],
        **panels_of(request, deviation, keys, "answer"),
    }


def common(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    history = list(deviation.history.order_by("sequence"))
    parts, profile = open_parts(deviation, keys), _profile(deviation)
    said = deviation.routing.get("explanation", {})
    latest = told.latest(history, inside=Part.ACTORS in parts)
    return {
        "deviation": deviation,
        "flags": _flags(deviation, profile),
        "stations": way.stations(deviation, keys, history),
        "say": _("Nyss: %(what)s, %(by)s.") % {"what": told.in_words(latest), "by": latest.acting_for},
        "facts": _facts(deviation, profile),
        "explanation": said,
        "worth_knowing": list(said.get("flags", {}).values()),
        "statements": list(
            deviation.statements.select_related("organisation__principal", "passed_to__principal").order_by("pk")
        ),
        "reminded": _reminded(deviation),
        "show_question": Part.QUESTION in parts,
        "decline_reasons": {reason.id: reason.name for reason in profile.decline_reasons},
        "added": _texts(history, "complete"),
        "decisions": list(deviation.decisions.select_related("body").order_by("pk")),
        "measures": list(deviation.measures.select_related("owner__principal").order_by("pk")),
        "feedback": _texts(history, "give_feedback"),
        "cited": _cited(deviation, profile),
        "history": told.everything(history, inside=Part.ACTORS in parts),
        "chain": chain(deviation, len(history)),
    }


def chain(deviation: Deviation, entries: int) -> str:
    """ "7 poster, kedjan är hel", or where it breaks."""
    if broken := verify(deviation):
        return broken
    return ngettext("%(count)d post, kedjan är hel", "%(count)d poster, kedjan är hel", entries) % {"count": entries}


def unseen(deviation: Deviation, keys: Keys) -> bool:
    """Whether a delivery to a body where the person handles waits to be opened."""
    handles = keys.bodies.get(Ability.HANDLE, frozenset())
    waiting = Delivery.objects.filter(deviation=deviation, seen_at__isnull=True, ended_at__isnull=True)
    return waiting.filter(body__in=handles).exists()


def _extending(request: Request, deviation: Deviation, keys: Keys) -> str:
    """Where a statement gets longer time, for those who may give it."""
    if not may(request.user, "extend_statement", deviation, keys=keys):
        return ""
    return reverse("step", args=[deviation.public_id, "extend_statement"])


def _reminded(deviation: Deviation) -> dict[int, datetime]:
    """When the unit was last reminded, by the statement's key."""
    sent = Mail.objects.filter(
        deviation=deviation, template__in=("statement_soon", "statement_late"), sent_at__isnull=False
    )
    return {facts["statement"]: at for facts, at in sent.order_by("sent_at").values_list("facts", "sent_at") if at}


def _theirs(statement: Statement, keys: Keys) -> bool:
    unit = statement.organisation
    return any(keys.on_organisation(a, unit.pk, unit.principal_id) for a in (Ability.ANSWER, Ability.READ))


def _profile(deviation: Deviation) -> Profile:
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    return profile_of(deviation.profile_version_id)


def _flags(deviation: Deviation, profile: Profile) -> list[tuple[str, str]]:
    """What changes what one does, most urgent first."""
    found: list[tuple[str, str]] = [(way.where(deviation), "ochre" if deviation.state in OPEN else "")]
    if any(dispute.status == Dispute.Status.OPEN for dispute in deviation.disputes.all()):
        found.append((_("Tvist"), "brick"))
    if "agreement_expired" in deviation.flags:
        found.append((_("Avtalet hade gått ut"), "brick"))
    if "recurring" in deviation.flags:
        found.append((_("Återkommer"), "ochre"))
    if deviation.bounces:
        found.append((_("Studs %(number)d av 2") % {"number": min(deviation.bounces, 2)}, "line"))
    if "conflict_of_interest" in deviation.flags:
        found.append((_("Jäv"), "brick"))
    found.append((deviation.get_kind_display(), "line"))
    return found[:MOST_FLAGS]


def _facts(deviation: Deviation, profile: Profile) -> list[tuple[str, str]]:
    happened = _("%(event)s, anmäld %(filed)s") % {
        "event": day(deviation.occurred_on, "year") if deviation.occurred_on else "",
        "filed": day(deviation.filed_at) if deviation.filed_at else "",
    }
    principal = deviation.reporting_principal
    rows = [
        (_("Hände"), happened),
        (_("Anmäld av"), follow_page.names(deviation, Party.Role.REPORTING)),
        (pgettext("vilka", "Gäller"), follow_page.names(deviation, Party.Role.RECEIVING)),
        (_("Målgrupp"), _group(deviation, profile)),
        (_("Följd för personen"), _named(profile.consequences_person, deviation.consequence_person)),
        (_("Följd för verksamheten"), _named(profile.consequences_organisation, deviation.consequence_organisation)),
        (_("Antal gånger"), str(deviation.occurrences) if deviation.occurrences > 1 else ""),
        (_("Löst på plats"), _("Ja") if deviation.solved_on_the_spot else ""),
        (_("Egen referens"), _("Finns bara hos %(principal)s") % {"principal": principal.name} if principal else ""),
        (_("Ansvarigt organ"), deviation.accountable_shown),
        (_("Kan läsa"), _readers(deviation)),
    ]
    return [(label, value) for label, value in rows if value]


def _group(deviation: Deviation, profile: Profile) -> str:
    try:
        name = profile.target_group(deviation.target_group).name
    except KeyError:
        name = ""
    age = _("%(age)d år") % {"age": deviation.age} if deviation.age is not None else ""
    return ", ".join(part for part in (name, age) if part)


def _named(choices: Sequence[Choice], key: str) -> str:
    return next((choice.name for choice in choices if choice.id == key), "")


def _readers(deviation: Deviation) -> str:
    """Units and bodies, never people."""
    parties = [p.shown_as for p in deviation.parties.all() if p.person_id is None]
    return "; ".join(dict.fromkeys(parties))


def _cited(deviation: Deviation, profile: Profile) -> Cited | None:
    """The agreement that was cited when filing, else the one that the category rests on."""
    key = deviation.clause_key
    if not key:
        try:
            key = profile.category(deviation.category).default_clause or ""
        except KeyError:
            return None
    if not key or deviation.occurred_on is None:
        return None
    agreement, clause = profile.cited(key)
    ends = _("Gäller från %(from)s") if agreement.valid_to is None else _("Gällde %(from)s till och med %(to)s")
    dates = {
        "from": day(agreement.valid_from, "year") if agreement.valid_from else _("tills vidare"),
        "to": day(agreement.valid_to, "year") if agreement.valid_to else "",
    }
    not_yet = agreement.valid_from is not None and deviation.occurred_on < agreement.valid_from
    flag, tone = (_("Gällde när det hände"), "moss") if agreement.in_force_on(deviation.occurred_on) else (
        (_("Gällde inte än"), "brick") if not_yet else (_("Hade gått ut"), "brick")
    )  # fmt: skip
    title = f"{clause.number} {clause.title}" if clause else ""
    return Cited(agreement.name, title, f"{ends % dates}.", flag, tone)


def _texts(history: Sequence[HistoryEntry], step: str) -> list[dict[str, Any]]:
    return [
        {"at": entry.at, "text": entry.data.get("text", ""), "by": entry.acting_for}
        for entry in history
        if entry.step == step
    ]


def _side(request: Request, deviation: Deviation, keys: Keys) -> dict[str, Any]:
    """Risk, notes and invitations: what only those who handle it see or change."""
    parts = open_parts(deviation, keys)
    handles = Part.NOTES in parts
    [score, note, invite, end] = [
        _alone(request, deviation, name, keys) for name in ("score", "note", "invite", "end_invitation")
    ]
    own = note_bodies(deviation, keys)
    invited = deviation.invitations.filter(ended_at__isnull=True).select_related("user") if handles else []
    return {
        **_risk(deviation),
        "score": score,
        "handles": handles,
        "notes": list(deviation.notes.filter(body__in=own).select_related("by").order_by("-pk")) if handles else [],
        "note": note,
        "invited": list(invited),
        "invite": invite,
        "end_invitation": end if deviation.state != State.DRAFT else None,
    }


def _risk(deviation: Deviation) -> dict[str, Any]:
    """Before, and after when it has been estimated again."""
    before, after = deviation.risk, deviation.risk_after
    if before is None:
        return {"risk": None, "risk_after": None, "risk_title": _("Risk")}
    latest = after or before
    change = _("sjönk") if latest < before else pgettext("sjönk", "steg") if latest > before else _("oförändrad")
    title = _("Risk %(risk)d, %(level)s") % {"risk": latest, "level": risk_level(latest)}
    return {"risk": before, "risk_after": after, "risk_change": change, "risk_title": title}


def _alone(request: Request, deviation: Deviation, name: str, keys: Keys) -> Step | None:
    return next(iter(steps.offered(request, deviation, (name,), keys)), None)
