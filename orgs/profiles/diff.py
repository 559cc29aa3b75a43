"""What differs between two profiles of a county, for a person who is to approve it. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orgs.profiles.face import picture_size
from orgs.profiles.loader import to_json
from orgs.profiles.schema import Profile

SECTIONS = {
    "format": "Filens format",
    "county": "Länet",
    "appearance": "Utseende",
    "accessibility": "Kontakt om tillgänglighet",
    "steering_document": "Styrdokument",
    "routine": "Rutin",
    "principals": "Huvudman",
    "units": "Enhet",
    "target_groups": "Målgrupp",
    "bodies": "Organ",
    "default_body": "Organ för okänd målgrupp",
    "default_body_assumed": "Antagande om organ för okänd målgrupp",
    "rules": "Vägvalsregel",
    "agreements": "Överenskommelse",
    "categories": "Slag",
    "themes": "Tema",
    "recurring": "Återkommande",
    "limits": "Tidsgräns",
    "responsibility": "Ansvarsfördelning",
    "cause_areas": "Orsaksområde",
    "consequences_person": "Följd för personen",
    "consequences_organisation": "Följd för verksamheten",
    "risk": "Riskbedömning",
    "decline_reasons": "Skäl att avböja",
    "suppression": "Dolda små tal",
    "rounding": "Avrundning av andelar",
    "indicators": "Mått",
    "sip_checklist": "Punkt i SIP-checklistan",
}
FIELDS = {
    "name": "namn", "names": "tidigare namn", "ages": "ålder", "steering": "styrande organ",
    "may_decide": "får besluta", "mandate": "uppdrag", "cadence": "möten", "reports": "rapporterar",
    "members": "ledamöter", "planned": "planerat", "chair_unit": "ledande enhet", "target_groups": "målgrupper",
    "valid_from": "gäller från", "valid_to": "gäller till och med", "clauses": "punkter",
    "successor": "efterträdare", "accountable": "ansvarigt organ", "inform": "informeras", "when": "gäller när",
    "reason": "motivering", "retired": "används inte längre", "default_clause": "vilar på",
    "clause_required": "punkt krävs", "offers_dispute": "tvist kan öppnas", "receive": "ta emot",
    "answer": "svar till den som anmält", "statement": "yttrande från mottagande enhet", "days": "dagar",
    "working_days": "arbetsdagar", "aliases": "kallas också", "kind": "slag", "text": "text", "title": "rubrik",
    "version": "version", "owner": "ägare", "parties": "parter", "threshold": "gräns", "assumed": "antagande",
    "note": "anmärkning", "short": "beskrivning", "hints": "ord som föreslår", "levels": "nivåer",
    "uncertain": "osäkert", "areas": "område", "units": "enheter", "contact": "kontaktväg", "level": "nivå",
    "tasks": "uppgifter", "missing": "saknas", "formed_on": "bildat", "ended_on": "upphört",
    "decided_on": "beslutat", "decided_by": "beslutat av", "times": "gånger", "within_months": "inom månader",
    "status": "läge", "colour": "färg", "logo": "logotyp", "authority": "ansvarig", "email": "e-post",
    "phone": "telefon",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for what is new, `after` for what goes. `path` names the place in the file."""

    path: str
    what: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.what}: {self.after}  [{self.path}]"
        if self.after is None:
            return f"- {self.what}: {self.before}  [{self.path}]"
        return f"~ {self.what}: {self.before} → {self.after}  [{self.path}]"


def differences(old: Profile, new: Profile) -> list[Change]:
    """Section by section in the order of the file. Entries are compared by id, so a change of order is no change."""
    before, after = (_flat_units(_with_small_logo(profile)) for profile in (old, new))
    keys = dict.fromkeys([*SECTIONS, *before, *after])
    return [change for key in keys for change in _section(key, before.get(key), after.get(key))]


def unchanged(old: Profile, new: Profile) -> dict[str, int]:
    """How many entries of each list are the same in both, under the section's Swedish name."""
    before, after = _flat_units(to_json(old)), _flat_units(to_json(new))
    return {
        SECTIONS[key]: sum(1 for name, entry in _by_id(value).items() if _by_id(after.get(key)).get(name) == entry)
        for key, value in before.items()
        if _by_id(value)
    }


def _with_small_logo(profile: Profile) -> dict[str, Any]:
    """The logo by its size and the beginning of its checksum instead of thousands of letters."""
    document = to_json(profile)
    logo = profile.appearance.logo_png() if profile.appearance else None
    if logo is not None:
        width, height = picture_size(logo)
        digest = hashlib.sha256(logo).hexdigest()[:8]
        document["appearance"]["logo"] = f"PNG, {width} × {height} punkter, {len(logo)} byte ({digest})"
    return document


def _flat_units(document: dict[str, Any]) -> dict[str, Any]:
    """Units beside their principals, each saying where it belongs, so that a moved unit is one change."""
    units: list[dict[str, Any]] = []

    def take(entry: dict[str, Any], owner: str) -> dict[str, Any]:
        for unit in entry.get("units", ()):
            units.append({**take(unit, unit["id"]), "belongs_to": owner})
        return {key: value for key, value in entry.items() if key != "units"}

    principals = [take(principal, principal["id"]) for principal in document["principals"]]
    return {**document, "principals": principals, "units": units}


def _section(key: str, before: Any, after: Any) -> Iterator[Change]:
    title = SECTIONS.get(key, key)
    old, new = _by_id(before), _by_id(after)
    if not old and not new:
        yield from _values(key, title, before, after)
        return
    for name in dict.fromkeys([*old, *new]):
        yield from _entry(f"{key}/{name}", title, old.get(name), new.get(name))


def _entry(path: str, title: str, before: Any, after: Any) -> Iterator[Change]:
    if before is None or after is None:
        entry = after if before is None else before
        said = _called(entry)
        yield Change(path, title, None if before is None else said, None if after is None else said)
        return
    for field in dict.fromkeys([*before, *after]):
        named = f"{title} {_called(before)}, {FIELDS.get(field, field)}"
        yield from _values(f"{path}/{field}", named, before.get(field), after.get(field))


def _values(path: str, what: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if _by_id(before) and _by_id(after):
        old, new = _by_id(before), _by_id(after)
        for name in dict.fromkeys([*old, *new]):
            yield from _entry(f"{path}/{name}", what, old.get(name), new.get(name))
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            named = f"{what}, {FIELDS.get(str(key), key)}"
            yield from _values(f"{path}/{key}", named, before.get(key), after.get(key))
    else:
        yield Change(path, what, _said(before), _said(after))


def _by_id(value: Any) -> dict[str, dict[str, Any]]:
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        for key in ("id", "code"):
            if all(key in entry for entry in value):
                return {entry[key]: entry for entry in value}
    return {}


def _called(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name") or entry.get("title") or entry.get("id") or entry.get("code"))


def _said(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "ja" if value else "nej"
        case list():
            return ", ".join(_said(item) or "" for item in value)
        case dict():
            return "; ".join(f"{FIELDS.get(str(key), key)}: {_said(item)}" for key, item in value.items())
    return str(value)
