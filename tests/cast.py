"""The cast and their counties, shared by every test: Blekinge and Värmland as shipped, and the people in them.

The counties and the people are loaded once per test database, before any test; each test then runs in its own
transaction. A test that flushes the database (`transaction=True`) gets them loaded again when it asks for one of them.
"""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from deviations.learning.refresh import refresh
from deviations.models import Deviation, LiveNumbers
from deviations.reports.live_numbers import count_live
from deviations.services import deciding, handling, profiles
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import Body, County, Organisation, User
from orgs.permissions import end, grant
from orgs.profiles import active, loader

COUNTIES = ("blekinge", "varmland")
PASSWORD = "lång mening för prov"


# ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the counties and the cast in it."""
    with django_db_blocker.unblock():
        load_world()


def load_world():
    if not County.objects.filter(slug=COUNTIES[0]).exists():
        for slug in COUNTIES:
            load_county(slug)
        make_people()


def load_county(slug):
    """As activated since 2020, so that the audits' situations can be filed on the days when they happened."""
    source = (loader.FOLDER / f"{slug}.yaml").read_text()
    version = profiles.activate(None, source, from_date=datetime.date(2020, 1, 1), by=None)
    return version.county


def make_people():
    """Named as in the requirements; see each fixture for who they are."""
    today = timezone.localdate()
    blekinge = County.objects.get(slug="blekinge")
    grant(person("ada", "Ada Almgren"), "county_administrator", blekinge, by=None)
    elevhalsan = unit("blekinge", "1080-elevhalsan")
    grant(person("anna", "Anna Andersson"), "reporter", elevhalsan, by=None)
    grant(person("maria", "Maria Mattsson"), "unit_manager", elevhalsan, by=None)
    grant(person("bo", "Bo Berg"), "coordinator", body("blekinge", "sg_barn_unga"), by=None)
    grant(person("berit", "Berit Bengtsson"), "investigator", unit("blekinge", "rb-bup"), by=None)
    grant(person("lena", "Lena Lind"), "body_reader", body("blekinge", "lsvo"), by=None)
    grant(person("cecilia", "Cecilia Carlsson"), "coordinator", body("varmland", "barnalivet"), by=None)
    was = grant(
        person("disa", "Disa Dahl"), "coordinator", body("blekinge", "sg_barn_unga"), by=None,
        valid_from=today - datetime.timedelta(days=400),
    )  # fmt: skip
    end(was, by=None)


def person(first_name, name):
    return User.objects.create_user(f"{first_name}@example.se", PASSWORD, name=name)


def unit(county, key):
    """`unit("blekinge", "1080-elevhalsan")`, with its principal. Keys are the ids in the county's profile."""
    return Organisation.objects.select_related("principal", "county").get(county__slug=county, key=key)


def body(county, key):
    return Body.objects.select_related("county", "steering_body").get(county__slug=county, key=key)


def rate_and_close(deviation, *, by):
    """Closed, with the estimates of risk that closing asks for."""
    deviation = Deviation.objects.get(pk=deviation.pk)
    for _time in range(1 if deviation.severity else 2):
        deviation = handling.score(deviation, severity=3, likelihood=2, by=by)
    return deciding.close(deviation, by=by)


def count_now():
    """What the worker does within a minute: the months that changed, and what may be told of them today."""
    refresh()
    LiveNumbers.objects.update(seconds=0)  # not too tired to do it again
    while count_live():
        pass


# ── fixtures ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def cast(db):
    """Everyone by first name: `cast.anna`, `cast.bo` …"""
    active._parsed.cache_clear()  # a rolled-back version's key may be given to another one
    load_world()
    names = ("ada", "anna", "maria", "bo", "berit", "lena", "cecilia", "disa")
    by_email = {user.email: user for user in User.objects.filter(email__in=[f"{name}@example.se" for name in names])}
    return SimpleNamespace(**{name: by_email[f"{name}@example.se"] for name in names})


@pytest.fixture
def county_blekinge(cast):
    return County.objects.get(slug="blekinge")


@pytest.fixture
def county_varmland(cast):
    return County.objects.get(slug="varmland")


@pytest.fixture
def anna(cast):
    """Reporter at Karlskrona kommun, Elevhälsan."""
    return cast.anna


@pytest.fixture
def maria(cast):
    """Anna's unit manager."""
    return cast.maria


@pytest.fixture
def bo(cast):
    """Coordinator of Samverkansgrupp Barn och unga in Blekinge."""
    return cast.bo


@pytest.fixture
def berit(cast):
    """Investigator at Region Blekinge, BUP: gives its statements."""
    return cast.berit


@pytest.fixture
def lena(cast):
    """Reads LSVO's reports, and no deviation."""
    return cast.lena


@pytest.fixture
def cecilia(cast):
    """Bo's role, in Värmland: a stranger to everything in Blekinge."""
    return cast.cecilia


@pytest.fixture
def disa(cast):
    """Was coordinator with Bo; the membership has ended."""
    return cast.disa


@pytest.fixture
def ada(cast):
    """County administrator in Blekinge."""
    return cast.ada


@pytest.fixture
def filing(cast):
    """BL-01 as Anna fills it in. `filing(happened="…")` for a variation."""
    reporting, receiving = unit("blekinge", "1080-elevhalsan"), unit("blekinge", "rb-bup")

    def fill_in(**changes):
        return Filing(
            **{
                "reporting_unit": reporting,
                "receiving_units": (receiving,),
                "occurred_on": timezone.localdate() - datetime.timedelta(days=3),
                "category": "sip/called_party_absent",
                "age": 14,
                "happened": "Kallelse till SIP-möte gick ut tre veckor i förväg. BUP kom inte.",
                "local_reference": "EH-17",
                **changes,
            }
        )

    return fill_in


@pytest.fixture
def filed(cast, filing):
    """BL-01, filed by Anna: Samverkansgrupp Barn och unga is accountable, BUP receives."""
    return file(filing(), by=cast.anna)
