"""The situations that the audits describe, filed by a person of that unit and handled some way through the services."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from typing import cast as as_type

import yaml
from django.utils import timezone

from deviations import clock
from deviations.demo.disputes import DISPUTES, tell_dispute
from deviations.demo.people import Cast
from deviations.demo.receiving import RECEIVED, tell_received
from deviations.models import Deviation, Measure
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import County, Organisation, User
from orgs.profiles.active import profile_of, version_in_force

# What a situation is about depends on these days themselves: a renamed body, a routine's last day.
ON_THEIR_OWN_DAY = {"JH-04", "VL-09"}
# The guard refuses this one, and rightly: it is shown where the guard is explained, never stored.
REFUSED = {"BL-11"}


def situations() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8")
    return as_type("list[dict[str, Any]]", yaml.safe_load(text)["cases"])


def file_situations(counties: list[County], cast: Cast) -> None:
    """Spread over the last two months, oldest first; each is handled as far as such a matter has come by now."""
    told = [s for s in situations() if s["id"] not in REFUSED]
    start = clock.now() - timedelta(days=62)
    for index, situation in enumerate(told):
        filed_at = start + timedelta(days=index * 60 / len(told), hours=index % 7)
        with clock.at(filed_at):
            deviation = file(filing_of(situation, counties), by=_reporter(situation, counties, cast))
        if told_dispute := DISPUTES.get(situation["id"]):
            tell_dispute(told_dispute, deviation, filed_at, cast)
            continue
        if told_received := RECEIVED.get(situation["id"]):
            tell_received(told_received, deviation, cast)
            continue
        _handle(deviation, filed_at, cast, how_far=HANDLINGS[index % len(HANDLINGS)])


def filing_of(situation: dict[str, Any], counties: list[County], *, occurred_on: date | None = None) -> Filing:
    """A situation as a person at the principal fills it in."""
    county = next(c for c in counties if c.slug == situation["county"])
    profile = profile_of(version_in_force(county, clock.today()).pk)
    happened_on = occurred_on or (
        situation["occurred"] if situation["id"] in ON_THEIR_OWN_DAY else clock.today() - timedelta(days=3)
    )
    return Filing(
        reporting_unit=unit_named(county, *situation["reporting"]),
        receiving_units=(unit_named(county, *situation["receiving"]),),
        happened=situation["happened"],
        comment=situation.get("comment", ""),
        occurred_on=happened_on,
        category=profile.category(situation["category"]).code,
        age=situation.get("age"),
        clause=situation.get("clause", ""),
        problem_area=situation.get("problem_area", ""),
        care_level=situation.get("care_level"),
        solved_on_the_spot=situation.get("solved_on_the_spot", False),
        tags=tuple(situation.get("tags", ())),
    )


def unit_named(county: County, principal: str, unit: str) -> Organisation:
    """By the names that people use. Raises `Organisation.DoesNotExist`."""
    candidates = Organisation.objects.select_related("principal", "county").filter(
        county=county, principal__name=principal, parent__isnull=False
    )
    for candidate in candidates:
        if unit in {candidate.name, *candidate.aliases}:
            return candidate
    raise Organisation.DoesNotExist(f"{unit}, {principal}")


def _reporter(situation: dict[str, Any], counties: list[County], cast: Cast) -> Any:
    county = next(c for c in counties if c.slug == situation["county"])
    return cast.reporters[unit_named(county, *situation["reporting"]).pk]


def _close(deviation: Deviation, by: User) -> None:
    """With the estimates of risk that closing asks for."""
    for likelihood in (3, 1):
        handling.score(deviation, severity=2, likelihood=likelihood, by=by)
    deciding.close(deviation, by=by)


HANDLINGS = (0, 1, 2, 3, 2, 4, 1, 5, 6)  # how many of the steps below have been taken


def _handle(deviation: Deviation, filed_at: datetime, cast: Cast, *, how_far: int) -> None:
    assert deviation.accountable_body_id is not None and deviation.receiving_unit is not None  # noqa: S101, PT018
    by = cast.coordinators[deviation.accountable_body_id]
    unit = deviation.receiving_unit
    answerer = cast.answerers[unit.pk]
    body = deviation.accountable_body

    def measure() -> Measure:
        return deciding.propose_measure(
            deviation, owner=unit, text="Ny funktionsadress och bevakning varje vardag.",
            due_on=clock.today() + timedelta(days=30), check_on=clock.today() + timedelta(days=90),
            sign="Nio av tio kallade parter kommer.", by=by,
        )  # fmt: skip

    steps: list[Callable[[], Any]] = [
        lambda: handling.receive(deviation, by=by),
        lambda: statements.request_statement(
            deviation, of=[unit], question="Vad hände hos er, varför, och vad har ni gjort?", by=by
        ),
        lambda: statements.give_statement(
            deviation, cause="Kallelsen gick till en brevlåda som inte bevakas sedan omorganisationen.",
            measures="Vi ser över hur vi tar emot kallelser.", by=answerer,
        ),
        lambda: deciding.decide(
            deviation, text="Kallelser skickas till funktionsadressen och bekräftas inom två dagar.", by=by
        ),
        lambda: deciding.give_feedback(
            deviation, text="Tack. Mottagningen bevakar nu sina kallelser. Vi kontrollerar om det hjälper.", by=by
        ),
        measure if body is not None and body.may_decide else lambda: _close(deviation, by),
    ]  # fmt: skip
    for number, step in enumerate(steps[:how_far]):
        moment = filed_at + timedelta(days=1 + number * 3)
        if moment >= timezone.now():
            return
        with clock.at(moment):
            step()
