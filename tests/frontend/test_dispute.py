"""Tvist on the pages: who acts now before all else, both sides' views, the steps, the library of what they taught."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations import clock
from deviations.models import Deviation, Dispute, Precedent
from deviations.services import disputes, handling, statements
from deviations.services.filing import file, save_draft
from deviations.services.precedents import publish_precedent, withdraw_precedent
from frontend.dates import day
from tests.cast import unit
from tests.deviations.test_disputes import QUESTION, WORDS
from tests.frontend.pages import fresh, text

PAGE_OF = {"bo": "deviation_handled", "berit": "deviation_unit_side", "anna": "deviation_way", "maria": "deviation_way"}
INTERIM = "BUP, Region Blekinge ansvarar nu"


@pytest.fixture
def disputed(filed, bo):
    handling.receive(filed, by=bo)
    disputes.open_dispute(filed, question=QUESTION, clause="lansavtal/ansvar", by=bo)
    return fresh(filed)


@pytest.fixture
def held(disputed, bo):
    disputes.set_interim(disputed, responsible=unit("blekinge", "rb-bup"), reason="Barnet väntar.", by=bo)
    return fresh(disputed)


@pytest.fixture
def settled(held, bo):
    disputes.decide_dispute(held, responsible=unit("blekinge", "rb-bup"), text="BUP tar emot.", by=bo)
    return fresh(held)


@pytest.fixture
def precedent(settled, bo):
    return publish_precedent(settled, **WORDS, by=bo)


def acts(html):
    return re.findall(r'id="dispute-(\w+)"', html)


# ── on the deviation's page ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "expected"),
    [("bo", ["open_dispute"]), ("berit", ["open_dispute"]), ("maria", ["open_dispute"]), ("anna", [])],
)
def test_those_who_may_are_offered_to_open_a_dispute(get, cast, filed, name, expected):
    assert acts(text(get(getattr(cast, name), "deviation", filed.public_id))) == expected


def test_when_the_receiving_side_says_no_both_readings_stand_beside_each_other(get, bo, berit, filed):
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    elsewhere = unit("blekinge", "rb-vardcentral")
    handling.decline(filed, reason="not_ours", comment="Elevhälsan ska göra mer.", unit=elsewhere, by=berit)
    html = " ".join(text(get(bo, "deviation", filed.public_id)).split())
    assert "<h2>Parterna läser avtalet olika</h2>" in html
    assert '<h3 class="label-cap">Elevhälsan, Karlskrona kommun</h3><p class="small asis">Kallelse till' in html
    assert '<h3 class="label-cap">BUP, Region Blekinge</h3><p class="small asis">Elevhälsan ska göra mer.' in html
    assert "Gruppen avgör inom 10 arbetsdagar, annars Ledningssamverkan" in html


def test_a_reporting_unit_that_is_asked_in_its_turn_never_stands_on_both_sides(get, bo, berit, maria, filed):
    own = unit("blekinge", "1080-elevhalsan")
    handling.receive(filed, by=bo)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    handling.decline(filed, reason="not_ours", comment="Elevhälsan ska göra mer.", unit=own, by=berit)
    elsewhere = unit("blekinge", "rb-vardcentral")
    handling.decline(fresh(filed), reason="not_ours", comment="Vi har gjort vårt.", unit=elsewhere, by=maria)
    html = " ".join(text(get(bo, "deviation", filed.public_id)).split())
    assert '<h3 class="label-cap">Elevhälsan, Karlskrona kommun</h3><p class="small asis">Vi har gjort vårt.' in html
    assert '<h3 class="label-cap">BUP, Region Blekinge</h3><p class="small asis">Elevhälsan ska göra mer.' in html


@pytest.mark.parametrize(
    ("name", "expected"),
    [("bo", ["set_interim", "decide_dispute"]), ("berit", ["give_view"]), ("maria", ["give_view"]), ("anna", [])],
)
def test_everyone_reads_the_open_dispute_and_is_offered_what_is_theirs(get, cast, disputed, name, expected):
    html = text(get(getattr(cast, name), "deviation", disputed.public_id))
    last_day = day(disputed.disputes.get().due_on)
    assert acts(html) == expected
    assert QUESTION in html
    assert f"Avgörs senast {last_day}, annars lyfts den till" in html
    assert html.count("Har inte lämnat sin syn.") == 2
    assert "Parterna är oense om vem som ansvarar" in html


@pytest.mark.parametrize("name", ["bo", "berit", "anna", "maria"])
def test_who_acts_now_is_the_first_that_everyone_reads(get, cast, held, name):
    html = text(get(getattr(cast, name), "deviation", held.public_id))
    first_heading = re.findall(r"<h2[^>]*>([^<]+)</h2>", html)[0]
    assert first_heading == INTERIM
    assert "Det gäller tills tvisten är avgjord, med barnets bästa i fokus." in html
    assert "Barnet väntar." in html


def test_of_an_adult_it_is_the_persons_best(get, bo, held):
    Deviation.objects.update(age=43)
    assert "med personens bästa i fokus" in text(get(bo, "deviation", held.public_id))


def test_it_stands_before_the_units_answer_too(get, bo, berit, held):
    statements.request_statement(held, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    html = text(get(berit, "deviation", held.public_id))
    assert html.index(INTERIM) < html.index("Ert yttrande behövs")
    assert html.count(INTERIM) == 1


@pytest.mark.parametrize("name", ["bo", "berit", "anna"])
def test_the_fragment_is_exactly_the_pages_part(get, cast, held, name):
    def shown(html):
        html = re.sub(r'value="\w{64}"', "", html)
        return " ".join(html[html.index('<section class="held') : html.index("Öppnad")].split())

    page = text(get(getattr(cast, name), "deviation", held.public_id))
    assert shown(text(get(getattr(cast, name), PAGE_OF[name], held.public_id))) == shown(page)


def test_earlier_versions_of_a_view_are_kept_to_be_read(get, bo, berit, disputed):
    disputes.give_view(disputed, text="Elevhälsan ska göra mer.", by=berit)
    disputes.give_view(disputed, text="Elevhälsan ska pröva samtal.", by=berit)
    html = text(get(bo, "deviation", disputed.public_id))
    assert html.index("Elevhälsan ska pröva samtal.") < html.index("En tidigare version")
    assert html.index("En tidigare version") < html.index("Elevhälsan ska göra mer.")


def test_the_answer_stands_first_and_in_the_history(get, anna, settled):
    html = text(get(anna, "deviation", settled.public_id))
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", html)[0] == "BUP, Region Blekinge ansvarar"
    assert "Tvisten är avgjord" in html
    assert "Avgjorde tvisten: BUP, Region Blekinge ansvarar" in html
    assert "Bestämde att BUP, Region Blekinge ansvarar tills tvisten är avgjord" in html


@pytest.mark.parametrize(
    ("agreed", "words", "head"),
    [
        (True, "Parterna enades: BUP, Region Blekinge ansvarar", "BUP, Region Blekinge ansvarar"),
        (False, "Rekommenderade i tvisten: BUP, Region Blekinge bör ansvara", "BUP, Region Blekinge bör ansvara"),
    ],
)
def test_agreed_and_recommended_are_said_as_what_they_are(get, bo, disputed, agreed, words, head):
    group = disputed.accountable_body
    type(group).objects.filter(pk=group.pk).update(may_decide=False)
    disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="Ja.", agreed=agreed, by=bo)
    html = text(get(bo, "deviation", disputed.public_id))
    assert words in html
    assert re.search(rf'id="held_h">{head}<', html)


def test_the_countys_matrix_is_shown_for_its_area(get, bo, disputed):
    assert "Vem ansvarar? Länets ansvarsfördelning" in text(get(bo, "deviation", disputed.public_id))
    Deviation.objects.update(problem_area="oro_angest")
    assert "Länets ansvarsfördelning: Oro" in text(get(bo, "deviation", disputed.public_id))


def test_a_view_is_read_by_the_parties_only(get, cast, disputed, berit):
    disputes.give_view(disputed, text="ZEBRAFINK", by=berit)
    for name in ("bo", "maria", "anna", "berit"):
        assert "ZEBRAFINK" in text(get(getattr(cast, name), "deviation", disputed.public_id))
    for name in ("lena", "cecilia", "disa", "ada"):
        assert get(getattr(cast, name), "deviation", disputed.public_id).status_code == 404


def test_a_dispute_costs_the_same_however_often_the_sides_write(get, bo, berit, disputed):
    def asked_for():
        with CaptureQueriesContext(connection) as captured:
            get(bo, "deviation_handled", disputed.public_id)
        return len(captured)

    disputes.give_view(disputed, text="Så här.", by=berit)
    get(bo, "deviation", disputed.public_id)  # seen: it is written once
    before = asked_for()
    for number in range(30):
        disputes.give_view(disputed, text=f"Så här, {number}.", by=berit)
    assert asked_for() == before


# ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_dispute_is_opened_on_its_page_with_the_clause_that_the_category_rests_on(get, take, cast, filing):
    deviation = file(filing(category="responsibility/dispute"), by=cast.anna)
    html = text(get(cast.maria, "step", deviation.public_id, "open_dispute"))
    assert re.search(r'<option value="lansavtal/ansvar"\s+selected>', html)
    assert take(cast.maria, deviation, "open_dispute", question=QUESTION, clause="").status_code == 302
    assert Dispute.objects.get().opened_for == "Elevhälsan, Karlskrona kommun"


def test_what_is_missing_is_said_at_its_field_and_what_was_written_is_kept(take, bo, disputed):
    response = take(bo, disputed, "set_interim", responsible=unit("blekinge", "rb-bup").pk, reason="")
    assert response.status_code == 422
    assert "Skriv varför, så att alla vet vad som gäller nu." in text(response)
    response = take(bo, disputed, "decide_dispute", text="BUP tar emot.")
    assert response.status_code == 422
    assert "Välj en av de verksamheter som avvikelsen berör." in text(response)
    assert "BUP tar emot." in text(response)


def test_the_whole_dispute_on_its_pages(take, bo, berit, maria, disputed):
    bup = unit("blekinge", "rb-bup")
    assert take(maria, disputed, "give_view", text="Bedömningen är gjord.").status_code == 302
    assert take(berit, disputed, "give_view", text="Elevhälsan ska göra mer.").status_code == 302
    assert take(bo, disputed, "set_interim", responsible=bup.pk, reason="Barnet väntar.").status_code == 302
    assert take(bo, disputed, "decide_dispute", responsible=bup.pk, text="BUP tar emot.").status_code == 302
    assert take(bo, disputed, "publish_precedent", **WORDS).status_code == 302
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.views.count(), dispute.precedent.title) == ("decided", 2, WORDS["title"])


def test_the_interim_is_proposed_when_the_dispute_is_answered(get, bo, held):
    bup = unit("blekinge", "rb-bup")
    html = text(get(bo, "step", held.public_id, "decide_dispute"))
    assert re.search(rf'<input type="radio" name="responsible" value="{bup.pk}"[^>]*checked', html)


def test_whoever_comes_second_is_told_what_changed(take, bo, berit, disputed):
    seen = disputed.sequence
    disputes.give_view(disputed, text="Elevhälsan ska göra mer.", by=berit)
    bup = unit("blekinge", "rb-bup").pk
    response = take(bo, disputed, "decide_dispute", responsible=bup, text="BUP.", seen=seen)
    assert response.status_code == 409
    assert "Lämna er syn" in text(response)
    assert Dispute.objects.get().status == "open"


def test_the_question_stands_beside_when_it_is_written_anew_for_the_county(get, bo, settled):
    html = text(get(bo, "step", settled.public_id, "publish_precedent"))
    assert f"Tvistefrågan var: {QUESTION}" in html
    assert "Avgörandet var: BUP tar emot." in html


# ── the library ──────────────────────────────────────────────────────────────────────────────────────────────────────
def titles(html):
    return re.findall(r'<h3><a href="/vagledande/[^"]+" lang="sv">([^<]+)</a>', html)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"q": "återsända remisser"}, True),
        ({"q": "läkemedel"}, False),
        ({"slag": "sip/called_party_absent"}, True),
        ({"slag": "waiting"}, False),
        ({"punkt": "lansavtal"}, True),
        ({"punkt": "lansavtal/ansvar"}, True),
        ({"omrade": "oro_angest"}, False),
    ],
)
def test_the_library_is_narrowed_by_words_and_by_what_they_are_about(get, anna, precedent, query, found):
    html = text(get(anna, "precedents", **query))
    assert titles(html) == ([WORDS["title"]] if found else [])
    assert ("Inget avgörande passar" in html) is not found


def test_an_empty_library_says_how_it_is_filled(get, anna):
    assert "När en tvist är avgjord kan gruppen göra avgörandet vägledande." in text(get(anna, "precedents"))


@pytest.mark.parametrize("name", ["cecilia", "disa"])
def test_for_others_it_does_not_exist(get, cast, precedent, name):
    assert titles(text(get(getattr(cast, name), "precedents"))) == []
    assert get(getattr(cast, name), "precedent", precedent.public_id).status_code == 404


def test_one_is_read_whole_and_tells_nothing_of_the_deviation(get, lena, precedent, settled):
    html = text(get(lena, "precedent", precedent.public_id))
    assert (WORDS["situation"] in html, WORDS["outcome"] in html) == (True, True)
    hidden = (settled.reference, str(settled.public_id), "Karlskrona", "EH-17", QUESTION, settled.happened)
    assert [word for word in hidden if word in html] == []
    assert "Återkalla" not in html


def test_the_body_takes_it_back_and_it_is_kept_with_the_reason(get, client, bo, anna, precedent):
    address = reverse("precedent_withdraw", args=[precedent.public_id])
    client.force_login(bo)
    refused = client.post(address, {"reason": ""})
    assert (refused.status_code, "Skriv vad som gäller i stället." in text(refused)) == (422, True)
    assert client.post(address, {"reason": "Ny överenskommelse."}).status_code == 302
    html = text(get(anna, "precedent", precedent.public_id))
    assert f"Gäller inte längre sedan {day(clock.today(), 'year')}" in html
    assert "Ny överenskommelse." in html
    assert "Gäller inte längre" in text(get(anna, "precedents"))
    client.force_login(bo)
    assert client.post(address, {"reason": "Igen."}).status_code == 409


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("lena", 403), ("cecilia", 404)])
def test_nobody_else_takes_it_back(client, cast, precedent, name, status):
    client.force_login(getattr(cast, name))
    address = reverse("precedent_withdraw", args=[precedent.public_id])
    assert client.post(address, {"reason": "Nej."}).status_code == status


@pytest.mark.parametrize("many", [1, 30])
def test_the_library_costs_the_same_for_one_and_for_thirty(get, anna, bo, filing, settled, many):
    for number in range(many):
        deviation = file(filing(), by=anna)
        disputes.open_dispute(deviation, question=QUESTION, by=bo)
        disputes.decide_dispute(deviation, responsible=unit("blekinge", "rb-bup"), text="BUP.", by=bo)
        publish_precedent(deviation, **{**WORDS, "title": f"Nummer {number}"}, by=bo)
    get(anna, "precedents")
    with CaptureQueriesContext(connection) as captured:
        assert len(titles(text(get(anna, "precedents")))) == many
    own = [query["sql"] for query in captured if "deviations_precedent" in query["sql"]]
    assert len(own) == 1
    assert len(captured) == 15


# ── the next similar matter ──────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_shown_while_the_next_similar_deviation_is_filed(get, client, cast, filing, precedent):
    draft = save_draft(filing(), by=cast.anna)
    for view in ("filing_concerns", "filing_review"):
        html = text(get(cast.anna, view, draft.public_id))
        assert "Så har en liknande fråga avgjorts" in html
        assert WORDS["title"] in html
    withdraw_precedent(precedent, reason="Ny överenskommelse.", by=cast.bo)
    assert WORDS["title"] not in text(get(cast.anna, "filing_review", draft.public_id))


def test_it_follows_the_answers_without_a_reload(client, cast, filing, precedent):
    draft = save_draft(filing(category="", receiving_units=(unit("blekinge", "rb-bup"),)), by=cast.anna)
    client.force_login(cast.anna)
    response = client.post(
        reverse("filing_concerns", args=[draft.public_id]),
        {"reporting_unit": draft.reporting_unit_id, "category": "sip/called_party_absent"},
        headers={"HX-Request": "true"},
    )
    assert WORDS["title"] in text(response)


def test_it_is_shown_in_the_next_similar_dispute_but_not_in_its_own(get, cast, filing, precedent, settled):
    assert "Så har en liknande fråga avgjorts" not in text(get(cast.bo, "deviation", settled.public_id))
    following = file(filing(), by=cast.anna)
    html = text(get(cast.bo, "deviation", following.public_id))
    assert f'<a href="/vagledande/{precedent.public_id}/" lang="sv">{WORDS["title"]}</a>' in html
    assert "Samma fråga mellan samma slags verksamheter" in html
    assert Precedent.objects.count() == 1
