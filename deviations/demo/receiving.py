"""What receiving units say besides their statements, for the demo: passed on, twice not ours, longer time, and late."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from deviations import clock
from deviations.deadlines import working_days_from
from deviations.demo.people import Cast
from deviations.models import Deviation, Statement
from deviations.services import handling, receiving, statements
from orgs.models import Organisation

QUESTION = "Hur ser ni på vad som hände, varför blev det så, och vad gör ni åt det?"
Told = tuple[int, Callable[[], Any]]  # how many days after the filing, and what happens then


def not_ours_twice(deviation: Deviation, cast: Cast) -> Sequence[Told]:
    """BL-03: neither the unit asked nor the one it names takes the responsibility, so the steering body gets it."""
    asked, named = _receiver(deviation), _reporting(deviation)
    return (
        *_asked(deviation, cast),
        (6, lambda: handling.decline(
            deviation, reason="not_ours", unit=named, by=cast.answerers[asked.pk],
            comment="Första linjens bedömning saknas. Elevhälsan gör den innan vi tar emot en remiss.",
        )),
        (11, lambda: receiving.pass_on(
            deviation, unit=asked, by=cast.answerers[named.pk],
            reason="Bedömningen var gjord innan vi remitterade. Nu är det specialistnivå.",
        )),
    )  # fmt: skip


def passed_on(deviation: Deviation, cast: Cast) -> Sequence[Told]:
    """BL-12: the unit asked points back at the one that reported, which takes it on and still owes its statement."""
    asked, named = _receiver(deviation), _reporting(deviation)
    return (
        *_asked(deviation, cast),
        (7, lambda: receiving.pass_on(
            deviation, unit=named, by=cast.answerers[asked.pk],
            reason="Första bedömningen görs hos er innan remissen kommer till oss.",
        )),
        (10, lambda: receiving.accept(deviation, by=cast.answerers[named.pk])),
    )  # fmt: skip


def longer_time(deviation: Deviation, cast: Cast) -> Sequence[Told]:
    """BL-05: the unit has asked for longer time and got it, until a day that is near."""
    by = cast.coordinators[_body(deviation)]
    near = working_days_from(clock.today(), 4)
    return (
        *_asked(deviation, cast),
        (9, lambda: statements.extend_statement(
            Statement.objects.get(deviation=deviation), due_on=near, by=by,
            reason="Mottagningen har bytt enhetschef och behöver gå igenom väntetiderna först.",
        )),
    )  # fmt: skip


def late(deviation: Deviation, cast: Cast) -> Sequence[Told]:
    """BL-09 and VL-03: asked long ago, and nothing has come."""
    return _asked(deviation, cast)


RECEIVED: Mapping[str, Callable[[Deviation, Cast], Sequence[Told]]] = {
    "BL-03": not_ours_twice,
    "BL-05": longer_time,
    "BL-09": late,
    "BL-12": passed_on,
    "VL-03": late,
}


def tell_received(told: Callable[[Deviation, Cast], Sequence[Told]], deviation: Deviation, cast: Cast) -> None:
    """Let it happen on its days, as far as they have come."""
    assert deviation.filed_at is not None  # noqa: S101  # submitted
    for days, step in told(deviation, cast):
        moment: datetime = deviation.filed_at + timedelta(days=days)
        if moment >= clock.now():
            return
        with clock.at(moment):
            step()


def _asked(deviation: Deviation, cast: Cast) -> Sequence[Told]:
    by, unit = cast.coordinators[_body(deviation)], _receiver(deviation)
    return (
        (1, lambda: handling.receive(deviation, by=by)),
        (2, lambda: statements.request_statement(deviation, of=[unit], question=QUESTION, by=by)),
    )


def _body(deviation: Deviation) -> int:
    assert deviation.accountable_body_id is not None  # noqa: S101  # submitted
    return deviation.accountable_body_id


def _receiver(deviation: Deviation) -> Organisation:
    assert deviation.receiving_unit is not None  # noqa: S101  # every situation has one
    return deviation.receiving_unit


def _reporting(deviation: Deviation) -> Organisation:
    assert deviation.reporting_unit is not None  # noqa: S101  # submitted
    return deviation.reporting_unit
