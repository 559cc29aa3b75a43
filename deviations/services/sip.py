"""The SIP register: counts per month, written in by hand or read from a file; never whose (G01–G05, D02, D03).

Who may: those who answer (ANSWER) at a principal, or at any unit in it, enter for that principal and for no other.
The coordinators and chairs (HANDLE) of the county's bodies enter for a municipality that has entered none itself; those
counts bear the source `TOGETHER`, and give way as soon as the municipality enters its own. Everyone who reads or
answers at a principal sees its counts. Those who read in one of the county's bodies see who has reported, and the
county's sums.

Counts belong to a principal and not to a body, so no diary tells of them: the rows are their own log. One that is
corrected stays, with the moment when it was replaced; `by` and `at` say who entered which.

Each plan is counted by the principal that called to it, so that counts of several principals can be added. Sources of
one principal are added too: two systems hold different plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import SipAttendance, SipCount, SipImport, SipQuality
from deviations.services.filing import save_draft
from deviations.services.form import Filing, guard
from orgs.models import Body, County, Organisation, User
from orgs.permissions import Denied, keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.profiles.schema import Profile
from orgs.roles import Ability

TOGETHER = "samordnad"
"""Source of what a body's coordinator has entered for a municipality."""
LONGEST_SOURCE = 60
MOST = 99_999
EARLIEST = date(2000, 1, 1)
NUMBERS = ("initiated", "new", "conducted", "called", "absent", "followed_up", "individuals")
ABSENCE = "sip/called_party_absent"

Faults = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Attended:
    """How many meetings of the month the party was called to, and how many it came to."""

    party: Organisation
    called: int
    came: int


@dataclass(frozen=True, slots=True)
class Checked:
    """How many of the plans that were read met the point."""

    point: str
    met: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One month's counts as they were filled in. `month` is its first day; `days_to_start` is summed over `new`."""

    principal: Organisation
    month: date
    target_group: str
    municipality: Organisation | None = None
    initiated: int = 0
    new: int = 0
    conducted: int = 0
    called: int = 0
    absent: int = 0
    followed_up: int = 0
    individuals: int = 0
    days_to_start: int | None = None
    source: str = ""
    attendance: tuple[Attended, ...] = ()
    quality: tuple[Checked, ...] = ()

    @property
    def place(self) -> tuple[int, date, int | None, str, str]:
        """What only one current row may stand for."""
        where = self.municipality.pk if self.municipality else None
        return self.principal.pk, self.month, where, self.target_group, self.source


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def principals_entered_for(user: User) -> models.QuerySet[Organisation]:
    """Principals in force where the person answers, for the whole or for a unit."""
    return _principals(user, (Ability.ANSWER,))


def principals_read(user: User) -> models.QuerySet[Organisation]:
    """Principals whose counts the person may read."""
    return _principals(user, (Ability.ANSWER, Ability.READ))


def _principals(user: User, abilities: Sequence[Ability]) -> models.QuerySet[Organisation]:
    keys, today = keys_of(user), clock.today()
    units = frozenset().union(*(keys.organisations.get(each, frozenset()) for each in abilities))
    roots = Organisation.objects.filter(pk__in=units).values("principal")
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    return Organisation.objects.filter(in_force, pk__in=roots).select_related("county").order_by("name", "pk")


def municipalities_entered_for(user: User, county: County) -> models.QuerySet[Organisation]:
    """Municipalities that the person, as coordinator or chair of one of the county's bodies, may enter for."""
    held = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    if not held or not Body.objects.filter(pk__in=held, county=county).exists():
        return Organisation.objects.none()
    return municipalities_of(county)


def municipalities_of(county: County) -> models.QuerySet[Organisation]:
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    found = Organisation.objects.filter(in_force, county=county, kind=Organisation.Kind.MUNICIPALITY, parent=None)
    return found.select_related("county").order_by("name", "pk")


def sees_county(user: User, county: County) -> bool:
    """Whether the person reads in one of the county's bodies: who has reported, and the sums."""
    held = keys_of(user).bodies.get(Ability.READ, frozenset())
    return bool(held) and Body.objects.filter(pk__in=held, county=county).exists()


def source_for(user: User, principal: Organisation) -> str | Denied:
    """`TOGETHER` for a coordinator, "" for those who answer at the principal."""
    if principals_entered_for(user).filter(pk=principal.pk).exists():
        return ""
    if municipalities_entered_for(user, principal.county).filter(pk=principal.pk).exists():
        return TOGETHER
    return Denied(_("Du kan bara föra in SIP för den huvudman där du svarar."))


def require_may_enter(user: User, principal: Organisation, source: str) -> str:
    """The source that the counts will bear. Raises `NotYours`."""
    found = source_for(user, principal)
    if isinstance(found, Denied):
        raise NotYours(found.reason)
    return TOGETHER if found == TOGETHER else source


def visible_counts(user: User) -> models.QuerySet[SipCount]:
    """Current rows of the principals that the person reads for, and those entered for a municipality together."""
    held = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    together = Q(source=TOGETHER, by=user, county__in=Body.objects.filter(pk__in=held).values("county"))
    return (
        SipCount.objects.filter(Q(principal__in=principals_read(user)) | together, replaced_at__isnull=True)
        .select_related("principal", "municipality", "county")
        .prefetch_related(
            Prefetch("attendance", SipAttendance.objects.select_related("party__principal").order_by("pk")),
            Prefetch("quality", SipQuality.objects.order_by("pk")),
        )
        .order_by("-month", "principal__name", "pk")
    )


# ── entering ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def enter_counts(entered: Entered, *, by: User) -> SipCount:
    """Write in one month's counts. A correction is a new row; the older one stays, replaced.

    The same counts again change nothing, and the row that stands is returned. Raises `Invalid` with every fault at its
    field, `NotYours`, `WrongState` when a municipality has entered its own.
    """
    source = require_may_enter(by, entered.principal, entered.source)
    guard("source", source)
    entered = with_source(entered, source)
    if errors := faults(entered, profile_of_county(entered.principal.county)):
        raise Invalid(errors)
    hold(entered.principal)
    require_no_own(entered)
    return put(entered, by=by)


def with_source(entered: Entered, source: str) -> Entered:
    """With the source, and a municipality's counts in the municipality itself."""
    own = entered.principal if entered.principal.kind == Organisation.Kind.MUNICIPALITY else None
    values = {name: getattr(entered, name) for name in Entered.__dataclass_fields__}
    return Entered(**{**values, "source": source, "municipality": entered.municipality or own})


def hold(principal: Organisation) -> None:
    """One at a time for each principal, so that two corrections at once come one after the other."""
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=principal.pk)


def require_no_own(entered: Entered) -> None:
    """Raises `WrongState` where the municipality's own counts stand."""
    if entered.source == TOGETHER and _same(entered).exclude(source=TOGETHER).exists():
        raise WrongState(
            _("%(name)s har själv fört in %(month)s. Kommunens egna uppgifter gäller.")
            % {"name": entered.principal.name, "month": f"{entered.month:%Y-%m}"}
        )


def put(entered: Entered, *, by: User, from_import: SipImport | None = None) -> SipCount:
    """Replace what stands for the same place. What was entered together gives way to a municipality's own."""
    now = clock.now()
    same = _same(entered)
    standing = same.filter(source=entered.source).first()
    if standing is not None and values_of(standing) == values_given(entered):
        return standing
    (same.filter(Q(source=entered.source) | Q(source=TOGETHER))).update(replaced_at=now)
    count = SipCount.objects.create(
        county=entered.principal.county, principal=entered.principal, municipality=entered.municipality,
        target_group=entered.target_group, month=entered.month, source=entered.source, from_import=from_import,
        days_to_start=entered.days_to_start, at=now, by=by, **{name: getattr(entered, name) for name in NUMBERS},
    )  # fmt: skip
    SipAttendance.objects.bulk_create(
        SipAttendance(count=count, party=each.party, called=each.called, came=each.came) for each in entered.attendance
    )
    SipQuality.objects.bulk_create(
        SipQuality(count=count, point=each.point, met=each.met, of=each.of) for each in entered.quality
    )
    return count


def _same(entered: Entered) -> models.QuerySet[SipCount]:
    return SipCount.objects.filter(
        principal=entered.principal, month=entered.month, municipality=entered.municipality,
        target_group=entered.target_group, replaced_at__isnull=True,
    )  # fmt: skip


Values = Mapping[str, Any]


def values_of(count: SipCount) -> Values:
    """What a row says, to be held against what is entered."""
    return {
        **{name: getattr(count, name) for name in (*NUMBERS, "days_to_start")},
        "attendance": {each.party_id: (each.called, each.came) for each in count.attendance.all()},
        "quality": {each.point: (each.met, each.of) for each in count.quality.all()},
    }


def values_given(entered: Entered) -> Values:
    return {
        **{name: getattr(entered, name) for name in (*NUMBERS, "days_to_start")},
        "attendance": {each.party.pk: (each.called, each.came) for each in entered.attendance},
        "quality": {each.point: (each.met, each.of) for each in entered.quality},
    }


# ── what can be at fault ─────────────────────────────────────────────────────────────────────────────────────────────
def profile_of_county(county: County) -> Profile:
    return profile_of(version_in_force(county, clock.today()).pk)


def faults(entered: Entered, profile: Profile) -> Faults:
    """Every fault per field, with a stable code and a Swedish sentence that repeats nothing of what was written."""
    found: Faults = {}

    def fault(name: str, code: str, text: str) -> None:
        found.setdefault(name, []).append((code, text))

    if entered.month.day != 1:
        fault("month", "not_first", _("Ange månaden, inte en dag i den."))
    if entered.month > clock.today():
        fault("month", "in_future", _("Månaden har inte börjat än."))
    elif entered.month < EARLIEST:
        fault("month", "out_of_range", _("Ange en månad från år 2000 och framåt."))
    if entered.target_group not in {group.id for group in profile.target_groups}:
        fault("target_group", "unknown", _("Målgruppen finns inte i länets profil."))
    _place_faults(entered, fault)
    for name in (*NUMBERS, "days_to_start"):
        value = getattr(entered, name)
        if value is not None and not 0 <= value <= MOST * (100 if name == "days_to_start" else 1):
            fault(name, "out_of_range", _("Skriv ett helt tal från 0 till %(most)d.") % {"most": MOST})
    if len(entered.source) > LONGEST_SOURCE:
        fault("source", "too_long", _("Skriv högst 60 tecken."))
    if entered.absent > entered.called:
        fault("absent", "more_than_called", _("Fler möten saknade en kallad part än det fanns möten med kallelse."))
    if entered.days_to_start and not entered.new:
        fault("days_to_start", "none_new", _("Dagarna räknas över nya planer, och inga nya är införda."))
    _attendance_faults(entered, fault)
    _quality_faults(entered, profile, fault)
    return found


def _place_faults(entered: Entered, fault: Any) -> None:
    where, principal = entered.municipality, entered.principal
    if not principal.is_principal:
        fault("principal", "unknown", _("Huvudmannen finns inte i länet."))
    if where is None:
        return
    if where.county_id != principal.county_id or where.kind != Organisation.Kind.MUNICIPALITY or where.parent_id:
        fault("municipality", "unknown", _("Kommunen finns inte i länet."))
    elif principal.kind == Organisation.Kind.MUNICIPALITY and where.pk != principal.pk:
        fault("municipality", "other", _("En kommun för in sina egna SIP, inte en annan kommuns."))


def _attendance_faults(entered: Entered, fault: Any) -> None:
    parties = [each.party.pk for each in entered.attendance]
    if len(set(parties)) < len(parties):
        fault("attendance", "twice", _("Samma part står två gånger."))
    for each in entered.attendance:
        name = each.party.name
        if each.party.county_id != entered.principal.county_id:
            fault("attendance", "other_county", _("Parten finns inte i länet."))
        elif not 0 <= each.came <= each.called <= MOST:
            fault("attendance", "more_came", _("%(party)s kom till fler möten än den kallades till.") % {"party": name})
        elif each.called > entered.called:
            fault("attendance", "more_called", _("%(party)s kallades till fler möten än det fanns.") % {"party": name})
        elif each.called - each.came > entered.absent:
            fault(
                "absent", "fewer_than_party",
                _("%(party)s uteblev från fler möten än de som räknas här.") % {"party": name},
            )  # fmt: skip


def _quality_faults(entered: Entered, profile: Profile, fault: Any) -> None:
    points = {point.id for point in profile.sip_checklist}
    given = [each.point for each in entered.quality]
    if len(set(given)) < len(given):
        fault("quality", "twice", _("Samma punkt i checklistan står två gånger."))
    for each in entered.quality:
        if each.point not in points:
            fault("quality", "unknown", _("Punkten finns inte i länets checklista."))
        elif not 0 <= each.met <= each.of <= MOST:
            fault("quality", "more_met", _("Fler planer uppfyller punkten än de som är granskade."))


# ── one click from "part uteblev" ────────────────────────────────────────────────────────────────────────────────────
def absences_seen(user: User) -> models.QuerySet[SipAttendance]:
    """Attendance in counts that the person may read, where the party was missing at least once."""
    return SipAttendance.objects.filter(
        count__in=SipCount.objects.filter(principal__in=principals_read(user), replaced_at__isnull=True),
        came__lt=models.F("called"),
    ).select_related("party__principal", "count__principal", "count__county")


@transaction.atomic
def draft_about_absence(absence: SipAttendance, *, unit: Organisation, by: User) -> Any:
    """A draft deviation about it: what is known is filled in, and what happened is left to write (A07, G02).

    The day is the month's last, or today; the count does not know which meeting it was. Raises `NotYours`.
    """
    count = absence.count
    known = {each.code for each in profile_of_county(count.county).categories if not each.retired}
    filing = Filing(
        reporting_unit=unit,
        receiving_units=(absence.party,),
        occurred_on=min(last_day(count.month), clock.today()),
        category=ABSENCE if ABSENCE in known else "",
        target_group=count.target_group,
    )
    return save_draft(filing, by=by)


def last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
