"""Reading SIP counts from a file: all of it or nothing, with every fault by row and column (G05).

A file in which any cell, in any sheet, may point at a person is refused whole: its rows are named and its words are
repeated nowhere. Nothing of the file is kept but its name, its checksum and the counts.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations import clock, privacy
from deviations.documents import sip_file
from deviations.documents.sip_file import Line, Unreadable, Value
from deviations.errors import Invalid
from deviations.models import SipCount, SipImport
from deviations.services import sip
from deviations.services.form import guard, require
from deviations.services.sip import NUMBERS, Attended, Checked, Entered
from deviations.services.sip_columns import NAMES, Columns, Directory, month, number, recognise
from orgs.models import Organisation, User
from orgs.profiles.parts import folded
from orgs.profiles.schema import Profile

SHOWN = 200
"""Faults told at once; a file with more has the same one in every row."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` 0 is the file itself. `code` is stable for other systems."""

    row: int
    column: str
    text: str
    code: str = "wrong"

    def __str__(self) -> str:
        if not self.row:
            return self.text
        place = _("Rad %(row)d") % {"row": self.row}
        return f"{place}, {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would do. `before` is None for what was not counted before."""

    row: int
    entered: Entered
    before: SipCount | None


@dataclass(frozen=True, slots=True)
class Preview:
    """`earlier`: the same file has been read before, and changes nothing."""

    checksum: str
    rows: int
    faults: tuple[Fault, ...]
    changes: tuple[Change, ...] = ()
    same: int = 0
    earlier: SipImport | None = None


def preview(content: bytes, *, file_name: str, principal: Organisation, source: str, by: User) -> Preview:
    """What the file would change, or everything that is wrong with it. Writes nothing. Raises `NotYours`, `Invalid`."""
    source = _allowed(file_name, principal, source, by)
    return _against(_read_of(content, principal, source), principal, source)


def import_counts(content: bytes, *, file_name: str, principal: Organisation, source: str, by: User) -> SipImport:
    """Read the whole file in. The same file twice changes nothing: the first reading of it is returned.

    The file is read before the transaction, so that nobody waits for that; what it changes is judged within it. Raises
    `Invalid` (field `file`, every fault), `NotYours`.
    """
    source = _allowed(file_name, principal, source, by)
    read = _read_of(content, principal, source)
    if isinstance(read, Preview):
        raise refusal(read)
    return _put_in(read, file_name, principal, source, by)


@transaction.atomic
def _put_in(read: "_Read", file_name: str, principal: Organisation, source: str, by: User) -> SipImport:
    source = _allowed(file_name, principal, source, by)
    sip.hold(principal)
    judged = _against(read, principal, source)
    if judged.faults:
        raise refusal(judged)
    if judged.earlier is not None:
        return judged.earlier
    imported = SipImport.objects.create(
        county=principal.county, principal=principal, source=source, file_name=base_name(file_name),
        checksum=judged.checksum, rows=judged.rows, at=clock.now(), by=by,
    )  # fmt: skip
    for change in judged.changes:
        sip.put(change.entered, by=by, from_import=imported)
    return imported


def refusal(judged: Preview) -> Invalid:
    """Every fault, at the field `file`."""
    return Invalid({"file": [(fault.code, str(fault)) for fault in judged.faults]})


def _allowed(file_name: str, principal: Organisation, source: str, by: User) -> str:
    source = sip.require_may_enter(by, principal, source)
    require("source", source, _("Skriv vilket system uppgifterna kommer från."))
    if len(source) > sip.LONGEST_SOURCE:
        raise Invalid({"source": [("too_long", _("Skriv högst 60 tecken."))]})
    guard("file", base_name(file_name))
    return source


def base_name(file_name: str) -> str:
    return file_name.replace("\\", "/").rsplit("/", 1)[-1][:160] or "fil"


@dataclass(frozen=True, slots=True)
class _Read:
    """A file without faults of its own: each row with its number."""

    checksum: str
    rows: tuple[tuple[int, Entered], ...]


def _against(read: "_Read | Preview", principal: Organisation, source: str) -> Preview:
    """What it changes; a preview of faults is itself."""
    return read if isinstance(read, Preview) else _against_what_stands(read.checksum, read.rows, principal, source)


def _read_of(content: bytes, principal: Organisation, source: str) -> "_Read | Preview":
    """The rows, or a preview that says everything that is wrong."""
    checksum = hashlib.sha256(content).hexdigest()
    try:
        lines = sip_file.read(content)
    except Unreadable as refused:
        return Preview(checksum, 0, tuple(Fault(0, "", reason, "unreadable") for reason in refused.reasons))
    if pointing := pointing_at_people(lines):
        return Preview(checksum, 0, (pointing,))
    first, *rest = [line for line in lines if line.sheet == 1] or [Line(1, ())]
    county = principal.county
    profile = sip.profile_of_county(county)
    directory = Directory(list(Organisation.objects.filter(county=county).select_related("principal")), profile)
    columns = recognise(first.cells, directory)
    if columns.faults:
        return Preview(checksum, 0, tuple(_of_heading(first, at, text) for at, text in columns.faults))
    if not rest:
        return Preview(checksum, 0, (Fault(0, "", _("Filen har inga rader under rubriken."), "unreadable"),))
    reader = _Reader(principal, source, profile, directory, columns)
    entered = [(line.number, reader.row(line)) for line in rest]
    reader.find_twice(entered)
    if reader.faults:
        return Preview(checksum, len(rest), tuple(reader.faults[:SHOWN]))
    return _Read(checksum, tuple((at, row) for at, row in entered if row is not None))


def pointing_at_people(lines: Sequence[Line]) -> Fault | None:
    rows = sorted({(line.sheet, line.number) for line in lines if any(_points(cell) for cell in line.cells)})
    if not rows:
        return None
    places = ", ".join(str(row) if sheet == 1 else f"{row} (blad {sheet})" for sheet, row in rows[:20])
    words = ngettext(
        "Rad %(rows)s ser ut att ha ett personnummer, ett telefonnummer eller en e-postadress. Filen är inte läst. "
        "Här räknas bara antal: ta bort allt om enskilda personer.",
        "Raderna %(rows)s ser ut att ha personnummer, telefonnummer eller e-postadresser. Filen är inte läst. "
        "Här räknas bara antal: ta bort allt om enskilda personer.",
        len(rows),
    )
    return Fault(0, "", words % {"rows": places}, "identity")


def _points(cell: Value) -> bool:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return isinstance(cell, str | int) and privacy.blocks(str(cell))


def _of_heading(heading: Line, at: int, text: str) -> Fault:
    if at < 0:
        return Fault(heading.number, "", text[:1].upper() + text[1:], "column")
    return Fault(heading.number, _named(heading.cells[at], at), text, "column")


def _named(value: Value, at: int) -> str:
    """The column's heading, unless it may name somebody; then where it stands."""
    text = str(value or "")
    return _("kolumn %(n)d") % {"n": at + 1} if not text or privacy.scan(text) else text


def _cell(line: Line, at: int | None) -> Value:
    return line.cells[at] if at is not None and at < len(line.cells) else None


@dataclass(slots=True)
class _Reader:
    """Reads rows as `Entered`, and gathers every fault on the way."""

    principal: Organisation
    source: str
    profile: Profile
    directory: Directory
    columns: Columns
    faults: list[Fault]

    def __init__(
        self, principal: Organisation, source: str, profile: Profile, directory: Directory, columns: Columns
    ) -> None:
        self.principal, self.source, self.profile = principal, source, profile
        self.directory, self.columns, self.faults = directory, columns, []

    def row(self, line: Line) -> Entered | None:
        """None when something in the row is at fault."""
        before = len(self.faults)
        named = {name: NAMES[name][0].capitalize() for name in NAMES}
        fields = self.columns.fields
        self._check_principal(line.number, _cell(line, fields.get("principal")), named["principal"])
        at = self._take(line, "month", named["month"], fields["month"], month, _("skriv månaden som 2026-03."))
        group = self._take(
            line, "target_group", named["target_group"], fields["target_group"], self._group,
            _("målgruppen finns inte i länets profil."),
        )  # fmt: skip
        where = self._take(
            line, "municipality", named["municipality"], fields.get("municipality"), self._municipality,
            _("kommunen finns inte i länet."),
        )  # fmt: skip
        numbers = {
            name: self._whole(line, name, named[name], fields[name])
            for name in (*NUMBERS, "days_to_start") if name in fields
        }  # fmt: skip
        pairs = list(self._pairs(line))
        if len(self.faults) > before:
            return None
        entered = Entered(
            principal=self.principal, source=self.source, month=at, target_group=group, municipality=where,
            days_to_start=numbers.pop("days_to_start", None), **{name: n or 0 for name, n in numbers.items()},
            attendance=tuple(Attended(p, a, b or 0) for p, a, b in pairs if isinstance(p, Organisation) and a),
            quality=tuple(Checked(p, a or 0, b) for p, a, b in pairs if isinstance(p, str) and b),
        )  # fmt: skip
        return self._checked(line.number, sip.with_source(entered, self.source), named)

    def _take(
        self, line: Line, name: str, label: str, at: int | None, read: Callable[[Value], Any], sentence: str
    ) -> Any:
        """What stands in the cell; None, and a fault, when it cannot be read."""
        try:
            return read(_cell(line, at))
        except (ValueError, KeyError):
            self.faults.append(Fault(line.number, label, sentence, name))
            return None

    def _whole(self, line: Line, name: str, label: str, at: int | None) -> Any:
        return self._take(line, name, label, at, number, _("skriv ett helt tal."))

    def _pairs(self, line: Line) -> Iterator[tuple[Organisation | str, Any, Any]]:
        """Each called party, and each point of the checklist, with its two numbers."""
        for kept in (self.columns.parties, self.columns.points):
            for thing, (one, other) in kept.items():
                label = thing.full_name if isinstance(thing, Organisation) else self._point(thing)
                yield thing, self._whole(line, "pair", label, one), self._whole(line, "pair", label, other)

    def _checked(self, row: int, entered: Entered, named: dict[str, str]) -> Entered | None:
        found = sip.faults(entered, self.profile)
        for name, several in found.items():
            self.faults += [Fault(row, named.get(name, ""), text, code) for code, text in several]
        return None if found else entered

    def find_twice(self, entered: Sequence[tuple[int, Entered | None]]) -> None:
        first: dict[Any, int] = {}
        for row, each in entered:
            if each is None:
                continue
            if (earlier := first.setdefault(each.place, row)) != row:
                words = _("samma månad, kommun och målgrupp står redan på rad %(row)d.") % {"row": earlier}
                self.faults.append(Fault(row, "", words, "twice"))

    def _check_principal(self, row: int, value: Value, label: str) -> None:
        if value is not None and self.directory.organisation(str(value)) != self.principal:
            words = _("filen läses in för %(name)s.") % {"name": self.principal.name}
            self.faults.append(Fault(row, label, words, "principal"))

    def _group(self, value: Value) -> str:
        return self.directory.groups[folded(str(value or ""))].id

    def _municipality(self, value: Value) -> Organisation | None:
        if value is None:
            return None
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        found = self.directory.organisation(text)
        if found is None or found.kind != Organisation.Kind.MUNICIPALITY or not found.is_principal:
            raise ValueError
        return found

    def _point(self, point: str) -> str:
        return next((each.text for each in self.profile.sip_checklist if each.id == point), point)


def _against_what_stands(
    checksum: str, entered: Sequence[tuple[int, Entered]], principal: Organisation, source: str
) -> Preview:
    earlier = (
        SipImport.objects.filter(principal=principal, source=source, checksum=checksum).select_related("by").first()
    )
    if earlier is not None:
        return Preview(checksum, len(entered), (), same=len(entered), earlier=earlier)
    months = {each.month for _row, each in entered}
    standing = list(
        SipCount.objects.filter(principal=principal, month__in=months, replaced_at__isnull=True)
        .prefetch_related("attendance", "quality")
    )  # fmt: skip
    own = {_place(count) for count in standing if count.source != sip.TOGETHER}
    by_place = {(*_place(count), count.source): count for count in standing}
    faults, changes, same = [], [], 0
    for row, each in entered:
        place = each.month, each.municipality.pk if each.municipality else None, each.target_group
        before = by_place.get((*place, source))
        if source == sip.TOGETHER and place in own:
            faults.append(Fault(row, "", _("kommunen har själv fört in månaden, och det gäller."), "own"))
        elif before is not None and sip.values_of(before) == sip.values_given(each):
            same += 1
        else:
            changes.append(Change(row, each, before))
    return Preview(checksum, len(entered), tuple(faults), tuple(changes), same)


def _place(count: SipCount) -> tuple[Any, ...]:
    return count.month, count.municipality_id, count.target_group


# ── the template ─────────────────────────────────────────────────────────────────────────────────────────────────────
def template(principal: Organisation) -> list[list[object]]:
    """Heading, and one row to fill in for each target group of the month that has ended."""
    profile = sip.profile_of_county(principal.county)
    own = principal.name if principal.kind == Organisation.Kind.MUNICIPALITY else ""
    ended = (clock.today().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rows: list[list[object]] = [[ended, own, group.name] for group in profile.target_groups]
    return [[*_heading(profile)], *rows]


def _heading(profile: Profile) -> Iterator[str]:
    fields = ("month", "municipality", "target_group", *NUMBERS, "days_to_start")
    yield from (NAMES[name][0].capitalize() for name in fields)
    for point in profile.sip_checklist:
        yield f"Uppfyller: {point.text}"
        yield f"Granskade: {point.text}"
