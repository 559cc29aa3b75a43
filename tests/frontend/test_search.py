"""Search everywhere: each kind through its own door, a number straight to its page, and nothing of another county."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deviations.models import Deviation
from deviations.services import deciding, meetings
from deviations.services.filing import file
from deviations.services.handling import receive
from frontend.find import groups
from orgs.models import Agreement, ContactRoute
from tests.cast import body, unit
from tests.frontend.pages import text

TOKEN = re.compile(r'(?<=X-CSRFToken": ")\w+|(?<=csrfmiddlewaretoken" value=")\w+')


def headings(response):
    return [re.sub(r"<[^>]+>|\s+", " ", found).strip() for found in re.findall(r"<h2[^>]*>(.*?)</h2>", text(response))]


def hits(response):
    """The titles of every kind but deviations."""
    return re.findall(
        r'<li><a href="[^"]+">([^<]+)</a>', "".join(re.findall(r'<ul class="hits">.*?</ul>', text(response)))
    )


def measured(filed, bo):
    receive(filed, by=bo)
    deciding.decide(filed, text="Gruppen ser över bokningen av zebrafinkar.", by=bo)
    day = datetime.date.today() + datetime.timedelta(days=30)
    deciding.propose_measure(
        filed, owner=unit("blekinge", "rb-bup"), text="BUP räknar zebrafinkar varje vecka.", due_on=day,
        check_on=day + datetime.timedelta(days=60), sign="Inga fler avvikelser om det.", by=bo,
    )  # fmt: skip


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("typed", ["{reference}", "BL-{reference}", "bl-{reference}", "{number}", " {number} "])
def test_a_number_leads_straight_to_the_page(get, anna, filed, typed):
    answer = get(anna, "search", q=typed.format(reference=filed.reference, number=filed.number))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("deviation", args=[filed.public_id]))


def test_a_number_alone_is_the_latest_years(get, anna, bo, filing):
    older, newer = file(filing(), by=anna), file(filing(), by=anna)
    Deviation.objects.filter(pk=older.pk).update(year=newer.year - 1, number=newer.number)
    assert get(bo, "search", q=str(newer.number)).headers["Location"] == reverse("deviation", args=[newer.public_id])


@pytest.mark.parametrize("name", ["cecilia", "disa", "lena", "ada"])
def test_a_number_that_one_may_not_see_is_answered_as_one_that_does_not_exist(get, cast, filed, name):
    who = getattr(cast, name)
    there, nowhere = (get(who, "search", q=f"{filed.year}-{number}") for number in (f"{filed.number:04d}", "9999"))
    assert (there.status_code, nowhere.status_code) == (200, 200)
    asked = (filed.reference, f"{filed.year}-9999")
    pairs = zip((there, nowhere), asked, strict=True)
    known, unknown = (TOKEN.sub("", text(answer)).replace(number, "…") for answer, number in pairs)
    assert known == unknown


def test_a_number_is_found_by_the_index_that_keeps_it_unique(get, anna, filed):
    with CaptureQueriesContext(connection) as asked:
        get(anna, "search", q=filed.reference)
    [sql] = [q["sql"] for q in asked if '"number" =' in q["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}")
        plan = str(cursor.fetchall())
    if connection.vendor == "sqlite":  # among a handful of rows PostgreSQL may find another index as good
        assert "sqlite_autoindex_deviations_deviation_" in plan or "number_once_per_county_and_year" in plan
    assert "SCAN deviations_deviation" not in plan
    assert "Seq Scan on deviations_deviation" not in plan


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_coordinator_finds_the_deviation_its_decision_and_its_measure(get, bo, filed):
    measured(filed, bo)
    answer = get(bo, "search", q="zebrafink")
    assert headings(answer) == ["Avvikelser", "Beslut", "Åtgärder"]
    assert hits(answer) == ["Gruppen ser över bokningen av zebrafinkar.", "BUP räknar zebrafinkar varje vecka."]


@pytest.mark.parametrize("name", ["cecilia", "disa"])
def test_a_stranger_finds_nothing_of_the_countys(get, cast, bo, filed, name):
    measured(filed, bo)
    meetings.plan_meeting(body("blekinge", "sg_barn_unga"), starts_at=_soon(), place="Zebrafinken", by=bo)
    for word in ("zebrafink", "Karlskrona", "Samverkansgrupp Barn och unga", "Andersson"):
        answer = get(getattr(cast, name), "search", q=word)
        assert (word, hits(answer), "Avvikelser" in headings(answer)) == (word, [], False)


def test_a_body_reader_finds_no_deviation_decision_measure_or_meeting(get, lena, bo, filed):
    measured(filed, bo)
    meetings.plan_meeting(body("blekinge", "sg_barn_unga"), starts_at=_soon(), place="Zebrafinken", by=bo)
    assert headings(get(lena, "search", q="zebrafink")) == ["Inget hittades"]


def test_a_meeting_is_found_by_its_place_by_those_of_the_body(get, bo, anna):
    meetings.plan_meeting(body("blekinge", "sg_barn_unga"), starts_at=_soon(), place="Zebrafinken", by=bo)
    assert headings(get(bo, "search", q="zebrafinken")) == ["Möten och protokoll"]
    assert headings(get(anna, "search", q="zebrafinken")) == ["Inget hittades"]


def test_a_unit_is_found_with_how_it_is_reached(get, anna):
    bup = unit("blekinge", "rb-bup")
    ContactRoute.objects.create(organisation=bup, name="Vårdgrannetelefonen", phone="0455-10 00 00", hours="8–10")
    answer = get(anna, "search", q="bup", grupp="verksamheter")
    assert bup.full_name in hits(answer)
    assert "Vårdgrannetelefonen, 0455-10 00 00, 8–10" in text(answer)
    card = text(get(anna, "unit_card", bup.pk))
    assert "0455-10 00 00" in card
    assert "Ja. Någon där har i uppdrag att svara" in card


def test_a_clause_is_found_and_leads_to_its_place(get, anna, county_blekinge):
    agreement = Agreement.objects.filter(county=county_blekinge).first()
    agreement.clauses.create(key="zebra", number="9.9", title="Zebrafinkar", text="Båda parter räknar dem.")
    answer = get(anna, "search", q="zebrafinkar")
    assert headings(answer) == ["Överenskommelser och punkter"]
    assert f'href="{reverse("agreement", args=[agreement.key])}#punkt-zebra"' in text(answer)
    assert 'id="punkt-zebra"' in text(get(anna, "agreement", agreement.key))


@pytest.mark.parametrize(
    ("who", "found"), [("maria", True), ("ada", True), ("anna", False), ("berit", False), ("lena", False)]
)
def test_a_persons_name_is_found_only_by_those_who_answer_for_roles_there(get, cast, who, found):
    assert ("Anna Andersson" in hits(get(getattr(cast, who), "search", q="Andersson"))) is found


def test_help_is_found_by_everyone(get, disa):
    assert "Hur anmäler jag en avvikelse?" in hits(get(disa, "search", q="anmäler"))


def test_the_routine_and_who_is_responsible_are_found(get, anna):
    answer = get(anna, "search", q="ätstörning")
    assert "Vem ansvarar, och rutinen" in headings(answer)
    assert "Vem ansvarar, och rutinen" in headings(get(anna, "search", q="rutin"))


def test_a_kind_with_more_than_a_few_leads_to_all_of_them(get, anna):
    few = get(anna, "search", q="elevhälsa")
    assert "grupp=verksamheter" in text(few)
    every = get(anna, "search", q="elevhälsa", grupp="verksamheter")
    assert len(hits(every)) > groups.FEW


def test_nothing_found_teaches(get, anna):
    answer = text(get(anna, "search", q="zzzzqq"))
    assert "Inget hittades" in answer
    assert "Skriv ett kortare ord, eller bara början av det." in answer
    assert reverse("help_topic", args=["soka"]) in answer


def test_a_kind_that_does_not_exist_is_not_found(get, anna):
    assert get(anna, "search", q="bup", grupp="finns-inte").status_code == 404


@pytest.mark.parametrize("words", ["", "?!", "'\"", "a" * 5000, "%"])
def test_any_words_are_answered(get, bo, words):
    assert get(bo, "search", q=words).status_code == 200
    assert get(bo, "search_suggestions", q=words).status_code == 200


# ── while one types ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_suggestion_is_on_the_page_of_all_hits(get, anna, filed):
    for word in ("bup", "elev", "kallelse", "sip"):
        shown = set(re.findall(r'href="(/[^"]+)"', text(get(anna, "search_suggestions", q=word))))
        page = text(get(anna, "search", q=word)).replace("&amp;", "&")
        links = {each for each in shown if not each.startswith(reverse("search"))}
        assert links
        assert [each for each in links if f'href="{each}"' not in page] == []


def test_suggestions_say_what_there_is_to_a_screen_reader(get, anna):
    assert 'id="search_said" class="vh" role="status" hx-swap-oob="true">Inget hittades' in text(
        get(anna, "search_suggestions", q="zzzzqq")
    )
    assert "Förslag visas under sökfältet" in text(get(anna, "search_suggestions", q="bup"))


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("view", "name"), [("search", "bo"), ("search", "ada"), ("search_suggestions", "bo")])
def test_the_database_is_asked_as_often_for_thirty_hits_as_for_one(get, cast, anna, bo, filing, view, name):
    counts = []
    for more in (1, 29):
        for _n in range(more):
            filed = file(filing(happened="Zebrafinken flög."), by=anna)
            measured(filed, bo)
            day = _soon(Deviation.objects.count())
            meetings.plan_meeting(body("blekinge", "sg_barn_unga"), starts_at=day, place="Zebrafinken", by=bo)
        get(getattr(cast, name), view, q="zebrafinken")
        with CaptureQueriesContext(connection) as asked:
            assert get(getattr(cast, name), view, q="zebrafinken").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] < 45


def _soon(days=14):
    return timezone.now() + datetime.timedelta(days=days)
