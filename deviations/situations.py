"""Situations written as YAML, for trying the routing out: a tool for administrators and trainers. Files nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

from deviations import privacy
from deviations.facts import Facts, PartyFacts, UnknownFact
from deviations.routing import Routing, route
from orgs.profiles.schema import Profile

FIELDS = frozenset({
    "id", "county", "occurred", "filed", "reporting", "receiving", "age", "target_group", "category", "kind",
    "happened", "comment", "clause", "tags", "solved_on_the_spot", "problem_area", "care_level", "earlier_similar",
})  # fmt: skip
ANNOTATIONS = frozenset({"audit", "expect", "assumed", "note"})
"""What a file of situations may say about them that is not part of them."""

KINDS = ("risk", "near_miss", "event", "good_example")

Situation = Mapping[str, Any]


class SituationError(ValueError):
    """The situation cannot be read; `field` is what to look at, the message is in Swedish."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(text: str) -> list[Situation]:
    """The situations of a file: a list, or a document with `cases`. Raises SituationError."""
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise SituationError("", f"filen går inte att läsa som YAML: {error}") from error
    found = document.get("cases") if isinstance(document, dict) else document
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SituationError("cases", "filen ska ha en lista med situationer under cases")
    return [_rejoined(each) for each in found]


def _rejoined(situation: Situation) -> Situation:
    """A category with commas, written between braces without quotes, reaches us as keys without values."""
    rest = [name for name in situation if situation[name] is None and name not in FIELDS | ANNOTATIONS]
    if not rest or not isinstance(situation.get("category"), str):
        return situation
    kept = {name: value for name, value in situation.items() if name not in rest}
    return {**kept, "category": ", ".join((situation["category"], *map(str, rest)))}


def named(situation: Situation, position: int) -> str:
    """Its id, or its place in the file."""
    return str(situation.get("id") or f"nr {position}")


def unknown_fields(situation: Situation) -> list[str]:
    return sorted(str(name) for name in situation if name not in FIELDS | ANNOTATIONS)


def decide(situation: Situation, profile: Profile) -> dict[str, Any]:
    """What would become of it, as JSON. Raises SituationError for what cannot be read or is not in the profile.

    A text that the privacy guard blocks reaches nobody: `accountable` is then none_until_corrected.
    """
    facts = facts_of(situation, profile)
    found = [finding for name in ("happened", "comment") for finding in privacy.scan(_text(situation, name))]
    refused = list(dict.fromkeys(finding.code for finding in found if finding.blocks))
    warned = list(dict.fromkeys(finding.code for finding in found if not finding.blocks))
    try:
        routing = route(facts, profile)
    except UnknownFact as unknown:
        raise SituationError(unknown.field, unknown.reason) from unknown
    decision = _blocked(found) if refused else _routed(routing)
    return {**decision, "refused": refused, "warned": warned}


def _routed(routing: Routing) -> dict[str, Any]:
    plain = routing.as_dict()
    said = plain["explanation"]
    return {
        "accountable": routing.accountable_key,
        "accountable_body": routing.accountable,
        "shown_as": routing.accountable_shown,
        "default": routing.default,
        "informed": plain["informed"],
        "informed_shown": plain["informed_shown"],
        "flags": plain["flags"],
        "lookup": said["lookup"],
        "answer_due_on": plain["answer_due_on"],
        "answer_limit": routing.answer_limit,
        "triage_due_on": plain["triage_due_on"],
        "rule": routing.rule_id,
        "target_group": routing.target_group,
        "explanation": said["sentence"],
        "facts": said["facts"],
        "flag_texts": said["flags"],
        "losers": [{"rule": rule, "title": title, "why": why} for rule, title, why in routing.explanation.losers],
    }


def _blocked(found: list[privacy.Finding]) -> dict[str, Any]:
    why = " ".join(dict.fromkeys(finding.message for finding in found if finding.blocks))
    nothing: dict[str, Any] = dict.fromkeys(
        ("accountable_body", "shown_as", "answer_due_on", "answer_limit", "triage_due_on", "rule", "target_group")
    )
    empty: dict[str, Any] = {name: [] for name in ("informed", "informed_shown", "flags", "lookup", "facts", "losers")}
    return {
        "accountable": "none_until_corrected",
        **nothing,
        **empty,
        "default": False,
        "flag_texts": {},
        "explanation": f"Skickas inte förrän texten är rättad. {why}",
    }


def facts_of(situation: Situation, profile: Profile) -> Facts:
    """Filed the same day as it happened, unless `filed` says otherwise. Raises SituationError."""
    occurred = _date(situation, "occurred")
    return Facts(
        occurred_on=occurred,
        filed_on=_date(situation, "filed") if situation.get("filed") is not None else occurred,
        category=_required_text(situation, "category"),
        kind=_kind(situation),
        age=_whole_number(situation, "age"),
        target_group=_text(situation, "target_group") or None,
        reporting=_party(situation, "reporting", situation.get("reporting"), profile),
        receiving=_receiving(situation, profile),
        clause=_text(situation, "clause") or None,
        tags=_tags(situation),
        solved_on_the_spot=_flag(situation, "solved_on_the_spot"),
        problem_area=_text(situation, "problem_area") or None,
        care_level=_whole_number(situation, "care_level"),
        happened=_required_text(situation, "happened"),
        earlier_similar=_whole_number(situation, "earlier_similar") or 0,
    )


def _receiving(situation: Situation, profile: Profile) -> tuple[PartyFacts, ...]:
    """One [principal, unit], or a list of such."""
    value = situation.get("receiving")
    if value is None:
        return ()
    several = isinstance(value, list) and all(isinstance(each, list) for each in value)
    return tuple(_party(situation, "receiving", each, profile) for each in (value if several else [value]))


def _party(situation: Situation, field: str, value: Any, profile: Profile) -> PartyFacts:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) and part for part in value)):
        raise SituationError(field, "ska vara [huvudman, enhet]")
    principal, unit = value
    known = profile.find_principal(principal)
    if known is None:
        return PartyFacts(unit, principal, _kind_by_name(principal))
    return PartyFacts(unit, known.name, known.kind, known.municipality_code)


def _kind_by_name(principal: str) -> str:
    """What an unknown principal is, from how Swedish authorities are named."""
    name = principal.casefold().strip()
    if name.startswith("region "):
        return "region"
    return "municipality" if name.endswith(" kommun") else "private"


def _date(situation: Situation, field: str) -> date:
    value = situation.get(field)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SituationError(field, f"ska vara ett datum som 2022-03-14, inte {value!r}") from None


def _text(situation: Situation, field: str) -> str:
    value = situation.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SituationError(field, f"ska vara text, inte {value!r}")
    return value


def _required_text(situation: Situation, field: str) -> str:
    if not (value := _text(situation, field).strip()):
        raise SituationError(field, "saknas")
    return value


def _whole_number(situation: Situation, field: str) -> int | None:
    value = situation.get(field)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise SituationError(field, f"ska vara ett heltal, inte {value!r}")
    return value


def _flag(situation: Situation, field: str) -> bool:
    value = situation.get(field, False)
    if not isinstance(value, bool):
        raise SituationError(field, f"ska vara true eller false, inte {value!r}")
    return value


def _kind(situation: Situation) -> str:
    value = _text(situation, "kind") or "event"
    if value not in KINDS:
        raise SituationError("kind", f"ska vara något av {', '.join(KINDS)}, inte {value!r}")
    return value


def _tags(situation: Situation) -> tuple[str, ...]:
    value = situation.get("tags") or []
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise SituationError("tags", "ska vara en lista med ord")
    return tuple(value)
