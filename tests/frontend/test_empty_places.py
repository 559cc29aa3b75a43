"""What a list says while it is empty: what will be there, why it is not, and what to do."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.cast import body
from tests.frontend.pages import text

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "templates" / "frontend"

# Every list that may be empty, with the template that draws its rows.
LISTS = [
    "admin/failed.html", "admin/members.html", "admin/places.html", "admin/stuck.html", "adoption/moving.html",
    "answer/overdue_moving.html", "answer/waiting.html", "audits/list.html", "desk/list.html", "desk/texts.html",
    "governance/plan.html", "governance/registers.html", "governance/routes.html", "learning/cases.html",
    "learning/patterns.html", "lookup/responsible.html", "lookup/unit.html", "measures/moving.html",
    "meetings/calendar.html", "meetings/now.html", "mine/mine.html", "mine/search.html", "precedents/library.html",
    "process/list.html", "reports/reports.html", "search/nothing.html", "settings/settings.html", "sip/register.html",
    "steering/inbox_moving.html", "writing/list.html",
]  # fmt: skip
SIDE_NOTES = {
    "desk/side.html": "notes and invitations beside a deviation, with their forms right below",
    "meetings/agenda.html": "beside the point, where the empty agenda is explained",
}
BARE = re.compile(r'<p class="[^"]*muted[^"]*">\{% translate "(?:Inga|Inget|Ingen)[^"]{0,30} än\." %\}</p>')
TEXT = re.compile(r'\{% translate "([^"]+)" as text %\}')


@pytest.mark.parametrize("template", LISTS)
def test_an_empty_list_has_a_title_and_a_text(template):
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    assert re.search(r"\{% empty title text[^%]*%\}", source)
    assert [said for said in TEXT.findall(source) if len(said.split()) < 6] == []


def test_no_list_says_only_that_there_is_nothing():
    found = {
        path.relative_to(TEMPLATES).as_posix(): BARE.findall(path.read_text(encoding="utf-8"))
        for path in TEMPLATES.rglob("*.html")
    }
    bare = {name for name, said in found.items() if said}
    assert bare - set(SIDE_NOTES) == set()


def test_every_empty_place_says_more_than_its_title():
    lone = [
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"\{% empty title %\}", path.read_text(encoding="utf-8"))
    ]
    assert lone == []


@pytest.mark.parametrize(
    ("who", "view"),
    [
        ("anna", "mine"), ("anna", "search"), ("anna", "cases"), ("anna", "precedents"), ("anna", "settings"),
        ("berit", "to_answer"), ("berit", "measures"), ("bo", "desk"), ("bo", "meetings"), ("bo", "patterns"),
        ("bo", "process_measures"), ("bo", "overdue"), ("bo", "recommendations"), ("lena", "reports"),
        ("ada", "stuck"), ("ada", "failed_letters"),
    ],
)  # fmt: skip
def test_in_a_new_county_every_list_teaches(get, cast, who, view):
    page = text(get(getattr(cast, who), view))
    [said] = re.findall(r'<div class="empty">\s*<h2>[^<]+</h2>\s*<p class="muted">([^<]+)</p>', page)[:1]
    assert len(said.split()) >= 6


def test_a_register_without_agreements_says_who_enters_them(get, bo, county_blekinge):
    for agreement in county_blekinge.agreements.all():
        agreement.successor = None
        agreement.save()
        agreement.delete()
    assert "Inga överenskommelser är inlagda" in text(get(bo, "registers"))


def test_a_body_without_standard_texts_is_told_how_to_begin(get, bo):
    group = body("blekinge", "sg_barn_unga")
    assert "Inga standardtexter än" in text(get(bo, "standard_texts", group.key))
    assert reverse("standard_texts", args=[group.key])
