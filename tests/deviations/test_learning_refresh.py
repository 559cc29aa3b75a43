"""The counts by month equal a plain recount of the same deviations, and follow every change."""

import datetime as dt
import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from deviations import clock
from deviations.learning.counting import STATIONS
from deviations.learning.days import step_of
from deviations.learning.refresh import build_all, refresh
from deviations.models import Deviation, FactMonth, TouchedMonth
from deviations.services import deciding, handling, profiles
from deviations.services.filing import file, withdraw
from orgs.models import Agreement
from orgs.profiles import loader
from tests.cast import rate_and_close, unit

SWEDEN = ZoneInfo("Europe/Stockholm")


def counted():
    return sum(FactMonth.objects.filter(dimension="filed").values_list("count", flat=True))


def stored():
    found = FactMonth.objects.values_list("body_id", "month", "dimension", "key", "count")
    return {tuple(key): count for *key, count in found}


def recount():
    """The same numbers, the long way."""
    found = Counter()
    for d in Deviation.objects.exclude(state__in=["draft", "discarded"]):
        where = (d.accountable_body_id, day_of(d.filed_at).replace(day=1))
        refusals = refusals_of(d)
        excluded = d.state if d.state in ("withdrawn", "merged") else "test" if "test" in refusals else ""
        if excluded:
            found[*where, "excluded", excluded] += 1
            continue
        found[*where, "times", ""] += d.occurrences
        for dimension, key in (*of_one(d), *of_its_parts(d), *(("rejected", reason) for reason in refusals)):
            found[*where, dimension, key] += 1
    return dict(found)


def of_one(d):
    """Where one deviation is counted, once in each."""
    measures = list(d.measures.all())
    done = [day_of(m.carried_out_at) for m in measures if m.carried_out_at]
    noted = d.agenda_items.exclude(verb="").filter(removed_at__isnull=True)
    days = [
        d.agenda_on,
        *(day_of(x.decided_at) for x in d.decisions.all()),
        *(day_of(i.meeting.starts_at) for i in noted),
    ]
    raised = min((day for day in days if day), default=None)
    decided = bool(d.decided_at or d.decisions.exists() or measures)
    answered = d.first_answer_at and day_of(d.first_answer_at)
    reached = {
        "waiting": True, "received": d.received_at, "answered": answered, "agenda": raised or decided,
        "decided": decided, "measure": measures, "carried_out": done,
        "effect": done and any(m.effect == "verified" for m in measures),
    }  # fmt: skip
    station = [name for name in STATIONS if reached[name]][-1]
    answer = "none" if not answered else "in_time" if answered <= d.answer_due_on else "late"
    closing = "closed" if d.state == "closed" else "open"
    yield from (("filed", ""), ("station", station), ("answer", answer), ("closing", closing), ("mode", "A"))
    yield from (("category", d.category), ("target_group", d.target_group), ("municipality", d.municipality_code))
    yield from (("kind", d.kind), ("care_level", str(d.care_level or "")), ("problem", d.problem_area))
    yield "direction", f"{d.reporting_principal_id}>{d.receiving_principal_id or ''}"
    of_the_same = Deviation.objects.filter(filed_by=d.filed_by, county=d.county, filed_at__isnull=False)
    if d == of_the_same.earliest("filed_at", "pk"):
        yield "newcomer", str(d.reporting_principal_id)
    yield "clause", clause_of(d)
    conditions = {
        ("left", station): closing == "closed", ("mode", "B"): answer == "in_time", ("mode", "C"): reached["agenda"],
        ("mode", "D"): d.fed_back_at, ("mode", "E"): done, ("rerouted", "yes"): d.bounces,
    }  # fmt: skip
    yield from (key for key, holds in conditions.items() if holds)
    ends = {
        "answer_days": answered, "raised_days": raised, "told_days": d.fed_back_at and day_of(d.fed_back_at),
        "changed_days": min(done, default=None), "closing_days": d.closed_at and day_of(d.closed_at),
    }  # fmt: skip
    yield from ((name, str(step_of((end - day_of(d.filed_at)).days))) for name, end in ends.items() if end)


def of_its_parts(d):
    """What is counted as often as there are measures and statements."""
    for m in d.measures.all():
        yield "measures", "done" if m.carried_out_at else "stalled" if m.stalled_at else "going"
        yield "effect", m.effect or "waiting"
    for s in d.statements.select_related("organisation"):
        in_time = s.answered_at and ("in_time" if day_of(s.answered_at) <= s.due_on else "late")
        yield "receiver", f"{s.organisation.principal_id}>{in_time or f'open>{s.due_on}'}"


def clause_of(d):
    if not d.clause_key:
        return ""
    agreement = Agreement.objects.get(county=d.county, key=d.clause_key.split("/")[0])
    expired = agreement.valid_to is not None and agreement.valid_to < d.occurred_on
    return f"{d.clause_key}>{'expired' if expired else 'valid'}"


def refusals_of(d):
    entries = d.history.filter(step__in=["decline", "hand_over", "pass_on"])
    return [entry.data["code"] if entry.step == "decline" else entry.step for entry in entries]


def day_of(moment):
    return moment.astimezone(SWEDEN).date()


def assert_counts_are_right():
    assert stored() == recount()


@pytest.fixture
def a_year(anna, bo, filing):
    """Twenty over a year: answered soon, late and never, closed, withdrawn, in both directions, at month's ends."""
    made = []
    for n in range(20):
        moment = dt.datetime(2026, 1 + n % 11, 1 + 13 * (n % 3), 0, 20, tzinfo=SWEDEN)
        with clock.at(moment):
            changes = {"receiving_units": (unit("blekinge", "rb-vardcentral"),)} if n % 4 == 0 else {}
            made.append(file(filing(occurred_on=moment.date(), age=5 + n, **changes), by=anna))
    for n, deviation in enumerate(made):
        deviation.refresh_from_db()
        if n % 7 == 6:
            withdraw(deviation, by=anna)
        elif n % 3 == 0 and deviation.accountable_body.key == "sg_barn_unga":
            with clock.at(deviation.filed_at + dt.timedelta(days=9 * n, hours=3)):
                handling.receive(deviation, by=bo)
                deciding.decide(deviation, text="Bevakad adress för kallelser.", by=bo)
                deciding.give_feedback(deviation, text="Kallelser går till en bevakad adress.", by=bo)
                if n % 2:
                    rate_and_close(deviation, by=bo)
    return made


def test_the_counts_equal_a_plain_recount(a_year):
    assert refresh() > 5
    assert_counts_are_right()
    assert not TouchedMonth.objects.exists()


def test_building_everything_gives_the_same_as_following_the_changes(a_year, county_blekinge):
    refresh()
    followed = stored()
    assert build_all(county_blekinge) == 11
    assert stored() == followed


def test_building_all_of_a_county_without_deviations_counts_no_month(county_varmland):
    assert build_all(county_varmland) == 0


def test_a_change_is_counted_at_once_and_only_its_month(a_year, bo):
    refresh()
    deviation = next(d for d in a_year if Deviation.objects.get(pk=d.pk).state == "submitted")
    before = {f.pk for f in FactMonth.objects.all()}
    handling.receive(deviation, by=bo)
    assert refresh() == 1
    kept = set(FactMonth.objects.values_list("pk", flat=True)) & before
    assert FactMonth.objects.exclude(pk__in=kept).values("month").distinct().count() == 1
    assert_counts_are_right()


def test_a_withdrawn_deviation_is_counted_apart(filed, anna):
    withdraw(filed, by=anna)
    refresh()
    assert counted() == 0
    assert [row[2:] for row in stored()] == [("excluded", "withdrawn")]


def test_midnight_in_sweden_decides_the_month(anna, filing):
    with clock.at(dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)):  # half past midnight, 1 July
        file(filing(occurred_on=dt.date(2026, 6, 30)), by=anna)
    refresh()
    assert set(FactMonth.objects.values_list("month", flat=True)) == {dt.date(2026, 7, 1)}


def test_nothing_touched_costs_one_look(county_blekinge, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert refresh(county_blekinge) == 0


def test_a_mark_that_was_not_seen_stays_for_the_next_round(filed, monkeypatch):
    """A change that commits while the month is being counted keeps its mark."""
    from deviations.learning import refresh as module

    mark = TouchedMonth.objects.get()
    counting = module.count

    def count_and_meanwhile(county_id, month):
        counting(county_id, month)
        TouchedMonth.objects.create(county_id=mark.county_id, month=mark.month)

    monkeypatch.setattr(module, "count", count_and_meanwhile)
    assert refresh() == 1
    assert TouchedMonth.objects.count() == 1


def test_other_days_of_an_agreement_count_its_months_again(anna, filing, county_blekinge):
    with clock.at(dt.datetime(2026, 9, 3, 10, tzinfo=SWEDEN)):
        file(filing(occurred_on=dt.date(2026, 9, 2), clause="lansavtal"), by=anna)
    refresh()
    assert [key for *_where, dimension, key in stored() if dimension == "clause"] == ["lansavtal>expired"]
    longer = re.sub(
        r"(id: lansavtal\b[^}]*?valid_to: )[\d-]+", r"\g<1>2030-12-31", (loader.FOLDER / "blekinge.yaml").read_text()
    )
    profiles.activate(None, longer, from_date=clock.today(), by=None)
    assert refresh() == 1
    assert [key for *_where, dimension, key in stored() if dimension == "clause"] == ["lansavtal>valid"]
    assert_counts_are_right()
