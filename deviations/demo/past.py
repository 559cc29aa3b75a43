"""Eighteen months of generated past, stored in bulk. Routed by the real rules, chained by the real history.

A draw decides what is filed and how it is handled; handling has become quicker over time, as it does where people get
answers. Nothing is drawn that the workflow does not allow.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction
from django.utils import timezone

from deviations import clock
from deviations.deadlines import due_on
from deviations.demo.people import DAYS_OF_PAST, Cast
from deviations.history import GENESIS, build
from deviations.models import (
    Decision,
    Delivery,
    Deviation,
    HistoryEntry,
    Measure,
    NumberSeries,
    Party,
    Statement,
    TouchedMonth,
)  # fmt: skip
from deviations.routing import route
from deviations.services.filing import parties_of, submission_facts, take_in
from deviations.services.form import Filing, facts_from
from deviations.workflow import State
from orgs.models import Body, County, Organisation, ProfileVersion
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile

SHARE_OF_COUNTY = {"blekinge": 0.36, "varmland": 0.42, "jamtland-harjedalen": 0.22}
SUMMER = {7: 0.25, 6: 0.7, 8: 0.7, 12: 0.8}
CHUNK = 500


@dataclass(slots=True)
class Place:
    """What is needed about a county, read once."""

    county: County
    version: ProfileVersion
    profile: Profile
    bodies: dict[str, Body]
    units: dict[str, list[Organisation]]


@dataclass(slots=True)
class Stored:
    """Rows on their way to the database, in the order in which they must be stored."""

    deviations: list[Deviation] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)

    @transaction.atomic
    def store(self) -> None:
        for rows in (
            self.deviations, self.history, self.parties, self.deliveries, self.statements, self.decisions,
            self.measures,
        ):  # fmt: skip
            remaining: Any = iter(rows)
            while some := list(islice(remaining, CHUNK)):
                type(some[0])._default_manager.bulk_create(some)


def make_past(counties: Sequence[County], cast: Cast, *, count: int, seed: int) -> None:
    """Draw, handle and store `count` deviations. The same seed on the same day gives the same past."""
    draw = random.Random(seed)  # noqa: S311  # invents a demo, guards nothing
    patterns = yaml.safe_load((Path(__file__).parent / "patterns.yaml").read_text(encoding="utf-8"))
    numbers: defaultdict[tuple[int, int], int] = defaultdict(int)
    stored = Stored()
    filings: list[tuple[datetime, Place, Filing]] = []
    for county in counties:
        place = _read(county)
        possible = [p for p in patterns["patterns"] if _drawable(p, place)]
        for _each in range(round(count * SHARE_OF_COUNTY[county.slug])):
            filings.append(
                (_moment(draw), place, _filing(draw, draw.choices(possible, [p["weight"] for p in possible])[0], place))
            )
    for moment, place, filing in sorted(filings, key=lambda row: row[0]):
        _Telling(draw, patterns, place, cast, stored, numbers).tell(filing, moment)
    stored.store()
    NumberSeries.objects.bulk_create(
        NumberSeries(county_id=county_id, year=year, last=last) for (county_id, year), last in numbers.items()
    )
    months = {(d.county_id, timezone.localdate(d.filed_at).replace(day=1)) for d in stored.deviations if d.filed_at}
    TouchedMonth.objects.bulk_create(TouchedMonth(county_id=c, month=m) for c, m in sorted(months))


def _read(county: County) -> Place:
    version = version_in_force(county, clock.today() - timedelta(days=DAYS_OF_PAST))
    units: defaultdict[str, list[Organisation]] = defaultdict(list)
    for unit in (
        Organisation.objects.select_related("principal", "county")
        .filter(county=county, parent__isnull=False)
        .order_by("key")
    ):
        units[unit.unit_kind].append(unit)
    bodies = {body.key: body for body in Body.objects.filter(county=county).select_related("steering_body")}
    return Place(county, version, profile_of(version.pk), bodies, units)


def _drawable(pattern: dict[str, Any], place: Place) -> bool:
    return any(place.units[k] for k in pattern["from"]) and any(place.units[k] for k in pattern["to"])


def _moment(draw: random.Random) -> datetime:
    """A working hour in the past; more in the later months, few in July."""
    while True:
        days_ago = DAYS_OF_PAST * (1 - draw.random() ** 0.8)
        moment = timezone.now() - timedelta(days=days_ago)
        local = timezone.localtime(moment).replace(hour=draw.randint(7, 17), minute=draw.randint(0, 59))
        rare = SUMMER.get(local.month, 1.0) * (0.08 if local.weekday() > 4 else 1.0)
        if draw.random() < rare and local < timezone.now() - timedelta(hours=2):
            return local


def _filing(draw: random.Random, pattern: dict[str, Any], place: Place) -> Filing:
    reporting = draw.choice([u for k in pattern["from"] for u in place.units[k]])
    receiving = draw.choice([u for k in pattern["to"] for u in place.units[k] if u.pk != reporting.pk])
    ages, happened = pattern["ages"], draw.choice(pattern["texts"])
    age = draw.randint(*ages) if ages else None
    cites = (len(happened) + (age or 0)) % 3 == 0  # a third say which agreement it was about
    return Filing(
        reporting_unit=reporting,
        receiving_units=(receiving,),
        happened=happened,
        category=pattern["category"],
        clause=place.profile.category(pattern["category"]).default_clause or "" if cites else "",
        age=age,
        kind=draw.choices([Deviation.Kind.EVENT, Deviation.Kind.NEAR_MISS, Deviation.Kind.RISK], [8, 1, 1])[0],
        solved_on_the_spot=draw.random() < 0.06,
        occurred_on=date.min,  # set to the day of filing or shortly before
    )


class _Telling:
    """One deviation from its filing to wherever it has come by now."""

    def __init__(
        self, draw: random.Random, texts: dict[str, Any], place: Place, cast: Cast, stored: Stored,
        numbers: defaultdict[tuple[int, int], int],
    ) -> None:  # fmt: skip
        self.draw, self.texts, self.place, self.cast, self.stored, self.numbers = (
            draw,
            texts,
            place,
            cast,
            stored,
            numbers,
        )
        self.last_hash = GENESIS

    def tell(self, filing: Filing, moment: datetime) -> None:
        days_before = min(self.draw.expovariate(0.4), 20)
        filing = _on(filing, (moment - timedelta(days=days_before)).date())
        self.filing, self.moment = filing, moment
        with clock.at(moment):
            self._file()
        # The later it was filed, the quicker it was handled: 1.0 at first, about half by now.
        pace = 1 - 0.5 * (1 - (timezone.now() - moment).days / DAYS_OF_PAST)
        if self.draw.random() < 0.015 and self._later(0.5):
            self.delivery.ended_at = self.moment
            self._take("withdraw", self.unit, State.WITHDRAWN, by=self.deviation.filed_by_id, reason="")
            return
        self._handle(pace)

    def _file(self) -> None:
        filing, place = self.filing, self.place
        routing = route(facts_from(filing, place.profile, earlier_similar=0), place.profile)
        self.body = place.bodies[routing.accountable]
        self.unit = filing.reporting_unit
        self.deviation = Deviation(filed_by=self.cast.reporters[self.unit.pk])
        take_in(
            self.deviation, filing, profile=place.profile, version=place.version, routing=routing, accountable=self.body
        )
        year = timezone.localdate(self.moment).year
        self.numbers[(place.county.pk, year)] += 1
        self.deviation.year, self.deviation.number = year, self.numbers[(place.county.pk, year)]
        self.stored.deviations.append(self.deviation)
        self.stored.parties += parties_of(self.deviation, filing, [place.bodies[key] for key in routing.informed])
        last = datetime.combine(routing.triage_due_on, datetime.max.time())
        self.delivery = Delivery(
            deviation=self.deviation, body=self.body, sent_at=self.moment, due_at=timezone.make_aware(last)
        )
        self.stored.deliveries.append(self.delivery)
        self._write("submit", self.unit, self.deviation.filed_by_id, submission_facts(self.deviation, place.version))

    def _handle(self, pace: float) -> None:
        by = self.cast.coordinators[self.body.pk]
        if not self._later(self.draw.expovariate(1 / (2.5 * pace)) + 0.1):
            return
        self.deviation.received_at = self.delivery.seen_at = self.moment
        self.delivery.seen_by = by
        self._take("receive", self.body, State.RECEIVED, by=by.pk)
        if self.deviation.kind == Deviation.Kind.GOOD_EXAMPLE:
            self._answer(by.pk, pace)
            return
        if self.draw.random() < 0.75 and not self._statement(by.pk, pace):
            return
        if self.draw.random() < 0.4:
            if not self._later(self.draw.uniform(1, 5) * pace):
                return
            self.deviation.agenda_on = (self.moment + timedelta(days=self.draw.randint(5, 25))).date()
            self._take(
                "put_on_agenda", self.body, State.ON_AGENDA, by=by.pk, meeting_on=self.deviation.agenda_on.isoformat()
            )
        if not self._later(self.draw.lognormvariate(2.4, 0.6) * pace):
            return
        self._decide(by.pk)
        self._answer(by.pk, pace)

    def _statement(self, by: int, pace: float) -> bool:
        if not self._later(self.draw.expovariate(1 / 2)):
            return False
        unit = self.filing.receiving_units[0]
        last_day = due_on(timezone.localdate(self.moment), self.place.profile.limits.statement)
        statement = Statement(
            deviation=self.deviation, organisation=unit, question=self.draw.choice(self.texts["questions"]),
            requested_at=self.moment, requested_by_id=by, due_on=last_day,
        )  # fmt: skip
        self.stored.statements.append(statement)
        self._take(
            "request_statement", self.body, State.AWAITING_STATEMENT, by=by,
            of=[unit.full_name], due_on=last_day.isoformat(), question=statement.question,
        )  # fmt: skip
        if self._stalls(0.06) or not self._later(self.draw.lognormvariate(2.9, 0.7) * pace):
            return False
        answerer = self.cast.answerers[unit.pk]
        statement.status, statement.answered_at, statement.answered_by = Statement.Status.GIVEN, self.moment, answerer
        statement.cause = self.draw.choice(self.texts["causes"])
        statement.measures = self.draw.choice(self.texts["measures_taken"])
        self.deviation.first_answer_at = self.moment
        self._take(
            "give_statement", unit, State.RECEIVED, by=answerer.pk,
            cause=statement.cause, measures=statement.measures, consequences="", follow_up="",
        )  # fmt: skip
        return True

    def _decide(self, by: int) -> None:
        text = self.draw.choice(self.texts["decisions"])
        self.stored.decisions.append(
            Decision(
                deviation=self.deviation, body=self.body, text=text, binding=self.body.may_decide,
                decided_at=self.moment, decided_by_id=by,
            )
        )  # fmt: skip
        severity, likelihood = self.draw.randint(1, 4), self.draw.randint(1, 4)
        self.deviation.severity, self.deviation.likelihood = severity, likelihood
        self._take("score", self.body, None, by=by, severity=severity, likelihood=likelihood, closing=False)
        self.deviation.decided_at = self.moment
        self.deviation.first_answer_at = self.deviation.first_answer_at or self.moment
        self._take("decide", self.body, State.DECIDED, by=by, text=text, binding=self.body.may_decide)

    def _answer(self, by: int, pace: float) -> None:
        """Feedback, sometimes a measure with its effect, and the closing."""
        if self._stalls(0.05) or not self._later(self.draw.expovariate(1 / (4 * pace))):
            return
        self.deviation.fed_back_at = self.moment
        self.deviation.first_answer_at = self.deviation.first_answer_at or self.moment
        self._take("give_feedback", self.body, None, by=by, text=self.draw.choice(self.texts["feedback"]))
        if self.deviation.state != State.DECIDED:
            return
        if self.draw.random() < 0.38 and not self._measure(by):
            return
        if self._later(self.draw.expovariate(1 / 6)):
            if self.deviation.severity and self.deviation.likelihood:
                self._score_again(by)
            self.deviation.closed_at = self.moment
            self._take("close", self.body, State.CLOSED, by=by)
            if self.draw.random() < 0.85 and self._later(self.draw.expovariate(1 / 3)):
                self.deviation.helped = True
                self._take("answer_helped", self.unit, None, by=self.deviation.filed_by_id, helped=True, text="")

    def _score_again(self, by: int) -> None:
        severity, likelihood = (
            self.deviation.severity,
            max(1, (self.deviation.likelihood or 1) - self.draw.randint(0, 2)),
        )
        self.deviation.closing_severity, self.deviation.closing_likelihood = severity, likelihood
        self._take("score", self.body, None, by=by, severity=severity, likelihood=likelihood, closing=True)

    def _measure(self, by: int) -> bool:
        if not self._later(self.draw.uniform(0.1, 3)):
            return False
        owner = self.filing.receiving_units[0]
        today = timezone.localdate(self.moment)
        measure = Measure(
            deviation=self.deviation, owner=owner, text=self.draw.choice(self.texts["measures"]),
            due_on=today + timedelta(days=30), check_on=today + timedelta(days=80),
            sign=self.draw.choice(self.texts["signs"]),
        )  # fmt: skip
        self.stored.measures.append(measure)
        self._take(
            "propose_measure", self.body, State.MEASURE, by=by, owner=owner.full_name, text=measure.text,
            due_on=measure.due_on.isoformat(), check_on=measure.check_on.isoformat(),
        )  # fmt: skip
        if self._stalls(0.1) or not self._later(self.draw.uniform(10, 40)):
            return False
        measure.carried_out_at = self.moment
        self._take("carry_out", self.body, None, by=by, text=measure.text)
        if not self._later(self.draw.uniform(30, 60)):
            return False
        effects = [Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED]
        measure.effect = self.draw.choices(effects, [7, 3])[0]
        measure.effect_comment, measure.effect_checked_at = "Kontrollerat mot tecknet.", self.moment
        self._take("check_effect", self.body, State.EFFECT, by=by, effect=measure.effect, text=measure.effect_comment)
        return True

    def _stalls(self, chance: float) -> bool:
        """Whether nothing more happens. What is older than half a year has nearly always been dealt with by now."""
        old = timezone.now() - self.moment > timedelta(days=180)
        return self.draw.random() < chance * (0.06 if old else 1)

    def _later(self, days: float) -> bool:
        """Let time pass; False when that is still to come."""
        moment = _at_work(self.draw, self.moment + timedelta(days=days), after=self.moment)
        if moment >= timezone.now():
            return False
        self.moment = moment
        return True

    def _take(self, step: str, acting_for: Organisation | Body, state: State | None, *, by: int, **data: Any) -> None:
        self.deviation.state = state or self.deviation.state
        with clock.at(self.moment):
            self._write(step, acting_for, by, data)

    def _write(self, step: str, acting_for: models.Model, by: int, data: dict[str, Any]) -> None:
        self.deviation.sequence += 1
        entry = build(
            self.deviation, step, previous_hash=self.last_hash, by_id=by,
            organisation=acting_for if isinstance(acting_for, Organisation) else None,
            body=acting_for if isinstance(acting_for, Body) else None, shown_as="", data=data,
        )  # fmt: skip
        self.last_hash = entry.hash
        self.stored.history.append(entry)


def _at_work(draw: random.Random, moment: datetime, *, after: datetime) -> datetime:
    """The same day in working hours, Monday for a weekend, and never before what happened last."""
    local = timezone.localtime(moment)
    local += timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)
    local = local.replace(hour=draw.randint(8, 16), minute=draw.randint(0, 59))
    return max(local, after + timedelta(minutes=draw.randint(5, 50)))


def _on(filing: Filing, day: date) -> Filing:
    return replace(filing, occurred_on=day)
