"""Three of the situations are disputes: one open, and two that were answered and guide their county since (L01)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from deviations import clock
from deviations.demo.people import Cast
from deviations.models import Deviation
from deviations.services import deciding, disputes, handling
from deviations.services.precedents import publish_precedent
from orgs.models import Organisation, User


@dataclass(frozen=True)
class Told:
    """What is said in one dispute. `clause` as in `open_dispute`; without `decision` it is still open."""

    question: str
    interim: str
    reporting: str
    receiving: str
    clause: str = ""
    decision: str = ""
    title: str = ""
    situation: str = ""
    outcome: str = ""


DISPUTES: Mapping[str, Told] = {
    "JH-02": Told(
        question="Vem betalar behandlingen medan barnet är placerat i en annan kommun?",
        interim="Behandlingen kan inte vänta på att vi kommer överens om kostnaden.",
        reporting="Behovet är hälso- och sjukvård. Placeringen ändrar inte vem som ansvarar för vården.",
        receiving="Kommunen har valt boendet, där behandlingen ingår. Vi har inte beställt den.",
        decision="Behandlingen är hälso- och sjukvård och betalas av regionen. Kommunen betalar boendet.",
        title="Behandling under placering: vem betalar",
        situation=(
            "Ett barn är placerat av socialtjänsten på ett boende där behandling ingår. Parterna är oense om vem som "
            "betalar den del som är behandling, och insatsen står still."
        ),
        outcome=(
            "Det som är hälso- och sjukvård betalas av regionen, boendet av kommunen. Insatsen fortsätter medan "
            "parterna reder ut kostnaden."
        ),
    ),
    "BL-04": Told(
        question="Vem gör den första bedömningen innan barn- och ungdomspsykiatrin tar emot en remiss?",
        interim="Personen har väntat länge och behöver en kontakt redan nu.",
        reporting="En remiss utan bedömning går inte att prioritera. Första linjen prövar först.",
        receiving="Vi har inte den kompetens som bedömningen kräver.",
        clause="lansavtal/ansvar",
        decision="Vårdcentralen gör den första bedömningen. Är den gjord tar BUP emot, också när något saknas.",
        title="Första bedömningen innan remiss till specialistnivå",
        situation=(
            "En remiss kommer till specialistvården utan att första linjen har gjort sin bedömning. Parterna läser "
            "ansvarsfördelningen olika, och personen blir utan insats."
        ),
        outcome=(
            "Första linjen gör den första bedömningen. När den är gjord tar specialistvården emot, och frågar efter "
            "det som saknas i stället för att skicka tillbaka."
        ),
    ),
    "BL-06": Told(
        question="Vem utreder när eleven både har svårt att läsa och har en misstänkt språkstörning?",
        interim="Eleven behöver stöd nu. Logopeden gör en första bedömning, skolan fortsätter med sina insatser.",
        reporting="Vi har gjort den pedagogiska kartläggningen. Nu behövs en medicinsk bedömning.",
        receiving="Läs- och skrivsvårigheter utreds av skolan. Vi tar emot när språkstörning är trolig.",
        clause="lansavtal/ansvar",
    ),
}  # fmt: skip


def tell_dispute(told: Told, deviation: Deviation, filed_at: datetime, cast: Cast) -> None:
    """From receipt to where it has come. An open one was opened some days ago, so that its last day is still ahead."""
    reporting, receiving = deviation.reporting_unit, deviation.receiving_unit
    assert deviation.accountable_body_id is not None and reporting and receiving  # noqa: S101, PT018  # submitted
    by = cast.coordinators[deviation.accountable_body_id]
    opened = filed_at + timedelta(days=1) if told.decision else timezone.now() - timedelta(days=4)
    views = ((reporting, told.reporting, 20), (receiving, told.receiving, 44))
    steps: list[tuple[datetime, Callable[[], Any]]] = [
        (filed_at + timedelta(hours=18), lambda: handling.receive(deviation, by=by)),
        (opened, lambda: disputes.open_dispute(deviation, question=told.question, clause=told.clause, by=by)),
        (
            opened + timedelta(hours=1),
            lambda: disputes.set_interim(deviation, responsible=receiving, reason=told.interim, by=by),
        ),
        *(
            (opened + timedelta(hours=hours), _view(deviation, unit, text, cast.answerers[unit.pk]))
            for unit, text, hours in views
        ),
    ]
    if told.decision:
        steps += _answer(told, deviation, receiving, by, opened + timedelta(days=5))
    for moment, step in steps:
        if moment < timezone.now():
            with clock.at(moment):
                step()


def _view(deviation: Deviation, unit: Organisation, text: str, by: User) -> Callable[[], Any]:
    return lambda: disputes.give_view(deviation, text=text, organisation=unit, by=by)


def _answer(
    told: Told, deviation: Deviation, responsible: Organisation, by: User, at: datetime
) -> list[tuple[datetime, Callable[[], Any]]]:
    return [
        (
            at,
            lambda: disputes.decide_dispute(deviation, responsible=responsible, text=told.decision, by=by),
        ),
        (
            at + timedelta(hours=1),
            lambda: publish_precedent(
                deviation, title=told.title, situation=told.situation, outcome=told.outcome, by=by
            ),
        ),
        (at + timedelta(hours=2), lambda: deciding.decide(deviation, text=told.decision, by=by)),
        (
            at + timedelta(hours=3),
            lambda: deciding.give_feedback(
                deviation, text="Tack för att du anmälde. Nu är det klart vem som ansvarar, också nästa gång.", by=by
            ),
        ),
    ]
