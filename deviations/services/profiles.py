"""A new version of a county's profile: checked whole, proved, tried on the past, stored, and in force from a day.

DESIGN decisions 1 and 2, requirements B01, D10, F02. The rows that need identity follow in the same transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import NotYours, Refused
from deviations.facts import Facts, PartyFacts, Point, UnknownFact, point_of
from deviations.learning.refresh import touch_cited
from deviations.models import Deviation
from deviations.proof import Proof, prove
from deviations.routing import accountable_of, matching, route
from deviations.services.indicators import follow_indicators, uncounted
from deviations.workflow import State
from orgs.models import Body, County, Organisation, ProfileVersion, User
from orgs.permissions import keys_of
from orgs.profiles import loader
from orgs.profiles.active import NoProfileInForce, version_in_force
from orgs.profiles.references import Fault
from orgs.profiles.schema import Profile
from orgs.profiles.sync import Changes, synchronise
from orgs.roles import Ability

CHUNK = 2000
SHOWN_MOVES = 500
OVER = (State.CLOSED, State.WITHDRAWN, State.DRAFT, State.DISCARDED)


class ProfileRefused(Refused):
    """The profile cannot be used; `faults` says everything that is wrong, in Swedish."""

    status = 400
    code = "profile_refused"

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Move:
    """A past deviation that the profile would have sent elsewhere. Carries no text and no identity."""

    reference: str
    category: str
    age: int | None
    before: str
    after: str
    why: str


@dataclass(slots=True)
class DryRun:
    """`moves` holds the first of them, `moved` counts all. `unroutable`: facts that the profile no longer knows."""

    seen: int = 0
    moved: int = 0
    moves: list[Move] = field(default_factory=list)
    unroutable: dict[str, int] = field(default_factory=dict)

    @property
    def stay(self) -> int:
        return self.seen - self.moved - sum(self.unroutable.values())


def checked(source: str) -> tuple[Profile, Proof]:
    """The profile with its proof. Raises ProfileRefused with every fault of shape, reference or routing."""
    try:
        profile, broken = loader.read(source)
    except loader.ProfileError as error:
        raise ProfileRefused(map(str, error.faults)) from error
    if unknown := uncounted(profile):
        raise ProfileRefused(unknown)
    proof = prove(profile)
    if not proof.ok:
        raise ProfileRefused([*map(str, broken), *proof.examples()])
    return profile, proof


@transaction.atomic
def activate(county: County | None, source: str, *, from_date: date, by: User | None) -> ProfileVersion:
    """Store the document as the county's next version, in force from that day, and bring the rows in step.

    `by=None` is the system itself (command line, demo), which alone may start a new county. Nothing about deviations
    already filed changes: each keeps its version. For a later day only new rows are made now, and `catch_up` does the
    rest when the day has come. The same document from the same day is not stored twice.
    Raises NotYours, ProfileRefused.
    """
    profile, _proof = checked(source)
    county = _county(county, profile, by)
    if county is not None:
        require_administrator(by, county)
        County.objects.select_for_update().get(pk=county.pk)  # two administrators at once: one after the other
        if faults := [*_against_rows(county, profile), *_against_time(county, from_date)]:
            raise ProfileRefused(faults)
        latest = ProfileVersion.objects.filter(county=county).order_by("-number").first()
        if latest and (latest.checksum, latest.active_from) == (loader.checksum(profile), from_date):
            return latest
    county, changes = synchronise(profile, on=from_date, only_new=from_date > clock.today())
    if changes:
        touch_cited(county)
    if from_date <= clock.today():
        follow_indicators(county, profile)
    number = ProfileVersion.objects.filter(county=county).aggregate(last=Max("number"))["last"] or 0
    return ProfileVersion.objects.create(
        county=county,
        number=number + 1,
        active_from=from_date,
        source=source,
        document=loader.to_json(profile),
        checksum=loader.checksum(profile),
        activated_by=by,
    )


@transaction.atomic
def catch_up(county: County) -> Changes:
    """Bring the rows in step with the version in force today: for the day when a version stored earlier begins."""
    version = version_in_force(county, clock.today())
    profile = loader.from_json(version.document)
    _county_row, changes = synchronise(profile, on=version.active_from)
    if changes:
        touch_cited(county)
    follow_indicators(county, profile)
    return changes


# Versions stored before their first day that this process has let take hold; they stay so, for only this module writes.
_in_step: set[int] = set()


def catch_up_due() -> int:
    """`catch_up` for versions stored ahead whose day has come; returns how many counties changed.

    One look when there is none. Several workers may run it: the second finds the rows in step.
    """
    stored_ahead = ProfileVersion.objects.filter(
        active_from__lte=clock.today(), activated_at__date__lt=F("active_from")
    ).exclude(pk__in=_in_step)
    changed = 0
    for version in stored_ahead.select_related("county").defer("source", "document"):
        changed += bool(catch_up(version.county))
        _in_step.add(version.pk)
    return changed


def dry_run(county: County, profile: Profile, *, by: User | None) -> DryRun:
    """Every submitted deviation of the county, routed by a proved profile as if filed under it. Writes nothing.

    Compared with where each was first sent, not with where it was handed over since. Raises NotYours.
    """
    require_administrator(by, county)
    units = {unit.pk: unit for unit in Organisation.objects.filter(county=county).select_related("principal")}
    result = DryRun()
    known: dict[Point, str] = {}
    for deviation in _submitted(county):
        result.seen += 1
        facts = _facts_of(deviation, units)
        try:
            point = point_of(facts, profile)
            if point not in known:
                [(_group, rule)] = matching(profile, point)
                known[point] = accountable_of(rule, profile)
            if known[point] != _first_body(deviation, profile):
                result.moved += 1
                if len(result.moves) < SHOWN_MOVES:
                    result.moves.append(_move(deviation, facts, profile))
        except UnknownFact as unknown:
            result.unroutable[unknown.reason] = result.unroutable.get(unknown.reason, 0) + 1
    return result


def document_in_force(county: County) -> Profile | None:
    """The county's profile today; None for a county that has none yet."""
    try:
        return loader.from_json(version_in_force(county, clock.today()).document)
    except NoProfileInForce:
        return None


def require_administrator(by: User | None, county: County) -> None:
    """Raises NotYours unless the person administers the county's profile. `None` is the system itself."""
    if by is not None and not keys_of(by).on_county(Ability.MANAGE_PROFILE, county.pk):
        raise NotYours(_("Bara länets administratör kan ändra länets profil."))


def _county(county: County | None, profile: Profile, by: User | None) -> County | None:
    found = County.objects.filter(code=profile.county.code).first()
    if county is not None and found != county:
        raise ProfileRefused(
            [_("Filen gäller %(other)s, inte %(own)s.") % {"other": profile.county.name, "own": county.name}]
        )
    if found is None and by is not None:
        raise NotYours(_("Ett nytt län läggs in av den som driver systemet."))
    if found is None and County.objects.filter(slug=profile.county.slug).exists():
        raise ProfileRefused([_("Ett annat län har redan kortnamnet %(slug)s.") % {"slug": profile.county.slug}])
    return found


def _against_time(county: County, from_date: date) -> Iterator[str]:
    """A version may not begin before the one in force, which deviations have been filed under."""
    try:
        current = version_in_force(county, clock.today())
    except NoProfileInForce:
        return
    if from_date < current.active_from:
        yield _("Version %(number)d gäller sedan %(day)s. En ny version kan inte börja gälla tidigare.") % {
            "number": current.number,
            "day": current.active_from.isoformat(),
        }


def _against_rows(county: County, profile: Profile) -> Iterator[str]:
    """What would break deviations that are under way, or rights that are held."""
    owners = {unit.id: principal.id for principal, unit, _parent in profile.all_units()}
    rows = Organisation.objects.filter(county=county).select_related("principal")
    for row in rows:
        if row.principal and row.key in owners and owners[row.key] != row.principal.key:
            yield str(Fault(f"principals/{owners[row.key]}/units/{row.key}", _unit_moved(row)))
    bodies = {body.id for body in profile.bodies}
    for body in Body.objects.filter(county=county).exclude(key__in=bodies):
        waiting = Deviation.objects.filter(county=county, accountable_body=body).exclude(state__in=OVER).count()
        if waiting:
            text = _("organet ansvarar för %(count)d pågående avvikelser och kan inte tas bort; lämna över dem först")
            yield str(Fault(f"bodies/{body.key}", text % {"count": waiting}))


def _unit_moved(row: Organisation) -> str:
    owner = row.principal.name if row.principal else ""
    return _("%(unit)s hör till %(owner)s och kan inte byta huvudman; ge den ett nytt id") % {
        "unit": row.name,
        "owner": owner,
    }


def _submitted(county: County) -> Iterator[Deviation]:
    return (
        Deviation.objects.submitted()
        .filter(county=county)
        .only(
            "year", "number", "category", "kind", "age", "target_group", "occurred_on", "filed_at", "routing",
            "reporting_unit_id", "receiving_unit_id", "other_receiving", "clause_key",
        )
        .order_by("pk")
        .iterator(chunk_size=CHUNK)
    )  # fmt: skip


def _first_body(deviation: Deviation, profile: Profile) -> str:
    """Where it was sent when filed, by its id in this profile."""
    first = str(deviation.routing.get("accountable", ""))
    try:
        return profile.body(first).id
    except KeyError:
        return first


def _facts_of(deviation: Deviation, units: dict[int, Organisation]) -> Facts:
    receiving = [deviation.receiving_unit_id, *deviation.other_receiving]
    filed_on = timezone.localdate(deviation.filed_at) if deviation.filed_at else clock.today()
    return Facts(
        occurred_on=deviation.occurred_on or filed_on,
        filed_on=filed_on,
        category=deviation.category,
        kind=deviation.kind,
        age=deviation.age,
        target_group=deviation.target_group or None if deviation.age is None else None,
        reporting=_party(units[deviation.reporting_unit_id or 0]),
        receiving=tuple(_party(units[pk]) for pk in receiving if pk in units),
    )


def _party(unit: Organisation) -> PartyFacts:
    principal = unit.principal or unit
    return PartyFacts(unit.name, principal.name, principal.kind, unit.municipality_code or None)


def _move(deviation: Deviation, facts: Facts, profile: Profile) -> Move:
    routing = route(facts, profile)
    why = routing.explanation.sentence.partition("därför att ")[2]
    first = deviation.routing.get("accountable_shown") or deviation.routing.get("accountable", "")
    return Move(
        reference=deviation.reference,
        category=profile.category(deviation.category).name,
        age=deviation.age,
        before=str(first),
        after=routing.accountable_shown,
        why=why[:1].upper() + why[1:],
    )
