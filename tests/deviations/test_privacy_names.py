"""A05: a likely name is warned for, and what is suggested instead reads well."""

import pytest

from deviations.privacy import blocks, replaced, replacement, scan
from tests.deviations.test_privacy import LINES, found

# Names


@pytest.mark.parametrize(
    ("text", "name", "instead"),
    [
        ("Sköterskan Anna sa nej.", "Anna", "Sjuksköterskan sa nej."),
        ("Vi bad doktor Berg om svar.", "Berg", "Vi bad läkaren om svar."),
        ("Dr. Nguyen avbokade.", "Nguyen", "Läkaren avbokade."),
        ("Då sa lärare Karin Öberg nej.", "Karin Öberg", "Då sa läraren nej."),
        ("Enligt kurator A. Svensson är det klart.", "A. Svensson", "Enligt kuratorn är det klart."),
        ("Skolsköterskan Amina Warsame ringde.", "Amina Warsame", "Skolsköterskan ringde."),
        ("Mot rektor Karins beslut.", "Karins", "Mot rektorns beslut."),
        ("Läkaren Kowalczyk svarade inte.", "Kowalczyk", "Läkaren svarade inte."),
        ("Eleven Ali Hassan fick vänta.", "Ali Hassan", "Eleven fick vänta."),
        ("Annas mamma ringde.", "Annas", "Personens mamma ringde."),
        ("Barnet väntar. Vi ringde Annas mamma.", "Annas", "Barnet väntar. Vi ringde barnets mamma."),
        ("Pers pappa kom.", "Pers", "Personens pappa kom."),
        ("Lars mamma kom.", "Lars", "Personens mamma kom."),
        ("Anna Svensson ringde.", "Anna Svensson", "Personen ringde."),
        ("Enligt Anna Svensson gick det bra.", "Anna Svensson", "Enligt personen gick det bra."),
        ("Fatoumata Lindström kom inte.", "Fatoumata Lindström", "Personen kom inte."),
        ("Elias Lindqvists remiss kom bort.", "Elias Lindqvists", "Personens remiss kom bort."),
        ("Bo Svensson, Per Ek", "Bo Svensson", "Personen, Per Ek"),
        ("Hos Karl von Rosen", "Karl von Rosen", "Hos personen"),
        ("Hos Ahmed Al Hassan", "Ahmed Al Hassan", "Hos personen"),
        ("Hos Anna-Karin", "Anna-Karin", "Hos personen"),
        ("Hos A\u030asa O\u0308berg", "A\u030asa O\u0308berg", "Hos personen"),
        ("Hos ANNA SVENSSON", "ANNA SVENSSON", "Hos personen"),
        ("sköterskan anna svensson glömde", "anna svensson", "sjuksköterskan glömde"),
        ("Hans Andersson ringde", "Hans Andersson", "Personen ringde"),
        ("Hos Anna\u00a0Svensson", "Anna\u00a0Svensson", "Hos personen"),
        ("Handläggare Björn svarade", "Björn", "Handläggaren svarade"),
        ("Svar från Svensson saknas", "Svensson", "Svar från personen saknas"),
        ("Mohammed fick vänta", "Mohammed", "Personen fick vänta"),
        ("Maj-Lis, Zeynep", "Maj-Lis", "Personen, Zeynep"),
    ],
)
def test_a_likely_name_is_warned_for_and_its_replacement_reads_well(text, name, instead):
    finding = scan(text)[0]
    assert (finding.code, finding.blocks, finding.text) == ("names_a_person", False, name)
    assert replaced(text, finding) == instead
    assert not blocks(text)


@pytest.mark.parametrize(
    "text",
    LINES["not names"],
)
def test_places_organisations_and_ordinary_words_are_not_names(text):
    assert found(text) == []
    assert found(f"Vi väntade. {text}, sedan inget.") == []


# What is suggested


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Patienten väntade. Gäller 19501212-1212.", "patienten"),
        ("Brukaren väntade. Gäller 19501212-1212.", "brukaren"),
        ("Elevhälsan ringde om 20121212-1212.", "eleven"),
        ("Vi ringde om 19501212-1212.", "personen"),
        ("Vi ringde om 501212-1212.", "personen"),
        ("20121212-1212 väntade i skolan.", "Eleven"),
    ],
)
def test_the_word_instead_of_a_number_is_the_one_the_text_uses(text, suggestion):
    assert [finding.suggestion for finding in scan(text)] == [suggestion]


def test_what_should_only_go_leaves_no_hole():
    text = "Ring 070-123 45 67, tack."
    (finding,) = scan(text)
    assert finding.suggestion == ""
    assert replaced(text, finding) == "Ring, tack."
    assert (replacement(text, finding).start, replacement(text, finding).end) == (4, 18)
