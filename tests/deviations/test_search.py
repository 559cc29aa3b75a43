"""Search: Swedish stems, the same hits whichever database, and never more than one may see."""

import pytest

from deviations import search
from deviations.models import Deviation
from deviations.search import matching, tokens_of, with_more
from deviations.services import deciding, handling, statements
from deviations.services.filing import file
from tests.cast import unit


def found(user, words):
    page = Deviation.objects.visible_to(user).newest(where=matching(words))
    assert Deviation.objects.visible_to(user).count_capped(where=matching(words)) == len(page.rows)
    assert set(Deviation.objects.visible_to(user).filter(matching(words))) == set(page.rows)
    return {deviation.pk for deviation in page.rows}


@pytest.mark.parametrize(
    "words",
    [
        "kallelse", "kallelser", "KALLELSEN", "möten sip", "sip möte", "mötets", "kom kall", "brevlå", "brevlådorna",
        "skolan", "skola", '"kallelse"', "sip-möte", "kallelse*", "(veckor)", "ma\u030aste",
    ],
)  # fmt: skip
def test_every_form_of_a_word_is_found(bo, anna, filing, words):
    text = "Kallelse till SIP-möte gick till brevlådan på skolan och tre veckor i förväg. De måste komma."
    deviation = file(filing(happened=text), by=anna)
    file(filing(happened="Remissen besvarades aldrig.", category="referral"), by=anna)
    assert found(bo, words) == {deviation.pk}


def test_the_units_names_are_found(bo, filed):
    assert found(bo, "elevhälsa karlskr") == {filed.pk}


@pytest.mark.parametrize(
    "words",
    [
        "raketer",
        "malle",
        "kallelse raketer",
        "---",
        '"',
        "kallelse NOT sten",
        "kallelse OR sten",
        "brevlada",
        "*",
        "mo\u0301te",
    ],
)
def test_what_is_not_there_is_not_found(bo, anna, filing, words):
    file(filing(happened="Kallelsen till mötet gick till brevlådan."), by=anna)
    assert found(bo, words) == set()


def test_without_words_everything_is_found(bo, filed):
    assert found(bo, "  ") == {filed.pk}


def test_a_number_finds_its_own(bo, filed):
    assert found(bo, filed.reference) == {filed.pk}
    assert found(bo, f"BL-{filed.reference}") == {filed.pk}
    assert found(bo, "2019-0001") == set()


def test_common_words_are_searched_without_collecting_them_first(bo, anna, filing, filed, monkeypatch):
    monkeypatch.setattr(search, "FEW", 1)
    other = file(filing(), by=anna)
    file(filing(happened="Remissen besvarades aldrig.", category="referral"), by=anna)
    for words in ("kallelser", "möten kallel", "veckorna kalle"):
        assert found(bo, words) == {filed.pk, other.pk}, words


def test_what_is_said_later_is_found_too(bo, anna, berit, filed):
    handling.receive(filed, by=bo)
    statements.complete(filed, text="Vaktmästaren var där.", by=anna)
    statements.request_statement(filed, of=[unit("blekinge", "rb-bup")], question="", by=bo)
    statements.give_statement(filed, cause="Postfacken förväxlades.", by=berit)
    deciding.decide(filed, text="Gemensam funktionsadress.", by=bo)
    for words in ("vaktmästare", "postfack", "funktionsadressen", "kallelse"):
        assert found(bo, words) == {filed.pk}, words


def test_nobody_finds_what_they_may_not_see(cast, filed):
    for who in ("cecilia", "disa", "lena", "ada"):
        assert found(getattr(cast, who), "kallelse") == set()


def test_the_index_follows_what_is_changed_and_removed(bo, anna, filing, filed):
    Deviation.objects.filter(pk=filed.pk).update(search_stems=tokens_of("Raketer"))
    assert found(bo, "raket") == {filed.pk}
    assert found(bo, "kallelse") == set()
    draft = Deviation.objects.create(filed_by=anna, county=filed.county, search_stems="sten")
    draft.delete()
    assert found(bo, "sten") == set()


def test_a_draft_holds_no_words(anna, filing):
    from deviations.services.filing import save_draft

    assert save_draft(filing(), by=anna).search_stems == ""


def test_tokens_are_each_written_once():
    assert tokens_of("Kallelse, kallelsen!", "Kall") == "kallelse kall kallelsen"
    assert with_more("kallelse kall", "Kallelser i dag") == "kallelse kall kallelser i dag"
