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
from deviations.services import (
    adopting,
    deciding,
    desk,
    disputes,
    escalating,
    handling,
    merging,
    precedents,
    receiving,
    statements,
    working_groups,
)
from deviations.services.undoing import before
from deviations.workflow import STEPS, State
from frontend import undo_offer
from frontend.components import Step
from frontend.forms import answer as answers
from frontend.forms import desk as desk_forms
from frontend.forms import dispute, steering
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
    "take_off_agenda": StepPage(
        forms.OffAgendaForm, deciding.take_off_agenda,
        _("Avvikelsen är kvar hos gruppen och kan sättas upp igen."),
        _("Avvikelsen står inte längre på dagordningen."),
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
        answers.DeclineForm, handling.decline,
        _("Säg varför, så att den som tar vid förstår."),
        _("Ert svar är registrerat."),
    ),
    "escalate": StepPage(
        forms.EscalateForm, escalating.escalate,
        _("Det styrande organet får läsa avvikelsen och tar ställning. Gruppen är fortfarande ansvarig."),
        _("Avvikelsen är lyft till det styrande organet."),
    ),
    "return_escalated": StepPage(
        steering.ReturnStepForm, escalating.through(escalating.return_escalated, "return_escalated"),
        _("Gruppen tar över igen, med ert svar. Gäller allt som lyftes tillsammans. Ni kan fortfarande läsa."),
        _("Tillbaka hos gruppen, med ert svar."),
    ),
    "escalate_further": StepPage(
        steering.FurtherStepForm, escalating.through(escalating.escalate_further, "escalate_further"),
        _("Organet över er får läsa och tar ställning. Gäller allt som lyftes tillsammans."),
        _("Lyft vidare."),
    ),
    "set_up_group": StepPage(
        steering.GroupStepForm, escalating.through(working_groups.set_up_group, "set_up_group"),
        _("Ni är gruppens styrgrupp. Alla som följer avvikelserna ser att den arbetar, och när den redovisar."),
        _("Arbetsgruppen är tillsatt."),
    ),
    "ask_adoption": StepPage(
        steering.AskAdoptionForm, _on("decision", adopting.ask_adoption),
        _("Varje huvudman svarar för sig, med skäl om den inte inför det. Den läser det ni kom fram till, aldrig mer."),
        _("Huvudmännen har fått frågan."),
    ),
    "postpone_measure": StepPage(
        steering.PostponeForm, _on("measure", deciding.postpone_measure),
        _("Effektkontrollen flyttas lika många dagar."),
        _("Åtgärden har en ny sista dag."),
    ),
    "score": StepPage(
        forms.ScoreForm, handling.score,
        _("Skatta när avvikelsen kommer, och igen innan den avslutas."),
        _("Risken är skattad."),
    ),
    "give_statement": StepPage(
        answers.GiveStatementForm, statements.give_statement,
        _("Svaret läses av gruppen och av dem som avvikelsen berör. Skriv vad, aldrig vem."),
        _("Tack. Yttrandet är lämnat."),
    ),
    "accept": StepPage(
        answers.AcceptForm, receiving.accept,
        _("Ni tar ansvaret genast, och den som anmälde ser det. Ert yttrande lämnar ni senare, inom samma tid."),
        _("Ni har tagit ansvaret. Yttrandet återstår."), at_once=True,
    ),
    "pass_on": StepPage(
        answers.PassOnForm, receiving.pass_on,
        _("Verksamheten ni anger tillfrågas direkt, och ni kan fortfarande läsa. "
          "Andra gången någon lämnar vidare avgör det styrande organet."),
        _("Lämnad vidare."),
    ),
    "extend_statement": StepPage(
        answers.ExtendStatementForm, _on("statement", statements.extend_statement),
        _("Den första sista dagen står kvar bredvid den nya."),
        _("Enheten har fått längre tid."),
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
    "open_dispute": StepPage(
        dispute.OpenDisputeForm, disputes.open_dispute,
        _("Båda sidor får lämna sin syn. Gruppen bestämmer vem som ansvarar tills vidare, och avgör frågan i tid."),
        _("Tvisten är öppnad. Parterna kan lämna sin syn nu."),
    ),
    "give_view": StepPage(
        dispute.ViewForm, disputes.give_view,
        _("Den som skriver igen ersätter inget: tidigare versioner finns kvar."),
        _("Er syn är lämnad."),
    ),
    "set_interim": StepPage(
        dispute.InterimForm, disputes.set_interim,
        _("Det gäller genast, tills tvisten är avgjord. Alla parter och den som anmälde ser det först på sidan."),
        _("Det gäller nu, och alla parter ser det."),
    ),
    "decide_dispute": StepPage(
        dispute.DecideDisputeForm, disputes.decide_dispute,
        _("Svaret läses av alla som avvikelsen berör. Sedan kan det göras vägledande för hela länet."),
        _("Svaret på tvisten är registrerat, och alla parter ser det."),
    ),
    "publish_precedent": StepPage(
        dispute.PrecedentForm, precedents.publish_precedent,
        _("Läses av alla som har en roll i länet och visas vid nästa liknande anmälan. Skriv om det från grunden."),
        _("Avgörandet är vägledande för länet."),
    ),
    "assign": StepPage(
        desk_forms.AssignForm, desk.assign,
        _("De andra ser vem som har den. Alla som handlägger i organet kan fortfarande ta varje steg."),
        _("Sparat. Gruppen ser vem som handlägger."),
    ),
    "link": StepPage(
        desk_forms.LinkForm, merging.link,
        _("De ligger bredvid varandra, och var och en handläggs för sig."),
        _("Ihopkopplade."),
    ),
    "merge": StepPage(
        desk_forms.MergeForm, merging.merge,
        _("De handläggs som en. Den som anmälde följer på sin egen sida och får samma svar."),
        _("Förd samman. Den som anmälde ser att den handläggs tillsammans med en liknande."),
    ),
    "separate": StepPage(
        desk_forms.SeparateForm, merging.separate,
        _("Den handläggs för sig igen och behöver ett eget beslut och svar."),
        _("Uppdelad."),
    ),
    "note": StepPage(
        forms.NoteForm, handling.note,
        _("Historiken säger att det finns en anteckning, aldrig vad som står i den."),
        _("Anteckningen är sparad."),
    ),
}  # fmt: skip

HANDLING = (
    "receive", "request_statement", "request_completion", "put_on_agenda", "take_off_agenda", "decide",
    "propose_measure", "carry_out", "check_effect", "give_feedback", "close", "hand_over", "decline", "escalate",
    "reopen",
    "set_up_group", "return_escalated", "escalate_further", "ask_adoption", "postpone_measure",
)  # fmt: skip
"""Those that stand under "Nästa steg"; risk, notes and invitations have their own places on the page."""

WHEN_POSSIBLE = (
    "give_view", "set_up_group", "return_escalated", "escalate_further", "ask_adoption", "postpone_measure",
)  # fmt: skip
"""Offered when they can be taken, and otherwise not spoken of."""

ANSWERING = ("give_statement", "accept", "pass_on", "decline", "carry_out")
SEARCH = "search"
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
        if not answer and name in WHEN_POSSIBLE:
            continue
        if answer:
            page = PAGES.get(name)
            address = (
                reverse("step", args=[deviation.public_id, name]) if page else reverse(name, args=[deviation.public_id])
            )
            possible.append({**button, "url": address, "post": bool(page and page.at_once)})
        elif isinstance(answer, WrongStateDenied) and name not in REPORTING:
            refused.append({**button, "refused": answer.reason})
    return [*possible, *refused]


def form_of(page: StepPage, request: Request, deviation: Deviation, keys: Keys) -> forms.StepForm:
    """The page's form as it was sent. A button in it that only searches takes no step: what was written stays."""
    sent = request.POST if request.method == "POST" and SEARCH not in request.POST else None
    form = page.form(sent, deviation=deviation, keys=keys)
    if SEARCH in request.POST:
        form.initial.update(request.POST.dict())
    elif "statement" in form.fields and (chosen := request.GET.get("statement")):
        form.initial["statement"] = chosen
    return form


def take(request: HttpRequest, deviation: Deviation, name: str, form: forms.StepForm) -> int | None:
    """None when the step is taken; otherwise the status with which to show the form again, as it was filled in.

    After a conflict the form stands on what is true now: who reads the message and sends again, means it.
    """
    if not form.is_valid():
        return UNPROCESSABLE
    stood = before(deviation)
    status = attempt(request, form, lambda: PAGES[name].do(deviation, **form.given(), by=request.user))
    if status == CONFLICT:
        deviation.refresh_from_db(fields=["sequence", "state"])
        form.data = request.POST.copy()
        form.data["seen"] = str(deviation.sequence)
    if status is None:
        undo_offer.keep(request, name, [(deviation, stood)])
        messages.success(request, str(PAGES[name].thanks))
    return status
