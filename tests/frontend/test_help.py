"""The manual: data that is refused when broken, a topic for every page, both languages, and words where they stand."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pydantic import ValidationError

from frontend import urls
from frontend.help import page_help, topics
from tests.frontend.pages import text

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "templates"

# Addresses that need no topic, by why.
NEEDS_NONE = {
    "a part of another page": {
        "adoptions_moving", "deviation_handled", "deviation_looking", "deviation_seen", "deviation_unit_ask",
        "desk_moving", "escalation_moving", "escalation_seen", "filing_units", "measures_moving", "news_count",
        "overdue_moving", "report_progress", "steering_moving", "to_answer_waiting", "working_group_moving",
    },
    "a file": {
        "look_css", "look_logo", "manifest", "minutes_pdf", "minutes_word", "offline_choices", "offline_key",
        "process_export", "published_chart", "report_file", "sip_template_csv", "sip_template_xlsx",
        "sip_training_template", "worker",
    },
    "a button": {
        "end_standard_text", "file_about_route", "follow_reports", "forget_view", "language", "nobody_answered",
        "precedent_withdraw", "read_about", "recount_report", "sip_absence", "tour", "undo",
    },
    "without the top bar": {"catalogue", "helped", "look_preview", "meeting_screen", "offline_send"},
}  # fmt: skip


def test_every_page_has_a_topic_or_a_reason_to_need_none():
    """A page that is added says in frontend/help what it is for."""
    names = {pattern.name for pattern in urls.urlpatterns}
    have = {page for topic in topics.book().topics for page in topic.pages}
    assert names - have - set().union(*NEEDS_NONE.values()) == set()


def test_no_topic_names_a_page_that_is_gone():
    names = {pattern.name for pattern in urls.urlpatterns}
    assert {page for topic in topics.book().topics for page in topic.pages} - names == set()


def test_every_text_is_in_both_languages_and_they_differ():
    said = [said for topic in topics.book().topics for said in (topic.asks, *topic.answer)]
    said += [each for word in topics.book().words for each in (word.asks, word.means)]
    assert [each.sv for each in said if each.sv == each.en] == []


def test_a_topic_is_a_question_with_a_short_answer():
    for topic in topics.book().topics:
        assert topic.asks.sv.endswith("?")
        assert topic.asks.en.endswith("?")
        assert 1 <= len(topic.answer) <= 4
        assert max(len(part.sv) for part in topic.answer) <= 320


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("topics: [{key: a, roles: [reporter], asks: {sv: 'Vad då?'}, answer: []}]", "asks.en"),
        ("topics: [{key: a, roles: [nobody], asks: {sv: 'Vad?', en: 'What?'}, answer: []}]", "roles"),
        ("words: [{key: a, asks: {sv: 'Vad?', en: 'What?'}, means: {sv: Detta., en: This.}, colour: red}]", "colour"),
    ],
)
def test_broken_data_is_refused(monkeypatch, tmp_path, broken, says):
    with pytest.raises(ValidationError, match=says):
        read(monkeypatch, tmp_path, broken)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("topics: [{T, key: a, roles: [unit]}, {T, key: a, roles: [unit]}]", "more than once"),
        ("topics: [{T, key: a, roles: [unit], pages: [home]}, {T, key: b, roles: [unit], pages: [home]}]", "more than"),
        ("topics: [{T, key: a, roles: [unit], see: [gone]}]", "gone"),
        ("topics: [{T, key: a, roles: [unit], words: [gone]}]", "gone"),
    ],
)
def test_data_that_contradicts_itself_is_refused(monkeypatch, tmp_path, broken, says):
    whole = broken.replace("T,", "asks: {sv: 'Vad?', en: 'What?'}, answer: [{sv: Detta., en: This.}],")
    with pytest.raises(ValueError, match=says):
        read(monkeypatch, tmp_path, whole)


def read(monkeypatch, folder, source):
    (folder / "broken.yaml").write_text(source, encoding="utf-8")
    monkeypatch.setattr(topics, "FOLDER", folder)
    topics.book.__wrapped__()


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def help_link(html):
    return re.search(r'class="pagehelp" href="([^"]+)"', html)[1]


@pytest.mark.parametrize(
    ("who", "view", "key"),
    [("anna", "mine", "mina"), ("bo", "desk", "arbetsbord"), ("lena", "reports", "lasa-rapport"),
     ("anna", "filing", "anmala"), ("ada", "administration", "profil")],
)  # fmt: skip
def test_every_page_leads_to_its_own_help(get, cast, who, view, key):
    who = getattr(cast, who)
    assert help_link(text(get(who, view))) == reverse("help_topic", args=[key])


def test_one_page_has_the_help_of_the_one_who_reads_it(get, anna, bo, filed):
    links = [help_link(text(get(who, "deviation", filed.public_id))) for who in (anna, bo)]
    assert links == [reverse("help_topic", args=[key]) for key in ("efterat", "steg")]


@pytest.mark.parametrize(
    ("who", "has", "lacks"),
    [
        ("anna", "Du som anmäler", "Du som samordnar"),
        ("bo", "Du som samordnar", "Du som anmäler"),
        ("lena", "Du som läser rapporter", "Du som anmäler"),
        ("disa", "För alla", "Du som samordnar"),
    ],
)
def test_the_manual_begins_with_what_is_for_ones_own_roles(get, cast, who, has, lacks):
    html = text(get(getattr(cast, who), "manual"))
    assert has in html
    assert lacks not in html
    assert lacks in text(get(getattr(cast, who), "manual", roll="alla"))


def test_the_manual_shows_the_countys_routine_with_version_and_validity(get, anna):
    html = text(get(anna, "manual"))
    assert "Rutinen i Blekinge" in html
    assert re.search(r"Version \d[\w.]*, gäller från \d+ \w+", html)


def test_the_manual_is_searched_by_words_in_any_form(get, anna):
    assert reverse("help_topic", args=["langre-tid"]) in text(get(anna, "manual", q="förlänger"))
    assert "Ingen fråga innehåller de orden" in text(get(anna, "manual", q="zzzz"))


def test_a_topic_explains_its_words_and_leads_on(get, anna):
    html = text(get(anna, "help_topic", "efterat"))
    assert "Vad är ett yttrande?" in html
    assert reverse("help_topic", args=["hjalpte-det"]) in html
    assert get(anna, "help_topic", "finns-inte").status_code == 404


def test_the_help_is_read_in_english_too():
    with translation.override("en"):
        assert topics.topic("anmala").question == "How do I file a deviation?"


def test_the_link_to_the_help_costs_no_statement(get, anna, rf):
    get(anna, "mine")
    request = rf.get("/mina/")
    request.user, request.resolver_match = anna, None
    with CaptureQueriesContext(connection) as asked:
        assert page_help.help_of(request)["url"] == reverse("manual")
    assert len(asked) == 0


# ── words and empty places ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_word_is_explained_where_it_stands():
    html = Template('{% load samsyn %}{% term "yttrande" %}').render(Context())
    assert html.strip().startswith('<details class="term"><summary>Vad är ett yttrande?</summary>')


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("answer/list.html", "yttrande"),
        ("steering/inbox.html", "lyft"),
        ("adoption/list.html", "verkstallighet"),
        ("governance/bodies.html", "lsvo"),
        ("sip/register.html", "sip"),
        ("reports/published.html", "dolt-tal"),
        ("reports/dashboard.html", "dolt-tal"),
        ("precedents/library.html", "vagledande"),
        ("learning/cases.html", "larfall"),
        ("learning/patterns.html", "monster"),
        ("measures/list.html", "effekt"),
        ("process/list.html", "processmatt"),
    ],
)
def test_words_of_the_field_are_explained_on_the_pages_that_live_by_them(template, word):
    assert f'{{% term "{word}" %}}' in (TEMPLATES / "frontend" / template).read_text(encoding="utf-8")
