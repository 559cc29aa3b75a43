"""Rows that need identity or rights (units, bodies, agreements, clauses, mandates) brought in step with a profile.

Rows are found by the profile's stable ids. Nothing is deleted: what a profile no longer has gets its last day, and what
is renamed keeps its row, its roles and its deviations. Running it again changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from orgs.models import Agreement, Body, Clause, ContactRoute, County, Mandate, Organisation
from orgs.profiles.places import Principal, Unit
from orgs.profiles.schema import Profile

Row = TypeVar("Row", bound=models.Model)


@dataclass(slots=True)
class Changes:
    """How many rows were made, altered, and given a last day."""

    made: int = 0
    altered: int = 0
    ended: int = 0

    def __bool__(self) -> bool:
        return bool(self.made or self.altered or self.ended)


@transaction.atomic
def synchronise(profile: Profile, *, on: date, only_new: bool = False) -> tuple[County, Changes]:
    """Bring the county's rows in step with the profile that holds from `on`; makes the county when it is new.

    What the profile no longer has ends the day before `on`. With `only_new` rows are made and nothing else changes: for
    a version that holds from a later day, whose bodies must be there when that day comes.
    """
    info = profile.county
    county, _ = County.objects.get_or_create(code=info.code, defaults={"slug": info.slug, "name": info.name})
    changes = Changes()
    run = _Run(on=on, only_new=only_new, changes=changes)
    if not only_new and (county.slug, county.name) != (info.slug, info.name):
        county.slug, county.name = info.slug, info.name
        county.save(update_fields=["slug", "name"])
        changes.altered += 1
    units = _organisations(county, profile, run)
    bodies = _bodies(county, profile, run)
    _mandates(profile, bodies, run)
    _agreements(county, profile, run)
    _contact_routes(county, profile, units, run)
    return county, changes


@dataclass(slots=True)
class _Run:
    on: date
    only_new: bool
    changes: Changes
    writable: set[Any] = field(default_factory=set)
    """Keys of the latest `apply` that may be written further: all of them, or only the new ones."""

    def apply(self, table: type[Row], rows: dict[Any, Row], wanted: Mapping[Any, dict[str, Any]]) -> None:
        """Make what is missing, write what differs, into `rows` (by key). Two statements at most."""
        new = {key: table(**fields) for key, fields in wanted.items() if key not in rows}
        self.writable = set(new if self.only_new else wanted)
        if not self.only_new:
            self.write(table, ((rows[key], fields) for key, fields in wanted.items() if key in rows))
        rows.update(zip(new, table._default_manager.bulk_create(new.values()), strict=True))
        self.changes.made += len(new)

    def write(self, table: type[Row], pairs: Iterable[tuple[Row, dict[str, Any]]], *, count: bool = True) -> None:
        altered: list[Row] = []
        names: set[str] = set()
        for row, fields in pairs:
            differing = {name: value for name, value in fields.items() if getattr(row, name) != value}
            for name, value in differing.items():
                setattr(row, name, value)
            if differing:
                altered.append(row)
                names.update(differing)
        if altered:
            table._default_manager.bulk_update(altered, sorted(names), batch_size=500)
            self.changes.altered += len(altered) if count else 0

    def end(self, table: type[Row], rows: Mapping[Any, Row], wanted: Mapping[Any, Any]) -> None:
        """Give what the profile no longer has its last day, the day before it holds."""
        if self.only_new:
            return
        last = self.on - timedelta(days=1)
        gone: list[Any] = [row for key, row in rows.items() if key not in wanted]
        ending = [row for row in gone if row.valid_to is None or row.valid_to > last]
        for row in ending:
            row.valid_to = last
        if ending:
            table._default_manager.bulk_update(ending, ["valid_to"], batch_size=500)
            self.changes.ended += len(ending)


def _organisations(county: County, profile: Profile, run: _Run) -> dict[str, Organisation]:
    rows = {row.key: row for row in Organisation.objects.filter(county=county)}
    above: dict[str, str | None] = {}
    levels: list[dict[str, dict[str, Any]]] = []
    for principal in profile.principals:
        above[principal.id] = None
        _at(levels, 0)[principal.id] = _fields(county, principal, principal)
        depths = {principal.id: 0}
        for unit, parent in principal.all_units():
            above[unit.id] = parent.id if parent else principal.id
            depths[unit.id] = depths[above[unit.id] or ""] + 1
            _at(levels, depths[unit.id])[unit.id] = _fields(county, principal, unit)
    for level in levels:  # parents first, so that every new row's parent has its primary key
        for key, fields in level.items():
            parent_key = above[key]
            fields["parent_id"] = rows[parent_key].pk if parent_key else None
            fields["principal_id"] = rows[parent_key].principal_id if parent_key else getattr(rows.get(key), "pk", None)
        run.apply(Organisation, rows, level)
        placed = ((rows[key], _place(rows[key], rows.get(above[key] or ""))) for key in level if key in run.writable)
        run.write(Organisation, placed, count=False)
    run.end(Organisation, rows, above)
    return rows


def _at(levels: list[dict[str, dict[str, Any]]], depth: int) -> dict[str, dict[str, Any]]:
    while len(levels) <= depth:
        levels.append({})
    return levels[depth]


def _fields(county: County, principal: Principal, unit: Principal | Unit) -> dict[str, Any]:
    return {
        "county_id": county.pk,
        "key": unit.id,
        "kind": principal.kind,
        "unit_kind": unit.kind if isinstance(unit, Unit) else "",
        "name": unit.name,
        "aliases": [*unit.aliases, *unit.former_names],
        "municipality_code": principal.municipality_code or "",
        "orgnr": (principal.orgnr or "") if unit is principal else "",
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }


def _place(row: Organisation, parent: Organisation | None) -> dict[str, Any]:
    """What follows from primary keys: the root's own id, and the path of ids."""
    return {
        "principal_id": parent.principal_id if parent else row.pk,
        "path": f"{parent.path if parent else '/'}{row.pk}/",
    }


def _bodies(county: County, profile: Profile, run: _Run) -> dict[str, Body]:
    rows = {row.key: row for row in Body.objects.filter(county=county)}
    wanted = {
        body.id: {
            "county_id": county.pk,
            "key": body.id,
            "name": body.name,
            "kind": body.kind,
            "level": body.level,
            "may_decide": body.may_decide,
            "names": [name.model_dump(mode="json") for name in body.names],
            "cadence": body.cadence.model_dump(mode="json", exclude_none=True) if body.cadence else {},
            "valid_from": body.formed_on,
            "valid_to": body.ended_on,
        }
        for body in profile.bodies
    }
    run.apply(Body, rows, wanted)
    above = (
        (rows[body.id], {"steering_body_id": rows[body.steering[0]].pk if body.steering else None})
        for body in profile.bodies
        if body.id in run.writable
    )
    run.write(Body, above, count=False)
    run.end(Body, rows, wanted)
    return rows


def _mandates(profile: Profile, bodies: Mapping[str, Body], run: _Run) -> None:
    rows = {(row.body_id, row.version): row for row in Mandate.objects.filter(body__in=list(bodies.values()))}
    wanted: dict[tuple[int, str], dict[str, Any]] = {}
    for body in profile.bodies:
        mandate, pk = body.mandate, bodies[body.id].pk
        wanted[pk, mandate.version or "1"] = {
            "body_id": pk,
            "version": mandate.version or "1",
            "text": mandate.text or mandate.note or "",
            "status": mandate.status,
            "decided_on": mandate.decided_on,
            "valid_to": None,
        }
    run.apply(Mandate, rows, wanted)
    run.end(Mandate, rows, wanted)


def _contact_routes(county: County, profile: Profile, units: Mapping[str, Organisation], run: _Run) -> None:
    """Those that the profile tells of. What a unit's manager has written stands: they know best how it is reached."""
    in_use = ContactRoute.objects.filter(organisation__county=county, ended_at__isnull=True)
    rows = {(row.organisation_id, row.name): row for row in in_use if row.from_profile}
    written = {row.organisation_id for row in in_use if not row.from_profile}
    wanted = {
        (units[unit.id].pk, unit.contact.name): {
            "organisation_id": units[unit.id].pk,
            "name": unit.contact.name,
            "hours": (unit.contact.hours or "")[:200],
            "phone": (unit.contact.phone or "")[:60],
            "from_profile": True,
        }
        for _principal, unit, _parent in profile.all_units()
        if unit.contact is not None and units[unit.id].pk not in written
    }
    run.apply(ContactRoute, rows, wanted)
    gone = [] if run.only_new else [row.pk for key, row in rows.items() if key not in wanted]
    run.changes.ended += ContactRoute.objects.filter(pk__in=gone).update(ended_at=timezone.now()) if gone else 0


def _agreements(county: County, profile: Profile, run: _Run) -> None:
    rows = {row.key: row for row in Agreement.objects.filter(county=county)}
    wanted = {
        agreement.id: {
            "county_id": county.pk,
            "key": agreement.id,
            "name": agreement.name,
            "version": agreement.version or "",
            "decided_on": agreement.decided_on,
            "decided_by": agreement.decided_by or "",
            "valid_from": agreement.valid_from,
            "valid_to": agreement.valid_to,
            "owner": agreement.owner or "",
            "parties": list(agreement.parties),
        }
        for agreement in profile.agreements
    }
    run.apply(Agreement, rows, wanted)
    following = (
        (rows[agreement.id], {"successor_id": rows[agreement.successor].pk if agreement.successor else None})
        for agreement in profile.agreements
        if agreement.id in run.writable
    )
    run.write(Agreement, following, count=False)
    run.end(Agreement, rows, wanted)
    clauses = {(row.agreement_id, row.key): row for row in Clause.objects.filter(agreement__county=county)}
    # A clause that a profile no longer has keeps its row: deviations cite it, and the agreement says when it held.
    run.apply(
        Clause,
        clauses,
        {
            (rows[agreement.id].pk, clause.id): {
                "agreement_id": rows[agreement.id].pk,
                "key": clause.id,
                "number": clause.number,
                "title": clause.title,
                "text": clause.text,
            }
            for agreement in profile.agreements
            for clause in agreement.clauses
        },
    )
