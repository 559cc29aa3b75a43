"""How many are trained in SIP, and which units have a SIP-samordnare: per unit and year, by hand or from a file (G04).

Counts only, and nobody's name: a file in which any cell may point at a person is refused whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.documents import sip_file
from deviations.documents.sip_file import Line, Unreadable, Value
from deviations.errors import Invalid, NotYours
from deviations.models import SipTraining
from deviations.services import sip
from deviations.services.form import guard
from deviations.services.sip_import import base_name, pointing_at_people
from orgs.models import Organisation, User
from orgs.permissions import Denied
from orgs.profiles.parts import folded

MOST = 20_000
FIRST_YEAR = 2015
SHOWN = 200
COLUMNS = {
    "unit": ("enhet", "verksamhet", "unit"),
    "staff": ("medarbetare", "anställda", "staff"),
    "trained": ("utbildade", "utbildade i sip", "trained"),
    "coordinator": ("sip samordnare", "sip-samordnare", "samordnare", "coordinator"),
}
YES, NO = frozenset({"ja", "yes", "1", "x"}), frozenset({"nej", "no", "0", ""})


@dataclass(frozen=True, slots=True)
class Trained:
    """One unit's year as it is entered."""

    unit: Organisation
    staff: int
    trained: int
    coordinator: bool


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def units_of(principal: Organisation) -> models.QuerySet[Organisation]:
    """Those in force that have none below them, in the order of the tree."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    leaves = Organisation.objects.filter(in_force, principal=principal, parent__isnull=False, children__isnull=True)
    return leaves.select_related("principal").order_by("path")


def visible_training(user: User) -> models.QuerySet[SipTraining]:
    """What counts of each unit, at the principals where the person answers: who may enter it reads it."""
    rows = SipTraining.objects.filter(unit__principal__in=sip.principals_entered_for(user), replaced_at__isnull=True)
    return rows.select_related("unit__principal").order_by("-year", "unit__principal__name", "unit__path", "pk")


def standing(principal: Organisation, year: int) -> dict[int, SipTraining]:
    """What counts of each unit, by its id."""
    rows = SipTraining.objects.filter(unit__principal=principal, year=year, replaced_at__isnull=True)
    return {row.unit_id: row for row in rows.select_related("unit")}


# ── entering ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def enter_training(principal: Organisation, year: int, rows: Sequence[Trained], *, by: User) -> int:
    """One year of any of the principal's units. What says the same as before writes nothing; returns how many did.

    Raises `NotYours`, `Invalid`.
    """
    _require_may(by, principal)
    sip.hold(principal)
    _require_year(year)
    units = {unit.pk for unit in units_of(principal)}
    for row in rows:
        if faults := _faults(row, units):
            raise Invalid(faults)
    before, written = standing(principal, year), 0
    for row in rows:
        old = before.get(row.unit.pk)
        if old and (old.staff, old.trained, old.coordinator) == (row.staff, row.trained, row.coordinator):
            continue
        if old is not None:
            old.replaced_at = clock.now()
            old.save(update_fields=["replaced_at"])
        SipTraining.objects.create(
            county=principal.county, unit=row.unit, year=year, staff=row.staff, trained=row.trained,
            coordinator=row.coordinator, at=clock.now(), by=by,
        )  # fmt: skip
        written += 1
    return written


def may_enter(user: User, principal: Organisation) -> bool | Denied:
    """Those who answer at the principal; a coordinator does not know its staff."""
    if sip.source_for(user, principal) == "":
        return True
    return Denied(_("Bara den som svarar hos huvudmannen kan föra in utbildning i SIP."))


def _require_may(by: User, principal: Organisation) -> None:
    if isinstance(refused := may_enter(by, principal), Denied):
        raise NotYours(refused.reason)


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= clock.today().year:
        raise Invalid({"year": [("unknown", _("Välj ett år som har börjat."))]})


def _faults(row: Trained, units: Iterable[int]) -> dict[str, list[tuple[str, str]]]:
    if row.unit.pk not in units:
        return {"unit": [("unknown", _("Välj en av huvudmannens enheter."))]}
    if not 0 <= row.staff <= MOST:
        return {"staff": [("wrong", _("Skriv hur många som arbetar där."))]}
    if not 0 <= row.trained <= row.staff:
        return {"trained": [("more_than_staff", _("De utbildade kan inte vara fler än de som arbetar där."))]}
    return {}


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────────
def import_training(content: bytes, *, file_name: str, principal: Organisation, year: int, by: User) -> int:
    """Read the whole file in, or nothing and every fault by its row. Returns how many rows changed something.

    Read before the transaction. Raises `NotYours`, `Invalid` (field `file`).
    """
    _require_may(by, principal)
    guard("file", base_name(file_name))
    try:
        lines = sip_file.read(content)
    except Unreadable as refused:
        raise Invalid({"file": [("unreadable", reason) for reason in refused.reasons]}) from refused
    if pointing := pointing_at_people(lines):
        raise Invalid({"file": [(pointing.code, str(pointing))]})
    first, *rest = [line for line in lines if line.sheet == 1] or [Line(1, ())]
    return enter_training(principal, year, _read(first, rest, principal), by=by)


def _read(heading: Line, lines: Sequence[Line], principal: Organisation) -> list[Trained]:
    places = _places(heading)
    units = {folded(name): unit for unit in units_of(principal) for name in (unit.name, unit.full_name, unit.key)}
    rows: list[Trained] = []
    faults: list[tuple[str, str]] = []
    for line in lines:
        cells = {name: line.cells[at] if at < len(line.cells) else None for name, at in places.items()}
        row = _row(cells, units)
        twice = not isinstance(row, str) and row.unit in [each.unit for each in rows]
        reason = row if isinstance(row, str) else _("enheten står redan i filen.") if twice else ""
        if reason:
            faults.append(("wrong", _("Rad %(row)d: %(reason)s") % {"row": line.number, "reason": reason}))
        elif not isinstance(row, str):
            rows.append(row)
    if not lines:
        faults.append(("unreadable", _("Filen har inga rader under rubriken.")))
    if faults:
        raise Invalid({"file": faults[:SHOWN]})
    return rows


def _places(heading: Line) -> dict[str, int]:
    names = [folded(str(cell or "")) for cell in heading.cells]
    found = {
        field: at for field, known in COLUMNS.items() for at, name in enumerate(names) if name in map(folded, known)
    }
    if missing := [known[0] for field, known in COLUMNS.items() if field not in found]:
        words = _("Kolumnen %(name)s saknas i första raden.")
        raise Invalid({"file": [("column", words % {"name": name}) for name in missing]})
    return found


def _row(cells: dict[str, Value], units: dict[str, Organisation]) -> Trained | str:
    """The row, or what is wrong with it."""
    unit = units.get(folded(str(cells["unit"] or "")))
    if unit is None:
        return _("enheten finns inte hos huvudmannen.")
    staff, trained = _whole(cells["staff"]), _whole(cells["trained"])
    if staff is None or trained is None:
        return _("skriv hela tal.")
    has = str(cells["coordinator"] if cells["coordinator"] is not None else "").strip().casefold()
    if has not in YES | NO:
        return _("skriv ja eller nej för SIP-samordnare.")
    row = Trained(unit, staff, trained, has in YES)
    faults = _faults(row, {unit.pk})
    return next((text for several in faults.values() for _code, text in several), "") or row


def _whole(value: Value) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value if value is not None else "").strip()
    return int(text) if text.isdecimal() and len(text) < 7 else None


def template(principal: Organisation) -> list[list[object]]:
    """Heading, and one row to fill in for each unit."""
    heading: list[object] = ["Enhet", "Medarbetare", "Utbildade", "SIP-samordnare"]
    rows: list[list[object]] = [[unit.full_name, "", "", ""] for unit in units_of(principal)]
    return [heading, *rows]
