"""What a decided dispute teaches the county: written anew, found, shown at the next similar matter, and taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations import precedents
from deviations.errors import Invalid, NotYours, WrongState
from deviations.models import Deviation, DiaryEntry, Precedent
from deviations.precedents import alike, matter_filed, readable_by, saying
from deviations.services import disputes, handling
from deviations.services import filing as filing_service
from deviations.services.precedents import publish_precedent, withdraw_precedent
from orgs.profiles.active import profile_of
from tests.cast import unit
from tests.deviations.test_disputes import QUESTION, WORDS

TEXTS = (
    *WORDS, "category", "clause_key", "problem_area", "kinds", "search_stems", "withdrawn_reason",
)  # fmt: skip


@pytest.fixture
def disputed(filed, bo):
    handling.receive(filed, by=bo)
    disputes.open_dispute(filed, question=QUESTION, clause="lansavtal/ansvar", by=bo)
    return Deviation.objects.get(pk=filed.pk)


@pytest.fixture
def settled(disputed, bo):
    disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="BUP tar emot.", by=bo)
    return Deviation.objects.get(pk=disputed.pk)


@pytest.fixture
def precedent(settled, bo):
    return publish_precedent(settled, **WORDS, by=bo)


# ── what it teaches ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_decided_dispute_is_made_to_guide_the_county(settled, bo):
    made = publish_precedent(settled, **WORDS, by=bo)
    shown = (made.category, made.clause_key, made.problem_area, made.kinds, made.body.key)
    kinds = ["child_psychiatry", "school_health"]
    assert shown == ("sip/called_party_absent", "lansavtal/ansvar", "", kinds, "sg_barn_unga")
    assert settled.history.last().data == {"title": WORDS["title"], "precedent": str(made.public_id)}
    with pytest.raises(WrongState, match="ingen avgjord tvist"):
        publish_precedent(settled, **WORDS, by=bo)


def test_what_the_parties_agreed_on_themselves_guides_nobody_else(disputed, bo):
    disputes.decide_dispute(disputed, responsible=unit("blekinge", "rb-bup"), text="Ja.", agreed=True, by=bo)
    with pytest.raises(WrongState, match="ingen avgjord tvist"):
        publish_precedent(disputed, **WORDS, by=bo)


@pytest.mark.parametrize("field", ["title", "situation", "outcome"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("Ring 0455-123 45 67.", "phone"),
        ("Så var det: kallelse till SIP-möte  gick ut tre veckor i förväg. Sedan hände inget.", "taken_over"),
    ],
)
def test_it_is_written_anew_and_without_identity(settled, bo, field, text, code):
    with pytest.raises(Invalid) as refused:
        publish_precedent(settled, **{**WORDS, field: text}, by=bo)
    assert [c for c, _text in refused.value.fields[field]] == [code]
    assert not Precedent.objects.exists()


def test_a_long_title_is_refused(settled, bo):
    with pytest.raises(Invalid, match="högst 160 tecken"):
        publish_precedent(settled, **{**WORDS, "title": "å" * 161}, by=bo)


def test_it_carries_nothing_of_the_deviation_but_codes(precedent):
    """The local reference is EH-17; what happened speaks of a summons."""
    kept = Precedent.objects.filter(pk=precedent.pk).values(*TEXTS).get()
    carried = " ".join(map(str, kept.values())).casefold()
    theirs = ("eh-17", "kallelse", "karlskrona", "anna", "14", QUESTION.casefold())
    assert [word for word in theirs if word in carried] == []


@pytest.mark.parametrize("name", ["anna", "maria", "bo", "berit", "lena", "ada"])
def test_everyone_with_a_role_in_the_county_reads_it(cast, precedent, name):
    assert list(readable_by(getattr(cast, name))) == [precedent]


@pytest.mark.parametrize("name", ["cecilia", "disa"])
def test_nobody_else_does(cast, precedent, name):
    assert list(readable_by(getattr(cast, name))) == []


@pytest.mark.parametrize("words", ["", "remisser", "REMISSEN", "återsända skolans", "första linj", "spec"])
def test_it_is_found_by_its_words_in_any_form(precedent, words):
    assert list(Precedent.objects.filter(saying(words))) == [precedent]


@pytest.mark.parametrize("words", ["elevhälsan", "lin första", "?!", "skola betalar"])
def test_it_is_not_found_by_other_words(precedent, words):
    assert list(Precedent.objects.filter(saying(words))) == []


# ── the next similar matter ──────────────────────────────────────────────────────────────────────────────────────────
def why(filing, profile):
    return [(found.precedent.title, found.why) for found in alike(matter_filed(filing, profile))]


@pytest.fixture
def profile(filed):
    return profile_of(filed.profile_version_id)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Samma fråga mellan samma slags verksamheter"),
        ({"category": "responsibility/dispute"}, "Samma punkt i överenskommelsen"),
        ({"category": "waiting", "clause": "lansavtal/ansvar"}, "Samma punkt i överenskommelsen"),
        ({"category": "waiting"}, None),
        ({"category": ""}, None),
    ],
)
def test_it_is_shown_at_the_next_similar_filing(precedent, filing, profile, changes, expected):
    assert why(filing(**changes), profile) == ([(WORDS["title"], expected)] if expected else [])


def test_the_same_question_between_other_kinds_of_units_is_another(precedent, filing, profile):
    other = filing(receiving_units=(unit("blekinge", "rb-vardcentral"),))
    assert why(other, profile) == []


def test_the_same_area_is_alike(precedent, filing, profile):
    Precedent.objects.update(problem_area="oro_angest")
    asked = filing(category="waiting", problem_area="oro_angest")
    assert why(asked, profile) == [(WORDS["title"], "Samma problemområde")]


def test_not_one_of_another_county_nor_one_that_has_been_withdrawn(precedent, filing, profile, county_varmland):
    Precedent.objects.update(county=county_varmland)
    assert why(filing(), profile) == []
    Precedent.objects.update(county=filing().reporting_unit.county, withdrawn_at=timezone.now())
    assert why(filing(), profile) == []


def test_the_three_best_are_shown_the_newest_first_among_equals(cast, precedent, filing, profile):
    for number in range(4):
        further(cast, filing, f"Nummer {number}")
    best = further(cast, filing, "Samma punkt", category="responsibility/dispute")
    found = [row.precedent.title for row in alike(matter_filed(filing(clause=best.clause_key), profile))]
    assert found == [WORDS["title"], "Samma punkt", "Nummer 3"]


def further(cast, fill_in, title, **changes):
    deviation = filing_service.file(fill_in(**changes), by=cast.anna)
    disputes.open_dispute(deviation, question=QUESTION, by=cast.bo)
    disputes.decide_dispute(deviation, responsible=unit("blekinge", "rb-bup"), text="BUP.", by=cast.bo)
    return publish_precedent(deviation, **{**WORDS, "title": title}, by=cast.bo)


@pytest.mark.parametrize("many", [1, 30])
def test_likeness_costs_one_statement(cast, filing, profile, many):
    for number in range(many):
        further(cast, filing, f"Nummer {number}")
    with CaptureQueriesContext(connection) as captured:
        assert len(alike(matter_filed(filing(), profile))) == min(many, precedents.BEST)
    assert len(captured) == 1


# ── taking it back ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_body_takes_it_back_with_a_reason_in_its_diary(precedent, bo):
    withdraw_precedent(precedent, reason="Ny överenskommelse från januari.", by=bo)
    kept = Precedent.objects.get(pk=precedent.pk)
    assert (bool(kept.withdrawn_at), kept.withdrawn_reason) == (True, "Ny överenskommelse från januari.")
    entry = DiaryEntry.objects.get(step="withdraw_precedent")
    assert (entry.body.key, entry.data["reason"]) == ("sg_barn_unga", "Ny överenskommelse från januari.")
    with pytest.raises(WrongState, match="redan återkallat"):
        withdraw_precedent(precedent, reason="Igen.", by=bo)


@pytest.mark.parametrize("name", ["anna", "maria", "berit", "lena", "ada", "cecilia"])
def test_nobody_else_takes_it_back(cast, precedent, name):
    with pytest.raises(NotYours, match="Bara det organ som har publicerat"):
        withdraw_precedent(precedent, reason="Nej.", by=getattr(cast, name))


@pytest.mark.parametrize(("reason", "code"), [(" ", "required"), ("Ring 0455-123 45 67.", "phone")])
def test_it_is_taken_back_with_a_reason_that_names_nobody(precedent, bo, reason, code):
    with pytest.raises(Invalid) as refused:
        withdraw_precedent(precedent, reason=reason, by=bo)
    assert [c for c, _text in refused.value.fields["reason"]] == [code]
    assert not DiaryEntry.objects.exists()
