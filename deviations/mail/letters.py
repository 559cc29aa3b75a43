"""Every letter, and which steps of the history are told to whom. No letter says anything of what a deviation contains.

`tell` is called with each history entry as it is recorded, and nothing else announces anything by mail (C01, C02, I03).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deviations import clock
from deviations.mail.outbox import write
from deviations.models import Adoption, Deviation, HistoryEntry, Mail, Measure, Party, Statement
from deviations.undoable import LETTER_WAITS, UNDOABLE
from orgs.models import Organisation
from orgs.permissions import holders
from orgs.roles import Ability

Kind = Mail.Kind
Page = Literal["deviation", "stuck", "adoptions", "home", "published", "write_report"]


@dataclass(frozen=True, slots=True)
class Letter:
    """`at_once`: a question to the person, an alarm, or who acts from now on: it comes whatever the person has chosen.

    `counted`: what a day's summary calls it. `page`: where its link leads; those who may open "stuck" or "adoptions"
    may have it though the deviation itself is not theirs to read.
    """

    kind: Mail.Kind
    subject: str | Promise
    at_once: bool = False
    counted: str | Promise = ""
    page: Page = "deviation"


LETTERS: Mapping[str, Letter] = {
    # to the one who reported
    "received": Letter(Kind.NEWS, _("Avvikelse %(reference)s är mottagen"), counted=_("mottagna")),
    "moved": Letter(Kind.NEWS, _("Avvikelse %(reference)s har fått en ny mottagare"), counted=_("med ny mottagare")),
    "decided": Letter(Kind.NEWS, _("Avvikelse %(reference)s har avgjorts"), counted=_("avgjorda")),
    "measure": Letter(Kind.NEWS, _("En åtgärd är bestämd för avvikelse %(reference)s"), counted=_("nya åtgärder")),
    "effect": Letter(Kind.NEWS, _("Effekten är kontrollerad för avvikelse %(reference)s"), counted=_("effekter")),
    "reopened": Letter(Kind.NEWS, _("Avvikelse %(reference)s är öppnad igen"), counted=_("öppnade igen")),
    "merged": Letter(
        Kind.NEWS, _("Avvikelse %(reference)s handläggs tillsammans med en liknande"), counted=_("förda samman")
    ),
    "question": Letter(Kind.ASKED, _("Fråga till dig om avvikelse %(reference)s"), at_once=True),
    "question_soon": Letter(Kind.REMINDER, _("Påminnelse: fråga till dig om avvikelse %(reference)s"), at_once=True),
    "question_late": Letter(Kind.REMINDER, _("Frågan till dig om avvikelse %(reference)s väntar"), at_once=True),
    "feedback": Letter(Kind.FEEDBACK, _("Du har fått svar på avvikelse %(reference)s"), at_once=True),
    # to the units
    "statement_asked": Letter(Kind.ASKED, _("Ert yttrande om avvikelse %(reference)s"), at_once=True),
    "statement_soon": Letter(Kind.REMINDER, _("Påminnelse: ert yttrande om avvikelse %(reference)s"), at_once=True),
    "statement_late": Letter(Kind.REMINDER, _("Ert yttrande om avvikelse %(reference)s är sent"), at_once=True),
    "statement_extended": Letter(
        Kind.NEWS, _("Ni har fått mer tid för avvikelse %(reference)s"), counted=_("förlängda svarstider")
    ),
    "view_asked": Letter(Kind.ASKED, _("Er syn behövs på avvikelse %(reference)s"), at_once=True),
    "interim": Letter(Kind.NEWS, _("Vem som ansvarar nu i avvikelse %(reference)s"), at_once=True),
    "dispute_answered": Letter(
        Kind.NEWS, _("Tvisten i avvikelse %(reference)s har fått sitt svar"), counted=_("besvarade tvister")
    ),
    "case_asked": Letter(Kind.ASKED, _("Ett lärfall ur avvikelse %(reference)s väntar på ert svar"), at_once=True),
    "case_waiting": Letter(
        Kind.REMINDER, _("Påminnelse: ett lärfall ur avvikelse %(reference)s väntar på ert svar"), at_once=True
    ),
    # to the principals
    "adoption_asked": Letter(Kind.ASKED, _("Er huvudmans svar på ett beslut"), at_once=True, page="adoptions"),
    "adoption_soon": Letter(
        Kind.REMINDER, _("Påminnelse: er huvudmans svar på ett beslut"), at_once=True, page="adoptions"
    ),
    "adoption_late": Letter(Kind.REMINDER, _("Er huvudmans svar är sent"), at_once=True, page="adoptions"),
    # to the bodies
    "new": Letter(Kind.NEWS, _("Ny avvikelse %(reference)s att ta emot"), counted=_("nya att ta emot")),
    "escalated": Letter(Kind.NEWS, _("Avvikelse %(reference)s är lyft till er"), counted=_("lyfta till er")),
    "returned": Letter(Kind.NEWS, _("Avvikelse %(reference)s är lämnad tillbaka till er"), counted=_("återlämnade")),
    "assigned": Letter(Kind.NEWS, _("Avvikelse %(reference)s är tilldelad dig"), counted=_("tilldelade dig")),
    "answered": Letter(Kind.NEWS, _("Svar har kommit om avvikelse %(reference)s"), counted=_("svar från enheter")),
    "completed": Letter(Kind.NEWS, _("Avvikelse %(reference)s är kompletterad"), counted=_("kompletterade")),
    "not_helped": Letter(Kind.NEWS, _("Avvikelse %(reference)s är öppnad igen"), counted=_("öppnade igen")),
    "question_overdue": Letter(
        Kind.REMINDER, _("Svaret på er fråga om avvikelse %(reference)s är sent"), at_once=True
    ),
    "statement_overdue": Letter(Kind.REMINDER, _("Ett yttrande om avvikelse %(reference)s är sent"), at_once=True),
    "answer_soon": Letter(Kind.REMINDER, _("Påminnelse: svaret på avvikelse %(reference)s"), at_once=True),
    "answer_late": Letter(Kind.REMINDER, _("Svaret på avvikelse %(reference)s är sent"), at_once=True),
    "escalation_soon": Letter(Kind.REMINDER, _("Påminnelse: avvikelse %(reference)s väntar på er"), at_once=True),
    "escalation_late": Letter(Kind.REMINDER, _("Ert svar om avvikelse %(reference)s är sent"), at_once=True),
    "dispute_soon": Letter(Kind.REMINDER, _("Påminnelse: tvisten i avvikelse %(reference)s"), at_once=True),
    "dispute_late": Letter(Kind.REMINDER, _("Tvisten i avvikelse %(reference)s är inte avgjord"), at_once=True),
    # learning reports
    "report_begun": Letter(Kind.ASKED, _("En rapport väntar på er text"), at_once=True, page="write_report"),
    "report_approved": Letter(Kind.NEWS, _("En ny rapport finns att läsa"), at_once=True, page="published"),
    # what stands still
    "undelivered": Letter(Kind.ALARM, _("Ingen har öppnat avvikelse %(reference)s"), at_once=True, page="stuck"),
    "measure_stalled": Letter(Kind.ALARM, _("En åtgärd i avvikelse %(reference)s står still"), at_once=True),
    # the day's summary
    "digest": Letter(Kind.DIGEST, _("Det som har hänt sedan sist"), at_once=True, page="home"),
}  # fmt: skip

People = Iterable[int]
Recipients = Callable[[Deviation, HistoryEntry], People]


# ── to whom ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def reporter(deviation: Deviation, entry: HistoryEntry) -> People:
    return [deviation.filed_by_id]


def handlers(deviation: Deviation, entry: HistoryEntry | None = None) -> People:
    """Who handles it in the accountable body, or the one that stands in for it."""
    accountable = deviation.accountable_body_id  # its party is not stored yet when a deviation is filed
    bodies = _bodies_in(deviation, Party.Role.STAND_IN)
    return holders(Ability.HANDLE, bodies=bodies if accountable is None else [accountable, *bodies])


def handler(deviation: Deviation, entry: HistoryEntry) -> People:
    """The one to whom it is assigned, while that person still handles it; otherwise all who do."""
    everyone = set(handlers(deviation))
    return [deviation.assigned_to_id] if deviation.assigned_to_id in everyone else everyone


def assigned(deviation: Deviation, entry: HistoryEntry) -> People:
    return [deviation.assigned_to_id] if deviation.assigned_to_id else []


def steering(deviation: Deviation, entry: HistoryEntry) -> People:
    return holders(Ability.HANDLE, bodies=_bodies_in(deviation, Party.Role.STEERING))


def sides(deviation: Deviation, entry: HistoryEntry) -> People:
    """Who answers for the reporting unit and the receiving ones."""
    roles = (Party.Role.REPORTING, Party.Role.RECEIVING)
    units = Party.objects.filter(deviation=deviation, role__in=roles, organisation__isnull=False)
    return holders(Ability.ANSWER, paths=units.values_list("organisation__path", flat=True))


def concerned(deviation: Deviation, entry: HistoryEntry) -> People:
    """Both sides, and the one who reported."""
    return {*sides(deviation, entry), deviation.filed_by_id}


def at_home(deviation: Deviation, entry: HistoryEntry) -> People:
    """Who may know who reported: the reporting unit's manager, and its safety officer."""
    unit = deviation.reporting_unit
    return holders(Ability.READ_REPORTER, paths=[unit.path]) if unit is not None else ()


def waited_for(deviation: Deviation, entry: HistoryEntry) -> People:
    """Who answers for the units whose statement is waited for."""
    units = Organisation.objects.filter(statements__deviation=deviation, statements__status=Statement.Status.REQUESTED)
    return holders(Ability.ANSWER, paths=units.values_list("path", flat=True))


def alarmed(deviation: Deviation, entry: HistoryEntry) -> People:
    """Those who see what nobody has opened: the body itself, the one above it, and the county's administrators."""
    body = deviation.accountable_body
    assert body is not None  # noqa: S101  # submitted
    bodies = [pk for pk in (body.pk, body.steering_body_id) if pk is not None]
    in_bodies = holders(Ability.HANDLE, bodies=bodies)
    return in_bodies | holders(Ability.MANAGE_MEMBERS, counties=[deviation.county_id])


def owner_and_handlers(deviation: Deviation, entry: HistoryEntry) -> People:
    """Who answers for the measure's owner, and who handles the deviation."""
    measure = Measure.objects.select_related("owner").get(pk=entry.data["measure"])
    return {*handlers(deviation), *holders(Ability.ANSWER, paths=[measure.owner.path])}


def _bodies_in(deviation: Deviation, role: str) -> list[int]:
    parties = Party.objects.filter(deviation=deviation, role=role, body__isnull=False).select_related("body")
    return [party.body.pk for party in parties if party.body is not None]


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _always(entry: HistoryEntry) -> bool:
    return True


def _of_a_unit(entry: HistoryEntry) -> bool:
    return entry.organisation_id is not None


def _of_a_body(entry: HistoryEntry) -> bool:
    return entry.organisation_id is None


def _of_another_body(entry: HistoryEntry) -> bool:
    """The steering body has acted, and the accountable one is to know."""
    return entry.body_id is not None and entry.body_id != entry.deviation.accountable_body_id


def _no(entry: HistoryEntry) -> bool:
    return entry.data.get("helped") is False


def _verified(entry: HistoryEntry) -> bool:
    return bool(entry.data.get("effect") == Measure.Effect.VERIFIED)


@dataclass(frozen=True, slots=True)
class Telling:
    letter: str
    to: Recipients
    when: Callable[[HistoryEntry], bool] = _always


T = Telling
TOLD: Mapping[str, tuple[Telling, ...]] = {
    # step               letter             to         when
    "submit": (T("new", handlers),),
    "receive": (T("received", reporter),),
    "hand_over": (T("new", handlers), T("moved", reporter)),
    "decline": (T("new", handlers, _of_a_body), T("moved", reporter, _of_a_body), T("answered", handler, _of_a_unit)),
    "stand_in": (T("new", handlers),),
    "nobody_receives": (T("undelivered", alarmed),),
    "give_statement": (T("answered", handler),),
    "accept": (T("answered", handler),),
    "pass_on": (T("answered", handler),),
    "extend_statement": (T("statement_extended", waited_for),),
    "request_completion": (T("question", reporter),),
    "complete": (T("completed", handler),),
    "assign": (T("assigned", assigned),),
    "open_dispute": (T("view_asked", sides), T("answered", handler, _of_a_unit)),
    "give_view": (T("answered", handler),),
    "set_interim": (T("interim", concerned),),
    "decide_dispute": (T("dispute_answered", concerned),),
    "merge": (T("merged", reporter),),
    "escalate": (T("escalated", steering),),
    "escalate_further": (T("escalated", steering),),
    "return_escalated": (T("returned", handlers),),
    "decide": (T("decided", reporter), T("decided", handlers, _of_another_body)),
    "answer_adoption": (T("answered", handler),),
    "ask_case": (T("case_asked", at_home),),
    "approve_case": (T("answered", handler),),
    "decline_case": (T("answered", handler),),
    "propose_measure": (T("measure", reporter),),
    "check_effect": (T("effect", reporter, _verified),),
    "give_feedback": (T("feedback", reporter),),
    "answer_helped": (T("not_helped", handler, _no),),
    "reopen": (T("not_helped", handler, _of_a_unit), T("reopened", reporter, _of_a_body)),
    "delivery_alarm": (T("undelivered", alarmed),),
    "measure_stalled": (T("measure_stalled", owner_and_handlers),),
}
KEPT = frozenset({"due_on", "measure"})
"""Facts of an entry that its letter needs: a day, and which measure it is about."""
ASKS_UNITS = frozenset({"request_statement", "pass_on", "decline"})


def tell(deviation: Deviation, entry: HistoryEntry) -> None:
    """Write the letters that follow from the entry, in its transaction; none of a past that is told afterwards."""
    if not clock.is_told():
        write_about(deviation, entry)


def write_about(deviation: Deviation, entry: HistoryEntry) -> None:
    """The letters of one entry. Nobody is told of their own step."""
    due_at = clock.now() + LETTER_WAITS if entry.step in UNDOABLE else None
    for telling in TOLD.get(entry.step, ()):
        if telling.when(entry):
            people = set(telling.to(deviation, entry)) - {entry.by_id or 0}
            write(
                telling.letter, LETTERS[telling.letter], people,
                key=f"{deviation.pk}:{entry.sequence}:{telling.letter}", deviation=deviation,
                facts={"sequence": entry.sequence, **{name: entry.data[name] for name in KEPT & entry.data.keys()}},
                due_at=due_at,
            )  # fmt: skip
    if entry.step in ASKS_UNITS:
        _ask_units(deviation, due_at)
    if entry.step == "ask_adoption":
        _ask_principals(deviation)


def _ask_units(deviation: Deviation, due_at: datetime | None) -> None:
    """One letter for each statement that waits, to those who answer there; nobody is asked for the same one twice."""
    waiting = Statement.objects.filter(deviation=deviation, status=Statement.Status.REQUESTED)
    for statement in waiting.select_related("organisation"):
        write(
            "statement_asked", LETTERS["statement_asked"], answerers(statement),
            key=f"statement:{statement.pk}:asked", deviation=deviation, facts=about(statement), due_at=due_at,
        )  # fmt: skip


def _ask_principals(deviation: Deviation) -> None:
    """One letter for each principal whose answer is waited for. None is asked for the same one twice."""
    waiting = Adoption.objects.filter(decision__deviation=deviation, answer=Adoption.Answer.WAITING)
    for adoption in waiting.select_related("principal"):
        write(
            "adoption_asked", LETTERS["adoption_asked"], principals_people(adoption),
            key=f"adoption:{adoption.pk}:asked", deviation=deviation, facts=about_adoption(adoption),
        )  # fmt: skip


def principals_people(adoption: Adoption) -> set[int]:
    """Who answers for the principal itself; its units' people do not."""
    return holders(Ability.ANSWER, paths=[adoption.principal.path])


def about_adoption(adoption: Adoption) -> dict[str, object]:
    return {"adoption": adoption.pk, "due_on": adoption.due_on.isoformat()}


def answerers(statement: Statement) -> set[int]:
    return holders(Ability.ANSWER, paths=[statement.organisation.path])


def about(statement: Statement) -> dict[str, object]:
    """What a letter about the statement needs in order to be worded, and dropped when the statement has been given."""
    return {"statement": statement.pk, "due_on": statement.due_on.isoformat()}
