"""Filing: a draft, and the submission that routes it. Nothing is half-saved.

Requirements A01, A05, B01, C01; DESIGN decisions 2 and 4.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import ChangedMeanwhile, Invalid, NotYours, SentTwiceDifferently
from deviations.history import record
from deviations.models import Deviation, LocalReference, Party, Submission
from deviations.routing import Routing, route
from deviations.search import tokens_of
from deviations.services import draft_pages
from deviations.services.begin import begin, done
from deviations.services.form import Filing, check, facts_of, guard, profile_for
from deviations.services.receivers import deliver
from deviations.workflow import State
from orgs.models import Body, Clause, Organisation, ProfileVersion, User
from orgs.permissions import keys_of
from orgs.profiles.schema import Profile
from orgs.roles import Ability


def save_draft(filing: Filing, *, by: User, draft: Deviation | None = None) -> Deviation:
    """Keep what is filled in so far. A draft is its author's alone: it has no parties, number or history yet.

    Text that the guard would block is kept too: it is the author's own, and is asked about again before sending.
    Raises `NotYours` when the person may not file from the unit, `WrongState` when the draft has been sent.
    """
    require_may_file(by, filing.reporting_unit)
    with transaction.atomic():
        if draft is None:
            draft = Deviation(filed_by=by)
        else:
            draft, _acting = begin(draft, "submit", by=by)
            draft_pages.forget(draft)
        _write(draft, filing)
    return draft


@transaction.atomic
def change_draft(
    draft: Deviation, change: Callable[[Filing], Filing], *, by: User, page: draft_pages.Page | None = None,
    if_late: Callable[[Filing], Filing] = lambda kept: kept,
) -> Filing:  # fmt: skip
    """Change what the draft holds now, whatever it held when its page was read: two changes sent at once both stay.

    `page`: what the person wrote on. Of what it sent before its latest, but comes after, only `if_late` is done.
    Raises as `save_draft`, and `ChangedMeanwhile` when the same step has been written in on another page since this one
    was shown.
    """
    draft, _acting = begin(draft, "submit", by=by)
    kept = filing_of(draft)
    filing = change(kept)
    require_may_file(by, filing.reporting_unit)
    if page is not None and not draft_pages.may_write(draft, page, kept, filing):
        filing = if_late(kept)
    _write(draft, filing)
    return filing


def _write(draft: Deviation, filing: Filing) -> None:
    fill(draft, filing)
    draft.save()
    _keep_reference(draft, filing)


def filing_of(draft: Deviation) -> Filing:
    """The draft as a `Filing` again."""
    ids = [draft.receiving_unit_id, *draft.other_receiving]
    units = Organisation.objects.select_related("principal").in_bulk([pk for pk in ids if pk])
    reference = LocalReference.objects.filter(deviation=draft).first()
    assert draft.reporting_unit is not None  # noqa: S101  # a draft is made with its unit
    return Filing(
        reporting_unit=draft.reporting_unit,
        receiving_units=tuple(units[pk] for pk in ids if pk in units),
        happened=draft.happened,
        occurred_on=draft.occurred_on,
        category=draft.category,
        kind=draft.kind,
        age=draft.age,
        target_group=draft.target_group,
        comment=draft.comment,
        suggestion=draft.suggestion,
        consequence_person=draft.consequence_person,
        consequence_organisation=draft.consequence_organisation,
        clause=draft.clause_key,
        cites=draft.cites,
        problem_area=draft.problem_area,
        care_level=draft.care_level,
        solved_on_the_spot=draft.solved_on_the_spot,
        occurrences=draft.occurrences,
        tags=tuple(draft.tags),
        local_reference=reference.reference if reference else "",
    )


@transaction.atomic
def submit(draft: Deviation, *, by: User, summary: str = "") -> Deviation:
    """Route the draft and send it to its accountable body, once: a draft already sent is returned as it is.

    `summary`: `draft_pages.mark_of` the answers that the person looked over. Raises `Invalid` with every fault at its
    field, `NotYours`, and `ChangedMeanwhile` when the draft holds other answers now.
    """
    current = (
        Deviation.objects.select_for_update(of=("self",)).select_related("reporting_unit__principal").get(pk=draft.pk)
    )
    if current.filed_by_id == by.pk and current.filed_at is not None:
        return current
    draft, _acting = begin(current, "submit", by=by)
    filing = filing_of(draft)
    if summary and summary != draft_pages.mark_of(filing, draft_pages.WHAT, draft_pages.CONCERNS):
        raise ChangedMeanwhile(
            _("Utkastet har ändrats sedan du såg över det. Se över det igen, och skicka det sedan."), []
        )
    return _send(draft, filing, _judged(filing, by), by)


def file(filing: Filing, *, by: User) -> Deviation:
    """Fill in and submit in one go: one-click entries, imports, the API. Raises `Invalid`, `NotYours`.

    Everything that can be judged beforehand is, so that the write lock is held for the writes alone.
    """
    ready = _judged(filing, by)
    with transaction.atomic():
        return _file(filing, ready, by)


def file_once(filing: Filing, *, by: User, idempotency_key: str) -> tuple[Deviation, bool]:
    """`file`, where the same submission sent twice is stored once. The bool says whether it was stored now.

    Safe also when both arrive at the same moment: the later one is undone whole. Another content under the same key
    raises `SentTwiceDifferently`.
    """
    if earlier := _sent_before(filing, by, idempotency_key):
        return earlier, False
    ready = _judged(filing, by)
    try:
        with transaction.atomic():
            deviation = _file(filing, ready, by)
            Submission.objects.create(
                filed_by=by, key=idempotency_key, fingerprint=filing.fingerprint(), deviation=deviation
            )
    except IntegrityError:
        twin = _sent_before(filing, by, idempotency_key)
        if twin is None:
            raise
        return twin, False
    return deviation, True


def _judged(filing: Filing, by: User) -> tuple[ProfileVersion, Profile]:
    """The profile in force, when the person may file this from there and nothing in it is at fault."""
    require_may_file(by, filing.reporting_unit)
    version, profile = profile_for(filing)
    errors, _findings = check(filing, profile)
    if errors:
        raise Invalid(errors)
    return version, profile


def _file(filing: Filing, ready: tuple[ProfileVersion, Profile], by: User) -> Deviation:
    deviation = Deviation(filed_by=by)
    fill(deviation, filing)
    return _send(deviation, filing, ready, by)


def _sent_before(filing: Filing, by: User, key: str) -> Deviation | None:
    earlier = Submission.objects.select_related("deviation").filter(filed_by=by, key=key).first()
    if earlier is None:
        return None
    if earlier.fingerprint != filing.fingerprint():
        raise SentTwiceDifferently(_("Samma nyckel har redan använts för en annan avvikelse."))
    return earlier.deviation


@transaction.atomic
def discard(draft: Deviation, *, by: User) -> None:
    """Throw a draft away. The text goes; the empty row stays so that a late autosave finds nothing to revive."""
    draft, _acting = begin(draft, "discard", by=by)
    empty = Filing(reporting_unit=filing_of(draft).reporting_unit)
    fill(draft, empty)
    draft.state = State.DISCARDED
    draft.save()
    LocalReference.objects.filter(deviation=draft).delete()
    draft_pages.forget(draft)


@transaction.atomic
def withdraw(deviation: Deviation, *, reason: str = "", by: User, seen: int | None = None) -> Deviation:
    """Take it back before the group has received it. It stays in the history and is not counted."""
    deviation, acting = begin(deviation, "withdraw", by=by, seen=seen)
    guard("reason", reason)
    deviation.state = State.WITHDRAWN
    deviation.deliveries.filter(ended_at__isnull=True).update(ended_at=clock.now())
    done(deviation, "withdraw", by, acting, reason=reason)
    return deviation


def require_may_file(by: User, unit: Organisation) -> None:
    """Raises `NotYours` unless the person files from the unit. A preview asks too: it tells what came before."""
    if not keys_of(by).on_organisation(Ability.FILE, unit.pk, unit.principal_id):
        raise NotYours(_("Du kan bara anmäla från en enhet där du arbetar."))


def fill(deviation: Deviation, filing: Filing) -> None:
    """Copy what was filled in to the row."""
    unit = filing.reporting_unit
    first = filing.receiving_units[0] if filing.receiving_units else None
    deviation.county_id = unit.county_id
    deviation.reporting_unit = unit
    deviation.reporting_principal_id = unit.principal_id
    deviation.receiving_unit = first
    deviation.receiving_principal_id = first.principal_id if first else None
    deviation.other_receiving = [other.pk for other in filing.receiving_units[1:]]
    deviation.municipality_code = unit.municipality_code or (first.municipality_code if first else "")
    for name in (
        "happened", "occurred_on", "category", "kind", "age", "target_group", "comment", "suggestion",
        "consequence_person", "consequence_organisation", "problem_area", "care_level", "solved_on_the_spot",
        "occurrences", "cites",
    ):  # fmt: skip
        setattr(deviation, name, getattr(filing, name))
    deviation.clause_key = filing.clause
    deviation.tags = list(filing.tags)


def _keep_reference(deviation: Deviation, filing: Filing) -> None:
    if filing.local_reference:
        LocalReference.objects.update_or_create(
            deviation=deviation,
            defaults={
                "reference": filing.local_reference,
                "principal": filing.reporting_unit.principal or filing.reporting_unit,
            },
        )
    else:
        LocalReference.objects.filter(deviation=deviation).delete()


def _send(deviation: Deviation, filing: Filing, ready: tuple[ProfileVersion, Profile], by: User) -> Deviation:
    version, profile = ready
    was_draft = deviation.pk is not None
    routing = route(facts_of(filing, profile), profile)
    concerned = [routing.accountable, *routing.informed]
    bodies = {body.key: body for body in Body.objects.filter(county_id=deviation.county_id, key__in=concerned)}
    take_in(
        deviation, filing, profile=profile, version=version, routing=routing, accountable=bodies[routing.accountable]
    )
    deviation.clause = _clause(filing)
    deviation.year = timezone.localdate(clock.now()).year
    deviation.number = _next_number(deviation.county_id, deviation.year)
    record(deviation, "submit", by=by, acting_for=filing.reporting_unit, data=submission_facts(deviation, version))
    informed = [bodies[key] for key in routing.informed]
    Party.objects.bulk_create(parties_of(deviation, filing, informed))
    deliver(deviation, bodies[routing.accountable])
    if was_draft:
        draft_pages.forget(deviation)
    if was_draft or filing.local_reference:
        _keep_reference(deviation, filing)
    return deviation


def take_in(
    deviation: Deviation, filing: Filing, *, profile: Profile, version: ProfileVersion, routing: Routing,
    accountable: Body,
) -> None:  # fmt: skip
    """Set everything that a submission decides, but the number. Touches no database: the demo is built with it."""
    category = profile.category(filing.category)
    fill(deviation, filing)
    deviation.category = category.code
    deviation.title = category.name
    if category.good_example:
        deviation.kind = Deviation.Kind.GOOD_EXAMPLE
    deviation.target_group = routing.target_group or ""
    units = (filing.reporting_unit, *filing.receiving_units)
    deviation.search_stems = tokens_of(
        category.name, filing.happened, filing.comment, filing.suggestion, *(unit.full_name for unit in units)
    )
    deviation.profile_version = version
    deviation.accountable_body = accountable
    deviation.accountable_shown = routing.accountable_shown
    deviation.rule_id = routing.rule_id
    deviation.routing = routing.as_dict()
    deviation.flags = list(routing.flags)
    deviation.triage_due_on = routing.triage_due_on
    deviation.answer_due_on = routing.answer_due_on
    deviation.filed_at = clock.now()
    deviation.state = State.SUBMITTED


def submission_facts(deviation: Deviation, version: ProfileVersion) -> dict[str, Any]:
    """What the history says of a submission."""
    assert deviation.accountable_body is not None  # noqa: S101  # taken in
    cited = {"cites": str(deviation.cites.public_id)} if deviation.cites is not None else {}
    return {
        **cited,
        "accountable": deviation.accountable_body.key,
        "shown_as": deviation.accountable_shown,
        "rule": deviation.rule_id,
        "profile_version": version.number,
        "flags": list(deviation.flags),
    }


def parties_of(deviation: Deviation, filing: Filing, informed: Iterable[Body]) -> list[Party]:
    """One row for each of those concerned, not yet stored."""

    def party(role: Party.Role, shown_as: str, **who: Any) -> Party:
        assert deviation.filed_at is not None  # noqa: S101  # taken in
        return Party(deviation=deviation, role=role, shown_as=shown_as, filed_at=deviation.filed_at, **who)

    unit = filing.reporting_unit
    return [
        party(Party.Role.REPORTER, unit.full_name, person_id=deviation.filed_by_id),
        party(Party.Role.REPORTING, unit.full_name, organisation=unit, principal_id=unit.principal_id),
        *(
            party(Party.Role.RECEIVING, other.full_name, organisation=other, principal_id=other.principal_id)
            for other in filing.receiving_units
        ),
        party(Party.Role.ACCOUNTABLE, deviation.accountable_shown, body=deviation.accountable_body),
        *(party(Party.Role.INFORMED, body.name, body=body) for body in informed),
    ]


def _clause(filing: Filing) -> Clause | None:
    agreement, _slash, clause = filing.clause.partition("/")
    if not clause:
        return None
    return Clause.objects.filter(
        agreement__county_id=filing.reporting_unit.county_id, agreement__key=agreement, key=clause
    ).first()


def _next_number(county_id: int, year: int) -> int:
    """One statement that both engines run: nobody reads a number that another is about to take."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deviations_numberseries (county_id, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (county_id, year) DO UPDATE SET last = deviations_numberseries.last + 1 RETURNING last",
            [county_id, year],
        )
        return int(cursor.fetchone()[0])
