"""A board's one page: the newest approved report in brief, what changed, and nothing that the report does not say."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations.reports.content import Figures
from deviations.reports.in_brief import changes, in_brief
from tests.cast import body
from tests.frontend.test_reports import said
from tests.reports.shelf import put
from tests.reports_content import FEEDBACK, content
from tests.reports_first_sections import FLOW


@pytest.fixture
def lsvo(cast):
    return body("blekinge", "lsvo")


def test_it_opens_with_the_newest_approved_report(get, lena, lsvo):
    put(lsvo, content=content(title="Förra året"), year=2021)
    put(lsvo, content=content(title="Vad Blekinge lärde 2022"), year=2022)
    put(lsvo, content=content(title="Nästa år"), year=2023, status="draft")
    page = said(get(lena, "in_brief"))
    assert "Vad Blekinge lärde 2022" in page
    assert "412 avvikelser anmäldes." in page
    assert "Nästa år" not in page
    assert "Andra rapporter" in page


def test_it_says_figures_decisions_and_what_is_asked_before_any_chart(get, lena, lsvo):
    put(lsvo, content=content(), year=2022)
    page = get(lena, "in_brief").content.decode()
    places = [page.index(f'class="{name}') for name in ("standfirst", "inbrief__figures", "three", "fig")]
    assert places == sorted(places)
    assert page.count("<h1") == 1


def test_without_a_report_it_says_what_will_come(get, lena, anna):
    for person in (lena, anna):
        assert "Ingen rapport är fastställd än" in said(get(person, "in_brief"))


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit", "cecilia", "disa", "ada"])
def test_nobody_else_reads_it(get, cast, lsvo, name):
    report = put(lsvo, content=content(), year=2022)
    assert "412 avvikelser" not in said(get(getattr(cast, name), "in_brief"))
    assert get(getattr(cast, name), "report_in_brief", report.public_id).status_code == 404


def test_it_costs_the_same_for_one_report_and_for_ten(get, lena, lsvo):
    put(lsvo, content=content(), year=2000)
    put(lsvo, content=content(), year=2001)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert get(lena, "in_brief").status_code == 200
        return len(queries)

    asked()
    two = asked()
    for year in range(2002, 2012):
        put(lsvo, content=content(), year=year)
    assert asked() == two


def test_a_board_meets_it_after_logging_in_and_those_with_other_work_do_not(get, cast, lena, bo, lsvo):
    assert "Det länet har lärt sig" in said(get(lena, "home"))
    put(lsvo, content=content(), year=2022)
    put(body("blekinge", "sg_barn_unga"), content=content(), year=2022)
    assert "412 avvikelser anmäldes." in said(get(lena, "home"))
    assert "412 avvikelser anmäldes." not in said(get(bo, "home"))


# ── what is chosen ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_no_figure_that_is_hidden_is_chosen_and_three_at_most():
    brief = in_brief(content())
    assert all(figure.cell.mark == "number" for figure in brief.figures)
    assert 1 <= len(brief.figures) <= 3


def test_shares_are_told_beside_last_years_and_hidden_ones_are_not():
    told = [(c.label, c.now, c.then, c.words) for c in changes(content(sections=(FEEDBACK,)), None)]
    assert told == [
        ("A Kvittens", "100\u00a0%", "98\u00a0%", "2 procentenheter mer."),
        ("B Snabbt första svar", "72\u00a0%", "61\u00a0%", "11 procentenheter mer."),
        ("C Frågan lyftes i gruppen", "50\u00a0%", "47\u00a0%", "3 procentenheter mer."),
        ("D Fick veta vad som gjordes", "64\u00a0%", "38\u00a0%", "26 procentenheter mer."),
    ]


def test_a_figure_is_told_beside_the_same_figure_of_the_report_before():
    def with_filed(n):
        figures = next(block for block in FLOW.blocks if isinstance(block, Figures))
        one = figures.figures[0]
        cell = one.cell.model_copy(update={"value": n, "text": str(n), "mark": "number"})
        block = figures.model_copy(update={"figures": (one.model_copy(update={"cell": cell, "measure": "filed"}),)})
        return content(sections=(FLOW.model_copy(update={"blocks": (block,)}),))

    def words(now, then):
        return [c.words for c in changes(with_filed(now), with_filed(then))]

    assert words(412, 400) == ["12 fler."]
    assert words(400, 412) == ["12 färre."]
    assert words(400, 400) == ["Lika mycket som förra perioden."]


def test_every_picture_stands_with_its_table(get, lena, lsvo):
    put(lsvo, content=content(), year=2022)
    page = get(lena, "in_brief").content.decode()
    assert page.count('role="img"') >= len(in_brief(content()).charts) >= 2
    assert page.count("Visa som tabell") == len(in_brief(content()).charts)
    assert reverse("reports") in page
