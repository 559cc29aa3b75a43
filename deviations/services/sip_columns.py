"""What the columns of a file of SIP counts are called, in Swedish and English, and what stands in their cells (G05)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from deviations.deadlines import MONTHS
from deviations.documents.sip_file import Value
from orgs.models import Organisation
from orgs.profiles.parts import folded
from orgs.profiles.schema import Profile, TargetGroup

NAMES: Mapping[str, tuple[str, ...]] = {
    "principal": ("huvudman", "principal", "organisation", "vårdgivare"),
    "month": ("månad", "month", "period", "år månad", "ar manad", "år och månad"),
    "municipality": ("kommun", "municipality", "kommunkod", "hemkommun", "folkbokföringskommun"),
    "target_group": ("målgrupp", "target group", "grupp", "åldersgrupp"),
    "initiated": ("initierade", "initierade sip", "initiated", "startade ärenden", "inledda sip"),
    "new": ("nya", "nya sip", "new", "upprättade", "upprättade sip", "skapade planer", "nya planer"),
    "conducted": ("genomförda", "genomförda möten", "genomförda sip", "genomförda sip möten", "conducted",
                  "hållna möten"),
    "called": ("möten med kallelse", "kallade möten", "planerade möten", "called", "kallelser", "skickade kallelser"),
    "absent": ("därav utan alla kallade", "möten där part uteblev", "uteblivna", "absent", "part uteblev"),
    "followed_up": ("uppföljda", "uppföljda sip", "followed up", "uppföljningar", "uppföljda planer"),
    "individuals": ("enskilda", "individer", "individuals", "per enskild", "antal patienter", "antal individer",
                    "unika patienter"),
    "days_to_start": ("dagar från behov till möte", "dagar till start", "days to start", "ledtid dagar"),
}  # fmt: skip
"""A Cosmic Link report's own words stand among them: Period, Kommun, Skapade planer, Skickade kallelser, Unika
patienter. Its layout differs between regions, so what is not known is refused and never guessed."""
NOT_COUNTED = ("enhet", "vårdenhet", "rapportdatum", "uttagsdatum", "rapport", "system", "kommentar", "id", "rad")
NEEDED = ("month", "target_group")
_PARTY = re.compile(r"(?P<what>kallad|called|kom|came)(?: till)?\s*:\s*(?P<name>.+)", re.I)
_POINT = re.compile(r"(?P<what>uppfyller|met|granskade|of)\s*:\s*(?P<name>.+)", re.I)
_CALLED, _MET = {"kallad", "called"}, {"uppfyller", "met"}


@dataclass(slots=True)
class Columns:
    """Where each thing stands. `parties` and `points`: place of the first and the second number of each pair."""

    fields: dict[str, int] = field(default_factory=dict)
    parties: dict[Organisation, list[int | None]] = field(default_factory=dict)
    points: dict[str, list[int | None]] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    """Place of the column (-1 for one that is missing), and the sentence."""


class Directory:
    """The county's organisations, target groups and checklist by every name they answer to."""

    def __init__(self, organisations: Sequence[Organisation], profile: Profile) -> None:
        self.by_name: dict[str, set[Organisation]] = {}
        for each in organisations:
            for name in {each.key, each.name, each.full_name, *each.aliases}:
                self.by_name.setdefault(folded(name), set()).add(each)
            if each.is_principal and each.municipality_code:
                self.by_name.setdefault(each.municipality_code, set()).add(each)
        self.groups: dict[str, TargetGroup] = {}
        for group in profile.target_groups:
            self.groups |= {folded(group.id): group, folded(group.name): group}
        self.points = {folded(name): p.id for p in profile.sip_checklist for name in (p.id, p.text)}

    def organisation(self, name: str) -> Organisation | None:
        """None when nobody, or more than one, answers to it; a principal before its units."""
        found = self.by_name.get(folded(name), set())
        roots = [each for each in found if each.is_principal]
        chosen = roots or list(found)
        return chosen[0] if len(chosen) == 1 else None


def recognise(heading: Sequence[Value], directory: Directory) -> Columns:
    found = Columns()
    for at, value in enumerate(heading):
        text = str(value or "").strip()
        if not text or _plain(text) in NOT_COUNTED:
            continue
        if match := _PARTY.fullmatch(text):
            _pair(found, found.parties, directory.organisation(match["name"]), at, match["what"].lower() in _CALLED,
                  _("känner inte igen parten, eller så heter flera så. Skriv enhet och huvudman."))  # fmt: skip
        elif match := _POINT.fullmatch(text):
            _pair(found, found.points, directory.points.get(folded(match["name"])), at, match["what"].lower() in _MET,
                  _("punkten finns inte i länets checklista."))  # fmt: skip
        elif name := _field(text):
            if name in found.fields:
                found.faults.append((at, _("samma uppgift står i två kolumner.")))
            found.fields[name] = at
        else:
            found.faults.append((at, _("kolumnen känns inte igen. Ta bort den eller använd mallens namn.")))
    for name in NEEDED:
        if name not in found.fields:
            label = NAMES[name][0]
            found.faults.append((-1, _("kolumnen %(name)s saknas.") % {"name": label.capitalize()}))
    for first, second in (*found.parties.values(), *found.points.values()):
        if first is None or second is None:
            at = next(place for place in (first, second) if place is not None)
            found.faults.append((at, _("den andra kolumnen i paret saknas.")))
    return found


def _pair(found: Columns, pairs: dict[Any, list[int | None]], key: Any, at: int, first: bool, unknown: str) -> None:
    if key is None:
        found.faults.append((at, unknown))
        return
    places = pairs.setdefault(key, [None, None])
    if places[0 if first else 1] is not None:
        found.faults.append((at, _("samma uppgift står i två kolumner.")))
    places[0 if first else 1] = at


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-zåäöé]+", " ", text.casefold()).split())


def _field(text: str) -> str | None:
    plain = _plain(text)
    without = plain.removeprefix("antal ")
    return next((name for name, words in NAMES.items() if plain in words or without in words), None)


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def number(value: Value) -> int | None:
    """Nothing is None. Raises ValueError for what is not a whole number."""
    if value is None:
        return None
    if isinstance(value, bool | date):
        raise ValueError
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError
        return int(value)
    if isinstance(value, int):
        return value
    digits = value.replace("\u00a0", "").replace(" ", "")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        raise ValueError
    return int(digits)


_YEAR_MONTH = re.compile(r"(?P<year>(?:19|20)[0-9]{2})[-/. ]?(?P<month>1[0-2]|0?[1-9])(?:[-/. ]?(?P<day>0?1))?")
_IN_WORDS = re.compile(r"(?P<word>[a-zåäö]{3,9})\.?[ -]+(?P<year>(?:19|20)[0-9]{2})")


def month(value: Value) -> date:
    """2026-03, 202603, 2026-03-01, "mars 2026", or a date that is the first of a month. Raises ValueError."""
    if isinstance(value, date):
        if value.day != 1:
            raise ValueError("not the first of a month")
        return value
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value or "").strip().casefold()
    if match := _YEAR_MONTH.fullmatch(text):
        return date(int(match["year"]), int(match["month"]), 1)
    if match := _IN_WORDS.fullmatch(text):
        numbers = {name: at for at, name in enumerate(MONTHS, start=1)}
        numbers |= {name[:3]: at for name, at in numbers.items()}
        if match["word"] in numbers:
            return date(int(match["year"]), numbers[match["word"]], 1)
    raise ValueError("not a month")
