"""What the calendar says: last days that come near or have passed, and measures that stand still (I02, I03).

Once a day is enough, and again does no harm: each letter has a key, and an alarm is marked on its measure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from deviations import clock
from deviations.deadlines import reminders_for, working_days_from
from deviations.history import record
from deviations.mail.letters import LETTERS, about, about_adoption, answerers, handlers, principals_people
from deviations.mail.outbox import SUMMARY_AT, write
from deviations.models import Adoption, Deviation, Dispute, Escalation, HistoryEntry, LearningCase, Measure, Statement
from deviations.services.duties import make_due_duties
from deviations.services.learning_reports import begin_due
from deviations.workflow import OPEN, UNDECIDED, State
from orgs.permissions import holders
from orgs.profiles.active import profile_of
from orgs.roles import Ability

CATCH_UP = timedelta(days=7)
"""A day of reminding that nobody worked on is made up for this long; what is older is seen in the lists."""

CASE_REMINDERS = (5, 10)
"""Working days after a learning case was asked about."""

FARTHEST = timedelta(days=120)  # sixty working days, the most that a profile may ask for, and some
AT_ONCE = 200


def remind() -> int:
    """Write the reminders of today; returns how many letters were new. They are due at seven in the morning."""
    return _statements() + _questions() + _answers() + _disputes() + _adoptions() + _escalations() + _cases()


def _statements() -> int:
    waiting = Statement.objects.filter(status=Statement.Status.REQUESTED, **_near())
    waiting = waiting.filter(deviation__state__in=UNDECIDED).select_related("deviation", "organisation")
    written = 0
    for statement in waiting.iterator(chunk_size=AT_ONCE):
        day, late = _reminder(statement.deviation, statement.due_on, since=timezone.localdate(statement.requested_at))
        if day is None:
            continue
        key = f"statement:{statement.pk}:{statement.due_on}:{day}"
        name = "statement_late" if late else "statement_soon"
        written += _write(name, answerers(statement), f"{key}:unit", statement.deviation, about(statement))
        if late:
            people = handlers(statement.deviation)
            written += _write("statement_overdue", people, f"{key}:body", statement.deviation, about(statement))
    return written


def _questions() -> int:
    """What the one who reported is asked. The last day stands in the history, with the question."""
    asked = HistoryEntry.objects.filter(
        step="request_completion", data__has_key="due_on", deviation__state=State.AWAITING_COMPLETION
    )
    newest = {entry.deviation_id: entry for entry in asked.select_related("deviation").order_by("sequence")}
    written = 0
    for entry in newest.values():
        deviation, last_day = entry.deviation, date.fromisoformat(entry.data["due_on"])
        day, late = _reminder(deviation, last_day, since=timezone.localdate(entry.at))
        if day is None:
            continue
        key, facts = f"question:{deviation.pk}:{entry.sequence}:{day}", {"due_on": entry.data["due_on"]}
        name = "question_late" if late else "question_soon"
        written += _write(name, [deviation.filed_by_id], f"{key}:reporter", deviation, facts)
        if late:
            written += _write("question_overdue", handlers(deviation), f"{key}:body", deviation, facts)
    return written


def _answers() -> int:
    """The answer to the one who reported, as the profile promises it when the deviation is filed."""
    today = clock.today()
    waiting = Deviation.objects.filter(
        state__in=OPEN, fed_back_at__isnull=True,
        answer_due_on__range=(today - FARTHEST, today + FARTHEST),
    )  # fmt: skip
    written = 0
    for deviation in waiting.iterator(chunk_size=AT_ONCE):
        last_day, filed_at = deviation.answer_due_on, deviation.filed_at
        assert last_day is not None and filed_at is not None  # noqa: S101, PT018  # asked for above, and submitted
        day, late = _reminder(deviation, last_day, since=timezone.localdate(filed_at))
        if day is not None:
            name = "answer_late" if late else "answer_soon"
            facts = {"due_on": last_day.isoformat()}
            written += _write(name, handlers(deviation), f"answer:{deviation.pk}:{last_day}:{day}", deviation, facts)
    return written


def _disputes() -> int:
    waiting = Dispute.objects.filter(status=Dispute.Status.OPEN, **_near()).select_related("deviation")
    written = 0
    for dispute in waiting.iterator(chunk_size=AT_ONCE):
        day, late = _reminder(dispute.deviation, dispute.due_on, since=timezone.localdate(dispute.opened_at))
        if day is not None:
            name = "dispute_late" if late else "dispute_soon"
            facts, key = {"due_on": dispute.due_on.isoformat()}, f"dispute:{dispute.pk}:{dispute.due_on}:{day}"
            written += _write(name, handlers(dispute.deviation), key, dispute.deviation, facts)
    return written


def _adoptions() -> int:
    waiting = Adoption.objects.filter(answer=Adoption.Answer.WAITING, **_near())
    written = 0
    for adoption in waiting.select_related("decision__deviation", "principal").iterator(chunk_size=AT_ONCE):
        deviation = adoption.decision.deviation
        day, late = _reminder(deviation, adoption.due_on, since=timezone.localdate(adoption.asked_at))
        if day is not None:
            name = "adoption_late" if late else "adoption_soon"
            key = f"adoption:{adoption.pk}:{adoption.due_on}:{day}"
            written += _write(name, principals_people(adoption), key, deviation, about_adoption(adoption))
    return written


def _escalations() -> int:
    """One letter about the first deviation that was lifted, however many there are."""
    waiting = Escalation.objects.filter(status=Escalation.Status.WAITING, **_near())
    written = 0
    for escalation in waiting.prefetch_related("deviations"):
        deviation, last_day = min(escalation.deviations.all(), key=lambda each: each.pk), escalation.due_on
        assert last_day is not None  # noqa: S101  # asked for by `_near`
        day, late = _reminder(deviation, last_day, since=timezone.localdate(escalation.sent_at))
        if day is not None:
            name = "escalation_late" if late else "escalation_soon"
            people = holders(Ability.HANDLE, bodies=[escalation.to_body_id])
            facts, key = {"escalation": escalation.pk, "due_on": last_day.isoformat()}, f"escalation:{escalation.pk}"
            written += _write(name, people, f"{key}:{last_day}:{day}", deviation, facts)
    return written


def _cases() -> int:
    """Learning cases that wait for a yes or no at home. There is no last day: twice, and then the group has to ask."""
    today = clock.today()
    lately = clock.now() - FARTHEST
    waiting = LearningCase.objects.filter(status=LearningCase.Status.ASKED, asked_at__gte=lately)
    written = 0
    for case in waiting.select_related("deviation__reporting_unit").iterator(chunk_size=AT_ONCE):
        unit, asked_at = case.deviation.reporting_unit, case.asked_at
        assert unit is not None and asked_at is not None  # noqa: S101, PT018  # submitted, and asked for above
        asked_on = timezone.localdate(asked_at)
        days = [working_days_from(asked_on, count) for count in CASE_REMINDERS]
        come = [day for day in days if day <= today and day > today - CATCH_UP]
        if come:
            people = holders(Ability.READ_REPORTER, paths=[unit.path]) - {case.written_by_id}
            key, facts = f"case:{case.pk}:{max(come)}", {"case": case.pk, "asked_on": asked_on.isoformat()}
            written += _write("case_waiting", people, key, case.deviation, facts)
    return written


def _near() -> dict[str, tuple[date, date]]:
    today = clock.today()
    return {"due_on__range": (today - FARTHEST, today + FARTHEST)}


def _reminder(deviation: Deviation, last_day: date, *, since: date) -> tuple[date | None, bool]:
    """The newest day of reminding that has come, if it came after `since` and lately; and whether it is after the last
    day."""
    assert deviation.profile_version_id is not None  # noqa: S101  # a submitted deviation has one
    today = clock.today()
    days = reminders_for(last_day, profile_of(deviation.profile_version_id).reminders)
    come = [day for day in days if since < day <= today and day > today - CATCH_UP]
    return (max(come), max(come) > last_day) if come else (None, False)


def _write(name: str, people: Iterable[int], key: str, deviation: Deviation, facts: Mapping[str, object]) -> int:
    this_morning = timezone.make_aware(datetime.combine(clock.today(), SUMMARY_AT))
    return write(
        name, LETTERS[name], people, key=key, deviation=deviation, facts=facts, due_at=max(this_morning, clock.now())
    )


# ── measures that stand still ────────────────────────────────────────────────────────────────────────────────────────
def alarm_stalled() -> int:
    """Say of each measure that its last day, or the day of its effect check, has passed; once for each such day.

    Samsyn writes it in the deviation's history, and from there it is told. Several workers may run.
    """
    return sum(alarm(pk) for pk in stalled().values_list("pk", flat=True)[:AT_ONCE])


def stalled() -> QuerySet[Measure]:
    """Measures not carried out by their last day, or without an answer on the day when their effect was to be checked,
    and not alarmed since. A day that is moved makes room for a new alarm."""
    today = clock.today()
    not_done = Q(carried_out_at__isnull=True, due_on__lt=today) & (
        Q(stalled_at__isnull=True) | Q(stalled_at__date__lte=F("due_on"))
    )
    not_checked = Q(
        carried_out_at__isnull=False, check_on__lt=today, effect__in=["", Measure.Effect.TOO_EARLY]
    ) & (Q(stalled_at__isnull=True) | Q(stalled_at__date__lte=F("check_on")))  # fmt: skip
    return Measure.objects.filter(not_done | not_checked, deviation__state=State.MEASURE).order_by("pk")


@transaction.atomic
def alarm(pk: int) -> bool:
    """False when another worker, or a person, has the deviation just now: it comes back tomorrow if it is still so."""
    free = Deviation.objects.select_for_update(of=("self",), skip_locked=True)
    deviation = free.filter(measures=pk).first()
    measure = stalled().select_related("owner__principal").filter(pk=pk).first()
    if deviation is None or measure is None:
        return False
    measure.stalled_at = clock.now()
    measure.save(update_fields=["stalled_at"])
    carried_out = measure.carried_out_at is not None
    record(
        deviation, "measure_stalled", by=None,
        data={
            "measure": measure.pk, "owner": measure.owner.full_name, "waits_for": "check" if carried_out else "done",
            "due_on": (measure.check_on if carried_out else measure.due_on).isoformat(),
        },
    )  # fmt: skip
    return True


# ── once a day ───────────────────────────────────────────────────────────────────────────────────────────────────────
DAILY: Sequence[Callable[[], int]] = (alarm_stalled, make_due_duties, begin_due, remind)
_last_done: dict[Callable[[], int], date] = {}


def once_a_day() -> int:
    """Do today's rounds, the first time that this process asks. Another worker's round writes nothing twice."""
    today, done = clock.today(), 0
    for job in DAILY:
        if _last_done.get(job) != today:
            done += job()
            _last_done[job] = today
    return done
