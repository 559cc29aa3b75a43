"""The yearly reports of Blekinge read back from every format, the page too: all say what was approved, and no more.

The group's to LSVO as the audit asks for it (Region Blekinge, granskning 2022, 4.2.2), and LSVO's own.
"""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from deviations import clock
from deviations.models import LearningReport
from deviations.reports import making
from deviations.reports.content import Content, Figures, Lines
from deviations.reports.files import FORMATS, file_of
from deviations.services import learning_reports
from orgs.permissions import grant
from tests.cast import body
from tests.reports import reading
from tests.reports.test_files_agree import digits, read_back, told
from tests.reports.year import AFTER, YEAR, people, year

__all__ = ["people", "year"]

WANTED = {"group_year": ("sg_barn_unga", "bo"), "steering_year": ("lsvo", "linnea")}


@pytest.fixture(params=WANTED)
def approved(request, year, people, cast):
    key, writer = WANTED[request.param]
    by = getattr(people, writer, None) or getattr(cast, writer)
    with clock.at(AFTER):
        report = learning_reports.begin_report(body("blekinge", key), template=request.param, period=YEAR, by=by)
        making.make_due()
        learning_reports.approve(report, by=by)
    return LearningReport.objects.select_related("body__county", "snapshot").get(pk=report.pk)


@pytest.fixture
def content(approved):
    return Content.model_validate(approved.content)


@pytest.fixture
def shown(client, approved, bo):
    grant(bo, "body_reader", approved.body, by=None)
    client.force_login(bo)
    html = client.get(reverse("published", args=[approved.public_id])).content.decode()
    return reading.Page(re.search(r"<main.*</main>", html, re.DOTALL)[0])


def test_every_table_is_the_same_in_every_format_and_on_the_page(approved, content, shown):
    files = {key: file_of(approved, made).data for key, made in FORMATS.items()}
    wanted = reading.expected(content)
    assert wanted
    for key, found in read_back(files).items():
        for title, rows in wanted.items():
            named = rows if key != "csv" else [["", *rows[0][1:]], *rows[1:]]
            assert found.get(title) == named, (key, title)
    on_page = [rows for several in shown.tables.values() for rows in several]
    for title, rows in wanted.items():
        assert rows in on_page, title


def test_the_numbers_that_are_set_large_are_in_all(approved, content, shown):
    blocks = [block for section in content.sections for block in section.blocks]
    large = [figure.cell.text for block in blocks if isinstance(block, Figures) for figure in block.figures]
    large += [line.count.text for block in blocks if isinstance(block, Lines) for line in block.lines if line.count]
    assert large
    texts = {
        "pdf": reading.Tagged(file_of(approved, FORMATS["pdf"]).data).all_text(),
        "word": reading.text_of_word(file_of(approved, FORMATS["word"]).data),
        "csv": " ".join(line["visas"] for line in reading.in_csv(file_of(approved, FORMATS["csv"]).data)["tal.csv"]),
        "page": "\n".join(shown.said),
    }
    for key, text in texts.items():
        plain = reading.plain(text)
        assert [number for number in large if reading.plain(number) not in plain] == [], key


def test_no_format_holds_a_number_that_was_not_approved(approved, content, shown):
    frozen = timezone.localtime(approved.approved_at)
    may = told(content) | digits(f"{frozen:%d}\n{frozen.day}\n{frozen.year}\n{frozen:%H.%M}")
    texts = {
        "pdf": reading.Tagged(file_of(approved, FORMATS["pdf"]).data).all_text(but=["/Figure"]),
        "word": reading.text_of_word(file_of(approved, FORMATS["word"]).data),
        "page": "\n".join(shown.said),
    }
    for key, text in texts.items():
        assert digits(text) - may == set(), key


def test_the_same_report_gives_the_same_bytes(approved):
    for made in FORMATS.values():
        assert file_of(approved, made).data == file_of(approved, made).data


def test_the_name_of_a_file_tells_what_is_on_its_first_page(approved, content):
    name = file_of(approved, FORMATS["pdf"]).name
    assert re.fullmatch(r"samsyn-[a-z-]+-2025-[a-z-]+-s-2025-bl-01\.pdf", name)
