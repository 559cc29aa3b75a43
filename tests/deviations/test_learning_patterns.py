"""What recurs is found, with how unusual it is, proposed once, and followed. Measured on years where we know it."""

import dataclasses
import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deviations import clock
from deviations.learning import evidence
from deviations.learning.alike_texts import groups_of
from deviations.learning.pattern_search import look_for_patterns, search
from deviations.learning.patterns import Row, look
from deviations.learning.unusual import corrected, rise, together
from deviations.models import Deviation, DiaryEntry, Party, Pattern
from deviations.services.filing import file
from tests.cast import body
from tests.deviations.planted import RECENT_FROM, TODAY, measured, year

AT_LEAST = 4


def found(rows):
    return look(rows, recent_from=RECENT_FROM, at_least=AT_LEAST).proposed


# ── how unusual ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_rise_is_the_binomial_tail_given_the_total():
    unusual = rise(7, 1, all_recent=25, all_earlier=75)
    # P(X >= 7), X ~ Bin(8, 1/4): 8 · (1/4)^7 · 3/4 + (1/4)^8
    assert unusual.p == pytest.approx(8 * 0.25**7 * 0.75 + 0.25**8)
    assert (unusual.observed, unusual.expected) == (7, pytest.approx(1 / 3))


def test_more_of_everything_is_not_a_rise_of_one_thing():
    assert rise(8, 2, all_recent=80, all_earlier=20).p > 0.5


def test_nothing_is_claimed_without_anything_earlier():
    assert rise(7, 0, all_recent=7, all_earlier=0) is None


def test_told_alike_about_one_unit_is_the_hypergeometric_tail():
    # 3 of 3 among 10 where 4 are about the unit: C(4,3) / C(10,3)
    unusual = together(3, group=3, place=4, everything=10)
    assert unusual.p == pytest.approx(4 / 120)
    assert unusual.expected == pytest.approx(1.2)


def test_the_more_is_tried_the_more_is_asked():
    assert corrected([0.01]) == [0.01]
    assert corrected([0.01] + [0.9] * 9) == pytest.approx([0.1] + [0.9] * 9)


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_texts_that_say_the_same_in_other_words_are_one_group():
    texts = [
        "Läkemedelslistan saknades när patienten kom hem.",
        "Patienten kom hem och läkemedelslistor saknades.",
        "Ingen läkemedelslista följde med patienten hem.",
        "Skolan bad om ett möte men rektorn svarade aldrig på breven.",
        "Fakturan för tolken skickades till fel förvaltning.",
        "Telefonen var obemannad hela förmiddagen.",
    ]
    [group] = groups_of(texts, at_least=3)
    assert group.members == (0, 1, 2)
    assert "läkemedelslistan" in group.terms or "läkemedelslista" in group.terms


def test_texts_of_few_words_are_like_nothing():
    assert groups_of(["Kom inte."] * 9, at_least=3) == []


def test_the_words_that_bind_are_written_as_people_wrote_them():
    [group] = groups_of(["Sjukresan till dagkirurgin var inte beställd."] * 4, at_least=4)
    assert set(group.terms) == {"sjukresan", "dagkirurgin", "beställd"}


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_planted_is_found():
    rows, planted = year(1)
    by_kind = {each.kind: set(each.members) for each in found(rows)}
    assert planted["clause"] <= by_kind["clause"]
    assert planted["text"] <= {pk for each in found(rows) if each.kind == "text" for pk in each.members}


def test_over_many_years_most_that_is_planted_is_found_and_little_else_is_proposed():
    quality = measured(range(20), found)
    print(  # what the search is worth, for whoever runs the tests with -s
        f"\nplanted patterns found: {quality['recall']:.0%}; of what is proposed, planted: {quality['precision']:.0%}"
        f" ({quality['proposed']} proposed in 20 years of one body)"
    )
    assert quality["recall"] >= 0.9
    assert quality["precision"] >= 0.85


def test_where_nothing_recurs_nearly_nothing_is_proposed():
    assert sum(bool(found(year(seed, plant=False)[0])) for seed in range(20)) <= 2


def test_the_order_of_the_rows_changes_nothing():
    rows, _planted = year(3)
    assert found(rows) == found(rows[::-1])


def test_one_matter_is_proposed_in_one_way():
    """The same nine are one category, interface, unit and place: the most unusual way of telling it is kept."""
    rows, _planted = year(2, plant=False)
    added = [
        Row(
            pk=1000 + n, public_id=f"x-{n}", filed_on=TODAY - datetime.timedelta(days=n), category="waiting",
            receiving_unit="u-one", reporting_principal="1080", municipality="1080", text=f"Väntan igen, gång {n}",
        )
        for n in range(9)
    ]  # fmt: skip
    assert sum(len({row.pk for row in added} & set(each.members)) >= 5 for each in found([*rows, *added])) == 1


def test_with_hardly_anything_earlier_no_rise_is_claimed():
    rows = [
        Row(pk=n, public_id=str(n), filed_on=TODAY, category="waiting", receiving_unit="u", text="") for n in range(30)
    ]
    assert found(rows) == []


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def stored(**changes):
    known = {"rule": "rise", "observed": 7, "expected": 1.9, "p": 0.00404, "months": 3, "tried": 143, "alike": 9}
    return {**known, **changes}


def test_how_unusual_it_is_is_said_in_plain_words():
    assert evidence.how_many(stored()) == "7 gånger på 3 månader; väntat 1,9."
    assert evidence.how_unusual(stored()) == "Så många blir det av en slump ungefär 1 gång på 250."
    assert evidence.how_many(stored(expected=0)) == "7 gånger på 3 månader; inte en gång tidigare."
    assert evidence.how_unusual(stored(p=1e-9)) == "Så många blir det av en slump mer sällan än 1 gång på en miljon."


def test_the_rule_is_named_with_how_much_was_tried():
    words = evidence.rule(stored())
    assert "binomial svans" in words
    assert "143 samband prövades" in words
    assert "högst 5 % av förslagen" in words


# ── in the database ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def group(cast):
    return body("blekinge", "sg_barn_unga")


@pytest.fixture
def happened(filing, anna):
    """So many, so many days ago: filed by Anna, of that kind."""

    def add(number, days_ago, *, text="Något annat hände.", **facts):
        made = []
        for n in range(number):
            moment = timezone.now() - datetime.timedelta(days=days_ago + n)
            deviation = file(
                filing(happened=text, occurred_on=timezone.localdate(moment) - datetime.timedelta(days=1), **facts),
                by=anna,
            )
            Deviation.objects.filter(pk=deviation.pk).update(filed_at=moment)
            Party.objects.filter(deviation=deviation).update(filed_at=moment)
            made.append(deviation)
        return made

    return add


@pytest.fixture
def recurring(happened, group):
    """Twelve of one kind earlier, and then six of another."""
    happened(14, 120, category="information/missing")
    happened(3, 20, category="information/missing")
    return happened(6, 5, text="Remissen kom tillbaka utan bedömning.", category="referral/returned")


def test_what_recurs_is_proposed_once_with_its_deviations(recurring, group):
    assert search(group) >= 1
    pattern = Pattern.objects.get(body=group)
    assert set(pattern.deviations.all()) == set(recurring)
    assert pattern.status == Pattern.Status.PROPOSED
    assert pattern.evidence["observed"] == 6
    assert "returned" in str(pattern.evidence["shared"])
    assert DiaryEntry.objects.get(body=group, step="propose_pattern").by is None
    assert search(group) == 0


def test_a_proposed_pattern_grows_with_what_comes(recurring, group, happened):
    search(group)
    [again] = happened(1, 0, text="Remissen kom tillbaka utan bedömning.", category="referral/returned")
    assert search(group) == 0
    pattern = Pattern.objects.get(body=group)
    assert again in pattern.deviations.all()
    assert pattern.seen_again_at is not None
    assert pattern.evidence["observed"] == 7


def test_a_dismissed_one_stays_dismissed_and_is_followed(recurring, group, happened):
    search(group)
    Pattern.objects.update(status=Pattern.Status.DISMISSED, reason="Känt.", judged_count=6)
    happened(4, 0, text="Remissen kom tillbaka utan bedömning.", category="referral/returned")
    assert search(group) == 0
    pattern = Pattern.objects.get(body=group)
    assert (pattern.status, pattern.deviations.count()) == (Pattern.Status.DISMISSED, 10)


def test_withdrawn_ones_are_not_counted(recurring, group):
    Deviation.objects.filter(pk__in=[d.pk for d in recurring]).update(state="withdrawn")
    assert search(group) == 0


def test_no_word_of_a_text_is_in_the_title_or_the_diary(happened, group):
    happened(14, 120, category="information/missing")
    for category in ("information/missing", "referral/returned", "waiting"):
        happened(2, 5, text="Zebrafisken simmade i akvariet utan syrepump och mat.", category=category)
    search(group)
    kept = " ".join(Pattern.objects.values_list("title", flat=True))
    kept += str(list(DiaryEntry.objects.values_list("data", flat=True)))
    assert "zebra" not in kept.lower()


def test_another_bodys_deviations_are_not_looked_at(recurring, cast):
    assert search(body("blekinge", "sg_vuxna")) == 0


# ── by itself ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_looked_for_once_a_day_and_only_when_something_has_come(recurring, group, happened):
    assert look_for_patterns() >= 1
    assert look_for_patterns() == 0  # the other bodies, to which nothing has come
    with CaptureQueriesContext(connection) as captured:
        assert look_for_patterns() == 0
    assert len(captured) == 1
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    with clock.at(tomorrow):
        assert look_for_patterns() == 0
        assert Pattern.objects.get(body=group).seen_again_at is None


def test_a_row_says_all_that_is_looked_at():
    assert {each.name for each in dataclasses.fields(Row)} >= {"clause", "category", "municipality", "receiving_unit"}
