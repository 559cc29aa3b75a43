"""`manage.py demo_report`: Blekinge's yearly reports out of the demo county, as page, PDF, Word, Excel, CSV and JSON.

What is missing is begun, counted and approved as its coordinators do it, and taken back afterwards: the files stay and
the demo is as it was.
"""

import re
from argparse import ArgumentParser
from base64 import b64encode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from deviations import clock
from deviations.demo.people import email_of
from deviations.demo.reports import COUNTY, LATE_GROUP, STEERING, TEXTS
from deviations.learning.period import of_year
from deviations.models import LearningReport
from deviations.reports import making
from deviations.reports.content import Content
from deviations.reports.files import FORMATS, file_of
from deviations.services import learning_reports
from orgs.models import Body, User
from orgs.permissions import grant

WANTED = ((LATE_GROUP, "group_year", "bo"), (STEERING, "steering_year", "lars"))
"""Whose report, of which template, and who writes it: the group's to LSVO (Blekinge 4.2.2), and LSVO's own."""
STYLESHEET = re.compile(r'<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>')
FONT = re.compile(r"url\(['\"]?[^'\")]*?([\w.-]+\.woff2)['\"]?\)")
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


class Command(BaseCommand):
    help = "Ta fram demolänets årsrapporter som webbsida, PDF, Word, Excel, CSV och JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "demo-report", help="dit filerna läggs")
        parser.add_argument("--year", type=int, default=clock.today().year - 1, help="året; annars förra året")

    def handle(self, *args: Any, folder: Path, year: int, **options: Any) -> None:
        bodies = {body.key: body for body in Body.objects.filter(county__slug=COUNTY).select_related("county")}
        if STEERING not in bodies:
            raise CommandError("Demon finns inte i databasen. Lägg in den först: manage.py demo")
        folder.mkdir(parents=True, exist_ok=True)
        with transaction.atomic():
            for key, template, writer in WANTED:
                by = User.objects.filter(email=email_of(writer)).first()
                if by is None:
                    raise CommandError(f"{email_of(writer)} finns inte. Kommandot är till för demon.")
                self.write_files(approved(bodies[key], template, year, by), by, folder)
            transaction.set_rollback(True)

    def write_files(self, report: LearningReport, reader: User, folder: Path) -> None:
        self.stdout.write(f"{report.title} ({report.body.name})")
        if report.snapshot is not None:
            self.stdout.write(f"  underlag {report.snapshot.code}, kontrollsumma {report.checksum}")
        name = FORMATS["json"].name(Content.model_validate(report.content)).removesuffix(".json")
        files = {f"{name}.html": page_of(report, reader)}
        for made in (file_of(report, each) for each in FORMATS.values()):
            files[made.name] = made.data
        for named, data in files.items():
            (folder / named).write_bytes(data)
            self.stdout.write(f"  {folder / named}")


def approved(body: Body, template: str, year: int, by: User) -> LearningReport:
    """The body's approved report of the year; else its draft, or a new one, is approved now."""
    period = of_year(year)
    rows = LearningReport.objects.filter(body=body, template=template, first_month=period.first, last_month=period.last)
    found = rows.filter(status=LearningReport.Status.APPROVED).last()
    if found is not None:
        return found
    draft = rows.filter(status=LearningReport.Status.DRAFT).last()
    if draft is None:
        draft = learning_reports.begin_report(body, template=template, period=period, by=by)
        draft = learning_reports.write_text(draft, title=draft.title, text=TEXTS[template], by=by)
    making.make_due()
    return learning_reports.approve(draft, by=by)


def page_of(report: LearningReport, reader: User) -> bytes:
    """As its readers see it, with the style inside, so that it opens without a server."""
    grant(reader, "body_reader", report.body, by=None)
    client = Client(headers={"host": "localhost"})
    client.force_login(reader)
    answer = client.get(reverse("published", args=[report.public_id]), secure=settings.SECURE_SSL_REDIRECT)
    if answer.status_code != 200:
        raise CommandError(f"Sidan svarade {answer.status_code}.")
    return STYLESHEET.sub(_inside, SCRIPT.sub("", answer.content.decode())).encode()


def _inside(link: re.Match[str]) -> str:
    """The file itself in place of the link to it; nothing for one that is not there."""
    path = finders.find(link[1].split("?")[0].removeprefix(settings.STATIC_URL))
    return f"<style>{FONT.sub(_font, Path(path).read_text(encoding='utf-8'))}</style>" if path else ""


def _font(source: re.Match[str]) -> str:
    [path] = (settings.BASE_DIR / "frontend" / "static").rglob(source[1])
    return f"url(data:font/woff2;base64,{b64encode(path.read_bytes()).decode()})"
