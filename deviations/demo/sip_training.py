"""Who is trained in SIP in Blekinge, last year and this: not every unit has answered, and more are trained than before.

Entered through the service, as each principal does it. Drawn apart from everything else, from a fixed seed.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from deviations import clock
from deviations.demo.people import Cast
from deviations.demo.sip import CALLED, SILENT, answering
from deviations.services import sip_training
from deviations.services.sip_training import Trained
from orgs.models import County, Organisation

SEED = 2017
KINDS: Mapping[str, tuple[int, float]] = {
    "primary_care": (45, 0.3), "child_health": (15, 0.4), "youth_clinic": (8, 0.4), "child_psychiatry": (28, 0.6),
    "psychiatry": (35, 0.55), "specialist": (50, 0.15), "habilitation": (20, 0.65), "hospital": (60, 0.1),
    "speech_therapy": (9, 0.25), "school_health": (14, 0.55), "school": (40, 0.12), "preschool": (60, 0.05),
    "social_services": (24, 0.6), "social_psychiatry": (12, 0.5), "disability_support": (30, 0.25),
    "municipal_health_care": (22, 0.45), "home_care": (70, 0.1), "elder_care": (60, 0.12),
}  # fmt: skip
"""Of each kind of unit: how many may take part in a SIP, and how many of them are trained. Others are not asked."""
COORDINATED = 0.4
"""Where so many are trained there is a SIP-samordnare more often than not."""
ANSWERED = (0.9, 0.75)
"""Share of the units that answered last year, and this year so far."""
GROWN = 1.25


def tell_training(counties: list[County], cast: Cast) -> None:
    blekinge = next(county for county in counties if county.slug == "blekinge")
    places = {each.key: each for each in Organisation.objects.filter(county=blekinge).select_related("principal")}
    by = answering(places, cast)
    chance = random.Random(SEED)  # noqa: S311  # draws a demo
    this_year = clock.today().year
    for year, answered in zip((this_year - 1, this_year), ANSWERED, strict=True):
        at = min(datetime(year, 11, 15, 9, tzinfo=UTC), clock.now())
        for key in CALLED:
            rows = list(_rows(places[key], chance, answered, GROWN if year == this_year else 1.0))
            if key != SILENT or year != this_year:
                with clock.at(at):
                    sip_training.enter_training(places[key], year, rows, by=by[key])


def _rows(principal: Organisation, chance: random.Random, answered: float, grown: float) -> Iterator[Trained]:
    """A large municipality has larger units."""
    size = 0.4 + CALLED[principal.key] / 50
    for unit in sip_training.units_of(principal):
        if unit.unit_kind not in KINDS:
            continue
        ordinary, share = KINDS[unit.unit_kind]
        staff = round(ordinary * size * chance.uniform(0.85, 1.15))
        trained = min(staff, round(staff * share * grown * chance.uniform(0.75, 1.25)))
        coordinator = chance.random() < (0.8 if share >= COORDINATED else 0.25)
        if chance.random() < answered:
            yield Trained(unit, staff, trained, coordinator)
