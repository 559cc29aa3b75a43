"""What a person fills in when filing, and every way it can be at fault. Writes nothing."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from deviations import clock, privacy
from deviations.errors import Invalid
from deviations.models import Deviation, Precedent
from deviations.routing import Facts, PartyFacts, Routing, route
from deviations.workflow import State
from orgs.models import Organisation, ProfileVersion
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile

FREE_TEXT = ("happened", "comment", "suggestion", "local_reference")
EARLIEST = date(1900, 1, 1)
MOST_OCCURRENCES = 999
ROUTED_BY = frozenset(
    ("category", "receiving_units", "occurred_on", "age", "target_group", "clause", "problem_area", "care_level")
)
"""Fields that routing reads: with a fault in one of them there is no route to show yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a person fills in. Organisations and a precedent as rows; everything else as the profile's codes."""

    reporting_unit: Organisation
    receiving_units: tuple[Organisation, ...] = ()
    happened: str = ""
    occurred_on: date | None = None
    category: str = ""
    kind: str = Deviation.Kind.EVENT
    age: int | None = None
    target_group: str = ""
    comment: str = ""
    suggestion: str = ""
    consequence_person: str = ""
    consequence_organisation: str = ""
    clause: str = ""  # "agreement" or "agreement/clause"
    cites: Precedent | None = None
    problem_area: str = ""
    care_level: int | None = None
    solved_on_the_spot: bool = False
    occurrences: int = 1  # a frequent mild event is filed once, with how many times it happened
    tags: tuple[str, ...] = ()
    local_reference: str = ""

    def fingerprint(self) -> str:
        """SHA-256 of the content, so that a key sent again with another content is noticed."""
        return hashlib.sha256(self.content(field.name for field in fields(self)).encode()).hexdigest()

    def content(self, names: Iterable[str]) -> str:
        """Those answers as JSON, the same for the same answers; rows as their ids."""
        rows = {
            "reporting_unit": self.reporting_unit.pk,
            "receiving_units": [unit.pk for unit in self.receiving_units],
            "cites": self.cites.pk if self.cites else None,
        }
        return json.dumps({n: rows.get(n, getattr(self, n)) for n in names}, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a submission would lead to. `routing` is None until enough is filled in; `errors` as in `Invalid`."""

    routing: Routing | None
    errors: dict[str, list[tuple[str, str]]]
    findings: dict[str, list[privacy.Finding]]  # blocking and warning, per free-text field


def preview(filing: Filing) -> Preview:
    """Check and route without writing. The page shows this before sending (A02: the reporter sees where it goes)."""
    _version, profile = profile_for(filing)
    errors, findings = check(filing, profile)
    routable = errors.keys().isdisjoint(ROUTED_BY)
    routing = route(facts_of(filing, profile), profile) if routable else None
    return Preview(routing, errors, findings)


def check(
    filing: Filing, profile: Profile
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[privacy.Finding]]]:
    """Every fault per field with a stable code and a Swedish sentence, and the privacy guard's findings."""
    errors: dict[str, list[tuple[str, str]]] = {}

    def fault(field: str, code: str, text: str) -> None:
        errors.setdefault(field, []).append((code, text))

    if not filing.happened.strip():
        fault("happened", "required", _("Berätta vad som hände."))
    if not filing.receiving_units:
        fault("receiving_units", "required", _("Välj vilken verksamhet det gäller."))
    elif any(unit.county_id != filing.reporting_unit.county_id for unit in filing.receiving_units):
        fault("receiving_units", "other_county", _("Verksamheten finns inte i ditt län."))
    elif len({unit.pk for unit in filing.receiving_units}) < len(filing.receiving_units):
        fault("receiving_units", "twice", _("Samma verksamhet är vald två gånger."))
    if filing.occurred_on is None:
        fault("occurred_on", "required", _("Ange vilken dag det hände."))
    elif filing.occurred_on > clock.today():
        fault("occurred_on", "in_future", _("Dagen har inte varit än."))
    elif filing.occurred_on < EARLIEST:
        fault("occurred_on", "out_of_range", _("Ange ett datum från 1900 och framåt."))
    if filing.age is not None and not 0 <= filing.age <= 120:
        fault("age", "out_of_range", _("Ange åldern i hela år, 0 till 120."))
    if filing.target_group and filing.target_group not in {g.id for g in profile.target_groups}:
        fault("target_group", "unknown", _("Målgruppen finns inte i länets profil."))
    if not 1 <= filing.occurrences <= MOST_OCCURRENCES:
        fault("occurrences", "out_of_range", _("Ange hur många gånger det har hänt, 1 till 999."))
    if filing.kind not in Deviation.Kind.values:
        fault("kind", "unknown", _("Välj risk, tillbud, händelse eller gott exempel."))
    _check_category(filing, profile, fault)
    _check_consequences(filing, profile, fault)
    if filing.clause:
        try:
            profile.cited(filing.clause)
        except KeyError:
            fault("clause", "unknown", _("Överenskommelsen finns inte i länets profil."))
    if filing.cites and filing.cites.county_id != filing.reporting_unit.county_id:
        fault("cites", "does_not_exist", _("Avgörandet finns inte i ditt län."))
    elif filing.cites and filing.cites.withdrawn_at is not None:
        fault("cites", "withdrawn", _("Avgörandet är återkallat och gäller inte längre."))
    if filing.problem_area and filing.problem_area not in {area.id for area in profile.responsibility.areas}:
        fault("problem_area", "unknown", _("Området finns inte i länets profil."))
    if filing.care_level is not None and filing.care_level not in profile.responsibility.levels:
        fault("care_level", "unknown", _("Vårdnivån finns inte i länets profil."))
    findings = {name: found for name in FREE_TEXT if (found := privacy.scan(getattr(filing, name)))}
    if in_tags := [finding for tag in filing.tags for finding in privacy.scan(tag)]:
        findings["tags"] = in_tags
    for name, found in findings.items():
        for finding in found:
            if finding.blocks:
                fault(name, finding.code, finding.message)
    return errors, findings


def _check_category(filing: Filing, profile: Profile, fault: Any) -> None:
    if not filing.category:
        fault("category", "required", _("Välj vad det liknar mest."))
        return
    try:
        category = profile.category(filing.category)
    except KeyError:
        fault("category", "unknown", _("Kategorin finns inte i länets profil."))
        return
    if category.retired:
        fault("category", "retired", _("Kategorin används inte längre. Välj en annan."))


def _check_consequences(filing: Filing, profile: Profile, fault: Any) -> None:
    for field in ("consequence_person", "consequence_organisation"):
        known = {choice.id for choice in getattr(profile, field.replace("consequence", "consequences"))}
        if (given := getattr(filing, field)) and given not in known:
            fault(field, "unknown", _("Följden finns inte i länets profil."))


def guard(field: str, text: str) -> None:
    """Refuse free text that would carry identity across an organisation's border (A05). Used by every step."""
    blocking = [(f.code, f.message) for f in privacy.scan(text) if f.blocks]
    if blocking:
        raise Invalid({field: blocking})


def require(field: str, text: str, sentence: str) -> None:
    """Free text that must be there, and carries no identity. Raises `Invalid` at the field."""
    if not text.strip():
        raise Invalid({field: [("required", sentence)]})
    guard(field, text)


def profile_for(filing: Filing) -> tuple[ProfileVersion, Profile]:
    version = version_in_force(filing.reporting_unit.county, clock.today())
    return version, profile_of(version.pk)


def facts_of(filing: Filing, profile: Profile) -> Facts:
    """The facts that decide where it goes. Counts earlier similar ones in the database."""
    earlier = _earlier_similar(filing, profile.category(filing.category).code, profile)
    return facts_from(filing, profile, earlier_similar=earlier)


def facts_from(filing: Filing, profile: Profile, *, earlier_similar: int) -> Facts:
    """The same, with the count given."""
    assert filing.occurred_on is not None  # noqa: S101  # checked before
    return Facts(
        occurred_on=filing.occurred_on,
        filed_on=clock.today(),
        category=profile.category(filing.category).code,
        kind=filing.kind,
        age=filing.age,
        target_group=filing.target_group or None,
        reporting=_party_facts(filing.reporting_unit),
        receiving=tuple(_party_facts(unit) for unit in filing.receiving_units),
        clause=filing.clause or None,
        tags=filing.tags,
        solved_on_the_spot=filing.solved_on_the_spot,
        problem_area=filing.problem_area or None,
        care_level=filing.care_level,
        happened=filing.happened,
        earlier_similar=earlier_similar,
    )


def _party_facts(unit: Organisation) -> PartyFacts:
    principal = unit.principal or unit
    return PartyFacts(
        unit=unit.name,
        principal=principal.name,
        principal_kind=principal.kind,
        municipality_code=unit.municipality_code or None,
    )


def _earlier_similar(filing: Filing, category: str, profile: Profile) -> int:
    """How many submitted ones with the same category and receiving unit came from the same principal in the window."""
    since = clock.now() - timedelta(days=round(profile.recurring.within_months * 30.44))
    return (
        Deviation.objects.filter(
            county_id=filing.reporting_unit.county_id, category=category, receiving_unit=filing.receiving_units[0],
            filed_at__gte=since, reporting_principal_id=filing.reporting_unit.principal_id,
        )
        .exclude(state__in=[State.WITHDRAWN, State.MERGED])
        .count()
    )  # fmt: skip
