"""Who is there: the three counties, one person for each role a visitor wants to try, and one reporter per unit."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from deviations.services.profiles import activate
from orgs.models import Body, County, Organisation, User
from orgs.permissions import grant
from orgs.profiles import loader

PASSWORD = "samsyn demo"  # noqa: S105  # of people who do not exist, printed at start
DAYS_OF_PAST = 548
COUNTIES = ("blekinge", "varmland", "jamtland-harjedalen")
MAIL = "demo.example"


@dataclass(frozen=True, slots=True)
class Login:
    """One line of what a visitor can try."""

    first_name: str
    says: str
    role: str
    county: str
    place: str  # key of a unit or a body; empty for the county itself


# Order: as they take part in the journey of a deviation.
LOGINS = (
    Login("anna", "anmäler från Elevhälsan i Karlskrona", "reporter", "blekinge", "1080-elevhalsan"),
    Login("maria", "är Annas enhetschef", "unit_manager", "blekinge", "1080-elevhalsan"),
    Login("bo", "samordnar Samverkansgrupp Barn och unga", "coordinator", "blekinge", "sg_barn_unga"),
    Login("berit", "svarar för BUP", "investigator", "blekinge", "rb-bup"),
    Login("lars", "samordnar LSVO", "coordinator", "blekinge", "lsvo"),
    Login("lena", "läser LSVO:s rapporter", "body_reader", "blekinge", "lsvo"),
    Login("karin", "läser rapporter för Karlskrona kommuns nämnd", "board_reader", "blekinge", "karlskrona"),
    Login("kerstin", "svarar för Karlskrona kommun som huvudman", "investigator", "blekinge", "karlskrona"),
    Login("sven", "är chefläkare i Region Blekinge", "safety_officer", "blekinge", "region-blekinge"),
    Login("ada", "är länsadministratör i Blekinge", "county_administrator", "blekinge", ""),
    Login("cecilia", "samordnar Barnalivet i Värmland", "coordinator", "varmland", "barnalivet"),
    Login("johan", "samordnar JämtBus", "coordinator", "jamtland-harjedalen", "jamtbus"),
)


@dataclass(slots=True)
class Cast:
    """The people by what they do. Keys are primary keys of the unit or body."""

    reporters: dict[int, User] = field(default_factory=dict)
    answerers: dict[int, User] = field(default_factory=dict)
    coordinators: dict[int, User] = field(default_factory=dict)


def activate_counties(today: date) -> list[County]:
    """The shipped profiles, in force since before the past begins."""
    from_date = today - timedelta(days=DAYS_OF_PAST + 30)
    return [
        activate(None, loader.to_yaml(loader.shipped(slug)), from_date=from_date, by=None).county for slug in COUNTIES
    ]


def email_of(first_name: str) -> str:
    return f"{first_name}@{MAIL}"


@transaction.atomic
def make_people(counties: list[County]) -> Cast:
    """Everyone logs in with the same password, hashed once: hashing is slow on purpose."""
    secret = make_password(PASSWORD)
    cast = Cast()
    units = {
        (unit.county.slug, unit.key): unit
        for unit in Organisation.objects.select_related("principal", "county").filter(county__in=counties)
    }
    bodies = {(body.county.slug, body.key): body for body in Body.objects.select_related("county")}
    by_slug = {county.slug: county for county in counties}
    for login in LOGINS:
        user = User.objects.create(
            email=email_of(login.first_name), name=login.first_name.capitalize(), password=secret
        )
        where = (login.county, login.place)
        place = by_slug[login.county] if not login.place else bodies.get(where) or units[where]
        grant(user, login.role, place, by=None)
        kept = {"reporter": cast.reporters, "investigator": cast.answerers, "coordinator": cast.coordinators}
        if login.role in kept:
            kept[login.role][place.pk] = user
    _fill_roles(cast, list(units.values()), list(bodies.values()), secret)
    return cast


def _fill_roles(cast: Cast, units: list[Organisation], bodies: list[Body], secret: str) -> None:
    """A reporter and an investigator at every unit, a coordinator in every body, named after what they do."""
    for number, unit in enumerate(units):
        if unit.is_principal:
            continue
        for kept, role, word in (
            (cast.reporters, "reporter", "rapportor"),
            (cast.answerers, "investigator", "utredare"),
        ):
            if unit.pk not in kept:
                kept[unit.pk] = _someone(f"{word}.{number}", f"{word.capitalize()} {unit.name}", secret)
                grant(kept[unit.pk], role, unit, by=None)
    for body in bodies:
        if body.pk not in cast.coordinators:
            cast.coordinators[body.pk] = _someone(
                f"samordnare.{body.county.slug}.{body.key}", f"Samordnare {body.name}", secret
            )
            grant(cast.coordinators[body.pk], "coordinator", body, by=None)


def _someone(local: str, name: str, secret: str) -> User:
    return User.objects.create(email=email_of(local), name=name, password=secret)


def make_someone(local: str, name: str) -> User:
    """One more, with the same password."""
    return _someone(local, name, make_password(PASSWORD))
