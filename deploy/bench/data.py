"""A national-sized world in a minute: organisations and people through the ORM, a million deviations by set-based SQL.

The picks are arithmetic, not random, so that both engines get the same rows. Indexes are dropped while filling and made
again, from the definitions that the migrations gave, so that what is measured is the schema in use.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.db import connection, models, transaction

from deviations.models import Deviation, Party
from deviations.search import tokens_of
from deviations.workflow import State
from orgs.models import (
    Body,
    BodyMembership,
    County,
    Organisation,
    OrganisationMembership,
    ProfileVersion,
    User,
)
from orgs.models.memberships import Membership

SLOTS = 1000
YEAR = 365 * 24 * 3600
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
TEXT = "Vid utskrivning saknades samordnad individuell plan och mottagande enhet fick inte besked i tid. " * 3


@dataclass(frozen=True, slots=True)
class Sizes:
    deviations: int = 1_000_000
    principals: int = 30  # of ten organisations each: the root, three administrations, six units
    region_units: int = 500
    bodies: int = 60
    people: int = 5_000
    years: int = 5  # filed evenly, from 2021 on
    slim: bool = False  # for ten times as many: short texts, nothing to search, and of the parties who filed


@dataclass(frozen=True, slots=True)
class World:
    sizes: Sizes
    county: County
    region: Organisation
    hospital: Organisation  # the region's biggest administration: a right in the middle of the tree
    principals: list[Organisation]
    administrations: list[Organisation]
    units: list[Organisation]  # of the municipalities
    region_units: list[Organisation]
    bodies: list[Body]
    people: list[User]


def build(sizes: Sizes) -> World:
    """Fill an empty, migrated database."""
    with transaction.atomic():
        world = _places_and_people(sizes)
        _memberships(world)
    with connection.cursor() as cursor:
        _slots(cursor, world)
        with without_indexes(cursor, Deviation, Party):
            _fill_deviations(cursor, world)
            _fill_parties(cursor, world)
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")  # as autovacuum leaves it
        else:
            cursor.execute("PRAGMA optimize")
    return world


# ── who is there ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _places_and_people(sizes: Sizes) -> World:
    county = County.objects.create(code="99", slug="matlan", name="Mätlän")
    ProfileVersion.objects.create(
        county=county, number=1, active_from=date(2020, 1, 1), source="", document={}, checksum="0" * 64
    )
    kind = Organisation.Kind
    region = _below(county, [None], 1, kind.REGION, "region")
    hospitals = _below(county, region * 5, 1, kind.REGION, "forvaltning")
    # Four fifths of the units lie under one administration, as hospitals do.
    parents = [hospitals[0] if n % 5 else hospitals[1 + n // 5 % 4] for n in range(sizes.region_units)]
    region_units = _below(county, parents, 1, kind.REGION, "klinik")
    principals = _below(county, [None] * sizes.principals, 1, kind.MUNICIPALITY, "kommun")
    administrations = _below(county, principals, 3, kind.MUNICIPALITY, "kommunforvaltning")
    units = _below(county, administrations, 2, kind.MUNICIPALITY, "enhet")
    bodies = Body.objects.bulk_create(
        [Body(county=county, key=f"organ-{n}", name=f"Samverkansgrupp {n}", kind="group") for n in range(sizes.bodies)]
    )
    password = make_password(None)
    people = User.objects.bulk_create(
        [User(email=f"person{n}@example.org", name=f"Person {n}", password=password) for n in range(sizes.people)]
    )
    return World(
        sizes, county, region[0], hospitals[0], principals, administrations, units, region_units, bodies, people
    )


def _below(
    county: County, parents: Sequence[Organisation | None], each: int, kind: str, word: str
) -> list[Organisation]:
    made = [
        Organisation(
            county=county, key=f"{word}-{n}-{k}", kind=kind, name=f"{word.capitalize()} {n}-{k}", parent=parent
        )
        for n, parent in enumerate(parents)
        for k in range(each)
    ]
    Organisation.objects.bulk_create(made)
    for organisation in made:
        above = organisation.parent
        organisation.path = f"{above.path if above else '/'}{organisation.pk}/"
        organisation.principal = above.principal if above else organisation
    Organisation.objects.bulk_update(made, ["path", "principal"], batch_size=200)
    return made


def membership(person: User, role: str, place: Organisation | Body) -> Membership:
    """A membership not yet stored; what `orgs.permissions.grant` writes, for bulk."""
    permission = Permission.objects.get(codename=role, content_type__model=place._meta.model_name)
    return _row(person, permission, place)


def _row(person: User, permission: Permission, place: Organisation | Body) -> Membership:
    if isinstance(place, Body):
        return BodyMembership(user=person, permission=permission, content_object=place, valid_from=FIRST.date())
    return OrganisationMembership(user=person, permission=permission, content_object=place, valid_from=FIRST.date())


def _memberships(world: World) -> None:
    """A coordinator, a chair and three members per body; of the others half only file, half read their unit."""
    permission = {p.codename: p for p in Permission.objects.filter(content_type__app_label="orgs")}
    rows = []
    for n, person in enumerate(world.people):
        if n < 5 * len(world.bodies):
            role = ("coordinator", "chair", "member", "member", "member")[n // len(world.bodies)]
            place: Organisation | Body = world.bodies[n % len(world.bodies)]
        else:
            role = "unit_manager" if n % 2 else "reporter"
            place = world.units[n % len(world.units)] if n % 3 else world.region_units[n % len(world.region_units)]
        rows.append(_row(person, permission[role], place))
    BodyMembership.objects.bulk_create(row for row in rows if isinstance(row, BodyMembership))
    OrganisationMembership.objects.bulk_create(row for row in rows if isinstance(row, OrganisationMembership))


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────────
def _slots(cursor: Any, world: World) -> None:
    """A thousand slots per pick, filled unevenly: some bodies and units have many times as much to do as others."""
    cursor.execute(
        "CREATE TEMP TABLE bench_slot "
        "(slot int PRIMARY KEY, municipal bigint, principal bigint, clinic bigint, body bigint)"
    )
    rows = []
    for slot in range(SLOTS):
        unit = world.units[int(len(world.units) * (slot / SLOTS) ** 2)]
        clinic = world.region_units[int(len(world.region_units) * slot / SLOTS)]
        body = world.bodies[int(len(world.bodies) * (slot / SLOTS) ** 1.35)]
        rows.append((slot, unit.pk, unit.principal_id, clinic.pk, body.pk))
    cursor.executemany("INSERT INTO bench_slot VALUES (%s, %s, %s, %s, %s)", rows)


def pick(multiplier: int, below: int) -> str:
    """An arithmetic draw from n, in SQL that both engines read."""
    return f"((n.n * {multiplier} %% 2147483647) / 1000 %% {below})"


def _numbers(size: int) -> str:
    if connection.vendor == "postgresql":
        return f"(SELECT generate_series(1, {size})::bigint AS n) n"
    return f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {size}) SELECT n FROM c) n"


def _moment(sizes: Sizes, days: str = "0") -> str:
    """When the n-th was filed, or so many days later."""
    seconds = f"(n.n * {sizes.years * YEAR} / {sizes.deviations} + {days} * 86400)"
    if connection.vendor == "postgresql":
        return f"timestamptz '{FIRST:%Y-%m-%d} 00:00:00+00' + {seconds} * interval '1 second'"
    return f"datetime('{FIRST:%Y-%m-%d}', '+' || {seconds} || ' seconds')"


def _day(moment: str) -> str:
    return f"({moment})::date" if connection.vendor == "postgresql" else f"date({moment})"


def _fill_deviations(cursor: Any, world: World) -> None:
    """Nine in ten between the region and a municipality, in both directions; the rest between municipalities."""
    size = world.sizes.deviations
    first_person = world.people[0].pk
    state = (
        f"CASE WHEN n.n > {int(size * 0.97)} OR {pick(33614, 100)} = 0 THEN CASE {pick(74611, 4)} "
        f"WHEN 0 THEN '{State.SUBMITTED}' WHEN 1 THEN '{State.RECEIVED}' WHEN 2 THEN '{State.AWAITING_STATEMENT}' "
        f"ELSE '{State.ON_AGENDA}' END ELSE '{State.CLOSED}' END"
    )
    closed = f"({state}) = '{State.CLOSED}'"
    upwards = "n.n %% 2 = 1 OR n.n %% 10 = 0"  # filed by a municipality
    between = "n.n %% 10 = 0"  # about another municipality
    stems = f"'{tokens_of(TEXT)} sällan' || {pick(88_651, 20_000)}"  # words of every row, and one of few
    expressions = {
        "id": "n.n",
        "public_id": "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))",
        "number": "n.n",
        "state": state,
        "title": "'Avvikelse ' || n.n",
        "reporting_unit_id": f"CASE WHEN {upwards} THEN m.municipal ELSE r.clinic END",
        "reporting_principal_id": f"CASE WHEN {upwards} THEN m.principal ELSE {world.region.pk} END",
        "receiving_unit_id": f"CASE WHEN {between} THEN o.municipal WHEN {upwards} THEN r.clinic ELSE m.municipal END",
        "receiving_principal_id": (
            f"CASE WHEN {between} THEN o.principal WHEN {upwards} THEN {world.region.pk} ELSE m.principal END"
        ),
        "filed_by_id": f"{first_person} + {pick(69621, len(world.people))}",
        "accountable_body_id": "b.body",
        "category": f"'kategori-' || {pick(16807, 12)}",
        "target_group": f"'grupp-' || {pick(48271, 6)}",
        "municipality_code": f"'1' || ({pick(39373, 30)} + 100)",
        "search_stems": "''" if world.sizes.slim else stems,
        "filed_at": _moment(world.sizes),
        "closed_at": f"CASE WHEN {closed} THEN {_moment(world.sizes, f'(40 + {pick(44497, 60)})')} END",
        "received_at": _moment(world.sizes, "1"),
        "first_answer_at": f"CASE WHEN {closed} THEN {_moment(world.sizes, f'(5 + {pick(52817, 35)})')} END",
        "decided_at": f"CASE WHEN {closed} THEN {_moment(world.sizes, '40')} END",
        "fed_back_at": f"CASE WHEN {closed} THEN {_moment(world.sizes, '40')} END",
        "answer_due_on": _day(_moment(world.sizes, "30")),
    }
    sample = Deviation(
        county=world.county,
        profile_version=ProfileVersion.objects.get(county=world.county),
        year=2025,
        happened="" if world.sizes.slim else TEXT,
        routing={"rule": "R1", "why": TEXT[:100]},
        rule_id="R1",
        created_at=FIRST,
        changed_at=FIRST,
    )
    tables = _numbers(size) + "".join(
        f" JOIN bench_slot {name} ON {name}.slot = {pick(multiplier, SLOTS)}"
        for name, multiplier in (("m", 1103515), ("r", 950706), ("o", 1226874), ("b", 630360))
    )
    insert(cursor, sample, expressions, tables)


def _fill_parties(cursor: Any, world: World) -> None:
    """Five rows each: the reporter, both units with their principals, the accountable body, an informed one."""
    first, count = world.bodies[0].pk, len(world.bodies)
    informed = f"{first} + (d.accountable_body_id - {first} + 1 + d.id %% 7) %% {count}"
    slim = world.sizes.slim
    for role, columns in (
        (Party.Role.REPORTER, {"person_id": "d.filed_by_id"}),
        (Party.Role.REPORTING, {"organisation_id": "d.reporting_unit_id", "principal_id": "d.reporting_principal_id"}),
        (Party.Role.RECEIVING, {"organisation_id": "d.receiving_unit_id", "principal_id": "d.receiving_principal_id"}),
        (Party.Role.ACCOUNTABLE, {"body_id": "d.accountable_body_id"}),
        (Party.Role.INFORMED, {"body_id": informed}),
    ):
        if slim and role != Party.Role.REPORTING:
            continue
        sample = Party(role=role, shown_as="som då")
        expressions = {"deviation_id": "d.id", "filed_at": "d.filed_at", **columns}
        insert(cursor, sample, expressions, "deviations_deviation d", leave_out={"id"})


def insert(
    cursor: Any,
    sample: models.Model,
    expressions: dict[str, str],
    tables: str,
    leave_out: frozenset[str] | set[str] = frozenset(),
) -> None:
    """INSERT … SELECT: an expression where given, else the sample's own value as the ORM would store it."""
    columns, selected, params = [], [], []
    for field in sample._meta.concrete_fields:
        if field.column in leave_out:
            continue
        columns.append(connection.ops.quote_name(field.column or ""))
        if field.column in expressions:
            selected.append(expressions[field.column])
        else:
            selected.append(f"CAST(%s AS {field.db_type(connection)})" if connection.vendor == "postgresql" else "%s")
            params.append(field.get_db_prep_save(getattr(sample, field.attname), connection))
    cursor.execute(
        f"INSERT INTO {sample._meta.db_table} ({', '.join(columns)}) "  # our own expressions
        f"SELECT {', '.join(selected)} FROM {tables}",
        params,
    )


@contextmanager
def without_indexes(cursor: Any, *tables: type[models.Model]) -> Iterator[None]:
    """Drop what no constraint stands on, and the checks of foreign keys; make the indexes again as they were."""
    names = [table._meta.db_table for table in tables]
    if connection.vendor == "postgresql":
        cursor.execute(
            "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
        )
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))",
            [names],
        )
    else:
        cursor.execute("PRAGMA foreign_keys = OFF")
        marks = ", ".join(["%s"] * len(names))
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
            names,
        )
    indexes = cursor.fetchall()
    for name, _sql in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, sql in indexes:
        cursor.execute(sql.replace("%", "%%"))
    if connection.vendor == "postgresql":
        cursor.execute("RESET session_replication_role; RESET maintenance_work_mem; RESET work_mem")
    else:
        cursor.execute("PRAGMA foreign_keys = ON")
