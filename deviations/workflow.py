"""The workflow as a table: which step leads from which state to which, and who may take it. No database, no users.

A step's name is the same in the table, the service, the address, the API action and the button (STYLE rule 2).
`who` names a standing: an ability held at a party of the deviation in one of the named party roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.roles import Ability


class State(StrEnum):
    DRAFT = "draft"
    DISCARDED = "discarded"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    AWAITING_STATEMENT = "awaiting_statement"
    AWAITING_COMPLETION = "awaiting_completion"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    MEASURE = "measure"
    EFFECT = "effect"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STATE_LABELS: Mapping[State, str | Promise] = {
    State.DRAFT: _("Utkast"),
    State.DISCARDED: _("Kastat utkast"),
    State.SUBMITTED: _("Inskickad"),
    State.RECEIVED: _("Hos gruppen"),
    State.AWAITING_STATEMENT: _("Väntar på yttrande"),
    State.AWAITING_COMPLETION: _("Väntar på komplettering"),
    State.ON_AGENDA: _("På dagordning"),
    State.DECIDED: _("Beslutad"),
    State.MEASURE: _("Åtgärd pågår"),
    State.EFFECT: _("Effekt kontrollerad"),
    State.CLOSED: _("Avslutad"),
    State.WITHDRAWN: _("Återtagen"),
    State.MERGED: _("Förd samman med en annan"),
}

S = State
OPEN = frozenset(
    {S.SUBMITTED, S.RECEIVED, S.AWAITING_STATEMENT, S.AWAITING_COMPLETION, S.ON_AGENDA, S.DECIDED, S.MEASURE, S.EFFECT}
)
PREPARING = frozenset({S.RECEIVED, S.AWAITING_STATEMENT, S.AWAITING_COMPLETION, S.ON_AGENDA})
AFTER_DECISION = frozenset({S.DECIDED, S.MEASURE, S.EFFECT})
UNDECIDED = frozenset({S.SUBMITTED, *PREPARING})
KEPT = frozenset({*OPEN, S.CLOSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """Holding `ability` at a party in one of `party_roles`; `refusal` is the sentence for everybody else."""

    ability: Ability | None
    party_roles: frozenset[str]
    refusal: str | Promise


REPORTER = Standing(None, frozenset({"reporter"}), _("Bara den som anmälde kan göra det här."))
ACCOUNTABLE = Standing(
    Ability.HANDLE,
    frozenset({"accountable", "stand_in"}),  # a body that stands in does what the accountable one would
    _("Bara samordnaren i det ansvariga organet kan göra det här."),
)
HANDLING = Standing(
    Ability.HANDLE,
    frozenset({"accountable", "stand_in", "steering"}),
    _("Bara det ansvariga organet, eller det styrande organ som ärendet lyfts till, kan göra det här."),
)
STEERING = Standing(
    Ability.HANDLE, frozenset({"steering"}), _("Bara det styrande organ som ärendet lyfts till kan göra det här.")
)
ANSWERING = Standing(Ability.ANSWER, frozenset({"receiving"}), _("Bara den enhet som yttrandet begärts av kan svara."))
SIDES = Standing(
    Ability.ANSWER,
    frozenset({"reporting", "receiving"}),
    _("Bara den som svarar för en av de berörda enheterna kan göra det här."),
)
AT_HOME = Standing(
    Ability.READ,
    frozenset({"reporter", "reporting"}),
    _("Bara rapportören och den rapporterande enheten kan göra det här."),
)


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    label: str | Promise
    frm: frozenset[State]
    to: State | None  # None: the state stays, or the service chooses among `reaches`
    who: tuple[Standing, ...]
    wrong_state: str | Promise
    reaches: frozenset[State] = frozenset()


def _step(
    name: str,
    label: str | Promise,
    frm: frozenset[State] | set[State],
    to: State | None,
    *who: Standing,
    wrong: str | Promise,
    reaches: set[State] | frozenset[State] = frozenset(),
) -> Step:
    return Step(name, label, frozenset(frm), to, who, wrong, frozenset(reaches))


_LIFTED = PREPARING | AFTER_DECISION
_NOT_OPEN = _("Avvikelsen är inte öppen.")
_NOT_RECEIVED = _("Gruppen behöver ta emot avvikelsen först.")
_NOT_ASKED = _("Inget yttrande är begärt just nu.")
_NO_DISPUTE = _("Ingen tvist pågår.")
_PREPARATION_ONLY = _("Det går när gruppen har tagit emot avvikelsen, och fram till beslut.")

_TABLE = (
    #     step                  button                      from                               to
    _step("submit", _("Skicka in"), {S.DRAFT}, S.SUBMITTED, REPORTER, wrong=_("Avvikelsen är redan inskickad.")),
    _step("discard", _("Kasta utkastet"), {S.DRAFT}, S.DISCARDED, REPORTER, wrong=_("Bara ett utkast kan kastas.")),
    _step(
        "withdraw",
        _("Återta"),
        {S.SUBMITTED},
        S.WITHDRAWN,
        REPORTER,
        wrong=_("Det går att återta tills gruppen har tagit emot avvikelsen."),
    ),
    _step("receive", _("Ta emot"), {S.SUBMITTED}, S.RECEIVED, ACCOUNTABLE, wrong=_("Avvikelsen är redan mottagen.")),
    _step(
        "hand_over",
        _("Lämna över"),
        UNDECIDED,
        S.SUBMITTED,
        ACCOUNTABLE,
        wrong=_("Det går att lämna över fram till beslut."),
    ),
    _step(
        "decline",
        _("Inte vårt ansvar"),
        UNDECIDED,
        None,
        ACCOUNTABLE,
        ANSWERING,
        wrong=_("Det går bara att avböja det som just har kommit, eller ett begärt yttrande."),
        reaches=UNDECIDED,
    ),
    _step(
        "request_statement",
        _("Begär yttrande"),
        {S.RECEIVED, S.AWAITING_STATEMENT, S.ON_AGENDA},
        S.AWAITING_STATEMENT,
        ACCOUNTABLE,
        wrong=_PREPARATION_ONLY,
    ),
    _step(
        "give_statement",
        _("Lämna yttrande"),
        UNDECIDED,  # what was asked can be answered though the group has gone on, or handed over to another
        None,
        ANSWERING,
        wrong=_NOT_ASKED,
        reaches=UNDECIDED,
    ),
    _step(
        "request_completion",
        _("Begär komplettering"),
        {S.RECEIVED, S.AWAITING_STATEMENT, S.ON_AGENDA},
        S.AWAITING_COMPLETION,
        ACCOUNTABLE,
        wrong=_PREPARATION_ONLY,
    ),
    _step(
        "complete",
        _("Komplettera"),
        UNDECIDED,
        None,
        AT_HOME,
        REPORTER,
        wrong=_("Det går att komplettera fram till beslut."),
        reaches=UNDECIDED,
    ),
    _step(
        "score",
        _("Skatta risk"),
        {S.RECEIVED, *PREPARING, *AFTER_DECISION},
        None,
        ACCOUNTABLE,
        wrong=_NOT_RECEIVED,
        reaches={*PREPARING, *AFTER_DECISION},
    ),
    _step(
        "put_on_agenda",
        _("Lägg på dagordning"),
        {S.RECEIVED, S.AWAITING_STATEMENT},
        S.ON_AGENDA,
        ACCOUNTABLE,
        wrong=_PREPARATION_ONLY,
    ),
    _step(
        "take_off_agenda",
        _("Ta bort från dagordningen"),
        {S.ON_AGENDA},
        None,
        ACCOUNTABLE,
        wrong=_("Avvikelsen står inte på någon dagordning."),
        reaches={S.RECEIVED, S.AWAITING_STATEMENT},
    ),
    _step(
        "decide",
        _("Besluta"),
        {*PREPARING, *AFTER_DECISION},  # the later ones for the steering body's answer to what is lifted to it
        S.DECIDED,
        HANDLING,
        wrong=_("Det går att besluta när gruppen har tagit emot avvikelsen, och en gång."),
        reaches={S.MEASURE, S.EFFECT},
    ),
    _step(
        "propose_measure",
        _("Föreslå åtgärd"),
        {S.DECIDED, S.MEASURE},
        S.MEASURE,
        HANDLING,
        wrong=_("En åtgärd bygger på ett beslut."),
    ),
    _step(
        "carry_out",
        _("Åtgärden är gjord"),
        {S.MEASURE},
        None,
        HANDLING,
        ANSWERING,
        wrong=_("Ingen åtgärd pågår."),
        reaches={S.MEASURE},
    ),
    _step(
        "check_effect",
        _("Kontrollera effekt"),
        {S.MEASURE, S.EFFECT},
        None,
        HANDLING,
        wrong=_("Ingen åtgärd pågår."),
        reaches={S.MEASURE, S.EFFECT},
    ),
    _step(
        "give_feedback",
        _("Återkoppla"),
        {*PREPARING, *AFTER_DECISION},
        None,
        HANDLING,
        wrong=_NOT_RECEIVED,
        reaches={*PREPARING, *AFTER_DECISION},
    ),
    _step(
        "escalate",
        _("Lyft till styrande organ"),
        {*PREPARING, S.DECIDED},
        None,
        ACCOUNTABLE,
        wrong=_("Det går när gruppen har tagit emot avvikelsen, och innan en åtgärd pågår."),
        reaches={*PREPARING, S.DECIDED},
    ),
    _step(
        "close",
        _("Avsluta"),
        {*AFTER_DECISION},
        S.CLOSED,
        ACCOUNTABLE,
        wrong=_("Avvikelsen kan avslutas när den är beslutad."),
    ),
    _step(
        "answer_helped",
        _("Hjälpte det?"),
        {*AFTER_DECISION, S.CLOSED, S.MERGED},
        None,
        REPORTER,
        wrong=_("Frågan ställs när du har fått svar."),
        reaches={*AFTER_DECISION, S.CLOSED, S.MERGED, S.RECEIVED},
    ),
    _step(
        "reopen",
        _("Öppna igen"),
        {S.CLOSED},
        S.RECEIVED,
        ACCOUNTABLE,
        REPORTER,
        wrong=_("Bara en avslutad avvikelse kan öppnas igen."),
    ),
    _step(
        "invite",
        _("Bjud in"),
        OPEN,
        None,
        ACCOUNTABLE,
        wrong=_NOT_OPEN,
        reaches=OPEN,
    ),
    _step(
        "end_invitation",
        _("Avsluta inbjudan"),
        {*KEPT, S.WITHDRAWN, S.MERGED},
        None,
        ACCOUNTABLE,
        wrong=_NOT_OPEN,
        reaches={*KEPT, S.WITHDRAWN, S.MERGED},
    ),
    _step("note", _("Anteckna"), KEPT, None, ACCOUNTABLE, wrong=_NOT_OPEN, reaches=KEPT),
    # the group's own order
    _step("assign", _("Tilldela"), OPEN, None, ACCOUNTABLE, wrong=_NOT_OPEN, reaches=OPEN),
    _step("link", _("Koppla ihop"), KEPT, None, ACCOUNTABLE, wrong=_NOT_OPEN, reaches=KEPT),
    _step(
        "merge",
        _("För samman"),
        UNDECIDED,
        S.MERGED,
        ACCOUNTABLE,
        wrong=_("Det går att föra samman fram till beslut."),
    ),
    _step(
        "separate",
        _("Dela upp igen"),
        {S.MERGED},
        S.RECEIVED,
        ACCOUNTABLE,
        wrong=_("Avvikelsen är inte förd samman med någon annan."),
    ),
    # what a unit may answer besides a statement
    _step(
        "extend_statement",
        _("Förläng svarstiden"),
        PREPARING,
        None,
        ACCOUNTABLE,
        wrong=_PREPARATION_ONLY,
        reaches=PREPARING,
    ),
    _step("accept", _("Det är vårt"), UNDECIDED, None, ANSWERING, wrong=_NOT_ASKED, reaches=UNDECIDED),
    _step("pass_on", _("Lämna vidare"), UNDECIDED, None, ANSWERING, wrong=_NOT_ASKED, reaches=UNDECIDED),
    # dispute
    _step(
        "open_dispute",
        _("Öppna tvist"),
        UNDECIDED,
        None,
        ACCOUNTABLE,
        SIDES,
        wrong=_("En tvist öppnas före beslut."),
        reaches=UNDECIDED,
    ),
    _step("give_view", _("Lämna er syn"), UNDECIDED, None, SIDES, wrong=_NO_DISPUTE, reaches=UNDECIDED),
    _step(
        "set_interim", _("Bestäm vem som ansvarar nu"), UNDECIDED, None, HANDLING, wrong=_NO_DISPUTE, reaches=UNDECIDED
    ),
    _step("decide_dispute", _("Avgör tvisten"), UNDECIDED, None, HANDLING, wrong=_NO_DISPUTE, reaches=UNDECIDED),
    _step(
        "publish_precedent",
        _("Gör vägledande"),
        KEPT,
        None,
        HANDLING,
        wrong=_("Det går när en tvist är avgjord."),
        reaches=KEPT,
    ),
    # the steering body, and the principals
    _step("return_escalated", _("Lämna tillbaka"), _LIFTED, None, STEERING, wrong=_NOT_OPEN, reaches=_LIFTED),
    _step("escalate_further", _("Lyft vidare"), _LIFTED, None, STEERING, wrong=_NOT_OPEN, reaches=_LIFTED),
    _step("set_up_group", _("Tillsätt arbetsgrupp"), KEPT, None, STEERING, wrong=_NOT_OPEN, reaches=KEPT),
    _step(
        "ask_adoption",
        _("Fråga huvudmännen"),
        {*AFTER_DECISION, S.CLOSED},
        None,
        HANDLING,
        wrong=_("Huvudmännen svarar på ett beslut."),
        reaches={*AFTER_DECISION, S.CLOSED},
    ),
    _step(
        "postpone_measure",
        _("Flytta åtgärdens slutdag"),
        {S.MEASURE},
        None,
        HANDLING,
        wrong=_("Ingen åtgärd pågår."),
        reaches={S.MEASURE},
    ),
)

STEPS: Mapping[str, Step] = {step.name: step for step in _TABLE}
