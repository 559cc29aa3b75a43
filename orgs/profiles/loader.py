"""Reads a profile written as YAML. A document with any fault is refused whole, each fault in Swedish with its line.

Shape and references are checked here. That the rules cover every deviation exactly once is proved where routing lives
(deviations/proof.py); nothing may activate a profile without that proof.
"""

import hashlib
import json
from collections.abc import Hashable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from orgs.profiles.references import Fault, check
from orgs.profiles.schema import Profile

try:  # ten times faster, with the same marks and errors; PyYAML's wheels have it
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

FOLDER = Path(__file__).parent
MAX_BYTES = 2_000_000
MAX_DEPTH = 40


class ProfileError(ValueError):
    """The document is refused; `faults` says everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def shipped_slugs() -> tuple[str, ...]:
    """The counties whose profiles come with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "common"))


@cache
def shipped(slug: str) -> Profile:
    """The profile that comes with the product. Raises KeyError for a county without one."""
    if slug not in shipped_slugs():
        raise KeyError(slug)
    return load_file(FOLDER / f"{slug}.yaml")


def load_file(path: Path) -> Profile:
    """Raises ProfileError; OSError when the file cannot be read."""
    raw = path.read_bytes()
    try:
        return load(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProfileError([Fault("", f"filen är inte UTF-8 (byte {error.start})")]) from error


def load(text: str) -> Profile:
    """A complete profile from YAML text. Raises ProfileError with every fault found."""
    profile, faults = read(text)
    if faults:
        raise ProfileError(faults)
    return profile


def read(text: str) -> tuple[Profile, list[Fault]]:
    """The profile and its broken references, for a proof that shows what they lead to.

    Raises ProfileError for a document that has not the shape of a profile.
    """
    document = _parse(text)
    try:
        profile = Profile.model_validate(_complete(document))
    except ValidationError as error:
        lines = yaml.compose(text, Loader=SafeLoader)
        raise ProfileError([_fault(each, _complete(document), lines) for each in error.errors()]) from error
    faults = check(profile)
    lines = yaml.compose(text, Loader=SafeLoader) if faults else None
    return profile, [Fault(each.path, each.message, _line(lines, each.path.split("/"))) for each in faults]


def from_json(document: dict[str, Any]) -> Profile:
    """A profile as the database keeps it. Raises ProfileError."""
    try:
        return Profile.model_validate(document)
    except ValidationError as error:
        raise ProfileError([_fault(each, document, None) for each in error.errors()]) from error


def to_json(profile: Profile) -> dict[str, Any]:
    return profile.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def to_yaml(profile: Profile) -> str:
    """A complete document that loads to an equal profile."""
    return yaml.safe_dump(to_json(profile), allow_unicode=True, sort_keys=False, width=120)


def checksum(profile: Profile) -> str:
    """The same for equal profiles, however they were written."""
    return hashlib.sha256(json.dumps(to_json(profile), sort_keys=True).encode()).hexdigest()


class _StrictLoader(SafeLoader):
    """Refuses a key given twice, which YAML otherwise resolves silently to the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise ProfileError([Fault(str(key), f"{key} står två gånger i samma stycke", line)])
            seen.add(key)
        return super().construct_mapping(node, deep)


def _parse(text: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_BYTES:
        raise ProfileError([Fault("", f"filen är större än {MAX_BYTES // 1_000_000} MB")])
    try:
        _refuse_bombs(text)
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ProfileError([Fault("", f"går inte att läsa som YAML ({error.problem})", line)]) from error
    except ProfileError:
        raise
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise ProfileError([Fault("", f"går inte att läsa som YAML ({error})")]) from error
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        raise ProfileError([Fault("", "en länsprofil är YAML med namngivna delar: county, bodies, rules …")])
    return document


def _refuse_bombs(text: str) -> None:
    """Aliases, of which a few lines can stand for billions, and nesting deeper than any profile."""
    depth = 0
    for event in yaml.parse(text, Loader=SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise ProfileError([Fault("", "alias (*) används inte i en länsprofil; skriv ut stycket", line)])
        if depth > MAX_DEPTH:
            raise ProfileError([Fault("", "för många nivåer inuti varandra", line)])


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what it extends merged in and its municipalities written out as principals."""
    result = dict(document)
    match result.pop("extends", None):
        case None:
            pass
        case "common":
            result = _merge(_common(), result)
        case other:
            raise ProfileError([Fault("extends", f"{other!r} finns inte; skriv common eller ta bort raden")])
    template = result.pop("municipality_units", [])
    municipalities = result.pop("municipalities", [])
    if municipalities:
        if not isinstance(municipalities, list) or not isinstance(result.get("principals", []), list):
            raise ProfileError([Fault("municipalities", "ska vara en lista")])
        written = [_municipality(entry, template) for entry in municipalities]
        result["principals"] = [*result.get("principals", []), *written]
    return result


@cache
def _common() -> dict[str, Any]:
    return _parse((FOLDER / "common.yaml").read_text(encoding="utf-8"))


def _municipality(entry: Any, template: Any) -> dict[str, Any]:
    if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
        raise ProfileError([Fault("municipalities", f"kommunen {entry!r} saknar code (SCB:s kod inom citattecken)")])
    written = {key: value for key, value in entry.items() if key not in ("code", "more_units")}
    units = written.get("units", _filled(template, entry["code"]))
    more = entry.get("more_units", [])
    if not isinstance(units, list) or not isinstance(more, list):
        raise ProfileError([Fault(f"municipalities/{entry['code']}", "units och more_units ska vara listor")])
    return {"kind": "municipality", "municipality_code": entry["code"], **written, "units": [*units, *more]}


def _filled(value: Any, code: str) -> Any:
    if isinstance(value, str):
        return value.replace("{code}", code)
    if isinstance(value, list):
        return [_filled(item, code) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, code) for key, item in value.items()}
    return value


def _merge(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = {**base, **own}
    for key in base.keys() & own.keys():
        named_by = _key_of(base[key])
        if named_by and _key_of(own[key]) == named_by:
            merged[key] = _merge_entries(base[key], own[key], named_by)
        elif isinstance(base[key], dict) and isinstance(own[key], dict):
            merged[key] = _merge(base[key], own[key])
    return merged


def _key_of(value: Any) -> str | None:
    """The field that names each entry of a list of entries."""
    if isinstance(value, list) and value:
        for key in ("code", "id"):
            if all(isinstance(item, dict) and key in item for item in value):
                return key
    return None


def _merge_entries(base: list[dict[str, Any]], own: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    mine = {entry[key]: entry for entry in own}
    if len(mine) < len(own):
        return [*base, *own]  # an id given twice: kept, so that the reference check names it
    known = {entry[key] for entry in base}
    changed = [{**entry, **mine.get(entry[key], {})} for entry in base]
    return [*changed, *(entry for entry in own if entry[key] not in known)]


_MESSAGES = {
    "missing": "uppgiften saknas",
    "extra_forbidden": "okänd uppgift",
    "string_type": "ska vara text (sätt siffror inom citattecken)",
    "string_too_short": "får inte vara tom",
    "string_too_long": "är för lång",
    "int_type": "ska vara ett heltal",
    "int_parsing": "ska vara ett heltal",
    "bool_type": "ska vara true eller false",
    "bool_parsing": "ska vara true eller false",
    "tuple_type": "ska vara en lista",
    "dict_type": "ska ha namngivna delar",
    "model_type": "ska ha namngivna delar",
    "model_attributes_type": "ska ha namngivna delar",
    "date_type": "ska vara ett datum, till exempel 2022-03-14",
    "date_parsing": "ska vara ett datum, till exempel 2022-03-14",
    "date_from_datetime_parsing": "ska vara ett datum, till exempel 2022-03-14",
    "date_from_datetime_inexact": "ska vara ett datum utan klockslag",
    "too_short": "får inte vara tom",
}


def _message(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return f"ska vara något av {context['expected'].replace(' or ', ' eller ')}"
        case "string_pattern_mismatch":
            return f"{error['input']!r} är inte skrivet på rätt sätt (mönster {context['pattern']})"
        case "greater_than_equal":
            return f"ska vara minst {context['ge']}"
        case "less_than_equal":
            return f"får vara högst {context['le']}"
    return _MESSAGES.get(kind, f"ogiltigt värde ({kind})")


def _fault(error: Any, document: Any, lines: yaml.Node | None) -> Fault:
    path: list[str] = []
    here = document
    for step in error["loc"]:
        here = (
            here[step]
            if isinstance(here, list) and isinstance(step, int) and step < len(here)
            else (here.get(step) if isinstance(here, dict) else None)
        )
        named = isinstance(here, dict) and isinstance(step, int) and (here.get("id") or here.get("code"))
        path.append(str(named or step))
    return Fault("/".join(path), _message(error), _line(lines, path))


def _line(node: yaml.Node | None, path: Sequence[str]) -> int | None:
    """The line of the deepest part of the path that the document itself writes; None for what it inherits."""
    line: int | None = None
    for step in path:
        found: tuple[int, yaml.Node] | None = None
        if isinstance(node, yaml.MappingNode):
            found = next(((k.start_mark.line, v) for k, v in node.value if k.value == step), None)
        elif isinstance(node, yaml.SequenceNode):
            found = next(((item.start_mark.line, item) for item in node.value if _named(item, step)), None)
            if found is None and step.isdigit() and int(step) < len(node.value):
                found = (node.value[int(step)].start_mark.line, node.value[int(step)])
        if found is None:
            return line
        line, node = found[0] + 1, found[1]
    return line


def _named(node: yaml.Node, name: str) -> bool:
    return isinstance(node, yaml.MappingNode) and any(
        key.value in ("id", "code") and isinstance(value, yaml.ScalarNode) and value.value == name
        for key, value in node.value
    )
