"""`manage.py verify_snapshots`: work every frozen snapshot and approved report out anew, and say what does not hold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from deviations.learning.refresh import refresh
from deviations.models import LearningReport, Snapshot
from deviations.reports.access import PUBLISHED
from deviations.reports.verify import changes_since, diary_faults, faults, report_faults
from orgs.models import Body


class Command(BaseCommand):
    help = "Räknar om varje fryst underlag och varje fastställd rapport, och säger vad som inte stämmer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", nargs="*", help="bara de här underlagen, till exempel S-2025-BL-01")

    def handle(self, *args: Any, code: list[str], **options: Any) -> None:
        rows = Snapshot.objects.filter(status=Snapshot.Status.READY).select_related("root__county").order_by("code")
        rows = rows.filter(code__in=code) if code else rows
        refresh()
        reports = LearningReport.objects.filter(status__in=PUBLISHED, snapshot__in=rows.values("pk")).order_by("pk")
        wrong = sum(self._snapshot(snapshot) for snapshot in rows.iterator(chunk_size=1))
        wrong += sum(self._say(report.title, report_faults(report)) for report in reports.iterator(chunk_size=10))
        if not code:
            wrong += sum(self._say(body.name, diary_faults(body)) for body in Body.objects.order_by("pk"))
        if wrong:
            raise CommandError(f"{wrong} stämmer inte.")
        self.stdout.write(f"{rows.count()} underlag och {reports.count()} rapporter stämmer.")

    def _snapshot(self, snapshot: Snapshot) -> bool:
        changed = changes_since(snapshot)
        if changed:
            self.stdout.write(f"{snapshot.code}: {len(changed)} tal har ändrats i verksamheten sedan dess.")
        return self._say(snapshot.code, faults(snapshot))

    def _say(self, name: str, found: list[str]) -> bool:
        for sentence in found:
            self.stderr.write(f"{name}: {sentence}")
        return bool(found)
