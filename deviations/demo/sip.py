"""Two years of SIP counts in Blekinge: fewer in July, and fewer absences since calls go to an address that is watched.

The municipalities write theirs by hand, the region reads its own from a file. Everything is drawn by chance from a
fixed seed, so that the same day gives the same demo.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from deviations import clock
from deviations.demo.people import Cast
from deviations.models import SipAttendance, SipCount, SipImport, SipQuality
from deviations.services import sip
from deviations.services.sip import NUMBERS, Attended, Checked, Entered
from orgs.models import County, Organisation, User
from orgs.profiles.schema import Profile

SEED = 2022
FEWEST_MONTHS = 24
BEFORE, SINCE = 0.22, 0.10
"""Share of the meetings at which a called party is missing: before April, and from then on."""
CALLED = {"karlskrona": 40, "karlshamn": 25, "ronneby": 23, "solvesborg": 16, "olofstrom": 12, "region-blekinge": 34}
"""Meetings of an ordinary month."""
DAYS = {"karlskrona": 24, "karlshamn": 19, "ronneby": 31, "solvesborg": 27, "olofstrom": 38, "region-blekinge": 29}
SEASON = (1.0, 1.0, 1.05, 1.0, 1.05, 0.9, 0.5, 0.8, 1.05, 1.1, 1.1, 0.85)
GROUPS = {"barn_unga": 0.5, "vuxna": 0.3, "aldre": 0.2}
SILENT, SILENT_MONTHS = "olofstrom", 2
"""Who has not counted the last months."""
PARTIES: Mapping[str, tuple[str, str, str]] = {
    # the one that is missing most, the one that is missing sometimes, the one that always comes
    "barn_unga": ("rb-bup", "rb-vardcentral", "{code}-elevhalsan"),
    "vuxna": ("rb-vuxenpsykiatrin", "rb-vardcentral", "{code}-ifo"),
    "aldre": ("rb-vardcentral", "rb-medicinklinik", "{code}-hsv"),
}
MET = (0.95, 0.88, 0.71, 0.9, 0.62, 0.55, 0.58, 0.66, 0.74, 0.47, 0.81)
"""How often each point of the checklist is met, in its order."""


@dataclass(frozen=True, slots=True)
class Scene:
    profile: Profile
    places: Mapping[str, Organisation]
    by: Mapping[str, User]


def count_sip(counties: list[County], cast: Cast) -> None:
    blekinge = next(county for county in counties if county.slug == "blekinge")
    places = {each.key: each for each in Organisation.objects.filter(county=blekinge).select_related("principal")}
    scene = Scene(sip.profile_of_county(blekinge), places, answering(places, cast))
    chance = random.Random(SEED)  # noqa: S311  # draws a demo
    months = _months(clock.today())
    for month in months:
        late = months[-SILENT_MONTHS:] if len(months) > SILENT_MONTHS else []
        rows = [row for row in _month(scene, month, chance) if row.principal.key != SILENT or month not in late]
        _store(scene, month, rows)


def answering(places: Mapping[str, Organisation], cast: Cast) -> dict[str, User]:
    """Who answers at each principal that counts."""
    return {
        key: cast.answerers[places["rb-bup" if key.startswith("region") else f"{place.municipality_code}-ifo"].pk]
        for key, place in places.items()
        if key in CALLED
    }


def _months(today: date) -> list[date]:
    """Those that have ended, from January of the year before, and as many as two years at least."""
    first = date(today.year - 1, 1, 1)
    while (today.year - first.year) * 12 + today.month - first.month < FEWEST_MONTHS:
        first = (first - timedelta(days=1)).replace(day=1)
    found = []
    while (first.year, first.month) < (today.year, today.month):
        found.append(first)
        first = (first + timedelta(days=31)).replace(day=1)
    return found


def turn(today: date) -> date:
    """When it changed: the latest April that has some months after it."""
    return date(today.year if today.month > 6 else today.year - 1, 4, 1)


def _month(scene: Scene, month: date, chance: random.Random) -> list[Entered]:
    """How many meetings each has, then at which of all of them somebody was missing: the share is the county's."""
    rows = list(_called(scene, month, chance))
    meetings = [at for at, row in enumerate(rows) for _meeting in range(row.called)]
    since = month >= turn(clock.today())
    share = (SINCE + chance.uniform(-0.02, 0.015)) if since else (BEFORE + chance.uniform(-0.045, 0.045))
    missing = chance.sample(meetings, round(share * len(meetings)))
    return [_filled(scene, row, missing.count(at), chance) for at, row in enumerate(rows)]


def _called(scene: Scene, month: date, chance: random.Random) -> Iterator[Entered]:
    municipalities = [key for key in CALLED if key != "region-blekinge"]
    whole = sum(CALLED[key] for key in municipalities)
    for key, ordinary in CALLED.items():
        principal = scene.places[key]
        where = municipalities if key == "region-blekinge" else [key]
        for place in where:
            part = CALLED[place] / whole if key == "region-blekinge" else 1.0
            for group, share in GROUPS.items():
                size = ordinary * part * share * SEASON[month.month - 1] * chance.uniform(0.85, 1.15)
                yield Entered(
                    principal=principal, municipality=scene.places[place], month=month, target_group=group,
                    called=max(1, round(size)), source="Cosmic Link" if key == "region-blekinge" else "",
                )  # fmt: skip


def _filled(scene: Scene, row: Entered, absent: int, chance: random.Random) -> Entered:
    new = max(1, round(row.called * chance.uniform(0.55, 0.75)))
    fell_through = round(absent * chance.uniform(0.2, 0.5))
    days = round(DAYS[row.principal.key] * new * chance.uniform(0.85, 1.15))
    filled = replace(
        row,
        initiated=new + chance.randint(0, 3),
        new=new,
        conducted=row.called - fell_through,
        absent=absent,
        followed_up=round(new * chance.uniform(0.5, 0.8)),
        individuals=max(1, round(row.called * 0.9)),
        days_to_start=days,
        attendance=tuple(_attendance(scene, row, absent)),
    )
    return replace(filled, quality=tuple(_quality(scene, new, chance))) if row.month.month % 3 == 0 else filled


def _attendance(scene: Scene, row: Entered, absent: int) -> Iterator[Attended]:
    sometimes = absent // 4
    code = row.municipality.municipality_code if row.municipality else ""
    for key, missed in zip(PARTIES[row.target_group], (absent - sometimes, sometimes, 0), strict=True):
        yield Attended(scene.places[key.format(code=code)], row.called, row.called - missed)


def _quality(scene: Scene, new: int, chance: random.Random) -> Iterator[Checked]:
    for point, often in zip(scene.profile.sip_checklist, MET, strict=False):
        yield Checked(point.id, sum(chance.random() < often for _plan in range(new)), new)


@transaction.atomic
def _store(scene: Scene, month: date, rows: list[Entered]) -> None:
    """In bulk, as if written in on the fifth of the month after."""
    after = (month + timedelta(days=31)).replace(day=5)
    at = min(datetime.combine(after, time(9), tzinfo=UTC), clock.now())
    read = _read(scene, month, sum(row.source != "" for row in rows), at)
    counts = SipCount.objects.bulk_create(
        SipCount(
            county_id=row.principal.county_id, principal=row.principal, municipality=row.municipality,
            target_group=row.target_group, month=row.month, days_to_start=row.days_to_start, source=row.source,
            from_import=read if row.source else None, at=at, by=scene.by[row.principal.key],
            **{name: getattr(row, name) for name in NUMBERS},
        )
        for row in rows
    )  # fmt: skip
    SipAttendance.objects.bulk_create(
        SipAttendance(count=count, party=each.party, called=each.called, came=each.came)
        for count, row in zip(counts, rows, strict=True)
        for each in row.attendance
    )
    SipQuality.objects.bulk_create(
        SipQuality(count=count, point=each.point, met=each.met, of=each.of)
        for count, row in zip(counts, rows, strict=True)
        for each in row.quality
    )


def _read(scene: Scene, month: date, rows: int, at: datetime) -> SipImport:
    region = scene.places["region-blekinge"]
    name = f"cosmic-link-sip-{month:%Y-%m}.csv"
    return SipImport.objects.create(
        county_id=region.county_id, principal=region, source="Cosmic Link", file_name=name, rows=rows, at=at,
        checksum=hashlib.sha256(name.encode()).hexdigest(), by=scene.by[region.key],
    )  # fmt: skip
