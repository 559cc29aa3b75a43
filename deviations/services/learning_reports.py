"""Lärrapporter: begun, written, approved and frozen, and sent as copies that each board registers (D03–D08).

Locks are taken in one order: the county (a snapshot's number), the report, then the body (in the diary).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deviations import clock
from deviations.diary import enter
from deviations.errors import ChangedMeanwhile, Invalid, NotYours, WrongState
from deviations.learning.period import Period, moments, of_year, year_before
from deviations.mail.reports import tell_approved, tell_begun
from deviations.models import Deviation, Duty, LearningCase, LearningReport, ReportSubscription, Snapshot
from deviations.reports import due, snapshots
from deviations.reports.access import NUMBERS, readable_reports
from deviations.reports.compose import compose, title_of
from deviations.reports.content import Case, Content
from deviations.reports.decided import offered
from deviations.reports.templates import TEMPLATES, Template
from deviations.services import report_copies
from deviations.services.bodies import require_work_for
from deviations.services.form import guard, require
from orgs.models import Body, County, User
from orgs.permissions import keys_of
from orgs.profiles.active import profile_of, version_in_force
from orgs.roles import Ability

Status = LearningReport.Status
LONGEST = {"text": 4000, "lines": 2000, "lead": 120, "title": 200}
Text = Mapping[str, Any]


def written_reports(user: User) -> models.QuerySet[LearningReport]:
    """Drafts and approved ones of the bodies for which the person writes reports. Newest period first."""
    held = keys_of(user).bodies.get(Ability.HANDLE, frozenset())
    return (
        LearningReport.objects.filter(body__in=held)
        .exclude(status=Status.DISCARDED)
        .select_related("body__county", "body__steering_body", "snapshot", "approved_by", "created_by", "revises")
        .defer(*NUMBERS, "revises__content", "revises__text")
        .order_by("-last_month", "template", "-revision", "-pk")
    )


# ── the numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def ask_snapshot(body: Body, period: Period, *, again: bool = False, by: User | None) -> Snapshot:
    """The newest one of the body's tree and period, or a new one that a worker makes. `again`: a new one all the same.

    Those of the year before are asked for with it, where there is something to compare with. Raises `NotYours`,
    `WrongState` when a longer period of the year has been frozen.
    """
    if by is not None:
        require_work_for(by, body)
    county = County.objects.select_for_update().get(pk=body.county_id)
    root = snapshots.root_of(body)
    found = None if again else _usable(root, period)
    if found is not None:
        return found
    snapshots.refuse_passed(root, period)
    for earlier in (year_before(period), of_year(period.first.year - 1)):
        if _usable(root, earlier) is None and not snapshots.is_passed(root, earlier) and _has_any(county, earlier):
            _ask(county, root, earlier, by)
    snapshot = _ask(county, root, period, by)
    enter(body, "ask_snapshot", by=by, data={"snapshot": snapshot.code, "period": period.key})
    return snapshot


def _usable(root: Body, period: Period) -> Snapshot | None:
    """Ready, or on its way; a ready one first."""
    rows = Snapshot.objects.filter(root=root, first_month=period.first, last_month=period.last)
    rows = rows.exclude(status=Snapshot.Status.FAILED).order_by("pk")
    return rows.filter(status=Snapshot.Status.READY).last() or rows.last()


def _has_any(county: County, period: Period) -> bool:
    first, after = moments(period)
    return Deviation.objects.filter(county=county, filed_at__gte=first, filed_at__lt=after).exists()


def _ask(county: County, root: Body, period: Period, by: User | None) -> Snapshot:
    profile = profile_of(version_in_force(county, clock.today()).pk)
    start = f"S-{period.first.year}-{profile.county.number_prefix}-"
    number = Snapshot.objects.filter(county=county, code__startswith=start).count() + 1
    return Snapshot.objects.create(
        code=f"{start}{number:02d}", county=county, root=root, first_month=period.first, last_month=period.last,
        asked_at=clock.now(), asked_by=by,
    )  # fmt: skip


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def begin_report(body: Body, *, template: str, period: Period, by: User | None) -> LearningReport:
    """A draft of a period that has ended. Samsyn (`by=None`) begins those that are due, and tells the coordinator.

    Raises `NotYours`, `Invalid`, `WrongState` when one of the period is there already.
    """
    if by is not None:
        require_work_for(by, body)
    kind = _template_for(template, period)
    there = LearningReport.objects.filter(
        body=body, template=template, first_month=period.first, last_month=period.last
    )  # fmt: skip
    if there.filter(status=Status.DRAFT).exists():
        raise WrongState(_("Rapporten är redan påbörjad."))
    if there.filter(status=Status.APPROVED).exists():
        raise WrongState(_("Rapporten är redan fastställd. Rätta den i stället."))
    snapshot = ask_snapshot(body, period, by=by)
    try:
        with transaction.atomic():
            report = LearningReport.objects.create(
                body=body, template=template, title=title_of(kind, body, period), first_month=period.first,
                last_month=period.last, snapshot=snapshot, created_at=clock.now(), created_by=by,
            )  # fmt: skip
    except IntegrityError as twice:
        raise WrongState(_("Rapporten är redan påbörjad.")) from twice
    enter(body, "begin_report", by=by, data=_about(report))
    if by is None:
        tell_begun(report)
    return report


def choose_period() -> str:
    return _("Välj en av rapportens perioder.")


def _template_for(template: str, period: Period) -> Template:
    kind = TEMPLATES.get(template)
    if kind is None:
        raise Invalid({"template": [("unknown", _("Välj vilken rapport det gäller."))]})
    if period.first.month != 1 or period.last.month not in kind.months:
        raise Invalid({"period": [("unknown", choose_period())]})
    if period.after > clock.today():
        raise Invalid({"period": [("in_future", _("Perioden är inte slut än."))]})
    return kind


@transaction.atomic
def write_text(report: LearningReport, *, title: str, text: Text, by: User) -> LearningReport:
    """The author's words, by the template's fields, without identity. Raises `Invalid` at a field."""
    report = _locked(report, by, Status.DRAFT)
    require("title", title, _("Ge rapporten en rubrik."))
    fields = {field.id: field for field in TEMPLATES[report.template].fields}
    kept: dict[str, Any] = {}
    for name, field in fields.items():
        given = text.get(name)
        kept[name] = _decided(report, given or []) if field.kind == "decisions" else _words(name, given or "")
    report.title, report.text = title.strip()[: LONGEST["title"]], kept
    report.save(update_fields=["title", "text"])
    enter(report.body, "write_report", by=by, data=_about(report))
    return report


def _words(name: str, words: str) -> str:
    if len(words) > LONGEST["text"]:
        raise Invalid({name: [("too_long", _("Skriv högst %(n)d tecken.") % {"n": LONGEST["text"]})]})
    guard(name, words)
    return words.strip()


def _decided(report: LearningReport, rows: list[Mapping[str, str]]) -> list[dict[str, str]]:
    """Those of the body's own decisions of the period that have a heading."""
    period = snapshots.period_of(report.first_month, report.last_month)
    known = {choice.of for choice in offered(report.body, period)}
    kept = []
    for row in rows:
        of, lead, words = str(row.get("of", "")), str(row.get("lead", "")).strip(), str(row.get("text", "")).strip()
        if not lead:
            continue
        if of not in known:
            raise Invalid({"decided": [("unknown", _("Beslutet hör inte till rapportens period."))]})
        if len(lead) > LONGEST["lead"] or len(words) > LONGEST["lines"]:
            raise Invalid({"decided": [("too_long", _("Skriv kortare om beslutet."))]})
        guard("decided", f"{lead}\n{words}")
        kept.append({"of": of, "lead": lead, "text": words})
    return kept


@transaction.atomic
def recount(report: LearningReport, *, by: User) -> LearningReport:
    """Count the draft's numbers anew, as of now. Those of an approved report stay."""
    report = _locked(report, by, Status.DRAFT)
    period = snapshots.period_of(report.first_month, report.last_month)
    report.snapshot = ask_snapshot(report.body, period, again=True, by=by)
    report.save(update_fields=["snapshot"])
    return report


def preview(report: LearningReport) -> Content:
    """As it would be approved now. Raises `WrongState` until the numbers are there."""
    if report.snapshot is None or report.snapshot.status != Snapshot.Status.READY:
        raise WrongState(_("Siffrorna räknas fortfarande. Försök igen om en stund."))
    return compose(report, report.snapshot)


# ── approving ────────────────────────────────────────────────────────────────────────────────────────────────────────
def approve(report: LearningReport, *, seen: str = "", by: User) -> LearningReport:
    """Freeze it, mark the duty as done, and send the copies. `seen`: checksum of the preview that was read.

    It is composed before the transaction, so that nobody waits for that: what it was written from is then held, and
    must be the same. Raises `NotYours`, `WrongState`, `ChangedMeanwhile` when it would not be what was read.
    """
    read = _there(report)
    _require(read, by, Status.DRAFT)
    content = preview(read)
    if seen and seen != content.checksum():
        raise _changed()
    return _freeze(read, content, by)


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile(_("Rapporten har ändrats sedan du läste den. Läs igenom den igen."), ["write_report"])


@transaction.atomic
def _freeze(read: LearningReport, content: Content, by: User) -> LearningReport:
    """`read`: the draft that `content` was composed from."""
    report = _locked(read, by, Status.DRAFT)
    if (report.title, report.text, report.snapshot_id) != (read.title, read.text, read.snapshot_id):
        raise _changed()
    cases = _held_cases(content)
    report.content, report.checksum, report.status = content.data(), content.checksum(), Status.APPROVED
    report.approved_at, report.approved_by = clock.now(), by
    report.save()
    report.cases.set(cases)
    if report.revises_id is not None:
        LearningReport.objects.filter(pk=report.revises_id).update(status=Status.REPLACED)
    copies = report_copies.send(report)
    done = _finish_duties(report, by)
    enter(report.body, "approve_report", by=by, data={**_about(report), "duties": done, "copies": len(copies)})
    tell_approved(report, copies)
    return report


def _held_cases(content: Content) -> list[LearningCase]:
    """The learning cases that it tells, locked: none of them can be taken back from now on."""
    blocks = (block for section in content.sections for block in section.blocks)
    told = {block.id.removeprefix("case-") for block in blocks if isinstance(block, Case)}
    approved = LearningCase.objects.filter(public_id__in=told, status=LearningCase.Status.APPROVED)
    held = list(approved.select_for_update().order_by("pk"))
    if len(held) != len(told):
        raise _changed()
    return held


def _finish_duties(report: LearningReport, by: User) -> list[str]:
    """The duties in the årshjul that the report answers, with the report as what shows it (D04)."""
    period = snapshots.period_of(report.first_month, report.last_month)
    keys = [one.key for one in due.behind(report.body, report.template, period)]
    code = report.snapshot.code if report.snapshot is not None else ""
    evidence = f"{report.title}, underlag {code}, kontrollsumma {report.checksum[:16]}."
    undone = Duty.objects.filter(body=report.body, key__in=keys, done_on__isnull=True)
    finished = sorted(undone.values_list("key", flat=True))
    undone.update(done_on=clock.today(), done_by=by, evidence=evidence)
    return finished


@transaction.atomic
def revise(report: LearningReport, *, reason: str, by: User) -> LearningReport:
    """A new draft from an approved one, with the reason. The approved one holds until the new one is approved."""
    report = _locked(report, by, Status.APPROVED)
    require("reason", reason, _("Skriv vad som rättas, så att läsarna förstår."))
    if LearningReport.objects.filter(revises=report, status=Status.DRAFT).exists():
        raise WrongState(_("En rättelse är redan påbörjad."))
    revised = LearningReport.objects.create(
        body=report.body, template=report.template, title=report.title, first_month=report.first_month,
        last_month=report.last_month, snapshot=report.snapshot, text=report.text, revision=report.revision + 1,
        revises=report, revision_reason=reason.strip()[:300], created_at=clock.now(), created_by=by,
    )  # fmt: skip
    enter(report.body, "revise_report", by=by, data={**_about(revised), "reason": reason.strip()})
    return revised


@transaction.atomic
def discard(report: LearningReport, *, by: User) -> LearningReport:
    """Throw a draft away. Samsyn does not begin the same one again."""
    report = _locked(report, by, Status.DRAFT)
    report.status = Status.DISCARDED
    report.save(update_fields=["status"])
    enter(report.body, "discard_report", by=by, data=_about(report))
    return report


def _there(report: LearningReport, *, lock: bool = False) -> LearningReport:
    rows = LearningReport.objects.select_for_update(of=("self",)) if lock else LearningReport.objects.all()
    found = rows.select_related("body__county", "body__steering_body", "snapshot").defer("snapshot__counts")
    return found.get(pk=report.pk)


def _locked(report: LearningReport, by: User, status: str) -> LearningReport:
    found = _there(report, lock=True)
    _require(found, by, status)
    return found


def _require(report: LearningReport, by: User, status: str) -> None:
    require_work_for(by, report.body)
    if report.status != status:
        wrong = (
            _("Rapporten är inte ett utkast längre.")
            if status == Status.DRAFT
            else _("Bara en fastställd rapport kan rättas.")
        )
        raise WrongState(wrong)


def _about(report: LearningReport) -> dict[str, Any]:
    return {
        "report": str(report.public_id), "template": report.template, "title": report.title,
        "months": [report.first_month.isoformat(), report.last_month.isoformat()], "revision": report.revision,
        "checksum": report.checksum,
    }  # fmt: skip


# ── begun by themselves ──────────────────────────────────────────────────────────────────────────────────────────────
def begin_due() -> int:
    """For the worker, once a day: begin every report whose period has ended and whose last day has not passed.

    One that has been begun, approved or thrown away is not begun again. Returns how many were begun.
    """
    today = clock.today()
    with_profile = Q(county__profile_versions__active_from__lte=today)
    bodies = Body.objects.filter(with_profile, dormant_since__isnull=True).select_related("county").distinct()
    return sum(_begin_due(body, today) for body in bodies.order_by("pk") if body.in_force_on(today))


def _begin_due(body: Body, today: date) -> int:
    known = set(LearningReport.objects.filter(body=body).values_list("template", "first_month", "last_month"))
    begun = 0
    for year in (today.year, today.year + 1):
        for one in due.of_body(body, year):
            place = one.template.id, one.period.first, one.period.last
            if not one.is_on(today) or place in known or snapshots.is_passed(snapshots.root_of(body), one.period):
                continue
            begin_report(body, template=one.template.id, period=one.period, by=None)
            known.add(place)
            begun += 1
    return begun


# ── subscribing ──────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def subscribe(body: Body, *, template: str = "", by: User) -> ReportSubscription:
    """Have a letter, without content, when the body's reports are approved. Raises `NotYours` for who may read none."""
    reads = keys_of(by).on_body(Ability.READ_REPORTS, body.pk) or readable_reports(by).filter(body=body).exists()
    if not reads:
        raise NotYours(_("Du kan bara prenumerera på rapporter som du får läsa."))
    if template and template not in TEMPLATES:
        raise Invalid({"template": [("unknown", _("Välj vilken rapport det gäller."))]})
    found, _new = ReportSubscription.objects.get_or_create(
        user=by, body=body, template=template, defaults={"at": clock.now()}
    )
    return found


@transaction.atomic
def unsubscribe(body: Body, *, template: str = "", by: User) -> None:
    """No more letters of that kind. Again changes nothing."""
    ReportSubscription.objects.filter(user=by, body=body, template=template).delete()
