"""Published reports as pages: read by those who may, found by nobody else, and leading to no deviation."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.permissions import grant
from tests.cast import body, person, unit
from tests.reports.shelf import copy, put
from tests.reports_content import CASES, FEEDBACK, content


@pytest.fixture
def lsvo(cast):
    return body("blekinge", "lsvo")


@pytest.fixture
def report(lsvo):
    return put(lsvo, content=content(), year=2022, code="S-2022-BL-07")


@pytest.fixture
def nora(cast):
    """Reads for a board of Karlskrona kommun."""
    reader = person("nora", "Nora Norén")
    grant(reader, "board_reader", unit("blekinge", "1080-elevhalsan").principal, by=None)
    return reader


def said(response):
    """The page's words, without what is only there for the eye."""
    shown = re.sub(r'<span aria-hidden="true">[^<]*</span>', " ", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)).replace("&lt;", "<")


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_lsvos_reader_finds_the_published_report_and_reads_it(get, lena, report):
    address = reverse("published", args=[report.public_id])
    assert address in get(lena, "reports").content.decode()
    page = get(lena, "published", report.public_id)
    assert page.status_code == 200
    assert "Vad Blekinge lärde 2022" in said(page)
    assert "412 avvikelser anmäldes." in said(page)


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit", "cecilia", "disa", "ada"])
def test_nobody_else_finds_it(get, cast, report, name):
    reader = getattr(cast, name)
    assert str(report.public_id) not in get(reader, "reports").content.decode()
    assert get(reader, "published", report.public_id).status_code == 404
    assert get(reader, "published_chart", report.public_id, "way").status_code == 404


@pytest.mark.parametrize("status", ["draft", "discarded"])
def test_what_is_not_approved_is_not_there_whoever_asks(get, lena, lsvo, status):
    report = put(lsvo, content=content(), status=status)
    assert get(lena, "published", report.public_id).status_code == 404


def test_a_board_reads_the_copy_that_is_addressed_to_it(get, nora, report):
    assert get(nora, "published", report.public_id).status_code == 404
    copy(report, to_principal=unit("blekinge", "1080-elevhalsan").principal, board="Nämnden för barn och unga")
    page = get(nora, "published", report.public_id)
    assert "Diarienummer Fylls i av nämnden" in said(page)


def test_every_boards_copy_shows_the_same_numbers_and_its_own_number_only(get, nora, lena, report):
    karlskrona = unit("blekinge", "1080-elevhalsan").principal
    own = copy(report, to_principal=karlskrona, board="Nämnden för barn och unga")
    other = copy(report, to_principal=unit("blekinge", "rb-bup").principal, board="Regionstyrelsen")
    type(own).objects.filter(pk=own.pk).update(diary_number="KS 2023/17")
    type(own).objects.filter(pk=other.pk).update(diary_number="RS 2023/99")
    theirs, hers = said(get(nora, "published", report.public_id)), said(get(lena, "published", report.public_id))
    assert "KS 2023/17" in theirs
    assert "RS 2023/99" not in theirs
    assert "KS 2023/17" not in hers
    start, end = "412 avvikelser anmäldes", "Så är siffrorna gjorda"
    assert theirs[theirs.index(start) : theirs.index(end)] == hers[hers.index(start) : hers.index(end)]


def test_whoever_reads_nothing_is_told_how_to(get, anna, cast):
    assert "Du läser inga rapporter än" in said(get(anna, "reports"))


def test_the_list_is_newest_first_and_says_what_has_been_replaced(get, lena, lsvo):
    first = put(lsvo, year=2024, status="replaced")
    put(lsvo, year=2024, revision=2, revises=first, revision_reason="Ett avtal var felräknat.")
    put(lsvo, year=2025)
    listed = said(get(lena, "reports"))
    at = [listed.index(words) for words in ("lärde 2025", "Utgåva 2", "Ersatt av en rättad utgåva")]
    assert at == sorted(at)


def test_a_replaced_report_leads_to_the_one_that_replaced_it(get, lena, lsvo):
    first = put(lsvo, content=content(), year=2024, status="replaced")
    second = put(lsvo, content=content(), year=2024, revision=2, revises=first, revision_reason="Felräknat.")
    page = get(lena, "published", first.public_id)
    assert "Den här rapporten är rättad." in said(page)
    assert reverse("published", args=[second.public_id]) in page.content.decode()
    assert "Den här rapporten är rättad." not in said(get(lena, "published", second.public_id))


# ── what ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_part_of_the_report_is_on_the_page(get, lena, report):
    page = said(get(lena, "published", report.public_id))
    for section in content().sections:
        if section.id != "first_page":
            assert section.title in page
    for words in (
        "Mellan två stolar", "Effekt bekräftad", "Ersätt länsavtalet före 1 juli", "Svar i tid", "298 av 412",
        "Region Blekinge", "Gick ut 31 december 2020", "Tabellen visas inte.", "Året präglades av",
        "Kallelsen som ingen läste", "Varje enhet har nu en bevakad adress",
        "Återtagna (18)", "Karlshamns namn var felskrivet.", "Längsta svit 9",
    ):  # fmt: skip
        assert words in page, words


def test_hidden_numbers_are_read_aloud_as_hidden(get, lena, report):
    page = get(lena, "published", report.public_id)
    assert '<span aria-hidden="true">&lt;5</span><span class="vh">färre än 5, dolt</span>' in page.content.decode()
    assert '<span aria-hidden="true">··</span><span class="vh">dolt</span>' in page.content.decode()
    assert '<span aria-hidden="true">–</span><span class="vh">ingår inte</span>' in page.content.decode()


def test_every_chart_has_its_table_beside_it_with_the_same_numbers(get, lena, report):
    page = get(lena, "published", report.public_id).content.decode()
    charts = [block for s in content().sections for block in s.blocks if block.kind == "chart"]
    assert page.count("Visa som tabell") == len(charts) == 4
    assert "<desc>" + content().sections[1].blocks[0].words in page
    months = page[page.index("Uteblivna per månad") :]
    assert "2022-12" in months
    assert "26\u00a0%" in months


def test_a_numbers_definition_can_be_opened_beside_it(get, lena, report):
    page = get(lena, "published", report.public_id).content.decode()
    beside = page[page.index('<details class="terms">') :]
    assert "Tid till första svar" in beside[: beside.index("</details>")]
    assert "automatisk kvittens räknas inte som svar" in beside[: beside.index("</details>")]


def test_how_the_numbers_were_made_stands_last_with_the_sum_in_groups_of_four(get, lena, report):
    page = said(get(lena, "published", report.public_id))
    last = page[page.rindex("Så är siffrorna gjorda") :]
    assert "Underlag S-2022-BL-07" in last
    assert "Fryst 6 februari, 14.12" in last or "Fryst 6 februari 2026, 14.12" in last
    four = [report.checksum[at : at + 4] for at in range(0, 64, 4)]
    assert f"Kontrollsumma {' '.join(four[:4])} " in last
    assert " ".join(four) in last


def test_two_narrow_parts_that_follow_each_other_stand_side_by_side(get, lena, report):
    page = get(lena, "published", report.public_id).content.decode()
    pair = page[re.search(r'<div class="duo">\s*<section class="fig"', page).start() :]
    assert pair.index("Fler får veta vad som gjordes") < pair.index("Det mest åberopade avtalet")


def test_the_page_leads_to_no_deviation_and_no_desk(get, lena, report):
    page = get(lena, "published", report.public_id).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert [link for link in re.findall(r'href="([^"]+)"', main) if "avvikelse" in link or "arbetsbord" in link] == []


def test_a_report_with_nothing_but_a_case_stands(get, lena, lsvo):
    small = put(lsvo, content=content(sections=(CASES,), definitions=(), revisions=()))
    assert "Kallelsen som ingen läste" in said(get(lena, "published", small.public_id))


# ── charts ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["way", "series", "feedback", "category"])
def test_each_chart_is_a_picture_of_its_own(get, lena, report, name):
    answer = get(lena, "published_chart", report.public_id, name)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert ET.fromstring(answer.content)[0].tag.endswith("title")


@pytest.mark.parametrize("name", ["agreements", "nothing", "way.table"])
def test_what_is_no_chart_of_the_report_is_not_found(get, lena, report, name):
    assert get(lena, "published_chart", report.public_id, name).status_code == 404


def test_a_chart_whose_words_hold_signs_of_html_is_only_words(get, lena, lsvo):
    chart = FEEDBACK.blocks[0].model_copy(
        update={"title": "<script>alert(1)</script>", "labels": ("<b>A</b>", "B", "C", "D", "E")}
    )
    section = FEEDBACK.model_copy(update={"blocks": (chart,)})
    report = put(lsvo, content=content(sections=(section,)))
    page = get(lena, "published", report.public_id).content.decode()
    assert "<script>alert" not in page
    assert "<b>A</b>" not in page


def test_a_list_costs_the_same_for_one_report_and_for_thirty(get, lena, lsvo):
    put(lsvo, year=2000)
    get(lena, "reports")
    with CaptureQueriesContext(connection) as one:
        get(lena, "reports")
    for year in range(2001, 2030):
        put(lsvo, year=year)
    with CaptureQueriesContext(connection) as thirty:
        get(lena, "reports")
    assert len(one) == len(thirty)


# ── one's own copy, and letters ──────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def own(nora, report):
    return copy(report, to_principal=unit("blekinge", "1080-elevhalsan").principal, board="Nämnden för barn och unga")


def register(client, who, report, copied, number):
    client.force_login(who)
    return client.post(reverse("register_copy", args=[report.public_id, copied.pk]), {"diary_number": number})


def test_a_board_writes_its_own_number_on_its_own_copy(client, get, nora, report, own):
    answer = register(client, nora, report, own, "BUN 2023/17")
    assert (answer.status_code, answer.url) == (302, reverse("published", args=[report.public_id]))
    assert "Diarienummer BUN 2023/17" in said(get(nora, "published", report.public_id))


@pytest.mark.parametrize(
    ("number", "words"), [("", "Skriv diarienumret."), ("x" * 61, "Skriv högst 60 tecken."), ("19121212-1212", "")]
)
def test_a_number_that_cannot_be_taken_is_said_at_its_field_and_kept(client, nora, report, own, number, words):
    answer = register(client, nora, report, own, number)
    assert answer.status_code == 422
    assert words in said(answer)
    assert f'value="{number}"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    own.refresh_from_db()
    assert own.diary_number == ""


def test_nobody_writes_on_anothers_copy(client, lena, bo, report, own):
    assert register(client, lena, report, own, "RS 1").status_code == 404  # reads the report, not as that board
    assert register(client, bo, report, own, "RS 1").status_code == 404


def test_letters_are_asked_for_and_ended_on_the_list(client, get, lena, lsvo, report):
    assert "Få brev när en rapport kommer" in said(get(lena, "reports"))
    client.post(reverse("follow_reports", args=["blekinge", "lsvo"]))
    assert "Sluta få brev" in said(get(lena, "reports"))
    client.post(reverse("follow_reports", args=["blekinge", "lsvo"]), {"sluta": "1"})
    assert "Få brev när en rapport kommer" in said(get(lena, "reports"))


@pytest.mark.parametrize("name", ["anna", "bo", "cecilia", "ada"])
def test_nobody_asks_for_letters_about_what_they_do_not_read(client, cast, report, name):
    client.force_login(getattr(cast, name))
    assert client.post(reverse("follow_reports", args=["blekinge", "lsvo"])).status_code == 404
