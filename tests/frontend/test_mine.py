"""My deviations and the search: one's turn first, nothing of others', and pages that do not move."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deviations.models import Deviation
from deviations.services.deciding import decide, give_feedback
from deviations.services.filing import file
from deviations.services.handling import receive
from deviations.services.statements import request_completion
from frontend.views import mine as views


def titles(html):
    return re.findall(r'<h3><a href="/avvikelse/[^"]+" lang="sv">([^<]+)</a>', html)


def numbers(html):
    return re.findall(r'<p class="quiet">(\d{4}-\d{4})', html)


@pytest.fixture
def annas(client, anna):
    client.force_login(anna)
    return client


def test_what_waits_for_my_answer_stands_first(annas, anna, bo, filing):
    asked, answered, new = (file(filing(), by=anna) for _number in range(3))
    request_completion(receive(asked, by=bo), question="Vilken dag var det?", by=bo)
    receive(answered, by=bo)
    decide(answered, text="Ny rutin.", by=bo)
    give_feedback(answered, text="Tack, så här blev det.", by=bo)
    html = annas.get(reverse("mine")).content.decode()
    assert numbers(html) == [d.reference for d in (answered, asked, new)]
    assert html.count("Fråga till dig") == 2
    assert "Gruppen har en fråga till dig." in html
    assert "Du har fått svar. Hjälpte det?" in html


def test_i_see_only_what_i_have_filed(client, filed, maria, bo):
    for other in (maria, bo):
        client.force_login(other)
        assert titles(client.get(reverse("mine")).content.decode()) == []


def test_pages_follow_each_other_by_keyset_and_nothing_is_shown_twice(annas, anna, filing, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    made = [file(filing(), by=anna).reference for _number in range(5)]
    shown, address = [], reverse("mine")
    while address:
        html = annas.get(address).content.decode()
        shown += numbers(html)
        older = re.search(r'href="([^"]+)" rel="next"', html)
        address = older[1].replace("&amp;", "&") if older else ""
    assert shown == made[::-1]


def test_the_list_is_narrowed_by_words_whatever_their_case(annas, anna, filing):
    file(filing(happened="Ärendet blev liggande."), by=anna)
    file(filing(happened="Mötet uteblev."), by=anna)
    assert len(numbers(annas.get(reverse("mine"), {"q": "ÄRENDET"}).content.decode())) == 1


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit"])
def test_the_search_finds_by_word_what_one_may_see(client, cast, filed, name):
    client.force_login(getattr(cast, name))
    for words in ("kallelse tre veckor", "BUP"):
        assert numbers(client.get(reverse("search"), {"q": words}).content.decode()) == [filed.reference]


@pytest.mark.parametrize("name", ["cecilia", "disa", "lena", "ada"])
def test_the_search_finds_nothing_of_what_one_may_not_see_not_even_its_count(client, cast, filed, name):
    client.force_login(getattr(cast, name))
    for words in ("", "kallelse", filed.reference):
        html = client.get(reverse("search"), {"q": words}).content.decode()
        alone = client.get(reverse("search"), {"q": words, "grupp": "avvikelser"}).content.decode()
        assert numbers(html) == numbers(alone) == []
        assert "Antal: 0" in alone


def test_the_search_pages_by_keyset(annas, anna, filing, monkeypatch):
    monkeypatch.setattr(
        "deviations.visible.DeviationQuerySet.newest.__kwdefaults__", {"where": None, "after": None, "size": 2}
    )
    made = [file(filing(), by=anna).reference for _number in range(5)]
    shown, address = [], reverse("search")
    while address:
        html = annas.get(address).content.decode()
        shown += numbers(html)
        older = re.search(r'href="([^"]+)" rel="next"', html)
        address = older[1].replace("&amp;", "&") if older else ""
    assert shown == made[::-1]


@pytest.mark.parametrize("address", ["/sok/?efter=nonsens", "/sok/?efter=2026-01-01~x", "/mina/?fore=abc"])
def test_an_address_that_nobody_was_given_is_not_found(annas, address):
    assert annas.get(address).status_code == 404


@pytest.mark.parametrize("view", ["mine", "search"])
def test_a_list_asks_the_database_as_often_for_thirty_rows_as_for_one(annas, anna, filing, view, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 30)
    counts = []
    for more in (1, 29):
        for _number in range(more):
            file(filing(), by=anna)
        annas.get(reverse(view))
        with CaptureQueriesContext(connection) as asked:
            html = annas.get(reverse(view)).content.decode()
        counts.append((len(asked), len(numbers(html))))
    assert [rows for _queries, rows in counts] == [1, 30]
    assert counts[0][0] == counts[1][0]


def test_a_withdrawn_one_is_still_mine_and_says_so(annas, anna, filed):
    from deviations.services.filing import withdraw

    withdraw(filed, by=anna)
    assert "Återtagen" in annas.get(reverse("mine")).content.decode()
    assert Deviation.objects.visible_to(anna).count() == 1
