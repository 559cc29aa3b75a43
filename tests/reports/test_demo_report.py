"""`make demo-report`: the county's yearly reports as page, PDF, Word, Excel, CSV and JSON, and the demo as it was."""

import json

import pytest
from django.core.management import CommandError, call_command

from deviations import clock
from deviations.models import DiaryEntry, LearningReport, ReportCopy, Snapshot
from orgs.models import Body, User
from orgs.permissions import grant
from tests.cast import body
from tests.reports.year import AFTER, year

__all__ = ["year"]


@pytest.fixture
def demo(year):
    """The two who write the reports, with the demo's addresses."""
    for first, key in (("bo", "sg_barn_unga"), ("lars", "lsvo")):
        writer = User.objects.create_user(f"{first}@demo.example", name=first.title())
        with clock.at(AFTER):
            grant(writer, "coordinator", body("blekinge", key), by=None)


def test_every_format_of_both_reports_is_written_and_the_demo_is_as_it_was(demo, tmp_path, capsys):
    entries = DiaryEntry.objects.count()
    with clock.at(AFTER):
        call_command("demo_report", folder=tmp_path, year=2025)
    said = capsys.readouterr().out
    suffixes = [".csv" if path.suffix == ".zip" else path.suffix for path in sorted(tmp_path.iterdir())]
    assert sorted(suffixes) == sorted([".html", ".pdf", ".docx", ".xlsx", ".csv", ".json"] * 2)
    assert all(str(path) in said for path in tmp_path.iterdir())
    for path in tmp_path.glob("*.json"):
        assert json.loads(path.read_text())["checksum"] in said
    for path in tmp_path.glob("*.html"):
        text = path.read_text()
        assert '<link rel="stylesheet"' not in text
        assert "<script" not in text
        assert "S-2025-BL-01" in text
    for model in (LearningReport, ReportCopy, Snapshot):
        assert model.objects.count() == 0
    assert DiaryEntry.objects.count() == entries


def test_without_the_demo_it_says_how_to_get_one(db, tmp_path):
    with pytest.raises(CommandError, match=r"bo@demo\.example finns inte"):
        call_command("demo_report", folder=tmp_path)
    Body.objects.filter(key="lsvo").update(key="annat")
    with pytest.raises(CommandError, match=r"manage\.py demo"):
        call_command("demo_report", folder=tmp_path)
