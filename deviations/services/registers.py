"""Registren: agreements with what still cites them, who knows them, and how a unit is reached (B09, E01, E02, E04)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from deviations import clock, privacy
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation
from deviations.services.bodies import SOON
from deviations.services.form import guard
from deviations.workflow import State
from orgs.models import Acknowledgement, Agreement, Body, ContactRoute, County, FailedContact, Organisation, User
from orgs.permissions import Denied, Keys, keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile
from orgs.roles import Ability

AGAIN_AFTER = timedelta(minutes=2)  # a button pressed twice is one try
COUNTED_DAYS = 365


# ── who may read and answer ──────────────────────────────────────────────────────────────────────────────────────────
def in_a_body(keys: Keys, county: County) -> bool:
    """Whether the person reads in one of the county's bodies. One statement."""
    held = keys.bodies.get(Ability.READ, frozenset())
    return bool(held) and Body.objects.filter(pk__in=held, county=county).exists()


def counts_for(keys: Keys, county: County) -> bool:
    """Whether the person may read how units have answered and how often contact failed: members and administrators."""
    return keys.on_county(Ability.MANAGE_MEMBERS, county.pk) or in_a_body(keys, county)


def may_answer_for(user: User, unit: Organisation) -> bool | Denied:
    """Unit managers, for their unit and what is below it."""
    held = keys_of(user).on_organisation(Ability.MANAGE_MEMBERS, unit.pk, unit.principal_id)
    return held or Denied(_("Bara enhetens chef kan svara för enheten."))


def units_answered_for(user: User) -> models.QuerySet[Organisation]:
    """Units in force where the person may answer, in the order of the tree."""
    keys = keys_of(user)
    today = clock.today()
    held = Q(pk__in=keys.organisations.get(Ability.MANAGE_MEMBERS, frozenset())) | Q(
        principal__in=keys.principals.get(Ability.MANAGE_MEMBERS, frozenset())
    )
    return (
        Organisation.objects.filter(held)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .select_related("principal", "county")
        .order_by("path")
    )


# ── agreements ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class AgreementState:
    """`cited_after`: deviations that rest on it though they happened after its last day; None when that is not the
    reader's to know, or when it has not run out. `few`: so few that the number is hidden."""

    agreement: Agreement
    status: str  # expired, expiring, in_force, unknown
    cited_after: int | None
    few: bool = False


def agreements_of(county: County, user: User) -> list[AgreementState]:
    """Every agreement: expired first, then those that run out within half a year. As many statements however many.

    A body's members get the number among what they may see themselves; administrators, who read no deviation, the
    county's number when it is not too small.
    """
    today, keys = clock.today(), keys_of(user)
    rows = list(Agreement.objects.filter(county=county).select_related("successor").prefetch_related("clauses"))
    member = in_a_body(keys, county)
    profile = profile_of(version_in_force(county, today).pk)
    cited: Mapping[str, int] | None = None
    if member:
        cited = cited_after_expiry(rows, profile, Deviation.objects.visible_to(user).filter(county=county))
    elif keys.on_county(Ability.MANAGE_MEMBERS, county.pk):
        cited = cited_after_expiry(rows, profile, Deviation.objects.filter(county=county))
    order = {"expired": 0, "expiring": 1, "unknown": 2, "in_force": 3}
    found = []
    for row in rows:
        status = agreement_status(row, today)
        count = cited.get(row.key, 0) if cited is not None and status == "expired" else None
        few = not member and count is not None and 0 < count < profile.suppression.threshold
        found.append(AgreementState(row, status, None if few else count, few))
    return sorted(found, key=lambda e: (order[e.status], e.agreement.valid_to or date.max, e.agreement.name))


def agreement_status(agreement: Agreement, today: date) -> str:
    if agreement.valid_to is None:
        return "unknown" if agreement.valid_from is None else "in_force"
    if agreement.valid_to < today:
        return "expired"
    return "expiring" if agreement.valid_to <= today + SOON else "in_force"


def cited_after_expiry(
    agreements: Iterable[Agreement], profile: Profile, among: models.QuerySet[Deviation]
) -> Mapping[str, int]:
    """How many deviations rest on each agreement though they happened after its last day: counted in the database.

    One names an agreement or its clause (`lansavtal/sip`); one that names none rests on what its category rests on.
    One statement for all of them.
    """
    today = clock.today()
    expired = [(row.key, row.valid_to) for row in agreements if row.valid_to is not None and row.valid_to < today]
    counts = {
        f"cited_{number}": Count("pk", filter=_rests_on(key, profile) & Q(occurred_on__gt=last))
        for number, (key, last) in enumerate(expired)
    }
    if not counts:
        return {}
    found = among.filter(filed_at__isnull=False).exclude(state=State.WITHDRAWN).aggregate(**counts)
    return {key: found[f"cited_{number}"] for number, (key, _last) in enumerate(expired)}


def _rests_on(key: str, profile: Profile) -> Q:
    by_category = [
        category.code
        for category in profile.categories
        if category.default_clause and category.default_clause.partition("/")[0] == key
    ]
    named = Q(clause_key=key) | Q(clause_key__startswith=f"{key}/")
    return named | Q(clause_key="", category__in=by_category)


# ── who knows them ───────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def acknowledge(
    agreement: Agreement, *, unit: Organisation, known: bool, accepted: bool, applied: bool, comment: str = "", by: User
) -> Acknowledgement:
    """The unit's manager says if the agreement is known, accepted and applied there. Earlier answers stay (E04)."""
    if isinstance(allowed := may_answer_for(by, unit), Denied):
        raise NotYours(allowed.reason)
    if agreement.county_id != unit.county_id:
        raise Invalid({"agreement": [("unknown", _("Överenskommelsen finns inte i ditt län."))]})
    if (accepted or applied) and not known:
        raise Invalid({"known": [("required", _("Det som accepteras eller tillämpas behöver vara känt."))]})
    if not (known and accepted and applied) and not comment.strip():
        raise Invalid({"comment": [("required", _("Skriv vad som behövs för att ni ska kunna tillämpa den."))]})
    guard("comment", comment)
    return Acknowledgement.objects.create(
        agreement=agreement, organisation=unit, known=known, accepted=accepted, applied=applied, comment=comment,
        at=clock.now(), by=by,
    )  # fmt: skip


def newest_answers(
    agreements: Iterable[Agreement], units: Iterable[Organisation]
) -> dict[tuple[int, int], Acknowledgement]:
    """By (agreement, unit). One statement."""
    rows = Acknowledgement.objects.filter(agreement__in=list(agreements), organisation__in=list(units))
    found: dict[tuple[int, int], Acknowledgement] = {}
    for row in rows.order_by("at", "pk"):
        found[row.agreement_id, row.organisation_id] = row
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of a principal's units have answered about an agreement, and how."""

    principal: Organisation
    units: int
    answered: int
    known: int
    applied: int


def answered_by_principal(agreement: Agreement) -> list[Answered]:
    """For the body: which principals' units have answered. Units are those in force that are not principals."""
    today = clock.today()
    units = list(
        Organisation.objects.filter(county_id=agreement.county_id, parent__isnull=False)
        .exclude(unit_kind="administration")
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .select_related("principal")
    )
    answers = newest_answers([agreement], units)
    by_principal: dict[Organisation, list[Organisation]] = {}
    for unit in units:
        if unit.principal is not None:
            by_principal.setdefault(unit.principal, []).append(unit)
    found = []
    for principal, own in by_principal.items():
        given = [answers[agreement.pk, unit.pk] for unit in own if (agreement.pk, unit.pk) in answers]
        known, applied = sum(a.known for a in given), sum(a.applied for a in given)
        found.append(Answered(principal, len(own), len(given), known, applied))
    return sorted(found, key=lambda each: (each.answered / each.units, each.principal.name))


# ── contact routes ───────────────────────────────────────────────────────────────────────────────────────────────────
def routes_of(county: County) -> models.QuerySet[ContactRoute]:
    """Those in use, with how many have tried in vain during the last year (`failed`), and the latest (`failed_at`)."""
    since = clock.now() - timedelta(days=COUNTED_DAYS)
    lately = Q(failures__at__gte=since)
    return (
        ContactRoute.objects.filter(organisation__county=county, ended_at__isnull=True)
        .select_related("organisation__principal", "organisation__county")
        .annotate(failed=Count("failures", filter=lately), failed_at=models.Max("failures__at", filter=lately))
        .order_by("organisation__path", "name")
    )


def sees_failures(keys: Keys, route: ContactRoute, *, of_county: bool) -> bool:
    """The count is for the unit itself and for the bodies and administrators of the county (`counts_for`)."""
    unit = route.organisation
    return of_county or any(
        keys.on_organisation(ability, unit.pk, unit.principal_id) for ability in (Ability.READ, Ability.FILE)
    )


@transaction.atomic
def log_failed_contact(route: ContactRoute, *, unit: Organisation, by: User) -> FailedContact:
    """ "Ingen svarade." Nothing is said about whom it concerned. Twice within two minutes from one unit is one try."""
    if not keys_of(by).on_organisation(Ability.FILE, unit.pk, unit.principal_id):
        raise NotYours(_("Du kan bara notera från en enhet där du arbetar."))
    route = ContactRoute.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=route.pk)
    if route.ended_at is not None:
        raise WrongState(_("Kontaktvägen används inte längre."))
    if route.organisation.county_id != unit.county_id:
        raise Invalid({"unit": [("unknown", _("Kontaktvägen finns i ett annat län."))]})
    now = clock.now()
    just_now = FailedContact.objects.filter(route=route, tried_by_unit=unit, by=by, at__gt=now - AGAIN_AFTER)
    return just_now.first() or FailedContact.objects.create(route=route, tried_by_unit=unit, at=now, by=by)


@transaction.atomic
def write_route(
    unit: Organisation, *, name: str, hours: str = "", phone: str = "", route: ContactRoute | None = None, by: User
) -> ContactRoute:
    """The unit's manager promises how it is reached. A new promise ends the old row: failures stay with theirs."""
    if isinstance(allowed := may_answer_for(by, unit), Denied):
        raise NotYours(allowed.reason)
    if not name.strip():
        raise Invalid({"name": [("required", _("Skriv vad kontaktvägen kallas."))]})
    guard("name", name)
    guard("hours", hours)
    _guard_phone(phone)
    taken = ContactRoute.objects.filter(organisation=unit, name=name, ended_at__isnull=True)
    if route is not None:
        if route.organisation_id != unit.pk:
            raise Invalid({"name": [("unknown", _("Kontaktvägen hör till en annan enhet."))]})
        taken = taken.exclude(pk=route.pk)
    if taken.exists():
        raise Invalid({"name": [("twice", _("Enheten har redan en kontaktväg med det namnet."))]})
    if route is not None:
        end_route(route, by=by)
    return ContactRoute.objects.create(organisation=unit, name=name, hours=hours, phone=phone)


def _guard_phone(phone: str) -> None:
    """A telephone number is meant here, and nothing else that points at a person. A number that is dialled begins with
    a nought and is not written as an identity number is."""
    blocking = [
        (found.code, found.message)
        for found in privacy.scan(phone)
        if found.blocks and found.code != privacy.PHONE and not _DIALLED.match(found.text)
    ]
    if blocking:
        raise Invalid({"phone": blocking})


_DIALLED = re.compile(r"(?!\d{6}[-+]\d{4}$)0\d")


@transaction.atomic
def end_route(route: ContactRoute, *, by: User) -> None:
    """It is no longer used. What was tried in vain stays."""
    route = ContactRoute.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=route.pk)
    if isinstance(allowed := may_answer_for(by, route.organisation), Denied):
        raise NotYours(allowed.reason)
    if route.ended_at is None:
        route.ended_at = clock.now()
        route.save(update_fields=["ended_at"])
