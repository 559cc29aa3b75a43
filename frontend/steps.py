"""Every step that a body or a receiving unit takes, as one table: its form, its service and its words.

Names are those of `deviations.workflow.STEPS`; whether a step may be taken is asked of `deviations.rights.may` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deviations.models import Deviation, Measure
from deviations.rights import WrongStateDenied, may
from deviations.services import deciding, handling, statements
from deviations.workflow import STEPS, State
from frontend.components import Step
from frontend.forms import steps as forms
from frontend.refusals import CONFLICT, UNPROCESSABLE, attempt
from frontend.requests import Request
from orgs.permissions import Keys


@dataclass(frozen=True, slots=True)
class StepPage:
    """`at_once`: the button takes the step without a page in between."""

    form: type[forms.StepForm]
    do: Callable[..., object]  # (deviation, **given, by=…)
    lede: str | Promise
    thanks: str | Promise
    at_once: bool = False


def _on(name: str, service: Callable[..., object]) -> Callable[..., object]:
    """A service that takes the measure or the invitation instead of its deviation."""

    def act(deviation: Deviation, **given: Any) -> object:
        return service(given.pop(name), **given)

    return act


PAGES: Mapping[str, StepPage] = {
    "receive": StepPage(
        forms.StepForm, handling.receive,
        _("Gruppen tar hand om avvikelsen. Den som anmälde ser vem som har den och när svaret kommer."),
        _("Mottagen. Den som anmälde ser det nu."), at_once=True,
    ),
    "request_statement": StepPage(
        forms.RequestStatementForm, statements.request_statement,
        _("Enheten får sin egen sida att svara på, med en sista dag enligt länets tidsgräns."),
        _("Yttrandet är begärt."),
    ),
    "request_completion": StepPage(
        forms.RequestCompletionForm, statements.request_completion,
        _("Frågan går till den som anmälde, och svaret kommer tillbaka hit."),
        _("Frågan är ställd."),
    ),
    "put_on_agenda": StepPage(
        forms.AgendaForm, deciding.put_on_agenda,
        _("Avvikelsen tas upp på gruppens möte den dagen."),
        _("Uppsatt på dagordningen."),
    ),
    "decide": StepPage(
        forms.DecideForm, deciding.decide,
        _("Det ni skriver läses av alla som avvikelsen berör."),
        _("Beslutet är registrerat."),
    ),
    "propose_measure": StepPage(
        forms.MeasureForm, deciding.propose_measure,
        _("En åtgärd har en ägare, en sista dag och ett tecken på att den hjälpte."),
        _("Åtgärden är registrerad."),
    ),
    "carry_out": StepPage(
        forms.CarryOutForm, _on("measure", deciding.carry_out),
        _("Om den hjälpte är en annan fråga, som ställs när effekten kontrolleras."),
        _("Åtgärden är märkt som gjord."),
    ),
    "check_effect": StepPage(
        forms.EffectForm, _on("measure", deciding.check_effect),
        _("Jämför med det tecken som ni bestämde."),
        _("Effekten är registrerad."),
    ),
    "give_feedback": StepPage(
        forms.FeedbackForm, deciding.give_feedback,
        _("Den som anmälde ser svaret direkt och får frågan om det hjälpte."),
        _("Svaret har nått den som anmälde."),
    ),
    "close": StepPage(
        forms.StepForm, deciding.close,
        _("Avvikelsen ligger kvar och kan läsas. Den som anmälde kan öppna frågan igen."),
        _("Avvikelsen är avslutad."), at_once=True,
    ),
    "reopen": StepPage(
        forms.ReopenForm, deciding.reopen,
        _("Den behöver då ett nytt beslut och ett nytt svar innan den avslutas."),
        _("Avvikelsen är öppnad igen."),
    ),
    "hand_over": StepPage(
        forms.HandOverForm, handling.hand_over,
        _("Det nya organet blir ansvarigt, och den som anmälde ser det. Andra gången avgör det styrande organet."),
        _("Avvikelsen är överlämnad. Ni kan fortfarande läsa den."),
    ),
    "decline": StepPage(
        forms.DeclineForm, handling.decline,
        _("Säg varför, så att den som tar vid förstår."),
        _("Ert svar är registrerat."),
    ),
    "escalate": StepPage(
        forms.EscalateForm, handling.escalate,
        _("Det styrande organet får läsa avvikelsen och kan besluta. Gruppen är fortfarande ansvarig."),
        _("Avvikelsen är lyft till det styrande organet."),
    ),
    "score": StepPage(
        forms.ScoreForm, handling.score,
        _("Skatta när avvikelsen kommer, och igen innan den avslutas."),
        _("Risken är skattad."),
    ),
    "give_statement": StepPage(
        forms.GiveStatementForm, statements.give_statement,
        _("Svaret läses av gruppen och av dem som avvikelsen berör. Skriv vad, aldrig vem."),
        _("Tack. Yttrandet är lämnat."),
    ),
    "invite": StepPage(
        forms.InviteForm, handling.invite,
        _("Personen får läsa den här avvikelsen och ingen annan, tills ni avslutar inbjudan."),
        _("Personen är inbjuden."),
    ),
    "end_invitation": StepPage(
        forms.EndInvitationForm, _on("invitation", handling.end_invitation),
        _("Personen slutar se avvikelsen genast."),
        _("Inbjudan är avslutad."),
    ),
    "note": StepPage(
        forms.NoteForm, handling.note,
        _("Historiken säger att det finns en anteckning, aldrig vad som står i den."),
        _("Anteckningen är sparad."),
    ),
}  # fmt: skip

HANDLING = (
    "receive", "request_statement", "request_completion", "put_on_agenda", "decide", "propose_measure", "carry_out",
    "check_effect", "give_feedback", "close", "hand_over", "decline", "escalate", "reopen",
)  # fmt: skip
"""Those that stand under "Nästa steg"; risk, notes and invitations have their own places on the page."""

ANSWERING = ("give_statement", "decline", "carry_out")
REPORTING = ("complete", "withdraw", "answer_helped")


def likely(deviation: Deviation) -> str:
    """The step that usually comes next. Reads `statements` and `measures` (prefetch them in lists)."""
    asked = bool(deviation.statements.all())
    measures = list(deviation.measures.all())
    answer = "close" if deviation.fed_back_at else "give_feedback"
    after_decision = "propose_measure" if deviation.fed_back_at and not measures else answer
    measure = "carry_out" if any(m.carried_out_at is None for m in measures) else "check_effect"
    usual: Mapping[str, str] = {
        State.SUBMITTED: "receive",
        State.RECEIVED: "put_on_agenda" if asked else "request_statement",
        State.AWAITING_STATEMENT: "put_on_agenda",
        State.ON_AGENDA: "decide",
        State.DECIDED: after_decision,
        State.MEASURE: measure,
        State.EFFECT: "close" if deviation.fed_back_at and not _too_early(measures) else answer,
        State.CLOSED: "reopen",
    }
    return usual.get(deviation.state, "")


def _too_early(measures: Sequence[Measure]) -> bool:
    return any(m.effect not in {Measure.Effect.VERIFIED, Measure.Effect.NOT_VERIFIED} for m in measures)


def offered(request: Request, deviation: Deviation, names: Sequence[str], keys: Keys) -> list[Step]:
    """The steps of the person's own standing: the likely one first, then what can be done now, then what cannot, each
    with its reason. Steps that are somebody else's are left out."""
    first = likely(deviation)
    possible: list[Step] = []
    refused: list[Step] = []
    for name in sorted(names, key=lambda name: name != first):
        answer = may(request.user, name, deviation, keys=keys)
        button: Step = {"name": name, "label": str(STEPS[name].label), "seen": deviation.sequence}
        if answer:
            page = PAGES.get(name)
            address = (
                reverse("step", args=[deviation.public_id, name]) if page else reverse(name, args=[deviation.public_id])
            )
            possible.append({**button, "url": address, "post": bool(page and page.at_once)})
        elif isinstance(answer, WrongStateDenied) and name not in REPORTING:
            refused.append({**button, "refused": answer.reason})
    return [*possible, *refused]


def take(request: HttpRequest, deviation: Deviation, name: str, form: forms.StepForm) -> int | None:
    """None when the step is taken; otherwise the status with which to show the form again, as it was filled in.

    After a conflict the form stands on what is true now: who reads the message and sends again, means it.
    """
    if not form.is_valid():
        return UNPROCESSABLE
    status = attempt(request, form, lambda: PAGES[name].do(deviation, **form.given(), by=request.user))
    if status == CONFLICT:
        deviation.refresh_from_db(fields=["sequence", "state"])
        form.data = request.POST.copy()
        form.data["seen"] = str(deviation.sequence)
    if status is None:
        messages.success(request, str(PAGES[name].thanks))
    return status
