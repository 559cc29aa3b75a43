"""Proof that frozen numbers are what was counted: they are worked out anew, and every difference is said."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deviations import diary
from deviations.learning import dataset as datasets
from deviations.learning import remembered
from deviations.models import DiaryEntry, LearningReport, Snapshot
from deviations.reports import snapshots, stored
from deviations.reports.access import PUBLISHED
from deviations.reports.content import Content
from orgs.models import Body


def faults(snapshot: Snapshot) -> list[str]:
    """What does not hold of a ready snapshot, in Swedish; empty when it is proved. Reads what was counted then.

    One that was protected by earlier rules is not hidden anew by those of today, and its checksum alone proves it.
    """
    found = []
    if snapshots.checksum_of(snapshot) != snapshot.checksum:
        found.append(_("Kontrollsumman stämmer inte med det som visas."))
    if snapshot.counts.get("rules") != remembered.RULES:
        return found
    counted = snapshots.counted_of(snapshot)
    numbers = snapshots.protected(counted)
    again = stored.of_shown(numbers.shown, numbers.spreads)
    if again != snapshot.shown:
        different = sorted(_different(again, snapshot.shown))
        found.append(
            ngettext(
                "%(n)d tal blir ett annat när det räknas om ur underlaget: %(first)s.",
                "%(n)d tal blir andra när de räknas om ur underlaget: %(first)s.", len(different),
            )
            % {"n": len(different), "first": ", ".join(different[:5])}
        )  # fmt: skip
    return found


def changes_since(snapshot: Snapshot) -> list[str]:
    """Keys of the counts that are others in the data of today: what was changed, answered or withdrawn since.

    None is a fault. Counts by month are taken as they are.
    """
    assert snapshot.cut_off is not None  # noqa: S101  # ready
    period = snapshots.period_of(snapshot.first_month, snapshot.last_month)
    today = datasets.dataset(snapshot.root, period, on=snapshots.day_of(snapshot.cut_off))
    then = {name: value for table in snapshots.counted_of(snapshot).counts for name, value in table.cells.items()}
    now = {name: value for table in today.counts for name, value in table.cells.items()}
    return sorted(name for name in then.keys() | now.keys() if then.get(name, 0) != now.get(name, 0))


def report_faults(report: LearningReport) -> list[str]:
    """What does not hold of an approved report: of itself, and against what the body's diary says was approved."""
    found = []
    if not report.content or Content.model_validate(report.content).checksum() != report.checksum:
        found.append(_("Rapportens kontrollsumma stämmer inte med dess innehåll."))
    approved = DiaryEntry.objects.filter(
        body=report.body_id, step="approve_report", data__report=str(report.public_id)
    ).first()  # fmt: skip
    if approved is None or approved.data["checksum"] != report.checksum:
        found.append(_("Organets dagbok säger inte att just detta fastställdes."))
    return found


def diary_faults(body: Body) -> list[str]:
    """Where the body's diary does not hold together, and the approved reports that it tells of and that are gone."""
    broken = diary.verify(body)
    approved = DiaryEntry.objects.filter(body=body, step="approve_report").order_by("sequence")
    told = {entry.data["report"]: entry.data["title"] for entry in approved}
    there = LearningReport.objects.filter(body=body, status__in=PUBLISHED).values_list("public_id", flat=True)
    gone = [told[name] for name in told if name not in set(map(str, there))]
    words = [_("%(title)s är fastställd enligt dagboken, men finns inte.") % {"title": title} for title in gone]
    return [*([broken] if broken else []), *words]


def _different(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for part in ("cells", "spreads"):
        names = one[part].keys() | other[part].keys()
        yield from (name for name in names if one[part].get(name) != other[part].get(name))
    yield from set(one["withheld"]) ^ set(other["withheld"])
